/** However the program as a process is ended, the ledger is right, and the next run does the rest. */
import { closeSync, openSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Desk } from "../support/desk.ts";
import { leaseIn, ledgerIn, newDesk, oursIn } from "../support/desk.ts";
import type { Gate } from "../support/gate.ts";
import { isWrite, startGate } from "../support/gate.ts";
import { assignmentsOf, startOrganisation } from "../support/organisation.ts";
import type { Place, Running } from "../support/program.ts";
import { passWaits } from "../support/waits.ts";
import { builtProgram, startProgram } from "../support/program.ts";
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

let main: string;
beforeAll(async () => {
  main = await builtProgram();
});

interface Scene {
  readonly sandbox: Sandbox;
  readonly desk: Desk;
  readonly gate: Gate;
  /** An apply of `AFTER` in a process of its own. */
  start(place?: Partial<Place>): Running;
}

async function setScene(): Promise<Scene> {
  const sandbox = await startOrganisation();
  const desk = newDesk(sandbox, { [FILE]: BEFORE });
  expect((await desk.runBeside("apply --yes")).exitCode).toBe(0);
  desk.commit({ [FILE]: AFTER });
  const gate = await startGate(sandbox);
  const start: Scene["start"] = (place = {}) =>
    startProgram(main, ["apply", "--yes"], { folder: desk.folder, env: gate.env, ...place });
  return { sandbox, desk, gate, start };
}

async function expectFinished(scene: Scene): Promise<string> {
  const { exitCode, out, text } = await scene.desk.runBeside("apply --yes");
  expect(exitCode, text).toBe(0);
  await expectDone(scene);
  return out;
}

async function expectDone({ sandbox, desk }: Scene): Promise<void> {
  expect(assignmentsOf(sandbox).sort()).toEqual(DONE);
  const ledger = ledgerIn(desk.folder);
  expect(oursIn(ledger, sandbox)).toEqual([
    "bob@example.com Refunds 1",
    "cleo@example.com Billing 1",
    "dora@example.com Billing 1",
  ]);
  expect([leaseIn(desk.folder), ledger.applied?.revision]).toEqual([null, desk.git("rev-parse", "HEAD")]);
  expect((await desk.runBeside("plan --detailed-exitcode")).exitCode).toBe(0);
}

describe.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s", (signal) => {
  test("once finishes requests in flight, lists the rest, and the next run does exactly the rest", async () => {
    const scene = await setScene();
    const { sandbox, desk, gate } = scene;
    const isHeld = gate.holdFrom(({ method }) => method === "PATCH");
    const running = scene.start();
    await running.until(isHeld);
    running.kill(signal);
    await running.says("Stopping after the requests in flight.");
    gate.open();
    const { exitCode, out } = await running.ended;

    expect(exitCode).toBe(1);
    const [, done = 0, failed, skipped = 0] =
      /Stopped: (\d+) done, (\d+) failed, (\d+) skipped\./.exec(out)?.map(Number) ?? [];
    expect([done + skipped, failed]).toEqual([6, 0]);
    expect(done).toBeGreaterThan(1);
    expect(out.match(/the apply was stopped first/g) ?? []).toHaveLength(skipped);
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
  await running.says("Stopping after the requests in flight.");
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
  expect(await running.ended).toMatchObject({
    exitCode: 130,
    err: expect.stringContaining("INTERRUPTED") as string,
  });
  gate.open();
  expect(assignmentsOf(sandbox)).toEqual(held);
  expect(desk.git("rev-parse", "ledger/default")).toBe(ledger);
  await expectFinished(scene);
});

test("SIGKILL leaves an intent: --take-over continues immediately, and nothing is lost or claimed wrongly", async () => {
  const scene = await setScene();
  const { desk, gate } = scene;
  const isHeld = gate.holdFrom(({ method }) => method === "PATCH");
  const running = scene.start();
  await running.until(isHeld);
  running.kill("SIGKILL");
  expect(await running.ended).toMatchObject({ exitCode: null, signal: "SIGKILL" });
  const lease = leaseIn(desk.folder);
  expect(lease).not.toBeNull();

  const next = await desk.runBeside("apply --yes --take-over");
  expect(next.exitCode, next.text).toBe(0);
  expect(leaseIn(desk.folder)).toBeNull();
  // What the dead run had sent still arrives, and is not taken for somebody's manual work.
  gate.open();
  passWaits();
  await expectFinished(scene);
});

describe("output without a reader", () => {
  test.each([[["stdout"]], [["stderr"]], [["stdout", "stderr"]]] as const)(
    "doesn't stop an apply: the readers of %j went away",
    async (goesAway) => {
      const scene = await setScene();
      const running = scene.start({ goesAway });
      expect(await running.ended).toMatchObject({ exitCode: 0 });
      await expectDone(scene);
    },
  );

  test("on a full disk stops no apply, and is reported", async () => {
    const scene = await setScene();
    const full = openSync("/dev/full", "w");
    const { exitCode, err } = await scene.start({ out: full }).ended;
    closeSync(full);
    expect([exitCode, err]).toEqual([1, expect.stringContaining("could not be written completely: ENOSPC")]);
    expect(err).not.toMatch(/^ +at /m);
    await expectDone(scene);
  });

  test.each([["plan"], ["plan --format json"], ["--help"], ["report --format csv"], ["explain Billing"]])(
    "doesn't make %s fail if its reader stops reading, and does if the disk is full",
    async (line) => {
      const { desk } = await setScene();
      const place = { folder: desk.folder, env: desk.env };
      const read = await startProgram(main, line.split(" "), { ...place, goesAway: ["stdout"] }).ended;
      expect([read.exitCode, read.err]).toEqual([0, expect.not.stringMatching(/^ +at /m)]);
      const full = openSync("/dev/full", "w");
      const lost = await startProgram(main, line.split(" "), { ...place, out: full }).ended;
      closeSync(full);
      expect([lost.exitCode, lost.err]).toEqual([1, expect.stringContaining("ENOSPC")]);
      expect(lost.err).not.toMatch(/^ +at /m);
    },
  );
});
