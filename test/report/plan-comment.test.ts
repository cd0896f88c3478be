import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planMark, planMarker, readPlanMark, targetMarker } from "../../src/github/marker.ts";
import type { Cause, Operation, Plan, UpdateUser } from "../../src/model.ts";
import { planComment } from "../../src/report/comment/comment.ts";
import { resultComment } from "../../src/report/comment/result.ts";
import { HOSTILE } from "./impact-hostile.ts";
import { planNamed, reportNamed } from "./plan-named.ts";

const RUN = "https://github.test/acme/skills/actions/runs/77";
const HEAD = "a".repeat(40);
const MARKER = targetMarker("apply", "default");
const OPTIONS = { marker: MARKER, runUrl: RUN, head: HEAD };
const LIMIT = 60_000;

/** A plan that gives and takes skills of `people` users, most of them for the first time. */
function largePlan(people: number, skills: number, name = "Skill"): Plan {
  const slugs = Array.from({ length: skills }, (_, at) => `skill-${at}`);
  const fingerprint = (at: number): string => at.toString(16).padStart(16, "0");
  const causes: readonly Cause[] = ["edit", "membership", "drift", "conflict"];
  const users = Array.from({ length: people }, (_, at): UpdateUser => {
    const base = { cause: causes[at % 4] ?? "edit", patch: [], skill: slugs[at % skills] ?? "" };
    const origin = { file: "skills/people.yaml", line: at + 1, column: 3 };
    return {
      ...{ kind: "update-user", id: `u${at}`, name, email: `user-${at}@example.com`, named: at % 10 !== 9 },
      changes: [
        { ...base, kind: "lose", before: 2, origin, fingerprint: fingerprint(2 * at) },
        { ...base, kind: "change", before: 2, after: 3, origin, fingerprint: fingerprint(2 * at + 1) },
      ],
    };
  });
  return {
    ...planNamed(name),
    skills: Object.fromEntries(slugs.map((slug) => [slug, { name: `${name} ${slug}`, id: slug }])),
    stages: [users],
    refusals: [],
    allowed: [],
    notes: [],
  };
}

function markerOf(plan: Plan): string {
  return planMarker(planMark(plan, { repository: "acme/skills", pull: 7, head: HEAD }));
}

describe("the comment of a plan", () => {
  const plan: Plan = { ...planNamed("Billing"), allowed: [] };
  const comment = planComment(plan, OPTIONS);

  test("begins with its marker, then says where it comes from and what tools look for", () => {
    const lines = comment.split("\n");
    expect(lines[0]).toBe(MARKER);
    expect(lines[1]).toBe("");
    expect(comment).toContain(`:x: Plan refused in [this run](${RUN}) for commit ${HEAD.slice(0, 12)}.`);
    expect(lines).toContain("Plan: 1 to add, 1 to change, 1 to destroy.");
    expect(lines).toContain("1 user gains, 1 user loses a skill.");
  });

  test("tells refusals and removals before changes, and folds the rest", () => {
    const titles = comment.split("\n").filter((line) => /^(###|<details>)/.test(line));
    const at = (text: string): number => titles.findIndex((title) => title.includes(text));
    expect(at("Refused")).toBe(0);
    expect(at("removed")).toBeLessThan(at("lose a skill"));
    expect(at("lose a skill")).toBeLessThan(at("Overwrites work by hand"));
    expect(at("Overwrites work by hand")).toBeLessThan(at("Impact"));
    expect(at("Impact")).toBeLessThan(at("Live against desired"));
  });

  test("has a graph, an impact table and warnings where they are handed in", () => {
    const more = planComment(plan, {
      ...OPTIONS,
      graph: "flowchart LR\n  n1 --> n2",
      impact: "| Given |\n| --- |\n| row |",
      warnings: ["The label allows @nothing."],
    });
    expect(more).toContain("```mermaid\nflowchart LR\n  n1 --> n2\n```");
    expect(more).toContain("| Given |");
    expect(more).not.toContain("Gain it");
    expect(more).toContain("The label allows &#64;nothing.");
  });

  test("says how to allow what is refused, and not what is allowed", () => {
    const all = planNamed("Billing --allow MAYBE_RENAME");
    const [refused = "", allowed = ""] = ["Refused", "Allowed on purpose"].map((title) =>
      planComment({ ...all, allowed: all.refusals.map((refusal) => ({ ...refusal })) }, OPTIONS)
        .split("### ")
        .find((part) => part.includes(title)),
    );
    expect(refused).toContain("the label `allow:SKILL_DELETE`, or `--allow SKILL_DELETE`");
    // One click must not let it through.
    expect(refused).toContain("To allow it on purpose&#58; `--allow WRONG_ORG`");
    // A name that reads the same is no advice.
    expect(refused).toContain("If not&#58; the label `allow:MAYBE_RENAME`, or `--allow MAYBE_RENAME`");
    expect(planComment({ ...all, refusals: [] }, OPTIONS)).not.toContain("`--allow");
    expect(allowed).toContain("SKILL_DELETE");
  });

  test("of nothing says No changes.", () => {
    const nothing = planComment({ ...plan, stages: [], notes: [], refusals: [] }, OPTIONS);
    expect(nothing.split("\n")).toContain("No changes.");
    expect(nothing).not.toContain("###");
  });
});

describe("a plan too large for a comment", () => {
  test("keeps the room for 2,000 hashes", () => {
    const plan = largePlan(1200, 600);
    const marker = markerOf(plan);
    const comment = planComment(plan, { ...OPTIONS, marker });
    expect(readPlanMark(comment)?.hashes).toHaveLength(1800);
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(LIMIT);
  });

  test("drops the diffs before the changes, and says so", () => {
    const comment = planComment(largePlan(500, 10), OPTIONS);
    expect(comment).toContain("Left out to fit here: the diffs.");
    expect(comment).toContain("user-499".slice(0, 7));
    expect(comment).not.toContain("```diff");
  });

  test("fits whatever it holds, and always shows the first refusals and their number", () => {
    const names = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.constant("@".repeat(300)),
      fc.string({ maxLength: 300 }),
    );
    const sizes = fc.record({
      users: fc.nat(200),
      skills: fc.integer({ min: 1, max: 200 }),
      refusals: fc.nat(40),
    });
    fc.assert(
      fc.property(names, sizes, (name, { users, skills, refusals }) => {
        const large = largePlan(users, skills, name);
        const stages: Operation[][] = [[...large.stages.flat(), ...planNamed(name).stages.flat()]];
        const refused = Array.from({ length: refusals }, () => planNamed(name).refusals).flat();
        const plan = { ...large, stages, refusals: refused, allowed: refused, notes: planNamed(name).notes };
        const marker = `<!-- ${"x".repeat(24_000)} -->`;
        const comment = planComment(plan, { ...OPTIONS, marker, warnings: [name] });
        expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(LIMIT);
        expect(comment.startsWith(marker)).toBe(true);
        expect(comment.includes("Refused: this plan")).toBe(refusals > 0);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the result of an apply", () => {
  const plan: Plan = { ...planNamed("Billing"), refusals: [] };
  const nothing = { target: "default", plan, report: null, heldBack: [], reasons: [] };

  test.each([
    [
      "applied",
      { ...nothing, report: { outcomes: [], notVisible: [], stopped: false, createdIds: new Map() } },
      ":white_check_mark: Plan applied in",
    ],
    ["failed", { ...nothing, report: reportNamed(plan, "x") }, ":x: Error applying plan in"],
    ["nothing to do", nothing, ":white_check_mark: No changes to apply in"],
    ["held back", { ...nothing, heldBack: plan.stages.flat() }, ":warning: Held back in"],
    ["refused", { ...nothing, plan: planNamed("Billing") }, ":x: Plan not applied in"],
  ])("says in its first words: %s", (_, result, words) => {
    expect(resultComment(result, OPTIONS).split("\n")[2]).toContain(words);
  });

  test("fits though everything failed with a long reason, and still counts", () => {
    const large = largePlan(3000, 10);
    const body = resultComment(
      {
        target: "default",
        plan: large,
        report: reportNamed(large, "é".repeat(600)),
        heldBack: [],
        reasons: Array(500).fill("é".repeat(400)),
      },
      OPTIONS,
    );
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(LIMIT);
    expect(body).toMatch(/Applied: \d+ done, \d+ failed, \d+ skipped\./);
  });
});
