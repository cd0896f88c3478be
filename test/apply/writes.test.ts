import { describe, expect, test } from "vitest";
import { isComplete } from "../../src/apply/outcome.ts";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import { assignmentsOf, skillsOf, writesOf } from "../support/organisation.ts";
import { setStage } from "./plans.ts";

describe("the writes of a user", () => {
  test("add by PATCH and remove by DELETE, and never send the whole list", async () => {
    const { sandbox, apply, user } = await setStage();
    const steps = [
      { skill: "Billing", before: 3, after: null },
      { skill: "Complaints", after: 2 },
      { skill: "Sales", before: 2, after: 5 },
    ];
    const { report } = await apply([[user("ann@example.com", ...steps)]]);
    expect(isComplete(report)).toBe(true);
    const kinds = writesOf(sandbox).map(
      ({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/g, "ID")}`,
    );
    expect(kinds).toEqual([
      "DELETE /api/v2/users/ID/routingskills/ID",
      "PATCH /api/v2/users/ID/routingskills/bulk",
    ]);
    expect(skillsOf(sandbox, "ann@example.com")).toEqual({ Complaints: 2, Sales: 5 });
  });

  test("change no other user", async () => {
    const { sandbox, apply, user } = await setStage();
    const before = assignmentsOf(sandbox);
    await apply([[user("dora@example.com", { skill: "Sales", after: 1 })]]);
    expect(assignmentsOf(sandbox)).toEqual([...before, "dora@example.com Sales 1"].sort());
  });
});

describe("a user with many skills", () => {
  const skills = Array.from({ length: 60 }, (_, at) => `Skill ${String(at).padStart(2, "0")}`);
  const seedWith = (held: readonly string[]): Seed => ({
    skills: skills.map((name) => ({ name })),
    users: [
      {
        name: "Ann Lee",
        email: "ann@example.com",
        skills: Object.fromEntries(held.map((name) => [name, 1])),
      },
    ],
  });

  test("gets them in lots of 50, and a refused lot fails alone", async () => {
    const { sandbox, apply, user } = await setStage({ seed: seedWith([]) });
    // A real plan can't exceed Genesys's limit of 50 skills; this one does, so that there are two lots.
    const { lines } = await apply([
      [user("ann@example.com", ...skills.map((skill) => ({ skill, after: 1 })))],
    ]);
    const lots = writesOf(sandbox).map(({ body }) => (Array.isArray(body) ? body.length : 0));
    expect(lots).toEqual([50, 10]);
    expect(lines.filter((line) => line.endsWith(": done"))).toHaveLength(50);
    expect(lines.filter((line) => line.endsWith(": failed"))).toHaveLength(10);
  });

  test("at the limit loses first and then gains, as the plan orders it", async () => {
    const { sandbox, apply, user } = await setStage({ seed: seedWith(skills.slice(0, 50)) });
    const losses = skills.slice(0, 5).map((skill) => ({ skill, before: 1, after: null }));
    const gains = skills.slice(50, 55).map((skill) => ({ skill, after: 1 }));
    const { report } = await apply([[user("ann@example.com", ...losses, ...gains)]]);
    expect(isComplete(report)).toBe(true);
    expect(Object.keys(skillsOf(sandbox, "ann@example.com"))).toEqual(skills.slice(5, 55));
  });
});

describe("a write that isn't visible yet", () => {
  async function applyWith(faults: { staleMs?: number; staleReads?: number }, staleSeconds: number) {
    const { sandbox, apply, user, create } = await setStage();
    const stages = [[create("Refunds"), user("dora@example.com", { skill: "Billing", after: 1 })]];
    sandbox.faults.set(faults);
    const { report, lines } = await apply(stages, { staleSeconds });
    return { lines, notVisible: report.notVisible.map(({ operation }) => operation.name).sort() };
  }

  test("is reported, and is no failure", async () => {
    const { lines, notVisible } = await applyWith({ staleMs: 3_600_000 }, 60);
    expect(notVisible).toEqual(["Dora Kim", "Refunds"]);
    expect(lines).toEqual(["create refunds: done", "dora@example.com billing: done"]);
  });

  test("is read again for a while", async () => {
    expect((await applyWith({ staleReads: 5 }, 60)).notVisible).toEqual([]);
  });

  test("is not reported if reads show it", async () => {
    expect((await applyWith({}, 0)).notVisible).toEqual([]);
  });

  test("of a deleted skill is reported while the skill is still listed", async () => {
    const { sandbox, apply, remove } = await setStage();
    sandbox.faults.set({ staleMs: 3_600_000 });
    const { report } = await apply([[remove("Billing")]]);
    expect(report.notVisible.map(({ operation }) => operation.name)).toEqual(["Billing"]);
    sandbox.faults.clear();
    expect((await apply([[remove("Complaints")]])).report.notVisible).toEqual([]);
  });
});
