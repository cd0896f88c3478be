import { describe, expect, test } from "vitest";
import type { SMALL_SEED } from "../support/organisation.ts";
import { SMALL_YAML, skillsOf, startOrganisation, writesOf } from "../support/organisation.ts";
import { outcomeLines } from "../support/outcomes.ts";
import { makeRepository } from "../support/repository.ts";
import { ledgerOf, openSession } from "../support/session.ts";

/** A plan for the small contact centre, made before the hand gets at it. */
async function planSmall(dialect: "cloud" | "profiles", yaml = SMALL_YAML) {
  const sandbox = await startOrganisation({ dialect });
  const { dir } = await makeRepository({ "a.yaml": yaml });
  const session = await openSession(sandbox, dir);
  return { sandbox, session, plan: await session.plan() };
}

function profileOf(sandbox: Awaited<ReturnType<typeof startOrganisation>>, name: string) {
  return sandbox.snapshot().profiles.find((profile) => profile.name === name);
}

describe("a proficiency that moved after the plan was made", () => {
  test("is left as it is and reported with what is there now", async () => {
    const { sandbox, session, plan } = await planSmall("cloud");
    sandbox.hand.assign("ann@example.com", "Billing", 5);
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toContain("ann@example.com billing: moved");
    expect(outcomeLines(report)).toContain("cleo@example.com billing: done");
    const changes = report.outcomes.flatMap((outcome) => outcome.changes);
    expect(changes).toContainEqual(expect.objectContaining({ why: { kind: "moved", found: 5 } }));
    expect(skillsOf(sandbox, "ann@example.com")).toMatchObject({ Billing: 5, Sales: 2 });
  });

  test("is reported as gone where it was taken away", async () => {
    const { sandbox, session, plan } = await planSmall("cloud");
    sandbox.hand.unassign("ann@example.com", "Billing");
    const report = await session.apply(plan);
    const changes = report.outcomes.flatMap((outcome) => outcome.changes);
    expect(changes).toContainEqual(expect.objectContaining({ why: { kind: "moved", found: null } }));
    expect(skillsOf(sandbox, "ann@example.com")).not.toHaveProperty("Billing");
  });

  test("takes no write where it moved to what the plan wants", async () => {
    const { sandbox, session, plan } = await planSmall(
      "cloud",
      "- { name: Billing, assign_to_users: [{ user: ann@example.com, proficiency: 4 }] }",
    );
    sandbox.hand.assign("ann@example.com", "Billing", 4);
    expect(outcomeLines(await session.apply(plan))).toEqual(["ann@example.com billing: was-so"]);
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("a loss", () => {
  /** Bob's Complaints were ours, and the YAML no longer asks for them. */
  async function planLoss() {
    const sandbox = await startOrganisation();
    const yaml = "- { name: Complaints, assign_to_users: [dora@example.com] }";
    const { dir } = await makeRepository({ "a.yaml": yaml });
    const ledger = ledgerOf(sandbox, { skills: ["Complaints"], users: ["bob@example.com"] });
    const session = await openSession(sandbox, dir, ledger);
    return { sandbox, session, plan: await session.plan() };
  }

  test("takes away that skill and no other", async () => {
    const { sandbox, session, plan } = await planLoss();
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toEqual([
      "bob@example.com complaints: done",
      "dora@example.com complaints: done",
    ]);
    expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Billing: 1 });
  });

  test("doesn't take a proficiency that somebody changed after the plan was made", async () => {
    const { sandbox, session, plan } = await planLoss();
    sandbox.hand.assign("bob@example.com", "Complaints", 2);
    expect(outcomeLines(await session.apply(plan))).toContain("bob@example.com complaints: moved");
    expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Billing: 1, Complaints: 2 });
  });

  test("is done already where somebody took the skill away, or deleted it", async () => {
    const { sandbox, session, plan } = await planLoss();
    sandbox.hand.unassign("bob@example.com", "Complaints");
    expect(outcomeLines(await session.apply(plan))).toContain("bob@example.com complaints: was-so");
    expect(writesOf(sandbox).filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  test("counts as done where its answer is lost", async () => {
    const { sandbox, session, plan } = await planLoss();
    sandbox.faults.set({ lostAnswer: { every: 1, times: 1, on: "DELETE" } });
    expect(outcomeLines(await session.apply(plan))).toContain("bob@example.com complaints: done");
    expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Billing: 1 });
  });
});

describe("a skill's own fields", () => {
  test("are left where somebody wrote another description meanwhile", async () => {
    const { sandbox, session, plan } = await planSmall("profiles");
    sandbox.hand.describeSkill("Billing", "Somebody's words");
    expect(outcomeLines(await session.apply(plan))).toContain("billing description: moved");
    const billing = sandbox.snapshot().skills.find(({ name }) => name === "Billing");
    expect(billing?.description).toBe("Somebody's words");
  });

  test("are written without undoing a rename that happened meanwhile", async () => {
    const { sandbox, session, plan } = await planSmall("profiles");
    sandbox.hand.renameSkill("Billing", "Bills and more");
    expect(outcomeLines(await session.apply(plan))).toContain("billing description: done");
    const names = sandbox.snapshot().skills.map(({ name, description }) => `${name}: ${description ?? ""}`);
    expect(names).toContain("Bills and more: Invoices and refunds");
  });

  test("fail where the skill was deleted meanwhile", async () => {
    const { sandbox, session, plan } = await planSmall("profiles");
    sandbox.hand.deleteSkill("Billing");
    const lines = outcomeLines(await session.apply(plan));
    expect(lines).toContain("billing description: failed");
    expect(lines).toContain("dora@example.com refunds: done");
  });
});

describe("a routing profile", () => {
  test("keeps the skills that somebody gave it, before the plan and after", async () => {
    const { sandbox, session, plan } = await planSmall("profiles");
    sandbox.hand.setProfileSkills("Support", ["Complaints", "Sales"]);
    const lines = outcomeLines(await session.apply(plan));
    expect(lines).toContain("support billing: done");
    expect(lines).toContain("support refunds: done");
    const { skills, description } = profileOf(sandbox, "Support") ?? {};
    expect(skills).toEqual(["Billing", "Complaints", "Refunds", "Sales"]);
    expect(description).toBe("First line");
  });

  test("keeps a description that somebody wrote meanwhile, and gains its skills all the same", async () => {
    const { sandbox, session, plan } = await planSmall("profiles");
    sandbox.hand.describeProfile("Support", "Somebody's words");
    const lines = outcomeLines(await session.apply(plan));
    expect(lines).toContain("support description: moved");
    expect(lines).toContain("support billing: done");
    expect(profileOf(sandbox, "Support")?.description).toBe("Somebody's words");
  });

  test("is read again and merged again where its answer is lost", async () => {
    const { sandbox, session, plan } = await planSmall("profiles");
    sandbox.faults.set({ lostAnswer: { every: 1, times: 1, on: "PUT /api/v2/routing/profiles" } });
    expect(outcomeLines(await session.apply(plan))).toContain("support refunds: done");
    expect(profileOf(sandbox, "Support")?.skills).toEqual(["Billing", "Complaints", "Refunds"]);
  });

  test("loses what the YAML took out, and keeps what was never ours", async () => {
    const seed: typeof SMALL_SEED = {
      organization: { name: "Contact Centre" },
      skills: [{ name: "Billing" }, { name: "Complaints" }, { name: "Sales" }],
      users: [{ name: "Ann Lee", email: "ann@example.com" }],
      profiles: [{ name: "Support", skills: ["Billing", "Complaints", "Sales"] }],
    };
    const sandbox = await startOrganisation({ dialect: "profiles", seed });
    const yaml =
      "{ skills: [name: Billing, name: Complaints], profiles: [{ name: Support, skills: [Billing] }] }";
    const { dir } = await makeRepository({ "a.yaml": yaml });
    const ours = { dialect: "profiles", skills: ["Billing", "Complaints"], profiles: ["Support"] } as const;
    const session = await openSession(sandbox, dir, ledgerOf(sandbox, ours));
    expect(outcomeLines(await session.apply(await session.plan()))).toEqual(["support complaints: done"]);
    expect(profileOf(sandbox, "Support")?.skills).toEqual(["Billing", "Sales"]);
  });
});
