import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { Failure } from "../../src/problem.ts";
import type { History, HistoryEvent } from "../../src/report/history/render.ts";
import type { Seed } from "../../src/sandbox/sandbox.ts";
import { openApi } from "../../src/server/openapi.ts";
import { get, serve, snapshotOf } from "./serving.ts";

/** An organisation with something of everything that the answers can say. */
const YAML = `
skills:
  - name: Billing
    description: Invoices
    protected: true
    exclusive: true
    assign_to_users: [{ user: ann@example.com, proficiency: 4, from: 2026-11-01, until: 2026-12-24 }, gone@example.com]
  - { name: sales, assign_to_groups: [{ group: Desk, proficiency: 2.5 }] }
  - { name: Complaints, managed: false }
  - { name: Night Shift, previously: [Nights], assign_to_users: [{ user: new@example.com, from: 2026-12-01 }] }
profiles:
  - { name: Everyone, skills: [sales] }
  - name: Support
    description: First line
    extends: [Everyone]
    skills: [{ skill: Billing, proficiency: 3 }, Night Shift]
    members: { users: [ann@example.com], groups: [Desk] }
`;
const SEED: Seed = {
  skills: ["Billing", "Sales", "Complaints", "Nights", "Unmanaged"].map((name) => ({ name })),
  users: [
    { name: "Ann", email: "ann@example.com", skills: { Billing: 3, Sales: 0, Nights: 1.5 } },
    { name: "Bob", email: "bob@example.com", skills: { Billing: 1, Complaints: 5, Unmanaged: 2 } },
    { name: "Gone", email: "gone@example.com", state: "inactive" },
  ],
  groups: [{ name: "Desk", members: ["bob@example.com"] }],
};

const { schemas: SCHEMAS } = openApi()["components"] as { schemas: Record<string, object> };
const ajv = new Ajv2020({ strict: false, formats: { "date-time": true, date: true } });
ajv.addSchema({ $id: "api", components: { schemas: SCHEMAS } });

function expectShape(name: string, value: unknown): void {
  const fits = ajv.compile({ $ref: `api#/components/schemas/${name}` });
  fits(value);
  expect(fits.errors, JSON.stringify(value).slice(0, 500)).toBeNull();
}

interface Described {
  readonly paths: Record<string, { readonly get: DescribedOperation }>;
}
interface DescribedOperation {
  readonly responses: Record<
    string,
    { readonly content?: Record<string, { readonly schema: { $ref?: string } }> }
  >;
}

/** The schema that the document names for an answer in JSON. */
function schemaOf({ responses }: DescribedOperation, status: number): string {
  const ref = responses[String(status)]?.content?.["application/json"]?.schema.$ref ?? "";
  return ref.replace("#/components/schemas/", "");
}

/** Billing has one of each kind of event; nobody else is known. */
const HISTORY: History = {
  ...{ version: 1, target: "default", name: "Billing" },
  subjects: [{ kind: "skill", id: "s", name: "Billing", before: [] }],
  events: [
    { user: { id: "u", email: "ann@example.com" }, field: "assignment", from: null, to: 2.5 },
    { user: { id: "u", email: null }, field: "assignment", from: 1, to: null },
    { user: { id: "u", email: null }, field: "until", from: null, to: "2027-01-06" },
    { user: null, field: "existence", from: null, to: true },
    { user: null, field: "description", from: "Old", to: "New" },
    { user: null, field: "protected", from: true, to: null },
  ].map((fact, at) => ({
    ...{ day: "2026-10-03", at: "2026-10-03T08:00:00.000Z", skill: { id: "s", name: "Billing" } },
    ...(fact as Pick<HistoryEvent, "user" | "field" | "from" | "to">),
    ...{
      written: at % 2 === 0,
      cause: at % 2 === 0 ? "edit" : null,
      commit: "c",
      revision: at === 0 ? "r" : null,
    },
    ...{ author: "Mina", pullRequests: at === 0 ? [1, 12] : [] },
  })),
};

async function serveAll(options = {}) {
  const snapshot = await snapshotOf(SEED, YAML);
  const readHistory = (name: string): Promise<History | null> =>
    name === "down"
      ? Promise.reject(new Failure({ code: "LEDGER_UNREACHABLE", message: "The remote can't be reached." }))
      : Promise.resolve(name === "Billing" ? HISTORY : null);
  return serve(() => Promise.resolve(snapshot), { readHistory, ...options });
}

describe("The document", () => {
  test("is served as it is, and every schema compiles", async () => {
    const { url } = await serveAll();
    expect((await get(url, "/openapi.json")).json).toEqual(JSON.parse(JSON.stringify(openApi())));
    for (const name of Object.keys(SCHEMAS)) ajv.compile({ $ref: `api#/components/schemas/${name}` });
  });

  test.each([
    ["/api/skills/search", "/api/skills/search?q=s", 200],
    ["/api/skills/search", "/api/skills/search?q=", 422],
    ["/api/skills/{skill}", "/api/skills/nothing", 404],
    ["/api/skills/{skill}", "/api/skills/%ff", 422],
    ["/api/profiles", "/api/profiles", 200],
    ["/api/profiles", "/api/profiles?page=0", 422],
    ["/api/coverage", "/api/coverage", 200],
    ["/api/coverage", "/api/coverage?size=101", 422],
    ["/api/schedule", "/api/schedule", 200],
    ["/api/history", "/api/history?name=Billing", 200],
    ["/api/history", "/api/history?name=Billing&page=3&size=2", 200],
    ["/api/history", "/api/history?name=nobody", 404],
    ["/api/history", "/api/history?name=__proto__", 404],
    ["/api/history", "/api/history", 422],
    ["/api/history", "/api/history?name=%20", 422],
    ["/api/history", "/api/history?name=a&name=b", 422],
    ["/api/history", "/api/history?name=%ff", 422],
    ["/api/history", `/api/history?name=${"x".repeat(201)}`, 422],
    ["/api/history", "/api/history?name=a&size=0", 422],
    ["/api/history", "/api/history?name=down", 503],
    ["/api/reports/impact", "/api/reports/impact", 200],
    ["/healthz", "/healthz", 200],
  ])("describes %s: %s answers %i", async (path, url, status) => {
    const serving = await serveAll();
    const { paths } = openApi() as unknown as Described;
    const operation = paths[path]?.get;
    const got = await get(serving.url, url);
    expect(got.status).toBe(status);
    expect(operation?.responses[String(status)]).toBeDefined();
    const [type = ""] = String(got.headers["content-type"]).split(";");
    expect(Object.keys(operation?.responses[String(status)]?.content ?? {})).toContain(type);
    if (operation && got.json !== undefined) expectShape(schemaOf(operation, status), got.json);
  });

  test("tells the truth of every skill", async () => {
    const { url } = await serveAll();
    const { json } = await get(url, "/api/skills/search?q=s&size=100");
    const found = json as { entities: { key: string; standing: string }[] };
    expect(new Set(found.entities.map(({ standing }) => standing))).toContain("unmanaged");
    for (const key of ["billing", "sales", "complaints", "night-shift", "nights", "unmanaged"]) {
      const got = await get(url, `/api/skills/${key}`);
      expect(got.status, key).toBe(200);
      expectShape("SkillDetail", got.json);
    }
  });

  test("tells the truth of a server without a snapshot, with a token, and asked wrongly", async () => {
    const down = await serve(() => Promise.reject(new Error("down")));
    expectShape("RefusalAnswer", (await get(down.url, "/api/coverage")).json);
    expectShape("HealthAnswer", (await get(down.url, "/healthz")).json);
    const { url } = await serveAll({ token: "0123456789abcdef" });
    expectShape("HealthAnswer", (await get(url, "/healthz")).json);
    expectShape("RefusalAnswer", (await get(url, "/api/coverage")).json);
    expectShape("RefusalAnswer", (await get(url, "/", { method: "POST" })).json);
    expectShape("RefusalAnswer", (await get(url, "/", { headers: { host: "evil.example" } })).json);
  });
});
