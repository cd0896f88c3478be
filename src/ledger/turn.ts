/** Allows one apply at a time: waits until no other run holds the ledger. */
import type { LedgerClock, Window } from "./clock.ts";
import { applyRunning } from "./failures.ts";
import type { LedgerState } from "./read.ts";
import { closeRecords, hasOpenRecords } from "./records.ts";
import type { LedgerStore } from "./store.ts";
import type { WatchOptions } from "./watch.ts";
import { isOver, watchTip } from "./watch.ts";
import { windowLeft } from "./clock.ts";

export interface TurnOptions extends WatchOptions {
  /** Refuses with APPLY_RUNNING instead of waiting for another run. Default false. */
  readonly noWait?: boolean;
  /** Takes over from another run without waiting for its end; its open writes stay unsettled. Default false. */
  readonly takeOver?: boolean;
  /** Treats a branch that the remote has lost as "no ledger". Default false. */
  readonly allowGone?: boolean;
  /** After this many seconds a request without an answer is given up and can't take effect any more. */
  readonly requestTimeoutSeconds: number;
  /** How many seconds reads may be older than a write. */
  readonly staleSeconds: number;
  /** See `Window`. Default null. */
  readonly clockSkew?: number | null;
  /** Default: the store's. */
  readonly clock?: LedgerClock;
}

/**
 * Waits for and returns the ledger for an apply: no other run holds it, and `lease` is null. Marks the records of a
 * finished run as `over`, after waiting until its last request has ended and is visible. Throws `Failure`
 * APPLY_RUNNING, and those of `read`.
 */
export async function waitForTurn(store: LedgerStore, options: TurnOptions): Promise<LedgerState> {
  const clock = options.clock ?? store.clock;
  for (;;) {
    const state = await store.read({ allowGone: options.allowGone ?? false });
    if (state.lease === null) {
      const left = hasOpen(state) ? windowLeft(state.sighting, outcomeWindow(options), clock) : 0;
      if (left === 0) return closed(state);
      await waitForOutcomes(store, left, options, clock);
    } else if (options.takeOver === true) {
      return { ...state, lease: null, takesOver: true };
    } else if (await isDead(store, state, options, clock)) {
      await waitForOutcomes(store, outcomeWindow(options).seconds * 1000, options, clock);
      const again = await store.read();
      if (again.tip === state.tip) return closed(again);
    }
  }
}

/**
 * The ledger for a plan, which doesn't wait: marks the records of a finished run as `over` if enough time has passed;
 * otherwise they stay unsettled.
 */
export function closeOverRun(
  state: LedgerState,
  options: Pick<TurnOptions, "requestTimeoutSeconds" | "staleSeconds" | "clockSkew">,
  clock: LedgerClock,
): LedgerState {
  if (state.lease || !hasOpen(state)) return state;
  return windowLeft(state.sighting, outcomeWindow(options), clock) > 0 ? state : closed(state);
}

/** The time in which a request of a finished run may still be in flight or not yet visible. */
function outcomeWindow(
  options: Pick<TurnOptions, "requestTimeoutSeconds" | "staleSeconds" | "clockSkew">,
): Window {
  const { requestTimeoutSeconds, staleSeconds, clockSkew = null } = options;
  return { seconds: requestTimeoutSeconds + staleSeconds, clockSkew };
}

async function isDead(
  store: LedgerStore,
  { lease, tip, sighting }: LedgerState,
  options: TurnOptions,
  clock: LedgerClock,
): Promise<boolean> {
  if (!lease || tip === null || sighting === null) return false;
  const { target } = store;
  if (options.noWait === true && !(await isOver(lease, options))) throw applyRunning(target, lease);
  const { firstSeen } = sighting;
  const watched = { target, lease, tip, firstSeen, ask: () => store.tip() };
  return (await watchTip(watched, clock, options)) === "dead";
}

async function waitForOutcomes(
  { target }: LedgerStore,
  milliseconds: number,
  { onWait, stop }: TurnOptions,
  clock: LedgerClock,
): Promise<void> {
  onWait?.({ kind: "outcomes", target, seconds: Math.ceil(milliseconds / 1000) });
  await clock.sleep(milliseconds, stop);
}

function hasOpen({ ledger }: LedgerState): boolean {
  return ledger !== null && hasOpenRecords(ledger);
}

function closed(state: LedgerState): LedgerState {
  return { ...state, lease: null, ledger: state.ledger && closeRecords(state.ledger) };
}
