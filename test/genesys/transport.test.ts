import { EventEmitter, once } from "node:events";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/http/clock.ts";
import { ApiError } from "../../src/http/error.ts";
import type { Method } from "../../src/http/retry.ts";
import { route } from "../../src/genesys/route.ts";
import type { Transport, WriteRequest } from "../../src/genesys/transport.ts";
import { createTransport } from "../../src/genesys/transport.ts";
import type { Reply, ScriptedServer, Seen } from "./scripted-server.ts";
import { inTurn, SECRET, startScripted, TOKEN, token } from "./scripted-server.ts";
import type { TestClock } from "../http/test-clock.ts";
import { createTestClock } from "../http/test-clock.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface Setup {
  server: ScriptedServer;
  transport: Transport;
  clock: TestClock;
  waits: { reason: string; seconds: number }[];
}

/** A transport whose timeouts fire as soon as the server has seen a request that it leaves hanging. */
async function setUp(reply: (seen: Seen) => Reply | undefined, options = {}): Promise<Setup> {
  const clock = createTestClock();
  const server = await startScripted((seen) => {
    const answer = reply(seen);
    if (answer === "hang") clock.expire();
    return answer;
  });
  const waits: Setup["waits"] = [];
  const transport = createTransport({
    credentials: server.credentials,
    requestsPerMinute: 6000,
    clock,
    deadlineSeconds: 900,
    onWait: (wait) => waits.push(wait),
    remember: () => undefined,
    ...options,
  });
  closers.push(() => transport.close(), server.close);
  return { server, transport, clock, waits };
}

/** A token, after which the connection is closed. */
const LAST_TOKEN = { body: { access_token: TOKEN }, headers: { Connection: "close" } };

const SKILLS = route`/routing/skills`;
const get = { method: "GET", route: SKILLS } as const;

async function failureOf(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error(`Expected an ApiError, got ${inspect(error)}`);
  return error;
}

describe("how often a request is sent", () => {
  const kinds: Record<string, { method: Method; idempotent?: boolean }> = {
    GET: { method: "GET" },
    DELETE: { method: "DELETE" },
    "POST that may be repeated": { method: "POST", idempotent: true },
    PUT: { method: "PUT" },
    PATCH: { method: "PATCH" },
    "POST that creates": { method: "POST" },
  };
  const failures: Record<string, { reply: Reply; repeated: number; kind: string; kindOfWrite: string }> = {
    "a 503": { reply: { status: 503 }, repeated: 5, kind: "refused", kindOfWrite: "ambiguous" },
    "a 502 of HTML": {
      reply: { status: 502, body: "<html>" },
      repeated: 5,
      kind: "refused",
      kindOfWrite: "ambiguous",
    },
    "a 504": { reply: { status: 504 }, repeated: 5, kind: "refused", kindOfWrite: "ambiguous" },
    "a 408": { reply: { status: 408 }, repeated: 5, kind: "refused", kindOfWrite: "ambiguous" },
    "a reset": { reply: "reset", repeated: 5, kind: "lost", kindOfWrite: "ambiguous" },
    "an answer cut short": { reply: "cut", repeated: 5, kind: "lost", kindOfWrite: "ambiguous" },
    "a timeout": { reply: "hang", repeated: 5, kind: "lost", kindOfWrite: "ambiguous" },
    "a 500": { reply: { status: 500 }, repeated: 1, kind: "refused", kindOfWrite: "ambiguous" },
    "a 409": { reply: { status: 409 }, repeated: 1, kind: "refused", kindOfWrite: "refused" },
    "a 404": { reply: { status: 404 }, repeated: 1, kind: "refused", kindOfWrite: "refused" },
    "a page of HTML": {
      reply: { body: "<html>" },
      repeated: 1,
      kind: "bad-answer",
      kindOfWrite: "ambiguous",
    },
    "an answer of 200 MB": { reply: "flood", repeated: 1, kind: "bad-answer", kindOfWrite: "ambiguous" },
  };
  for (const [name, { method, idempotent }] of Object.entries(kinds)) {
    for (const [failure, expected] of Object.entries(failures)) {
      it(`${name} meets ${failure}`, async () => {
        const { server, transport } = await setUp(inTurn([expected.reply]));
        const request = { method, route: SKILLS, idempotent: idempotent ?? false } as WriteRequest;
        const error = await failureOf(transport.send(request));
        const isRepeatable = idempotent ?? ["GET", "DELETE"].includes(method);
        expect(server.calls()).toHaveLength(isRepeatable ? expected.repeated : 1);
        expect(error.kind).toBe(isRepeatable ? expected.kind : expected.kindOfWrite);
      });
    }
    it(`${name} meets a server that isn't there`, async () => {
      const { server, transport } = await setUp(() => LAST_TOKEN);
      await transport.token();
      await server.close();
      const request = { method, route: SKILLS, idempotent: idempotent ?? false } as WriteRequest;
      expect(await failureOf(transport.send(request))).toMatchObject({ kind: "unreachable" });
      expect(transport.requests()).toBe(6);
    });
    it(`${name} meets two 429 before its answer`, async () => {
      const busy = { status: 429, headers: { "Retry-After": "7" } };
      const { server, transport } = await setUp(inTurn([busy, busy, { body: {} }]));
      const request = { method, route: SKILLS, idempotent: idempotent ?? false } as WriteRequest;
      await transport.send(request);
      expect(server.calls()).toHaveLength(3);
      expect(transport.requests()).toBe(4);
    });
  }
});

it("no more is read of an answer than any should have", async () => {
  const { transport } = await setUp(inTurn(["flood"]));
  await transport.token();
  const before = process.memoryUsage();
  const error = await failureOf(transport.send(get));
  expect(error.message).toBe("GET /api/v2/routing/skills: ANSWER_TOO_LONG: the answer is longer than 20 MB");
  const after = process.memoryUsage();
  expect(after.external + after.heapUsed - before.external - before.heapUsed).toBeLessThan(100e6);
});

it("a create never meets a connection that the server has given up", async () => {
  const { transport } = await setUp(({ path, method, reused }) => {
    if (path === "/oauth/token") return undefined;
    return method === "POST" && reused ? "reset" : { body: {} };
  });
  await transport.send(get);
  expect(await transport.send({ method: "POST", route: SKILLS })).toMatchObject({ status: 200 });
});

describe("a 429", () => {
  it("has everything wait for as long as the server asks", async () => {
    const busy = { status: 429, headers: { "Retry-After": "42" } };
    const { transport, clock, waits } = await setUp(inTurn([busy, { body: {} }]));
    await transport.token();
    const before = clock.now();
    await Promise.all([transport.send(get), transport.send(get), transport.send(get)]);
    expect(clock.now() - before).toBeGreaterThanOrEqual(42_000);
    expect(clock.now() - before).toBeLessThan(60_000);
    expect(waits).toContainEqual({ reason: "429", seconds: 42 });
  });

  it("that is longer than the deadline fails immediately, also for the next requests", async () => {
    const { server, transport, clock } = await setUp(
      inTurn([{ status: 429, headers: { "Retry-After": "3600" } }]),
    );
    const before = clock.now();
    expect(await failureOf(transport.send(get))).toMatchObject({ kind: "rate-limited", status: 429 });
    expect(await failureOf(transport.send(get))).toMatchObject({ kind: "rate-limited", status: 429 });
    expect(server.calls()).toHaveLength(1);
    expect(clock.now() - before).toBeLessThan(1000);
  });

  it("that never ends and never says how long ends at the deadline", async () => {
    const { transport, clock } = await setUp(inTurn([{ status: 429 }]));
    const before = clock.now();
    expect(await failureOf(transport.send(get))).toMatchObject({ kind: "rate-limited" });
    expect(clock.now() - before).toBeGreaterThan(800_000);
    expect(clock.now() - before).toBeLessThanOrEqual(900_000);
  });
});

describe("the pace", () => {
  it("follows the server's own count", async () => {
    const headers = {
      "inin-ratelimit-count": "300",
      "inin-ratelimit-allowed": "300",
      "inin-ratelimit-reset": "20",
    };
    const { transport, clock } = await setUp(inTurn([{ headers, body: {} }]));
    await transport.send(get);
    const before = clock.now();
    await transport.send(get);
    expect(clock.now() - before).toBeGreaterThanOrEqual(20_000);
  });
});

describe("what the server counts", () => {
  const usedUp = (reset: string, count = "300") => ({
    "inin-ratelimit-count": count,
    "inin-ratelimit-allowed": "300",
    "inin-ratelimit-reset": reset,
  });

  it.each(["3600", "2147484", "1900000000", "1e300"])(
    "is waited for no longer than the deadline: %s",
    async (reset) => {
      const { server, transport, clock } = await setUp(inTurn([{ headers: usedUp(reset), body: {} }]), {
        deadlineSeconds: 10,
      });
      await transport.send(get);
      const before = clock.now();
      const error = await failureOf(transport.send(get));
      expect(error).toMatchObject({ kind: "rate-limited", mayBeDone: false });
      expect(error.message).toContain("past the deadline");
      expect(clock.now() - before).toBeLessThanOrEqual(10_000);
      expect(server.calls()).toHaveLength(1);
    },
  );

  it.each(["3600", "1900000000"])("is no reason to wait while it leaves something: %s", async (reset) => {
    const { transport, clock } = await setUp(inTurn([{ headers: usedUp(reset, "5"), body: {} }]), {
      deadlineSeconds: 10,
    });
    const before = clock.now();
    for (let n = 0; n < 5; n++) await transport.send(get);
    expect(clock.now() - before).toBeLessThan(1000);
  });

  it.each(["-5", "soon", "", "Infinity"])("is not believed where it is no time: %j", async (reset) => {
    const { transport, clock } = await setUp(inTurn([{ headers: usedUp(reset), body: {} }]));
    const before = clock.now();
    await transport.send(get);
    await transport.send(get);
    expect(clock.now() - before).toBeLessThan(1000);
  });
});

describe("the token", () => {
  it("is asked for once by many at the same time", async () => {
    const { server, transport } = await setUp(inTurn([{ body: {} }]));
    await Promise.all(Array.from({ length: 10 }, () => transport.send(get)));
    expect(server.seen.filter(({ path }) => path === "/oauth/token")).toHaveLength(1);
    expect(server.calls().every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true);
  });

  it("is asked for as OAuth wants it", async () => {
    const { server, transport } = await setUp(() => undefined);
    await transport.token();
    const basic = Buffer.from(`an-id:${SECRET}`).toString("base64");
    expect(server.seen[0]).toMatchObject({ method: "POST", body: "grant_type=client_credentials" });
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: `Basic ${basic}`,
      "content-type": "application/x-www-form-urlencoded",
    });
  });

  it("is renewed before it ends", async () => {
    const { server, transport, clock } = await setUp(({ path }) =>
      path === "/oauth/token" ? token(TOKEN, 1000) : { body: {} },
    );
    await transport.send(get);
    clock.advance(899_000);
    await transport.send(get);
    expect(server.seen).toHaveLength(3);
    clock.advance(2000);
    await transport.send(get);
    expect(server.seen).toHaveLength(5);
  });

  it("is renewed once for all that meet a 401", async () => {
    let tokens = 0;
    const { server, transport } = await setUp(({ path, headers }) => {
      if (path === "/oauth/token") return token(`token-${(tokens += 1)}`);
      return headers.authorization === "Bearer token-1" ? { status: 401 } : { body: {} };
    });
    await Promise.all(Array.from({ length: 5 }, () => transport.send({ method: "POST", route: SKILLS })));
    expect(tokens).toBe(2);
    expect(server.calls().filter(({ headers }) => headers.authorization === "Bearer token-2")).toHaveLength(
      5,
    );
  });

  it("is not renewed again where a new one meets a 401 too", async () => {
    const { server, transport } = await setUp(inTurn([{ status: 401 }]));
    expect(await failureOf(transport.send(get))).toMatchObject({ status: 401, kind: "refused" });
    expect(server.calls()).toHaveLength(2);
  });

  it("is asked for again after the 400 that says rate limit exceeded", async () => {
    const busy = {
      status: 400,
      body: { error: "invalid_request", description: "rate limit exceeded; wait" },
    };
    let asked = 0;
    const { transport } = await setUp(() => ((asked += 1) < 4 ? busy : undefined));
    expect((await transport.token()).value).toBe(TOKEN);
    expect(asked).toBe(4);
  });

  it("is requested again after a failure", async () => {
    let asked = 0;
    const { transport } = await setUp(() => ((asked += 1) === 1 ? { status: 400, body: {} } : undefined));
    await failureOf(transport.token());
    expect((await transport.token()).value).toBe(TOKEN);
  });
});

describe("the requests", () => {
  it("never follows a redirect", async () => {
    const other = await startScripted(() => ({ body: {} }));
    closers.push(other.close);
    const { transport } = await setUp(
      inTurn([{ status: 302, headers: { Location: `${other.url}/elsewhere` } }]),
    );
    expect(await failureOf(transport.send(get))).toMatchObject({ kind: "redirect", status: 302 });
    expect(other.seen).toEqual([]);
  });

  it("repeats a parameter for each of its values and encodes ids", async () => {
    const { server, transport } = await setUp(inTurn([{ body: {} }]));
    const query = { id: ["a", "b&c"], pageSize: 1 };
    await transport.send({ method: "GET", route: route`/users/${"x/../y?z"}`, query });
    expect(server.calls()[0]?.path).toBe("/api/v2/users/x%2F..%2Fy%3Fz");
    expect(server.calls()[0]?.query.getAll("id")).toEqual(["a", "b&c"]);
    expect(() => route`/users/${".."}`).toThrow("is not an id");
  });

  it("has no secret in any error, however it is printed", async () => {
    const leak = {
      status: 400,
      body: { message: `no, ${TOKEN} and ${SECRET}`, code: TOKEN, contextId: SECRET },
    };
    const html = { body: `<html>${TOKEN}` };
    for (const reply of [leak, html, "reset", "cut", "hang", { status: 503 }, { status: 302 }] as const) {
      const { transport } = await setUp(inTurn([reply]));
      const error = await failureOf(
        transport.send({ method: "POST", route: SKILLS, body: { name: "a-name-that-must-not-show" } }),
      );
      const printed = [
        inspect(error, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(error),
        String(error),
        error.stack,
      ].join();
      for (const hidden of [SECRET, TOKEN, "Bearer", "Basic", "must-not-show"])
        expect(printed).not.toContain(hidden);
      expect(error.cause).toBe(undefined);
    }
  });

  it("reports every secret for redaction", async () => {
    const secrets: string[] = [];
    const { transport } = await setUp(() => undefined, {
      remember: (secret: string) => secrets.push(secret),
    });
    await transport.token();
    expect(secrets).toEqual([SECRET, Buffer.from(`an-id:${SECRET}`).toString("base64"), TOKEN]);
  });

  it("names method, template, status, code and correlation id in an error", async () => {
    const reply = {
      status: 409,
      headers: { "ININ-Correlation-Id": "abc-123" },
      body: { message: "Taken.", code: "general.conflict", status: 409 },
    };
    const { transport } = await setUp(inTurn([reply]));
    const error = await failureOf(
      transport.send({ method: "DELETE", route: route`/routing/skills/${"s1"}` }),
    );
    expect(error.message).toBe(
      "DELETE /api/v2/routing/skills/{id}: 409 general.conflict: Taken. (correlation id abc-123)",
    );
  });
});

it("closing ends what waits and what is underway", async () => {
  const asked = new EventEmitter();
  const reply = ({ path }: Seen) => {
    if (path === "/oauth/token") return undefined;
    asked.emit("request");
    return "hang";
  };
  const arrived = once(asked, "request");
  const { transport } = await setUp(reply, { clock: systemClock });
  const work = failureOf(transport.send(get));
  await arrived;
  transport.close();
  expect(await work).toMatchObject({ kind: "lost", code: "ERR_CLOSED" });
  expect(await failureOf(transport.send(get))).toMatchObject({ kind: "not-sent" });
});
