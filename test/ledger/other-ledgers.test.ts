import { describe, expect, it } from "vitest";
import type { LedgerStore } from "../../src/ledger/store.ts";
import { waitForTurn } from "../../src/ledger/turn.ts";
import type { LedgerWait } from "../../src/ledger/watch.ts";
import type { Ledger } from "../../src/model.ts";
import type { FakeClock } from "./clocks.ts";
import { MINUTE, newTime, SECOND } from "./clocks.ts";
import {
  ANN_HAS_BILLING,
  APPLIED,
  applied,
  COUNTS,
  codesOf,
  factsOf,
  failureOf,
  git,
  INTENT,
  ledgerOf,
  newRemote,
  openStore,
} from "./repositories.ts";

const TURN = { requestTimeoutSeconds: 30, staleSeconds: 60 };
const FACTS = { counts: COUNTS };

function of(target: string, ledger: Ledger): Ledger {
  return { ...ledger, target };
}

/** Ann's clone with the target `production`, Bob's with `staging`. */
async function twoTargets() {
  const { ann, bob, remote } = newRemote();
  const time = newTime();
  const [annsClock, bobsClock] = [time.clock(), time.clock()];
  const production = await openStore(ann, { clock: annsClock });
  const staging = await openStore(bob, { target: "staging", clock: bobsClock });
  return { ann, bob, remote, time, production, staging, annsClock, bobsClock };
}

async function begin(store: LedgerStore, options = {}) {
  return store.begin(await store.read(), of(store.target, INTENT), factsOf(), options);
}

describe("other ledgers", () => {
  it("are listed with their organisation and what they claim; a broken one claims nothing", async () => {
    const { ann, production, staging } = await twoTargets();
    await applied(production, ANN_HAS_BILLING);
    const main = "main:refs/heads/ledger/";
    git(ann, "push", "--quiet", "origin", `${main}broken`, `${main}Not-Ours`);
    const others = await staging.others();
    expect(others.map(({ target, organization, claim }) => [target, organization, claim])).toEqual([
      ["broken", null, "none"],
      ["production", "org-1", "applied"],
    ]);
    expect(await production.others()).toMatchObject([{ target: "broken" }]);
  });
});

describe("an organisation that another target governs", () => {
  it("is refused after the intent, which is taken back, the organisation included", async () => {
    const { production, staging, remote } = await twoTargets();
    await applied(production, ANN_HAS_BILLING);
    const refusal = await failureOf(begin(staging));
    expect([refusal.problems[0]?.code, refusal.exitCode]).toEqual(["SHARED_ORG", 3]);
    expect(refusal.message).toContain("ledger/production");
    expect(git(remote, "show", "ledger/staging:ledger.json")).not.toContain("org-1");
    expect(await staging.read()).toMatchObject({ ledger: null, lease: null });
    // Once misconfigured, it is no obstacle to the one whose organisation it is.
    const run = await begin(production);
    expect(await run.mayWrite()).toBe(true);
  });

  it("is refused where nothing is written to it either, and nothing is recorded", async () => {
    const { production, staging, remote } = await twoTargets();
    await applied(production, ANN_HAS_BILLING);
    const record = staging.record(await staging.read(), of("staging", ANN_HAS_BILLING), {
      revision: null,
      ...FACTS,
    });
    expect(await codesOf(record)).toEqual(["SHARED_ORG"]);
    expect(git(remote, "branch", "--list", "ledger/staging")).toBe("");
  });

  it("is not refused where that is allowed, nor where the organisations differ", async () => {
    const { production, staging } = await twoTargets();
    await applied(production, ANN_HAS_BILLING);
    const run = await begin(staging, { allow: new Set(["SHARED_ORG"]) });
    await run.finish(of("staging", { ...ANN_HAS_BILLING, organization: "org-2" }), FACTS);
    await applied(production, ANN_HAS_BILLING);
  });

  it("is refused to at least one of two first applies that begin at once, before their first writes", async () => {
    const { production, staging } = await twoTargets();
    const begun = await Promise.allSettled([begin(production), begin(staging)]);
    const refused = begun.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toMatchObject({ problems: [{ code: "SHARED_ORG" }] });
  });

  it("counts also where a first apply was done in part", async () => {
    const { production, staging } = await twoTargets();
    const run = await begin(production);
    await run.finish(ledgerOf({ attempted: APPLIED }), { ...FACTS, failed: 1 });
    expect(await codesOf(begin(staging))).toEqual(["SHARED_ORG"]);
  });
});

describe("a target that was given another's credentials once", () => {
  it("doesn't block that one for ever, even where its apply was killed and then applied again", async () => {
    const { production, staging, bobsClock, time } = await twoTargets();
    await applied(production, ANN_HAS_BILLING);
    const attempted = of("staging", { ...INTENT, applied: null, attempted: APPLIED });
    // Killed between its intent and the look at the other ledgers.
    await staging.begin(await staging.read(), attempted, factsOf(), { allow: new Set(["SHARED_ORG"]) });
    bobsClock.stop();
    const state = await waitForTurn(staging, TURN);
    expect(await codesOf(staging.begin(state, attempted, factsOf()))).toEqual(["SHARED_ORG"]);
    await time.pass(MINUTE);
    const run = await begin(production);
    expect(await run.mayWrite()).toBe(true);
  });
});

describe("a first apply of another target that has begun", () => {
  const first = ledgerOf({ attempted: APPLIED });

  /** The production target has begun and never applied; staging begins beside it. */
  async function besideFirst(prepare: (clock: FakeClock) => void) {
    const targets = await twoTargets();
    const { production, staging, annsClock, time } = targets;
    const run = await production.begin(await production.read(), first, factsOf());
    prepare(annsClock);
    const waits: LedgerWait[] = [];
    const start = targets.bobsClock.monotonic();
    const onWait = (wait: LedgerWait) => waits.push(wait);
    const other = await staging
      .begin(await staging.read(), of("staging", INTENT), factsOf(), { onWait })
      .catch((error: unknown) => error);
    return { ...targets, time, run, other, waits, waited: targets.bobsClock.monotonic() - start };
  }

  it("counts while it lives", async () => {
    const { other, waited, waits } = await besideFirst(() => undefined);
    expect(other).toMatchObject({ problems: [{ code: "SHARED_ORG" }] });
    expect(waited).toBeLessThanOrEqual(MINUTE + 5 * SECOND);
    expect(waits[0]).toMatchObject({ kind: "running", target: "production" });
  });

  it("has no effect after its end, and blocks no later apply", async () => {
    const { other, waited } = await besideFirst((clock) => {
      clock.stop();
    });
    expect(other).toHaveProperty("mayWrite");
    expect(waited).toBe(3 * MINUTE);
  });

  it("counts for nothing once it has withdrawn", async () => {
    const { production, staging, time } = await twoTargets();
    const run = await production.begin(await production.read(), first, factsOf());
    const stopTimer = time.clock().every(async () => {
      stopTimer();
      await run.withdraw();
    }, 20 * SECOND);
    const other = await begin(staging);
    expect(await other.mayWrite()).toBe(true);
  });
});

describe("a ledger of a target that was renamed", () => {
  it("is adopted: the new branch goes on from its tip, and the old one says where it is", async () => {
    const { production, staging, remote } = await twoTargets();
    const tip = await applied(production, ANN_HAS_BILLING);
    expect((await staging.read()).ledger).toBeNull();
    const state = await staging.adopt("production", TURN);
    const ours = of("staging", ANN_HAS_BILLING);
    expect(state).toMatchObject({ ledger: ours, tip: null, lease: null });
    const run = await staging.begin(state, of("staging", INTENT), factsOf());
    await run.finish(ours, FACTS);

    expect(git(remote, "rev-parse", "ledger/staging~2", "ledger/production~1").split("\n")).toEqual([
      tip,
      tip,
    ]);
    expect(JSON.parse(git(remote, "show", "ledger/production:ledger.json"))).toMatchObject({
      ...{ target: "production", movedTo: "staging" },
    });
    expect(git(remote, "show", "--format=", "--name-only", "ledger/production")).toBe("ledger.json");
    expect(await staging.read()).toMatchObject({ ledger: ours, lease: null });
    // The old one counts for nothing, neither for itself nor for others.
    expect(await production.read()).toMatchObject({ ledger: null, lease: null });
    expect(await staging.others()).toMatchObject([
      { target: "production", claim: "none", organization: null },
    ]);
    expect(await codesOf(begin(production))).toEqual(["SHARED_ORG"]);
  });

  it("is adopted also where nothing has to be written to the organisation", async () => {
    const { production, staging, remote } = await twoTargets();
    await applied(production, ANN_HAS_BILLING);
    const state = await staging.adopt("production", TURN);
    const recorded = await staging.record(state, of("staging", ANN_HAS_BILLING), {
      revision: null,
      ...FACTS,
    });
    expect(recorded).not.toBeNull();
    expect(git(remote, "log", "-1", "--format=%s", "ledger/production")).toBe("Move to staging");
    expect(await staging.read()).toMatchObject({ ledger: of("staging", ANN_HAS_BILLING) });
  });

  it("is adopted after a dead run, whose records are then over", async () => {
    const { production, staging, annsClock, bobsClock } = await twoTargets();
    await applied(production, ANN_HAS_BILLING);
    await begin(production);
    annsClock.stop();
    const start = bobsClock.monotonic();
    const state = await staging.adopt("production", TURN);
    expect(bobsClock.monotonic() - start).toBe(3 * MINUTE + 90 * SECOND);
    expect(state.ledger?.users[0]?.records).toMatchObject([{ outcome: "over" }]);
    const run = await staging.begin(state, of("staging", INTENT), factsOf());
    expect(await run.mayWrite()).toBe(true);
  });

  it("is not adopted where somebody moved it after it was read: neither branch moves", async () => {
    const { production, staging, remote } = await twoTargets();
    await applied(production, ANN_HAS_BILLING);
    const state = await staging.adopt("production", TURN);
    const tip = await applied(production, { ...ANN_HAS_BILLING, attempted: null });
    expect(await codesOf(staging.begin(state, of("staging", INTENT), factsOf()))).toEqual(["LEDGER_MOVED"]);
    expect(git(remote, "rev-parse", "ledger/production")).toBe(tip);
    expect(git(remote, "branch", "--list", "ledger/staging")).toBe("");
  });
});
