import { describe, expect, test } from "vitest";
import { skillsOf, startOrganisation, writesOf } from "../support/organisation.ts";
import { outcomeLines, reasonsOf } from "../support/outcomes.ts";
import { makeRepository } from "../support/repository.ts";
import { ledgerOf, openSession } from "../support/session.ts";

describe("a skill that is deleted after the plan was made", () => {
  test("is not gained, and the user's other gains are", async () => {
    const sandbox = await startOrganisation();
    const everybody =
      "assign_to_users: [ann@example.com, bob@example.com, cleo@example.com, dora@example.com]";
    const yaml = ["Billing", "Complaints", "Sales"].map((name) => `- { name: ${name}, ${everybody} }`);
    const { dir } = await makeRepository({ "a.yaml": yaml.join("\n") });
    const session = await openSession(sandbox, dir);
    const plan = await session.plan();
    sandbox.hand.deleteSkill("Complaints");
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toEqual([
      "ann@example.com complaints: failed",
      "bob@example.com sales: done",
      "cleo@example.com billing: done",
      "cleo@example.com complaints: failed",
      "dora@example.com billing: done",
      "dora@example.com complaints: failed",
      "dora@example.com sales: done",
    ]);
    expect(new Set(reasonsOf(report))).toEqual(new Set(["The skill was deleted after the plan was made."]));
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1, Sales: 1 });
  });

  test("is not gained by a profile, and its other skills are", async () => {
    const sandbox = await startOrganisation({ dialect: "profiles" });
    const yaml =
      "{ skills: [name: Billing, name: Sales], profiles: [{ name: Support, skills: [Billing, Sales] }] }";
    const { dir } = await makeRepository({ "a.yaml": yaml });
    const session = await openSession(sandbox, dir);
    const plan = await session.plan();
    sandbox.hand.deleteSkill("Billing");
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toEqual(["support billing: failed", "support sales: done"]);
    expect(reasonsOf(report)).toEqual(["The skill was deleted after the plan was made."]);
    expect(sandbox.snapshot().profiles[0]?.skills).toEqual(["Complaints", "Sales"]);
  });

  test("is asked for only until it is known to be gone", async () => {
    const people = Array.from({ length: 30 }, (_, at) => `agent${at}@example.com`);
    const sandbox = await startOrganisation({
      seed: { skills: [{ name: "Billing" }], users: people.map((email) => ({ name: email, email })) },
    });
    const { dir } = await makeRepository({
      "a.yaml": `- { name: Billing, assign_to_users: [${people.join(", ")}] }`,
    });
    const session = await openSession(sandbox, dir);
    const plan = await session.plan();
    sandbox.hand.deleteSkill("Billing");
    const report = await session.apply(plan);
    expect(reasonsOf(report)).toHaveLength(30);
    expect(writesOf(sandbox).length).toBeLessThan(20);
  });
});

describe("a name that somebody else has taken meanwhile", () => {
  test("fails at once where a skill is to have it", async () => {
    const sandbox = await startOrganisation({ dialect: "profiles" });
    const { dir } = await makeRepository({ "a.yaml": "- { name: Invoices, previously: [Billing] }" });
    const session = await openSession(
      sandbox,
      dir,
      ledgerOf(sandbox, { dialect: "profiles", skills: ["Billing"] }),
    );
    const plan = await session.plan();
    sandbox.hand.createSkill("Invoices");
    const report = await session.apply(plan);
    expect(outcomeLines(report)).toEqual(["invoices name: failed"]);
    expect(reasonsOf(report)).toEqual(['The name "Invoices" is taken by another.']);
    expect(writesOf(sandbox)).toHaveLength(1);
  });
});
