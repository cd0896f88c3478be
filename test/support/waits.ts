/** The ledger's waits of minutes, which no test sits out. */
import { onTestFinished, vi } from "vitest";
import { systemLedgerClock } from "../../src/ledger/clock.ts";

/** Until the test ends, every wait for another apply is over at once, and both clocks say that it took its time. */
export function passWaits(): void {
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
}
