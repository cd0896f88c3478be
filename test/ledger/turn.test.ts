import { describe, expect, it } from "vitest";
import type { LedgerState } from "../../src/ledger/read.ts";
import { closeRecords } from "../../src/ledger/records.ts";
import type { LedgerStore, LedgerStoreOptions } from "../../src/ledger/store.ts";
import type { TurnOptions } from "../../src/ledger/turn.ts";
import { closeOverRun, waitForTurn } from "../../src/ledger/turn.ts";
import type { LedgerWait } from "../../src/ledger/watch.ts";
import type { FakeTime } from "./clocks.ts";
import { HOUR, MINUTE, newTime, SECOND } from "./clocks.ts";
import {
  ANN_HAS_BILLING,
  BILLING,
  COUNTS,
  codesOf,
  factsOf,
  failureOf,
  INTENT,
  ledgerOf,
  newRemote,
  newRepository,
  OPEN,
  openStore,
  withRecord,
} from "./repositories.ts";

const OVER = withRecord(ANN_HAS_BILLING, { ...OPEN, outcome: "over" });
const REQUEST_TIMEOUT = 30;
const STALE = 60;
/** Until the last request of a run that is over has ended and shows. */
const OUTCOMES = (REQUEST_TIMEOUT + STALE) * SECOND;

function optionsOf(more: Partial<TurnOptions> = {}): TurnOptions {
  return { requestTimeoutSeconds: REQUEST_TIMEOUT, staleSeconds: STALE, ...more };
}

/** Ann's apply has begun, and Bob waits. One repository for both: two clones of a remote are for `run.test.ts`. */
async function annApplies({ aheadOfAnn = 0, facts = factsOf() } = {}) {
  const repository = newRepository();
  const time = newTime();
  const annsClock = time.clock();
  const first = await openStore(repository, { clock: annsClock });
  const run = await first.begin(await first.read(), INTENT, facts);
  const bobsClock = time.clock(aheadOfAnn);
  const options: Partial<LedgerStoreOptions> = { clock: bobsClock };
  return { time, run, first, annsClock, bobsClock, second: await openStore(repository, options) };
}

/** How long Bob waited for his turn, and what he got. */
async function waitingFor(
  { time, second }: { time: FakeTime; second: LedgerStore },
  options: Partial<TurnOptions> = {},
): Promise<{ state: LedgerState; waited: number; waits: LedgerWait[] }> {
  const clock = time.clock();
  const start = clock.monotonic();
  const waits: LedgerWait[] = [];
  const state = await waitForTurn(second, optionsOf({ onWait: (wait) => waits.push(wait), ...options }));
  return { state, waited: clock.monotonic() - start, waits };
}

describe("an apply that finds no other", () => {
  it("has its turn at once", async () => {
    const [time, second] = [newTime(), await openStore(newRepository())];
    const { state, waited, waits } = await waitingFor({ time, second });
    expect(state).toMatchObject({ ledger: null, tip: null, lease: null });
    expect([waited, waits]).toEqual([0, []]);
  });

  it("waits for what an ended run left without outcome, by its own clock, and marks it as over", async () => {
    const apply = await annApplies();
    await apply.run.finish(INTENT, { counts: COUNTS, unsettled: 1 });
    const { state, waited, waits } = await waitingFor(apply);
    expect(waited).toBe(OUTCOMES);
    expect(waits).toEqual([{ kind: "outcomes", target: "production", seconds: 90 }]);
    expect(state).toMatchObject({ ledger: OVER, lease: null });
  });

  it("need not wait for what was left without outcome long ago, if its clock can be trusted", async () => {
    const apply = await annApplies();
    await apply.run.finish(INTENT, { counts: COUNTS, unsettled: 1 });
    await apply.time.pass(24 * HOUR);
    expect(await waitingFor(apply, { clockSkew: 0 })).toMatchObject({ waited: 0, state: { ledger: OVER } });
    expect(await waitingFor(apply, { clockSkew: 0, noWait: true })).toMatchObject({ waited: 0 });
  });

  it.each([
    ["nobody knows how wrong its clock is", null],
    ["its clock is wrong by a day", -24 * HOUR],
  ])("waits nevertheless where %s", async (_, clockSkew) => {
    const apply = await annApplies();
    await apply.run.finish(INTENT, { counts: COUNTS, unsettled: 1 });
    await apply.time.pass(24 * HOUR);
    expect(await waitingFor(apply, { clockSkew })).toMatchObject({ waited: OUTCOMES });
  });

  it("waits for outcomes also with --no-wait: that is about other runs only", async () => {
    const apply = await annApplies();
    await apply.run.finish(INTENT, { counts: COUNTS, unsettled: 1 });
    expect(await waitingFor(apply, { noWait: true })).toMatchObject({ waited: OUTCOMES });
  });
});

const CLOCKS: readonly (readonly [string, number])[] = [
  ["right", 0],
  ["seven minutes ahead", 7 * MINUTE],
  ["an hour ahead", HOUR],
  ["a day behind", -24 * HOUR],
];

describe.each(CLOCKS)("an apply beside another, on a clock that is %s", (_, aheadOfAnn) => {
  it("waits as long as that one lives, says so, and goes on from what it wrote", async () => {
    const apply = await annApplies({ aheadOfAnn });
    let tip = "";
    const { state, waited, waits } = await waitingFor(apply, {
      onWait: ({ kind }) => {
        expect(kind).toBe("running");
      },
      stop: endAfter(apply.time, 5 * MINUTE, async () => {
        tip = await apply.run.finish(ANN_HAS_BILLING, { counts: COUNTS });
      }),
    });
    expect(waits).toEqual([]);
    expect(waited).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(waited).toBeLessThan(5 * MINUTE + 10 * SECOND);
    expect(state).toMatchObject({ ledger: ANN_HAS_BILLING, tip, lease: null });
  });

  it("takes it over three minutes after its last sign of life, and waits for its last request", async () => {
    const apply = await annApplies({ aheadOfAnn });
    await apply.time.pass(90 * SECOND);
    apply.annsClock.stop();
    const { state, waited, waits } = await waitingFor(apply);
    expect(waited).toBe(3 * MINUTE + OUTCOMES);
    expect(waits[0]).toMatchObject({ kind: "running", lease: { host: "desk" }, unmovedSeconds: 0 });
    expect(waits.at(-1)).toEqual({ kind: "outcomes", target: "production", seconds: 90 });
    expect(state).toMatchObject({ ledger: OVER, lease: null });

    const run = await apply.second.begin(state, INTENT, factsOf());
    expect(await run.mayWrite()).toBe(true);
    apply.annsClock.resume();
    expect(await apply.run.mayWrite()).toBe(false);
    await run.finish(ANN_HAS_BILLING, { counts: COUNTS });
    expect(await apply.first.read()).toMatchObject({ ledger: ANN_HAS_BILLING, lease: null });
  });

  it("keeps waiting where that one was only stopped and is continued, also at the last moment", async () => {
    const apply = await annApplies({ aheadOfAnn });
    apply.annsClock.stop();
    let isContinued = false;
    const { state, waited } = await waitingFor(apply, {
      onWait: ({ kind }) => {
        // It is continued once it has been taken for dead: its lease is renewed before anybody has another.
        if (kind === "outcomes" && !isContinued) {
          isContinued = true;
          apply.annsClock.resume();
          void apply.time.pass(0);
        }
      },
      stop: endAfter(apply.time, 8 * MINUTE, async () => {
        await apply.run.finish(ANN_HAS_BILLING, { counts: COUNTS });
      }),
    });
    expect(waited).toBeGreaterThanOrEqual(8 * MINUTE);
    expect(state).toMatchObject({ ledger: ANN_HAS_BILLING, lease: null });
    expect(apply.run.lost.aborted).toBe(false);
  });
});

describe("an apply beside another", () => {
  it("refuses with --no-wait, and says whose that one is", async () => {
    const apply = await annApplies();
    const refusal = await failureOf(waitForTurn(apply.second, optionsOf({ noWait: true })));
    expect([refusal.problems[0]?.code, refusal.exitCode]).toEqual(["APPLY_RUNNING", 3]);
    expect(refusal.message).toContain("on desk");
  });

  it("goes on with --take-over once that one has found out, and keeps what it may have done unsettled", async () => {
    const apply = await annApplies();
    const { state, waited } = await waitingFor(apply, { takeOver: true });
    expect(waited).toBe(0);
    expect(state).toMatchObject({ ledger: INTENT, lease: null });
    const again = withRecord(ANN_HAS_BILLING, { ...OPEN, values: [4, 5] });
    const run = await apply.second.begin(state, again, factsOf());
    // Before it writes it has given the other one the time to look.
    expect(apply.bobsClock.sleeps).toEqual([15 * SECOND]);
    expect(await apply.run.mayWrite()).toBe(false);
    expect(await run.mayWrite()).toBe(true);
    await run.finish(again, { counts: COUNTS, unsettled: 1 });
    expect(await apply.first.read()).toMatchObject({ ledger: again, lease: null });
  });

  it("takes its intent back where it is stopped while it gives the other one that time", async () => {
    const apply = await annApplies();
    const { state } = await waitingFor(apply, { takeOver: true });
    const stop = AbortSignal.abort();
    await expect(apply.second.begin(state, INTENT, factsOf(), { stop })).rejects.toThrow(/abort/);
    expect(await apply.second.read()).toMatchObject({ ledger: INTENT, lease: null });
  });

  it("loses the race against a third that waits for the same, and waits again", async () => {
    const { ann, bob } = newRemote();
    const time = newTime();
    const first = await openStore(ann, { clock: time.clock() });
    const run = await first.begin(await first.read(), INTENT, factsOf());
    const [second, third] = [await openStore(bob, { clock: time.clock() }), await openStore(ann)];
    await run.finish(ANN_HAS_BILLING, { counts: COUNTS });
    const state = await waitForTurn(second, optionsOf());
    const other = await third.begin(await third.read(), INTENT, factsOf({ host: "third" }));
    expect(await codesOf(second.begin(state, INTENT, factsOf()))).toEqual(["APPLY_RUNNING"]);
    await other.finish(ANN_HAS_BILLING, { counts: COUNTS });
    expect(await waitForTurn(second, optionsOf())).toMatchObject({ ledger: ANN_HAS_BILLING });
  });

  it("ends its wait at once when it is stopped", async () => {
    const apply = await annApplies();
    const stop = new AbortController();
    const waiting = waitForTurn(
      apply.second,
      optionsOf({ stop: stop.signal, onWait: () => stop.abort(new Error("stopped")) }),
    );
    await expect(waiting).rejects.toThrow("stopped");
    expect(apply.bobsClock.sleeps).toEqual([]);
  });
});

describe("on GitHub", () => {
  const facts = factsOf({ github: { run: 17, attempt: 2, job: 4711 } });

  it("a run whose job is over is dead at once, and only its last request is waited for", async () => {
    const apply = await annApplies({ facts });
    apply.annsClock.stop();
    const asked: unknown[] = [];
    const isRunOver = ({ github }: { readonly github?: unknown }) => {
      asked.push(github);
      return Promise.resolve(true);
    };
    const { state, waited } = await waitingFor(apply, { isRunOver });
    expect(waited).toBe(OUTCOMES);
    expect(state).toMatchObject({ ledger: OVER, lease: null });
    expect(asked).toEqual([{ run: 17, attempt: 2, job: 4711 }]);
  });

  it("such a run is no reason for --no-wait to refuse", async () => {
    const apply = await annApplies({ facts });
    apply.annsClock.stop();
    const isRunOver = () => Promise.resolve(true);
    expect(await waitingFor(apply, { isRunOver, noWait: true })).toMatchObject({ waited: OUTCOMES });
  });

  it("a run whose process lives on without its job is waited for as long as it renews its lease", async () => {
    const apply = await annApplies({ facts });
    const stop = endAfter(apply.time, 5 * MINUTE, async () => {
      await apply.run.finish(ANN_HAS_BILLING, { counts: COUNTS });
    });
    const { state, waited } = await waitingFor(apply, { isRunOver: () => Promise.resolve(true), stop });
    expect(waited).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(state).toMatchObject({ ledger: ANN_HAS_BILLING, lease: null });
  });

  it("a run of unknown state is watched, and read once a minute", async () => {
    const apply = await annApplies({ facts });
    apply.annsClock.stop();
    let asked = 0;
    const isRunOver = () => Promise.resolve(asked++ < 0);
    expect(await waitingFor(apply, { isRunOver })).toMatchObject({ waited: 3 * MINUTE + OUTCOMES });
    expect(asked).toBe(3);
  });

  it("a run that is not on GitHub is not asked for", async () => {
    const apply = await annApplies();
    apply.annsClock.stop();
    const isRunOver = () => Promise.reject(new Error("asked"));
    expect(await waitingFor(apply, { isRunOver })).toMatchObject({ waited: 3 * MINUTE + OUTCOMES });
  });
});

describe("a plan, which doesn't wait", () => {
  const rest = { requestTimeoutSeconds: REQUEST_TIMEOUT, staleSeconds: STALE, clockSkew: 0 };

  it("leaves records without outcome unsettled while they may still change, and closes them afterwards", async () => {
    const { run, second, time, bobsClock, annsClock } = await annApplies();
    const running = await second.read();
    annsClock.stop();
    await time.pass(24 * HOUR);
    expect(closeOverRun(running, rest, bobsClock)).toBe(running);
    await run.finish(INTENT, { counts: COUNTS, unsettled: 1 });
    const ended = await second.read();
    expect(closeOverRun(ended, rest, bobsClock)).toBe(ended);
    await time.pass(OUTCOMES);
    expect(closeOverRun(ended, rest, bobsClock)).toMatchObject({ ledger: OVER });
  });
});

describe("closeRecords", () => {
  it("marks every record without outcome as over, and leaves all else the same object", () => {
    const done = { ...OPEN, outcome: "done" as const };
    const ledger = ledgerOf({
      skills: [{ ...BILLING, records: [{ ...OPEN, field: { kind: "existence" } }] }],
      profiles: [{ id: "p-1", name: "Support", slug: "support", skills: [], records: [OPEN] }],
      users: [
        { id: "u-1", assignments: {}, records: [done, { ...OPEN, field: { kind: "skill", id: "s-2" } }] },
        { id: "u-2", assignments: {}, records: [done] },
      ],
    });
    const closed = closeRecords(ledger);
    const outcomes = [...closed.skills, ...closed.profiles, ...closed.users].map(({ records = [] }) =>
      records.map(({ outcome }) => outcome),
    );
    expect(outcomes).toEqual([["over"], ["over"], ["done", "over"], ["done"]]);
    expect(closed.users[1]).toBe(ledger.users[1]);
    expect(closeRecords(closed)).toBe(closed);
  });
});

/** Does something when so much time has passed, once; its signal is never aborted. */
function endAfter(time: FakeTime, milliseconds: number, end: () => Promise<void>): AbortSignal {
  const stopTimer = time.clock().every(async () => {
    stopTimer();
    await end();
  }, milliseconds);
  return new AbortController().signal;
}
