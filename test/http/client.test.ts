/** The client alone, on an API that has no ways of its own. */
import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import { setImmediate as flush } from "node:timers/promises";
import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import type { HttpClient } from "../../src/http/client.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { Clock } from "../../src/http/clock.ts";
import { ApiError } from "../../src/http/error.ts";
import type { Wait } from "../../src/http/rate-limit.ts";
import type { Authorization, HttpRequest } from "../../src/http/request.ts";
import type { Method } from "../../src/http/retry.ts";
import { createTestClock } from "./test-clock.ts";

interface Stage {
  readonly client: HttpClient;
  /** The methods that arrived, in order. */
  readonly arrived: Method[];
  readonly request: (method: Method, authorization?: Authorization) => HttpRequest;
}

interface StageOptions {
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly requestsPerMinute?: number;
  readonly deadlineSeconds?: number;
  readonly onWait?: (wait: Wait) => void;
}

/** A client and a server that answers as `answer` says; `at` counts requests from 0. */
async function stage(
  answer: (response: ServerResponse, at: number) => void,
  { clock = createTestClock(), ...options }: StageOptions = {},
): Promise<Stage> {
  const arrived: Method[] = [];
  const server = createServer((request, response) => {
    arrived.push(request.method as Method);
    answer(response, arrived.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const baseUrl = `http://127.0.0.1:${address.port}`;
  const conventions = { readError: () => ({}) };
  const client = createHttpClient({
    conventions,
    clock,
    requestsPerMinute: 6000,
    deadlineSeconds: 900,
    ...options,
  });
  onTestFinished(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });
  const route = { path: "/things/1", template: "/things/{id}" };
  return {
    client,
    arrived,
    request: (method, authorization) => ({ method, baseUrl, route, ...(authorization && { authorization }) }),
  };
}

function say(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end();
}

async function failureOf(work: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiError)) throw new Error(`Expected an ApiError, got ${inspect(error)}`);
  return error;
}

/** A clock on which nobody wakes but by a signal, and on which timeouts fire when told. */
function createStillClock(): Clock & { fire(milliseconds: number): void } {
  const timeouts: { readonly milliseconds: number; readonly controller: AbortController }[] = [];
  return {
    now: () => 1_000_000,
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(new Error("woken"));
        });
      }),
    timeout(milliseconds) {
      const controller = new AbortController();
      timeouts.push({ milliseconds, controller });
      return controller.signal;
    },
    fire(milliseconds) {
      for (const timeout of timeouts) {
        if (timeout.milliseconds === milliseconds) timeout.controller.abort();
      }
    },
  };
}

describe("the deadline", () => {
  const FAR: Record<string, string>[] = [
    { "Retry-After": "3600" },
    { "Retry-After": "2147484" },
    { "Retry-After": "99999999999" },
    { "Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT" },
  ];

  test.each([429, 502, 503, 504, 408].flatMap((status) => FAR.map((headers) => ({ status, ...headers }))))(
    "is never exceeded by a wait that the server asks for: %j",
    async ({ status, ...headers }) => {
      const clock = createTestClock();
      const { client, arrived, request } = await stage((response) => say(response, status, headers), {
        clock,
        deadlineSeconds: 10,
      });
      expect(await failureOf(client.send(request("GET")))).toMatchObject({ status });
      expect([arrived.length, clock.slept]).toEqual([1, []]);
    },
  );

  test("counts from the first attempt", async () => {
    const clock = createTestClock();
    const { client, arrived, request } = await stage(
      (response) => say(response, 503, { "Retry-After": "4" }),
      { clock, deadlineSeconds: 10 },
    );
    await failureOf(client.send(request("GET")));
    expect([arrived.length, clock.slept]).toEqual([3, [4000, 4000]]);
  });
});

test("Requests that wait for a token have not left, so that they don't leave in a bunch.", async () => {
  const { client, request } = await stage((response) => say(response, 204));
  let give: (token: string) => void = () => undefined;
  const token = new Promise<string>((resolve) => (give = resolve));
  const sending = Array.from({ length: 50 }, () => client.send(request("GET", { get: () => token })));
  await flush();
  expect(client.requests()).toBe(0);
  give("Bearer x");
  await Promise.all(sending);
  expect(client.requests()).toBe(50);
});

test("The server's clock is told by its answers, errors included.", async () => {
  const clock = createTestClock();
  const { client, request } = await stage(
    (response) => {
      say(response, 404, { Date: new Date(clock.now() + 600_000).toUTCString() });
    },
    { clock },
  );
  expect(client.ahead()).toBe(undefined);
  await failureOf(client.send(request("GET")));
  expect(client.ahead()).toBe(600_000);
});

describe("a stop", () => {
  /** A stage with a stop; `waiting` resolves when the client tells of a wait. */
  async function stageToStop(
    answer: (response: ServerResponse, at: number) => void,
    options: StageOptions = {},
  ) {
    const stop = new AbortController();
    const clock = createStillClock();
    let tell: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (tell = resolve));
    const staged = await stage(answer, { clock, signal: stop.signal, onWait: () => tell(), ...options });
    return { ...staged, stop, clock, waiting };
  }

  test.each(["GET", "DELETE", "PATCH", "POST"] as const)(
    "ends the wait after a 429 at once, and %s was not executed",
    async (method) => {
      const { client, stop, waiting, arrived, request } = await stageToStop((response) =>
        say(response, 429, { "Retry-After": "30" }),
      );
      const sending = failureOf(client.send(request(method)));
      await waiting;
      stop.abort();
      expect(await sending).toMatchObject({ kind: "not-sent", mayBeDone: false });
      expect(arrived).toEqual([method]);
    },
  );

  test("ends the wait before a repetition, and leaves open whether a DELETE was executed", async () => {
    const { client, stop, waiting, request } = await stageToStop((response) => say(response, 503));
    const sending = failureOf(client.send(request("DELETE")));
    await waiting;
    stop.abort();
    expect(await sending).toMatchObject({ kind: "lost", code: "ERR_CLOSED", mayBeDone: true });
  });

  test("ends the wait for the pace", async () => {
    const { client, stop, waiting, arrived, request } = await stageToStop((response) => say(response, 204), {
      requestsPerMinute: 1,
    });
    await client.send(request("PATCH"));
    const sending = failureOf(client.send(request("PATCH")));
    await waiting;
    stop.abort();
    expect(await sending).toMatchObject({ kind: "not-sent", mayBeDone: false });
    expect(arrived).toHaveLength(1);
  });

  test("ends the wait for a token, for every failure of the token", async () => {
    const { client, stop, arrived, request } = await stageToStop((response) => say(response, 204));
    let fail: () => void = () => undefined;
    const get = () =>
      new Promise<string>((_, reject) => {
        fail = () => reject(new Error("no token"));
      });
    const sending = failureOf(client.send(request("PATCH", { get })));
    await flush();
    stop.abort();
    fail();
    expect(await sending).toMatchObject({ kind: "not-sent", mayBeDone: false });
    expect(arrived).toEqual([]);
  });

  test("has nothing sent any more", async () => {
    const { client, stop, arrived, request } = await stageToStop((response) => say(response, 204));
    await client.send(request("GET"));
    stop.abort();
    for (const method of ["GET", "PATCH"] as const) {
      expect(await failureOf(client.send(request(method)))).toMatchObject({ kind: "not-sent" });
    }
    expect(arrived).toEqual(["GET"]);
    const late = await stage((response) => say(response, 204), { signal: AbortSignal.abort() });
    expect(await failureOf(late.client.send(late.request("GET")))).toMatchObject({ kind: "not-sent" });
    expect(late.arrived).toEqual([]);
  });

  test("ends a read in flight at once", async () => {
    let abort: () => void = () => undefined;
    const { client, stop, request } = await stageToStop(() => abort());
    abort = () => stop.abort();
    expect(await failureOf(client.send(request("GET")))).toMatchObject({ kind: "lost", code: "ERR_CLOSED" });
  });

  test("lets a write in flight have its answer", async () => {
    let onArrival: (response: ServerResponse) => void = () => undefined;
    const { client, stop, request } = await stageToStop((response) => onArrival(response));
    onArrival = (response) => {
      stop.abort();
      say(response, 204);
    };
    expect(await client.send(request("PATCH"))).toMatchObject({ status: 204 });
  });

  test.each([
    ["PATCH", "ambiguous"],
    ["POST", "ambiguous"],
    ["DELETE", "lost"],
  ] as const)("ends a %s in flight after three seconds, with its outcome unknown", async (method, kind) => {
    let onArrival: () => void = () => undefined;
    const { client, stop, clock, request } = await stageToStop(() => onArrival());
    onArrival = () => {
      stop.abort();
      clock.fire(3000);
    };
    const error = await failureOf(client.send(request(method)));
    expect(error).toMatchObject({ kind, code: "ERR_CLOSED", mayBeDone: true });
  });

  test("can be followed by a close, which ends a write at once", async () => {
    let onArrival: () => void = () => undefined;
    const { client, stop, request } = await stageToStop(() => onArrival());
    onArrival = () => {
      stop.abort();
      client.close();
    };
    expect(await failureOf(client.send(request("PATCH")))).toMatchObject({
      kind: "ambiguous",
      mayBeDone: true,
    });
  });
});

describe("a request that may not be sent when its turn has come", () => {
  test.each([
    { allowed: 0, facts: { kind: "not-sent", mayBeDone: false } },
    { allowed: 1, facts: { kind: "lost", mayBeDone: true } },
  ])("is not sent, after $allowed attempts", async ({ allowed, facts }) => {
    const { client, arrived, request } = await stage((response) => say(response, 503));
    let asked = 0;
    const mayBeSent = () => Promise.resolve(++asked <= allowed);
    expect(await failureOf(client.send({ ...request("DELETE"), mayBeSent }))).toMatchObject(facts);
    expect(arrived).toHaveLength(allowed);
  });

  test("is sent where it may be, and asked again for each attempt", async () => {
    const { client, arrived, request } = await stage((response, at) => say(response, at < 2 ? 429 : 204));
    let asked = 0;
    await client.send({ ...request("PATCH"), mayBeSent: () => Promise.resolve(++asked > 0) });
    expect(asked).toBe(3);
    expect(arrived).toHaveLength(3);
  });
});

describe("whether a write may be done", () => {
  test.each([
    ["a 404", 404, false],
    ["a 409", 409, false],
    ["a 429 past the deadline", 429, false],
    ["a 500", 500, true],
    ["a 503", 503, true],
    ["a 408", 408, true],
  ])("is told by its error: %s", async (_, status, mayBeDone) => {
    const { client, request } = await stage((response) => say(response, status, { "Retry-After": "9999" }));
    for (const method of ["PATCH", "PUT", "POST", "DELETE"] as const) {
      expect(await failureOf(client.send(request(method)))).toMatchObject({ status, mayBeDone });
    }
    expect(await failureOf(client.send(request("GET")))).toMatchObject({ status, mayBeDone: false });
  });

  test("is unknown after a 404 or a missing token, if an earlier attempt was lost", async () => {
    const { client, request } = await stage((response, at) =>
      at === 0 ? response.destroy() : say(response, 404),
    );
    const error = await failureOf(client.send(request("DELETE")));
    expect(error).toMatchObject({ status: 404, mayBeDone: true });

    const again = await stage((response) => response.destroy());
    let asked = 0;
    const noToken = new ApiError({
      kind: "refused",
      method: "POST",
      path: "/token",
      host: "login",
      serverMessage: "no",
    });
    // Asked for twice an attempt: before its turn, and when it leaves.
    const get = () => ((asked += 1) <= 2 ? Promise.resolve("Bearer x") : Promise.reject(noToken));
    expect(await failureOf(again.client.send(again.request("DELETE", { get })))).toMatchObject({
      path: "/things/{id}",
      mayBeDone: true,
    });
  });

  test("is not so where no connection came about", async () => {
    const { client, request } = await stage(() => undefined);
    const unreachable = { ...request("PATCH"), baseUrl: "http://127.0.0.1:1" };
    expect(await failureOf(client.send(unreachable))).toMatchObject({
      kind: "unreachable",
      mayBeDone: false,
    });
  });
});
