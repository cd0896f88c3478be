/** Rules that decide whether a failed request is retried, and after how long; without a clock. */
import { ANSWER_TOO_LONG, CLOSED } from "./error.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * How one attempt failed. `unsent`: there was no connection, so nothing was sent; `lost`: the answer is missing or
 * incomplete; `status`: the answer is not a success. `isRateLimit`: the only reason is too many requests.
 */
export type AttemptFailure =
  | { readonly kind: "unsent"; readonly code: string }
  | { readonly kind: "lost"; readonly code: string }
  | { readonly kind: "status"; readonly status: number; readonly isRateLimit: boolean };

/** The facts about a request that the rules need. */
interface Repeated {
  readonly isRepeatable: boolean;
  /** Failures so far other than rate limits, including this one. */
  readonly failures: number;
  /** Retryable statuses in addition to the general ones. */
  readonly alsoRetryable?: readonly number[];
}

/** How many attempts of one request may fail before it is given up; rate limits don't count. */
const MAX_SENDS = 5;
/** Not PUT and PATCH: a second attempt could undo a change that someone else made in between. */
const REPEATABLE: readonly Method[] = ["GET", "DELETE"];
const RETRYABLE: readonly number[] = [408, 502, 503, 504];
/** Codes of failures that a retry can't fix, and of requests that the client ended itself. */
const LASTING: readonly string[] = ["ENOTFOUND", "ERR_INVALID_URL", ANSWER_TOO_LONG, CLOSED];
const CERTIFICATE = /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** Whether a network error's code is about TLS: a bad certificate, or a server without TLS. */
export function isTlsCode(code: string): boolean {
  return CERTIFICATE.test(code);
}

/**
 * Whether the request may be retried after this failure. After a rate limit it always may, since it wasn't executed.
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

/** Whether the request may have been executed despite the failure. */
export function mayBeExecuted(failure: AttemptFailure): boolean {
  if (failure.kind !== "status") return failure.kind === "lost" && !isTlsCode(failure.code);
  return failure.status >= 500 || failure.status === 408;
}

/** Whether sending the request twice has the same effect as sending it once. */
export function isRepeatable(request: { readonly method: Method; readonly idempotent?: boolean }): boolean {
  return request.idempotent === true || REPEATABLE.includes(request.method);
}

/** Whether the request changes nothing: a GET, or a POST that may be repeated, such as a search. */
export function isRead(request: { readonly method: Method; readonly idempotent?: boolean }): boolean {
  return request.method === "GET" || (request.method === "POST" && request.idempotent === true);
}

/**
 * Milliseconds to wait before the next attempt; `attempt` starts at 0. A wait that the server asks for is never
 * shortened. Otherwise the wait doubles from half a second up to thirty, and `random` (0 to 1) shortens it by up to
 * half.
 */
export function delayBefore(attempt: number, asked: number | undefined, random: number): number {
  if (asked !== undefined) return asked;
  const whole = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(whole * (1 - random / 2));
}

/** `Retry-After` in milliseconds, from seconds or an HTTP date; undefined if it is missing, invalid or in the past. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds > 0 ? seconds * 1000 : undefined;
  const date = Date.parse(header);
  return date > now ? date - now : undefined;
}
