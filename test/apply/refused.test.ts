import { describe, expect, test } from "vitest";
import { skillsOf, writesOf } from "../support/organisation.ts";
import { reasonsOf } from "../support/outcomes.ts";
import { setStage } from "./plans.ts";

const DELETED = "The skill was deleted after the plan was made.";

describe("a skill that is deleted after the plan was made", () => {
  test("is not given to a user, who still gets the other skills", async () => {
    const { sandbox, apply, user } = await setStage();
    const gain = (skill: string) => ({ skill, after: 1 });
    const stages = [
      [
        user("ann@example.com", gain("Complaints")),
        user("bob@example.com", gain("Sales")),
        user("dora@example.com", gain("Billing"), gain("Complaints"), gain("Sales")),
      ],
    ];
    sandbox.manualEdits.deleteSkill("Complaints");
    const { report, lines } = await apply(stages);
    expect(lines).toEqual([
      "ann@example.com complaints: failed",
      "bob@example.com sales: done",
      "dora@example.com billing: done",
      "dora@example.com complaints: failed",
      "dora@example.com sales: done",
    ]);
    expect(new Set(reasonsOf(report))).toEqual(new Set([DELETED]));
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1, Sales: 1 });
  });

  test("is not given to a profile, which still gets the other skills", async () => {
    const { sandbox, apply, profile } = await setStage({ dialect: "profiles" });
    const entries = ["Billing", "Sales"].map((skill) => ({ skill, after: true as const }));
    const stages = [[profile("Support", entries)]];
    sandbox.manualEdits.deleteSkill("Billing");
    const { report, lines } = await apply(stages);
    expect(lines).toEqual(["support billing: failed", "support sales: done"]);
    expect(reasonsOf(report)).toEqual([DELETED]);
    expect(sandbox.snapshot().profiles[0]?.skills).toEqual(["Complaints", "Sales"]);
  });

  test("is not written again when it is known to be gone", async () => {
    const people = Array.from({ length: 30 }, (_, at) => `agent${at}@example.com`);
    const { sandbox, apply, user } = await setStage({
      seed: { skills: [{ name: "Billing" }], users: people.map((email) => ({ name: email, email })) },
    });
    const stages = [people.map((email) => user(email, { skill: "Billing", after: 1 }))];
    sandbox.manualEdits.deleteSkill("Billing");
    const { report } = await apply(stages);
    expect(reasonsOf(report)).toHaveLength(30);
    expect(writesOf(sandbox).length).toBeLessThan(20);
    const lists = sandbox.requests.filter(({ method, path }) =>
      `${method} ${path}`.includes("GET /api/v2/routing/skills?"),
    );
    expect(lists.length).toBeLessThanOrEqual(2);
  });

  test("leaves the old skill with users who would have moved to it", async () => {
    const { sandbox, apply, user, idOf } = await setStage();
    const loss = { skill: "Billing", before: 3, after: null, more: { rename: { to: idOf("Complaints") } } };
    const stages = [
      [user("dora@example.com", { skill: "Complaints", after: 1 })],
      [user("ann@example.com", loss, { skill: "Complaints", after: 3 })],
    ];
    sandbox.manualEdits.deleteSkill("Complaints");
    const { lines } = await apply(stages);
    expect(lines).toContain("ann@example.com billing: dependency");
    expect(skillsOf(sandbox, "ann@example.com")).toEqual({ Billing: 3, Sales: 2 });
  });
});

describe("a name that the organisation counts as taken", () => {
  /** A sandbox that refuses every create as if it ignored accents. */
  async function createBeside(other: string, name: string) {
    const stage = await setStage();
    stage.sandbox.manualEdits.createSkill(other);
    const taken = { serverError: { every: 1, on: "POST /api/v2/routing/skills" }, serverErrorStatus: 409 };
    stage.sandbox.faults.set(taken);
    const { report, lines } = await stage.apply([
      [stage.create(name)],
      [stage.user("dora@example.com", { skill: name, after: 1 })],
    ]);
    return { ...stage, lines, reasons: reasonsOf(report) };
  }

  test("because it ignores accents is not adopted, and the remedy is the id", async () => {
    const { sandbox, lines, reasons } = await createBeside("Cafe", "Café");
    expect(lines).toEqual(["create café: failed", "dora@example.com café: dependency"]);
    const id = sandbox.manualEdits.skillId("Cafe");
    expect(reasons).toEqual([
      `The organisation treats this name and "Cafe" as the same. If you mean that skill, give the entry its id: id: ${id}`,
    ]);
  });

  test.each([
    ["REFUNDS", "Refunds"],
    ["Night  Shift", "night shift"],
  ])("adopts the existing %s for %s, which differs only in case or accents", async (other, name) => {
    expect((await createBeside(other, name)).lines[0]).toMatch(/^create .*: adopted$/);
  });

  test("is adopted, and its missing description is written", async () => {
    const { sandbox, apply, create } = await setStage({ dialect: "profiles" });
    const stages = [[create("Refunds", "Pays money back"), create("Returns", "Takes things back")]];
    sandbox.manualEdits.createSkill("Refunds");
    sandbox.manualEdits.createSkill("Returns", "Somebody's words");
    expect((await apply(stages)).lines).toEqual([
      "create refunds: adopted",
      "create returns: adopted",
      "refunds description: done",
      "returns description: changed-since-plan",
    ]);
    const descriptions = sandbox.snapshot().skills.map(({ description }) => description);
    expect(descriptions).toContain("Pays money back");
    expect(descriptions).toContain("Somebody's words");
  });

  test("is not adopted if this plan deletes the skill", async () => {
    const { sandbox, apply, create, remove } = await setStage({ caseInsensitiveNames: true });
    const { report, lines } = await apply([
      [create("BILLING")],
      [remove("Billing", { replacedBy: "new:billing" })],
    ]);
    expect(lines).toEqual(["create billing: failed", "delete billing: dependency"]);
    expect(reasonsOf(report)[0]).toContain('treats this name and "Billing" as the same');
    expect(sandbox.snapshot().skills.map(({ name }) => name)).toContain("Billing");
  });

  test("fails with the server's message if no name is alike", async () => {
    const { lines, reasons } = await createBeside("Sailing", "Refunds");
    expect(lines[0]).toBe("create refunds: failed");
    expect(reasons[0]).toContain("409");
  });
});
