/** The ledger's waits of minutes, which no test sits out. */
import { onTestFinished, vi } from "vitest";
import { systemLedgerClock } from "../../src/ledger/clock.ts";

export interface PassedWaits {
  /** How long all waits so far would have taken. */
  readonly seconds: () => number;
}

/** Until the test ends, every wait for another apply is over at once, and both clocks say that it took its time. */
export function passWaits(): PassedWaits {
  const real = { ...systemLedgerClock };
  let passed = 0;
  const spies = [
    vi.spyOn(systemLedgerClock, "now").mockImplementation(() => real.now() + passed),
    vi.spyOn(systemLedgerClock, "monotonic").mockImplementation(() => real.monotonic() + passed),
    vi.spyOn(systemLedgerClock, "sleep").mockImplementation((milliseconds) => {
      passed += milliseconds;
      return Promise.resolve();
    }),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return { seconds: () => passed / 1000 };
}
