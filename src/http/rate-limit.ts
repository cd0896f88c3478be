/**
 * One rate limit for all requests of a client: they are sent in turn, at the pace of a token bucket, and not earlier
 * than the server allows.
 *
 * A bucket holds at most its burst and refills evenly. In any sixty seconds at most the burst plus a minute's refill
 * can be sent, so the two together stay within the limit, however a server counts its minutes.
 */
import type { Clock } from "./clock.ts";

const MINUTE = 60_000;
/** The burst as a share of the limit. */
const BURST = 0.02;
/** The refill as a share of the limit. The remaining share allows for requests that later ones overtake. */
const FILL = 0.97;

/** Times are milliseconds of one clock. */
export interface Bucket {
  /** The capacity of the bucket. */
  readonly burst: number;
  /** Tokens added per millisecond. */
  readonly rate: number;
  /** The tokens at the time `at`. */
  readonly tokens: number;
  readonly at: number;
  /**
   * How many requests the server's own count allows until its window ends; absent if the bucket allows no more than
   * that anyway.
   */
  readonly server?: { readonly left: number; readonly until: number };
}

/** The server's own count: requests received and allowed in this window, and seconds until the next window. */
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

/** The bucket with another limit; tokens that were used stay used. */
export function changeLimit(bucket: Bucket, perMinute: number, now: number): Bucket {
  const fresh = fillBucket(perMinute, now);
  const used = bucket.burst - flow(bucket, now).tokens;
  return { ...fresh, tokens: fresh.burst - used };
}

/** Milliseconds until the bucket has a token; 0 if it has one. */
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
 * The bucket corrected by the server's count, which includes requests of other programs with the same client. Only
 * makes it slower, to respect a configured limit below the server's. `underway` is the number of requests that were
 * sent but may be missing from this count.
 */
export function correctBucket(bucket: Bucket, count: ServerCount, underway: number, now: number): Bucket {
  const { server: _, ...flowed } = flow(bucket, now);
  const window = count.reset * 1000;
  const left = Math.max(0, count.allowed - count.count - underway);
  if (left >= flowed.tokens + flowed.rate * window) return flowed;
  return { ...flowed, server: { left, until: now + window } };
}

/** The time until which the server's count allows no request; 0 if it allows one now. */
function usedUpUntil({ server }: Bucket): number {
  return server && server.left < 1 ? server.until : 0;
}

/**
 * The same bucket refilled up to a later time. A clock that is set back removes no tokens.
 */
function flow(bucket: Bucket, now: number): Bucket {
  const { server, ...rest } = bucket;
  const tokens = Math.min(bucket.burst, bucket.tokens + Math.max(0, now - bucket.at) * bucket.rate);
  return { ...rest, tokens, at: now, ...(server && server.until > now && { server }) };
}

/** A wait that is about to begin: for the pace, because of a 429, or before a retry. */
export interface Wait {
  readonly reason: "rate" | "429" | "retry";
  readonly seconds: number;
}

export interface RateLimit {
  /**
   * Resolves when the next request may be sent, and counts it as sent and underway. Throws WaitTooLong if the server
   * asks to wait past the deadline. `deadline` is called when the request's turn comes, so waiting in the queue is no
   * reason to give up. Throws the reason of `stop` when that is aborted.
   */
  enter(deadline: () => number): Promise<void>;
  /** Ends an attempt, with the server's count if the answer has one. */
  leave(count: ServerCount | undefined): void;
  /** Pauses all requests for `milliseconds` from now. */
  pause(milliseconds: number): void;
  /** Sets another limit. */
  limit(perMinute: number): void;
  /** Requests sent so far. */
  sent(): number;
}

/** The server asks for a wait that would pass the request's deadline. */
export class WaitTooLong extends Error {
  override readonly name = "WaitTooLong";
  readonly seconds: number;

  constructor(seconds: number) {
    super(`asked to wait ${seconds} seconds`);
    this.seconds = seconds;
  }
}

/** Allows `perMinute` requests a minute; `stop` ends every wait at once. */
export function createRateLimit(
  perMinute: number,
  clock: Clock,
  stop: AbortSignal,
  onWait: (wait: Wait) => void,
): RateLimit {
  let bucket = fillBucket(perMinute, clock.now());
  let pausedUntil = 0;
  let underway = 0;
  let sent = 0;
  let lastInLine: Promise<void> = Promise.resolve();

  async function wait(reason: Wait["reason"], milliseconds: number): Promise<void> {
    // The normal gap between two requests is not worth reporting.
    if (reason !== "rate" || milliseconds >= 1000) onWait({ reason, seconds: milliseconds / 1000 });
    await clock.sleep(milliseconds, stop);
  }

  async function takeTurn(deadline: () => number): Promise<void> {
    for (;;) {
      stop.throwIfAborted();
      const now = clock.now();
      const askedUntil = Math.max(pausedUntil, usedUpUntil(bucket));
      if (askedUntil > Math.max(now, deadline())) throw new WaitTooLong(Math.ceil((askedUntil - now) / 1000));
      const pause = waitForToken(bucket, now);
      if (pausedUntil > now) await wait("429", pausedUntil - now);
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
    pause(milliseconds) {
      pausedUntil = Math.max(pausedUntil, clock.now() + milliseconds);
    },
    limit(newPerMinute) {
      bucket = changeLimit(bucket, newPerMinute, clock.now());
    },
    sent: () => sent,
  };
}
