import { describe, expect, it } from "vitest";
import type { RateLimit, ServerCount } from "../../src/http/rate-limit.ts";
import { createRateLimit } from "../../src/http/rate-limit.ts";
import type { VirtualClock } from "./virtual-clock.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const WINDOW = 60_000;

/** Counts what arrives; says how many came in this window, this one included, and when the window ends. */
type Counting = (now: number) => { readonly count: number; readonly end: number };

/** How a server may count its minutes; which of them Genesys uses isn't documented. */
const COUNTINGS: Record<string, () => Counting> = {
  "windows that begin with their first request": () => windowsFrom((now) => now),
  "windows that begin with each minute": () => windowsFrom((now) => Math.floor(now / WINDOW) * WINDOW),
  "the last sixty seconds": () => {
    const seen: number[] = [];
    return (now) => {
      seen.push(now);
      while ((seen[0] ?? now) <= now - WINDOW) seen.shift();
      return { count: seen.length, end: (seen[0] ?? now) + WINDOW };
    };
  },
};

function windowsFrom(startOf: (now: number) => number): Counting {
  let [start, count] = [-WINDOW, 0];
  return (now) => {
    if (now >= start + WINDOW) [start, count] = [startOf(now), 0];
    count += 1;
    return { count, end: start + WINDOW };
  };
}

interface Server {
  readonly clock: VirtualClock;
  refused: number;
  /** The count that the answer tells, and milliseconds to wait where it is a 429. */
  ask(): Promise<{ readonly told: ServerCount | undefined; readonly retryAfter: number }>;
}

/**
 * A server that is 20 to 420 ms away and lets `allowed` requests through in whatever it takes for a minute.
 */
function startServer(counting: Counting, allowed: number, isTold: boolean): Server {
  const clock = createVirtualClock();
  let asked = 0;
  const travel = () => clock.sleep(10 + ((asked++ * 7919) % 200), new AbortController().signal);
  const server: Server = {
    clock,
    refused: 0,
    async ask() {
      await travel();
      const { count, end } = counting(clock.now());
      const reset = Math.ceil((end - clock.now()) / 1000);
      await travel();
      const isRefused = count > allowed;
      if (isRefused) server.refused += 1;
      const told = isTold ? { count: Math.min(count, allowed), allowed, reset } : undefined;
      return { told, retryAfter: isRefused ? reset * 1000 : 0 };
    },
  };
  return server;
}

function rateLimitFor({ clock }: Server, perMinute: number): RateLimit {
  return createRateLimit(perMinute, clock, new AbortController().signal, () => undefined);
}

/** Sends so many requests, eight at once, each until it gets through; the minutes that this took. */
async function send(server: Server, rateLimit: RateLimit, requests: number): Promise<number> {
  const started = server.clock.now();
  let left = requests;
  const worker = async () => {
    while (left-- > 0) {
      for (let isThrough = false; !isThrough;) {
        await rateLimit.enter(() => Infinity);
        const { told, retryAfter } = await server.ask();
        if (retryAfter > 0) rateLimit.pause(retryAfter);
        rateLimit.leave(told);
        isThrough = retryAfter === 0;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return (server.clock.now() - started) / WINDOW;
}

describe.each(Object.entries(COUNTINGS))("a server that counts %s", (_, counting) => {
  const limits = [100, 300].flatMap((limit) => [true, false].map((isTold) => ({ limit, isTold })));
  it.each(limits)(
    "is kept busy and never refuses ($limit a minute, told $isTold)",
    async ({ limit, isTold }) => {
      const server = startServer(counting(), limit, isTold);
      const rateLimit = rateLimitFor(server, limit);
      const minutes = await server.clock.run(send(server, rateLimit, 8 * limit));
      expect(server.refused).toBe(0);
      expect(minutes / 8).toBeLessThan(1.05);
    },
  );

  it("is shared by two processes, and both get through", async () => {
    const server = startServer(counting(), 300, true);
    const both = Promise.all([1, 2].map(() => send(server, rateLimitFor(server, 300), 1200)));
    const minutes = await server.clock.run(both);
    expect(Math.max(...minutes)).toBeLessThan(8 * 1.1);
    expect(server.refused).toBeLessThan(0.05 * 2400);
  });
});
