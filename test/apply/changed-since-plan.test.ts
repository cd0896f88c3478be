import { describe, expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { skillsOf, writesOf } from "../support/organisation.ts";
import { setStage } from "./plans.ts";

const BILLING = "Billing";
const raise = { skill: BILLING, before: 3, after: 4 };

function profileOf(sandbox: Sandbox, name: string) {
  return sandbox.snapshot().profiles.find((profile) => profile.name === name);
}

describe("a proficiency that changed after the plan was made", () => {
  test("is left unchanged and reported with the current value", async () => {
    const { sandbox, apply, user } = await setStage();
    const stages = [[user("ann@example.com", raise), user("cleo@example.com", { skill: BILLING, after: 1 })]];
    sandbox.manualEdits.assign("ann@example.com", BILLING, 5);
    const { report, lines } = await apply(stages);
    expect(lines).toEqual(["ann@example.com billing: changed-since-plan", "cleo@example.com billing: done"]);
    expect(report.outcomes[0]?.changes[0]).toMatchObject({ why: { kind: "changed-since-plan", found: 5 } });
    expect(skillsOf(sandbox, "ann@example.com")).toEqual({ Billing: 5, Sales: 2 });
  });

  test("is reported as gone if somebody took it away", async () => {
    const { sandbox, apply, user } = await setStage();
    sandbox.manualEdits.unassign("ann@example.com", BILLING);
    const { report } = await apply([[user("ann@example.com", raise)]]);
    expect(report.outcomes[0]?.changes[0]).toMatchObject({
      why: { kind: "changed-since-plan", found: null },
    });
    expect(skillsOf(sandbox, "ann@example.com")).not.toHaveProperty(BILLING);
  });

  test("needs no write if it has the planned value already", async () => {
    const { sandbox, apply, user } = await setStage();
    sandbox.manualEdits.assign("ann@example.com", BILLING, 4);
    const { lines } = await apply([[user("ann@example.com", raise)]]);
    expect(lines).toEqual(["ann@example.com billing: already-applied"]);
    expect(writesOf(sandbox)).toEqual([]);
  });

  test("is not overwritten if somebody gave the planned skill meanwhile", async () => {
    const { sandbox, apply, user } = await setStage();
    sandbox.manualEdits.assign("dora@example.com", BILLING, 5);
    const gains = [
      { skill: BILLING, after: 1 },
      { skill: "Sales", after: 1 },
    ];
    const { lines } = await apply([[user("dora@example.com", ...gains)]]);
    expect(lines).toEqual(["dora@example.com billing: changed-since-plan", "dora@example.com sales: done"]);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 5, Sales: 1 });
  });
});

describe("a loss", () => {
  const loss = { skill: "Complaints", before: 5, after: null };

  test("removes that skill and no other", async () => {
    const { sandbox, apply, user } = await setStage();
    const { lines } = await apply([[user("bob@example.com", loss)]]);
    expect(lines).toEqual(["bob@example.com complaints: done"]);
    expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Billing: 1 });
  });

  test("doesn't remove a skill whose proficiency changed after the plan was made", async () => {
    const { sandbox, apply, user } = await setStage();
    sandbox.manualEdits.assign("bob@example.com", "Complaints", 2);
    const { lines } = await apply([[user("bob@example.com", loss)]]);
    expect(lines).toEqual(["bob@example.com complaints: changed-since-plan"]);
    expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Billing: 1, Complaints: 2 });
  });

  test("is already done if somebody took the skill away", async () => {
    const { sandbox, apply, user } = await setStage();
    sandbox.manualEdits.unassign("bob@example.com", "Complaints");
    const { lines } = await apply([[user("bob@example.com", loss)]]);
    expect(lines).toEqual(["bob@example.com complaints: already-applied"]);
    expect(writesOf(sandbox)).toEqual([]);
  });

  test("counts as done if its answer is lost", async () => {
    const { sandbox, apply, user } = await setStage();
    sandbox.faults.set({ lostAnswer: { every: 1, times: 1, on: "DELETE" } });
    const { lines } = await apply([[user("bob@example.com", loss)]]);
    expect(lines).toEqual(["bob@example.com complaints: done"]);
  });
});

describe("a skill's own fields", () => {
  const description = ["Bills", "Invoices and refunds"] as const;

  test("are left for the next plan if somebody changed the description meanwhile", async () => {
    const { sandbox, apply, texts } = await setStage({ dialect: "profiles" });
    sandbox.manualEdits.describeSkill(BILLING, "Somebody's words");
    const { lines } = await apply([[texts(BILLING, { description })]]);
    expect(lines).toEqual(["billing description: changed-since-plan"]);
    expect(sandbox.snapshot().skills.find(({ name }) => name === BILLING)?.description).toBe(
      "Somebody's words",
    );
  });

  test("are written without undoing a manual rename", async () => {
    const { sandbox, apply, texts } = await setStage({ dialect: "profiles" });
    sandbox.manualEdits.renameSkill(BILLING, "Bills and more");
    const { lines } = await apply([[texts(BILLING, { description })]]);
    expect(lines).toEqual(["billing description: done"]);
    const names = sandbox.snapshot().skills.map((skill) => `${skill.name}: ${skill.description ?? ""}`);
    expect(names).toContain("Bills and more: Invoices and refunds");
  });

  test("don't bring back a name that only an older read shows", async () => {
    const { sandbox, apply, texts, live } = await setStage({ dialect: "profiles" });
    sandbox.faults.set({ staleReads: 1 });
    sandbox.manualEdits.renameSkill(BILLING, "Bills and more");
    const listed = live.skills.entities.map((skill) =>
      skill.name === BILLING ? { ...skill, name: "Bills and more" } : skill,
    );
    const { lines } = await apply([[texts(BILLING, { description })]], {
      live: { ...live, skills: { kind: "complete", entities: listed } },
      staleSeconds: 60,
    });
    expect(lines).toEqual(["billing description: done"]);
    expect(sandbox.snapshot().skills.map(({ name }) => name)).toContain("Bills and more");
  });

  test("fail if the skill was deleted meanwhile", async () => {
    const { sandbox, apply, texts, user } = await setStage({ dialect: "profiles" });
    sandbox.manualEdits.deleteSkill(BILLING);
    const stages = [
      [texts(BILLING, { description }), user("dora@example.com", { skill: "Sales", after: 1 })],
    ];
    expect((await apply(stages)).lines).toEqual([
      "billing description: failed",
      "dora@example.com sales: done",
    ]);
  });

  test("get a temporary name if two names are swapped", async () => {
    const { sandbox, apply, texts } = await setStage({ dialect: "profiles" });
    const stages = [
      [texts(BILLING, { name: [BILLING, "Billing (in between)"] })],
      [texts("Sales", { name: ["Sales", BILLING] })],
      [texts(BILLING, { name: ["Billing (in between)", "Sales"], description: ["Bills", "Sells"] })],
    ];
    // Every read is older than what was written, as behind a cache.
    sandbox.faults.set({ staleMs: 3_600_000 });
    const { lines } = await apply(stages, { staleSeconds: 60 });
    expect(lines.filter((line) => !line.endsWith(": done"))).toEqual([]);
    expect(sandbox.snapshot().skills.map(({ name, description }) => [name, description])).toEqual([
      ["Billing", undefined],
      ["Complaints", undefined],
      ["Sales", "Sells"],
    ]);
  });

  test("are skipped if the step before was not done", async () => {
    const { sandbox, apply, texts } = await setStage({ dialect: "profiles" });
    const stages = [
      [texts(BILLING, { name: [BILLING, "Billing (in between)"] })],
      [texts("Sales", { name: ["Sales", BILLING] })],
      [texts(BILLING, { name: ["Billing (in between)", "Sales"] })],
    ];
    const billing = stages[0]?.[0]?.subject.id ?? "";
    sandbox.faults.set({ serverError: { every: 1, on: `PUT /api/v2/routing/skills/${billing}` } });
    const { lines } = await apply(stages);
    expect(lines).toContain("billing name: dependency");
    expect(lines).toContain("sales name: failed");
  });

  test("fail at once if another skill has the name", async () => {
    const { sandbox, apply, texts } = await setStage({ dialect: "profiles" });
    sandbox.manualEdits.createSkill("Invoices");
    const { report, lines } = await apply([[texts(BILLING, { name: [BILLING, "Invoices"] })]]);
    expect(lines).toEqual(["billing name: failed"]);
    expect(report.outcomes[0]?.changes[0]).toMatchObject({
      reason: 'The name "Invoices" is taken.',
    });
    expect(writesOf(sandbox)).toHaveLength(1);
  });
});

describe("a routing profile", () => {
  const gains = [
    { skill: BILLING, after: true },
    { skill: "Refunds", after: true },
  ] as const;
  const description = ["Old words", "First line"] as const;

  async function stageOfProfiles() {
    const stage = await setStage({ dialect: "profiles" });
    const update = stage.profile("Support", gains, { description });
    return { ...stage, stages: [[stage.create("Refunds")], [update]] };
  }

  test("keeps its manual entries from before and after the plan", async () => {
    const { sandbox, apply, stages } = await stageOfProfiles();
    sandbox.manualEdits.setProfileSkills("Support", ["Complaints", "Sales"]);
    const { lines } = await apply(stages);
    expect(lines).toEqual([
      "create refunds: done",
      "support billing: done",
      "support description: done",
      "support refunds: done",
    ]);
    const support = profileOf(sandbox, "Support");
    expect(support?.skills).toEqual(["Billing", "Complaints", "Refunds", "Sales"]);
    expect(support?.description).toBe("First line");
  });

  test("keeps a description that somebody wrote meanwhile, and still gains its skills", async () => {
    const { sandbox, apply, stages } = await stageOfProfiles();
    sandbox.manualEdits.describeProfile("Support", "Somebody's words");
    const { lines } = await apply(stages);
    expect(lines).toContain("support description: changed-since-plan");
    expect(lines).toContain("support billing: done");
    expect(profileOf(sandbox, "Support")?.description).toBe("Somebody's words");
  });

  test("is read and merged again if its answer is lost", async () => {
    const { sandbox, apply, stages } = await stageOfProfiles();
    sandbox.faults.set({ lostAnswer: { every: 1, times: 1, on: "PUT /api/v2/routing/profiles" } });
    expect((await apply(stages)).lines).toContain("support refunds: done");
    expect(profileOf(sandbox, "Support")?.skills).toEqual(["Billing", "Complaints", "Refunds"]);
  });

  test("loses the entries that the plan removes, and keeps unmanaged ones", async () => {
    const { sandbox, apply, profile } = await setStage({ dialect: "profiles" });
    sandbox.manualEdits.setProfileSkills("Support", ["Complaints", "Sales"]);
    const { lines } = await apply([
      [profile("Support", [{ skill: "Complaints", before: true, after: null }])],
    ]);
    expect(lines).toEqual(["support complaints: done"]);
    expect(profileOf(sandbox, "Support")?.skills).toEqual(["Sales"]);
  });

  /** The list shows a manual entry, and single reads are older. */
  async function stageWithOlderReads(staleReads: number) {
    const stage = await setStage({ dialect: "profiles" });
    const { sandbox, live } = stage;
    sandbox.faults.set({ staleReads });
    sandbox.manualEdits.setProfileSkills("Support", ["Complaints", "Sales"]);
    const listed = live.profiles.entities.map((profile) => {
      return { ...profile, skills: [...profile.skills, stage.idOf("Sales")] };
    });
    const options = {
      live: { ...live, profiles: { kind: "complete", entities: listed } },
      staleSeconds: 60,
    } as const;
    return { ...stage, options, stages: [[stage.profile("Support", [{ skill: BILLING, after: true }])]] };
  }

  test("keeps an entry of the list if the single read is older", async () => {
    const { sandbox, apply, stages, options } = await stageWithOlderReads(1);
    expect((await apply(stages, options)).lines).toEqual(["support billing: done"]);
    expect(profileOf(sandbox, "Support")?.skills).toEqual(["Billing", "Complaints", "Sales"]);
  });

  test("is left for the next plan if no read shows that entry", async () => {
    const { sandbox, apply, stages, options } = await stageWithOlderReads(1000);
    expect((await apply(stages, options)).lines).toEqual(["support billing: not-seen"]);
    expect(writesOf(sandbox)).toEqual([]);
    expect(profileOf(sandbox, "Support")?.skills).toEqual(["Complaints", "Sales"]);
  });
});
