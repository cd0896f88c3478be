/** For how long readings of the organisation may be older than the last write that the ledger tells of. */
import type { LedgerClock } from "./clock.ts";

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
