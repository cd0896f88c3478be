import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import seed from "../../src/sandbox/seed.json" with { type: "json" };
import { SeedError, validateSeed } from "../../src/sandbox/seed.ts";
import { StateError } from "../../src/sandbox/state.ts";
import { login, SEED, start, userOf } from "./helper.ts";

function stateFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sandbox-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return path.join(folder, "state.json");
}

describe("a state file", () => {
  test("keeps what was written, ids included, and counts before the seed", async () => {
    const state = stateFile();
    const first = await startSandbox({ dialect: "cloud", seed: SEED, state });
    const call = await login(first);
    await call("POST", "/routing/skills", { name: "Chat" });
    const saved = readFileSync(state, "utf8");
    expect(saved).toContain("Chat");
    first.hand.assign("ann@example.com", "Chat", 4);
    const before = first.snapshot();
    await first.close();

    const second = await start({ state, seed: {} });
    expect(second.snapshot()).toEqual(before);
    second.hand.deleteSkill("Chat");
    expect(second.hand.createSkill("Chat")).not.toBe(
      before.skills.find((skill) => skill.name === "Chat")?.id,
    );
    expect(readdirSync(path.dirname(state))).toEqual(["state.json"]);
  });

  test.each([
    ["not JSON", "{"],
    ["something else", '{"version": 3}'],
  ])("that is %s is refused and left alone", async (_, text) => {
    const state = stateFile();
    writeFileSync(state, text);
    await expect(start({ state })).rejects.toThrow(StateError);
    expect(readFileSync(state, "utf8")).toBe(text);
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

  test("is named with every place that is wrong", () => {
    const wrong = {
      skills: [{ name: "A" }, { nmae: "B" }],
      users: [{ name: "Ann", email: "ann", state: "gone", skills: { A: 6 } }],
      flow: [],
    };
    expect(() => validateSeed(wrong)).toThrow(SeedError);
    for (const place of [
      "seed.skills[1].nmae",
      "seed.skills[1].name",
      "seed.users[0].email",
      "seed.users[0].state",
      "seed.users[0].skills.A",
      "seed.flow",
    ])
      expect(() => validateSeed(wrong)).toThrow(place);
  });

  test("is refused where it uses a name that it does not declare, or one twice", () => {
    const wrong = {
      skills: [{ name: "A" }, { name: "A" }],
      users: [{ name: "Ann", email: "ann@example.com", skills: { B: 1 } }],
      groups: [{ name: "Desk", members: ["bob@example.com"] }],
      profiles: [{ name: "P", parent: "Q", skills: ["C"] }],
      flows: [{ name: "F", skills: ["D"] }],
    };
    for (const place of [
      '"A" is there twice',
      "seed.users[0].skills.B",
      "seed.groups[0].members[0]",
      "seed.profiles[0].parent",
      "seed.profiles[0].skills[0]",
      "seed.flows[0].skills[0]",
    ])
      expect(() => validateSeed(wrong)).toThrow(place);
  });

  test("may use a name twice where ids tell its bearers apart; the first that isn't deleted is meant", async () => {
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
      validateSeed({
        skills: [
          { id: "a", name: "A" },
          { id: "a", name: "A" },
        ],
      }),
    ).toThrow("twice");
  });

  test("comes as an example that is valid", () => {
    expect(() => validateSeed(seed)).not.toThrow();
  });
});

describe("an edit by hand", () => {
  test("changes what reads show, without a request", async () => {
    const sandbox = await start();
    const { hand } = sandbox;
    hand.createSkill("Chat", "By text");
    hand.renameSkill("Sales", "Selling");
    hand.assign("cleo@example.com", "Chat", 2);
    hand.unassign("ann@example.com", "Billing");
    hand.addUser("fay@example.com", "Fay");
    hand.changeEmail("bob@example.com", "robert@example.com");
    hand.deactivateUser("cleo@example.com");
    hand.deleteUser("dan@example.com");
    hand.addGroupMember("Desk", "fay@example.com");
    hand.removeGroupMember("Desk", "ann@example.com");
    hand.createGroup("Night", ["ann@example.com"]);
    hand.setProfileSkills("Support", ["Chat", "Selling"]);

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

  test("of something unknown throws", async () => {
    const { hand } = await start();
    expect(() => hand.deleteSkill("Nothing")).toThrow('no skill "Nothing"');
    expect(() => hand.assign("nobody@example.com", "Billing")).toThrow('no user "nobody@example.com"');
    expect(() => hand.addUser("ann@example.com")).toThrow("already");
    expect(() => hand.createSkill("Billing")).toThrow();
  });
});

describe("close", () => {
  test("ends a sandbox whose clients keep their connections open, and may be called twice", async () => {
    const sandbox = await startSandbox({ dialect: "cloud" });
    await login(sandbox);
    await sandbox.close();
    await sandbox.close();
    await expect(fetch(sandbox.url)).rejects.toThrow();
  });
});
