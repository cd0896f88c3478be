/** Sandboxes that end with their test, and what tests ask of them. */
import { onTestFinished } from "vitest";
import type { RequestRecord, Sandbox, SandboxOptions, Seed } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";

/** Nothing else that is printed looks like it. */
export const SECRET = "s3cr3t-of-the-tests";

const CLIENT = { id: "7d1f0a52-58a8-4c2f-9a39-8f6b54d1c0aa", secret: SECRET };

/** A small contact centre with work done by hand. */
export const SMALL_SEED: Seed = {
  organization: { id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001", name: "Contact Centre" },
  skills: [{ name: "Billing", description: "Bills" }, { name: "Complaints" }, { name: "Sales" }],
  users: [
    { name: "Ann Lee", email: "ann@example.com", skills: { Billing: 3, Sales: 2 } },
    { name: "Bob Ray", email: "bob@example.com", skills: { Billing: 1, Complaints: 5 } },
    { name: "Cleo Fox", email: "cleo@example.com", skills: { Sales: 4 } },
    { name: "Dora Kim", email: "dora@example.com" },
  ],
  groups: [{ name: "Desk", members: ["bob@example.com", "dora@example.com"] }],
  profiles: [{ name: "Support", description: "Old words", skills: ["Complaints"] }],
};

/** What the small contact centre is to become: something of every kind of operation but losses. */
export const SMALL_YAML = `
skills:
  - name: Billing
    description: Invoices and refunds
    assign_to_users:
      - { user: ann@example.com, proficiency: 4 }
      - cleo@example.com
  - name: Refunds
    description: Pays money back
    assign_to_groups: [{ group: Desk, proficiency: 2 }]
  - name: Night Shift
profiles:
  - name: Support
    description: First line
    skills: [Billing, { skill: Refunds, proficiency: 3 }]
    members: { users: [ann@example.com] }
`;

/** A sandbox with the small seed, `cloud` and no rate limit unless the options say otherwise. */
export async function startOrganisation(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    dialect: "cloud",
    seed: SMALL_SEED,
    requestsPerMinute: 0,
    clients: [CLIENT],
    ...options,
  });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** The variables that point the program at a sandbox. */
export function environmentOf({
  url,
  clientId,
  clientSecret,
}: Pick<Sandbox, "url" | "clientId" | "clientSecret">): Record<string, string> {
  return {
    GENESYS_API_URL: url,
    GENESYS_LOGIN_URL: url,
    GENESYS_CLIENT_ID: clientId,
    GENESYS_CLIENT_SECRET: clientSecret,
  };
}

/** The requests that may have changed something: all but GETs, tokens and the search for users. */
export function writesOf({ requests }: Sandbox): readonly RequestRecord[] {
  return requests.filter(
    ({ method, path }) => method !== "GET" && !path.startsWith("/oauth/") && path !== "/api/v2/users/search",
  );
}

/** Every assignment as `e-mail skill proficiency`, sorted. */
export function assignmentsOf(sandbox: Sandbox): string[] {
  return sandbox
    .snapshot()
    .users.flatMap(({ email, skills }) =>
      Object.entries(skills).map(([skill, proficiency]) => `${email} ${skill} ${proficiency}`),
    );
}

/** What the user holds: proficiency by name of skill. */
export function skillsOf(sandbox: Sandbox, email: string): Readonly<Record<string, number>> {
  return sandbox.snapshot().users.find((user) => user.email === email)?.skills ?? {};
}

/** The data in names, without the ids that follow from how things were made. */
export function pictureOf(sandbox: Sandbox): unknown {
  const { skills, profiles } = sandbox.snapshot();
  return {
    skills: skills.map(({ name, description }) => ({ name, description })),
    profiles: profiles.map(({ name, description, skills }) => ({ name, description, skills })),
    assignments: assignmentsOf(sandbox),
  };
}
