import { describe, expect, it } from "vitest";
import type { Method } from "../../src/http/retry.ts";
import { delayBefore, isRepeatable, mayRetry, parseRetryAfter } from "../../src/http/retry.ts";

const status = (code: number, isRateLimit = code === 429) =>
  ({ kind: "status", status: code, isRateLimit }) as const;
const lost = (code: string) => ({ kind: "lost", code }) as const;
const attempted = (method: Method, failures = 1, idempotent = false) => ({
  isRepeatable: isRepeatable({ method, idempotent }),
  failures,
});

describe("the rules of sending again", () => {
  it("repeats after what passes, only where twice does what once does, and only four times", () => {
    for (const failing of [
      status(408),
      status(502),
      status(503),
      status(504),
      lost("ECONNRESET"),
      lost("ETIMEDOUT"),
    ]) {
      for (const method of ["GET", "DELETE"] as const) {
        expect(mayRetry(failing, attempted(method, 4))).toBe(true);
        expect(mayRetry(failing, attempted(method, 5))).toBe(false);
      }
      expect(mayRetry(failing, attempted("POST"))).toBe(false);
      expect(mayRetry(failing, attempted("PUT"))).toBe(false);
      expect(mayRetry(failing, attempted("PATCH"))).toBe(false);
      expect(mayRetry(failing, attempted("POST", 1, true))).toBe(true);
    }
  });

  it("repeats a request that was never sent", () => {
    for (const method of ["GET", "POST", "PUT", "PATCH"] as const) {
      expect(mayRetry({ kind: "unsent", code: "ECONNREFUSED" }, attempted(method, 4))).toBe(true);
      expect(mayRetry({ kind: "unsent", code: "ECONNREFUSED" }, attempted(method, 5))).toBe(false);
      expect(mayRetry({ kind: "unsent", code: "ENOTFOUND" }, attempted(method))).toBe(false);
    }
  });

  it("repeats every request after a rate limit, with any status and any number of times", () => {
    for (const code of [429, 400, 403]) {
      expect(mayRetry(status(code, true), attempted("POST", 0))).toBe(true);
      expect(mayRetry(status(code, true), attempted("GET", 9))).toBe(true);
    }
  });

  it("repeats after a status that one API means so", () => {
    expect(mayRetry(status(500), { ...attempted("GET"), alsoRetryable: [500] })).toBe(true);
    expect(mayRetry(status(500), { ...attempted("POST"), alsoRetryable: [500] })).toBe(false);
  });

  it("gives up at once where the next attempt would meet the same", () => {
    for (const code of [
      "ENOTFOUND",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "CERT_HAS_EXPIRED",
    ]) {
      expect(mayRetry(lost(code), attempted("GET"))).toBe(false);
    }
    for (const code of [400, 401, 403, 404, 409, 500, 501]) {
      expect(mayRetry(status(code), attempted("GET"))).toBe(false);
    }
  });
});

describe("the wait before the next attempt", () => {
  it("is the server's wait, however long", () => {
    expect(delayBefore(0, 3_600_000, 0.5)).toBe(3_600_000);
  });

  it("doubles up to half a minute, less up to a half", () => {
    expect([0, 1, 2, 3].map((attempt) => delayBefore(attempt, undefined, 0))).toEqual([
      500, 1000, 2000, 4000,
    ]);
    expect(delayBefore(50, undefined, 0)).toBe(30_000);
    expect(delayBefore(50, undefined, 1)).toBe(15_000);
  });

  it("is read from seconds and from dates", () => {
    expect(parseRetryAfter("42", 0)).toBe(42_000);
    expect(parseRetryAfter("Thu, 01 Jan 1970 00:01:00 GMT", 15_000)).toBe(45_000);
    for (const nothing of [undefined, "", "0", "-1", "soon", "Thu, 01 Jan 1970 00:00:01 GMT"]) {
      expect(parseRetryAfter(nothing, 2000)).toBe(undefined);
    }
  });
});
