import { expect, test } from "vitest";
import type { Sandbox, SandboxClient, SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { command } from "../support/command.ts";
import {
  environmentOf,
  SECRET,
  SMALL_SEED,
  SMALL_YAML,
  startOrganisation,
  writesOf,
} from "../support/organisation.ts";
import { makeRepository, UNHURRIED } from "../support/repository.ts";
import type { Findings } from "./clinic.ts";
import { findingsIn, listOf, nowhere, serve } from "./clinic.ts";

interface Case {
  readonly options?: Partial<SandboxOptions>;
  readonly client?: Partial<SandboxClient>;
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: string;
}

const ID = SMALL_SEED.organization?.id ?? "";

/** The doctor's findings in a folder that is no repository; nothing is written to the organisation. */
async function examine({ options = {}, client, env = {}, settings = UNHURRIED }: Case): Promise<Findings> {
  const sandbox = await startOrganisation({
    ...options,
    ...(client && { clients: [{ ...CLIENT, ...client }] }),
  });
  const { folder } = await makeRepository({ "a.yaml": SMALL_YAML, "settings.yaml": settings });
  const before = sandbox.snapshot();
  const run = await command("doctor --format json", { folder, env: environment(sandbox, env) });
  expect(writesOf(sandbox)).toEqual([]);
  expect(sandbox.snapshot()).toEqual(before);
  return findingsIn(run);
}

const CLIENT = { id: "3c6ad2a4-0000-4000-8000-000000000001", secret: SECRET };

function environment(sandbox: Sandbox, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], ...environmentOf(sandbox), ...more };
}

const AFTER_ORGANIZATION = ["dialect", "divisions", "reading", "writing", "rate-limit"];
const AFTER_TOKEN = ["organization", ...AFTER_ORGANIZATION];

function skippedOfGenesys(findings: Findings): string[] {
  const genesys = ["credentials", "region", "login", "api", "clock", "token", ...AFTER_TOKEN];
  return listOf(findings, "unchecked").filter((check) => genesys.includes(check));
}

test("An organisation in which all is well is ok from the credentials to the rate limit", async () => {
  const findings = await examine({
    options: { requestsPerMinute: 300 },
    settings: `organization: ${ID}\nrequests_per_minute: 250\n`,
  });
  expect(listOf(findings, "wrong")).toEqual([]);
  expect(listOf(findings, "warning")).toEqual(["repository NO_REPOSITORY"]);
  expect(skippedOfGenesys(findings)).toEqual([]);
  expect(findings["organization"]?.message).toContain(`Contact Centre (${ID})`);
  expect(findings["rate-limit"]?.message).toContain("allows 300");
  expect(findings["rate-limit"]?.message).toContain("250");
  expect(findings["assign-skills"]?.status).toBe("ok");
});

test("Without credentials the hosts are looked at all the same", async () => {
  const findings = await examine({ env: { GENESYS_CLIENT_ID: "", GENESYS_CLIENT_SECRET: " " } });
  expect(listOf(findings, "wrong")).toEqual(["credentials MISSING_CREDENTIALS"]);
  expect(findings["credentials"]?.hint).toContain("--sandbox");
  expect(findings["login"]?.status).toBe("ok");
  expect(skippedOfGenesys(findings)).toEqual(["token", ...AFTER_TOKEN]);
});

test("A wrong secret is found at the token, and what needs one is not checked", async () => {
  const findings = await examine({ env: { GENESYS_CLIENT_SECRET: "another-secret" } });
  expect(listOf(findings, "wrong")).toEqual(["token LOGIN_REFUSED"]);
  expect(findings["token"]?.hint).toContain("GENESYS_CLIENT_SECRET");
  expect(skippedOfGenesys(findings)).toEqual(AFTER_TOKEN);
  expect(JSON.stringify(findings)).not.toContain("another-secret");
});

test("An unknown region is reported with the nearest one, without a request", async () => {
  const hosts = { GENESYS_API_URL: "", GENESYS_LOGIN_URL: "" };
  const findings = await examine({ env: { ...hosts, GENESYS_ENV: "mypurecloud.i" } });
  expect(listOf(findings, "wrong")).toEqual(["region UNKNOWN_REGION"]);
  expect(findings["region"]?.hint).toContain("mypurecloud.ie");
  expect(findings["credentials"]?.status).toBe("ok");
  expect(skippedOfGenesys(findings)).toEqual(["login", "api", "clock", "token", ...AFTER_TOKEN]);
});

test("A missing host differs from wrong credentials", async () => {
  const url = await nowhere();
  const login = await examine({ env: { GENESYS_LOGIN_URL: url } });
  expect(listOf(login, "wrong")).toEqual(["login UNREACHABLE"]);
  expect(login["login"]?.hint).toContain("GENESYS_LOGIN_URL");
  expect(login["clock"]?.status).toBe("ok");
  expect(skippedOfGenesys(login)).toEqual(["token", ...AFTER_TOKEN]);

  const api = await examine({ env: { GENESYS_API_URL: url } });
  expect(listOf(api, "wrong")).toEqual(["api UNREACHABLE"]);
  expect(api["token"]?.status).toBe("ok");
  expect(skippedOfGenesys(api)).toEqual(AFTER_TOKEN);
});

test("An untrusted server differs from a missing one", async () => {
  const url = await serve((_, answer) => answer.end());
  const findings = await examine({ env: { GENESYS_API_URL: url.replace("http:", "https:") } });
  expect(listOf(findings, "wrong")).toEqual(["api TLS_FAILED"]);
  expect(findings["api"]?.hint).toContain("NODE_EXTRA_CA_CERTS");
});

test("An HTML page instead of JSON is reported as a page", async () => {
  const url = await serve((_, answer) => {
    answer.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><html>Sign in</html>");
  });
  const login = await examine({ env: { GENESYS_LOGIN_URL: url } });
  expect(listOf(login, "wrong")).toEqual(["token BAD_ANSWER"]);
  expect(login["token"]?.message).toContain("a page of HTML");
  expect(login["token"]?.hint).toContain("GENESYS_LOGIN_URL");

  const api = await examine({ env: { GENESYS_API_URL: url } });
  expect(listOf(api, "wrong")).toEqual(["organization BAD_ANSWER"]);
  expect(api["organization"]?.hint).toContain("GENESYS_API_URL");
  expect(skippedOfGenesys(api)).toEqual(AFTER_ORGANIZATION);
});

test("A server that knows none of Genesys's paths is no Genesys API", async () => {
  const url = await serve((_, answer) => answer.writeHead(404).end());
  expect(listOf(await examine({ env: { GENESYS_LOGIN_URL: url } }), "wrong")).toEqual(["token WRONG_URL"]);
  expect(listOf(await examine({ env: { GENESYS_API_URL: url } }), "wrong")).toEqual([
    "organization WRONG_URL",
  ]);
});

test("A clock that differs from the server's by an hour is a warning that says in which way", async () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
  const url = await serve((_, answer) => answer.writeHead(401, { date: inAnHour }).end());
  const findings = await examine({ env: { GENESYS_API_URL: url } });
  expect(listOf(findings, "wrong")).toEqual(["organization UNAUTHORIZED"]);
  expect(findings["clock"]).toMatchObject({ status: "warning", code: "CLOCK_WRONG" });
  expect(findings["clock"]?.message).toMatch(/\d+ minutes slow/);
});

test("Settings may spell the organisation's id with capitals, as they may for a plan", async () => {
  const findings = await examine({ settings: `${UNHURRIED}organization: ${ID.toUpperCase()}\n` });
  expect(listOf(findings, "wrong")).toEqual([]);
  expect(findings["organization"]?.message).toContain("as settings.yaml says");
});

test("Settings that name another organisation or another API are wrong", async () => {
  const findings = await examine({ settings: `${UNHURRIED}organization: other-id\napi: profiles\n` });
  expect(listOf(findings, "wrong")).toEqual(["organization WRONG_ORG", "dialect WRONG_DIALECT"]);
  expect(findings["organization"]?.message).toContain("other-id");
});

test("A limit above the server's is a warning that says what to write", async () => {
  const findings = await examine({
    options: { requestsPerMinute: 100 },
    settings: "requests_per_minute: 300\n",
  });
  expect(findings["rate-limit"]).toMatchObject({ status: "warning", code: "RATE_LIMIT" });
  expect(findings["rate-limit"]?.hint).toContain("requests_per_minute: 100");
});

// ── Permissions ──────────────────────────────────────────────────────────────────────────────────────

const ALL = [
  ...["routing:skill:view", "routing:skill:manage", "routing:skill:assign", "directory:user:view"],
  ...["architect:dependencyTracking:view", "routing:skillGroup:view"],
];

const without = (permission: string): string[] => ALL.filter((one) => one !== permission);

test.each([
  ["directory:user:view", "search-users", "wrong"],
  ["routing:skill:view", "read-skills", "warning"],
  ["architect:dependencyTracking:view", "read-flows", "warning"],
  ["routing:skillGroup:view", "read-skill-groups", "warning"],
  ["routing:skill:assign", "assign-skills", "warning"],
] as const)("A client without %s is reported by the check %s", async (permission, check, status) => {
  const findings = await examine({ client: { permissions: without(permission) } });
  expect(findings[check]).toMatchObject({ status, code: "FORBIDDEN" });
  expect(`${findings[check]?.message ?? ""} ${findings[check]?.hint ?? ""}`).toContain(permission);
  const others = [...listOf(findings, "wrong"), ...listOf(findings, "warning")];
  expect(others.filter((one) => one.endsWith("FORBIDDEN"))).toEqual([`${check} FORBIDDEN`]);
});

test("Either of two permissions is enough, and a client that only plans has no error", async () => {
  const both = ["routing:skill:create", "routing:skill:delete"];
  const either = await examine({ client: { permissions: [...without("routing:skill:manage"), ...both] } });
  expect(either["create-skills"]?.status).toBe("ok");
  const reader = ALL.filter((one) => one.endsWith(":view"));
  const findings = await examine({ client: { permissions: reader } });
  expect(listOf(findings, "wrong")).toEqual([]);
  expect(listOf(findings, "warning")).toEqual(
    expect.arrayContaining(["create-skills FORBIDDEN", "delete-skills FORBIDDEN", "assign-skills FORBIDDEN"]),
  );
});

test("A client that sees only some divisions gets the consequences", async () => {
  const seed = { ...SMALL_SEED, divisions: [{ name: "North" }, { name: "South" }] };
  const findings = await examine({ options: { seed }, client: { divisions: ["North"] } });
  expect(findings["divisions"]).toMatchObject({ status: "warning", code: "LIMITED_VIEW" });
});

test("With routing profiles the token's scopes say what may be written", async () => {
  const scopes = ["routing:skill:read", "routing:skill:write", "routing:profile:read", "user:read"];
  const findings = await examine({ options: { dialect: "profiles" }, client: { scopes } });
  expect(findings["change-skills"]?.status).toBe("ok");
  expect(findings["read-profiles"]?.status).toBe("ok");
  expect(findings["assign-skills"]?.message).toContain("routing:user:write");
  expect(findings["change-profiles"]).toMatchObject({ status: "warning", code: "FORBIDDEN" });
});

test("Facts that need a write are not guessed", async () => {
  const findings = await examine({ options: { dialect: "profiles" } });
  expect(findings["writing"]?.status).toBe("unchecked");
  expect(findings["writing"]?.hint).toContain("routing:skill:write");
  expect(findings["assign-skills"]).toBeUndefined();
});
