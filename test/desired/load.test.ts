import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FilesRead } from "../../src/desired/load.ts";
import { loadDesired } from "../../src/desired/load.ts";
import type { AssignmentSource } from "../../src/model.ts";
import { load, makeDirectory } from "./directory.ts";

/** An assignment source as `skill proficiency closeness [profile<from]`. */
function show({ skill, proficiency, via }: AssignmentSource): string {
  const through = via.kind === "profile" ? ` ${via.profile}<${via.from}` : "";
  return `${skill} ${proficiency ?? "any"} ${via.closeness}${through}`;
}

describe("skills and profiles", () => {
  test("every field of a skill arrives", async () => {
    const desired = await load({
      "a.yaml": `
skills:
  - name: C++
    slug: c-plus-plus
    id: abc-1
    description: |
      Two
      lines
    previously: [C with classes, CPP]
    protected: true
    exclusive: true
  - { name: C, managed: false }
`,
    });
    expect(desired.skills).toMatchObject([
      { slug: "c", name: "C", previously: [], protected: false, exclusive: false, managed: false },
      {
        slug: "c-plus-plus",
        name: "C++",
        id: "abc-1",
        description: "Two\nlines\n",
        previously: ["C with classes", "CPP"],
        protected: true,
        exclusive: true,
        managed: true,
      },
    ]);
    expect(desired.skills[0]).not.toHaveProperty("id");
    expect(desired.skills[0]).not.toHaveProperty("description");
  });

  test("text of YAML 1.1 stays text", async () => {
    const desired = await load({ "a.yaml": "- name: NO\n- name: on\n- name: 12:30\n- name: 2020-01-01\n" });
    expect(desired.skills.map((skill) => skill.name)).toEqual(["12:30", "2020-01-01", "NO", "on"]);
  });

  test("the older form, a bare list in JSON, works as it is", async () => {
    const desired = await load({
      "a.json": `[{ "name": "Tier 1 Support", "description": "Basic customer inquiry handling",
        "assign_to_profiles": ["Support"], "assign_to_users": ["Ann@example.com"] }]`,
    });
    const source = { line: 1, column: 2 };
    expect(desired.skills).toMatchObject([
      { slug: "tier-1-support", description: "Basic customer inquiry handling", source },
    ]);
    expect(desired.profiles).toMatchObject([
      {
        slug: "support",
        name: "Support",
        declared: false,
        extends: [],
        members: { users: [], groups: [] },
        entries: [{ skill: "tier-1-support", from: "support", distance: 0 }],
      },
    ]);
    expect(desired.users).toMatchObject([{ user: "ann@example.com", source: { line: 2, column: 64 } }]);
  });

  test("an undeclared profile may be named by its id", async () => {
    const id = "0F6A1C2E-52a4-4f0a-9d4c-9c7f1e1b2a3d";
    const desired = await load({ "a.yaml": `- { name: A, assign_to_profiles: [${id}] }` });
    expect(desired.profiles).toMatchObject([{ id: id.toLowerCase(), name: id, declared: false }]);
  });

  test("references are by name, slug or id", async () => {
    const desired = await load({
      "a.yaml": `
skills: [{ name: Big A }, { name: Big B }, { name: Big C, id: id-c }]
profiles:
  - { name: P, id: id-p, skills: [Big A, big-b, id-c] }
  - { name: Q q, extends: [id-p] }
  - { name: R, extends: [q-q] }
`,
    });
    expect(desired.profiles.map(({ slug, entries }) => [slug, entries.map((entry) => entry.skill)])).toEqual([
      ["p", ["big-a", "big-b", "big-c"]],
      ["q-q", ["big-a", "big-b", "big-c"]],
      ["r", ["big-a", "big-b", "big-c"]],
    ]);
  });

  test("two skills of one name, each told by its id, may stand in one profile", async () => {
    const desired = await load({
      "a.yaml": `
skills: [{ name: Big, id: id-a }, { name: Big, id: id-b, slug: big-2 }]
profiles: [{ name: P, skills: [big, big-2] }]
`,
    });
    expect(desired.profiles[0]?.entries.map(({ skill }) => skill)).toEqual(["big", "big-2"]);
  });

  test("a skill that is let go may still be referred to", async () => {
    const desired = await load({
      "a.yaml": "skills: [{ name: A, managed: false }]\nprofiles: [{ name: P, skills: [A] }]",
    });
    expect(desired.profiles[0]?.entries).toHaveLength(1);
  });

  test("values repeated by an alias stand where they are marked", async () => {
    const desired = await load({
      "a.yaml": `
- name: A
  assign_to_users: &team [a@b.c]
- name: B
  assign_to_users: *team
- name: C
  assign_to_users: &team [c@b.c]
- name: D
  assign_to_users: *team
`,
    });
    expect(desired.users.map(({ user, sources }) => [user, ...sources.map(show)])).toEqual([
      ["a@b.c", "a any 0", "b any 0"],
      ["c@b.c", "c any 0", "d any 0"],
    ]);
  });
});

describe("proficiency and closeness", () => {
  const FAMILY = `
profiles:
  - { name: Child, extends: [Mother, Father], skills: [Mail], members: { users: [ann@x], groups: [Desk] } }
  - { name: Mother, extends: [Elder], skills: [{ skill: Mail, proficiency: 2 }] }
  - { name: Father, skills: [{ skill: Mail, proficiency: 3 }, { skill: Chat, proficiency: 1 }] }
  - { name: Elder, skills: [{ skill: Mail, proficiency: 5 }, { skill: Chat, proficiency: 5 }] }
`;

  test("of each skill a profile has the closest entry, and the proficiency of the closest that names one", async () => {
    const { profiles } = await load({ "p.yaml": FAMILY, "s.yaml": "- name: Mail\n- name: Chat\n" });
    expect(profiles.find((profile) => profile.slug === "child")?.entries).toMatchObject([
      { skill: "chat", proficiency: 1, from: "father", distance: 1 },
      { skill: "mail", proficiency: 3, from: "child", distance: 0 },
    ]);
  });

  test("a user gets one source for each skill and line", async () => {
    const { users, groups } = await load({
      "p.yaml": FAMILY,
      "s.yaml": "- { name: Mail, assign_to_users: [{ user: ANN@x, proficiency: 4 }] }\n- name: Chat\n",
    });
    const throughChild = [
      "chat 1 3 child<father",
      "chat 5 4 child<elder",
      "mail any 2 child<child",
      "mail 3 3 child<father",
      "mail 2 3 child<mother",
      "mail 5 4 child<elder",
    ];
    expect(groups.map(({ group, sources }) => [group, sources.map(show).sort()])).toEqual([
      ["Desk", throughChild.toSorted()],
    ]);
    expect(users.map(({ user, sources }) => [user, sources.map(show).sort()])).toEqual([
      ["ann@x", [...throughChild, "mail 4 0"].sort()],
    ]);
  });

  test("a group's own source ranks after a user's and before a profile's", async () => {
    const { groups } = await load({
      "s.yaml": "- { name: Mail, assign_to_groups: [Desk, { group: Night Desk, proficiency: 2.5 }] }",
    });
    expect(groups.map(({ group, sources }) => [group, ...sources.map(show)])).toEqual([
      ["Desk", "mail any 1"],
      ["Night Desk", "mail 2.5 1"],
    ]);
  });

  test("of a profile named by the skill and naming the skill the higher proficiency wins", async () => {
    const { profiles } = await load({
      "a.yaml": `
skills: [{ name: Mail, assign_to_profiles: [{ profile: P, proficiency: 4 }] }]
profiles: [{ name: P, skills: [{ skill: Mail, proficiency: 2 }] }]
`,
    });
    expect(profiles[0]?.entries).toMatchObject([{ skill: "mail", proficiency: 4, distance: 0 }]);
  });

  test("a user without any skill is named all the same", async () => {
    const { users } = await load({ "a.yaml": "profiles: [{ name: P, members: { users: [Ann@X] } }]" });
    expect(users).toMatchObject([{ user: "ann@x", sources: [] }]);
  });

  test("fifty skills are not too many", async () => {
    const skills = Array.from({ length: 50 }, (_, n) => `- { name: S${n}, assign_to_users: [a@b.c] }`);
    const { users } = await load({ "a.yaml": skills.join("\n") });
    expect(users[0]?.sources).toHaveLength(50);
  });
});

describe("settings and targets", () => {
  test("without settings every default holds", async () => {
    expect((await load({ "a.yaml": "- name: A" })).settings).toEqual({
      api: "auto",
      defaultProficiency: 1,
      exclusive: false,
      drift: "restore",
      staleSeconds: 60,
      guard: { maxRemovals: 0.3, maxUsersLosing: 25, uncovered: "refuse" },
    });
  });

  test("a target's settings are laid over the shared ones, field by field", async () => {
    const files = {
      "settings.yaml": "exclusive: true\ndrift: report\nguard: { max_removals: 0.1, max_users_losing: 0 }",
      "targets/prod/settings.yaml": `
api: profiles
organization: org-1
default_proficiency: 2.5
requests_per_minute: 50
deadline_seconds: 120
exclusive: false
guard: { max_removals: 0, uncovered: warn }
`,
      "targets/test/settings.yaml": "",
      "a.yaml": "- name: A\n- { name: B, exclusive: true }",
    };
    const prod = await load(files, "prod");
    expect(prod.settings).toEqual({
      api: "profiles",
      organization: "org-1",
      defaultProficiency: 2.5,
      requestsPerMinute: 50,
      deadlineSeconds: 120,
      exclusive: false,
      drift: "report",
      staleSeconds: 60,
      guard: { maxRemovals: 0, maxUsersLosing: 0, uncovered: "warn" },
    });
    expect(prod.skills.map((skill) => skill.exclusive)).toEqual([false, true]);
    expect((await load(files, "test")).skills.map((skill) => skill.exclusive)).toEqual([true, true]);
  });

  test("a target's entry replaces the whole shared entry of the same slug, lists included", async () => {
    const files = {
      "a.yaml": `
skills:
  - { name: A, description: shared, protected: true, assign_to_users: [a@b.c] }
  - { name: B }
profiles: [{ name: P, skills: [A, B], members: { users: [p@b.c] } }]
`,
      "targets/prod/x.yaml": "skills: [{ name: a, assign_to_users: [z@b.c] }, { name: Only }]",
      "targets/prod/y/z.json": '{ "profiles": [{ "name": "P", "skills": ["Only"] }] }',
      "targets/test/x.yaml": "skills: [",
    };
    const { skills, profiles, users } = await load(files, "prod");
    expect(skills).toMatchObject([
      { slug: "a", name: "a", protected: false },
      { slug: "b" },
      { slug: "only" },
    ]);
    expect(skills[0]).not.toHaveProperty("description");
    expect(profiles.map(({ entries }) => entries.map((entry) => entry.skill))).toEqual([["only"]]);
    expect(users.map(({ user }) => user)).toEqual(["z@b.c"]);
  });
});

test.runIf(existsSync("skills"))(
  "the skills directory of this repository says something and has no problem",
  async () => {
    const { desired } = await loadDesired({ dir: "skills" });
    expect(desired.skills.length).toBeGreaterThan(0);
  },
);

describe("files that were read for another target", () => {
  const FILES = {
    "skills.yaml": "skills: [{ name: Billing, id: { eu: e-1, us: u-1 } }]\n",
    "plain.yaml": "skills: [{ name: Sales }]\n",
    "targets/eu/settings.yaml": "time_zone: Europe/Berlin\n",
    "targets/us/more.yaml": "skills: [{ name: Chat }]\n",
  };

  test("say for each target what they would say alone", async () => {
    const dir = await makeDirectory(FILES);
    const filesRead: FilesRead = new Map();
    for (const target of ["eu", "us", "eu"])
      expect(await loadDesired({ dir, target, filesRead })).toStrictEqual(await loadDesired({ dir, target }));
  });

  test("are read again where their text is another, and their problems are said again where it is not", async () => {
    const dir = await makeDirectory(FILES);
    const filesRead: FilesRead = new Map();
    await loadDesired({ dir, target: "eu", filesRead });
    await writeFile(join(dir, "plain.yaml"), "skills: [{ nme: Sales }]\n");
    for (const target of ["us", "eu"])
      await expect(loadDesired({ dir, target, filesRead })).rejects.toThrow("nme");
    await writeFile(join(dir, "plain.yaml"), "skills: [{ name: Returns }]\n");
    const { desired } = await loadDesired({ dir, target: "us", filesRead });
    expect(desired.skills.map(({ name }) => name)).toStrictEqual(["Billing", "Chat", "Returns"]);
  });
});
