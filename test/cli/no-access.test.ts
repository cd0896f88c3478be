import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Faults, SandboxClient } from "../../src/sandbox/sandbox.ts";
import { command } from "../support/command.ts";
import { environmentOf, SECRET, SMALL_YAML, startOrganisation, writesOf } from "../support/organisation.ts";
import type { Refused } from "../support/refusal.ts";
import { expectRefused } from "../support/refusal.ts";
import { makeRepository } from "../support/repository.ts";

interface Case extends Refused {
  readonly title: string;
  readonly line?: string;
  /** Laid over the right ones. */
  readonly env?: Readonly<Record<string, string>>;
  readonly client?: Partial<SandboxClient>;
  readonly dialect?: "cloud" | "profiles";
  readonly faults?: Faults;
  readonly yaml?: string;
}

async function run({
  line = "apply --yes --no-ledger",
  env = {},
  client,
  dialect = "cloud",
  faults,
  yaml,
}: Case) {
  const sandbox = await startOrganisation({
    dialect,
    ...(client && { clients: [{ id: "3c6ad2a4-0000-4000-8000-000000000001", secret: SECRET, ...client }] }),
  });
  if (faults) sandbox.faults.set(faults);
  const { folder } = await makeRepository({ "a.yaml": yaml ?? SMALL_YAML });
  return { sandbox, run: await command(line, { folder, env: { ...environmentOf(sandbox), ...env } }) };
}

/** A server that gives every request the same answer; its URL. */
async function serve(status: number, type: string, body: string): Promise<string> {
  const server = createServer((_, answer) => answer.writeHead(status, { "content-type": type }).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function allBut(permission: string): string[] {
  return [
    "routing:skill:view",
    "routing:skill:create",
    "routing:skill:assign",
    "directory:user:view",
    "directory:group:view",
  ].filter((one) => one !== permission);
}

describe("an organisation is not reached", () => {
  const cases: readonly Case[] = [
    {
      title: "without credentials",
      env: { GENESYS_CLIENT_ID: "", GENESYS_CLIENT_SECRET: "" },
      exitCode: 1,
      says: ["MISSING_CREDENTIALS", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET", "GENESYS_ENV", "--sandbox"],
    },
    {
      title: "with a wrong secret",
      env: { GENESYS_CLIENT_SECRET: "another-secret" },
      exitCode: 1,
      says: ["LOGIN_REFUSED", "401", "GENESYS_CLIENT_SECRET", "GENESYS_ENV", "correlation id"],
    },
    {
      title: "in a region that is misspelt",
      env: { GENESYS_API_URL: "", GENESYS_LOGIN_URL: "", GENESYS_ENV: "mypurecloud.i" },
      exitCode: 1,
      says: ["UNKNOWN_REGION", "GENESYS_ENV", "mypurecloud.i", 'mean "mypurecloud.ie"?'],
    },
    {
      title: "over a URL that is none",
      env: { GENESYS_API_URL: "somewhere" },
      exitCode: 1,
      says: ["BAD_URL", "GENESYS_API_URL", "https://"],
    },
    {
      title: "over http, which would show the secret",
      env: { GENESYS_LOGIN_URL: "http://login.example.com" },
      exitCode: 1,
      says: ["BAD_URL", "GENESYS_LOGIN_URL", "in the clear", "https://"],
    },
  ];

  test.each(cases.map((one) => [one.title, one] as const))("%s, and the message says why", async (_, one) => {
    const { run: result, sandbox } = await run(one);
    expectRefused(result, one, sandbox);
    expect(result.text).not.toContain("another-secret");
  });

  test("where a URL leads to a web page", async () => {
    const url = await serve(200, "text/html", "<!doctype html><html><body>Sign in</body></html>");
    for (const name of ["GENESYS_LOGIN_URL", "GENESYS_API_URL"]) {
      const says = ["BAD_ANSWER", "a page of HTML"];
      const one: Case = { title: "", env: { [name]: url }, exitCode: 1, says };
      const { run: result, sandbox } = await run(one);
      expectRefused(result, one, sandbox);
      expect(result.text).not.toContain("Sign in");
    }
  });

  test("where a URL leads to another API", async () => {
    const url = await serve(404, "text/plain", "not here");
    for (const name of ["GENESYS_LOGIN_URL", "GENESYS_API_URL"]) {
      const one: Case = {
        title: "",
        env: { [name]: url },
        exitCode: 1,
        says: ["WRONG_URL", `Correct`, name],
      };
      const { run: result, sandbox } = await run(one);
      expectRefused(result, one, sandbox);
    }
  });
});

describe("a client that may not do all", () => {
  test("search for a user gets the permission, the role and the correlation id", async () => {
    const one: Case = {
      title: "",
      client: { permissions: allBut("directory:user:view") },
      yaml: "- { name: Billing, assign_to_users: [somebody.else@example.com] }",
      exitCode: 1,
      says: ["FORBIDDEN", "403", "directory:user:view", "Add", "role", "correlation id"],
    };
    const { run: result, sandbox } = await run(one);
    expectRefused(result, one, sandbox);
  });

  test("assign skills fails at each user, names the permission, and creates what it may", async () => {
    const client = { permissions: allBut("routing:skill:assign") };
    const { run: result, sandbox } = await run({ title: "", client, exitCode: 1, says: [] });
    expect(result.exitCode).toBe(1);
    expect(result.out).toContain("routing:skill:assign");
    expect(result.out).toMatch(/Applied: 2 done, \d+ failed, 0 skipped\./);
    expect(sandbox.snapshot().skills.map(({ name }) => name)).toContain("Refunds");
    expect(result.text).not.toMatch(/^\s+at /m);
  });

  test("doesn't write with the scopes of a reader", async () => {
    const scopes = ["routing:skill:read", "routing:profile:read", "user:read"];
    const one: Case = { title: "", dialect: "profiles", client: { scopes }, exitCode: 1, says: [] };
    const { run: result, sandbox } = await run(one);
    expect(result.exitCode).toBe(1);
    expect(result.out).toContain("scope routing:skill:write");
    expect(writesOf(sandbox).filter(({ status }) => status !== 403)).toEqual([]);
    const planned = await run({ ...one, line: "plan" });
    expect(planned.run.exitCode).toBe(0);
  });
});

describe("a list that isn't whole", () => {
  const cases: readonly Case[] = [
    { title: "ends early", faults: { earlyEnd: { every: 1, on: "/users?" } }, exitCode: 1, says: ["users"] },
    {
      title: "lacks an entity",
      faults: { shortPage: { every: 1, on: "/skills" } },
      exitCode: 1,
      says: ["skills"],
    },
    {
      title: "breaks off",
      faults: { failPage: { every: 1, on: "/groups" }, serverErrorStatus: 500 },
      exitCode: 1,
      says: ["groups", "page 1", "correlation id"],
    },
  ];

  test.each(cases.map((one) => [one.title, one] as const))("refuses the plan if it %s", async (_, one) => {
    const { run: result, sandbox } = await run(one);
    const says = [...one.says, "INCOMPLETE", "Try again later"];
    expectRefused(result, { ...one, says }, sandbox);
  });
});
