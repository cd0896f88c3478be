/** How GitHub says that there were too many requests, and when to come again: the rules alone. */
import { expect, test } from "vitest";
import { GITHUB } from "../../src/github/transport.ts";
import type { ErrorAnswer } from "../../src/http/request.ts";
import { parseRetryAfter } from "../../src/http/retry.ts";

const NOW = 1_800_000_000_000;

interface Told {
  readonly retryAfter?: string;
  readonly remaining?: string;
  readonly reset?: string;
  readonly text?: string;
}

function refusal(status: number, { retryAfter, remaining, reset, text = "no" }: Told): ErrorAnswer {
  const headers: Record<string, string | undefined> = {
    "retry-after": retryAfter,
    "x-ratelimit-remaining": remaining,
    "x-ratelimit-reset": reset,
  };
  return { route: { path: "/user", template: "/user" }, status, header: (name) => headers[name], text };
}

/** Milliseconds that it asks to wait; null where it is no limit. */
function waitAfter(status: number, told: Told = {}): number | null {
  const refused = refusal(status, told);
  if (status !== 429 && GITHUB.isRateLimit?.(refused) !== true) return null;
  return parseRetryAfter(told.retryAfter, NOW) ?? GITHUB.limitWait?.(refused, NOW) ?? null;
}

test.each([
  ["429", waitAfter(429, { retryAfter: "7" }), 7000],
  ["429 that doesn't say how long", waitAfter(429), 60_000],
  ["403 with how long", waitAfter(403, { retryAfter: "7" }), 7000],
  ["403 in words", waitAfter(403, { text: "You have exceeded a secondary rate limit" }), 60_000],
  ["403 with nothing left", waitAfter(403, { remaining: "0", reset: String(NOW / 1000 + 90) }), 90_000],
  ["403 with nothing left until a moment ago", waitAfter(403, { remaining: "0", reset: "1" }), 1000],
  ["403 with nothing left and no time", waitAfter(403, { remaining: "0", reset: "soon" }), 60_000],
  ["429 with requests left", waitAfter(429, { remaining: "9", reset: String(NOW / 1000 + 90) }), 60_000],
])("A limit says how long to wait: %s", (_, wait, expected) => {
  expect(wait).toBe(expected);
});

test.each([403, 404, 422])("An answer that mentions no limit is not treated as one: %i", (status) => {
  expect(waitAfter(status)).toBeNull();
  if (status !== 403) expect(waitAfter(status, { retryAfter: "7" })).toBeNull();
});
