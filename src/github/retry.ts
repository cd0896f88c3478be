/** When a request to GitHub is sent again, and after how long: rules without a clock. */
import { delayBefore, isTlsCode, NO_SUCH_HOST, parseRetryAfter } from "../genesys/retry.ts";
import type { GitHubMethod } from "./error.ts";

/** How one attempt failed. */
export type GitHubFailing =
  | { readonly kind: "lost"; readonly code: string }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers: RateHeaders;
      readonly said: string;
    };

/** The headers that say when to come again. */
export interface RateHeaders {
  readonly retryAfter?: string;
  /** Requests left, and when there are more, in seconds since 1970. */
  readonly remaining?: string;
  readonly reset?: string;
}

const MAX_SENDS = 5;
const PASSING: readonly number[] = [408, 500, 502, 503, 504];

/** GitHub's documentation: a secondary limit is told by 403 or 429, without a header to wait for at least a minute. */
const SECONDARY_WAIT = 60_000;

/** Milliseconds to wait before the request is sent again, or null where it must not be; `attempt` starts at 0. */
export function waitBeforeRetry(
  method: GitHubMethod,
  failing: GitHubFailing,
  attempt: number,
  now: number,
  random: number,
): number | null {
  if (failing.kind === "status" && isRateLimit(failing)) return rateLimitWait(failing.headers, now);
  // A POST that failed may have been done all the same.
  if (method === "POST" || attempt + 1 >= MAX_SENDS) return null;
  if (failing.kind === "lost") {
    const isLasting = NO_SUCH_HOST.includes(failing.code) || isTlsCode(failing.code);
    return isLasting ? null : delayBefore(attempt, undefined, random);
  }
  if (!PASSING.includes(failing.status)) return null;
  return delayBefore(attempt, parseRetryAfter(failing.headers.retryAfter, now), random);
}

/** Whether the request wasn't carried out because there were too many. */
function isRateLimit({ status, headers, said }: Extract<GitHubFailing, { kind: "status" }>): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return headers.retryAfter !== undefined || headers.remaining === "0" || /rate limit/i.test(said);
}

function rateLimitWait({ retryAfter, remaining, reset }: RateHeaders, now: number): number {
  const asked = parseRetryAfter(retryAfter, now);
  if (asked !== undefined) return asked;
  const seconds = Number(reset);
  if (remaining === "0" && reset !== undefined && Number.isFinite(seconds)) {
    return Math.max(1000, seconds * 1000 - now);
  }
  return SECONDARY_WAIT;
}
