/** How a client ends: at once for what was not sent yet, a moment later for a write in flight. */
import type { Clock } from "./clock.ts";
import type { HttpRequest } from "./request.ts";
import { isRead } from "./retry.ts";

/** Milliseconds that a write in flight gets after the stop signal. */
const STOP_GRACE = 3000;

export interface Ending {
  /** Nothing new is sent, and waits and reads end. */
  readonly stop: AbortSignal;
  /** Writes end too. */
  readonly cut: AbortSignal;
  close(): void;
}

/** Begins to end once `signal` is aborted, and ends all of it on `close`. */
export function createEnding(clock: Clock, signal: AbortSignal | undefined): Ending {
  const [stop, cut] = [new AbortController(), new AbortController()];
  const onStop = (): void => {
    stop.abort();
    clock.timeout(STOP_GRACE).addEventListener("abort", () => cut.abort(), { once: true });
  };
  if (signal?.aborted) onStop();
  else signal?.addEventListener("abort", onStop, { once: true });
  return {
    stop: stop.signal,
    cut: cut.signal,
    close() {
      signal?.removeEventListener("abort", onStop);
      stop.abort();
      cut.abort();
    },
  };
}

/** The signal that ends an attempt of this request. */
export function endOf(request: HttpRequest, { stop, cut }: Ending): AbortSignal {
  return isRead(request) ? stop : cut;
}
