import type { Clock } from "../../src/http/clock.ts";

export interface TestClock extends Clock {
  /** Milliseconds of every sleep, in order. */
  readonly slept: number[];
  advance(milliseconds: number): void;
  /** Has every timeout that was asked for so far fire. */
  expire(): void;
}

/** A clock on which sleeping takes no time but passes it, and on which only the test lets a timeout fire. */
export function createTestClock(): TestClock {
  let now = 1_000_000;
  const slept: number[] = [];
  let timeouts: AbortController[] = [];
  return {
    slept,
    now: () => now,
    advance(milliseconds) {
      now += milliseconds;
    },
    expire() {
      for (const timeout of timeouts) timeout.abort();
      timeouts = [];
    },
    timeout() {
      const timeout = new AbortController();
      timeouts.push(timeout);
      return timeout.signal;
    },
    sleep(milliseconds, signal) {
      if (signal.aborted) return Promise.reject(new Error("closed"));
      slept.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
}
