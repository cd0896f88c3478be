/**
 * The arithmetic of keeping to a limit of so many requests a minute: a token bucket, as a value.
 *
 * A bucket holds at most its burst and is filled evenly. In whatever minute one looks, at most the burst and a
 * minute's filling can be sent, so the two together are the limit, however a server counts its minutes. Times are
 * milliseconds of one clock.
 */

const MINUTE = 60_000;
/** Both as shares of the limit. A long run takes 1 / FILL of what the limit alone would take. */
const BURST = 0.03;
/** What is left beside the burst is for requests that travel slower than those after them. */
const FILL = 0.96;

export interface Bucket {
  /** What the bucket holds at most. */
  readonly burst: number;
  /** Tokens that flow in per millisecond. */
  readonly rate: number;
  /** What the bucket held at `at`. */
  readonly tokens: number;
  readonly at: number;
  /** Set while the server's own count leaves less than the bucket would give. */
  readonly slow?: { readonly rate: number; readonly until: number };
}

/** What the server says about its own count: requests seen and allowed in this window, seconds until the next. */
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

/** Milliseconds until the bucket holds a whole token; 0 when it does. */
export function waitForToken(bucket: Bucket, now: number): number {
  const { tokens, rate, slow } = flow(bucket, now);
  const missing = 1 - tokens;
  if (missing <= 0) return 0;
  if (!slow) return Math.ceil(missing / rate);
  const untilNormal = slow.until - now;
  const slowly = slow.rate * untilNormal;
  return Math.ceil(slowly >= missing ? missing / slow.rate : untilNormal + (missing - slowly) / rate);
}

/** The bucket after one request. */
export function takeToken(bucket: Bucket, now: number): Bucket {
  const flowed = flow(bucket, now);
  return { ...flowed, tokens: flowed.tokens - 1 };
}

/**
 * The bucket corrected by what the server counts, which includes what others send with the same client. Only
 * ever slower: whoever set a limit below the server's had a reason. `underway` are requests that were sent
 * and that this count may not have seen.
 */
export function correctBucket(bucket: Bucket, server: ServerCount, underway: number, now: number): Bucket {
  const flowed = flow(bucket, now);
  const window = server.reset * 1000;
  const left = Math.max(0, server.allowed - server.count - underway);
  if (window <= 0 || left >= flowed.tokens + flowed.rate * window) return flowed;
  const tokens = Math.min(flowed.tokens, left);
  return { ...flowed, tokens, slow: { rate: (left - tokens) / window, until: now + window } };
}

/** The same bucket at a later time, with what has flowed in since. */
function flow(bucket: Bucket, now: number): Bucket {
  const { slow, ...rest } = bucket;
  const slowly = slow ? Math.max(0, Math.min(now, slow.until) - bucket.at) : 0;
  const normally = Math.max(0, now - bucket.at - slowly);
  const tokens = Math.min(bucket.burst, bucket.tokens + slowly * (slow?.rate ?? 0) + normally * bucket.rate);
  const flowed = { ...rest, tokens, at: Math.max(now, bucket.at) };
  return slow && slow.until > now ? { ...flowed, slow } : flowed;
}
