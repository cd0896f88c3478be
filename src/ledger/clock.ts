/** The ledger's two clocks; either alone can be wrong about how long ago something was. */
import { setTimeout as timer } from "node:timers/promises";

export interface LedgerClock {
  /** Milliseconds since 1970; jumps if the clock is set. */
  now(): number;
  /** Milliseconds since some fixed moment; never jumps, but stops while the machine sleeps. */
  monotonic(): number;
  /** Resolves after `milliseconds`; rejects at once when `stop` is aborted. */
  sleep(milliseconds: number, stop?: AbortSignal): Promise<void>;
  /** Calls `job`, which must not throw, at this interval until the returned function is called. */
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
    // A renewal alone must not keep the process alive.
    interval.unref();
    return () => clearInterval(interval);
  },
};

/** A moment on both clocks, in milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** The current moment. */
export function momentOf(clock: LedgerClock): Moment {
  return { wall: clock.now(), monotonic: clock.monotonic() };
}

/** Milliseconds since `then` by the clock that shows more. */
export function longestSince(then: Moment, clock: LedgerClock): number {
  return Math.max(clock.now() - then.wall, clock.monotonic() - then.monotonic);
}

/** What this process knows about when a tip of the ledger was written. */
export interface Sighting {
  /** When this process first saw the tip, by its monotonic clock, in milliseconds. */
  readonly firstSeen: number;
  /** When the tip was committed, by the committer's clock, in milliseconds since 1970. */
  readonly committedAt: number;
}

export interface Window {
  readonly seconds: number;
  /**
   * How many milliseconds this machine's clock differs from the `Date` header of the organisation's answers; null if
   * unknown. If it is unknown or above ten minutes, the commit's time is ignored.
   */
  readonly clockSkew: number | null;
}

const HOUR = 3_600_000;
const MAX_SKEW = 600_000;

/**
 * The remaining milliseconds of the window; 0 once it is over, and without a ledger. The window begins when this
 * process first saw the tip, so a clock that is wrong by less than an hour costs at most a wait. The window is over at
 * once only if the commit is older than the window plus an hour.
 */
export function windowLeft(sighting: Sighting | null, window: Window, clock: LedgerClock): number {
  if (sighting === null) return 0;
  const length = window.seconds * 1000;
  const { clockSkew } = window;
  const isClockRight = clockSkew !== null && Math.abs(clockSkew) <= MAX_SKEW;
  if (isClockRight && clock.now() - sighting.committedAt > length + HOUR) return 0;
  return Math.max(0, sighting.firstSeen + length - clock.monotonic());
}
