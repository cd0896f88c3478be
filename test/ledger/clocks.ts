/** Time that passes only when a test says so, the same for every machine, whose wall clocks may be wrong. */
import type { LedgerClock } from "../../src/ledger/clock.ts";

export const START = Date.parse("2026-01-31T08:00:00Z");
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface FakeTime {
  /** The clocks of a machine that is so many milliseconds ahead. */
  clock(ahead?: number): FakeClock;
  /** Lets time pass for everybody; timers that fall due run, one after the other. */
  pass(milliseconds: number): Promise<void>;
}

export interface FakeClock extends LedgerClock {
  /** The waits that this clock was asked for, in milliseconds. */
  readonly sleeps: number[];
  /** No timer of this machine runs, as after SIGSTOP; time passes all the same. */
  stop(): void;
  resume(): void;
  /** Time passes on the wall only, as while a machine sleeps or where somebody sets its clock. */
  jump(milliseconds: number): void;
  /** Timers that are still running. */
  timers(): number;
}

interface Timer {
  readonly job: () => Promise<void>;
  readonly every: number;
  readonly isStopped: () => boolean;
  due: number;
}

export function newTime(): FakeTime {
  let elapsed = 0;
  const timers = new Set<Timer>();

  async function pass(milliseconds: number): Promise<void> {
    const end = elapsed + milliseconds;
    for (;;) {
      const next = [...timers].sort((a, b) => a.due - b.due)[0];
      if (!next || next.due > end) break;
      elapsed = next.due;
      next.due += next.every;
      if (!next.isStopped()) await next.job();
    }
    elapsed = end;
  }

  function clock(ahead = 0): FakeClock {
    let wall = START + ahead;
    let isStopped = false;
    const own = new Set<Timer>();
    const sleeps: number[] = [];
    return {
      sleeps,
      now: () => wall + elapsed,
      monotonic: () => 5_000 + elapsed,
      async sleep(milliseconds, stop) {
        stop?.throwIfAborted();
        sleeps.push(milliseconds);
        await pass(milliseconds);
        stop?.throwIfAborted();
      },
      every(job, milliseconds) {
        const timer = { job, every: milliseconds, isStopped: () => isStopped, due: elapsed + milliseconds };
        timers.add(timer);
        own.add(timer);
        return () => {
          timers.delete(timer);
          own.delete(timer);
        };
      },
      stop: () => void (isStopped = true),
      resume: () => void (isStopped = false),
      jump: (milliseconds) => void (wall += milliseconds),
      timers: () => own.size,
    };
  }

  return { clock, pass };
}
