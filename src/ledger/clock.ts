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

/** The facts that a process has about the moment at which a tip of the ledger was written. */
export interface Sighting {
  /** When this process first saw the tip, by its monotonic clock, in milliseconds. */
  readonly firstSeen: number;
  /** When the tip was committed, by the clock of whoever wrote it, in milliseconds since 1970. */
  readonly committedAt: number;
}

export interface Window {
  readonly seconds: number;
  /**
   * By how many milliseconds this machine's clock differs from the `Date` header of the organisation's answers.
   * Null: nobody knows. Then, and where it is more than ten minutes, the commit's time says nothing.
   */
  readonly clockSkew: number | null;
}

const HOUR = 3_600_000;
const MAX_SKEW = 600_000;

/**
 * Milliseconds that are left of the window; 0 once it is over, and where there is no ledger. The window begins
 * when this process first saw the tip: a clock that is wrong by less than an hour costs a wait, never a wrong
 * reading. Only where the commit lies further back than the window and an hour is it over at once.
 */
export function windowLeft(sighting: Sighting | null, window: Window, clock: LedgerClock): number {
  if (sighting === null) return 0;
  const length = window.seconds * 1000;
  const { clockSkew } = window;
  const isClockRight = clockSkew !== null && Math.abs(clockSkew) <= MAX_SKEW;
  if (isClockRight && clock.now() - sighting.committedAt > length + HOUR) return 0;
  return Math.max(0, sighting.firstSeen + length - clock.monotonic());
}
