import { describe, expect, test } from "vitest";
import { isComplete } from "../../src/apply/outcome.ts";
import { skillsOf, startOrganisation, writesOf } from "../support/organisation.ts";
import { outcomeLines, reasonsOf } from "../support/outcomes.ts";
import { makeRepository } from "../support/repository.ts";
import { hasNoChanges, openSession } from "../support/session.ts";

const CREATE = "POST /api/v2/routing/skills";

/** One new skill, and gains that need it beside one that doesn't. */
const YAML = `
- name: Refunds
  assign_to_users: [bob@example.com, dora@example.com]
- name: Billing
  assign_to_users: [bob@example.com, dora@example.com, cleo@example.com]
`;

async function start(options: Parameters<typeof startOrganisation>[0] = {}) {
  const sandbox = await startOrganisation(options);
  const { dir } = await makeRepository({ "a.yaml": YAML });
  const session = await openSession(sandbox, dir);
  return { sandbox, session, plan: await session.plan(), again: () => openSession(sandbox, dir) };
}

describe("a create that fails", () => {
  test("skips what needs the skill, and nothing else", async () => {
    const { sandbox, session, plan } = await start();
    sandbox.faults.set({ serverError: { every: 1, on: CREATE } });
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toEqual([
      "bob@example.com refunds: dependency",
      "cleo@example.com billing: done",
      "create refunds: failed",
      "dora@example.com billing: done",
      "dora@example.com refunds: dependency",
    ]);
    expect(isComplete(report)).toBe(false);
    expect(reasonsOf(report)).toEqual([expect.stringMatching(/503.*no skill of that name was found/)]);
  });

  test("is one outcome among others where even looking for the skill fails", async () => {
    const { sandbox, session, plan } = await start();
    sandbox.faults.set({ serverError: { every: 1, on: "/api/v2/routing/skills" } });
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toContain("create refunds: failed");
    expect(outcomeLines(report)).toContain("cleo@example.com billing: done");
    expect(reasonsOf(report)).toEqual([expect.stringContaining("could not be found out")]);
  });

  test("is finished by the next plan and apply", async () => {
    const { sandbox, session, plan, again } = await start();
    sandbox.faults.set({ serverError: { every: 1, on: CREATE } });
    await session.apply(plan);
    sandbox.faults.clear();
    const second = await again();
    expect(isComplete(await second.apply(await second.plan()))).toBe(true);
    expect(hasNoChanges(await second.plan())).toBe(true);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1, Refunds: 1 });
  });
});

describe("a create whose answer is lost", () => {
  test("is settled by looking, and nothing is created twice", async () => {
    const { sandbox, session, plan } = await start();
    sandbox.faults.set({ lostAnswer: { every: 1, times: 1, on: CREATE } });
    const report = await session.apply(plan);
    expect(isComplete(report)).toBe(true);
    expect(outcomeLines(report)).toContain("create refunds: done");
    expect(writesOf(sandbox).filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(sandbox.snapshot().skills.filter(({ name }) => name === "Refunds")).toHaveLength(1);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1, Refunds: 1 });
  });

  test("isn't sent again where it never arrived", async () => {
    const { sandbox, session, plan } = await start();
    sandbox.faults.set({ reset: { every: 1, times: 1, on: CREATE } });
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toContain("create refunds: failed");
    expect(writesOf(sandbox).filter(({ method }) => method === "POST")).toHaveLength(1);
  });
});

describe("a create of a name that somebody else has taken meanwhile", () => {
  test.each([409, 400])("adopts that skill when it is refused with %i", async (duplicateStatus) => {
    const { sandbox, session, plan } = await start({ faults: { duplicateStatus } });
    sandbox.hand.createSkill("Refunds");
    const report = await session.apply(plan);
    expect(isComplete(report)).toBe(true);
    expect(outcomeLines(report)).toContain("create refunds: adopted");
    expect(sandbox.snapshot().skills.filter(({ name }) => name === "Refunds")).toHaveLength(1);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1, Refunds: 1 });
  });

  test("adopts it in another spelling too", async () => {
    const { sandbox, session, plan } = await start({ caseInsensitiveNames: true });
    sandbox.hand.createSkill("REFUNDS");
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toContain("create refunds: adopted");
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1, REFUNDS: 1 });
  });

  test("doesn't take a skill whose name only begins the same", async () => {
    const { sandbox, session, plan } = await start();
    sandbox.hand.createSkill("Refunds Abroad");
    sandbox.faults.set({ serverError: { every: 1, times: 1, on: CREATE } });
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toContain("create refunds: failed");
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1 });
  });
});

describe("a write to a user", () => {
  test.each([409, 408, 400])("is tried again where %i says that its version moved", async (status) => {
    const { sandbox, session, plan } = await start({ faults: { versionMismatchStatus: status } });
    sandbox.faults.set({ versionMismatch: { every: 1, times: 1 } });
    expect(isComplete(await session.apply(plan))).toBe(true);
    expect(sandbox.requests.filter(({ fault }) => fault === "versionMismatch")).toHaveLength(1);
  });

  test("is repeated where its answer is lost, which gives nothing twice", async () => {
    const { sandbox, session, plan } = await start();
    sandbox.faults.set({ lostAnswer: { every: 1, times: 3, on: "PATCH /api/v2/users" } });
    expect(isComplete(await session.apply(plan))).toBe(true);
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Billing: 1, Sales: 4 });
  });

  test("that is refused for good fails alone", async () => {
    const { sandbox, session, plan } = await start();
    sandbox.hand.deleteUser("dora@example.com");
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toEqual([
      "bob@example.com refunds: done",
      "cleo@example.com billing: done",
      "create refunds: done",
      "dora@example.com billing: failed",
      "dora@example.com refunds: failed",
    ]);
    expect(reasonsOf(report)[0]).toBe("The user or the skill was deleted after the plan was made.");
  });

  test("fails where its skill was deleted meanwhile, and the others' don't", async () => {
    const { sandbox, session, plan } = await start();
    sandbox.hand.deleteSkill("Billing");
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toContain("cleo@example.com billing: failed");
    expect(outcomeLines(report)).toContain("bob@example.com refunds: done");
  });

  test("waits where Genesys asks to, and is then done", async () => {
    const { sandbox, session, plan } = await start();
    sandbox.faults.set({ tooManyRequests: { every: 2, times: 4 }, retryAfter: 0 });
    expect(isComplete(await session.apply(plan))).toBe(true);
  });
});
