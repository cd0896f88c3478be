/**
 * Observes whether another apply is still running: a run renews its lease every minute, and a renewal moves the tip.
 * Uses only this machine's monotonic clock, so no two clocks are compared.
 */
import type { LedgerClock } from "./clock.ts";
import type { Lease } from "./lease.ts";

/** Why the program is waiting, for messages. */
export type LedgerWait =
  /** Another apply holds the lease; its tip has not moved for `unmovedSeconds`. */
  | {
      readonly kind: "running";
      readonly target: string;
      readonly lease: Lease;
      readonly unmovedSeconds: number;
    }
  /** A run is over, but its last requests may still be in flight or not be visible yet. */
  | { readonly kind: "outcomes"; readonly target: string; readonly seconds: number };

export interface WatchOptions {
  /** Called before each wait and every few seconds during it. */
  readonly onWait?: (wait: LedgerWait) => void;
  /**
   * Asks GitHub whether the job of that attempt is over; called once a minute. False if it is not, or if that is unknown
   * (not found, forbidden): then only the tip decides.
   */
  readonly isRunOver?: (lease: Lease) => Promise<boolean>;
  /** Ends a wait at once: the promise rejects. */
  readonly stop?: AbortSignal;
}

interface Watched {
  readonly target: string;
  readonly lease: Lease;
  readonly tip: string;
  /** When this process first saw the tip, by its monotonic clock, in milliseconds. */
  readonly firstSeen: number;
  /** Reads the current tip. */
  readonly ask: () => Promise<string | null>;
}

/** A run whose tip has not moved for this many milliseconds is dead: it has sent nothing for a minute. */
const DEAD_AFTER = 180_000;

const LOOK_EVERY = 5_000;
const ASK_GITHUB_EVERY = 60_000;

/** Waits until the tip moves or its run is certainly dead. */
export async function watchTip(
  watched: Watched,
  clock: LedgerClock,
  options: WatchOptions,
): Promise<"moved" | "dead"> {
  const { target, lease, tip, firstSeen, ask } = watched;
  let askGithubAt = clock.monotonic();
  for (;;) {
    const now = clock.monotonic();
    if ((await ask()) !== tip) return "moved";
    const unmoved = now - firstSeen;
    if (unmoved >= DEAD_AFTER) return "dead";
    if (now >= askGithubAt) {
      askGithubAt = now + ASK_GITHUB_EVERY;
      if (await isOver(lease, options)) return "dead";
    }
    options.onWait?.({ kind: "running", target, lease, unmovedSeconds: Math.floor(unmoved / 1000) });
    await clock.sleep(Math.min(LOOK_EVERY, DEAD_AFTER - unmoved), options.stop);
  }
}

/** Whether GitHub says that the run is over. */
export async function isOver(lease: Lease, { isRunOver }: WatchOptions): Promise<boolean> {
  return lease.github !== undefined && isRunOver !== undefined && (await isRunOver(lease));
}
