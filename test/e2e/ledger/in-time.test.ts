/**
 * GitHub kills a process ten seconds after its first signal. Whatever the apply waits for by then, its ledger is in
 * the remote before. The seconds are those of a clock that the test sets.
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../../src/http/clock.ts";
import { systemLedgerClock } from "../../../src/ledger/clock.ts";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { deskAt, leaseIn, ledgerIn, newOffice, storyIn } from "../../support/desk.ts";
import type { Gate } from "../../support/gate.ts";
import { isWrite, startGate } from "../../support/gate.ts";
import { assignmentsOf, startOrganisation } from "../../support/organisation.ts";

const YAML = {
  "skills/a.yaml": "skills: [{ name: Billing, assign_to_users: [cleo@example.com, dora@example.com] }]\n",
};

const isLook = ({ path }: { readonly path: string }): boolean => path.startsWith("/api/v2/users?id=");

interface SetTime {
  /** Resolves once something sleeps for a long time. */
  readonly asleep: Promise<void>;
  /** Whoever waits from now on has the time pass at once, and then `job` runs after so many seconds. */
  begin(after?: { readonly seconds: number; readonly job: () => void }): void;
  /** Seconds since `begin`. */
  passed(): number;
}

/** Until the test ends, time stands still, and passes where the program waits after a moment that the test sets. */
function setTime(): SetTime {
  let [now, begun] = [Date.now(), Number.POSITIVE_INFINITY];
  let fallAsleep = (): void => undefined;
  const asleep = new Promise<void>((resolve) => (fallAsleep = resolve));
  let later: { readonly due: number; readonly job: () => void } | undefined;
  const passTo = (due: number): void => {
    now = Math.max(now, due);
    if (later && now >= later.due) later.job();
  };
  const sleep = async (milliseconds: number, stop?: AbortSignal): Promise<void> => {
    stop?.throwIfAborted();
    const isLong = milliseconds > 20_000;
    if (isLong && now < begun) {
      fallAsleep();
      await new Promise((_, reject) => {
        stop?.addEventListener("abort", () => reject(stop.reason as Error));
      });
    }
    passTo(now + milliseconds);
  };
  const timeout = (milliseconds: number): AbortSignal => {
    const controller = new AbortController();
    const due = now + milliseconds;
    if (now >= begun) {
      setImmediate(() => {
        passTo(due);
        controller.abort();
      });
    }
    return controller.signal;
  };
  const spies = [
    vi.spyOn(systemClock, "now").mockImplementation(() => now),
    vi.spyOn(systemClock, "sleep").mockImplementation(sleep),
    vi.spyOn(systemClock, "timeout").mockImplementation(timeout),
    vi.spyOn(systemLedgerClock, "now").mockImplementation(() => now),
    vi.spyOn(systemLedgerClock, "monotonic").mockImplementation(() => now),
    vi.spyOn(systemLedgerClock, "sleep").mockImplementation(sleep),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return {
    asleep,
    begin(after) {
      begun = now;
      if (after) later = { due: now + after.seconds * 1000, job: after.job };
    },
    passed: () => (now - begun) / 1000,
  };
}

interface Scene {
  readonly sandbox: Sandbox;
  readonly gate: Gate;
  readonly time: SetTime;
}

/** What the apply waits for when the signal comes; answers once it does. */
const WAITS: readonly (readonly [string, (scene: Scene) => Promise<void>])[] = [
  ["Retry-After 30 before a write", ({ sandbox, time }) => askToWait(sandbox, time, "PATCH")],
  ["Retry-After 30 before a look", ({ sandbox, time }) => askToWait(sandbox, time, "/api/v2/users?id=")],
  ["an answer to a write that takes 14 seconds", ({ gate }) => gate.holdFrom(isWrite)],
  ["an answer to a look that takes 14 seconds", ({ gate }) => gate.holdFrom(isLook)],
];

function askToWait(sandbox: Sandbox, time: SetTime, on: string): Promise<void> {
  sandbox.faults.set({ tooManyRequests: { every: 1, on }, retryAfter: 30 });
  return time.asleep;
}

/** Has the bare repository refuse so many pushes from now on. */
function refusePushes(origin: string, pushes: number): void {
  const hook = join(origin, "hooks", "pre-receive");
  mkdirSync(join(origin, "hooks"), { recursive: true });
  const count = `n=$(cat pushes 2>/dev/null || echo 0); echo $((n + 1)) > pushes; [ "$n" -ge ${pushes} ]`;
  writeFileSync(hook, `#!/bin/sh\n${count}\n`);
  chmodSync(hook, 0o755);
}

const ENDS = [
  ...(["SIGINT", "SIGTERM", "SIGHUP"] as const).flatMap((signal) =>
    WAITS.map(([what, wait]) => [signal, what, 0, wait] as const),
  ),
  ...WAITS.map(([what, wait]) => ["SIGTERM" as const, what, 3, wait] as const),
];

test.each(ENDS)(
  "%s during %s, with %i refused pushes: the ledger is pushed in time",
  async (signal, what, refused, wait) => {
    const sandbox = await startOrganisation();
    const gate = await startGate(sandbox);
    const { ann, origin } = newOffice(sandbox, YAML);
    const before = assignmentsOf(sandbox);
    const time = setTime();
    const isWaiting = wait({ sandbox, gate, time });
    const applying = deskAt(ann.folder, gate.env).runBeside("apply --yes");
    await isWaiting;
    expect(leaseIn(origin)).not.toBeNull();
    refusePushes(origin, refused);

    time.begin({ seconds: 14, job: () => gate.open() });
    process.emit(signal);
    const { exitCode, out } = await applying;
    expect([exitCode, out]).toEqual([1, expect.stringMatching(/Stopped: 0 done, 0 failed, /)]);
    // At 9.5 seconds the process ends in any case; git takes its part of them.
    expect(time.passed()).toBeLessThanOrEqual(refused === 0 ? 4 : 8);
    expect([leaseIn(origin), assignmentsOf(sandbox)]).toEqual([null, before]);
    expect(storyIn(origin).at(-1)).toMatch(/^Apply: /);
    // Only what was sent and not answered is unsettled.
    const records = ledgerIn(origin).users.flatMap(({ records = [] }) => records);
    expect(records.length > 0).toBe(what.includes("to a write"));
  },
);
