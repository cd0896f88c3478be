/** When a request to GitHub is sent again, and after how long: the rules alone. */
import { describe, expect, test } from "vitest";
import type { GitHubMethod } from "../../src/github/error.ts";
import type { RateHeaders } from "../../src/github/retry.ts";
import { waitBeforeRetry } from "../../src/github/retry.ts";

const NOW = 1_800_000_000_000;

function afterStatus(
  status: number,
  { method = "GET", attempt = 0, said = "no", ...headers }: RateHeaders & Partial<Asked> = {},
): number | null {
  return waitBeforeRetry(method, { kind: "status", status, headers, said }, attempt, NOW, 0.5);
}

interface Asked {
  readonly method: GitHubMethod;
  readonly attempt: number;
  readonly said: string;
}

function afterLoss(code: string, method: GitHubMethod = "GET"): number | null {
  return waitBeforeRetry(method, { kind: "lost", code }, 0, NOW, 0.5);
}

describe("a limit", () => {
  test.each([
    ["429", afterStatus(429, { retryAfter: "7" }), 7000],
    ["429 that doesn't say how long", afterStatus(429), 60_000],
    ["403 with how long", afterStatus(403, { retryAfter: "7" }), 7000],
    ["403 in words", afterStatus(403, { said: "You have exceeded a secondary rate limit" }), 60_000],
    ["403 with nothing left", afterStatus(403, { remaining: "0", reset: String(NOW / 1000 + 90) }), 90_000],
    ["403 with nothing left until a moment ago", afterStatus(403, { remaining: "0", reset: "1" }), 1000],
    ["403 with nothing left and no time", afterStatus(403, { remaining: "0", reset: "soon" }), 60_000],
    ["429 with requests left", afterStatus(429, { remaining: "9", reset: String(NOW / 1000 + 90) }), 60_000],
  ])("is waited out, for a create too: %s", (_, wait, expected) => {
    expect(wait).toBe(expected);
  });

  test("holds a create as it holds a look", () => {
    expect(afterStatus(429, { method: "POST", retryAfter: "7", attempt: 40 })).toBe(7000);
  });

  test.each([403, 404, 422])("is no %i without a word of one", (status) => {
    expect(afterStatus(status)).toBeNull();
    if (status !== 403) expect(afterStatus(status, { retryAfter: "7" })).toBeNull();
  });
});

describe("trouble that passes", () => {
  test.each([408, 500, 502, 503, 504])("is waited out for a while: %i", (status) => {
    expect(afterStatus(status)).toBeGreaterThan(0);
    expect(afterStatus(status, { method: "PATCH" })).toBeGreaterThan(0);
    expect(afterStatus(status, { method: "POST" })).toBeNull();
    expect(afterStatus(status, { attempt: 3 })).not.toBeNull();
    expect(afterStatus(status, { attempt: 4 })).toBeNull();
  });

  test("may be a connection that broke", () => {
    expect(afterLoss("ECONNRESET")).toBeGreaterThan(0);
    expect(afterLoss("ECONNRESET", "POST")).toBeNull();
  });

  test.each(["ENOTFOUND", "CERT_HAS_EXPIRED"])("is never %s", (code) => {
    expect(afterLoss(code)).toBeNull();
  });
});
