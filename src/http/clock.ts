/** The client's clock, which tests can replace to let an hour pass at once. */
import { setTimeout as timer } from "node:timers/promises";

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after any number of `milliseconds`; rejects at once when `signal` is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Aborted after `milliseconds`. */
  timeout(milliseconds: number): AbortSignal;
}

/** In milliseconds. Node fires a longer timer after one millisecond. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    signal.throwIfAborted();
    for (let left = milliseconds; left > 0; left -= LONGEST_TIMER) {
      await timer(Math.min(left, LONGEST_TIMER), undefined, { signal });
    }
  },
  timeout: (milliseconds) => AbortSignal.timeout(Math.min(milliseconds, LONGEST_TIMER)),
};
