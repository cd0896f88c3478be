/**
 * Whether another apply still runs, by what is observed: a run renews its lease every minute, and a renewal moves
 * the tip. Only this machine's own monotonic clock is read, so no two clocks are ever compared.
 */
import type { LedgerClock } from "./clock.ts";
import type { Lease } from "./lease.ts";

/** Why nothing happens just now, for people. */
export type LedgerWait =
  /** Another apply holds the lease; its tip has not moved for so many seconds. */
  | {
      readonly kind: "running";
      readonly target: string;
      readonly lease: Lease;
      readonly unmovedSeconds: number;
    }
  /** A run is over, and its last requests may still be under way or not show yet. */
  | { readonly kind: "outcomes"; readonly target: string; readonly seconds: number };

export interface WatchOptions {
  /** Told before each wait and every few seconds of one. */
  readonly onWait?: (wait: LedgerWait) => void;
  /**
   * Asks GitHub whether the job of that attempt is over; asked once a minute. False where it is not, or where
   * nobody can say (not found, forbidden): then the tip alone decides.
   */
  readonly isRunOver?: (lease: Lease) => Promise<boolean>;
  /** Ends a wait at once: the promise rejects. */
  readonly stop?: AbortSignal;
}

export interface Watched {
  readonly target: string;
  readonly lease: Lease;
  readonly tip: string;
  /** When this process first saw the tip, by its monotonic clock, in milliseconds. */
  readonly firstSeen: number;
  /** Asks for the tip as it is now. */
  readonly ask: () => Promise<string | null>;
}

/** A tip that has not moved for this long, in milliseconds, is of a dead run: it has sent nothing for a minute. */
const DEAD_AFTER = 180_000;

const LOOK_EVERY = 5_000;
const ASK_GITHUB_EVERY = 60_000;

/** Waits until the tip moves, or until nobody can doubt that its run is dead. */
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
