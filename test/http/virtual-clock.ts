import { setImmediate as flush } from "node:timers/promises";
import type { Clock } from "../../src/http/clock.ts";

export interface VirtualClock extends Clock {
  /**
   * Lets time pass from one sleeper's end to the next until `work` is done; nothing but sleeping takes time.
   */
  run<T>(work: Promise<T>): Promise<T>;
}

/** A clock for many who sleep side by side: whoever is to wake first wakes first, and no real time passes. */
export function createVirtualClock(): VirtualClock {
  let now = 1_000_000;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const timeout = (): never => {
    throw new Error("Nobody times out on this clock.");
  };
  return {
    now: () => now,
    timeout,
    sleep: (milliseconds) =>
      new Promise((wake) => {
        const until = now + milliseconds;
        const place = sleepers.findIndex((other) => other.until > until);
        sleepers.splice(place === -1 ? sleepers.length : place, 0, { until, wake });
      }),
    async run(work) {
      const state = { isOver: false };
      const over = () => (state.isOver = true);
      work.then(over, over);
      for (;;) {
        await flush();
        if (state.isOver) return work;
        const next = sleepers.shift();
        if (!next) throw new Error("Nobody sleeps, and the work isn't done.");
        now = next.until;
        next.wake();
      }
    },
  };
}
