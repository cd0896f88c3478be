/** The ledger after a plan, whatever comes of it. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Ledger } from "../../src/model.ts";
import { changesOf } from "../../src/plan/changes.ts";
import type { FoldedOutcome } from "../../src/plan/delta.ts";
import { foldLedger, INTENT } from "../../src/plan/delta.ts";
import type { Planned } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";
import { readScenario } from "./scenario.ts";

async function planned(name: string): Promise<Planned & { readonly ledger: Ledger | null }> {
  const { desired, ledger, live, allow } = await readScenario(
    join(import.meta.dirname, "scenarios", `${name}.yaml`),
  );
  return { ledger, ...plan({ desired, ledger, live, allow, requestsPerMinute: 300 }) };
}

function after({ delta }: Planned, outcome: FoldedOutcome): Ledger {
  return foldLedger(delta, { outcomeOf: () => outcome, createdIds: new Map() });
}

describe("what inactive holders of a deleted skill are to be given", () => {
  test("is kept in their files once the skill is deleted", async () => {
    const made = await planned("rename-with-inactive-holders");
    const pending = after(made, "done").users.flatMap(({ id, migrations = {} }) =>
      Object.values(migrations).map((one) => [id, one.name, one.proficiency, one.manual]),
    );
    expect(pending).toEqual([
      ["user-bob", "Billing Tier 1", 4, true],
      ["user-cleo", "Billing Tier 1", 5, false],
    ]);
  });

  test("is kept before a possible delete, because it can't be read afterwards", async () => {
    const made = await planned("rename-with-inactive-holders");
    const pending = foldLedger(made.delta, INTENT).users.flatMap(({ id, migrations = {} }) =>
      Object.values(migrations).map((one) => [id, one.proficiency]),
    );
    expect(pending).toEqual(
      expect.arrayContaining([
        ["user-bob", 4],
        ["user-cleo", 5],
      ]),
    );
  });

  test("is nothing while they hold the old one", async () => {
    const made = await planned("rename-with-inactive-holders");
    const away = after(made, "not-done").users.filter(({ absent }) => absent);
    expect(away.filter(({ migrations }) => migrations)).toEqual([]);
  });
});

describe("a rename", () => {
  test("that is done is recorded at the new skill, so that the previous name has no effect again", async () => {
    const made = await planned("rename-cloud");
    const done = after(made, "done");
    expect(done.skills.find(({ name }) => name === "Billing Tier 1")?.renamedFrom).toMatchObject([
      { name: "Billing T1" },
    ]);
    expect(done.replacements).toEqual([]);
  });

  test("that has begun is recorded as a replacement, so that no new permission is needed", async () => {
    const made = await planned("rename-cloud");
    expect(after(made, "not-done").replacements).toMatchObject([{ name: "Billing T1", state: "migrating" }]);
  });
});

describe("the intent", () => {
  test("records every write with what live held and what is meant", async () => {
    const made = await planned("table-update");
    const [change] = changesOf(made.plan);
    const records = foldLedger(made.delta, INTENT).users.flatMap((user) => user.records ?? []);
    expect(records).toMatchObject([{ before: change?.before, values: [change?.after], wasOurs: true }]);
    expect(records[0]).not.toHaveProperty("outcome");
  });

  test("of a new skill is recorded under its slug until it is created", async () => {
    const { delta } = await planned("rename-cloud");
    const ids = foldLedger(delta, INTENT).skills.map(({ id }) => id);
    expect(ids).toContain("new:billing-tier-1");
    const createdIds = new Map([["new:billing-tier-1", "skill-made"]]);
    const done = foldLedger(delta, { outcomeOf: () => "done", createdIds });
    expect(JSON.stringify(done)).not.toContain("new:");
    expect(done.skills.map(({ id }) => id)).toContain("skill-made");
  });

  test("leaves the ledger beside its records as if nothing were done", async () => {
    const made = await planned("table-remove");
    const without = (ledger: Ledger) => ledger.users.map(({ records: _, ...user }) => user);
    expect(without(foldLedger(made.delta, INTENT))).toEqual(without(after(made, "not-done")));
  });
});

test("a user whom the YAML names by an e-mail that is no longer theirs is not forgotten with the last assignment", async () => {
  const { desired, ledger, live } = await readScenario(
    join(import.meta.dirname, "scenarios", "user-email-changed.yaml"),
  );
  const users = live.users.entities.map((user) => ({ ...user, skills: new Map<string, number>() }));
  const emptied = { ...live, users: { kind: "complete", entities: users } } as const;
  const unasked = { ...desired, skills: [], users: desired.users.map((user) => ({ ...user, sources: [] })) };
  const options = { allow: new Set(["SKILL_REPLACE"]), requestsPerMinute: 300 };
  const left = after(plan({ desired: unasked, ledger, live: emptied, ...options }), "done");
  expect(left.users).toEqual([{ id: "user-ann", email: "ann.smith@example.com", assignments: {} }]);
  const again = plan({ desired, ledger: left, live: emptied, ...options }).plan;
  expect(again.refusals).toEqual([]);
  expect(again.notes).toContainEqual(expect.objectContaining({ code: "EMAIL_CHANGED" }));
});

test("invisible entries stay, even if the YAML names them", async () => {
  const { desired, ledger, live } = await readScenario(
    join(import.meta.dirname, "scenarios", "table-agree.yaml"),
  );
  const options = { allow: new Set(["MANY_GONE"]), requestsPerMinute: 300 };
  const none = { kind: "complete", entities: [] } as const;
  const users = live.users.entities.map((user) => ({ ...user, skills: new Map<string, number>() }));
  const emptied = { ...live, skills: none, users: { kind: "complete", entities: users } } as const;
  const absentSkills = live.skills.entities.map(({ id }) => ({ id, state: "unknown" }) as const);
  for (const unseen of [{ ...emptied, absentSkills }, { ...emptied, view: "limited" } as const]) {
    const made = plan({ desired, ledger, live: unseen, ...options });
    expect(made.plan.stages).toEqual([]);
    expect(after(made, "done")).toEqual(ledger);
  }
});

test("which of several groups the ledger records does not depend on the order of the YAML", async () => {
  const { desired, live } = await readScenario(
    join(import.meta.dirname, "scenarios", "cause-membership.yaml"),
  );
  const [group] = desired.groups;
  const [liveGroup] = live.groups.entities;
  if (!group || !liveGroup) throw new Error("The scenario has no group.");
  const twice = ["Alpha", "Beta"].map((name) => ({ ...group, group: name }));
  const groups = twice.map(({ group: name }) => ({ ...liveGroup, id: `id-${name}`, name }));
  const recorded = [twice, twice.toReversed()].map((order) => {
    const made = plan({
      desired: { ...desired, groups: order },
      ...{ ledger: null, live: { ...live, groups: { kind: "complete", entities: groups } } },
      ...{ allow: new Set<string>(), requestsPerMinute: 300 },
    });
    return after(made, "done").users.flatMap(({ assignments }) =>
      Object.values(assignments).map((assignment) => assignment.group?.name),
    );
  });
  expect(recorded[0]).toEqual(recorded[1]);
  expect(new Set(recorded[0])).toEqual(new Set(["Alpha"]));
});
