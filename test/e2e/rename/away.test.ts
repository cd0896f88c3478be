/** Who is inactive while a skill goes: counted, given the new one when they come back, and never overlooked. */
import { expect, test } from "vitest";
import type { Sandbox, Seed } from "../../../src/sandbox/sandbox.ts";
import type { Desk } from "../../support/desk.ts";
import { ledgerIn, newDesk } from "../../support/desk.ts";
import type { Gate } from "../../support/gate.ts";
import { isWrite, startGate } from "../../support/gate.ts";
import { skillsOf, startOrganisation } from "../../support/organisation.ts";

const SEED: Seed = {
  organization: { id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001", name: "Contact Centre" },
  skills: [{ name: "Invoices" }, { name: "Chat" }],
  users: [
    { name: "Ann Lee", email: "ann@example.com" },
    { name: "Bob Ray", email: "bob@example.com", state: "inactive", skills: { Invoices: 4 } },
    { name: "Cleo Fox", email: "cleo@example.com", state: "inactive" },
  ],
};

const skill = (name: string, previously = "") =>
  `skills:\n  - { name: ${name}, previously: [${previously}], assign_to_users: [ann@example.com] }\n`;

interface Centre {
  readonly sandbox: Sandbox;
  readonly gate: Gate;
  readonly desk: Desk;
}

async function openCentre(): Promise<Centre> {
  const sandbox = await startOrganisation({ seed: SEED });
  const gate = await startGate(sandbox);
  const settings = "requests_per_minute: 10000\nstale_seconds: 0\n";
  const desk = newDesk(gate.env, { "skills/settings.yaml": settings, "skills/a.yaml": skill("Invoices") });
  await run(desk, "apply --yes", 0);
  return { sandbox, gate, desk };
}

async function run(desk: Desk, line: string, exitCode: number): Promise<string> {
  const ran = await desk.run(line);
  expect(ran.exitCode, ran.text).toBe(exitCode);
  return ran.text;
}

test("who is inactive while their skill is renamed is given the new one when they come back", async () => {
  const { sandbox, desk } = await openCentre();
  desk.commit({ "skills/a.yaml": skill("Billing", "Invoices") });
  await run(desk, "apply --yes --allow SKILL_REPLACE", 0);
  expect(sandbox.snapshot().skills.map(({ name }) => name)).toEqual(["Billing", "Chat"]);
  const bob = sandbox.manualEdits.userId("bob@example.com");
  const away = ledgerIn(desk.folder).users.find(({ id }) => id === bob);
  expect(Object.values(away?.migrations ?? {})).toEqual([{ name: "Billing", proficiency: 4, manual: true }]);
  expect(await run(desk, "plan --detailed-exitcode", 0)).toContain("No changes");

  sandbox.manualEdits.activateUser("bob@example.com");
  await run(desk, "apply --yes", 0);
  expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Billing: 4 });
  const { users } = ledgerIn(desk.folder);
  expect(users.filter(({ migrations }) => migrations)).toEqual([]);
  const ours = users.filter(({ assignments }) => Object.keys(assignments).length > 0);
  expect(ours.map(({ email }) => email)).toEqual(["ann@example.com"]);
});

test("who is deleted while a skill is pending for them is forgotten", async () => {
  const { sandbox, desk } = await openCentre();
  desk.commit({ "skills/a.yaml": skill("Billing", "Invoices") });
  await run(desk, "apply --yes --allow SKILL_REPLACE", 0);
  sandbox.manualEdits.deleteUser("bob@example.com");
  await run(desk, "apply --yes", 0);
  expect(ledgerIn(desk.folder).users.filter(({ migrations }) => migrations)).toEqual([]);
});

test("inactive holders are counted before a skill is deleted", async () => {
  const { sandbox, desk } = await openCentre();
  desk.commit({ "skills/a.yaml": skill("Chat") });
  expect(await run(desk, "plan", 3)).toMatch(/SKILL_DELETE.*2 holders/su);
  await run(desk, "apply --yes --allow SKILL_DELETE", 0);
  expect(sandbox.snapshot().skills.map(({ name }) => name)).toEqual(["Chat"]);
});

interface Change {
  readonly what: string;
  readonly yaml: string;
  readonly work: (sandbox: Sandbox) => void;
}

test.each<Change>([
  {
    what: "an inactive user is given it",
    yaml: skill("Billing", "Invoices"),
    work: ({ manualEdits: hand }) => hand.assign("cleo@example.com", "Invoices", 1),
  },
  {
    what: "an inactive user comes back",
    yaml: skill("Billing", "Invoices"),
    work: ({ manualEdits: hand }) => hand.activateUser("bob@example.com"),
  },
  {
    what: "a flow begins to ask for it",
    yaml: skill("Chat"),
    work: ({ manualEdits: hand }) => hand.createFlow("Main Menu", ["Invoices"]),
  },
])("a skill is not deleted where $what after the plan was made", async ({ yaml, work }) => {
  const { sandbox, gate, desk } = await openCentre();
  desk.commit({ "skills/a.yaml": yaml });
  const held = gate.holdFrom(isWrite);
  const applying = desk.run("apply --yes --allow SKILL_REPLACE --allow SKILL_DELETE");
  await held;
  work(sandbox);
  gate.open();
  const ran = await applying;
  expect(ran.exitCode, ran.text).toBe(1);
  expect(ran.text).toMatch(/skipped.*skill Invoices/u);
  expect(sandbox.snapshot().skills.map(({ name }) => name)).toContain("Invoices");
});
