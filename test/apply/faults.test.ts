import { describe, expect, test } from "vitest";
import { isComplete } from "../../src/apply/outcome.ts";
import { skillsOf, writesOf } from "../support/organisation.ts";
import { reasonsOf } from "../support/outcomes.ts";
import type { StageOptions } from "./plans.ts";
import { setStage } from "./plans.ts";

const CREATE = "POST /api/v2/routing/skills";

/** One new skill, and gains that need it beside one that doesn't. */
async function start(options: StageOptions = {}) {
  const stage = await setStage(options);
  const refunds = { skill: "Refunds", after: 1 };
  const billing = { skill: "Billing", after: 1 };
  const stages = [
    [stage.create("Refunds")],
    [
      stage.user("bob@example.com", refunds),
      stage.user("dora@example.com", billing, refunds),
      stage.user("cleo@example.com", billing),
    ],
  ];
  return { ...stage, stages };
}

describe("a create that fails", () => {
  test("skips only the changes that need the skill", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.faults.set({ serverError: { every: 1, on: CREATE }, serverErrorStatus: 422 });
    const { report, lines } = await apply(stages);
    expect(lines).toEqual([
      "bob@example.com refunds: dependency",
      "cleo@example.com billing: done",
      "create refunds: failed",
      "dora@example.com billing: done",
      "dora@example.com refunds: dependency",
    ]);
    expect(isComplete(report)).toBe(false);
    expect(reasonsOf(report)).toEqual([expect.stringMatching(/422/)]);
  });

  test("is unsettled if the error doesn't say whether it was done", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.faults.set({ serverError: { every: 1, on: CREATE } });
    const { report, lines } = await apply(stages);
    expect(lines).toContain("create refunds: unsettled");
    expect(lines).toContain("dora@example.com refunds: dependency");
    expect(lines).toContain("dora@example.com billing: done");
    expect(reasonsOf(report)).toEqual([expect.stringMatching(/503.*no skill with that name was found/)]);
  });

  test("is one outcome among others if the skill can't be looked up either", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.faults.set({ serverError: { every: 1, on: "/api/v2/routing/skills" } });
    const { report, lines } = await apply(stages);
    expect(lines).toContain("create refunds: unsettled");
    expect(lines).toContain("cleo@example.com billing: done");
    expect(reasonsOf(report)).toEqual([expect.stringContaining("the skill could not be looked up")]);
  });
});

describe("a create whose answer is lost", () => {
  test("is confirmed by reading, and nothing is created twice", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.faults.set({ lostAnswer: { every: 1, times: 1, on: CREATE } });
    const { report, lines } = await apply(stages);
    expect(isComplete(report)).toBe(true);
    expect(lines).toContain("create refunds: done");
    expect(writesOf(sandbox).filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(sandbox.snapshot().skills.filter(({ name }) => name === "Refunds")).toHaveLength(1);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1, Refunds: 1 });
  });

  test("is confirmed even if reads show it late", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.faults.set({ lostAnswer: { every: 1, times: 1, on: CREATE }, staleReads: 3 });
    const { lines } = await apply(stages, { staleSeconds: 60 });
    expect(lines).toContain("create refunds: done");
    expect(writesOf(sandbox).filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("isn't sent again, and isn't recorded as not done", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.faults.set({ reset: { every: 1, times: 1, on: CREATE } });
    const { lines } = await apply(stages);
    expect(lines).toContain("create refunds: unsettled");
    expect(writesOf(sandbox).filter(({ method }) => method === "POST")).toHaveLength(1);
  });
});

describe("a create with a name that is taken meanwhile", () => {
  test.each([409, 400])("adopts that skill when it is refused with %i", async (duplicateStatus) => {
    const { sandbox, apply, stages } = await start({ faults: { duplicateStatus } });
    sandbox.manualEdits.createSkill("Refunds");
    const { report, lines } = await apply(stages);
    expect(isComplete(report)).toBe(true);
    expect(lines).toContain("create refunds: adopted");
    expect(sandbox.snapshot().skills.filter(({ name }) => name === "Refunds")).toHaveLength(1);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1, Refunds: 1 });
  });

  test("adopts it in another spelling too, and leaves its holders for the next plan", async () => {
    const { sandbox, apply, stages } = await start({ caseInsensitiveNames: true });
    sandbox.manualEdits.createSkill("REFUNDS");
    sandbox.manualEdits.assign("dora@example.com", "REFUNDS", 4);
    const { lines } = await apply(stages);
    expect(lines).toContain("create refunds: adopted");
    expect(lines).toContain("dora@example.com refunds: changed-since-plan");
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1, REFUNDS: 4 });
    expect(skillsOf(sandbox, "bob@example.com")).toMatchObject({ REFUNDS: 1 });
  });

  test("doesn't adopt a skill whose name only begins the same", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.manualEdits.createSkill("Refunds Abroad");
    sandbox.faults.set({ serverError: { every: 1, times: 1, on: CREATE } });
    const { lines } = await apply(stages);
    expect(lines).toContain("create refunds: unsettled");
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1 });
  });
});

describe("a write to a user", () => {
  test.each([409, 408, 400])("is tried again after %i for a changed version", async (status) => {
    const { sandbox, apply, stages } = await start({ faults: { versionMismatchStatus: status } });
    sandbox.faults.set({ versionMismatch: { every: 1, times: 1 } });
    expect(isComplete((await apply(stages)).report)).toBe(true);
    expect(sandbox.requests.filter(({ fault }) => fault === "versionMismatch")).toHaveLength(1);
  });

  test("fails if its version changes every time", async () => {
    const { sandbox, apply, stages } = await start({ faults: { versionMismatchStatus: 409 } });
    sandbox.faults.set({ versionMismatch: { every: 1 } });
    const { lines } = await apply(stages);
    expect(lines).toContain("cleo@example.com billing: failed");
  });

  test("is repeated if its answer is lost, and gives nothing twice", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.faults.set({ lostAnswer: { every: 1, times: 3, on: "PATCH /api/v2/users" } });
    expect(isComplete((await apply(stages)).report)).toBe(true);
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Billing: 1, Sales: 4 });
  });

  test("is unsettled without an answer", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.faults.set({ reset: { every: 1, on: "PATCH /api/v2/users" } });
    const { lines } = await apply(stages);
    expect(lines).toContain("cleo@example.com billing: unsettled");
    expect(lines).toContain("create refunds: done");
  });

  test("is left for the next plan if the user was deleted, and other users' writes are done", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.manualEdits.deleteUser("dora@example.com");
    expect((await apply(stages)).lines).toEqual([
      "bob@example.com refunds: done",
      "cleo@example.com billing: done",
      "create refunds: done",
      "dora@example.com billing: not-seen",
      "dora@example.com refunds: not-seen",
    ]);
  });

  test("is left for the next plan if the user is no longer active", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.manualEdits.deactivateUser("dora@example.com");
    const { lines } = await apply(stages);
    expect(lines).toContain("dora@example.com billing: not-seen");
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({});
  });

  test("fails if its skill was deleted meanwhile, and other users' writes don't", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.manualEdits.deleteSkill("Billing");
    const { lines } = await apply(stages);
    expect(lines).toContain("cleo@example.com billing: failed");
    expect(lines).toContain("bob@example.com refunds: done");
    expect(lines).toContain("dora@example.com refunds: done");
  });

  test("waits if Genesys asks for it, and is then done", async () => {
    const { sandbox, apply, stages } = await start();
    sandbox.faults.set({ tooManyRequests: { every: 2, times: 4 }, retryAfter: 0 });
    expect(isComplete((await apply(stages)).report)).toBe(true);
  });
});
