import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { ConnectOptions } from "../../src/genesys/connect.ts";
import { connect } from "../../src/genesys/connect.ts";
import { isVersionMismatch } from "../../src/genesys/error.ts";
import { ApiError, isAmbiguous, isConflict, isGone } from "../../src/http/error.ts";
import type { ReadTransport } from "../../src/genesys/reader.ts";
import { readOnly } from "../../src/genesys/reader.ts";
import { route } from "../../src/genesys/route.ts";
import type { Problem } from "../../src/problem.ts";
import { Failure } from "../../src/problem.ts";
import type { Reply, Seen } from "./scripted-server.ts";
import { page, SECRET, startScripted, TOKEN } from "./scripted-server.ts";
import { createTestClock } from "../http/test-clock.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const identity = (roleDivisions?: string[]) => ({
  body: {
    organization: { id: "org", name: "Example" },
    OAuthClient: roleDivisions ? { roleDivisions: roleDivisions.map((divisionId) => ({ divisionId })) } : {},
  },
});

/** Serves what the paths say; a path may be preceded by a method. */
async function open(
  paths: Record<string, Reply | ((seen: Seen) => Reply)>,
  options: Partial<ConnectOptions> = {},
) {
  const all = { "/tokens/me": identity(["*"]), ...paths };
  const server = await startScripted((seen) => {
    const path = seen.path.replace("/api/v2", "");
    const reply = (all as typeof paths)[`${seen.method} ${path}`] ?? (all as typeof paths)[path];
    return typeof reply === "function" ? reply(seen) : reply;
  });
  closers.push(server.close);
  const connecting = connect({
    credentials: server.credentials,
    clock: createTestClock(),
    env: {},
    ...options,
  });
  return { server, connecting };
}

async function connected(...args: Parameters<typeof open>) {
  const { server, connecting } = await open(...args);
  const connection = await connecting;
  closers.push(() => connection.close());
  return { server, connection };
}

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw new Error(`Expected a Failure, got ${inspect(error)}`);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(
    new RegExp(`${SECRET}|${TOKEN}|Bearer|Basic`),
  );
  const [problem] = error.problems;
  if (!problem) throw new Error("The failure has no problem.");
  return problem;
}

describe("connecting", () => {
  it("takes three requests", async () => {
    const { server, connection } = await connected({});
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /oauth/token",
      "GET /api/v2/tokens/me",
      "GET /api/v2/routing/profiles",
    ]);
    expect(connection).toMatchObject({
      organization: { id: "org", name: "Example" },
      dialect: "cloud",
      view: "whole",
      requestsPerMinute: 300,
    });
    expect(connection.requests()).toBe(3);
  });

  it("knows the dialect by the probe alone, and asks nothing where the settings say it", async () => {
    const { connection } = await connected({ "/routing/profiles": page([]) });
    expect(connection).toMatchObject({ dialect: "profiles", requestsPerMinute: 100 });
    const told = await connected({}, { api: "profiles", requestsPerMinute: 50 });
    expect(told.connection).toMatchObject({ dialect: "profiles", requestsPerMinute: 50 });
    expect(told.connection.requests()).toBe(2);
  });

  it("believes no probe but 200 and 404", async () => {
    for (const reply of [
      { status: 500 },
      { status: 400 },
      { body: "<html>" },
      { body: {} },
      { status: 503 },
    ]) {
      const { connecting } = await open({ "/routing/profiles": reply });
      await expect(connecting).rejects.toThrow(Failure);
    }
  });

  it("asks the organisation where the token isn't told about", async () => {
    for (const status of [403, 404]) {
      const { connection } = await connected({
        "/tokens/me": { status },
        "/organizations/me": { body: { id: "org", name: "Example" } },
      });
      expect(connection.organization).toEqual({ id: "org", name: "Example" });
    }
  });

  it("says that the view is limited only where it is known to be", async () => {
    const views: [string[] | undefined, string][] = [
      [undefined, "whole"],
      [[], "whole"],
      [["a", "*"], "whole"],
      [["a"], "limited"],
      [["a", "b"], "whole"],
    ];
    for (const [granted, view] of views) {
      const { connection } = await connected({
        "/tokens/me": identity(granted),
        "/authorization/divisions": page([{ id: "a" }, { id: "b" }]),
      });
      expect(connection.view).toBe(view);
    }
    const { connection } = await connected({
      "/tokens/me": identity(["a"]),
      "/authorization/divisions": { status: 403 },
    });
    expect(connection.view).toBe("limited");
  });
});

describe("what keeps one from connecting is explained:", () => {
  it("a wrong secret", async () => {
    const reply = { status: 401, body: { error: "invalid_client", description: "client not found" } };
    const problem = await problemOf((await open({ "/oauth/token": reply })).connecting);
    expect(problem).toMatchObject({ code: "LOGIN_REFUSED" });
    expect(problem.message).toContain("invalid_client client not found");
    expect(problem.hint).toMatch(/GENESYS_CLIENT_ID.*GENESYS_CLIENT_SECRET.*GENESYS_ENV/);
    const { connecting } = await open({ "/oauth/token": (_: Seen) => ({ ...reply, status: 400 }) });
    expect((await problemOf(connecting)).code).toBe("LOGIN_REFUSED");
  });

  it("the variables of a target by their own names", async () => {
    const server = await startScripted(() => ({ status: 401, body: {} }));
    closers.push(server.close);
    const variables = {
      clientId: "GENESYS_CLIENT_ID_EU",
      clientSecret: "GENESYS_CLIENT_SECRET_EU",
      region: "GENESYS_ENV_EU",
      apiUrl: "GENESYS_API_URL",
      loginUrl: "GENESYS_LOGIN_URL",
    };
    const problem = await problemOf(connect({ credentials: { ...server.credentials, variables } }));
    expect(problem.hint).toContain("GENESYS_CLIENT_ID_EU and GENESYS_CLIENT_SECRET_EU");
  });

  it("a token that the API doesn't take", async () => {
    const { connecting } = await open({ "/tokens/me": { status: 401, body: { code: "bad.credentials" } } });
    expect(await problemOf(connecting)).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("an API that is none", async () => {
    const { connecting } = await open({ "/tokens/me": { status: 404 } });
    const problem = await problemOf(connecting);
    expect(problem).toMatchObject({ code: "WRONG_URL" });
    expect(problem.hint).toContain("GENESYS_API_URL");
  });

  it("a redirect", async () => {
    const { connecting } = await open({ "/oauth/token": { status: 302, headers: { Location: "/x" } } });
    const problem = await problemOf(connecting);
    expect(problem.code).toBe("REDIRECTED");
    expect(problem.hint).toContain("GENESYS_LOGIN_URL");
  });

  it("a host that answers with something else", async () => {
    const { connecting } = await open({ "/tokens/me": { body: "<html>Welcome" } });
    const problem = await problemOf(connecting);
    expect(problem).toMatchObject({ code: "BAD_ANSWER" });
    expect(problem.message).toContain("a page of HTML");
    expect(problem.hint).toMatch(/^Check that GENESYS_API_URL names the host of Genesys's API/);
    const login = await problemOf((await open({ "/oauth/token": { body: "Welcome" } })).connecting);
    expect(login.hint).toMatch(/^Check that GENESYS_LOGIN_URL names the host of Genesys's login/);
  });

  it("a server that isn't there", async () => {
    const server = await startScripted(() => undefined);
    await server.close();
    const problem = await problemOf(connect({ credentials: server.credentials, clock: createTestClock() }));
    expect(problem).toMatchObject({ code: "UNREACHABLE" });
    expect(problem.message).toContain("ECONNREFUSED");
  });

  it("a server that speaks no TLS", async () => {
    const server = await startScripted(() => undefined);
    closers.push(server.close);
    const loginUrl = server.url.replace("http:", "https:");
    const problem = await problemOf(connect({ credentials: { ...server.credentials, loginUrl } }));
    expect(problem.code).toBe("TLS_FAILED");
  });

  it("a server that never answers", async () => {
    const { connecting } = await open({ "/oauth/token": "hang" }, { timeouts: { silence: 30, whole: 500 } });
    expect(await problemOf(connecting)).toMatchObject({ code: "NO_ANSWER" });
  });

  it("a missing permission, by what Genesys says or by what was asked, with the correlation id", async () => {
    const said = {
      status: 403,
      headers: { "inin-correlation-id": "abc-1" },
      body: {
        code: "missing.permissions",
        message: "You are missing the following permission(s): routing:skill:view",
      },
    };
    const { connection } = await connected({
      "/routing/skills": said,
      "/users": { status: 403, body: { message: "No." } },
      "PATCH /users/u/routingskills/bulk": { status: 403 },
    });
    const skills = await problemOf(connection.reader.listSkills());
    expect(skills).toMatchObject({ code: "FORBIDDEN" });
    expect(skills.message).toMatch(/lacks the permission routing:skill:view.*abc-1/);
    expect((await problemOf(connection.reader.listUsers())).message).toContain("directory:user:view");
    const assigning = connection.writer().assignSkills("u", [{ id: "s", proficiency: 1 }]);
    expect((await problemOf(assigning)).hint).toContain("routing:skill:assign");
  });

  it("a missing scope", async () => {
    const { connection } = await connected({
      "/routing/profiles": page([]),
      "POST /routing/skills": { status: 403 },
    });
    const problem = await problemOf(connection.writer().createSkill({ name: "A" }));
    expect(problem.message).toContain("scope routing:skill:write");
  });
});

describe("the reader", () => {
  it("can't be made to write", async () => {
    const sent: unknown[] = [];
    const transport = readOnly({
      send: (request) => {
        sent.push(request);
        return Promise.reject(new Error("sent"));
      },
    });
    const smuggle = transport.send as unknown as (request: unknown) => ReturnType<ReadTransport["send"]>;
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect(() => smuggle({ method, route: route`/routing/skills` })).toThrow(
        "The reader was asked to send",
      );
    }
    expect(() => smuggle({ method: "PUT", route: route`/users/search` })).toThrow();
    expect(sent).toEqual([]);
    await expect(smuggle({ method: "POST", route: route`/users/search` })).rejects.toThrow("sent");
  });
});

describe("the writer", () => {
  const created = { body: { id: "s1", name: "A", description: "d" } };

  it("sends a description only where there is one to keep", async () => {
    for (const [profiles, body] of [
      [{ status: 404 }, { name: "A" }],
      [page([]), { name: "A", description: "d" }],
    ] as const) {
      const { server, connection } = await connected({
        "/routing/profiles": profiles,
        "/routing/skills": created,
      });
      expect(await connection.writer().createSkill({ name: "A", description: "d" })).toMatchObject({
        id: "s1",
      });
      expect(JSON.parse(server.seen.at(-1)?.body ?? "")).toEqual(body);
    }
  });

  it("replaces a profile in the words of its dialect", async () => {
    const profile = { id: "p", name: "P", description: "d", routing_skills: [{ id: "s1" }] };
    const { server, connection } = await connected({
      "/routing/profiles": page([]),
      "/routing/profiles/p": { body: profile },
    });
    const written = await connection
      .writer()
      .putProfile("p", { name: "P", description: "d", skills: ["s1"] });
    expect(written).toEqual({ id: "p", name: "P", description: "d", skills: ["s1"] });
    const { method, body } = server.seen.at(-1) ?? {};
    expect([method, JSON.parse(body ?? "")]).toEqual([
      "PUT",
      { name: "P", description: "d", routing_skills: [{ id: "s1" }] },
    ]);
  });

  it("leaves to the applier what only the applier can judge", async () => {
    const replies: [Reply, (error: unknown) => boolean][] = [
      [{ status: 409, body: { code: "general.conflict" } }, isConflict],
      [{ status: 409 }, isVersionMismatch],
      [
        { status: 400, body: { message: "The version does not match the current version" } },
        isVersionMismatch,
      ],
      [{ status: 404 }, isGone],
      ["reset", isAmbiguous],
      [{ body: { id: "s1" } }, isAmbiguous],
    ];
    for (const [reply, is] of replies) {
      const { connection } = await connected({ "/routing/skills": reply });
      const error: unknown = await connection
        .writer()
        .createSkill({ name: "A" })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ApiError);
      expect(is(error)).toBe(true);
    }
  });
});
