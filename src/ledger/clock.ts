/** Time as the ledger uses it: two clocks, since either alone can be wrong about how long ago something was. */
import { setTimeout as timer } from "node:timers/promises";

export interface LedgerClock {
  /** Milliseconds since 1970; it jumps where somebody sets it. */
  now(): number;
  /** Milliseconds since some fixed moment; it never jumps, and stands still while the machine sleeps. */
  monotonic(): number;
  /** Resolves after `milliseconds`; rejects at once where `stop` is aborted. */
  sleep(milliseconds: number, stop?: AbortSignal): Promise<void>;
  /** Calls `job`, which never throws, every so many milliseconds until the answered function is called. */
  every(job: () => Promise<void>, milliseconds: number): () => void;
}

export const systemLedgerClock: LedgerClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (milliseconds, stop) => {
    await timer(milliseconds, undefined, stop && { signal: stop });
  },
  every(job, milliseconds) {
    const interval = setInterval(() => void job(), milliseconds);
    // A renewal alone is no reason to keep the process alive.
    interval.unref();
    return () => clearInterval(interval);
  },
};

/** A moment on both clocks, in milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** The moment it is now. */
export function momentOf(clock: LedgerClock): Moment {
  return { wall: clock.now(), monotonic: clock.monotonic() };
}

/** The longest time that may have passed since `then`, in milliseconds: the larger of what the two clocks say. */
export function longestSince(then: Moment, clock: LedgerClock): number {
  return Math.max(clock.now() - then.wall, clock.monotonic() - then.monotonic);
}
