import { expect, test } from "vitest";
import type { Ledger } from "../../../src/model.ts";
import { git, temporaryDirectory } from "../../ledger/repositories.ts";
import type { Desk } from "../../support/desk.ts";
import { deskAt, leaseIn, ledgerIn, newDesk, newOffice, oursIn, settings } from "../../support/desk.ts";
import { isWrite, startGate } from "../../support/gate.ts";
import { assignmentsOf, skillsOf, startOrganisation } from "../../support/organisation.ts";
import { changesOf, planAt } from "../../support/planned.ts";

const FILE = "skills/a.yaml";

const YAML = `skills:
  - name: Billing
    assign_to_users: [ann@example.com, bob@example.com]
`;

/** Ann and Bob lose what is ours, Cleo and Dora gain it, and a skill comes. */
const EDITED = `skills:
  - name: Billing
    assign_to_users: [cleo@example.com, dora@example.com]
  - name: Refunds
    assign_to_users: [ann@example.com]
`;

async function apply(desk: Desk, options = ""): Promise<void> {
  const { exitCode, text } = await desk.run(`apply --yes ${options}`.trim());
  expect(exitCode, text).toBe(0);
}

/** The names of the ledger's skills, sorted. */
function namesIn({ skills }: Ledger): string[] {
  return skills.map(({ name }) => name).sort();
}

test("an apply of which a part fails writes down what is done, and keeps the revision for the next", async () => {
  const sandbox = await startOrganisation();
  const desk = newDesk(sandbox, { [FILE]: YAML });
  await apply(desk);
  const before = ledgerIn(desk.folder).applied?.revision;
  const after = desk.commit({ [FILE]: EDITED });
  sandbox.faults.set({
    serverErrorStatus: 403,
    serverError: { every: 1, on: `/users/${sandbox.manualEdits.userId("ann@example.com")}` },
  });

  const { exitCode, out } = await desk.run("apply --yes");
  expect([exitCode, out]).toEqual([1, expect.stringContaining("Applied: 4 done, 2 failed, 0 skipped.")]);
  const ledger = ledgerIn(desk.folder);
  expect(ledger).toMatchObject({ applied: { revision: before }, attempted: { revision: after } });
  expect(namesIn(ledger)).toEqual(["Billing", "Refunds"]);
  expect(leaseIn(desk.folder)).toBeNull();
  expect(oursIn(ledger, sandbox)).toEqual([
    "ann@example.com Billing 3",
    "cleo@example.com Billing 1",
    "dora@example.com Billing 1",
  ]);
  const said = git(desk.folder, "log", "-1", "--format=%B", "ledger/default");
  expect(said).toMatch(/^Apply: 3 to add, 0 to change, 1 to destroy\n[^]*^Failed: 2$/m);

  sandbox.faults.clear();
  expect(changesOf(await planAt(desk))).toEqual([
    "+ ann@example.com gains Refunds at 1 (edit)",
    "- ann@example.com loses Billing, was 3 (edit)",
  ]);
  await apply(desk);
  expect(ledgerIn(desk.folder).applied?.revision).toBe(after);
});

test("an apply that is interrupted finishes what is in flight, and leaves no lease", async () => {
  const sandbox = await startOrganisation();
  const gate = await startGate(sandbox);
  const { ann, origin } = newOffice(sandbox, { [FILE]: YAML });
  await apply(ann);
  const held = assignmentsOf(sandbox);
  ann.commit({ [FILE]: EDITED });
  ann.git("push", "--quiet", "origin", "main");
  const isHeld = gate.holdFrom(isWrite);
  const interrupted = deskAt(ann.folder, gate.env).runBeside("apply --yes");
  await isHeld;
  process.emit("SIGINT");
  gate.open();

  const { exitCode, out, err } = await interrupted;
  expect([exitCode, err]).toEqual([1, expect.stringMatching(/^Stopping after the requests in flight\./m)]);
  expect(out).toContain("Stopped: 1 done, 0 failed, 5 skipped.");
  expect(assignmentsOf(sandbox)).toEqual(held);
  const ledger = ledgerIn(origin);
  expect([leaseIn(origin), namesIn(ledger)]).toEqual([null, ["Billing", "Refunds"]]);
  await apply(ann);
  expect((await ann.run("plan --detailed-exitcode")).exitCode).toBe(0);
});

test("what is ours of a user who leaves is still ours when they come back", async () => {
  const sandbox = await startOrganisation();
  const desk = newDesk(sandbox, { [FILE]: YAML });
  await apply(desk);
  sandbox.manualEdits.deactivateUser("bob@example.com");
  desk.commit({ [FILE]: YAML.replace(", bob@example.com", "") });
  const away = await planAt(desk);
  expect(changesOf(away)).toEqual([]);
  expect(away.lines).toContain("note LEFT_ORG user bob@example.com, state inactive");
  await apply(desk);
  sandbox.manualEdits.activateUser("bob@example.com");
  expect(changesOf(await planAt(desk))).toEqual(["- bob@example.com loses Billing, was 1 (edit)"]);
  await apply(desk);
  expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Complaints: 5 });
});

test("a repository without a first commit has a ledger too, of no revision", async () => {
  const sandbox = await startOrganisation();
  const desk = deskAt(temporaryDirectory(), sandbox);
  desk.git("init", "--quiet", "--template=");
  desk.write({ ...settings(), [FILE]: YAML });
  expect((await desk.run("apply --yes")).err).toMatch(/^UNCOMMITTED: Nothing is committed yet\./);
  await apply(desk, "--allow UNCOMMITTED");
  expect(ledgerIn(desk.folder).applied?.revision).toBeNull();
  desk.write({ [FILE]: EDITED });
  const { plan, err } = await planAt(desk);
  expect([plan.hasLedger, plan.summary.destroy]).toEqual([true, 2]);
  expect(err).toBe("Nothing is committed yet. An apply is refused (UNCOMMITTED).\n");
  const first = desk.commit({ [FILE]: EDITED });
  await apply(desk);
  expect(ledgerIn(desk.folder).applied?.revision).toBe(first);
});
