import { describe, expect, test } from "vitest";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import { askToken, login, names, SEED, start } from "./helper.ts";

/** A time that only moves when it is told to. */
function fakeClock() {
  let now = Date.UTC(2026, 0, 1);
  return { read: () => now, forward: (ms: number) => (now += ms) };
}

describe("the login host", () => {
  test("answers as OAuth does", async () => {
    const sandbox = await start({ tokenSeconds: 900 });
    const client = { id: sandbox.clientId, secret: sandbox.clientSecret };
    expect((await askToken(sandbox, client)).body).toMatchObject({ token_type: "bearer", expires_in: 900 });
    const wrong = await askToken(sandbox, { ...client, secret: "wrong" });
    expect([wrong.status, wrong.body.error]).toEqual([401, "invalid_client"]);
    expect(wrong.body.description).toBe(wrong.body.error_description);
    const grant = await askToken(sandbox, client, "password");
    expect([grant.status, grant.body.error]).toEqual([400, "unsupported_grant_type"]);
  });

  test("shows the scopes of a client that has some", async () => {
    const clients = [{ id: "a", secret: "b", scopes: ["routing:skill:read", "user:read"] }];
    const sandbox = await start({ dialect: "profiles", clients });
    expect((await askToken(sandbox, { id: "a", secret: "b" })).body.scope).toBe(
      "routing:skill:read user:read",
    );
  });
});

describe("a token", () => {
  test("is needed", async () => {
    const sandbox = await start();
    const answer = await fetch(`${sandbox.url}/api/v2/routing/skills`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("ININ-Correlation-Id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("expires", async () => {
    const clock = fakeClock();
    const call = await login(await start({ tokenSeconds: 60, clock: clock.read }));
    clock.forward(59_999);
    expect((await call("GET", "/routing/skills")).status).toBe(200);
    clock.forward(1);
    expect((await call("GET", "/routing/skills")).body.code).toBe("bad.credentials");
  });
});

describe("a client", () => {
  test.each([
    ["POST", "/routing/skills", "routing:skill:manage, routing:skill:create"],
    ["DELETE", "/routing/skills/x", "routing:skill:manage, routing:skill:delete"],
    ["PATCH", "/users/x/routingskills/bulk", "routing:skill:assign"],
    ["POST", "/users/search", "directory:user:view"],
    ["GET", "/architect/dependencytracking/build", "architect:dependencyTracking:view"],
    ["GET", "/routing/skillgroups", "routing:skillGroup:view"],
  ])("without the permission for %s %s gets an error that names it", async (method, path, permissions) => {
    const clients = [{ id: "reader", secret: "s", permissions: ["routing:skill:view"] }];
    const call = await login(await start({ clients }));
    const { status, body } = await call(method, path, method === "GET" ? undefined : {});
    expect([status, body.code]).toEqual([403, "missing.any.permissions"]);
    expect(body.message).toContain(`[${permissions}]`);
    expect(body.messageParams?.permissions).toBe(permissions);
  });

  test("needs only one of the permissions of a route", async () => {
    const clients = [{ id: "maker", secret: "s", permissions: ["routing:skill:create"] }];
    const call = await login(await start({ clients }));
    expect((await call("POST", "/routing/skills", { name: "Chat" })).status).toBe(200);
    expect((await call("DELETE", "/routing/skills/x")).status).toBe(403);
    expect((await call("GET", "/users")).status).toBe(200);
  });

  test("without a scope names the missing one", async () => {
    const clients = [{ id: "reader", secret: "s", scopes: ["routing:profile:read"] }];
    const call = await login(await start({ dialect: "profiles", clients }));
    expect((await call("GET", "/routing/profiles")).status).toBe(200);
    const refused = await call("PUT", "/routing/profiles/x", {});
    expect([refused.status, refused.body.message]).toEqual([
      403,
      expect.stringContaining("routing:profile:write"),
    ]);
  });

  test("of one division sees its users and skills, and skills without a division", async () => {
    const seed: Seed = {
      divisions: [{ name: "Home", home: true }, { name: "North" }],
      skills: [
        { name: "Everywhere" },
        { name: "Northern", division: "North" },
        { name: "Homely", division: "Home" },
      ],
      users: [
        { name: "Nora", email: "nora@example.com", division: "North", skills: { Everywhere: 1 } },
        { name: "Homer", email: "homer@example.com" },
      ],
    };
    const clients = [{ id: "north", secret: "s", divisions: ["North"] }];
    const sandbox = await start({ seed, clients });
    const call = await login(sandbox);
    expect(names(await call("GET", "/routing/skills"))).toEqual(["Everywhere", "Northern"]);
    expect(names(await call("GET", "/users"))).toEqual(["Nora"]);
    expect((await call("GET", `/users/${sandbox.manualEdits.userId("homer@example.com")}`)).status).toBe(404);
    expect((await call("GET", "/users/query")).status).toBe(403);
    const { body } = await call("GET", "/tokens/me");
    const divisions = await call("GET", "/authorization/divisions");
    expect(names(divisions)).toEqual(["Home", "North"]);
    expect(body.OAuthClient?.roleDivisions?.map((role) => role.divisionId)).toEqual([
      divisions.body.entities?.[1]?.id,
    ]);
  });

  test("of a division that does not exist is refused at the start", async () => {
    await expect(start({ clients: [{ id: "a", secret: "b", divisions: ["Nroth"] }] })).rejects.toThrow(
      "Nroth",
    );
  });
});

describe("the rate limit", () => {
  test("is shown in headers, answers 429, and starts again after a minute", async () => {
    const clock = fakeClock();
    const call = await login(await start({ requestsPerMinute: 2, clock: clock.read }));
    const first = await call("GET", "/routing/skills");
    expect([first.headers.get("inin-ratelimit-count"), first.headers.get("inin-ratelimit-allowed")]).toEqual([
      "1",
      "2",
    ]);
    expect(first.headers.get("inin-ratelimit-reset")).toBe("60");
    clock.forward(17_500);
    await call("GET", "/routing/skills");
    const refused = await call("GET", "/routing/skills");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("Retry-After")).toBe("43");
    expect(refused.body).toEqual({
      message: "Rate limit exceeded the maximum. Retry the request in [43] seconds",
      code: "too.many.requests.retry.after",
      status: 429,
      contextId: refused.headers.get("ININ-Correlation-Id"),
      details: [],
      errors: [],
    });
    clock.forward(42_500);
    expect((await call("GET", "/routing/skills")).status).toBe(200);
  });

  test.each([
    ["cloud", 200],
    ["profiles", 429],
  ] as const)("with %s answers a second token of the client with %i", async (dialect, status) => {
    const sandbox = await start({ dialect, requestsPerMinute: 1 });
    const [one, two] = [await login(sandbox), await login(sandbox)];
    await one("GET", "/routing/skills");
    expect((await two("GET", "/routing/skills")).status).toBe(status);
  });
});

describe("the record of requests", () => {
  test("holds requests and statuses, and no secret", async () => {
    const sandbox = await start({ seed: SEED });
    const call = await login(sandbox);
    await call("POST", "/routing/skills?x=1", { name: "Chat" });
    expect(sandbox.requests).toMatchObject([
      { method: "POST", path: "/oauth/token", status: 200, clientId: sandbox.clientId },
      { method: "POST", path: "/api/v2/routing/skills?x=1", status: 200, body: { name: "Chat" } },
    ]);
    expect(JSON.stringify(sandbox.requests)).not.toContain(sandbox.clientSecret);
  });
});
