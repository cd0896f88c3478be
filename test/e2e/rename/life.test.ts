/** The life of a skill, told by command lines: renamed, renamed back, on and on, merged and deleted, with manual work in between. */
import { describe, expect, test } from "vitest";
import type { SandboxDialect, Sandbox, Seed } from "../../../src/sandbox/sandbox.ts";
import type { CommandRun } from "../../support/command.ts";
import type { Desk } from "../../support/desk.ts";
import { ledgerIn, newDesk } from "../../support/desk.ts";
import type { Gate, GateRequest } from "../../support/gate.ts";
import { isWrite, startGate } from "../../support/gate.ts";
import { assignmentsOf, startOrganisation } from "../../support/organisation.ts";

const SEED: Seed = {
  organization: { id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001", name: "Contact Centre" },
  skills: [{ name: "Invoices" }, { name: "Refunds" }],
  users: [
    { name: "Ann Lee", email: "ann@example.com", skills: { Invoices: 3, Refunds: 5 } },
    { name: "Bob Ray", email: "bob@example.com", skills: { Invoices: 2 } },
    { name: "Cleo Fox", email: "cleo@example.com", skills: { Invoices: 1, Refunds: 4 } },
    { name: "Dora Kim", email: "dora@example.com" },
    { name: "Emma Ott", email: "emma@example.com" },
    { name: "Finn Ley", email: "finn@example.com" },
  ],
};

/** One skill that Ann holds because the YAML says so. */
function skill(name: string, ...previously: readonly string[]): string {
  return `  - { name: ${name}, previously: [${previously.join(", ")}], assign_to_users: [ann@example.com] }\n`;
}

function yaml(...skills: readonly string[]): { "skills/a.yaml": string } {
  return { "skills/a.yaml": skills.length > 0 ? `skills:\n${skills.join("")}` : "skills: []\n" };
}

interface Centre {
  readonly sandbox: Sandbox;
  readonly gate: Gate;
  readonly desk: Desk;
}

/** Invoices and Refunds are applied. */
async function openCentre(dialect: SandboxDialect, staleSeconds = 0): Promise<Centre> {
  const sandbox = await startOrganisation({ dialect, seed: SEED });
  const gate = await startGate(sandbox);
  const first = yaml(skill("Invoices"), skill("Refunds"));
  const settings = `requests_per_minute: 10000\nstale_seconds: ${staleSeconds}\n`;
  const desk = newDesk(gate.env, { "skills/settings.yaml": settings, ...first });
  await run(desk, "apply --yes", 0);
  return { sandbox, gate, desk };
}

async function run(desk: Desk, line: string, exitCode: number): Promise<string> {
  const ran = await desk.run(line);
  expect(ran.exitCode, ran.text).toBe(exitCode);
  return ran.text;
}

/** Somebody works manually when everything is planned, and before the first write that `isMeant`. */
async function applyWhile(
  { desk, gate }: Centre,
  work: () => void,
  isMeant: (request: GateRequest) => boolean = isWrite,
): Promise<CommandRun> {
  const held = gate.holdFrom(isMeant);
  const applying = desk.run(
    "apply --yes --allow SKILL_REPLACE --allow SKILL_DELETE --allow TOO_MANY_REMOVALS",
  );
  await held;
  work();
  gate.open();
  return applying;
}

/** Who holds the skill and at which proficiency, by first name. */
function holdersOf({ sandbox }: Centre, name: string): Record<string, number> {
  const lines = assignmentsOf(sandbox).map((line) => line.split(/@example.com | /));
  return Object.fromEntries(
    lines.flatMap(([who = "", what, level]) => (what === name ? [[who, Number(level)]] : [])),
  );
}

function namesIn({ sandbox }: Centre): string[] {
  return sandbox.snapshot().skills.map(({ name }) => name);
}

/** The skill's holders are these, only Ann's is ours, and nothing is left to do. */
async function expectSettled(centre: Centre, name: string, holders: Record<string, number>): Promise<void> {
  expect(holdersOf(centre, name)).toEqual(holders);
  expect(await run(centre.desk, "plan --detailed-exitcode", 0)).toContain("No changes");
  const { replacements, users } = ledgerIn(centre.desk.folder);
  expect(replacements).toEqual([]);
  const ours = users.filter(({ assignments }) => Object.keys(assignments).length > 0);
  expect(ours.map(({ email }) => email)).toEqual(["ann@example.com"]);
}

describe.each<SandboxDialect>(["cloud", "profiles"])("the life of a skill (%s)", (dialect) => {
  const replaces = dialect === "cloud";

  test("loses no holder, with any name and any manual assignments meanwhile", async () => {
    const centre = await openCentre(dialect);
    const { desk, sandbox } = centre;
    const holders: Record<string, number> = { ann: 3, bob: 2, cleo: 1 };

    // Renamed; Dora is given the old one while it is applied, so that it waits for her.
    desk.commit(yaml(skill("Billing", "Invoices"), skill("Refunds")));
    const asked = await run(desk, "plan", replaces ? 3 : 0);
    if (replaces) expect(asked).toContain("SKILL_REPLACE");
    const renaming = await applyWhile(centre, () => {
      sandbox.manualEdits.assign("dora@example.com", "Invoices", 5);
    });
    holders["dora"] = 5;
    expect(renaming.exitCode, renaming.text).toBe(replaces ? 1 : 0);
    if (replaces) {
      expect(renaming.text).toMatch(/Invoices.*skipped|skipped.*Invoices/s);
      expect(holdersOf(centre, "Invoices")).toEqual(holders);
      await run(desk, "apply --yes", 0);
    }
    expect(namesIn(centre)).toEqual(["Billing", "Refunds"]);
    await expectSettled(centre, "Billing", holders);

    // Renamed back; Emma is given the new one while it is applied.
    desk.commit(yaml(skill("Invoices", "Billing"), skill("Refunds")));
    await applyWhile(centre, () => {
      sandbox.manualEdits.assign("emma@example.com", "Billing", 4);
    });
    holders["emma"] = 4;
    await run(desk, "apply --yes", 0);
    await expectSettled(centre, "Invoices", holders);

    // On to two new names while a flow asks for the first.
    sandbox.manualEdits.createFlow("Main Menu", ["Invoices"]);
    desk.commit(yaml(skill("Billing", "Invoices"), skill("Refunds")));
    const waiting = await run(desk, "apply --yes --allow SKILL_REPLACE", 0);
    if (replaces) expect(waiting).toContain("STILL_USED");
    sandbox.manualEdits.assign("finn@example.com", replaces ? "Invoices" : "Billing", 2);
    holders["finn"] = 2;
    desk.commit(yaml(skill("Bills", "Billing"), skill("Refunds")));
    await run(desk, "apply --yes --allow SKILL_REPLACE", 0);
    expect(holdersOf(centre, "Bills")).toEqual(holders);
    expect(namesIn(centre)).toEqual(replaces ? ["Bills", "Invoices", "Refunds"] : ["Bills", "Refunds"]);
    sandbox.manualEdits.deleteFlow("Main Menu");
    await run(desk, "apply --yes", 0);
    expect(namesIn(centre)).toEqual(["Bills", "Refunds"]);
    await expectSettled(centre, "Bills", holders);

    // Two become one: Ann and Cleo have the higher of theirs.
    desk.commit(yaml(skill("Money", "Refunds", "Bills")));
    const merging = await applyWhile(
      centre,
      () => {
        sandbox.manualEdits.assign("dora@example.com", "Refunds", 1);
      },
      (request) => isWrite(request) && request.path.includes("/users/"),
    );
    expect([0, 1]).toContain(merging.exitCode);
    await run(desk, "apply --yes", 0);
    expect(namesIn(centre)).toEqual(["Money"]);
    await expectSettled(centre, "Money", { ...holders, ann: 5, cleo: 4 });

    // Dropped: only when no flow needs it, and somebody says so.
    sandbox.manualEdits.createFlow("Main Menu", ["Money"]);
    desk.commit(yaml(skill("Chat")));
    expect(await run(desk, "apply --yes --allow SKILL_DELETE", 3)).toContain("IN_USE");
    sandbox.manualEdits.deleteFlow("Main Menu");
    expect(await run(desk, "apply --yes", 3)).toContain("SKILL_DELETE");
    sandbox.manualEdits.unassign("finn@example.com", "Money");
    const deleting = await applyWhile(centre, () => {
      sandbox.manualEdits.assign("finn@example.com", "Money", 2);
    });
    expect(deleting.exitCode, deleting.text).toBe(1);
    expect(holdersOf(centre, "Money")).toEqual({ ...holders, ann: 5, cleo: 4 });
    await run(desk, "apply --yes --allow SKILL_DELETE --allow TOO_MANY_REMOVALS", 0);
    expect(namesIn(centre)).toEqual(["Chat"]);
    await expectSettled(centre, "Chat", { ann: 1 });
  });
});

describe("reads that lag behind", () => {
  test("hide no one who was given the old skill during the apply: the last read waits for them", async () => {
    const centre = await openCentre("cloud", 1);
    const { desk, sandbox } = centre;
    sandbox.faults.set({ staleMs: 500 });
    desk.commit(yaml(skill("Billing", "Invoices"), skill("Refunds")));
    const renaming = await applyWhile(
      centre,
      () => {
        sandbox.manualEdits.assign("dora@example.com", "Invoices", 5);
      },
      (request) => isWrite(request) && request.path.includes("/users/"),
    );
    expect(renaming.exitCode, renaming.text).toBe(1);
    expect(holdersOf(centre, "Invoices")).toEqual({ ann: 3, bob: 2, cleo: 1, dora: 5 });
    await run(desk, "apply --yes", 0);
    expect(namesIn(centre)).toEqual(["Billing", "Refunds"]);
    await expectSettled(centre, "Billing", { ann: 3, bob: 2, cleo: 1, dora: 5 });
  });

  test.each<SandboxDialect>(["cloud", "profiles"])(
    "lose no holder and duplicate no skill (%s)",
    async (dialect) => {
      const centre = await openCentre(dialect);
      centre.sandbox.faults.set({ staleReads: 3 });
      centre.desk.commit(yaml(skill("Money", "Invoices", "Refunds")));
      for (let round = 0; round < 4; round++) {
        await centre.desk.run("apply --yes --allow SKILL_REPLACE");
      }
      centre.sandbox.faults.clear();
      expect(namesIn(centre)).toEqual(["Money"]);
      await expectSettled(centre, "Money", { ann: 5, bob: 2, cleo: 4 });
    },
  );
});

test("a level that somebody raises while the rename is applied goes along, and is not overwritten later", async () => {
  const centre = await openCentre("cloud");
  const { desk, sandbox } = centre;
  desk.commit(yaml(skill("Billing", "Invoices"), skill("Refunds")));
  const renaming = await applyWhile(centre, () => {
    sandbox.manualEdits.assign("bob@example.com", "Invoices", 5);
  });
  expect(renaming.exitCode, renaming.text).toBe(1);
  expect(renaming.text).toMatch(/skipped skill Invoices: .*1 user/u);
  expect(holdersOf(centre, "Invoices")).toEqual({ ann: 3, bob: 5, cleo: 1 });
  await run(desk, "apply --yes", 0);
  expect(namesIn(centre)).toEqual(["Billing", "Refunds"]);
  await expectSettled(centre, "Billing", { ann: 3, bob: 5, cleo: 1 });
});
