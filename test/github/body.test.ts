/** Bodies of comments: small enough whatever the plan, exact in what they take away, and deaf to what names say. */
import { describe, expect, test } from "vitest";
import { planMark, planMarker, targetMarker } from "../../src/github/marker.ts";
import type { Operation, Plan, UpdateUser } from "../../src/model.ts";
import { fingerprintsOf } from "../../src/plan/fingerprint.ts";
import { summarize } from "../../src/plan/summary.ts";
import { SUMMARY_BYTES } from "../../src/github/actions.ts";
import { planMarkdown } from "../../src/report/plan/markdown.ts";
import { planComment } from "../../src/report/comment/comment.ts";
import { driftIssueBody } from "../../src/report/comment/drift-issue.ts";
import { resultComment } from "../../src/report/comment/result.ts";
import { HOSTILE } from "../report/impact-hostile.ts";
import { planNamed, reportNamed, STRANGER } from "../report/plan-named.ts";

const HEAD = "a".repeat(40);
const RUN_URL = "https://github.test/acme/skills/actions/runs/77";
const MAX_BYTES = 60_000;

function commentOf(plan: Plan): string {
  const mark = planMark(plan, { repository: "acme/skills", pull: 7, head: HEAD });
  return planComment(plan, {
    marker: planMarker(mark),
    runUrl: RUN_URL,
    head: HEAD,
    isTooMuch: mark.hashes === null,
  });
}

function resultOf(plan: Plan, name: string): string {
  const result = {
    target: "default",
    plan,
    report: reportNamed(plan, name),
    heldBack: plan.stages.flat(),
    reasons: [name],
  };
  return resultComment(result, { marker: targetMarker("apply", plan.target), runUrl: RUN_URL, head: HEAD });
}

function issueOf(plan: Plan): string {
  return driftIssueBody(plan, { marker: targetMarker("drift", plan.target), runUrl: RUN_URL });
}

// ── Structure ────────────────────────────────────────────────────────────────────────────────────────

/** The lines outside fenced blocks; throws where a fence is left open. */
function outsideFences(markdown: string): string[] {
  let fence: string | null = null;
  const outside: string[] = [];
  for (const line of markdown.split("\n")) {
    const [, ticks = null] = /^(`{3,})[a-z]*$/.exec(line) ?? [];
    if (fence !== null) fence = line === fence ? null : fence;
    else if (ticks !== null) fence = ticks;
    else outside.push(line);
  }
  if (fence !== null) throw new Error(`The fence ${fence} is never closed.`);
  return outside;
}

/** What each line is, whatever it says. */
function shapes(markdown: string): string[] {
  return outsideFences(markdown).map((line) => {
    if (line.startsWith("|")) return `table of ${line.split("|").length}`;
    return /^(#{1,6} |- |\d+\. |> |<!-- |<details><summary>|<\/details>|[-+@ ]|$)/.exec(line)?.[1] ?? "text";
  });
}

const NAMES = [
  ...HOSTILE,
  "@team",
  "@acme/team",
  "::error::forged",
  "</details></summary>",
  "| --- | --- |",
  "~~~\n---\n===",
  "<!-- genesys-skills:plan:v1 {} -->",
  "\n<!-- genesys-skills:plan:v1 {} -->\n",
  "#1 and acme/skills#2 and GH-3",
  "https://evil.example and www.evil.example",
  "](http://x)",
  "-->",
  "</details>",
  "\ud800",
  "${{ secrets.GENESYS_CLIENT_SECRET }}",
  "$x$ and :tada:",
];

const benign = {
  comment: shapes(commentOf(planNamed("Plain name"))),
  issue: shapes(issueOf(planNamed("Plain name"))),
  result: shapes(resultOf(planNamed("Plain name"), "Plain name")),
};

describe("a hostile name", () => {
  test.each(NAMES)("stays in its place in the comment, the result and the issue: %j", (name) => {
    const plan = planNamed(name);
    const bodies = { comment: commentOf(plan), issue: issueOf(plan), result: resultOf(plan, name) };
    for (const [kind, body] of Object.entries(bodies)) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
      if (name.length < 1000) expect(shapes(body)).toEqual(benign[kind as keyof typeof benign]);
      const outside = outsideFences(body).slice(1).join("\n").replaceAll(RUN_URL, "");
      expect(outside.match(/<\/?[a-z!][^>]*>?/gi)?.filter((tag) => !OURS.includes(tag)) ?? []).toEqual([]);
      expect(outside).not.toMatch(/@|https?:|\bwww\.|\$\{\{|<!--|-->|!\[|\]\((?!\))[^)]/);
      expect(body.split("\n").filter((line) => line.startsWith("<!-- genesys-skills:"))).toHaveLength(1);
    }
  });

  test("can't make a target end the hidden line", () => {
    const body = commentOf({ ...planNamed("Plain name"), target: "--> <b>@team" });
    const [first = ""] = body.split("\n");
    expect(first).toMatch(/^<!-- [^<>@]* -->$/);
    expect(outsideFences(body).slice(1).join("\n")).not.toMatch(/-->|<b>|@/);
  });
});

const OURS = ["<details>", "<summary>", "</summary>", "</details>"];

test("nobody whom the YAML doesn't name is named anywhere", () => {
  const plan = planNamed("Plain name");
  const bodies = [commentOf(plan), issueOf(plan), resultOf(plan, "reason")].join("\n");
  for (const word of Object.values(STRANGER)) expect(bodies).not.toContain(word);
  expect(bodies).toContain("1 user that the YAML doesn't name");
});

// ── Size ─────────────────────────────────────────────────────────────────────────────────────────────

const SKILLS = Array.from({ length: 40 }, (_, at) => `skill-${at}`);

/** As many users with names as long as they come, each of whom loses two skills and gains one. */
function planOfUsers(users: number, isNamed: (at: number) => boolean, name = "x".repeat(100)): Plan {
  let next = 0;
  const change = (skill: string) => ({
    ...{ skill, cause: "edit" as const, patch: [] },
    fingerprint: (next++).toString(16).padStart(16, "0"),
    origin: { file: `skills/${name}.yaml`, line: next, column: 5 },
  });
  const operations: Operation[] = Array.from({ length: users }, (_, at): UpdateUser => {
    const [one, two, three] = [0, 1, 2].map((step) => `skill-${(at + step) % SKILLS.length}`);
    return {
      ...{
        kind: "update-user",
        id: `u-${at}`,
        name,
        email: `u${at}.${name}@example.com`,
        named: isNamed(at),
      },
      changes: [
        { kind: "lose", before: 1, ...change(one ?? "") },
        { kind: "lose", before: 2, ...change(two ?? "") },
        { kind: "gain", after: 3, ...change(three ?? "") },
      ],
    };
  });
  return {
    ...planNamed("Plain name"),
    ...{ notes: [], refusals: [], allowed: [], stages: [operations], summary: summarize(operations) },
    skills: Object.fromEntries(SKILLS.map((slug) => [slug, { name: `${name} ${slug}`, id: slug }])),
  };
}

/** How many of a skill's holders the comment says lose it, over all skills. */
function losersIn(body: string): number {
  const section = body.split("### ").find((part) => part.includes("Users who lose a skill")) ?? "";
  return [...section.matchAll(/\*\* \((\d+) users?\):/g)].reduce(
    (sum, [, number]) => sum + Number(number),
    0,
  );
}

describe("a plan of 10,000 operations", () => {
  test.each([
    ["who are all named", () => true],
    ["of whom every second is named", (at: number) => at % 2 === 0],
    ["of whom nobody is named", () => false],
  ] as const)("on users %s fits, counts every removal and links to all of it", (_, isNamed) => {
    const plan = planOfUsers(10_000, isNamed);
    const body = commentOf(plan);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
    expect(body).toContain("Plan: 10000 to add, 0 to change, 20000 to destroy.");
    expect(losersIn(body)).toBe(20_000);
    expect(body).toMatch(/merging doesn't apply that part/);
    expect(body).toContain(`The full plan is in [the run](${RUN_URL})`);
    shapes(body);
  });

  test("fits as a result and as an issue too", () => {
    const plan = planOfUsers(10_000, () => true);
    for (const body of [resultOf(plan, "y".repeat(500)), issueOf(plan)]) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
      shapes(body);
    }
  });

  test("fits where every one of them is refused and deletes a skill", () => {
    const name = "é".repeat(100);
    const slugs = Array.from({ length: 10_000 }, (_, at) => `s-${at}`);
    const operations = slugs.map((skill): Operation => {
      const fingerprint = skill.padStart(16, "0");
      return {
        kind: "delete-skill",
        skill,
        id: skill,
        name,
        holders: ["a"],
        byHand: 1,
        cause: "edit",
        fingerprint,
      };
    });
    const body = commentOf({
      ...planNamed(name),
      skills: Object.fromEntries(slugs.map((slug) => [slug, { name, id: slug }])),
      stages: [operations],
      summary: summarize(operations),
      refusals: slugs.map((skill) => ({ code: "SKILL_DELETE", skill, holders: 1, byHand: 1 })),
    });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
    const hidden = [...body.matchAll(/^- … and (\d+) more$/gm)].map(([, number]) => Number(number));
    expect(hidden).toHaveLength(2);
    for (const number of hidden) expect(number).toBeGreaterThan(9000);
  });
});

/** A target, an organisation, skills, files and users called by one name, and as much of everything as a plan can hold. */
function planOfAll(name: string, times: number): Plan {
  const each = <T>(make: (at: number) => T): T[] => Array.from({ length: times }, (_, at) => make(at));
  const slugs = each((at) => [`old-${at}`, `new-${at}`]).flat();
  const change = (at: number) => ({
    ...{ cause: "conflict" as const, patch: [], fingerprint: at.toString(16).padStart(16, "0") },
    origin: { file: name, line: at + 1, column: 1 },
  });
  const moves = each((at): UpdateUser => ({
    ...{ kind: "update-user", id: `u-${at}`, name, email: name, named: true },
    changes: [
      { kind: "gain", skill: `new-${at}`, after: 1, from: `old-${at}`, byHand: true, ...change(2 * at) },
      { kind: "lose", skill: `new-${at}`, before: 1, ...change(2 * at + 1) },
    ],
  }));
  const deletes = each((at): Operation => ({
    ...{ kind: "delete-skill", skill: `old-${at}`, id: "x", name, holders: ["u"], byHand: 1 },
    ...{ replacedBy: `new-${at}`, ...change(4000 + at) },
  }));
  const plan = planNamed(name);
  const stages = [[...plan.stages.flat(), ...moves], deletes];
  return {
    ...{ ...plan, stages, summary: summarize(stages.flat()) },
    ...{ target: "default", skills: Object.fromEntries(slugs.map((slug) => [slug, { name, id: slug }])) },
    ...{ notes: each(() => plan.notes).flat(), refusals: each(() => plan.refusals).flat() },
    allowed: each(() => plan.refusals).flat(),
  };
}

describe("names of the worst kind", () => {
  // One byte that takes five to keep harmless, four bytes in two units, three bytes, and both.
  test.each(["@".repeat(300), "\u{1f4a5}".repeat(150), "漢".repeat(300), "@\u{1f4a5}漢:".repeat(60)])(
    "make nothing too long, however often they come: %j",
    (name) => {
      for (const times of [1, 60]) {
        const plan = planOfAll(name, times);
        for (const body of [commentOf(plan), resultOf(plan, name), issueOf(plan)]) {
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
          shapes(body);
        }
        const summary = planMarkdown(plan, { maxBytes: SUMMARY_BYTES });
        expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(SUMMARY_BYTES);
      }
      const body = commentOf(planOfUsers(1000, () => true, name));
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
      expect(losersIn(body)).toBe(2000);
    },
  );
});

test("removals stay in full as long as anything else can go", () => {
  const body = commentOf(planOfUsers(600, (at) => at < 20));
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
  expect(losersIn(body)).toBe(1200);
  for (let at = 0; at < 20; at++) expect(body).toContain(`u${at}.`);
});

test("the hidden line holds a hash for each change that takes away", () => {
  const plan = planOfUsers(1000, () => true);
  const mark = planMark(plan, { repository: "acme/skills", pull: 7, head: HEAD });
  expect(mark.hashes).toHaveLength(2000);
  expect(new Set(mark.hashes).size).toBe(2000);
  expect(plan.stages.flat().flatMap(fingerprintsOf)).toHaveLength(3000);
  expect(Buffer.byteLength(commentOf(plan))).toBeLessThanOrEqual(MAX_BYTES);
});
