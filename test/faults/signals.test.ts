/** Ctrl-C and SIGTERM, to the program as a process: the ledger is right after each, and the next run does the rest. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Desk } from "../support/desk.ts";
import { leaseIn, ledgerIn, newDesk, oursIn } from "../support/desk.ts";
import type { Gate } from "../support/gate.ts";
import { isWrite, startGate } from "../support/gate.ts";
import { assignmentsOf, startOrganisation } from "../support/organisation.ts";
import type { Running } from "../support/program.ts";
import { buildProgram, startProgram } from "../support/program.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

const FILE = "skills/a.yaml";

const BEFORE = `skills:
  - name: Billing
    assign_to_users: [ann@example.com, bob@example.com]
`;

/** Ann and Bob lose, Cleo and Dora gain, and a skill comes that Bob gets: six changes, of which the create goes first. */
const AFTER = `skills:
  - name: Billing
    assign_to_users: [cleo@example.com, dora@example.com]
  - name: Refunds
    assign_to_users: [bob@example.com]
`;

const DONE = [
  "bob@example.com Complaints 5",
  "bob@example.com Refunds 1",
  "ann@example.com Sales 2",
  "cleo@example.com Billing 1",
  "cleo@example.com Sales 4",
  "dora@example.com Billing 1",
].sort();

let program: ReturnType<typeof buildProgram>;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

interface Scene {
  readonly sandbox: Sandbox;
  readonly desk: Desk;
  readonly gate: Gate;
  /** An apply of `AFTER` in a process of its own. */
  start(): Running;
}

async function setScene(): Promise<Scene> {
  const sandbox = await startOrganisation();
  const desk = newDesk(sandbox, { [FILE]: BEFORE });
  expect((await desk.runBeside("apply --yes")).exitCode).toBe(0);
  desk.commit({ [FILE]: AFTER });
  const gate = await startGate(sandbox);
  const start = () => startProgram(program.main, ["apply", "--yes"], { folder: desk.folder, env: gate.env });
  return { sandbox, desk, gate, start };
}

async function expectFinished({ sandbox, desk }: Scene): Promise<string> {
  const { exitCode, out, text } = await desk.runBeside("apply --yes");
  expect(exitCode, text).toBe(0);
  expect(assignmentsOf(sandbox).sort()).toEqual(DONE);
  const ledger = ledgerIn(desk.folder);
  expect(oursIn(ledger, sandbox)).toEqual([
    "bob@example.com Refunds 1",
    "cleo@example.com Billing 1",
    "dora@example.com Billing 1",
  ]);
  expect([leaseIn(desk.folder), ledger.applied?.revision]).toEqual([null, desk.git("rev-parse", "HEAD")]);
  expect((await desk.runBeside("plan --detailed-exitcode")).exitCode).toBe(0);
  return out;
}

describe.each(["SIGINT", "SIGTERM"] as const)("%s", (signal) => {
  test("once lets what is in flight finish, lists what is left, and the next run does exactly that", async () => {
    const scene = await setScene();
    const { sandbox, desk, gate } = scene;
    const isHeld = gate.holdFrom(({ method }) => method === "PATCH");
    const running = scene.start();
    await running.until(isHeld);
    running.kill(signal);
    await running.says("Stopping: finishing what is in flight.");
    gate.open();
    const { exitCode, out } = await running.ended;

    expect(exitCode).toBe(1);
    const [, done = 0, failed, skipped = 0] =
      /Stopped: (\d+) done, (\d+) failed, (\d+) skipped\./.exec(out)?.map(Number) ?? [];
    expect([done + skipped, failed]).toEqual([6, 0]);
    expect(done).toBeGreaterThan(1);
    expect(out.match(/the apply was stopped before it/g) ?? []).toHaveLength(skipped);
    const ledger = ledgerIn(desk.folder);
    expect(leaseIn(desk.folder)).toBeNull();
    // All that is ours is there, and all that is there and not by hand is ours.
    const byHand = ["ann@example.com Sales 2", "bob@example.com Complaints 5", "cleo@example.com Sales 4"];
    const there = assignmentsOf(sandbox).filter((line) => !byHand.includes(line));
    expect(oursIn(ledger, sandbox)).toEqual(there.sort());

    const writes = sandbox.requests.length;
    expect(await expectFinished(scene)).toContain(`Applied: ${skipped} done, 0 failed, 0 skipped.`);
    expect(sandbox.requests.slice(writes).filter(isWrite)).toHaveLength(skipped);
  });
});

// GitHub cancels a run by SIGINT and, where it goes on, by SIGTERM.
test("SIGINT and then SIGTERM is one stop: the run ends as after the first, and the next does the rest", async () => {
  const scene = await setScene();
  const { desk, gate } = scene;
  const isHeld = gate.holdFrom(({ method }) => method === "DELETE");
  const running = scene.start();
  await running.until(isHeld);
  running.kill("SIGINT");
  await running.says("Stopping: finishing what is in flight.");
  running.kill("SIGTERM");
  gate.open();
  expect(await running.ended).toMatchObject({ exitCode: 1 });
  expect(leaseIn(desk.folder)).toBeNull();
  await expectFinished(scene);
});

test("SIGINT before the first write ends the program, and nothing was written", async () => {
  const scene = await setScene();
  const { sandbox, desk, gate } = scene;
  const [held, ledger] = [assignmentsOf(sandbox), desk.git("rev-parse", "ledger/default")];
  const isHeld = gate.holdFrom(({ path }) => path.startsWith("/api/v2/users"));
  const running = scene.start();
  await running.until(isHeld);
  running.kill("SIGINT");
  expect(await running.ended).toMatchObject({ exitCode: null, signal: "SIGINT" });
  gate.open();
  expect(assignmentsOf(sandbox)).toEqual(held);
  expect(desk.git("rev-parse", "ledger/default")).toBe(ledger);
  await expectFinished(scene);
});
