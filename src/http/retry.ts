/** When a request that failed is sent again, and after how long: rules without a clock. */
import { ANSWER_TOO_LONG, CLOSED } from "./error.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * How one attempt failed. `unsent`: there was no connection, so nothing was sent; `lost`: no whole answer
 * came; `status`: one came that isn't a success. `isRateLimit`: it says only that there were too many
 * requests.
 */
export type AttemptFailure =
  | { readonly kind: "unsent"; readonly code: string }
  | { readonly kind: "lost"; readonly code: string }
  | { readonly kind: "status"; readonly status: number; readonly isRateLimit: boolean };

/** What the rules need to know about a request. */
export interface Repeated {
  readonly isRepeatable: boolean;
  /** Failures so far that weren't a rate limit, this one included. */
  readonly failures: number;
  /** Statuses that mean "later" beside those of every API. */
  readonly alsoRetryable?: readonly number[];
}

/** Sends of one request that may fail without a rate limit before it is given up. */
const MAX_SENDS = 5;
/** A PUT or PATCH isn't: between the two somebody may have written something else, which would be undone. */
const REPEATABLE: readonly Method[] = ["GET", "DELETE"];
const RETRYABLE: readonly number[] = [408, 502, 503, 504];
/** Codes of failures that the next attempt would meet as well, and of what the client ended itself. */
const LASTING: readonly string[] = ["ENOTFOUND", "ERR_INVALID_URL", ANSWER_TOO_LONG, CLOSED];
const CERTIFICATE = /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** Whether a network error's code speaks of TLS: a certificate, or a server that doesn't speak it. */
export function isTlsCode(code: string): boolean {
  return CERTIFICATE.test(code);
}

/**
 * Whether the request may be sent again after this failure; after a rate limit always, for it wasn't
 * executed.
 */
export function mayRetry(failure: AttemptFailure, request: Repeated): boolean {
  if (failure.kind === "status" && failure.isRateLimit) return true;
  if (request.failures >= MAX_SENDS) return false;
  if (failure.kind === "status") {
    const isRetryable = [...RETRYABLE, ...(request.alsoRetryable ?? [])].includes(failure.status);
    return request.isRepeatable && isRetryable;
  }
  if (LASTING.includes(failure.code) || isTlsCode(failure.code)) return false;
  return failure.kind === "unsent" || request.isRepeatable;
}

/** Whether the request may have been executed though it failed so. */
export function mayBeExecuted(failure: AttemptFailure): boolean {
  if (failure.kind !== "status") return failure.kind === "lost" && !isTlsCode(failure.code);
  return failure.status >= 500 || failure.status === 408;
}

/** Whether sending the request twice does what sending it once does. */
export function isRepeatable(request: { readonly method: Method; readonly idempotent?: boolean }): boolean {
  return request.idempotent === true || REPEATABLE.includes(request.method);
}

/** Whether the request changes nothing: a GET, or a POST that may be repeated, such as a search. */
export function isRead(request: { readonly method: Method; readonly idempotent?: boolean }): boolean {
  return request.method === "GET" || (request.method === "POST" && request.idempotent === true);
}

/**
 * Milliseconds to wait before the next attempt; `attempt` starts at 0. What the server asks for is never cut
 * short; without it the wait doubles from half a second to at most thirty, and `random` (0 to 1) takes up to
 * half of it.
 */
export function delayBefore(attempt: number, asked: number | undefined, random: number): number {
  if (asked !== undefined) return asked;
  const whole = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(whole * (1 - random / 2));
}

/** `Retry-After` in milliseconds, from seconds or an HTTP date; undefined where it says nothing of use. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds > 0 ? seconds * 1000 : undefined;
  const date = Date.parse(header);
  return date > now ? date - now : undefined;
}
