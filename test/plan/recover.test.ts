/** What the ledger learns of skills from live after a run that died. */
import { describe, expect, test } from "vitest";
import type { Ledger, LedgerSkill, Live, LiveSkill, WriteRecord } from "../../src/model.ts";
import { recoverSkills } from "../../src/plan/match/recover.ts";

function ledgerOf(skills: readonly LedgerSkill[], more: Partial<Ledger> = {}): Ledger {
  return {
    ...{
      version: 2,
      target: "default",
      organization: "org",
      dialect: "profiles",
      applied: null,
      attempted: null,
    },
    ...{ skills, profiles: [], users: [], replacements: [] },
    ...more,
  };
}

function liveOf(...skills: { readonly id: string; readonly name: string }[]): Live {
  const none = { kind: "complete", entities: [] } as const;
  return {
    organization: { id: "org", name: "Org" },
    ...{ dialect: "profiles", view: "whole", groupNames: [], absentSkills: [], absentUsers: [], requests: 0 },
    ...{ users: none, groups: none, profiles: none, references: new Map() },
    skills: {
      kind: "complete",
      entities: skills.map((skill): LiveSkill => ({ ...skill, slug: skill.name, state: "active" })),
    },
  };
}

function item(id: string, name: string, ...records: WriteRecord[]): LedgerSkill {
  return { id, name, slug: name, protected: false, ...(records.length > 0 && { records }) };
}

function record(
  kind: "existence" | "name",
  before: WriteRecord["before"],
  after: WriteRecord["before"],
): WriteRecord {
  return { field: { kind }, name: "x", before, wasOurs: true, values: [after], outcome: "over" };
}

describe("a skill that was made", () => {
  const made = item("new:chat", "Chat");
  const write = { ...record("existence", null, 3), field: { kind: "skill", id: "new:chat" } as const };
  const users = [{ id: "ann", assignments: {}, records: [write] }];

  test("gets its id everywhere in the ledger", () => {
    const replacements = [{ id: "old", name: "Old", to: "new:chat", state: "migrating" }] as const;
    const ledger = ledgerOf([made], { replacements, users });
    const found = recoverSkills(ledger, liveOf({ id: "1", name: "Chat" }));
    expect(JSON.stringify(found)).not.toContain("new:");
    expect(found?.skills).toEqual([item("1", "Chat")]);
  });

  test.each([
    ["in another spelling", [{ id: "1", name: "chat" }]],
    ["by its slug", [{ id: "1", name: "Chat!" }]],
    ["one of two", ["1", "2"].map((id) => ({ id, name: "Chat" }))],
    ["that the ledger knows as another", [{ id: "known", name: "Chat" }]],
  ])("is not recognized %s", (_, live) => {
    const ledger = ledgerOf([item("known", "Voice"), made]);
    expect(recoverSkills(ledger, liveOf(...live))).toEqual(ledger);
  });
});

describe("a name that was given", () => {
  const renamed = item("1", "Left", record("name", "Left", "Both"));

  test("is the ledger's, and the previous name has no effect again", () => {
    const found = recoverSkills(ledgerOf([renamed]), liveOf({ id: "1", name: "Both" }));
    expect(found?.skills).toMatchObject([{ name: "Both", renamedFrom: [{ name: "Left", id: "1" }] }]);
  });

  test("in another spelling alone is no rename", () => {
    const spelled = item("1", "both", record("name", "both", "Both"));
    const found = recoverSkills(ledgerOf([spelled]), liveOf({ id: "1", name: "Both" }));
    expect(found?.skills).toMatchObject([{ name: "Both" }]);
    expect(found?.skills[0]).not.toHaveProperty("renamedFrom");
  });

  test.each(["Left", "Manual"])("is not recognized if the live name is %s", (name) => {
    const ledger = ledgerOf([renamed]);
    expect(recoverSkills(ledger, liveOf({ id: "1", name }))).toEqual(ledger);
  });

  test("is not over while the state of the run is unknown", () => {
    const { outcome: _, ...open } = record("name", "Left", "Both");
    const ledger = ledgerOf([item("1", "Left", open)]);
    expect(recoverSkills(ledger, liveOf({ id: "1", name: "Both" }))).toEqual(ledger);
  });
});

describe("a rename whose old skill was deleted", () => {
  const replacements = [{ id: "1", name: "Left", to: "2", state: "migrating" }] as const;
  const ledger = ledgerOf([item("1", "Left", record("existence", true, null)), item("2", "Both")], {
    replacements,
  });
  const live = liveOf({ id: "2", name: "Both" });

  test("is over, and the old name has no effect again", () => {
    const found = recoverSkills(ledger, live);
    expect(found?.replacements).toEqual([]);
    expect(found?.skills[1]).toEqual({ ...item("2", "Both"), renamedFrom: [{ name: "Left", id: "1" }] });
  });

  test("is over under the ledger's name too, where the skill was called otherwise", () => {
    const found = recoverSkills({ ...ledger, replacements: [{ ...replacements[0], name: "LEFT" }] }, live);
    expect(found?.skills[1]?.renamedFrom?.map(({ name }) => name)).toEqual(["LEFT", "Left"]);
  });

  test("hands on the names that the old skill had replaced itself", () => {
    const earlier = [{ name: "First", id: "0" }];
    const [old, ...others] = ledger.skills;
    const skills = old ? [{ ...old, renamedFrom: earlier }, ...others] : [];
    const found = recoverSkills({ ...ledger, skills }, live);
    expect(found?.skills[1]?.renamedFrom).toEqual([...earlier, { name: "Left", id: "1" }]);
  });

  test("is not over while the old skill exists or may exist", () => {
    const both = liveOf({ id: "1", name: "Left" }, { id: "2", name: "Both" });
    const unknown = { ...live, absentSkills: [{ id: "1", state: "unknown" } as const] };
    for (const one of [both, unknown, { ...live, view: "limited" } as const]) {
      expect(recoverSkills(ledger, one)).toEqual(ledger);
    }
  });

  test("is not over where no run of ours meant to delete it", () => {
    const manual = { ...ledger, skills: [item("1", "Left", record("name", "Left", "x")), item("2", "Both")] };
    expect(recoverSkills(manual, live)).toEqual(manual);
  });
});
