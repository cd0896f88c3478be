import { describe, expect, it, onTestFinished } from "vitest";
import { readSettings } from "../../src/desired/settings.ts";
import { connect } from "../../src/genesys/connect.ts";
import { emptyLedger } from "../support/empty-ledger.ts";
import { estimateLive } from "../../src/live/estimate.ts";
import { readReferences } from "../../src/live/references.ts";
import type { Desired, Ledger, References } from "../../src/model.ts";
import type { Sandbox, SandboxOptions, Seed } from "../../src/sandbox/sandbox.ts";
import type { Reply } from "../genesys/scripted-server.ts";
import { page, startScripted } from "../genesys/scripted-server.ts";
import { createTestClock } from "../http/test-clock.ts";
import { startOrganisation } from "../support/organisation.ts";

const seed: Seed = {
  skills: [{ name: "Billing" }, { name: "Sales" }, { name: "Spare" }],
  flows: [
    { name: "Main", skills: ["Billing", "Sales"] },
    { name: "Back", skills: ["Billing"] },
  ],
  skillGroups: [
    { name: "Desk", skills: ["billing"] },
    { name: "Agents", skills: ["Billing", "Sales"] },
    { name: "Others", skills: ["Billing Tier 2"] },
  ],
};

const SECRET = "secret";
const TRACKING = "architect:dependencyTracking:view";
const GROUPS = "routing:skillGroup:view";
const BASIC = ["routing:skill:view", "directory:user:view"];

/** Asks a sandbox for what refers to the skills of these names; answers it by name, and what was requested. */
async function ask(names: readonly string[], options: Partial<SandboxOptions> = {}) {
  const sandbox = await startOrganisation({ seed, ...options });
  const found = await askOf(sandbox, names);
  return { sandbox, ...found };
}

async function askOf(sandbox: Sandbox, names: readonly string[]) {
  const credentials = { ...sandbox, apiUrl: sandbox.url, loginUrl: sandbox.url };
  const connection = await connect({
    credentials,
    clock: createTestClock(),
    requestsPerMinute: 6000,
    deadlineSeconds: 60,
  });
  onTestFinished(() => connection.close());
  const before = sandbox.requests.length;
  const skills = names.map((name) => ({ id: sandbox.manualEdits.skillId(name), name }));
  const references = await readReferences(connection.reader, skills);
  const paths = sandbox.requests.slice(before).map(({ path }) => path.replace(/[?].*|[0-9a-f-]{36}/g, ""));
  const of = (name: string): References | undefined => references.get(sandbox.manualEdits.skillId(name));
  return { references, of, paths: paths.sort() };
}

const reasonOf = (references: References | undefined) =>
  references?.kind === "unknown" ? references.reason : references;

describe("what refers to skills", () => {
  it("are flows by id and skill groups by name, whatever its case, each sorted by name", async () => {
    const { of, references } = await ask(["Billing", "Sales", "Spare"]);
    expect(references.size).toBe(3);
    expect(of("Billing")).toEqual({
      kind: "known",
      flows: ["Back", "Main"],
      skillGroups: ["Agents", "Desk"],
    });
    expect(of("Sales")).toEqual({ kind: "known", flows: ["Main"], skillGroups: ["Agents"] });
    expect(of("Spare")).toEqual({ kind: "known", flows: [], skillGroups: [] });
  });

  it("is the same in both dialects", async () => {
    const { of } = await ask(["Sales"], { dialect: "profiles" });
    expect(of("Sales")).toEqual({ kind: "known", flows: ["Main"], skillGroups: ["Agents"] });
  });

  it("takes a request for each skill and each skill group, and two", async () => {
    const { paths } = await ask(["Billing", "Sales"]);
    expect(paths).toEqual([
      "/api/v2/architect/dependencytracking/build",
      ...Array.from({ length: 2 }, () => "/api/v2/architect/dependencytracking/consumingresources"),
      "/api/v2/routing/skillgroups",
      ...Array.from({ length: 3 }, () => "/api/v2/routing/skillgroups/"),
    ]);
  });

  it("takes no request where no skill is asked for", async () => {
    const { paths, references } = await ask([]);
    expect([paths, references.size]).toEqual([[], 0]);
  });

  it("is found on every page", async () => {
    const many = (what: string) =>
      Array.from({ length: 230 }, (_, index) => ({ name: `${what} ${index}`, skills: ["Sales"] }));
    const large: Seed = { skills: [{ name: "Sales" }], flows: many("Flow"), skillGroups: many("Group") };
    const { of } = await ask(["Sales"], { seed: large });
    expect(of("Sales")).toMatchObject({
      kind: "known",
      flows: { length: 230 },
      skillGroups: { length: 230 },
    });
  });
});

describe("the consumers of skills are unknown", () => {
  it("while the index is being built, without asking it", async () => {
    const { of, paths } = await ask(["Spare"], { faults: { indexBuilding: true } });
    expect(reasonOf(of("Spare"))).toMatch(/^dependency tracking .* its index is still being built/);
    expect(paths).not.toContain("/api/v2/architect/dependencytracking/consumingresources");
  });

  it.each([
    [[...BASIC, GROUPS], [TRACKING]],
    [[...BASIC, TRACKING], [GROUPS]],
    [BASIC, [TRACKING, GROUPS]],
  ])("to a client with %s, which is told of %s", async (permissions, missing) => {
    const clients = [{ id: "a", secret: SECRET, permissions }];
    const { of } = await ask(["Spare"], { clients });
    const reason = reasonOf(of("Spare"));
    for (const one of [TRACKING, GROUPS]) {
      if (missing.includes(one)) expect(reason).toContain(`the client lacks the permission ${one}`);
      else expect(reason).not.toContain(one);
    }
  });

  it.each<readonly [string, Partial<SandboxOptions>["faults"], RegExp]>([
    ["the index", { serverError: { every: 1, on: "/build" } }, /^dependency tracking .*build: 500/],
    ["the search", { serverError: { every: 1, on: "/consuming" } }, /^dependency tracking .*500/],
    [
      "a search's end",
      { shortPage: { every: 1, on: "/consuming" } },
      /^dependency tracking .*but 0 were read/,
    ],
    ["the list of skill groups", { serverError: { every: 1, on: "/skillgroups?" } }, /^skill groups .*500/],
    ["one skill group", { serverError: { every: 2, on: "/skillgroups/" } }, /^skill groups .*500/],
  ])("where %s fails", async (_, faults, reason) => {
    const { of } = await ask(["Sales"], { faults: { serverErrorStatus: 500, ...faults } });
    expect(reasonOf(of("Sales"))).toMatch(reason);
  });

  it("of one skill alone where only its search fails", async () => {
    const sandbox = await startOrganisation({ seed });
    const on = `consumingresources?id=${sandbox.manualEdits.skillId("Sales")}`;
    sandbox.faults.set({ serverErrorStatus: 500, serverError: { every: 1, on } });
    const { of } = await askOf(sandbox, ["Sales", "Billing"]);
    expect([of("Sales")?.kind, of("Billing")?.kind]).toEqual(["unknown", "known"]);
  });

  it("where the index lacks what the last build couldn't read", async () => {
    const failedObjects = Array.from({ length: 4 }, (_, index) => ({
      id: `f-${index}`,
      name: `Flow ${index}`,
    }));
    const answers: Record<string, Reply> = {
      "/api/v2/tokens/me": { body: { organization: { id: "org", name: "Example" } } },
      "/api/v2/architect/dependencytracking/build": { body: { status: "OPERATIONAL", failedObjects } },
      "/api/v2/routing/skillgroups": page([]),
    };
    const server = await startScripted(({ path }) => answers[path]);
    onTestFinished(server.close);
    const connection = await connect({ credentials: server.credentials, clock: createTestClock() });
    onTestFinished(() => connection.close());
    const references = await readReferences(connection.reader, [{ id: "s", name: "Sales" }]);
    expect(reasonOf(references.get("s"))).toMatch(/lacks 4 objects, such as "Flow 0", "Flow 1", "Flow 2"$/);
  });

  it("where the organisation can't be reached any more", async () => {
    const sandbox = await startOrganisation({ seed });
    const credentials = { ...sandbox, apiUrl: sandbox.url, loginUrl: sandbox.url };
    const connection = await connect({ credentials, clock: createTestClock(), deadlineSeconds: 60 });
    onTestFinished(() => connection.close());
    await sandbox.close();
    const references = await readReferences(connection.reader, [{ id: "s", name: "Sales" }]);
    expect(references.get("s")?.kind).toBe("unknown");
  });
});

describe("an estimate", () => {
  it("believes that nothing refers to the ledger's skills", () => {
    const desired: Desired = {
      target: "default",
      settings: readSettings([]),
      skills: [],
      profiles: [],
      users: [],
      groups: [],
    };
    const ledger: Ledger = {
      ...emptyLedger("default", "org", "cloud"),
      skills: [
        { slug: "sales", id: "s-1", name: "Sales", protected: false },
        { slug: "spare", id: "new:spare", name: "Spare", protected: false },
      ],
    };
    const { skills, references } = estimateLive(desired, ledger);
    expect([...references.keys()]).toEqual(skills.entities.map(({ id }) => id));
    expect(new Set(references.values())).toEqual(new Set([{ kind: "known", flows: [], skillGroups: [] }]));
    expect(estimateLive(desired, null).references.size).toBe(0);
  });
});
