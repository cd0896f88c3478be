import { describe, expect, test } from "vitest";
import type { Holder } from "../../src/model.ts";
import { skillsOf, writesOf } from "../support/organisation.ts";
import { setStage } from "./plans.ts";

function isThere(sandbox: { snapshot(): { skills: readonly { name: string }[] } }, name: string): boolean {
  return sandbox.snapshot().skills.some((skill) => skill.name === name);
}

describe("a skill that is deleted", () => {
  test("is removed from its holders by the same request", async () => {
    const { sandbox, apply, remove } = await setStage();
    const { lines } = await apply([[remove("Billing")]]);
    expect(lines).toEqual([
      "ann@example.com billing: done",
      "bob@example.com billing: done",
      "delete billing: done",
    ]);
    expect(writesOf(sandbox)).toHaveLength(1);
    expect(skillsOf(sandbox, "ann@example.com")).toEqual({ Sales: 2 });
  });

  test("stays if somebody got it after the plan was made", async () => {
    const { sandbox, apply, remove } = await setStage();
    sandbox.manualEdits.assign("dora@example.com", "Billing");
    sandbox.manualEdits.assign("cleo@example.com", "Billing");
    const { report, lines } = await apply([[remove("Billing")]]);
    expect(lines).toContain("delete billing: holders");
    expect(report.outcomes[0]?.changes[0]).toMatchObject({ why: { kind: "holders", count: 2 } });
    expect(writesOf(sandbox)).toEqual([]);
  });

  test("stays if an inactive user got it", async () => {
    const { sandbox, apply, remove } = await setStage();
    const operation = remove("Billing");
    sandbox.manualEdits.assign("dora@example.com", "Billing");
    sandbox.manualEdits.deactivateUser("dora@example.com");
    expect((await apply([[operation]])).lines).toContain("delete billing: holders");
    expect((await apply([[remove("Billing", { inactiveListed: false })]])).lines).toContain(
      "delete billing: done",
    );
  });

  test("stays if there is a new reference that was not allowed", async () => {
    const { sandbox, apply, remove, plan, idOf } = await setStage();
    sandbox.manualEdits.createFlow("Night flow", ["Billing"]);
    const stages = [[remove("Billing")]];
    const { report, lines } = await apply(stages);
    expect(lines).toContain("delete billing: in-use");
    expect(report.outcomes[0]?.changes[0]).toMatchObject({ why: { references: { flows: ["Night flow"] } } });
    const references = { kind: "known", flows: ["Night flow"], skillGroups: [] } as const;
    const allowed = [{ code: "IN_USE", skill: idOf("Billing"), references } as const];
    expect((await apply(plan(stages, { allowed }))).lines).toContain("delete billing: done");
  });

  test("stays if its holders can't be listed", async () => {
    const { sandbox, apply, remove } = await setStage();
    sandbox.faults.set({ earlyEnd: { every: 1, on: "/api/v2/users" } });
    const { lines } = await apply([[remove("Billing")]]);
    expect(lines).toContain("delete billing: failed");
    expect(writesOf(sandbox)).toEqual([]);
  });

  test("counts as done if somebody deleted it already", async () => {
    const { sandbox, apply, remove } = await setStage();
    const operation = remove("Billing");
    sandbox.manualEdits.deleteSkill("Billing");
    expect((await apply([[operation]])).lines).toContain("delete billing: already-applied");
  });

  test("is unsettled if its delete gets no answer", async () => {
    const { sandbox, apply, remove } = await setStage();
    sandbox.faults.set({ reset: { every: 1, on: "DELETE /api/v2/routing/skills" } });
    const { lines } = await apply([[remove("Billing")]]);
    expect(new Set(lines.map((line) => line.replace(/.*: /, "")))).toEqual(new Set(["unsettled"]));
  });

  test("waits until no read can hide a holder, and reports the wait", async () => {
    const { sandbox, apply, remove, user } = await setStage();
    const waits: number[] = [];
    const gain = { skill: "Sales", after: 1 };
    const stages = [[user("dora@example.com", gain)], [remove("Billing"), remove("Complaints")]];
    const { lines } = await apply(stages, {
      staleSeconds: 60,
      onWaitForReads: (seconds) => waits.push(seconds),
    });
    expect(lines).toContain("delete complaints: done");
    expect(waits).toEqual([expect.toSatisfy((seconds: number) => seconds > 50 && seconds <= 60)]);
    const lists = sandbox.requests.filter(
      ({ path }) => path.startsWith("/api/v2/users?pageSize") || /users\?.*state=inactive/.test(path),
    );
    expect(lists.length).toBeLessThanOrEqual(4);
  });
});

describe("a skill that is replaced", () => {
  const away = { named: true, manual: true, inactive: true };

  /** `New` is to replace Billing, which Ann and Bob hold. */
  async function replace(holders: readonly string[] = ["ann@example.com", "bob@example.com"]) {
    const stage = await setStage();
    const { create, user, remove, idOf } = stage;
    const moved = (before: number) => ({
      skill: "New",
      after: before,
      more: { manual: true as const, rename: { from: idOf("Billing") } },
    });
    const levels: Readonly<Record<string, number>> = { "ann@example.com": 3, "bob@example.com": 1 };
    const stages = [
      [create("New")],
      holders.map((email) => user(email, moved(levels[email] ?? 1))),
      [remove("Billing", { replacedBy: "new:new" })],
    ];
    return { ...stage, stages };
  }

  test("is deleted when every holder has the new one", async () => {
    const { sandbox, apply, stages } = await replace();
    const { lines } = await apply(stages);
    expect(lines.filter((line) => !line.endsWith(": done"))).toEqual([]);
    expect(skillsOf(sandbox, "ann@example.com")).toEqual({ New: 3, Sales: 2 });
  });

  test("stays if a holder lacks the new one, known to the plan or not", async () => {
    const { sandbox, apply, stages } = await replace(["ann@example.com"]);
    const { report, lines } = await apply(stages);
    expect(lines).toContain("delete billing: holders");
    expect(report.outcomes.at(-1)?.changes[0]).toMatchObject({ why: { count: 1, replacedBy: "new:new" } });
    expect(isThere(sandbox, "Billing")).toBe(true);
  });

  test("stays if a migration was not done", async () => {
    const { sandbox, apply, stages } = await replace();
    sandbox.faults.set({ versionMismatch: { every: 1, on: "PATCH" } });
    const { lines } = await apply(stages);
    expect(lines).toContain("delete billing: dependency");
    expect(isThere(sandbox, "Billing")).toBe(true);
  });

  test("stays if somebody raised the old proficiency after it was copied", async () => {
    const { sandbox, apply, stages } = await replace();
    const { lines } = await apply(stages, {
      onOutcome: ({ operation }) => {
        if (operation.email === "ann@example.com")
          sandbox.manualEdits.assign("ann@example.com", "Billing", 5);
      },
    });
    expect(lines).toContain("delete billing: levels");
  });

  test.each([
    { active: [], line: "delete billing: done" },
    { active: ["bob@example.com"], line: "delete billing: holders" },
  ])(
    "is deleted despite inactive holders if the same holders are still inactive",
    async ({ active, line }) => {
      const { sandbox, apply, create, remove, live } = await setStage();
      for (const email of ["ann@example.com", "bob@example.com"]) sandbox.manualEdits.deactivateUser(email);
      for (const email of active) sandbox.manualEdits.activateUser(email);
      const holders: Holder[] = live.users.entities
        .slice(0, 2)
        .map(({ id, name, email }) => ({ id, name, email, ...away }));
      const stages = [[create("New")], [remove("Billing", { replacedBy: "new:new", holders })]];
      expect((await apply(stages)).lines).toContain(line);
    },
  );
});
