import { describe, expect, it } from "vitest";
import type { LedgerRun } from "../../src/ledger/run.ts";
import type { LedgerStore } from "../../src/ledger/store.ts";
import { HOUR, MINUTE, newTime, SECOND } from "./clocks.ts";
import {
  ANN_HAS_BILLING,
  applied,
  COUNTS,
  cleanEnv,
  codesOf,
  cutOff,
  factsOf,
  failureOf,
  git,
  INTENT,
  ledgerOf,
  newRemote,
  newRepository,
  openStore,
} from "./repositories.ts";

const FACTS = { counts: COUNTS };

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

/** Begins as `--take-over` does. */
async function takeOver(store: LedgerStore): Promise<LedgerRun> {
  return store.begin({ ...(await store.read()), lease: null }, INTENT, factsOf());
}

async function begin(store: LedgerStore): Promise<LedgerRun> {
  return store.begin(await store.read(), INTENT, factsOf());
}

describe.each(places)("two applies at the same time in %s", (_, place) => {
  it("that begin at once: exactly one wins, and the other learns who", async () => {
    const [ann, bob] = place();
    const stores = await Promise.all([openStore(ann), openStore(bob)]);
    const states = await Promise.all(stores.map(async (store) => [store, await store.read()] as const));
    const begun = await Promise.allSettled(
      states.map(([store, state]) => store.begin(state, INTENT, factsOf())),
    );
    const lost = begun.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    expect(begun.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect(lost).toMatchObject([
      {
        problems: [{ code: "APPLY_RUNNING", message: expect.stringContaining("desk") as string }],
        exitCode: 3,
      },
    ]);
  });

  it("one after the other: the second planned from a ledger that has moved, and is told", async () => {
    const [ann, bob] = place();
    const first = await openStore(ann);
    await applied(first, ANN_HAS_BILLING);
    const second = await openStore(bob);
    const old = await second.read();
    const tip = await applied(first, ledgerOf());
    expect(await codesOf(second.begin(old, INTENT, factsOf()))).toEqual(["LEDGER_MOVED"]);
    expect(
      await codesOf(second.record(old, ledgerOf({ applied: null }), { revision: null, ...FACTS })),
    ).toEqual(["LEDGER_MOVED"]);
    expect(await second.read()).toMatchObject({ ledger: ledgerOf(), tip });
  });

  it("are refused with a state that another run holds", async () => {
    const [ann, bob] = place();
    const env = cleanEnv({ GITHUB_ACTOR: "octocat" });
    const first = await openStore(ann, { env });
    await first.begin(await first.read(), INTENT, factsOf({ url: "https://ci.example/1" }));
    const second = await openStore(bob);
    const state = await second.read();
    expect(state).toMatchObject({ ledger: INTENT, lease: { actor: "octocat", renewals: 0 } });
    const refusal = await failureOf(second.begin(state, INTENT, factsOf()));
    expect([refusal.problems[0]?.code, refusal.exitCode]).toEqual(["APPLY_RUNNING", 3]);
    expect(refusal.message).toContain("octocat on desk (https://ci.example/1)");
    const record = second.record(state, ledgerOf(), { revision: null, ...FACTS });
    expect(await codesOf(record)).toEqual(["APPLY_RUNNING"]);
  });

  it("that lost one: it is told at its next renewal, sends nothing more and overwrites nothing", async () => {
    const [ann, bob] = place();
    const time = newTime();
    const first = await openStore(ann, { clock: time.clock() });
    const run = await begin(first);
    expect(await run.mayWrite()).toBe(true);
    const second = await openStore(bob, { env: cleanEnv({ GITHUB_ACTOR: "bob" }), clock: time.clock() });
    const other = await takeOver(second);

    await time.pass(MINUTE);
    expect(run.lost.aborted).toBe(true);
    expect(run.lost.reason).toMatchObject({ problems: [{ code: "LEDGER_MOVED" }] });
    expect(String(run.lost.reason)).toContain("bob on desk");
    expect(await run.mayWrite()).toBe(false);
    expect(await codesOf(run.finish(ledgerOf(), FACTS))).toEqual(["LEDGER_MOVED"]);
    expect(await codesOf(run.withdraw())).toEqual(["LEDGER_MOVED"]);

    const tip = await other.finish(ANN_HAS_BILLING, FACTS);
    expect(await first.read()).toMatchObject({ ledger: ANN_HAS_BILLING, tip, lease: null });
  });

  it("that lost one between two renewals: it sends nothing more after ten seconds", async () => {
    const [ann, bob] = place();
    const time = newTime();
    const run = await begin(await openStore(ann, { clock: time.clock() }));
    await takeOver(await openStore(bob, { clock: time.clock() }));
    await time.pass(10 * SECOND);
    expect(await run.mayWrite()).toBe(true);
    await time.pass(1);
    const asked = await Promise.all([run.mayWrite(), run.mayWrite()]);
    expect([asked, run.lost.aborted]).toEqual([[false, false], true]);
  });

  it("that lost one without a renewal in between: it loses when it finishes", async () => {
    const [ann, bob] = place();
    const run = await begin(await openStore(ann));
    const other = await takeOver(await openStore(bob));
    expect(await codesOf(run.finish(ledgerOf(), FACTS))).toEqual(["LEDGER_MOVED"]);
    expect(await other.mayWrite()).toBe(true);
  });
});

describe("a run", () => {
  it("stands in the ledger with its intent and its lease until it finishes", async () => {
    const dir = newRepository();
    const store = await openStore(dir);
    await applied(store, ANN_HAS_BILLING);
    const run = await begin(store);
    const other = await openStore(dir);
    expect(await other.read()).toMatchObject({ ledger: INTENT, lease: run.lease });
    const tip = await run.finish(ANN_HAS_BILLING, FACTS);
    expect(await other.read()).toMatchObject({ ledger: ANN_HAS_BILLING, tip, lease: null });
    expect(await run.mayWrite()).toBe(false);
    expect(git(dir, "ls-tree", "--name-only", "ledger/production")).not.toContain("run.json");
  });

  it("renews its lease every minute by itself, which changes the lease alone", async () => {
    const dir = newRepository();
    const time = newTime();
    const clock = time.clock();
    const store = await openStore(dir, { clock });
    const run = await begin(store);
    await time.pass(3 * MINUTE + SECOND);
    expect(git(dir, "log", "--format=%s", "ledger/production").split("\n")).toEqual([
      ...["Renew 3", "Renew 2", "Renew 1", "Begin: 2 to add, 1 to change, 0 to destroy"],
    ]);
    expect(git(dir, "show", "--format=", "--name-only", "ledger/production")).toBe("run.json");
    expect(await store.read()).toMatchObject({ ledger: INTENT, lease: { run: run.lease.run, renewals: 3 } });
    await run.finish(ledgerOf(), FACTS);
    expect(clock.timers()).toBe(0);
  });

  it("may write for two minutes after a renewal began, and then renews first", async () => {
    const dir = newRepository();
    const time = newTime();
    const clock = time.clock();
    const run = await begin(await openStore(dir, { clock }));
    clock.stop();
    await time.pass(2 * MINUTE);
    expect(await run.mayWrite()).toBe(true);
    expect(git(dir, "log", "-1", "--format=%s", "ledger/production")).toMatch(/^Begin/);
    await time.pass(1);
    expect(await run.mayWrite()).toBe(true);
    expect(git(dir, "log", "-1", "--format=%s", "ledger/production")).toBe("Renew 1");
  });

  it("renews once where many ask at once", async () => {
    const dir = newRepository();
    const time = newTime();
    const clock = time.clock();
    const run = await begin(await openStore(dir, { clock }));
    clock.stop();
    await time.pass(5 * MINUTE);
    expect(await Promise.all([1, 2, 3].map(() => run.mayWrite()))).toEqual([true, true, true]);
    expect(git(dir, "log", "-1", "--format=%s", "ledger/production")).toBe("Renew 1");
  });

  it.each([
    ["stopped for five minutes", 5 * MINUTE, 0],
    ["asleep for five minutes, while the monotonic clock stood still", 0, 5 * MINUTE],
  ])("%s and not taken over goes on after a renewal", async (_, passed, jumped) => {
    const time = newTime();
    const clock = time.clock();
    const run = await begin(await openStore(newRemote().ann, { clock }));
    clock.stop();
    await time.pass(passed);
    clock.jump(jumped);
    clock.resume();
    expect(await run.mayWrite()).toBe(true);
    expect(run.lost.aborted).toBe(false);
  });

  it.each([
    ["stopped for five minutes", 5 * MINUTE, 0],
    ["asleep for five minutes, while the monotonic clock stood still", 0, 5 * MINUTE],
  ])("%s and taken over sends nothing more", async (_, passed, jumped) => {
    const { ann, bob } = newRemote();
    const time = newTime();
    const clock = time.clock();
    const run = await begin(await openStore(ann, { clock }));
    clock.stop();
    await time.pass(passed);
    clock.jump(jumped);
    await takeOver(await openStore(bob, { clock: time.clock(HOUR) }));
    // Continued: it asks before the timer has run.
    expect(await run.mayWrite()).toBe(false);
    expect(run.lost.reason).toMatchObject({ problems: [{ code: "LEDGER_MOVED" }] });
    clock.resume();
    await time.pass(10 * MINUTE);
    expect(await run.mayWrite()).toBe(false);
  });

  it("that can't renew sends nothing after two minutes, goes on once it can, and finishes", async () => {
    const time = newTime();
    const { ann } = newRemote();
    const store = await openStore(ann, { clock: time.clock() });
    const run = await begin(store);
    const reconnect = cutOff(ann);
    await time.pass(2 * MINUTE);
    expect(await run.mayWrite()).toBe(true);
    await time.pass(1);
    expect(await run.mayWrite()).toBe(false);
    expect(run.lost.aborted).toBe(false);
    reconnect();
    expect(await run.mayWrite()).toBe(true);
    await run.finish(ANN_HAS_BILLING, FACTS);
    expect(await store.read()).toMatchObject({ ledger: ANN_HAS_BILLING, lease: null });
  });

  it("that could not renew learns of the takeover at its next renewal", async () => {
    const time = newTime();
    const { ann, bob } = newRemote();
    const run = await begin(await openStore(ann, { clock: time.clock() }));
    const reconnect = cutOff(ann);
    await time.pass(4 * MINUTE);
    await takeOver(await openStore(bob, { clock: time.clock() }));
    reconnect();
    expect(await run.mayWrite()).toBe(false);
    expect(run.lost.aborted).toBe(true);
  });

  it("counts from the moment at which its last renewal began, not from its answer", async () => {
    const time = newTime();
    const clock = time.clock();
    const dir = newRepository();
    const store = await openStore(dir, { clock });
    const state = await store.read();
    // Time passes while git works: each look at the clock is a minute later.
    let looks = 0;
    const slow = { ...clock, now: () => clock.now() + looks++ * MINUTE };
    const slowStore = await openStore(dir, { clock: slow });
    const run = await slowStore.begin(state, INTENT, factsOf());
    slow.now = () => clock.now() + 2 * MINUTE + 1;
    await run.mayWrite();
    expect(git(dir, "log", "-1", "--format=%s", "ledger/production")).toBe("Renew 1");
  });

  it("tries four times to write down its end, in five seconds", async () => {
    const { ann } = newRemote();
    const clock = newTime().clock();
    const store = await openStore(ann, { clock });
    const run = await begin(store);
    const reconnect = cutOff(ann);
    const sleep = clock.sleep.bind(clock);
    const counting = Object.assign(clock, {
      sleep: async (milliseconds: number) => {
        await sleep(milliseconds);
        if (counting.sleeps.length === 3) reconnect();
      },
    });
    await run.finish(ANN_HAS_BILLING, FACTS);
    expect(counting.sleeps).toEqual([1_000, 1_500, 2_500]);
    expect(await store.read()).toMatchObject({ ledger: ANN_HAS_BILLING, lease: null });
  });

  it("reports open outcomes and the remedy if its end can't be recorded", async () => {
    const { ann } = newRemote();
    const run = await begin(await openStore(ann));
    cutOff(ann);
    const { problems } = await failureOf(run.finish(ANN_HAS_BILLING, FACTS));
    expect(problems).toMatchObject([
      {
        code: "LEDGER_UNREACHABLE",
        message: expect.stringContaining("ledger/production still says that this apply is running") as string,
        hint: expect.stringContaining("apply again") as string,
      },
    ]);
  });

  it("is not lost to a push of its own whose answer never came", async () => {
    const { ann, remote } = newRemote();
    const time = newTime();
    const store = await openStore(ann, { clock: time.clock() });
    const run = await begin(store);
    // The push goes through and everything that is asked afterwards fails, as when the network dies in between.
    git(ann, "remote", "set-url", "--push", "origin", `file://${remote}`);
    git(ann, "config", "remote.origin.receivepack", "sh -c 'git-receive-pack \"$0\"; exit 1'");
    git(ann, "remote", "set-url", "origin", "/nowhere");
    await time.pass(MINUTE);
    expect(git(remote, "log", "-1", "--format=%s", "ledger/production")).toBe("Renew 1");
    expect(run.lost.aborted).toBe(false);
    git(ann, "config", "--unset", "remote.origin.receivepack");
    git(ann, "remote", "set-url", "origin", `file://${remote}`);
    await time.pass(MINUTE);
    expect(run.lost.aborted).toBe(false);
    await run.finish(ANN_HAS_BILLING, FACTS);
    expect(await (await openStore(ann)).read()).toMatchObject({ ledger: ANN_HAS_BILLING, lease: null });
  });

  it("overwrites nothing that somebody else put in its branch's place", async () => {
    const { ann, bob, remote } = newRemote();
    const run = await begin(await openStore(ann));
    git(bob, "push", "--quiet", "--force", "origin", "main:refs/heads/ledger/production");
    const put = git(remote, "rev-parse", "ledger/production");
    expect(await codesOf(run.finish(ledgerOf(), FACTS))).toEqual(["LEDGER_MOVED"]);
    expect(git(remote, "rev-parse", "ledger/production")).toBe(put);
  });
});

describe("a run that is refused", () => {
  it("takes its intent back: the ledger is what it was", async () => {
    const { ann, bob } = newRemote();
    const store = await openStore(ann);
    await applied(store, ANN_HAS_BILLING);
    const run = await begin(store);
    await run.withdraw();
    expect(await run.mayWrite()).toBe(false);
    expect(await (await openStore(bob)).read()).toMatchObject({ ledger: ANN_HAS_BILLING, lease: null });
  });

  it("also undoes the organisation's claim without a ledger, and the next apply is the first", async () => {
    const { ann, bob, remote } = newRemote();
    const run = await begin(await openStore(ann));
    await run.withdraw();
    expect(git(remote, "ls-tree", "-r", "--name-only", "ledger/production")).toBe("ledger.json");
    expect(git(remote, "show", "ledger/production:ledger.json")).not.toContain("org-1");
    const store = await openStore(bob);
    const state = await store.read();
    expect(state).toMatchObject({ ledger: null, lease: null });
    expect(state.tip).not.toBeNull();
    await applied(store, { ...ANN_HAS_BILLING, organization: "org-2" });
    expect((await (await openStore(ann)).read()).ledger?.organization).toBe("org-2");
  });
});
