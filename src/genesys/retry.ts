/** When a request that failed is sent again, and after how long: rules without a clock. */

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * How one attempt failed. `unsent`: no connection came about, so that nothing was sent; `lost`: no whole answer
 * came; `status`: one came that isn't a success.
 */
export type Failing =
  | { readonly kind: "unsent"; readonly code: string }
  | { readonly kind: "lost"; readonly code: string }
  | { readonly kind: "status"; readonly status: number; readonly message: string };

/** What is asked of the rules about one request. */
export interface Attempted {
  readonly method: Method;
  /** Whether sending it twice does what sending it once does, whatever its method says. */
  readonly idempotent: boolean;
  /** The token endpoint, which says "rate limit exceeded" with status 400 (vendor's Terraform provider). */
  readonly isTokenRequest: boolean;
  /** Failures so far that weren't 429, this one included. */
  readonly failures: number;
}

/** Sends of one request that may fail without a 429 before it is given up. */
const MAX_SENDS = 5;
/** A PUT or PATCH isn't: between the two somebody may have written something else, which would be undone. */
const REPEATABLE: readonly Method[] = ["GET", "DELETE"];
const PASSING: readonly number[] = [408, 502, 503, 504];

/** Codes of failures that the next attempt would meet as well: no such host, or a certificate nobody trusts. */
export const NO_SUCH_HOST: readonly string[] = ["ENOTFOUND", "ERR_INVALID_URL"];
/** Our own code for an answer that is longer than any should be. */
export const TOO_LONG = "ANSWER_TOO_LONG";
const CERTIFICATE = /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** Whether a network error's code speaks of TLS: a certificate, or a server that doesn't speak it. */
export function isTlsCode(code: string): boolean {
  return CERTIFICATE.test(code);
}

/** Whether the failure says "not now, later": the request wasn't executed, so any method may be sent again. */
export function isRateLimit(failing: Failing, attempted: Pick<Attempted, "isTokenRequest">): boolean {
  if (failing.kind !== "status") return false;
  if (failing.status === 429) return true;
  return attempted.isTokenRequest && failing.status === 400 && /rate limit exceeded/i.test(failing.message);
}

/** Whether the request may be sent again after this failure. */
export function mayRetry(failing: Failing, attempted: Attempted): boolean {
  if (isRateLimit(failing, attempted)) return true;
  if (attempted.failures >= MAX_SENDS) return false;
  if (failing.kind === "status") return isRepeatable(attempted) && PASSING.includes(failing.status);
  if ([...NO_SUCH_HOST, TOO_LONG].includes(failing.code) || isTlsCode(failing.code)) return false;
  return failing.kind === "unsent" || isRepeatable(attempted);
}

/** Whether sending the request twice does what sending it once does. */
export function isRepeatable(request: Pick<Attempted, "method" | "idempotent">): boolean {
  return request.idempotent || REPEATABLE.includes(request.method);
}

/**
 * Milliseconds to wait before the next attempt. What the server asks for is kept to the second, never cut
 * short; without it the wait doubles from half a second to at most thirty, `random` (0 to 1) taking up to half of it.
 */
export function delayBefore(attempt: number, retryAfter: number | undefined, random: number): number {
  if (retryAfter !== undefined) return retryAfter;
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
