/** Time as the client uses it, so that tests can have an hour pass at once. */
import { setTimeout as timer } from "node:timers/promises";

export interface Clock {
  /** Milliseconds since some fixed instant. */
  now(): number;
  /** Resolves after `milliseconds`; rejects at once when `signal` is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Aborted after `milliseconds`. */
  timeout(milliseconds: number): AbortSignal;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => timer(milliseconds, undefined, { signal }),
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
};
