/** The one door that every request leaves by: in turn, at the pace of the bucket, and not while a 429 counts down. */
import type { Clock } from "./clock.ts";
import type { ServerCount } from "./rate.ts";
import { changeLimit, correctBucket, fillBucket, takeToken, waitForToken } from "./rate.ts";

/** A wait that is about to begin: for the own pace, because of a 429, or before an attempt is repeated. */
export interface Wait {
  readonly reason: "rate" | "429" | "retry";
  readonly seconds: number;
}

export interface Pacer {
  /**
   * Resolves when the next request may be sent, and counts it as sent and underway. Throws `WaitTooLong`
   * where a 429 would keep it waiting past the deadline, which is asked for once it is this request's turn:
   * waiting in line for the own pace is no reason to give up.
   */
  enter(deadline: () => number): Promise<void>;
  /** Tells that a request is over, with what the server said about its count. */
  leave(count: ServerCount | undefined): void;
  /** Has everything wait for `milliseconds` from now. */
  hold(milliseconds: number): void;
  limit(perMinute: number): void;
  /** Requests sent so far. */
  sent(): number;
}

/** A wait that a server asked for and that would pass the request's deadline. */
export class WaitTooLong extends Error {
  override readonly name = "WaitTooLong";
  readonly seconds: number;

  constructor(seconds: number) {
    super(`asked to wait ${seconds} seconds`);
    this.seconds = seconds;
  }
}

/** A pacer for `perMinute` requests a minute; `closing` ends every wait. */
export function createPacer(
  perMinute: number,
  clock: Clock,
  closing: AbortSignal,
  onWait: (wait: Wait) => void,
): Pacer {
  let bucket = fillBucket(perMinute, clock.now());
  let heldUntil = 0;
  let underway = 0;
  let sent = 0;
  let lastInLine: Promise<void> = Promise.resolve();

  async function wait(reason: Wait["reason"], milliseconds: number): Promise<void> {
    // The even pace between two requests is nothing to tell anybody.
    if (reason !== "rate" || milliseconds >= 1000) onWait({ reason, seconds: milliseconds / 1000 });
    await clock.sleep(milliseconds, closing);
  }

  async function passDoor(deadline: () => number): Promise<void> {
    for (;;) {
      closing.throwIfAborted();
      const now = clock.now();
      if (heldUntil > now) {
        if (heldUntil > deadline()) throw new WaitTooLong(Math.ceil((heldUntil - now) / 1000));
        await wait("429", heldUntil - now);
        continue;
      }
      const pause = waitForToken(bucket, now);
      if (pause === 0) break;
      await wait("rate", pause);
    }
    bucket = takeToken(bucket, clock.now());
    underway += 1;
    sent += 1;
  }

  return {
    enter(deadline) {
      const turn = lastInLine.then(() => passDoor(deadline));
      lastInLine = turn.catch(() => undefined);
      return turn;
    },
    leave(count) {
      underway -= 1;
      if (count) bucket = correctBucket(bucket, count, underway, clock.now());
    },
    hold(milliseconds) {
      heldUntil = Math.max(heldUntil, clock.now() + milliseconds);
    },
    limit(newPerMinute) {
      bucket = changeLimit(bucket, newPerMinute, clock.now());
    },
    sent: () => sent,
  };
}
