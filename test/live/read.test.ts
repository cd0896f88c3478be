import { afterEach, describe, expect, it } from "vitest";
import { connect } from "../../src/genesys/connect.ts";
import { NO_PROFICIENCY } from "../../src/genesys/error.ts";
import { ApiError } from "../../src/http/error.ts";
import type { Wanted } from "../../src/live/read.ts";
import { readLive } from "../../src/live/read.ts";
import type { Sandbox, SandboxOptions, Seed } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { createTestClock } from "../http/test-clock.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const NOTHING: Wanted = { groups: [], ledgerGroups: [], users: [], ledgerUsers: [], ledgerSkills: [] };
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
function manyUsers(users: number, skills: number): Seed {
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
    const [billing, sales] = [
      sandbox.manualEdits.skillId("Billing Tier 1"),
      sandbox.manualEdits.skillId("Sales"),
    ];
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
        { id: billing, name: "Billing Tier 1", slug: "billing-tier-1", state: "active" },
        { id: sales, name: "Sales", slug: "sales", state: "active" },
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
      skills: [sandbox.manualEdits.skillId("Sales")],
    });
    expect(support).toMatchObject({ slug: "support", description: "First line", parent: everyone?.id });
    expect(support?.skills).toEqual([sandbox.manualEdits.skillId("Billing Tier 1")]);
  });

  it("takes as many requests as there are pages and groups, and three", async () => {
    for (const [dialect, users, skills, pages] of [
      ["cloud", 1200, 600, 3 + 2],
      ["profiles", 250, 101, 3 + 2 + 1],
    ] as const) {
      const { sandbox, live } = await read({ groups: ["Desk"] }, { dialect, seed: manyUsers(users, skills) });
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

describe("skills that the ledger has and the list lacks", () => {
  const nothingFor = async (
    connection: Awaited<ReturnType<typeof open>>["connection"],
    ledgerSkills: string[],
  ) => {
    const before = connection.requests();
    const live = await readLive(connection, { ...NOTHING, ledgerSkills });
    return { live, requests: connection.requests() - before };
  };
  const LISTS = 2;

  it("take no request if there are none, even with new skills", async () => {
    const { sandbox, connection } = await open();
    const ids = [sandbox.manualEdits.skillId("Sales"), "new:web-chat"];
    const { live, requests } = await nothingFor(connection, ids);
    expect(live.absentSkills).toEqual([]);
    expect(requests).toBe(LISTS);
  });

  it("are deleted where they say so, and where they are not found", async () => {
    for (const deletedGone of [true, false]) {
      const { sandbox, connection } = await open({ faults: { deletedGone } });
      const id = sandbox.manualEdits.skillId("Sales");
      sandbox.manualEdits.deleteSkill("Sales");
      const { live, requests } = await nothingFor(connection, [id, "nowhere", id]);
      const expected = [id, "nowhere"].sort().map((one) => ({ id: one, state: "deleted" }));
      expect(live.absentSkills).toEqual(expected);
      expect(requests).toBe(LISTS + 3);
    }
  });

  it("are live where a look-up finds them, many with one request", async () => {
    const { sandbox, connection } = await open();
    sandbox.manualEdits.deactivateSkill("Sales");
    const { reader } = connection;
    const listSkills = () => Promise.resolve({ kind: "complete", entities: [] } as const);
    const late = { ...connection, reader: { ...reader, listSkills } };
    const ids = ["Billing Tier 1", "Sales"].map((name) => sandbox.manualEdits.skillId(name));
    const { live, requests } = await nothingFor(late, ids);
    const found = live.absentSkills.map((absent) => absent.state === "live" && absent.skill);
    expect(new Set(found)).toEqual(
      new Set([
        { id: ids[0], name: "Billing Tier 1", slug: "billing-tier-1", state: "active" },
        { id: ids[1], name: "Sales", slug: "sales", state: "inactive" },
      ]),
    );
    expect(requests).toBe(1 + 1);
  });

  it("are unknown where they may not be read", async () => {
    const serverError = { every: 1, on: "routing/skills/s-1" };
    const { connection } = await open({ faults: { serverError, serverErrorStatus: 403 } });
    const { live } = await nothingFor(connection, ["s-1", "s-2"]);
    expect(live.absentSkills).toEqual([
      { id: "s-1", state: "unknown" },
      { id: "s-2", state: "deleted" },
    ]);
  });

  it("are unknown to a client that sees some divisions only, unless they are said to be deleted", async () => {
    const clients = [{ id: "c", secret: "s", divisions: ["North"] }];
    const { sandbox, connection } = await open({
      seed: {
        divisions: [{ name: "Home", home: true }, { name: "North" }],
        skills: [
          { id: "s-home", name: "Home skill", division: "Home" },
          { id: "s-old", name: "Old", division: "North", state: "deleted" },
        ],
      },
      clients,
    });
    const { live } = await nothingFor(connection, ["s-home", "s-old"]);
    expect(live.absentSkills).toEqual([
      { id: "s-home", state: "unknown" },
      { id: "s-old", state: "deleted" },
    ]);
    expect(sandbox.snapshot().skills).toHaveLength(1);
  });

  it("make the skills incomplete where they can't be looked up, and are none beside an incomplete list", async () => {
    const serverError = { every: 1, on: "routing/skills/s-1" };
    const { connection } = await open({ faults: { serverError, serverErrorStatus: 500 } });
    const { live } = await nothingFor(connection, ["s-1"]);
    expect(live.skills).toMatchObject({ kind: "incomplete", reason: text(/could not be looked up: .* 500/) });
    expect(live.skills.entities).toHaveLength(2);
    expect(live.absentSkills).toEqual([]);
    const broken = await open({ faults: { morePages: { every: 1, on: "routing/skills" } } });
    const read = await nothingFor(broken.connection, ["s-1"]);
    expect(read.live.skills.kind).toBe("incomplete");
    expect(read.live.absentSkills).toEqual([]);
  });
});

describe("users without skills in the list", () => {
  it("are read alone", async () => {
    const { sandbox, live } = await read({}, { seed: manyUsers(30, 3), faults: { missingExpand: 3 } });
    expect(live.users.kind).toBe("complete");
    expect(live.users.entities.every(({ skills }) => skills.size === 1)).toBe(true);
    const alone = sandbox.requests.filter(({ path }) => path.includes("/routingskills"));
    expect(alone).toHaveLength(10);
  });

  it("are read alone where a skill came without a proficiency", async () => {
    const { sandbox, live } = await read({}, { seed: manyUsers(30, 3), faults: { missingProficiency: 3 } });
    expect(live.users).toMatchObject({ kind: "complete", entities: { length: 30 } });
    expect(live.users.entities.every(({ skills }) => [...skills.values()].join() === "1")).toBe(true);
    expect(sandbox.requests.filter(({ path }) => path.includes("/routingskills"))).toHaveLength(10);
  });

  it("make the list incomplete, with their number, if that has no proficiency either", async () => {
    const { connection } = await open({ seed: manyUsers(30, 3), faults: { missingProficiency: 3 } });
    const bare = new ApiError({
      ...{ kind: "bad-answer", method: "GET", path: "/users/{id}/routingskills", host: "" },
      ...{ code: NO_PROFICIENCY, serverMessage: "a skill came without a proficiency" },
    });
    let asked = 0;
    const userSkills = () => ((asked += 1), Promise.reject(bare));
    const live = await readLive({ ...connection, reader: { ...connection.reader, userSkills } }, NOTHING);
    expect(live.users).toMatchObject({
      kind: "incomplete",
      entities: { length: 20 },
      reason: text(/lacks the skills of 10 users, .*: a skill came without a proficiency$/),
    });
    expect(asked).toBe(10);
  });

  it("are not all read one by one after a failure", async () => {
    const serverError = { every: 1, on: "/routingskills" };
    const faults = { missingExpand: 1, serverError, serverErrorStatus: 500 };
    const { sandbox, live } = await read({}, { seed: manyUsers(200, 3), faults });
    expect(live.users).toMatchObject({ kind: "incomplete", reason: text(/lacks the skills of 200 users/) });
    const alone = sandbox.requests.filter(({ path }) => path.includes("/routingskills"));
    expect(new Set(alone.map(({ path }) => path)).size).toBeLessThanOrEqual(8);
  });

  it("make the list incomplete where reading them fails", async () => {
    const serverError = { every: 1, on: "/routingskills" };
    const { live } = await read({}, { faults: { missingExpand: 1, serverError, serverErrorStatus: 500 } });
    expect(live.users).toMatchObject({
      kind: "incomplete",
      reason: text(/lacks the skills of 2 users, .* 500/),
    });
    expect(live.skills.kind).toBe("complete");
  });
});

describe("a list that isn't whole", () => {
  const faults = {
    failPage: "page 2",
    shortPage: "were read",
    earlyEnd: "were read",
    growTotal: "page 2",
    repeatEntity: "repeats an entity",
    morePages: "contradicts itself",
  };
  for (const [fault, reason] of Object.entries(faults)) {
    it(`is incomplete (${fault}), and no user counts as absent because of it`, async () => {
      const trigger = { every: 2, on: "/api/v2/users" };
      const { live } = await read(
        { users: ["u700@example.com", "nobody@example.com"] },
        { seed: manyUsers(800, 2), faults: { [fault]: trigger } },
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
    const { live } = await read({}, { seed: manyUsers(300, 120), maxPageSize: 100 });
    expect(live.users).toMatchObject({ kind: "complete", entities: { length: 300 } });
    expect(live.skills).toMatchObject({ kind: "complete", entities: { length: 120 } });
  });
});

describe("groups", () => {
  it("are read by name or id with their individuals, owners apart", async () => {
    const { sandbox, live } = await read({ groups: ["Desk", "desk", "None"] });
    const members = [
      sandbox.manualEdits.userId("ann@example.com"),
      sandbox.manualEdits.userId("ida@example.com"),
    ];
    expect(live.groups.kind).toBe("complete");
    expect(live.groups.entities.map(({ name }) => name)).toEqual(["Desk"]);
    expect([...(live.groups.entities[0]?.members ?? [])].sort()).toEqual(members.sort());
    expect(live.groupNames).toEqual(["Desk", "Other"]);
    const byId = await read({ groups: [live.groups.entities[0]?.id ?? ""] });
    expect(byId.live.groups.entities).toEqual(live.groups.entities);
  });

  it("of one name are all read, whatever its case and form, and with their states", async () => {
    const groups = [
      { id: "g-1", name: "Caf\u00e9 Desk", members: ["ann@example.com"] },
      { id: "g-2", name: "Caf\u00e9 Desk", state: "inactive" as const },
      { id: "g-3", name: "CAFE\u0301  desk" },
      { id: "g-4", name: "Cafe Desk" },
    ];
    const { live } = await read({ groups: ["Caf\u00e9 Desk"] }, { seed: { ...seed, groups } });
    expect(live.groups.entities.map(({ id, state }) => [id, state]).sort()).toEqual([
      ["g-1", "active"],
      ["g-2", "inactive"],
      ["g-3", "active"],
    ]);
    expect(live.groups.entities.find(({ id }) => id === "g-1")?.members).toHaveLength(1);
    expect(live.groupNames).toHaveLength(4);
  });

  it("that the ledger has by id are read under any name, also if the YAML names none", async () => {
    const { sandbox, connection } = await open();
    const desk = (await readLive(connection, { ...NOTHING, groups: ["Desk"] })).groups.entities[0];
    sandbox.manualEdits.renameGroup("Desk", "Service Desk");
    const ledgerGroups = [desk?.id ?? "", "gone"];
    const { groups } = await readLive(connection, { ...NOTHING, ledgerGroups });
    expect(groups).toEqual({ kind: "complete", entities: [{ ...desk, name: "Service Desk" }] });
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
  const idOf = (sandbox: Sandbox, email: string) => sandbox.manualEdits.userId(email);

  it("are looked up in one request for all ids and one for all e-mails", async () => {
    const { sandbox, connection } = await open();
    const before = connection.requests();
    const [ida, dan] = [idOf(sandbox, "ida@example.com"), idOf(sandbox, "dan@example.com")];
    const live = await readLive(connection, {
      ...NOTHING,
      users: ["ANN@example.com", "IDA@example.com", "dan@example.com", "nobody@example.com", "no-id"],
      ledgerUsers: [
        { id: dan },
        { id: "gone" },
        { id: idOf(sandbox, "bob@example.com"), email: "bob@example.com" },
      ],
    });
    expect(live.requests - before).toBe(4);
    const deleted = { state: "deleted", id: dan, name: "Dan", email: "dan@example.com" } as const;
    expect(new Map(live.absentUsers.map((absent) => [absent.ref, absent]))).toEqual(
      new Map(
        [
          { ref: "IDA@example.com", state: "inactive", id: ida, name: "Ida", email: "ida@example.com" },
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
    sandbox.manualEdits.changeEmail("bob@example.com", "robert@example.com");
    const bob = { id: idOf(sandbox, "robert@example.com"), email: "bob@example.com" };
    const live = await readLive(connection, { ...NOTHING, users: ["bob@example.com"], ledgerUsers: [bob] });
    expect(live.absentUsers).toEqual([]);
    expect(live.requests).toBe(5);
  });

  it("are the active one where a deleted one has the same e-mail", async () => {
    const users = [
      { id: "u-old", name: "Eve", email: "eve@example.com", state: "deleted" as const },
      { id: "u-new", name: "Eve", email: "EVE@example.com", state: "inactive" as const },
    ];
    const { sandbox, connection } = await open({ seed: { users } });
    const wanted = { ...NOTHING, users: ["eve@example.com"], ledgerUsers: [{ id: "u-old" }] };
    const stateOf = async () => (await readLive(connection, wanted)).absentUsers;
    const old = { ref: "u-old", state: "deleted", id: "u-old", name: "Eve", email: "eve@example.com" };
    expect(await stateOf()).toEqual([
      { ref: "eve@example.com", state: "inactive", id: "u-new", name: "Eve", email: "eve@example.com" },
      old,
    ]);
    sandbox.manualEdits.activateUser("eve@example.com");
    expect(await stateOf()).toEqual([old]);
    const { reader } = connection;
    const listUsers = () => Promise.resolve({ kind: "complete", entities: [] } as const);
    const late = await readLive({ ...connection, reader: { ...reader, listUsers } }, wanted);
    expect(late.absentUsers[0]).toMatchObject({ state: "active", user: { id: "u-new", name: "Eve" } });
  });

  it("are who the ledger says where no e-mail finds them", async () => {
    const { sandbox, connection } = await open();
    sandbox.manualEdits.changeEmail("ida@example.com", "ida.new@example.com");
    const id = idOf(sandbox, "ida.new@example.com");
    const ledgerUsers = [{ id, email: "ida@example.com" }];
    const live = await readLive(connection, { ...NOTHING, users: ["ida@example.com"], ledgerUsers });
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
    expect(ann.user.skills.get(sandbox.manualEdits.skillId("Billing Tier 1"))).toBe(2.5);
  });

  it("make the users incomplete where they can't be looked up", async () => {
    const serverError = { every: 1, on: "users/search" };
    const faults = { serverError, serverErrorStatus: 500 };
    const { live } = await read({ users: ["nobody@example.com"] }, { faults });
    expect(live.users).toMatchObject({ kind: "incomplete", reason: text(/users found by e-mail/) });
    expect(live.absentUsers).toEqual([]);
    const byId = await read({ users: ["no-id"] }, { faults: { growTotal: { every: 1, on: "id=no-id" } } });
    expect(byId.live.users).toMatchObject({ kind: "incomplete", reason: text(/could not be looked up/) });
    expect(byId.live.absentUsers).toEqual([]);
  });
});

it("a client for some divisions is known to see only these", async () => {
  const clients = [{ id: "c", secret: "s", divisions: ["North"] }];
  const divided = { ...seed, divisions: [{ name: "Home", home: true }, { name: "North" }] };
  const { live } = await read({}, { seed: divided, clients });
  expect(live.view).toBe("limited");
});
