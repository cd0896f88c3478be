/** The plan of one pull request beside what waits on main. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import type { Plan } from "../../src/model.ts";
import type { PlanInputs } from "../../src/plan/plan.ts";
import { plan as makePlan } from "../../src/plan/plan.ts";
import type { PullRequestPlan } from "../../src/plan/pull-request.ts";
import { planPullRequest } from "../../src/plan/pull-request.ts";
import { planLines } from "./plan-lines.ts";
import { readScenario } from "./scenario.ts";

type Yaml = object;

interface Sides {
  readonly ledger: object;
  readonly live: object;
}

/** Ann and Bob hold Billing and Chat, all of it ours; Cleo holds nothing. */
const APPLIED: Sides = {
  ledger: {
    skills: ["Billing", "Chat"],
    users: { "ann@example.com": { Billing: 3, Chat: 1 }, "bob@example.com": { Billing: 2, Chat: 1 } },
  },
  live: {
    skills: ["Billing", "Chat"],
    users: {
      "ann@example.com": { Billing: 3, Chat: 1 },
      "bob@example.com": { Billing: 2, Chat: 1 },
      "cleo@example.com": {},
    },
  },
};

const skill = (name: string, ...users: readonly string[]): object => ({
  name,
  assign_to_users: users.map((user) => `${user}@example.com`),
});

const MAIN = { skills: [skill("Billing", "ann", "bob"), skill("Chat", "ann", "bob")] };

async function inputsOf(
  desired: Yaml,
  sides: Sides = APPLIED,
  allow: readonly string[] = [],
): Promise<PlanInputs> {
  const folder = mkdtempSync(join(tmpdir(), "pull-request-"));
  try {
    const file = join(folder, "one.yaml");
    writeFileSync(
      file,
      stringify({ story: "A pull request.", desired, ...sides, allow: [...allow], plan: "" }),
    );
    const read = await readScenario(file);
    const { ledger, live } = read;
    return { desired: read.desired, ledger, live, allow: read.allow, requestsPerMinute: 300 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `main` is the YAML that waits there, `head` that of the tested merge. */
async function planned(
  main: Yaml,
  head: Yaml,
  {
    sides = APPLIED,
    allow = [],
    allowedOnMain = [],
  }: { sides?: Sides; allow?: string[]; allowedOnMain?: string[] } = {},
): Promise<PullRequestPlan> {
  const base = await inputsOf(main, sides, allowedOnMain);
  // One reading serves both.
  const { live, ledger } = base;
  const inputs = { ...(await inputsOf(head, sides, allow)), live, ledger };
  return planPullRequest(makePlan(inputs), inputs, base);
}

function linesOf(plan: Plan): string[] {
  return planLines({ ...plan, withheld: [], notes: [], refusals: [], allowed: [] }).slice(1);
}

const codes = (refusals: Plan["refusals"]): string[] => refusals.map(({ code }) => code);

test("what was merged and waits is no part of it", async () => {
  const main = { skills: [skill("Billing", "ann"), skill("Chat", "ann", "bob")] };
  const head = { skills: [skill("Billing", "ann"), skill("Chat", "ann", "bob", "cleo")] };
  const { plan, waiting, undone } = await planned(main, head);
  expect(linesOf(plan)).toEqual(["+ cleo@example.com gains Chat at 1 (edit)"]);
  expect(plan.summary).toMatchObject({ add: 1, destroy: 0 });
  expect(linesOf(waiting)).toEqual(["- bob@example.com loses Billing, was 2 (edit)"]);
  expect(linesOf(undone)).toEqual([]);
});

test("a delete that waits, allowed, refuses no other pull request", async () => {
  const main = { skills: [skill("Billing", "ann", "bob")] };
  const head = { skills: [skill("Billing", "ann", "bob"), skill("Returns", "cleo")] };
  const { plan, waiting } = await planned(main, head, { allowedOnMain: ["SKILL_DELETE"] });
  expect(codes(plan.refusals)).toEqual([]);
  expect(linesOf(plan)).toHaveLength(2);
  expect(codes(waiting.allowed)).toEqual(["SKILL_DELETE"]);
  // Where nobody can search for it is the matter of whoever deletes it.
  expect(plan.notes.map(({ code }) => code)).not.toContain("NOT_SEARCHED");
  expect(waiting.notes.map(({ code }) => code)).toContain("NOT_SEARCHED");
});

test("a refusal that was merged anyway is reported for main, and does not refuse the next pull request", async () => {
  const main = { skills: [skill("Billing", "ann", "bob")] };
  const head = { skills: [skill("Billing", "ann", "bob", "cleo")] };
  const { plan, waiting } = await planned(main, head);
  expect(codes(plan.refusals)).toEqual([]);
  expect(linesOf(plan)).toEqual(["+ cleo@example.com gains Billing at 1 (edit)"]);
  expect(codes(waiting.refusals)).toEqual(["SKILL_DELETE"]);
});

test("its own delete is refused, also where main has one of another skill", async () => {
  const { plan } = await planned(
    { skills: [skill("Billing", "ann", "bob")] },
    { skills: [skill("Nothing else")] },
  );
  expect(codes(plan.refusals)).toContain("SKILL_DELETE");
  expect(plan.refusals.filter(({ code }) => code === "SKILL_DELETE")).toHaveLength(1);
});

test("two that together remove a skill's last holders: the second is refused while the first waits", async () => {
  const main = { skills: [skill("Billing", "bob"), skill("Chat", "ann", "bob")] };
  const head = { skills: [skill("Billing"), skill("Chat", "ann", "bob")] };
  const { plan } = await planned(main, head);
  expect(linesOf(plan)).toEqual(["- bob@example.com loses Billing, was 2 (edit)"]);
  expect(codes(plan.refusals)).toEqual(["UNCOVERED"]);
});

test("drift alone is shown to a pull request that changes no YAML, and nothing waits", async () => {
  const live = {
    ...APPLIED.live,
    users: { "ann@example.com": { Chat: 1 }, "bob@example.com": { Billing: 2, Chat: 1 } },
  };
  const { plan, waiting } = await planned(MAIN, MAIN, { sides: { ...APPLIED, live } });
  expect(linesOf(plan)).toEqual(["+ ann@example.com gains Billing at 1 (drift)"]);
  expect(linesOf(waiting)).toEqual([]);
});

test("what it undoes on main is shown", async () => {
  const main = { skills: [skill("Billing", "ann"), skill("Chat", "ann", "bob")] };
  const { plan, undone } = await planned(main, MAIN);
  expect(linesOf(plan)).toEqual([]);
  expect(linesOf(undone)).toEqual(["- bob@example.com loses Billing, was 2 (edit)"]);
});

test("another value for what waits is its own change", async () => {
  const at = (proficiency: number): Yaml => ({
    skills: [
      { name: "Billing", assign_to_users: [{ user: "ann@example.com", proficiency }, "bob@example.com"] },
      skill("Chat", "ann", "bob"),
    ],
  });
  const { plan, waiting, undone } = await planned(at(4), at(5));
  expect(linesOf(plan)).toEqual(["~ ann@example.com Billing 3 → 5 (edit)"]);
  expect(linesOf(waiting)).toEqual([]);
  expect(linesOf(undone)).toEqual([]);
});

test("the threshold of removals counts its own", async () => {
  const people = Array.from({ length: 20 }, (_, at) => `agent${at}`);
  const all = Object.fromEntries(people.map((name) => [`${name}@example.com`, { Billing: 1 }]));
  const sides = { ledger: { skills: ["Billing"], users: all }, live: { skills: ["Billing"], users: all } };
  const withUsers = (from: number): Yaml => ({ skills: [skill("Billing", ...people.slice(from))] });
  const small = await planned(withUsers(6), withUsers(7), { sides });
  expect(codes(small.plan.refusals)).toEqual([]);
  expect(codes(small.waiting.refusals)).toEqual([]);
  const big = await planned(withUsers(0), withUsers(8), { sides });
  expect(codes(big.plan.refusals)).toEqual(["TOO_MANY_REMOVALS"]);
  const label = await planned(withUsers(0), withUsers(8), { sides, allow: ["TOO_MANY_REMOVALS"] });
  expect(codes(label.plan.refusals)).toEqual([]);
  expect(codes(label.plan.allowed)).toEqual(["TOO_MANY_REMOVALS"]);
});

test("a list that could not be read to its end refuses every pull request", async () => {
  const base = await inputsOf(MAIN);
  const live = {
    ...base.live,
    users: { kind: "incomplete", entities: [], reason: "page 2 never came" } as const,
  };
  const inputs = { ...base, live };
  const { plan } = planPullRequest(makePlan(inputs), inputs, inputs);
  expect(codes(plan.refusals)).toEqual(["INCOMPLETE"]);
});

test.each(["MANY_GONE", "SHARED_ORG"] as const)(
  "a pull request without a base to compare with doesn't pass as an empty plan (%s)",
  async (code) => {
    const base = await inputsOf(MAIN);
    const head = await inputsOf({ skills: [skill("Billing", "ann", "bob", "cleo"), skill("Chat")] });
    const wrong =
      code === "SHARED_ORG"
        ? {
            otherLedgers: [
              { target: "other", organization: base.live.organization.id, isInRepository: true },
            ],
          }
        : { live: { ...base.live, users: { ...base.live.users, entities: [] } } };
    const sides = { live: base.live, ledger: base.ledger, ...wrong };
    const allowedThere = { ...base, ...sides, allow: new Set([code]) };
    for (const main of [{ ...base, ...sides }, allowedThere]) {
      const inputs = { ...head, ...sides };
      const { plan } = planPullRequest(makePlan(inputs), inputs, main);
      expect(codes(plan.refusals)).toEqual([code]);
    }
  },
);

test("a rename to another skill than the one that was allowed on main is asked of its own", async () => {
  const renamed = (name: string): Yaml => ({
    skills: [{ ...skill(name, "ann", "bob"), previously: ["Billing"] }, skill("Chat", "ann", "bob")],
  });
  const { plan } = await planned(renamed("Payments"), renamed("Spam"), { allowedOnMain: ["SKILL_REPLACE"] });
  expect(codes(plan.refusals)).toEqual(["SKILL_REPLACE"]);
});

test("Of the days to come a pull request says what it brings, and not what main does.", async () => {
  const returns = (...users: readonly object[]): object => ({ name: "Returns", assign_to_users: users });
  const [ann, bob] = [
    { user: "ann@example.com", until: "2026-12-02" },
    { user: "bob@example.com", from: "2026-12-03", until: "2026-12-10" },
  ];
  const days = async (main: Yaml, head: Yaml): Promise<string[]> =>
    planLines((await planned(main, head)).plan).filter((line) => /^2026|SCHEDULED/u.test(line));
  const [before, after] = [{ skills: [returns(ann)] }, { skills: [returns(ann, bob)] }];
  expect(await days(before, before)).toStrictEqual([]);
  expect(await days(before, after)).toStrictEqual([
    "2026-12-03 + bob@example.com gains Returns at 1",
    "2026-12-11 - bob@example.com loses Returns, was 1",
    "2026-12-11 ! nobody has Returns, of 1",
    "note SCHEDULED days 2",
  ]);
  expect(await days(after, before)).toStrictEqual([
    "2026-12-03 ! nobody has Returns, of 1",
    "note SCHEDULED days 1",
  ]);
});
