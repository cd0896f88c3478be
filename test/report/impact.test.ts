import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Impact } from "../../src/report/impact/facts.ts";
import { impactOf } from "../../src/report/impact/impact.ts";
import type { PlannedRows } from "../../src/report/planned-rows.ts";
import { applyInMemory } from "../plan/apply-in-memory.ts";
import { readScenario } from "../plan/scenario.ts";
import { schemaErrors } from "./impact-schema.ts";
import type { LivePeople } from "./organisations.ts";
import {
  complete,
  desiredOf,
  factsOf,
  idOf,
  ledgerOf,
  liveOf,
  recount,
  skillNamed,
} from "./organisations.ts";

const DESK: LivePeople = {
  "ann@example.com": { Billing: 3, Sales: 2 },
  "bob@example.com": { Billing: 1 },
  "cleo@example.com": { Billing: 3 },
};

describe("holders", () => {
  test("are counted now and after, by proficiency, and who gains and changes is named", async () => {
    const desired = await desiredOf(`
skills:
  - name: Billing
    assign_to_users: [{ user: ann@example.com, proficiency: 4 }]
  - name: Refunds
    assign_to_users: [{ user: bob@example.com, proficiency: 2 }]
`);
    const live = liveOf(DESK);
    const impact = impactOf(factsOf(desired, live));
    expect(skillNamed(impact, "Billing")).toMatchObject({
      id: idOf("Billing"),
      outcome: "stays",
      named: true,
      now: { total: 3, spread: [1, 2].map((holders, at) => ({ proficiency: at * 2 + 1, holders })) },
      after: { total: 3, spread: [1, 3, 4].map((proficiency) => ({ proficiency, holders: 1 })) },
      gains: { total: 0 },
      changes: { total: 1, named: [{ user: "ann@example.com", before: 3, after: 4 }], others: 0 },
    });
    expect(skillNamed(impact, "Refunds")).toMatchObject({
      id: null,
      outcome: "created",
      now: { total: 0 },
      gains: { total: 1, named: [{ user: "bob@example.com", before: null, after: 2 }] },
      coverage: "thin",
    });
    expect(skillNamed(impact, "Sales")).toMatchObject({
      named: false,
      now: { total: 1 },
      after: { total: 1 },
    });
    expect(impact.totals).toMatchObject({
      ...{ skills: 3, users: 3, assignmentsNow: 4, assignmentsAfter: 5 },
      ...{ usersGaining: 1, usersLosing: 0, usersChanging: 1 },
    });
  });

  test("who are not in the YAML are counted, unless everyone is to be named", async () => {
    const desired = await desiredOf(`
skills:
  - name: Sales
    exclusive: true
    assign_to_groups: [Desk]
`);
    const members = ["ann@example.com", "bob@example.com"].map((email) => `user-${email}`);
    const live = liveOf(DESK, {
      groups: complete([{ id: "desk", name: "Desk", state: "active" as const, members }]),
      groupNames: ["Desk"],
    });
    const facts = factsOf(desired, live);
    const gains = (impact: Impact) => skillNamed(impact, "Sales").gains;
    expect(gains(impactOf(facts))).toStrictEqual({ total: 1, named: [], others: 1 });
    expect(gains(impactOf(facts, { nameEveryone: true }))).toStrictEqual({
      total: 1,
      named: [{ user: "bob@example.com", before: null, after: 1 }],
      others: 0,
    });
  });

  test("who lose a skill are separate from those who move with a rename", async () => {
    const before = liveOf({ ...DESK, "dora@example.com": { Old: 5 } });
    const desired = await desiredOf(`
skills:
  - name: Invoices
    previously: [Billing]
    assign_to_users: [ann@example.com, bob@example.com, cleo@example.com]
  - name: Sales
    assign_to_users: [{ user: bob@example.com, proficiency: 1 }]
`);
    const impact = impactOf(factsOf(desired, before, ledgerOf(before)));
    expect(skillNamed(impact, "Billing")).toMatchObject({
      outcome: "deleted",
      replacedBy: "Invoices",
      coverage: "gone",
      after: { total: 0 },
      losses: { total: 0 },
      moves: { total: 3 },
    });
    expect(skillNamed(impact, "Invoices")).toMatchObject({
      outcome: "created",
      after: { total: 3, spread: [{ proficiency: 1 }, { proficiency: 3, holders: 2 }] },
      gains: { total: 0 },
      moves: { total: 3 },
    });
    expect(skillNamed(impact, "Old")).toMatchObject({
      outcome: "deleted",
      losses: { total: 1, named: [{ user: "dora@example.com", before: 5, after: null }], others: 0 },
    });
    expect(skillNamed(impact, "Sales")).toMatchObject({
      gains: { named: [{ user: "bob@example.com" }] },
      losses: { named: [{ user: "ann@example.com", before: 2, after: null }] },
    });
    expect(impact.totals).toMatchObject({ usersGaining: 1, usersLosing: 2 });
  });

  test("of skills that share a slug are each counted by themselves", async () => {
    const desired = await desiredOf(`
skills:
  - name: C++
    assign_to_users: [bob@example.com]
  - { name: C#, slug: c-sharp, assign_to_users: [cleo@example.com] }
profiles: [{ name: Coders, skills: [C++] }]
`);
    const live = liveOf({ ...DESK, "ann@example.com": { "C++": 3, C: 2 } }, { skillNames: ["C#"] });
    const impact = impactOf(factsOf(desired, live, ledgerOf(live)));
    const counted = ["C", "C++", "C#"].map((name) => {
      const { id, now, after, profiles } = skillNamed(impact, name);
      return [id, now.total, after.total, profiles.length];
    });
    expect(counted).toStrictEqual([
      [idOf("C"), 1, 0, 0],
      [idOf("C++"), 1, 1, 1],
      [idOf("C#"), 0, 1, 0],
    ]);
  });

  test("without a plan are the same after as now", async () => {
    const desired = await desiredOf("skills: [{ name: billing }, { name: Not there yet }]");
    const facts = factsOf(desired, liveOf(DESK, { skillNames: ["Welsh"] }));
    const impact = impactOf(facts, { withPlan: false });
    expect(impact).toMatchObject({ hasPlan: false, totals: { skills: 3, uncovered: 1, thin: 1 } });
    expect(impact.skills.map(({ name, named, coverage }) => [name, named, coverage])).toStrictEqual([
      ["Billing", true, "good"],
      ["Sales", false, "thin"],
      ["Welsh", false, "none"],
    ]);
    for (const { now, after } of impact.skills) expect(after).toStrictEqual(now);
  });

  test("in an incomplete list are marked as too few", async () => {
    const live = liveOf(DESK);
    const users = { kind: "incomplete", entities: live.users.entities, reason: "page 2" } as const;
    const desired = await desiredOf("skills: []");
    const short = { ...live, users, view: "limited" as const };
    const impact = impactOf(factsOf(desired, short));
    expect(impact).toMatchObject({ incomplete: ["users"], view: "limited", refusals: ["INCOMPLETE"] });
  });
});

describe("profiles", () => {
  const YAML = `
skills: [{ name: Billing }, { name: Sales }]
profiles:
  - { name: Everyone, skills: [Billing] }
  - name: Support
    extends: [Everyone]
    skills: [Sales]
    members: { users: [ann@example.com, nobody@example.com], groups: [Desk] }
`;
  const GROUP = {
    id: "desk",
    name: "Desk",
    state: "active" as const,
    members: ["user-ann@example.com", "user-bob@example.com"],
  };

  test("are the YAML's where the API has none, with those that inherit a skill", async () => {
    const desired = await desiredOf(YAML);
    const live = liveOf(DESK, { groups: complete([GROUP]) });
    const impact = impactOf(factsOf(desired, live), { withPlan: false });
    expect(impact.profiles).toStrictEqual([
      { id: "everyone", name: "Everyone", extends: [], members: 0 },
      { id: "support", name: "Support", extends: ["everyone"], members: 2 },
    ]);
    expect(skillNamed(impact, "Billing").profiles).toStrictEqual([
      { id: "everyone", name: "Everyone", inherited: false, outcome: "stays" },
      { id: "support", name: "Support", inherited: true, outcome: "stays" },
    ]);
  });

  test("are the organisation's where it has them, before and after the plan, even in a loop of parents", async () => {
    const desired = await desiredOf(YAML);
    const named = (name: string, parent: string, skills: string[]) => {
      const slug = name.toLowerCase();
      return {
        id: `p-${slug}`,
        name,
        slug,
        description: null,
        parent: `p-${parent}`,
        skills: skills.map(idOf),
      };
    };
    const live = liveOf(DESK, {
      dialect: "profiles",
      groups: complete([GROUP]),
      profiles: complete([named("Everyone", "support", []), named("Support", "everyone", ["Sales"])]),
    });
    const impact = impactOf(factsOf(desired, live));
    expect(impact.profiles.map(({ id, members }) => [id, members])).toStrictEqual([
      ["p-everyone", 0],
      ["p-support", 2],
    ]);
    expect(skillNamed(impact, "Billing").profiles).toStrictEqual([
      { id: "p-everyone", name: "Everyone", inherited: false, outcome: "gains" },
      { id: "p-support", name: "Support", inherited: true, outcome: "gains" },
    ]);
  });
});

// ── Against a slow recount ───────────────────────────────────────────────────────────────────────────

/** The report says of every skill what asking every user says, before the plan and after it was applied. */
function expectRecount(impact: Impact, { live, plan }: PlannedRows): void {
  const after = applyInMemory(plan, live).live;
  for (const skill of impact.skills) {
    const created = after.skills.entities.find(
      ({ id, name }) => id.startsWith("made-") && name === skill.name,
    );
    const idAfter = skill.id ?? created?.id ?? "";
    expect(skill.now.spread, `${skill.name} now`).toStrictEqual(recount(live, skill.id ?? ""));
    expect(skill.after.spread, `${skill.name} after`).toStrictEqual(recount(after, idAfter));
    expect(after.skills.entities.some(({ id }) => id === idAfter)).toBe(skill.outcome !== "deleted");
    const { gains, losses, moves, now } = skill;
    const moved = skill.outcome === "deleted" ? -moves.total : moves.total;
    expect(skill.after.total).toBe(now.total + gains.total - losses.total + moved);
    for (const people of [gains, losses, moves, skill.changes]) {
      expect(people.named.length + people.others).toBe(people.total);
    }
  }
  expect(impact.skills.filter(({ outcome }) => outcome !== "deleted")).toHaveLength(
    after.skills.entities.length,
  );
}

const SCENARIOS = join(import.meta.dirname, "../plan/scenarios");

test.each(readdirSync(SCENARIOS).filter((name) => name.endsWith(".yaml")))(
  "agrees with a recount of the applied plan, and with the schema: %s",
  async (name) => {
    const { desired, ledger, live, allow } = await readScenario(join(SCENARIOS, name));
    const facts = factsOf(desired, live, ledger, allow);
    const impact = impactOf(facts);
    expect(schemaErrors(JSON.parse(JSON.stringify(impact)))).toStrictEqual([]);
    if (facts.plan.refusals.length === 0) expectRecount(impact, facts);
  },
);

const NAMES = ["Billing", "Sales", "Welsh", "constructor", "__proto__"];
const EMAILS = ["ann", "bob", "cleo", "dora"].map((name) => `${name}@example.com`);
const level = fc.integer({ min: 0, max: 10 }).map((half) => half / 2);
const held = fc.dictionary(fc.constantFrom(...NAMES), level).map((skills) => Object.entries(skills));
const people = fc
  .tuple(...EMAILS.map((email) => held.map((skills) => [email, Object.fromEntries(skills)] as const)))
  .map((entries): LivePeople => Object.fromEntries(entries));
const sources = fc.uniqueArray(
  fc.record({ user: fc.constantFrom(...EMAILS), skill: fc.constantFrom(...NAMES), proficiency: level }),
  { selector: ({ user, skill }) => `${user} ${skill}` },
);

test("agrees with a recount for any desired, ledger and live", async () => {
  await fc.assert(
    fc.asyncProperty(people, people, sources, async (now, applied, wanted) => {
      const skills = NAMES.map((name) => ({
        name,
        slug: `s-${NAMES.indexOf(name)}`,
        assign_to_users: wanted
          .filter(({ skill }) => skill === name)
          .map(({ user, proficiency }) => ({ user, proficiency })),
      })).filter(({ assign_to_users }) => assign_to_users.length > 0);
      const desired = await desiredOf(JSON.stringify({ skills }));
      const live = liveOf(now, { skillNames: ["Billing"] });
      const facts = factsOf(desired, live, ledgerOf(liveOf(applied)));
      fc.pre(facts.plan.refusals.length === 0);
      expectRecount(impactOf(facts), facts);
    }),
    { numRuns: 150 },
  );
});
