/** Bodies of comments: small enough whatever the plan, exact in what they take away, and deaf to what names say. */
import { describe, expect, test } from "vitest";
import { SUMMARY_BYTES } from "../../src/github/actions.ts";
import { planMark, planMarker, topicMarker } from "../../src/github/marker.ts";
import type { Change, Operation, Plan } from "../../src/model.ts";
import { changesOf } from "../../src/plan/changes.ts";
import { summarize } from "../../src/plan/summary.ts";
import { planComment } from "../../src/report/comment/comment.ts";
import { driftIssueBody } from "../../src/report/comment/drift-issue.ts";
import { resultComment } from "../../src/report/comment/result.ts";
import { planMarkdown } from "../../src/report/plan/markdown.ts";
import { HOSTILE } from "../report/impact-hostile.ts";
import { changeMaker, LOSER, planNamed, reportNamed, skillField, UNNAMED } from "../report/plan-named.ts";
import { reactions, render, structure } from "../report/rendered.ts";

const HEAD = "a".repeat(40);
const RUN_URL = "https://github.test/acme/skills/actions/runs/77";
const MAX_BYTES = 60_000;

function commentOf(plan: Plan): string {
  const mark = planMark(plan, { repository: "acme/skills", pull: 7, head: HEAD, dir: "skills" });
  return planComment(plan, {
    marker: planMarker(mark),
    runUrl: RUN_URL,
    head: HEAD,
    isTooMuch: mark.hashes === null,
    files: { repositoryUrl: "https://github.test/acme/skills", commit: HEAD },
  });
}

function resultOf(plan: Plan, name: string): string {
  const result = {
    target: "default",
    plan: { ...plan, withheld: plan.stages.flat() },
    report: reportNamed(plan, name),
    reasons: [name],
  };
  return resultComment(result, {
    marker: topicMarker("apply", { target: plan.target, dir: "skills" }),
    runUrl: RUN_URL,
    head: HEAD,
  });
}

function issueOf(plan: Plan): string {
  return driftIssueBody(plan, {
    marker: topicMarker("drift", { target: plan.target, dir: "skills" }),
    runUrl: RUN_URL,
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
  comment: structure(render(commentOf(planNamed("Plain name")))),
  issue: structure(render(issueOf(planNamed("Plain name")))),
  result: structure(render(resultOf(planNamed("Plain name"), "Plain name"))),
};

describe("a hostile name", () => {
  test.each(NAMES)("stays in its place in the comment, the result and the issue: %j", (name) => {
    const plan = planNamed(name);
    const bodies = { comment: commentOf(plan), issue: issueOf(plan), result: resultOf(plan, name) };
    for (const [kind, body] of Object.entries(bodies)) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
      const html = render(body);
      if (!body.includes(":scissors:")) {
        expect(structure(html)).toEqual(benign[kind as keyof typeof benign]);
      }
      expect(reactions(html)).toEqual([]);
      expect(
        html.links.filter((link) => !/^(mailto:|https:\/\/github\.test\/acme\/skills\/)/.test(link)),
      ).toEqual([]);
      expect(body.split("\n").filter((line) => line.startsWith("<!-- genesys-skills:"))).toHaveLength(1);
    }
  });

  test("can't make a target end the hidden line", () => {
    const body = commentOf({ ...planNamed("Plain name"), target: "--> <b>@team" });
    const [first = ""] = body.split("\n");
    expect(first).toMatch(/^<!-- [^<>@]* -->$/);
    const html = render(body);
    expect(structure(html)).toEqual(benign.comment);
    expect(reactions(html)).toEqual([]);
  });
});

test("people who are not in the YAML are never named, unless they lose a skill", () => {
  const plan = planNamed("Plain name");
  const bodies = [commentOf(plan), issueOf(plan), resultOf(plan, "reason")];
  for (const word of Object.values(UNNAMED)) expect(bodies.join("\n")).not.toContain(word);
  for (const body of bodies) expect(body).toContain(LOSER.email);
  expect(bodies.join("\n")).toContain("1 user that the YAML doesn't name");
});

// ── Size ─────────────────────────────────────────────────────────────────────────────────────────────

const SKILLS = Array.from({ length: 40 }, (_, at) => `skill-${at}`);

/** As many users with names as long as they come, each of whom loses two skills and gains one. */
function planOfUsers(users: number, isNamed: (at: number) => boolean, name = "x".repeat(100)): Plan {
  let next = 0;
  const operations = Array.from({ length: users }, (_, at): Operation => {
    const subject = { kind: "user", id: `u-${at}` } as const;
    const make = changeMaker({ file: `skills/${name}.yaml`, line: at + 1, column: 5 });
    const fields = [0, 1, 2].map((step) => skillField(SKILLS[(at + step) % SKILLS.length] ?? ""));
    const changes = fields.map((field, step): Change => ({
      ...(step < 2
        ? make(subject, { field, verb: "remove", before: step + 1, after: null })
        : make(subject, { field, verb: "add", before: null, after: 3 })),
      id: (next++).toString(16).padStart(16, "0"),
    }));
    return { subject, name, email: `u${at}.${name}@example.com`, named: isNamed(at), changes };
  });
  return {
    ...planNamed("Plain name"),
    ...{ notes: [], refusals: [], allowed: [], stages: [operations], summary: summarize(operations) },
    skills: Object.fromEntries(SKILLS.map((id) => [id, { name: `${name} ${id}`, slug: id, isLive: true }])),
  };
}

/** How many of a skill's holders the comment says lose it, over all skills. */
function losersIn(body: string): number {
  const section = body.split("### ").find((part) => part.includes("People who lose a skill")) ?? "";
  const heads = section.split("\n").filter((line) => !line.includes(", among them: "));
  return heads
    .flatMap((line) => [...line.matchAll(/(?:, |\()(\d+) (?:person|people|loss|losses)(?::|\))/g)])
    .reduce((sum, [, number]) => sum + Number(number), 0);
}

/** Nothing that was cut is left open. */
function expectBalanced(body: string): void {
  const { tags } = render(body);
  for (const tag of ["details", "summary", "pre", "strong"]) {
    expect(tags.filter((one) => one === tag)).toHaveLength(tags.filter((one) => one === `/${tag}`).length);
  }
}

describe("a plan of many operations", () => {
  test.each([
    [10_000, "who are all named", () => true],
    [1000, "of whom every second is named", (at: number) => at % 2 === 0],
    [1000, "of whom nobody is named", () => false],
  ] as const)("on %d users %s fits, counts every removal and links to all of it", (users, _, isNamed) => {
    const plan = planOfUsers(users, isNamed);
    const body = commentOf(plan);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
    expect(body).toContain(`Plan: ${users} to add, 0 to change, ${2 * users} to destroy.`);
    expect(losersIn(body)).toBe(2 * users);
    expect(body).toMatch(/merging doesn't apply that part/);
    expect(body).toContain(`The full plan is in [the run](${RUN_URL})`);
    expectBalanced(body);
  });

  test("fits as a result and as an issue too", () => {
    const plan = planOfUsers(1000, () => true);
    for (const body of [resultOf(plan, "y".repeat(500)), issueOf(plan)]) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
      expectBalanced(body);
    }
  });

  test("fits where every one of them is refused and deletes a skill", () => {
    const name = "é".repeat(100);
    const ids = Array.from({ length: 1000 }, (_, at) => `s-${at}`);
    const operations = ids.map((id, at): Operation => {
      const [subject, user] = [{ kind: "skill", id } as const, { kind: "user", id: `holder-${at}` } as const];
      const make = changeMaker();
      const holder = { ...LOSER, id: user.id, named: false, manual: true, inactive: false };
      return {
        ...{ subject, name },
        changes: [
          make(subject, { field: { kind: "existence" }, verb: "delete", before: name, after: null }),
          make(user, { field: skillField(id), verb: "remove", before: 1, after: null }),
        ],
        deletion: { holders: [holder], inactiveListed: true },
      };
    });
    const body = commentOf({
      ...planNamed(name),
      skills: Object.fromEntries(ids.map((id) => [id, { name, slug: id, isLive: true }])),
      stages: [operations],
      summary: summarize(operations),
      refusals: ids.map((skill) => ({ code: "SKILL_DELETE", skill, holders: 1, manual: 1 })),
    });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
    const hidden = [...body.matchAll(/^- … and (\d+) more( skills.*)?$/gm)].map(([, number]) =>
      Number(number),
    );
    expect(hidden.filter((number) => number > 900)).toHaveLength(2);
  });
});

/** A target, an organisation, skills, files and users called by one name, and as much of everything as a plan can hold. */
function planOfAll(name: string, times: number): Plan {
  const each = <T>(make: (at: number) => T): T[] => Array.from({ length: times }, (_, at) => make(at));
  const ids = each((at) => [`old-${at}`, `new-${at}`]).flat();
  const make = changeMaker({ file: name, line: 1, column: 1 });
  const moves = each((at): Operation => {
    const subject = { kind: "user", id: `u-${at}` } as const;
    const field = skillField(`new-${at}`);
    const rename = { from: `old-${at}` };
    return {
      ...{ subject, name, email: name, named: true },
      changes: [
        make(subject, {
          field,
          verb: "add",
          before: null,
          after: 1,
          rename,
          manual: true,
          cause: "conflict",
        }),
        make(subject, { field: skillField("id-other"), verb: "remove", before: 1, after: null }),
      ],
    };
  });
  const deletes = each((at): Operation => {
    const subject = { kind: "skill", id: `old-${at}` } as const;
    const gone = { field: { kind: "existence" }, verb: "delete", before: name, after: null } as const;
    return {
      ...{ subject, name },
      changes: [make(subject, { ...gone, rename: { to: `new-${at}` } })],
      deletion: { replacedBy: `new-${at}`, holders: [], inactiveListed: true },
    };
  });
  const plan = planNamed(name);
  const stages = [[...plan.stages.flat(), ...moves], deletes];
  const skills = Object.fromEntries(ids.map((id) => [id, { name, slug: id, isLive: true }]));
  return {
    ...{ ...plan, stages, summary: summarize(stages.flat()), target: "default" },
    skills: { ...plan.skills, ...skills },
    ...{ notes: each(() => plan.notes).flat(), refusals: each(() => plan.refusals).flat() },
    allowed: each(() => plan.refusals).flat(),
  };
}

describe("names of the worst kind", () => {
  // Signs that take many bytes to keep harmless, four bytes in two units, three bytes, and both.
  test.each([
    "@a".repeat(150),
    "$#1".repeat(100),
    "\u{1f4a5}".repeat(150),
    "漢".repeat(300),
    "@a\u{1f4a5}漢:".repeat(60),
  ])("make nothing too long, however often they come: %j", (name) => {
    // Twenty of everything is twice what the job's summary holds.
    for (const times of [1, 20]) {
      const plan = planOfAll(name, times);
      for (const body of [commentOf(plan), resultOf(plan, name), issueOf(plan)]) {
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
        expectBalanced(body);
      }
      const summary = planMarkdown(plan, { maxBytes: SUMMARY_BYTES });
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(SUMMARY_BYTES);
    }
    const body = commentOf(planOfUsers(300, () => true, name));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
    expect(losersIn(body)).toBe(600);
  });
});

test("removals stay in full as long as anything else can go", () => {
  const body = commentOf(planOfUsers(300, (at) => at < 20, "x".repeat(40)));
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
  expect(losersIn(body)).toBe(600);
  // Unnamed or not: they lose a skill.
  for (let at = 0; at < 300; at++) expect(body).toContain(`u${at}.`);
});

test("the hidden line holds a hash for each change that takes away", () => {
  const plan = planOfUsers(1000, () => true);
  const mark = planMark(plan, { repository: "acme/skills", pull: 7, head: HEAD, dir: "skills" });
  expect(mark.hashes).toHaveLength(2000);
  expect(new Set(mark.hashes).size).toBe(2000);
  expect(changesOf(plan)).toHaveLength(3000);
  expect(Buffer.byteLength(commentOf(plan))).toBeLessThanOrEqual(MAX_BYTES);
});
