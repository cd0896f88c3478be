import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bucket } from "../../src/http/rate-limit.ts";
import {
  changeLimit,
  correctBucket,
  fillBucket,
  takeToken,
  waitForToken,
} from "../../src/http/rate-limit.ts";

/** Sends as soon as the bucket lets it, after idling as told; returns the times of sending. */
function sendAll(
  bucket: Bucket,
  idles: readonly number[],
  correct = (b: Bucket, _now: number) => b,
): number[] {
  const sent: number[] = [];
  let now = bucket.at;
  for (const idle of idles) {
    now += idle;
    now += waitForToken(bucket, now);
    bucket = correct(takeToken(bucket, now), now);
    sent.push(now);
  }
  return sent;
}

function busiestMinute(sent: readonly number[]): number {
  return Math.max(...sent.map((start) => sent.filter((at) => at >= start && at < start + 60_000).length));
}

describe("the token bucket", () => {
  it("never exceeds the limit in any minute, for any pattern of requests", () => {
    const idles = fc.array(fc.oneof(fc.constant(0), fc.nat(90_000)), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), idles, (limit, pauses) => {
        expect(busiestMinute(sendAll(fillBucket(limit, 0), pauses))).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it("sends nearly the whole limit in each minute of a long run", () => {
    const sent = sendAll(fillBucket(300, 0), Array<number>(2000).fill(0));
    expect((sent.at(-1) ?? 0) / 60_000).toBeLessThan((2000 / 300) * 1.035);
  });

  it("lets a small run through at once", () => {
    expect(sendAll(fillBucket(300, 0), Array<number>(6).fill(0)).at(-1)).toBe(0);
  });

  it("keeps what it has given when the limit changes", () => {
    let bucket = fillBucket(100, 0);
    for (let n = 0; n < 2; n++) bucket = takeToken(bucket, 0);
    expect(changeLimit(bucket, 300, 0).tokens).toBe(4);
  });

  it("gives no more than the server has left until the server's window ends", () => {
    const limits = fc.record({ left: fc.nat(60), reset: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(limits, ({ left, reset }) => {
        const server = { count: 300 - left, allowed: 300, reset };
        const corrected = correctBucket(fillBucket(300, 0), server, 0, 0);
        const sent = sendAll(corrected, Array<number>(100).fill(0));
        expect(sent.filter((at) => at < reset * 1000).length).toBeLessThanOrEqual(left);
      }),
    );
  });

  it("is not slowed by a server that counts only us", () => {
    let count = 0;
    const correct = (bucket: Bucket, now: number) => {
      count = Math.floor(now / 60_000) === Math.floor(last / 60_000) ? count + 1 : 1;
      last = now;
      const reset = 60 - ((now / 1000) % 60);
      return correctBucket(bucket, { count, allowed: 300, reset }, 0, now);
    };
    let last = 0;
    const sent = sendAll(fillBucket(300, 0), Array<number>(1500).fill(0), correct);
    expect((sent.at(-1) ?? 0) / 60_000).toBeLessThan((1500 / 300) * 1.035);
  });

  it("is never made faster by the server", () => {
    const bucket = fillBucket(100, 0);
    expect(correctBucket(bucket, { count: 1, allowed: 6000, reset: 60 }, 0, 0)).toEqual(bucket);
  });
});
