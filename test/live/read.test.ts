import { afterEach, describe, expect, it } from "vitest";
import { connect } from "../../src/genesys/connect.ts";
import type { Wanted } from "../../src/live/read.ts";
import { readLive } from "../../src/live/read.ts";
import type { Sandbox, SandboxOptions, Seed } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { createTestClock } from "../genesys/test-clock.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const NOTHING: Wanted = { groups: [], users: [], ledgerUsers: [] };
const text = (pattern: RegExp) => expect.stringMatching(pattern) as string;

const seed: Seed = {
  organization: { id: "org-1", name: "Example" },
  skills: [
    { name: "Billing Tier 1", description: "Invoices" },
    { name: "Sales" },
    { name: "Old", state: "deleted" },
  ],
  users: [
    { name: "Ann", email: "Ann@Example.com", skills: { "Billing Tier 1": 2.5, Sales: 1 } },
    { name: "Bob", email: "bob@example.com" },
    { name: "Ida", email: "ida@example.com", state: "inactive", skills: { Sales: 1 } },
    { name: "Dan", email: "dan@example.com", state: "deleted" },
  ],
  groups: [
    { name: "Desk", members: ["Ann@Example.com", "ida@example.com"], owners: ["bob@example.com"] },
    { name: "Other", members: ["bob@example.com"] },
  ],
  profiles: [
    { name: "Everyone", skills: ["Sales"] },
    { name: "Support", description: "First line", parent: "Everyone", skills: ["Billing Tier 1"] },
  ],
};

async function open(options: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox({ dialect: "cloud", seed, requestsPerMinute: 0, ...options });
  const credentials = { ...sandbox, apiUrl: sandbox.url, loginUrl: sandbox.url };
  const connection = await connect({ credentials, clock: createTestClock(), requestsPerMinute: 6000 });
  closers.push(
    () => connection.close(),
    () => sandbox.close(),
  );
  return { sandbox, connection };
}

async function read(wanted: Partial<Wanted> = {}, options: Partial<SandboxOptions> = {}) {
  const { sandbox, connection } = await open(options);
  return { sandbox, live: await readLive(connection, { ...NOTHING, ...wanted }) };
}

/** An organisation of many users, every one with a skill. */
function crowd(users: number, skills: number): Seed {
  return {
    skills: Array.from({ length: skills }, (_, index) => ({ name: `Skill ${index}` })),
    users: Array.from({ length: users }, (_, index) => ({
      name: `User ${index}`,
      email: `u${index}@example.com`,
      skills: { [`Skill ${index % skills}`]: 1 },
    })),
    groups: [{ name: "Desk", members: ["u1@example.com"] }],
  };
}

describe("an organisation", () => {
  it("is read with its skills and who holds them", async () => {
    const { sandbox, live } = await read();
    const [billing, sales] = [sandbox.hand.skillId("Billing Tier 1"), sandbox.hand.skillId("Sales")];
    expect(live).toMatchObject({
      organization: { id: "org-1", name: "Example" },
      dialect: "cloud",
      view: "whole",
      groups: { kind: "complete", entities: [] },
      profiles: { kind: "complete", entities: [] },
      absentUsers: [],
    });
    expect(live.skills).toEqual({
      kind: "complete",
      entities: [
        { id: billing, name: "Billing Tier 1", slug: "billing-tier-1" },
        { id: sales, name: "Sales", slug: "sales" },
      ],
    });
    expect(live.users.kind).toBe("complete");
    expect(live.users.entities.map(({ email, skills }) => [email, Object.fromEntries(skills)])).toEqual([
      ["ann@example.com", { [billing]: 2.5, [sales]: 1 }],
      ["bob@example.com", {}],
    ]);
  });

  it("with profiles is read with these and with descriptions", async () => {
    const { sandbox, live } = await read({}, { dialect: "profiles" });
    expect(live.dialect).toBe("profiles");
    expect(live.skills.entities.map(({ description }) => description)).toEqual(["Invoices", null]);
    const [everyone, support] = live.profiles.entities;
    expect(everyone).toMatchObject({
      slug: "everyone",
      description: null,
      skills: [sandbox.hand.skillId("Sales")],
    });
    expect(support).toMatchObject({ slug: "support", description: "First line", parent: everyone?.id });
    expect(support?.skills).toEqual([sandbox.hand.skillId("Billing Tier 1")]);
  });

  it("takes as many requests as there are pages and groups, and three", async () => {
    for (const [dialect, users, skills, pages] of [
      ["cloud", 1200, 600, 3 + 2],
      ["profiles", 250, 101, 3 + 2 + 1],
    ] as const) {
      const { sandbox, live } = await read({ groups: ["Desk"] }, { dialect, seed: crowd(users, skills) });
      expect(live.users.entities).toHaveLength(users);
      expect(live.skills.entities).toHaveLength(skills);
      expect(live.requests).toBe(3 + pages + 1 + 1);
      expect(sandbox.requests).toHaveLength(live.requests);
    }
  });

  it("is read without a single request that could change it", async () => {
    const { sandbox } = await read({ groups: ["Desk"], users: ["x@example.com"] }, { dialect: "profiles" });
    const others = sandbox.requests
      .filter(({ method }) => method !== "GET")
      .map(({ path }) => path.split("?")[0]);
    expect(others).toEqual(["/oauth/token", "/api/v2/users/search"]);
  });

  it("tells how far the reading is", async () => {
    const { connection } = await open();
    const told: string[] = [];
    await readLive(connection, NOTHING, ({ what, count }) => told.push(`${count} ${what}`));
    expect(told.sort()).toEqual(["0 absent users", "0 groups", "0 profiles", "2 skills", "2 users"]);
  });
});

describe("users whose skills the list leaves out", () => {
  it("are read alone", async () => {
    const { sandbox, live } = await read({}, { seed: crowd(30, 3), faults: { missingExpand: 3 } });
    expect(live.users.kind).toBe("complete");
    expect(live.users.entities.every(({ skills }) => skills.size === 1)).toBe(true);
    const alone = sandbox.requests.filter(({ path }) => path.includes("/routingskills"));
    expect(alone).toHaveLength(10);
  });

  it("make the list incomplete where reading them fails", async () => {
    const serverError = { every: 1, on: "/routingskills" };
    const { live } = await read({}, { faults: { missingExpand: 1, serverError, serverErrorStatus: 500 } });
    expect(live.users).toMatchObject({ kind: "incomplete", reason: text(/without the skills of some/) });
    expect(live.skills.kind).toBe("complete");
  });
});

describe("a list that isn't whole", () => {
  const faults = {
    failPage: "page 2",
    shortPage: "came",
    earlyEnd: "came",
    growTotal: "page 2",
    repeatEntity: "twice",
  };
  for (const [fault, reason] of Object.entries(faults)) {
    it(`is incomplete (${fault}), and nobody is called absent for it`, async () => {
      const trigger = { every: 2, on: "/api/v2/users" };
      const { live } = await read(
        { users: ["u700@example.com", "nobody@example.com"] },
        { seed: crowd(800, 2), faults: { [fault]: trigger } },
      );
      expect(live.users).toMatchObject({
        kind: "incomplete",
        reason: text(new RegExp(`list of users .*${reason}`)),
      });
      expect(live.absentUsers).toEqual([]);
      expect(live.skills.kind).toBe("complete");
    });
  }

  it("is read whole in smaller pages where the server wants these", async () => {
    const { live } = await read({}, { seed: crowd(300, 120), maxPageSize: 100 });
    expect(live.users).toMatchObject({ kind: "complete", entities: { length: 300 } });
    expect(live.skills).toMatchObject({ kind: "complete", entities: { length: 120 } });
  });
});

describe("groups", () => {
  it("are read by name or id with their individuals, owners apart", async () => {
    const { sandbox, live } = await read({ groups: ["Desk", "desk", "None"] });
    const members = [sandbox.hand.userId("ann@example.com"), sandbox.hand.userId("ida@example.com")];
    expect(live.groups.kind).toBe("complete");
    expect(live.groups.entities.map(({ name }) => name)).toEqual(["Desk"]);
    expect([...(live.groups.entities[0]?.members ?? [])].sort()).toEqual(members.sort());
    expect(live.groupNames).toEqual(["Desk", "Other"]);
    const byId = await read({ groups: [live.groups.entities[0]?.id ?? ""] });
    expect(byId.live.groups.entities).toEqual(live.groups.entities);
  });

  it("that can't be read are left out, as if there were none", async () => {
    const serverError = { every: 1, on: "individuals" };
    for (const serverErrorStatus of [403, 404]) {
      const { live } = await read({ groups: ["Desk"] }, { faults: { serverError, serverErrorStatus } });
      expect(live.groups).toEqual({ kind: "complete", entities: [] });
    }
    const { live } = await read({ groups: ["Desk"] }, { faults: { serverError, serverErrorStatus: 500 } });
    expect(live.groups).toMatchObject({ kind: "incomplete", reason: text(/list of a group's individuals/) });
  });
});

describe("users that are named and not in the list", () => {
  const idOf = (sandbox: Sandbox, email: string) => sandbox.hand.userId(email);

  it("are looked up in one request for all ids and one for all e-mails", async () => {
    const { sandbox, connection } = await open();
    const before = connection.requests();
    const [ida, dan] = [idOf(sandbox, "ida@example.com"), idOf(sandbox, "dan@example.com")];
    const live = await readLive(connection, {
      groups: [],
      users: ["ANN@example.com", "IDA@example.com", "dan@example.com", "nobody@example.com", "no-id"],
      ledgerUsers: [
        { id: dan },
        { id: "gone" },
        { id: idOf(sandbox, "bob@example.com"), email: "bob@example.com" },
      ],
    });
    expect(live.requests - before).toBe(4);
    const deleted = { state: "deleted", id: dan, email: "dan@example.com" } as const;
    expect(new Map(live.absentUsers.map((absent) => [absent.ref, absent]))).toEqual(
      new Map(
        [
          { ref: "IDA@example.com", state: "inactive", id: ida, email: "ida@example.com" },
          { ref: "dan@example.com", ...deleted },
          { ref: dan, ...deleted },
          { ref: "nobody@example.com", state: "unknown" },
          { ref: "no-id", state: "unknown" },
          { ref: "gone", state: "unknown" },
        ].map((absent) => [absent.ref, absent]),
      ),
    );
  });

  it("are not absent where the ledger knows them and the list has them under another e-mail", async () => {
    const { sandbox, connection } = await open();
    sandbox.hand.changeEmail("bob@example.com", "robert@example.com");
    const bob = { id: idOf(sandbox, "robert@example.com"), email: "bob@example.com" };
    const live = await readLive(connection, { groups: [], users: ["bob@example.com"], ledgerUsers: [bob] });
    expect(live.absentUsers).toEqual([]);
    expect(live.requests).toBe(5);
  });

  it("are who the ledger says where no e-mail finds them", async () => {
    const { sandbox, connection } = await open();
    sandbox.hand.changeEmail("ida@example.com", "ida.new@example.com");
    const id = idOf(sandbox, "ida.new@example.com");
    const ledgerUsers = [{ id, email: "ida@example.com" }];
    const live = await readLive(connection, { groups: [], users: ["ida@example.com"], ledgerUsers });
    expect(live.absentUsers.find(({ ref }) => ref === "ida@example.com")).toMatchObject({
      state: "inactive",
      id,
    });
  });

  it("are read with their skills where they are active after all", async () => {
    const { sandbox, connection } = await open();
    const { reader } = connection;
    const late = {
      ...connection,
      reader: { ...reader, listUsers: () => Promise.resolve({ kind: "complete", entities: [] } as const) },
    };
    const live = await readLive(late, { ...NOTHING, users: ["ann@example.com"] });
    const [ann] = live.absentUsers;
    if (ann?.state !== "active") throw new Error("Ann should be active.");
    expect(ann.user.skills.get(sandbox.hand.skillId("Billing Tier 1"))).toBe(2.5);
  });

  it("make the users incomplete where they can't be looked up", async () => {
    const serverError = { every: 1, on: "users/search" };
    const faults = { serverError, serverErrorStatus: 500 };
    const { live } = await read({ users: ["nobody@example.com"] }, { faults });
    expect(live.users).toMatchObject({ kind: "incomplete", reason: text(/users found by e-mail/) });
    expect(live.absentUsers).toEqual([]);
  });
});

it("a client for some divisions is known to see only these", async () => {
  const clients = [{ id: "c", secret: "s", divisions: ["North"] }];
  const divided = { ...seed, divisions: [{ name: "Home", home: true }, { name: "North" }] };
  const { live } = await read({}, { seed: divided, clients });
  expect(live.view).toBe("limited");
});
