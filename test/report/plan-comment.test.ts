import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planMark, planMarker, readPlanMark, topicMarker } from "../../src/github/marker.ts";
import type { Cause, Operation, Plan } from "../../src/model.ts";
import { changesOf } from "../../src/plan/changes.ts";
import { summarize } from "../../src/plan/summary.ts";
import { planComment } from "../../src/report/comment/comment.ts";
import { resultComment } from "../../src/report/comment/result.ts";
import { HOSTILE } from "./impact-hostile.ts";
import { changeMaker, LOSER, planNamed, reportNamed, skillField, UNNAMED } from "./plan-named.ts";

const RUN = "https://github.test/acme/skills/actions/runs/77";
const HEAD = "a".repeat(40);
const MARKER = topicMarker("apply", { target: "default", dir: "skills" });
const OPTIONS = { marker: MARKER, runUrl: RUN, head: HEAD };
const LIMIT = 60_000;

/** A plan that gives and takes skills of `people` users, most of them for the first time. */
function largePlan(people: number, skills: number, name = "Skill"): Plan {
  const ids = Array.from({ length: skills }, (_, at) => `skill-${at}`);
  const causes: readonly Cause[] = ["edit", "membership", "drift", "conflict"];
  const users = Array.from({ length: people }, (_, at): Operation => {
    const make = changeMaker({ file: "skills/people.yaml", line: at + 1, column: 3 });
    const subject = { kind: "user", id: `u${at}` } as const;
    const cause = causes[at % 4] ?? "edit";
    const [one, two] = [at, at + 1].map((place) => skillField(ids[place % skills] ?? ""));
    if (!one || !two) throw new Error("There are two skills.");
    return {
      ...{ subject, name, email: `user-${at}@example.com`, named: at % 10 !== 9 },
      changes: [
        { ...make(subject, { field: one, verb: "remove", before: 2, after: null }), cause, id: hex(2 * at) },
        {
          ...make(subject, { field: two, verb: "update", before: 2, after: 3, takesAway: at % 2 === 0 }),
          ...{ cause, id: hex(2 * at + 1) },
        },
      ],
    };
  });
  return {
    ...planNamed(name),
    skills: Object.fromEntries(ids.map((id) => [id, { name: `${name} ${id}`, slug: id, isLive: true }])),
    ...{ stages: [users], summary: summarize(users), refusals: [], allowed: [], notes: [] },
  };
}

function hex(number: number): string {
  return number.toString(16).padStart(16, "0");
}

function markerOf(plan: Plan): string {
  return planMarker(planMark(plan, { repository: "acme/skills", pull: 7, head: HEAD, dir: "skills" }));
}

describe("the comment of a plan", () => {
  const plan: Plan = { ...planNamed("Billing"), allowed: [] };
  const comment = planComment(plan, OPTIONS);

  test("begins with its marker, then with people, then with what tools look for", () => {
    const lines = comment.split("\n");
    expect(lines[0]).toBe(MARKER);
    expect(lines[1]).toBe("");
    expect(lines[4]).toMatch(/^\*\*2 people lose a skill|^\*\*1 person loses a skill/);
    expect(comment).toContain(`:x: Plan refused in [this run](${RUN}) for commit \`${HEAD.slice(0, 12)}\`.`);
    expect(lines).toContain("Plan: 1 to add, 1 to change, 1 to destroy, 1 to move.");
  });

  test("says of a small plan who gains and loses what, by name", () => {
    const small = smallPlan();
    const [, , , , sentence] = planComment(small, OPTIONS).split("\n");
    expect(sentence).toBe("**Liam Byrne loses Tariff Advice; Jakub Nowak gains it.**");
  });

  test("tells refusals, then who loses a skill, then changes, and folds the rest", () => {
    const titles = comment.split("\n").filter((line) => /^(###|<details>)/.test(line));
    const at = (text: string): number => titles.findIndex((title) => title.includes(text));
    expect(at("Refused")).toBe(0);
    expect(at("People who lose a skill")).toBe(1);
    expect(at("Also removed")).toBe(2);
    expect(at("People who lose a skill")).toBeLessThan(at("Overwrites manual work"));
    expect(at("Overwrites manual work")).toBeLessThan(at("Before and after"));
  });

  test("names everybody who loses a deleted skill", () => {
    expect(comment).toContain(`**Billing** (deleted), 1 person: ${LOSER.email} (1 was assigned manually)`);
  });

  test("has warnings, and links to the lines where the files are known", () => {
    const more = planComment(smallPlan(), {
      ...OPTIONS,
      warnings: ["The label allows @nothing."],
      files: { repositoryUrl: "https://github.test/acme/skills", commit: HEAD },
    });
    expect(more).toContain("The label allows @<!-- -->nothing.");
    const link = `https://github.test/acme/skills/blob/${HEAD}/skills/people.yaml#L7`;
    expect(more).toContain(`[skills/people.yaml:7](${link})`);
  });

  test("draws what changes and nothing else", () => {
    const [, graph = ""] = /```mermaid\n([^]*?)```/.exec(planComment(smallPlan(), OPTIONS)) ?? [];
    expect(graph).toContain('n2["Tariff Advice"]');
    expect(graph.match(/n\d+[[(]/g)).toHaveLength(3);
  });

  test("says how to allow what is refused, and not what is allowed", () => {
    const all = planNamed("Billing --allow MAYBE_RENAME");
    const [refused = "", allowed = ""] = ["Refused", "Allowed explicitly"].map((title) =>
      planComment({ ...all, allowed: all.refusals.map((refusal) => ({ ...refusal })) }, OPTIONS)
        .split("### ")
        .find((part) => part.includes(title)),
    );
    expect(refused).toContain("To allow it anyway: set the label `allow:SKILL_DELETE` on this pull request.");
    // One click must not let it through.
    expect(refused).toContain(
      "To allow it anyway: no label does, only `--allow WRONG_ORG` on the command line.",
    );
    // A name that reads the same is no advice.
    expect(refused).toContain("If not: set the label `allow:MAYBE_RENAME` on this pull request.");
    expect(planComment({ ...all, refusals: [] }, OPTIONS)).not.toContain("`--allow");
    expect(allowed).toContain("SKILL_DELETE");
  });

  test.each(["INCOMPLETE", "AMBIGUOUS", "PROTECTED", "UNKNOWN_USER", "UNKNOWN_ID", "TOO_MANY_SKILLS"])(
    "offers no way to allow %s",
    (code) => {
      const lines = comment.split("\n").filter((line) => line.startsWith(`- **${code}**`));
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).not.toContain("allow ");
    },
  );

  test("of nothing says No changes.", () => {
    const nothing = planComment({ ...plan, stages: [], scheduled: [], notes: [], refusals: [] }, OPTIONS);
    expect(nothing.split("\n")).toContain("No changes.");
    expect(nothing).toContain("**Nothing changes in the organisation.**");
    expect(nothing).not.toContain("###");
  });

  test("without a ledger doesn't claim to only add where it overwrites", () => {
    const first = planComment({ ...plan, hasLedger: false }, OPTIONS);
    expect(first).toMatch(/this plan removes nothing\. It overwrites \d+ values that were set manually\./);
  });
});

/** Liam loses a skill and Jakub gains it, both of whom the YAML names. */
function smallPlan(): Plan {
  const make = changeMaker({ file: "skills/people.yaml", line: 7, column: 3 });
  const user = (id: string) => ({ kind: "user", id }) as const;
  const field = skillField("tariff");
  const operations: Operation[] = [
    {
      ...{ subject: user("l"), name: "Liam Byrne", email: "liam@example.com", named: true },
      changes: [make(user("l"), { field, verb: "remove", before: 3, after: null })],
    },
    {
      ...{ subject: user("j"), name: "Jakub Nowak", email: "jakub@example.com", named: true },
      changes: [make(user("j"), { field, verb: "add", before: null, after: 2 })],
    },
  ];
  return {
    ...planNamed("Billing"),
    skills: { tariff: { name: "Tariff Advice", slug: "tariff-advice", isLive: true } },
    ...{ stages: [operations], summary: summarize(operations), refusals: [], allowed: [], notes: [] },
  };
}

describe("a plan too large for a comment", () => {
  test("keeps the room for 2,000 hashes", () => {
    const plan = largePlan(1200, 600);
    const marker = markerOf(plan);
    const comment = planComment(plan, { ...OPTIONS, marker });
    expect(readPlanMark(comment)?.hashes).toHaveLength(1800);
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(LIMIT);
  });

  test("drops diffs before changes, says so, and uses the room", () => {
    const comment = planComment(largePlan(900, 10), OPTIONS);
    expect(comment).toMatch(/Left out to fit here: .*some of the diffs/);
    expect(comment).toContain("user-899@example.com");
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(LIMIT);
    expect(Buffer.byteLength(comment)).toBeGreaterThan(0.85 * LIMIT);
  });

  test("shows 15 lines of those who lose a skill, the largest first, and folds the rest", () => {
    const comment = planComment(largePlan(400, 40), OPTIONS);
    const [open = "", ...folded] = (comment.split("People who lose a skill\n\n")[1] ?? "").split("<details>");
    expect(open.match(/^- /gm)).toHaveLength(15);
    expect(folded[0]).toContain("<summary>25 more skills");
    expect(comment.match(/user-399@example\.com/g)?.length).toBeGreaterThan(0);
  });

  test("fits with any content, and always shows the first refusals and their number", () => {
    const names = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.constant("@".repeat(300)),
      fc.constant("$#1@a".repeat(60)),
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
        expect(comment.includes("**INCOMPLETE**")).toBe(refusals > 0);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the result of an apply", () => {
  const plan: Plan = { ...planNamed("Billing"), refusals: [] };
  const nothing = { target: "default", plan: { ...plan, stages: [] }, report: null, reasons: [] };
  const done = { outcomes: [], notVisible: [], stopped: false, createdIds: new Map(), bugs: [] };
  const withheld = plan.stages.flat();

  test.each([
    ["applied", { ...nothing, plan, report: done }, ":white_check_mark: Plan applied in"],
    ["failed", { ...nothing, plan, report: reportNamed(plan, "x") }, ":x: Error applying plan in"],
    ["nothing to do", nothing, ":white_check_mark: No changes to apply in"],
    ["withheld", { ...nothing, plan: { ...nothing.plan, withheld } }, ":warning: Plan withheld in"],
    [
      "in part",
      { ...nothing, plan: { ...plan, withheld }, report: done },
      ":warning: Plan applied in part in",
    ],
    ["refused", { ...nothing, plan: planNamed("Billing") }, ":x: Plan not applied in"],
  ])("says in its first words: %s", (_, result, words) => {
    expect(resultComment(result, OPTIONS).split("\n")[2]).toContain(words);
  });

  test("with nothing but what was withheld doesn't say that there are no changes", () => {
    const body = resultComment({ ...nothing, plan: { ...nothing.plan, withheld } }, OPTIONS);
    expect(body).not.toContain("No changes.");
    expect(body).toContain("Nothing was changed in the organisation.");
    expect(body).toContain(`${changesOf(withheld).length} changes are withheld`);
    expect(body).toContain(LOSER.email);
    expect(body).not.toContain(UNNAMED.email);
  });

  test("fits though everything failed with a long reason, and still counts", () => {
    const large = largePlan(3000, 10);
    const body = resultComment(
      {
        target: "default",
        plan: { ...large, withheld: large.stages.flat() },
        report: reportNamed(large, "é".repeat(600)),
        reasons: Array(500).fill("é".repeat(400)),
      },
      OPTIONS,
    );
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(LIMIT);
    expect(body).toMatch(/Applied: \d+ done, \d+ failed, \d+ skipped, \d+ unsettled\./);
  });
});
