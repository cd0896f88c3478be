/** Time that passes only where the program waits: on the ledger's clock, on that of the requests, and for the sandbox. */
import { onTestFinished, vi } from "vitest";
import { systemClock } from "../../src/http/clock.ts";
import { systemLedgerClock } from "../../src/ledger/clock.ts";

export interface VirtualTime {
  /** Milliseconds since 1970: the real ones and all that was waited for. For the sandbox. */
  readonly now: () => number;
  /** Seconds that were waited for so far. */
  readonly waited: () => number;
  /** Lets time pass. */
  readonly pass: (seconds: number) => void;
  /** Whether the sandbox's clock stands still, as if nobody had waited for anything. */
  stands: boolean;
}

/** Until the test ends, every wait is over at once, and all clocks say that it took its time. */
export function virtualTime(): VirtualTime {
  const [requests, ledger] = [{ ...systemClock }, { ...systemLedgerClock }];
  let [passed, passedThere] = [0, 0];
  const pass = (milliseconds: number): void => {
    passed += milliseconds;
    if (!time.stands) passedThere += milliseconds;
  };
  const sleep = (milliseconds: number, stop?: AbortSignal): Promise<void> => {
    if (stop?.aborted) return Promise.reject(stop.reason as Error);
    pass(milliseconds);
    return Promise.resolve();
  };
  const spies = [
    vi.spyOn(systemLedgerClock, "now").mockImplementation(() => ledger.now() + passed),
    vi.spyOn(systemLedgerClock, "monotonic").mockImplementation(() => ledger.monotonic() + passed),
    vi.spyOn(systemLedgerClock, "sleep").mockImplementation(sleep),
    vi.spyOn(systemClock, "now").mockImplementation(() => requests.now() + passed),
    vi.spyOn(systemClock, "sleep").mockImplementation(sleep),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  const time: VirtualTime = {
    now: () => Date.now() + passedThere,
    waited: () => passed / 1000,
    pass: (seconds) => pass(seconds * 1000),
    stands: false,
  };
  return time;
}
