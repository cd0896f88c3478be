/** Starts sandboxes that end with their test, and calls them with nothing but fetch. */
import { onTestFinished } from "vitest";
import type { Sandbox, SandboxOptions, Seed } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";

/** The fields of answers that tests look into; any of them may be absent. */
export interface Json {
  readonly [field: string]: unknown;
  readonly access_token?: string;
  readonly id?: string;
  readonly name?: string;
  readonly division?: Json;
  readonly parent?: Json;
  readonly limit?: Json;
  readonly messageParams?: Json;
  readonly OAuthClient?: Json;
  readonly entities?: readonly Json[];
  readonly results?: readonly Json[];
  readonly details?: readonly Json[];
  readonly roleDivisions?: readonly Json[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export const SEED: Seed = {
  organization: { id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001", name: "Contact Centre" },
  skills: [
    { name: "Billing", description: "Bills" },
    { name: "Complaints" },
    { name: "Sales" },
    { name: "Old", state: "deleted" },
  ],
  users: [
    { name: "Ann Lee", email: "ann@example.com", skills: { Billing: 3, Sales: 2.5 } },
    { name: "Bob Ray", email: "bob@example.com", skills: { Billing: 1 } },
    { name: "Cleo Fox", email: "cleo@example.com" },
    { name: "Dan Away", email: "dan@example.com", state: "inactive" },
    { name: "Eve Gone", email: "eve@example.com", state: "deleted" },
  ],
  groups: [{ name: "Desk", members: ["ann@example.com", "bob@example.com"], owners: ["cleo@example.com"] }],
  profiles: [
    { name: "Everyone", skills: ["Complaints"] },
    { name: "Support", description: "First line", parent: "Everyone", skills: ["Billing"] },
  ],
  skillGroups: [{ name: "Billers", skills: ["Billing"] }],
  flows: [{ name: "Main menu", skills: ["Billing"] }],
};

/** A sandbox with `SEED`, `cloud` and no rate limit unless the options say otherwise. */
export async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ dialect: "cloud", seed: SEED, requestsPerMinute: 0, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** Logs in and gives a function that makes requests below /api/v2; it throws where the connection is destroyed. */
export async function login(
  sandbox: Sandbox,
  client = { id: sandbox.clientId, secret: sandbox.clientSecret },
): Promise<(method: string, path: string, body?: unknown) => Promise<Answer>> {
  const { body } = await askToken(sandbox, client);
  return async (method, path, sent) => {
    const answer = await fetch(`${sandbox.url}/api/v2${path}`, {
      method,
      headers: { Authorization: `Bearer ${body.access_token}`, "Content-Type": "application/json" },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    return { status: answer.status, headers: answer.headers, body: parse(await answer.text()) };
  };
}

/** Asks the login host for a token. */
export async function askToken(
  sandbox: Sandbox,
  { id, secret }: { id: string; secret: string },
  grantType = "client_credentials",
): Promise<Answer> {
  const answer = await fetch(`${sandbox.url}/oauth/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: grantType }),
  });
  return { status: answer.status, headers: answer.headers, body: parse(await answer.text()) };
}

/** The names of the entities of a list, in its order. */
export function names(answer: Answer): string[] {
  return answer.body.entities?.map((entity) => String(entity.name)) ?? [];
}

/** The user of this e-mail as the snapshot shows them. */
export function userOf(sandbox: Sandbox, email: string) {
  return sandbox.snapshot().users.find((user) => user.email === email);
}

function parse(text: string): Json {
  return (text === "" ? {} : JSON.parse(text)) as Json;
}
