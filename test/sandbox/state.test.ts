import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, onTestFinished, test } from "vitest";
import schema from "../../schemas/sandbox-seed.schema.json" with { type: "json" };
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import seed from "../../src/sandbox/seed.json" with { type: "json" };
import type { Seed } from "../../src/sandbox/seed-shape.ts";
import { seedData, SeedError } from "../../src/sandbox/seed.ts";
import { StateError } from "../../src/sandbox/state.ts";
import { login, SEED, start, userOf } from "./helper.ts";

/** Every field of the type; the compiler finds one that is missing here. */
type Full<T> = T extends (infer One)[]
  ? Full<One>[]
  : T extends object
    ? { [Key in keyof T]-?: Full<T[Key]> }
    : T;
const FULL_SEED: Full<Seed> = {
  $schema: "sandbox-seed.schema.json",
  organization: { id: "o-1", name: "Contact Centre", country: "GB", language: "en-GB" },
  divisions: [{ id: "d-1", name: "North", home: true }],
  skills: [{ id: "s-1", name: "Billing", description: "Bills", division: "North", state: "active" }],
  users: [
    {
      ...{ id: "u-1", name: "Ann Lee", email: "ann@example.com", state: "inactive" },
      ...{ division: "North", department: "Sales", title: "Lead", skills: { Billing: 2.5 } },
    },
  ],
  groups: [
    { id: "g-1", name: "Desk", state: "active", members: ["ANN@example.com"], owners: ["ann@example.com"] },
  ],
  profiles: [{ id: "p-1", name: "Support", description: "", parent: "Support", skills: ["Billing"] }],
  skillGroups: [{ id: "sg-1", name: "Billers", skills: ["Anything"] }],
  flows: [{ id: "f-1", name: "Main menu", skills: ["Billing"] }],
};

function stateFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sandbox-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return path.join(folder, "state.json");
}

describe("a state file", () => {
  test("keeps all data, ids included, and is used instead of the seed", async () => {
    const state = stateFile();
    const first = await startSandbox({ dialect: "cloud", seed: SEED, state });
    const call = await login(first);
    await call("POST", "/routing/skills", { name: "Chat" });
    const saved = readFileSync(state, "utf8");
    expect(saved).toContain("Chat");
    first.manualEdits.assign("ann@example.com", "Chat", 4);
    const before = first.snapshot();
    await first.close();

    const second = await start({ state, seed: {} });
    expect(second.snapshot()).toEqual(before);
    second.manualEdits.deleteSkill("Chat");
    expect(second.manualEdits.createSkill("Chat")).not.toBe(
      before.skills.find((skill) => skill.name === "Chat")?.id,
    );
    expect(readdirSync(path.dirname(state))).toEqual(["state.json"]);
  });

  test.each([
    ["not JSON", "{"],
    ["something else", '{"version": 3}'],
  ])("that is %s is refused and left unchanged", async (_, text) => {
    const state = stateFile();
    writeFileSync(state, text);
    await expect(start({ state })).rejects.toThrow(StateError);
    expect(readFileSync(state, "utf8")).toBe(text);
  });

  test("of another version is refused with a remedy", async () => {
    const state = stateFile();
    writeFileSync(state, JSON.stringify({ sandbox: 1, dialect: "cloud", data: {} }));
    await expect(start({ state })).rejects.toThrow("delete it to start again");
  });

  test("of the other dialect is refused", async () => {
    const state = stateFile();
    await (await startSandbox({ dialect: "cloud", state })).close();
    await expect(start({ dialect: "profiles", state })).rejects.toThrow("cloud");
  });
});

describe("a seed", () => {
  test("gives the same ids in every run", async () => {
    const [one, two] = [await start(), await start()];
    expect(one.snapshot()).toEqual(two.snapshot());
    const ids = one.snapshot().users.map((user) => user.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("is refused with every error and its place", () => {
    const wrong = {
      skills: [{ name: "A" }, { nmae: "B" }],
      users: [{ name: "Ann", email: "ann", state: "gone", skills: { A: 6 } }],
      flow: [],
    };
    expect(() => seedData(wrong, 0)).toThrow(SeedError);
    for (const place of [
      "seed.skills[1].nmae",
      "seed.skills[1].name",
      "seed.users[0].email",
      "seed.users[0].state",
      "seed.users[0].skills.A",
      "seed.flow",
    ])
      expect(() => seedData(wrong, 0)).toThrow(place);
  });

  test("is refused if it uses an undeclared name, or declares a name twice", () => {
    const wrong = {
      skills: [{ name: "A" }, { name: "A" }],
      users: [{ name: "Ann", email: "ann@example.com", skills: { B: 1 } }],
      groups: [{ name: "Desk", members: ["bob@example.com"] }],
      profiles: [{ name: "P", parent: "Q", skills: ["C"] }],
      flows: [{ name: "F", skills: ["D"] }],
    };
    for (const place of [
      '"A" is declared twice',
      "seed.users[0].skills.B",
      "seed.groups[0].members[0]",
      "seed.profiles[0].parent",
      "seed.profiles[0].skills[0]",
      "seed.flows[0].skills[0]",
    ])
      expect(() => seedData(wrong, 0)).toThrow(place);
  });

  test("may declare a name twice with different ids; a reference means the first that isn't deleted", async () => {
    const users = [
      { id: "old", name: "Ann", email: "ann@example.com", state: "deleted" as const },
      { id: "new", name: "Ann", email: "ANN@example.com", skills: { A: 1 } },
    ];
    const skills = [
      { id: "a-0", name: "A", state: "deleted" as const },
      { id: "a-1", name: "A" },
      { id: "a-2", name: "A" },
    ];
    const groups = [{ name: "Desk", members: ["ann@example.com"] }];
    const sandbox = await start({ seed: { skills, users, groups } });
    const call = await login(sandbox);
    expect((await call("GET", "/users/new/routingskills")).body.entities?.[0]?.id).toBe("a-1");
    const [desk] = (await call("GET", "/groups")).body.entities ?? [];
    expect((await call("GET", `/groups/${desk?.id}/individuals`)).body.entities?.[0]?.id).toBe("new");
    expect(() =>
      seedData(
        {
          skills: [
            { id: "a", name: "A" },
            { id: "a", name: "A" },
          ],
        },
        0,
      ),
    ).toThrow("twice");
  });

  test("has a schema that describes exactly the fields of its type", () => {
    const ajv = new Ajv2020({ strict: true });
    expect(ajv.compile(schema)(FULL_SEED), JSON.stringify(ajv.errors)).toBe(true);
    const fieldsOf = (shape: unknown): string[] => {
      const { properties = {}, items, $ref } = shape as Record<string, object | undefined>;
      const named =
        typeof $ref === "string"
          ? schema.$defs[String($ref).split("/")[2] as keyof typeof schema.$defs]
          : undefined;
      const inner = [...Object.entries(properties)].flatMap(([name, one]) => [name, ...fieldsOf(one)]);
      return [...inner, ...(items ? fieldsOf(items) : []), ...(named ? fieldsOf(named) : [])];
    };
    const keysOf = (value: unknown): string[] => {
      if (Array.isArray(value)) return value.flatMap(keysOf);
      if (typeof value !== "object" || value === null) return [];
      return Object.entries(value).flatMap(([key, one]) => (key === "Billing" ? [] : [key, ...keysOf(one)]));
    };
    expect(new Set(keysOf(FULL_SEED))).toEqual(new Set(fieldsOf(schema)));
    expect(() => seedData(FULL_SEED, 0)).not.toThrow();
  });

  test("may have more errors than the message lists", () => {
    const users = Array.from({ length: 30 }, () => ({ name: "Ann" }));
    expect(() => seedData({ users }, 0)).toThrow("and 10 more");
  });

  test("of the example is valid", () => {
    expect(() => seedData(seed, 0)).not.toThrow();
  });
});

describe("a manual edit", () => {
  test("changes what reads show, without a request", async () => {
    const sandbox = await start();
    const { manualEdits: edits } = sandbox;
    edits.createSkill("Chat", "By text");
    edits.renameSkill("Sales", "Selling");
    edits.assign("cleo@example.com", "Chat", 2);
    edits.unassign("ann@example.com", "Billing");
    edits.addUser("fay@example.com", "Fay");
    edits.changeEmail("bob@example.com", "robert@example.com");
    edits.deactivateUser("cleo@example.com");
    edits.deleteUser("dan@example.com");
    edits.addGroupMember("Desk", "fay@example.com");
    edits.removeGroupMember("Desk", "ann@example.com");
    edits.createGroup("Night", ["ann@example.com"]);
    edits.setProfileSkills("Support", ["Chat", "Selling"]);

    expect(userOf(sandbox, "cleo@example.com")).toMatchObject({ state: "inactive", skills: { Chat: 2 } });
    expect(userOf(sandbox, "ann@example.com")?.skills).toEqual({ Selling: 2.5 });
    expect(userOf(sandbox, "dan@example.com")?.state).toBe("deleted");
    const { groups, profiles, skills } = sandbox.snapshot();
    expect(skills.map((skill) => skill.name)).toEqual(["Billing", "Chat", "Complaints", "Selling"]);
    expect(groups).toEqual([
      { name: "Desk", members: ["fay@example.com", "robert@example.com"] },
      { name: "Night", members: ["ann@example.com"] },
    ]);
    expect(profiles.find((profile) => profile.name === "Support")?.skills).toEqual(["Chat", "Selling"]);
    expect(sandbox.requests).toEqual([]);
  });

  test("of an unknown name throws", async () => {
    const { manualEdits: edits } = await start();
    expect(() => edits.deleteSkill("Nothing")).toThrow('no skill "Nothing"');
    expect(() => edits.assign("nobody@example.com", "Billing")).toThrow('no user "nobody@example.com"');
    expect(() => edits.addUser("ann@example.com")).toThrow("already");
    expect(() => edits.createSkill("Billing")).toThrow();
  });
});

describe("close", () => {
  test("ends open connections, and may be called twice", async () => {
    const sandbox = await startSandbox({ dialect: "cloud" });
    await login(sandbox);
    await sandbox.close();
    await sandbox.close();
    await expect(fetch(sandbox.url)).rejects.toThrow();
  });
});
