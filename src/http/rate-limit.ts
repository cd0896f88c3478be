/**
 * One rate limit for all requests of a client: they leave in turn, at the pace of a token bucket, and not
 * before the server lets them.
 *
 * A bucket holds at most its burst and is filled evenly. In any sixty seconds at most the burst and a
 * minute's filling can be sent, so the two together are the limit, however a server counts its minutes.
 */
import type { Clock } from "./clock.ts";

const MINUTE = 60_000;
/** Both as shares of the limit. A long run takes 1 / FILL of what the limit alone would take. */
const BURST = 0.03;
/** What is left beside the burst is for requests that travel slower than those after them. */
const FILL = 0.96;

/** Times are milliseconds of one clock. */
export interface Bucket {
  /** What the bucket holds at most. */
  readonly burst: number;
  /** Tokens that flow in per millisecond. */
  readonly rate: number;
  /** What the bucket held at `at`. */
  readonly tokens: number;
  readonly at: number;
  /**
   * What the server's own count leaves until its window ends; absent where the bucket gives no more than
   * that.
   */
  readonly server?: { readonly left: number; readonly until: number };
}

/** The server's own count: requests seen and allowed in this window, and seconds until the next window. */
export interface ServerCount {
  readonly count: number;
  readonly allowed: number;
  readonly reset: number;
}

/** A full bucket for `perMinute` requests a minute, at least 1. */
export function fillBucket(perMinute: number, now: number): Bucket {
  const burst = Math.max(1, Math.floor(perMinute * BURST));
  return { burst, rate: (perMinute * FILL) / MINUTE, tokens: burst, at: now };
}

/** The bucket for another limit, holding no more than it held. */
export function changeLimit(bucket: Bucket, perMinute: number, now: number): Bucket {
  const fresh = fillBucket(perMinute, now);
  const used = bucket.burst - flow(bucket, now).tokens;
  return { ...fresh, tokens: fresh.burst - used };
}

/** Milliseconds until the bucket gives a token; 0 when it does. */
export function waitForToken(bucket: Bucket, now: number): number {
  const { tokens, rate } = flow(bucket, now);
  const own = tokens >= 1 ? 0 : Math.ceil((1 - tokens) / rate);
  return Math.max(own, usedUpUntil(bucket) - now);
}

/** The bucket after one request. */
export function takeToken(bucket: Bucket, now: number): Bucket {
  const { server, ...flowed } = flow(bucket, now);
  return {
    ...flowed,
    tokens: flowed.tokens - 1,
    ...(server && { server: { ...server, left: server.left - 1 } }),
  };
}

/**
 * The bucket corrected by what the server counts, which includes what others send with the same client. Only
 * ever slower: whoever set a limit below the server's had a reason. `underway` are requests that were sent
 * and that this count may not have seen.
 */
export function correctBucket(bucket: Bucket, count: ServerCount, underway: number, now: number): Bucket {
  const { server: _, ...flowed } = flow(bucket, now);
  const window = count.reset * 1000;
  const left = Math.max(0, count.allowed - count.count - underway);
  if (left >= flowed.tokens + flowed.rate * window) return flowed;
  return { ...flowed, server: { left, until: now + window } };
}

/** Until when the server's count leaves nothing; 0 where it leaves something. */
function usedUpUntil({ server }: Bucket): number {
  return server && server.left < 1 ? server.until : 0;
}

/**
 * The same bucket at a later time, with what has flowed in since. A clock that is set back takes nothing out.
 */
function flow(bucket: Bucket, now: number): Bucket {
  const { server, ...rest } = bucket;
  const tokens = Math.min(bucket.burst, bucket.tokens + Math.max(0, now - bucket.at) * bucket.rate);
  return { ...rest, tokens, at: now, ...(server && server.until > now && { server }) };
}

/** A wait that is about to begin: for the pace, because of a 429, or before an attempt is repeated. */
export interface Wait {
  readonly reason: "rate" | "429" | "retry";
  readonly seconds: number;
}

export interface RateLimit {
  /**
   * Resolves when the next request may be sent, and counts it as sent and underway. Throws WaitTooLong where
   * the server would keep it waiting past the deadline, which is asked for once it is this request's turn:
   * waiting in line for the own pace is no reason to give up. Throws the reason of `stop` once that is
   * aborted.
   */
  enter(deadline: () => number): Promise<void>;
  /** Tells that an attempt is over, with the server's count where it told one. */
  leave(count: ServerCount | undefined): void;
  /** Has everything wait for `milliseconds` from now. */
  hold(milliseconds: number): void;
  /** Sets another limit. */
  limit(perMinute: number): void;
  /** Requests sent so far. */
  sent(): number;
}

/** A wait that the server asks for and that would pass the request's deadline. */
export class WaitTooLong extends Error {
  override readonly name = "WaitTooLong";
  readonly seconds: number;

  constructor(seconds: number) {
    super(`asked to wait ${seconds} seconds`);
    this.seconds = seconds;
  }
}

/** Lets `perMinute` requests a minute through; `stop` ends every wait at once. */
export function createRateLimit(
  perMinute: number,
  clock: Clock,
  stop: AbortSignal,
  onWait: (wait: Wait) => void,
): RateLimit {
  let bucket = fillBucket(perMinute, clock.now());
  let heldUntil = 0;
  let underway = 0;
  let sent = 0;
  let lastInLine: Promise<void> = Promise.resolve();

  async function wait(reason: Wait["reason"], milliseconds: number): Promise<void> {
    // The even pace between two requests is nothing to tell anybody.
    if (reason !== "rate" || milliseconds >= 1000) onWait({ reason, seconds: milliseconds / 1000 });
    await clock.sleep(milliseconds, stop);
  }

  async function takeTurn(deadline: () => number): Promise<void> {
    for (;;) {
      stop.throwIfAborted();
      const now = clock.now();
      const askedUntil = Math.max(heldUntil, usedUpUntil(bucket));
      if (askedUntil > Math.max(now, deadline())) throw new WaitTooLong(Math.ceil((askedUntil - now) / 1000));
      const pause = waitForToken(bucket, now);
      if (heldUntil > now) await wait("429", heldUntil - now);
      else if (pause > 0) await wait("rate", pause);
      else break;
    }
    bucket = takeToken(bucket, clock.now());
    underway += 1;
    sent += 1;
  }

  return {
    enter(deadline) {
      const turn = lastInLine.then(() => takeTurn(deadline));
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
