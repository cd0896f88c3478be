import type { Clock } from "../../src/genesys/clock.ts";

export interface TestClock extends Clock {
  /** Milliseconds of every sleep, in order. */
  readonly slept: number[];
  advance(milliseconds: number): void;
}

/** A clock on which sleeping takes no time but passes it. */
export function createTestClock(): TestClock {
  let now = 1_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    advance(milliseconds) {
      now += milliseconds;
    },
    sleep(milliseconds, signal) {
      if (signal.aborted) return Promise.reject(new Error("closed"));
      slept.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
}
