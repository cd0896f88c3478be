import { describe, expect, it } from "vitest";
import type { LedgerStore } from "../../src/ledger/store.ts";
import {
  ANN_HOLDS_BILLING,
  applied,
  COUNTS,
  cleanEnv,
  codesOf,
  failureOf,
  git,
  ledgerOf,
  MINUTE,
  newRemote,
  newRepository,
  openStore,
  START,
  startOf,
} from "./repositories.ts";

/** A clock that tests turn, and a timer that they ring. */
function newClock() {
  let time = START;
  const jobs = new Set<() => void>();
  return {
    now: () => time,
    every: (job: () => void) => {
      jobs.add(job);
      return () => void jobs.delete(job);
    },
    pass: (milliseconds: number) => void (time += milliseconds),
    ring: () => jobs.forEach((job) => job()),
    timers: () => jobs.size,
  };
}

const places: readonly (readonly [string, () => readonly [string, string]])[] = [
  [
    "one repository",
    () => {
      const dir = newRepository();
      return [dir, dir];
    },
  ],
  [
    "two clones",
    () => {
      const { ann, bob } = newRemote();
      return [ann, bob];
    },
  ],
];

describe.each(places)("two appliers in %s", (_, place) => {
  it("that begin at once: exactly one wins, and the other learns who", async () => {
    const [ann, bob] = place();
    const stores = await Promise.all([openStore(ann), openStore(bob)]);
    const states = await Promise.all(stores.map((store) => store.read()));
    const begun = await Promise.allSettled(
      stores.map((store, index) =>
        store.begin(states[index] ?? { kind: "none", why: "no-branch" }, startOf()),
      ),
    );
    const lost = begun.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    expect(begun.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect(lost).toMatchObject([{ problems: [{ code: "APPLY_AT_WORK" }], exitCode: 1 }]);
  });

  it("one after the other: the second plans from a ledger that has moved, and is told", async () => {
    const [ann, bob] = place();
    const first = await openStore(ann);
    await applied(first, ANN_HOLDS_BILLING);
    const second = await openStore(bob);
    const stale = await second.read();
    await applied(first, ledgerOf());
    expect(await codesOf(second.begin(stale, startOf()))).toEqual(["LEDGER_MOVED"]);
    expect(await codesOf(second.record(stale, ledgerOf(), { counts: COUNTS }))).toEqual(["LEDGER_MOVED"]);
  });

  it("are kept apart while the first is younger than six minutes, and not longer", async () => {
    const [ann, bob] = place();
    const clock = newClock();
    const first = await openStore(ann, { ...clock, env: cleanEnv({ GITHUB_ACTOR: "octocat" }) });
    await first.begin(await first.read(), startOf({ url: "https://ci.example/1" }));
    const second = await openStore(bob, clock);

    clock.pass(6 * MINUTE);
    const young = await second.read();
    expect(young).toMatchObject({ kind: "unfinished", age: 360, dead: false, ledger: ledgerOf() });
    const refusal = await failureOf(second.begin(young, startOf()));
    expect(refusal.problems[0]?.code).toBe("APPLY_AT_WORK");
    expect(refusal.message).toContain(
      "octocat on desk (https://ci.example/1), since 2026-01-31T08:00:00.000Z",
    );
    expect(await codesOf(second.record(young, ledgerOf(), { counts: COUNTS }))).toEqual(["APPLY_AT_WORK"]);

    clock.pass(1);
    expect(await second.read()).toMatchObject({ kind: "unfinished", dead: true });
    await second.begin(await second.read(), startOf());
  });

  it("can be made to go on with take-over; the first is told at its next renewal and overwrites nothing", async () => {
    const [ann, bob] = place();
    const first = await openStore(ann);
    const run = await first.begin(await first.read(), startOf());
    const second = await openStore(bob, { env: cleanEnv({ GITHUB_ACTOR: "bob" }) });
    const other = await second.begin(await second.read(), startOf({ takeOver: true }));

    expect(run.mayWrite()).toBe(true);
    expect(await run.renew([])).toBe("lost");
    expect(run.lost.aborted).toBe(true);
    expect(run.lost.reason).toMatchObject({ problems: [{ code: "LEDGER_MOVED" }] });
    expect(String(run.lost.reason)).toContain("bob on desk");
    expect(run.mayWrite()).toBe(false);
    expect(await codesOf(run.settle(ledgerOf(), { counts: COUNTS }))).toEqual(["LEDGER_MOVED"]);

    const tip = await other.settle(ANN_HOLDS_BILLING, { counts: COUNTS });
    expect(await second.read()).toEqual({ kind: "settled", ledger: ANN_HOLDS_BILLING, tip });
  });

  it("that lost without a renewal in between lose when they settle", async () => {
    const [ann, bob] = place();
    const first = await openStore(ann);
    const run = await first.begin(await first.read(), startOf());
    const second = await openStore(bob);
    await second.begin(await second.read(), startOf({ takeOver: true }));
    expect(await codesOf(run.settle(ledgerOf(), { counts: COUNTS }))).toEqual(["LEDGER_MOVED"]);
  });
});

describe("a run", () => {
  async function begin(store: LedgerStore, done: () => readonly string[] = () => []) {
    return store.begin(await store.read(), startOf({ ledger: ANN_HOLDS_BILLING, done }));
  }

  it("writes down the renames that it goes on with, and says nothing of none", async () => {
    const pending = [{ id: "u-1", proficiency: 3 }];
    const replaces = [{ id: "s-0", name: "Bills", to: "billing", ours: true, pending }];
    for (const [start, stored] of [
      [startOf({ replaces }), replaces],
      [startOf({ replaces: [] }), undefined],
    ] as const) {
      const store = await openStore(newRepository());
      const run = await store.begin(await store.read(), start);
      await run.renew(["op-1"]);
      const state = await store.read();
      expect(state.kind === "unfinished" && state.intent.replaces).toEqual(stored);
      expect(run.intent.replaces).toEqual(stored);
    }
  });

  it("keeps the old ledger unchanged beside its intent until it settles", async () => {
    const store = await openStore(newRepository());
    await applied(store, ANN_HOLDS_BILLING);
    const run = await begin(store);
    expect(await store.read()).toMatchObject({
      kind: "unfinished",
      ledger: ANN_HOLDS_BILLING,
      intent: { sets: startOf().sets, removes: startOf().removes, done: [] },
    });
    const tip = await run.settle(ledgerOf(), { counts: COUNTS });
    expect(await store.read()).toEqual({ kind: "settled", ledger: ledgerOf(), tip });
    expect(run.mayWrite()).toBe(false);
  });

  it("renews by its own timer with what is done, which keeps it alive", async () => {
    const clock = newClock();
    const dir = newRepository();
    const store = await openStore(dir, clock);
    const run = await begin(store, () => ["op-2", "op-1"]);
    clock.pass(5 * MINUTE);
    clock.ring();
    expect(await run.renew(["op-2", "op-1", "op-3"])).toBe("renewed");
    clock.pass(5 * MINUTE);
    expect(run.mayWrite()).toBe(true);
    expect(await store.read()).toMatchObject({
      dead: false,
      age: 300,
      intent: { done: ["op-1", "op-2", "op-3"] },
    });
    expect(git(dir, "log", "--format=%s", "ledger/production").split("\n").slice(0, 2)).toEqual([
      "Renew: 3 operations done",
      "Renew: 2 operations done",
    ]);
  });

  it("has no timer left once it has settled or was abandoned, and renews no more", async () => {
    const clock = newClock();
    const store = await openStore(newRepository(), clock);
    const settled = await begin(store);
    await settled.settle(ledgerOf(), { counts: COUNTS });
    expect([clock.timers(), await settled.renew([])]).toEqual([0, "over"]);
    const abandoned = await begin(store);
    abandoned.abandon();
    expect([clock.timers(), await abandoned.renew([]), abandoned.mayWrite()]).toEqual([0, "over", false]);
    expect(await store.read()).toMatchObject({ kind: "unfinished" });
  });

  it("that slept for six minutes may not write until it has renewed", async () => {
    const clock = newClock();
    const run = await begin(await openStore(newRepository(), clock));
    clock.pass(6 * MINUTE);
    expect(run.mayWrite()).toBe(false);
    expect(await run.renew([])).toBe("renewed");
    expect(run.mayWrite()).toBe(true);
  });

  it("survives one renewal that fails, stops at the second, and still writes down its end", async () => {
    const clock = newClock();
    const { ann, remote } = newRemote();
    const store = await openStore(ann, clock);
    const run = await begin(store);
    git(ann, "remote", "set-url", "origin", "/nowhere");
    clock.pass(2 * MINUTE);
    expect(await run.renew([])).toBe("late");
    expect(run.mayWrite()).toBe(true);
    clock.pass(2 * MINUTE);
    expect(await run.renew([])).toBe("lost");
    expect(run.lost.reason).toMatchObject({ problems: [{ code: "RENEWAL_FAILED" }] });
    expect(run.mayWrite()).toBe(false);
    git(ann, "remote", "set-url", "origin", `file://${remote}`);
    await run.settle(ANN_HOLDS_BILLING, { counts: COUNTS });
    expect(await store.read()).toMatchObject({ kind: "settled" });
  });

  it("learns by a look at the tip that somebody took over, and writes nothing for it", async () => {
    const { ann, bob, remote } = newRemote();
    const store = await openStore(ann);
    const run = await begin(store);
    await run.look();
    expect(run.mayWrite()).toBe(true);
    git(ann, "remote", "set-url", "origin", "/nowhere");
    await run.look();
    expect(run.mayWrite()).toBe(true);
    git(ann, "remote", "set-url", "origin", `file://${remote}`);
    const other = await openStore(bob);
    await other.begin(await other.read(), startOf({ takeOver: true }));
    const tip = git(remote, "rev-parse", "ledger/production");
    await run.look();
    expect(run.mayWrite()).toBe(false);
    expect(run.lost.reason).toMatchObject({ problems: [{ code: "LEDGER_MOVED" }] });
    expect(git(remote, "rev-parse", "ledger/production")).toBe(tip);
  });

  it("says what stands open and how to go on where its end can't be written down", async () => {
    const { ann } = newRemote();
    const store = await openStore(ann, { wait: () => Promise.resolve() });
    const run = await begin(store);
    git(ann, "remote", "set-url", "origin", "/nowhere");
    const { problems } = await failureOf(run.settle(ANN_HOLDS_BILLING, { counts: COUNTS }));
    expect(problems).toMatchObject([
      {
        code: "LEDGER_UNREACHABLE",
        message: expect.stringContaining("ledger/production") as string,
        hint: expect.stringMatching(/--take-over.*six minutes|six minutes.*--take-over/su) as string,
      },
    ]);
  });

  it("tries three times to write down its end", async () => {
    const { ann, remote } = newRemote();
    const pauses: number[] = [];
    const wait = (milliseconds: number) => {
      pauses.push(milliseconds);
      if (pauses.length === 2) git(ann, "remote", "set-url", "origin", `file://${remote}`);
      return Promise.resolve();
    };
    const store = await openStore(ann, { wait });
    const run = await begin(store);
    git(ann, "remote", "set-url", "origin", "/nowhere");
    await run.settle(ANN_HOLDS_BILLING, { counts: COUNTS });
    expect(pauses).toEqual([2_000, 10_000]);
    expect(await store.read()).toMatchObject({ kind: "settled" });
  });

  it("is not lost to a push of its own whose answer never came", async () => {
    const { ann, remote } = newRemote();
    const store = await openStore(ann);
    const run = await begin(store);
    // The push goes through and everything that is asked afterwards fails, as when the network dies in between.
    git(ann, "remote", "set-url", "--push", "origin", `file://${remote}`);
    git(ann, "config", "remote.origin.receivepack", "sh -c 'git-receive-pack \"$0\"; exit 1'");
    git(ann, "remote", "set-url", "origin", "/nowhere");
    expect(await run.renew(["op-1"])).toBe("late");
    expect(git(remote, "log", "-1", "--format=%s", "ledger/production")).toBe("Renew: 1 operation done");
    git(ann, "config", "--unset", "remote.origin.receivepack");
    git(ann, "remote", "set-url", "origin", `file://${remote}`);
    expect(await run.renew(["op-1", "op-2"])).toBe("renewed");
    await run.settle(ANN_HOLDS_BILLING, { counts: COUNTS });
  });

  it("stands where a branch of somebody else was put in its place only to be left alone", async () => {
    const { ann, bob, remote } = newRemote();
    const run = await begin(await openStore(ann));
    git(bob, "push", "--quiet", "--force", "origin", "main:refs/heads/ledger/production");
    const put = git(remote, "rev-parse", "ledger/production");
    expect(await codesOf(run.settle(ledgerOf(), { counts: COUNTS }))).toEqual(["LEDGER_MOVED"]);
    expect(git(remote, "rev-parse", "ledger/production")).toBe(put);
  });
});
