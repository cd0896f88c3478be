/** What is written for an organisation, as a value: nothing is changed by it, nothing is lost without a word. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leftOutWords } from "../../src/import/left-out.ts";
import type { Dialect, Live, LiveProfile, LiveSkill, LiveUser } from "../../src/model.ts";
import { slugOf } from "../../src/text.ts";
import { hasNoChanges } from "../support/session.ts";
import { shuffle } from "../support/shuffle.ts";
import { liveOf, ODD_NAMES, organisations } from "./organisations.ts";
import type { ImportLiveOptions } from "./reading.ts";
import { importLive, planFiles, readFiles } from "./reading.ts";

const DIALECTS: readonly Dialect[] = ["cloud", "profiles"];

describe.each(DIALECTS)("with %s", (dialect) => {
  test("planning what was written changes nothing", () => {
    fc.assert(
      fc.property(organisations(dialect), fc.boolean(), (live, withProfiles) => {
        const plan = planFiles(importLive(live, { withProfiles }).files, live);
        expect(hasNoChanges(plan), JSON.stringify([plan.stages, plan.refusals])).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("every assignment is in the files at its proficiency, or among what was left out", () => {
    fc.assert(
      fc.property(organisations(dialect), (live) => {
        const { draft, files } = importLive(live);
        const plan = planFiles(files, live);
        const adopted =
          plan.notes.flatMap((note) => (note.code === "ADOPTED" ? note.assignments : []))[0] ?? 0;
        const written = draft.people.reduce((sum, { adds }) => sum + adds.size, 0);
        const entries = draft.profiles.flatMap(({ gives }) =>
          [...gives.values()].filter(({ distance }) => distance === 0),
        );
        expect(adopted).toBe(written + (dialect === "profiles" ? entries.length : 0));
        const held = live.users.entities.reduce((sum, { skills }) => sum + skills.size, 0);
        if (draft.leftOut.length === 0) expect(written).toBe(held);
      }),
      { numRuns: 60 },
    );
  });

  test("the order of the lists changes no byte", () => {
    fc.assert(
      fc.property(organisations(dialect), fc.nat(), (live, seed) => {
        const mixed = {
          ...live,
          skills: { ...live.skills, entities: shuffle(live.skills.entities, seed) },
          users: {
            ...live.users,
            entities: shuffle(live.users.entities, seed).map((user) => ({
              ...user,
              skills: new Map(shuffle([...user.skills], seed)),
            })),
          },
          profiles: { ...live.profiles, entities: shuffle(live.profiles.entities, seed) },
        };
        expect(importLive(mixed).text).toBe(importLive(live).text);
      }),
      { numRuns: 60 },
    );
  });

  test("an import for some of the users, and then one for all, say together what one for all says", () => {
    fc.assert(
      fc.property(organisations(dialect), fc.nat({ max: 3 }), (live, share) => {
        const only = ({ id }: LiveUser): boolean => Number(id.at(-1)) % 4 <= share;
        const first = importLive(live, { only, isPartial: true }).files;
        expect(hasNoChanges(planFiles(first, live))).toBe(true);
        const second = importLive(live, { there: first }).files;
        const both = [...first, ...second];
        expect(new Set(both.map(({ name }) => name)).size).toBe(both.length);
        const plan = planFiles(both, live);
        expect(hasNoChanges(plan), JSON.stringify([plan.stages, plan.refusals])).toBe(true);
        expect(importLive(live, { there: both }).files).toStrictEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

type Held = Readonly<Record<string, number>>;

/** Skills by name, users by the part of their e-mail before the @. */
function cloud(users: Readonly<Record<string, Held>>): Live {
  const names = [...new Set(Object.values(users).flatMap((held) => Object.keys(held)))];
  return liveOf({ skills: names.map(skillOf), users: Object.entries(users).map(userOf) });
}

function skillOf(name: string): LiveSkill {
  return { id: `id-${slugOf(name)}`, name, slug: slugOf(name), state: "active" };
}

function userOf([name, held]: readonly [string, Held]): LiveUser {
  const skills = Object.entries(held).map(([skill, level]) => [`id-${slugOf(skill)}`, level] as const);
  const shown = name.charAt(0).toUpperCase() + name.slice(1);
  return { id: `u-${name}`, name: shown, email: `${name}@example.com`, skills: new Map(skills) };
}

/** Each profile as `name: member, member`. */
function profilesIn(live: Live, options: ImportLiveOptions = {}): string[] {
  const { profiles, people } = importLive(live, options).draft;
  return profiles.map(({ named, reference }) => {
    const members = people.filter((person) => person.profiles.includes(reference));
    return `${named.name}: ${members.map(({ ref }) => ref.replace("@example.com", "")).join(", ")}`;
  });
}

/** Each line of a user's own as `user skill level`. */
function linesIn(live: Live): string[] {
  const { people, referenceTo } = importLive(live).draft;
  return people.flatMap(({ ref, lines }) =>
    [...lines].map(([id, level]) => `${ref.replace("@example.com", "")} ${referenceTo(id)} ${level}`),
  );
}

/** What stands under `users:`, without the headers of the files. */
function blocksIn(live: Live): string {
  const { files } = importLive(live);
  return files
    .filter(({ name }) => name.startsWith("users/"))
    .map(({ text }) => text.slice(text.indexOf("users:\n") + "users:\n".length))
    .join("");
}

test("three who hold exactly the same share a profile, and need no lines of their own", () => {
  const team = { Billing: 3, Chat: 2 };
  const live = cloud({ ann: team, bob: team, cleo: team, dan: { Billing: 1 } });
  expect(profilesIn(live)).toStrictEqual(["Chat + Billing: ann, bob, cleo"]);
  expect(blocksIn(live)).toBe(
    [
      "  - user: ann@example.com # Ann",
      "    profiles: [Chat + Billing]",
      "  - user: bob@example.com # Bob",
      "    profiles: [Chat + Billing]",
      "  - user: cleo@example.com # Cleo",
      "    profiles: [Chat + Billing]",
      "  - user: dan@example.com # Dan",
      "    skills:",
      "      Billing: 1",
      "",
    ].join("\n"),
  );
});

test("two who hold the same make no profile, nor do three of one skill, nor with --no-profiles any", () => {
  const team = { Billing: 3, Chat: 2 };
  expect(profilesIn(cloud({ ann: team, bob: team, cleo: { ...team, Voice: 1 } }))).toStrictEqual([]);
  expect(profilesIn(cloud({ ann: { Chat: 1 }, bob: { Chat: 1 }, cleo: { Chat: 1 } }))).toStrictEqual([]);
  const live = cloud({ ann: team, bob: team, cleo: team });
  expect(profilesIn(live, { withProfiles: false })).toStrictEqual([]);
  expect(importLive(live, { withProfiles: false }).text).not.toContain("profiles:");
});

test("a user with more skills than a profile gets the profile, and lines for the other skills", () => {
  const team = { Billing: 3, Chat: 2 };
  const live = cloud({ ann: team, bob: team, cleo: team, dan: { ...team, Sales: 1 } });
  expect(profilesIn(live)).toStrictEqual(["Billing + Chat: ann, bob, cleo, dan"]);
  expect(linesIn(live)).toStrictEqual(["dan Sales 1"]);
});

test("another proficiency than most members have is a line of its own", () => {
  const team = { Billing: 3, Chat: 2 };
  const live = cloud({ ann: team, bob: team, cleo: { ...team, Chat: 5 } });
  expect(profilesIn(live)).toStrictEqual(["Billing + Chat: ann, bob, cleo"]);
  expect(linesIn(live)).toStrictEqual(["cleo Chat 5"]);
});

test("profiles are called after the group that is just these people, else their department, else rare skills", () => {
  const basics = { Email: 1, Calls: 1 };
  const people = {
    ...Object.fromEntries(["a1", "a2", "a3"].map((name) => [name, { ...basics, German: 2 }])),
    ...Object.fromEntries(["b1", "b2", "b3"].map((name) => [name, { ...basics, Refunds: 2 }])),
    ...Object.fromEntries(["c1", "c2", "c3"].map((name) => [name, { ...basics, Sales: 2, Solar: 1 }])),
    ...Object.fromEntries(["d1", "d2", "d3"].map((name) => [name, { ...basics, Refunds: 2, Urdu: 1 }])),
  };
  const base = cloud(people);
  const users = base.users.entities.map((user) => ({
    ...user,
    ...(user.name.startsWith("B") && { department: "Care" }),
    ...(user.name.startsWith("D") && { department: "Care" }),
    ...(user.name.startsWith("A") && { department: "Language Desk" }),
  }));
  const live = { ...base, users: { ...base.users, entities: users } };
  const names = (options = {}): string[] =>
    profilesIn(live, options).map((line) => line.split(": ").slice(0, -1).join(": "));
  expect(names()).toStrictEqual(["Care with Refunds", "Care with Urdu", "Language Desk", "Sales + Solar"]);
  // A name with a colon would need quotes wherever somebody writes it.
  expect(importLive(live).text).toContain("profiles: [Care with Refunds]\n");
  const group = { id: "g", name: "Night [1]", state: "active" as const, members: ["u-c3", "u-c1", "u-c2"] };
  expect(names({ groups: [group] })).toContain("Night [1]");
  expect(importLive(live, { groups: [group] }).text).toContain('#   members: { groups: ["Night [1]"] }\n');
  const others = [
    { ...group, members: ["u-c1", "u-c2"] },
    { ...group, members: [...group.members, "u-d1"] },
  ];
  expect(names({ groups: others })).not.toContain("Night [1]");
});

test("what is proposed for a group, written as it says, changes nothing either", () => {
  const team = { Billing: 3, Chat: 2 };
  const members = ["u-ann", "u-bob", "u-cleo"];
  const group = { id: "g", name: "Desk", state: "active" as const, members };
  const live = { ...cloud({ ann: team, bob: team, cleo: { ...team, Web: 1 }, dan: team }) };
  const withGroup = {
    ...live,
    groups: { kind: "complete", entities: [{ ...group, members: ["u-ann", "u-bob", "u-dan"] }] } as const,
  };
  const { files } = importLive(live, { groups: withGroup.groups.entities });
  const edited = files.map(({ name, text }) => ({
    name,
    text: text
      .replace("  #   members: { groups: [Desk] }\n", "")
      .replace("  - name: Desk\n", "  - name: Desk\n    members: { groups: [Desk] }\n")
      .replaceAll("    profiles: [Desk]\n", ""),
  }));
  const cleo = edited.map((file) => ({
    ...file,
    text: file.text.replace("# Cleo\n", "# Cleo\n    profiles: [Desk]\n"),
  }));
  expect(cleo.map(({ text }) => text).join("")).toContain("members: { groups: [Desk] }");
  const plan = planFiles(cleo, withGroup);
  expect(hasNoChanges(plan), JSON.stringify([plan.stages, plan.refusals])).toBe(true);
});

test("moving one person is one edit", () => {
  const [billing, sales] = [
    { Billing: 3, Chat: 2 },
    { Sales: 3, Chat: 1 },
  ];
  const live = cloud({
    ...{ a1: billing, a2: billing, a3: billing },
    ...{ b1: sales, b2: sales, b3: sales },
  });
  const { files } = importLive(live);
  const moved = files.map(({ name, text }) => ({
    name,
    text: text.replace(/(a1@example\.com # A1\n    profiles: )\[.*\]/u, "$1[Sales + Chat]"),
  }));
  expect(moved).not.toStrictEqual(files.map(({ name, text }) => ({ name, text })));
  const changed = planFiles(moved, live).stages.flat();
  expect(changed.map(({ name, changes }) => [name, changes.length])).toStrictEqual([["A1", 2]]);
});

test("a user's file is that of the department, else the division; no name leads out of the folder", () => {
  const base = cloud({ ann: { Chat: 1 }, bob: { Chat: 1 }, cleo: { Chat: 1 }, dan: { Chat: 1 } });
  const filesOf = (...units: { division?: string; department?: string }[]): string[] => {
    const entities = base.users.entities.map((user, at) => ({ ...user, ...units[at] }));
    const { files } = importLive({ ...base, users: { ...base.users, entities } });
    return files.map(({ name }) => name).filter((name) => name.startsWith("users/"));
  };
  const home = { division: "Home" };
  expect(filesOf(home, home, home, { division: "South" })).toStrictEqual([
    "users/home.yaml",
    "users/south.yaml",
  ]);
  const care = { ...home, department: "Care & Co" };
  expect(filesOf(care, care, home, home)).toStrictEqual(["users/care-co.yaml", "users/other.yaml"]);
  expect(
    filesOf({ division: "../../etc" }, { division: "CON" }, { division: "日本" }, { division: "Settings" }),
  ).toStrictEqual(["users/con-users.yaml", "users/etc.yaml", "users/settings-users.yaml", "users/日本.yaml"]);
});

function withProfiles(
  users: Readonly<Record<string, Held>>,
  profiles: readonly Partial<LiveProfile>[],
): Live {
  const base = cloud(users);
  return liveOf({
    dialect: "profiles",
    skills: base.skills.entities,
    users: base.users.entities,
    profiles: profiles.map(({ name = "", skills = [], ...profile }) => ({
      ...{ id: `p-${name}`, name, slug: slugOf(name), description: null },
      skills: skills.map((skill) => `id-${slugOf(skill)}`),
      ...profile,
    })),
  });
}

test("routing profiles are imported, and a user with all skills of one gets the closest", () => {
  const live = withProfiles({ ann: { Calls: 2, Billing: 3 }, bob: { Calls: 2 }, cleo: { Billing: 4 } }, [
    { name: "Everyone", skills: ["Calls"] },
    { name: "Desk", skills: ["Billing"], parent: "p-Everyone", description: "First line" },
  ]);
  expect(profilesIn(live)).toStrictEqual(["Desk: ann", "Everyone: bob"]);
  expect(importLive(live).draft.profiles[0]).toMatchObject({
    extends: "Everyone",
    named: { description: "First line" },
  });
  expect(readFiles(importLive(live).files).profiles[0]?.extends).toStrictEqual(["everyone"]);
});

test("if two profiles give one skill, the higher proficiency counts, so a user with the lower one needs a line", () => {
  const [desk, lead] = [
    { Calls: 5, Chat: 1, Mail: 1 },
    { Calls: 1, Voice: 1, Urdu: 1, Welsh: 1 },
  ];
  const both = { ...desk, ...lead };
  const live = withProfiles(
    { ann: desk, bob: desk, cleo: desk, dan: lead, eve: lead, fay: lead, gus: both },
    [
      { name: "Desk", skills: ["Calls", "Chat", "Mail"] },
      { name: "Lead", skills: ["Calls", "Voice", "Urdu", "Welsh"] },
    ],
  );
  expect(profilesIn(live)).toStrictEqual(["Desk: ann, bob, cleo, gus", "Lead: dan, eve, fay, gus"]);
  expect(linesIn(live)).toStrictEqual(["gus Calls 1"]);
  expect(hasNoChanges(planFiles(importLive(live).files, live))).toBe(true);
});

test("profiles that extend one another in a circle extend nothing, with a comment", () => {
  const live = withProfiles({ ann: { Calls: 2 } }, [
    { name: "A", skills: ["Calls"], parent: "p-B" },
    { name: "B", parent: "p-A" },
    { name: "C", parent: "p-B" },
  ]);
  expect(importLive(live).draft.leftOut).toStrictEqual([
    { code: "EXTENDS", profile: "A" },
    { code: "EXTENDS", profile: "B" },
  ]);
  expect(hasNoChanges(planFiles(importLive(live).files, live))).toBe(true);
});

test("a chain of profiles that is too long is cut where it has to be", () => {
  const chain = Array.from({ length: 45 }, (_, at) => ({
    name: `P${at}`,
    ...(at > 0 && { parent: `p-P${at - 1}` }),
  }));
  const live = withProfiles({ ann: { Calls: 1 } }, chain);
  expect(importLive(live).draft.leftOut).toStrictEqual([
    { code: "EXTENDS", profile: "P21" },
    { code: "EXTENDS", profile: "P42" },
  ]);
  expect(hasNoChanges(planFiles(importLive(live).files, live))).toBe(true);
});

// ── What YAML can't say ──────────────────────────────────────────────────────────────────────────────

function named(names: readonly string[], dialect: Dialect = "cloud"): Live {
  const skills = names.map((name, at) => ({
    id: `id-${at}`,
    name,
    slug: slugOf(name),
    state: "active" as const,
  }));
  const held = new Map(skills.map(({ id }) => [id, 3]));
  const users = ["ann", "bob"].map((name) => ({
    id: `u-${name}`,
    name,
    email: `${name}@example.com`,
    skills: held,
  }));
  return liveOf({ dialect, skills, users: names.length > 50 ? [] : users });
}

test.each(DIALECTS)("all odd names at once: each is written or left out, with %s", (dialect) => {
  const live = named(ODD_NAMES, dialect);
  const imported = importLive(live);
  expect(hasNoChanges(planFiles(imported.files, live))).toBe(true);
  expect(imported.draft.skills.length + imported.draft.leftOut.length).toBe(ODD_NAMES.length);
  const left = imported.draft.leftOut.map((one) => ("name" in one ? one.name : ""));
  expect(left.length).toBe(dialect === "cloud" ? 0 : 7);
  for (const name of left) expect(ODD_NAMES).toContain(name);
});

test("the second of two skills with one slug gets another slug, and both keep their names", () => {
  const { skills } = importLive(named(["C#", "C++", "+++"])).draft;
  expect(skills.map(({ name, slug, hasOwnSlug }) => [name, slug, hasOwnSlug])).toStrictEqual([
    ["C#", "c", false],
    ["C++", "c-2", true],
    ["+++", "skill-1", true],
  ]);
});

test("two skills of one name are identified by their ids", () => {
  const live = named(["Billing", "Billing"]);
  const { skills } = importLive(live).draft;
  expect(skills.map(({ id, reference }) => [id, reference])).toStrictEqual([
    ["id-0", "billing"],
    ["id-1", "billing-2"],
  ]);
  expect(hasNoChanges(planFiles(importLive(live).files, live))).toBe(true);
});

test("two skills whose names fold alike get ids, and two that share only a slug don't", () => {
  const live = named(["Billing", "BILLING", "Web  Chat", "Web Chat", "Sales (EU)", "Sales EU"]);
  const { skills } = importLive(live).draft;
  expect(skills.map(({ name, id, hasOwnSlug }) => [name, id, hasOwnSlug])).toStrictEqual([
    ["BILLING", "id-1", false],
    ["Billing", "id-0", true],
    ["Sales (EU)", undefined, false],
    ["Sales EU", undefined, true],
    ["Web  Chat", "id-2", false],
    ["Web Chat", "id-3", true],
  ]);
  expect(hasNoChanges(planFiles(importLive(live).files, live))).toBe(true);
});

test("with cloud, a name that YAML can't contain gets its id and another spelling, with a comment", () => {
  const live = named(["Bill\u202eing "]);
  const imported = importLive(live);
  expect(imported.draft.skills[0]).toMatchObject({ name: "Bill ing", id: "id-0" });
  expect(imported.text).toContain('# in Genesys Cloud "Bill\\u{202e}ing "');
});

test("a name that isn't composed is a name that no file can hold, because files are read composed", () => {
  const name = "Cafe\u0301";
  expect(importLive(named([name])).draft.skills[0]).toMatchObject({
    ...{ name: "Caf\u00e9", id: "id-0", spelled: name },
  });
  const live = named([name], "profiles");
  expect(importLive(live).draft.leftOut).toStrictEqual([{ code: "NAME", what: "skill", name }]);
  for (const one of [live, named([name])])
    expect(hasNoChanges(planFiles(importLive(one).files, one))).toBe(true);
});

test("no text from outside leaves its value: no comment, field, document or bidirectional control is forged", () => {
  const live = named(ODD_NAMES.map((name) => `${name} # x`));
  const text = importLive(live).text;
  expect(text).not.toMatch(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u2029\u202a-\u202e\ufeff]|\p{Surrogate}/u,
  );
  expect(text.split("\n").filter((line) => /^(---|\.\.\.|%|not a comment)/u.test(line))).toStrictEqual([]);
});

test("a long description of several lines becomes one line", () => {
  const description = "One line after another, and each of them long enough.\n".repeat(4);
  const live = liveOf({ dialect: "profiles", skills: [{ ...skillOf("Billing"), description }] });
  expect(importLive(live).text).toContain(`    description: ${JSON.stringify(description)}\n`);
});

test.each<[string, Partial<LiveUser>, string]>([
  ["no e-mail", { email: "" }, "u-1"],
  ["an e-mail that is none", { email: "two@at@signs" }, "u-1"],
  ["an e-mail that another has too", { email: "ann@example.com" }, "u-1"],
])("a user with %s is told by the id, with the name beside it", (_, user, ref) => {
  const base = named(["Billing"]);
  const [ann] = base.users.entities;
  if (!ann) throw new Error("There is nobody.");
  const odd = { ...ann, id: "u-1", name: "Zoë\n- x", ...user };
  const live = { ...base, users: { ...base.users, entities: [ann, odd] } };
  const imported = importLive(live);
  expect(imported.draft.people.map((one) => one.ref)).toContain(ref);
  expect(imported.text).toContain(`  - user: ${ref} # Zoë\\u{a}- x\n    skills:\n      Billing: 3\n`);
  expect(hasNoChanges(planFiles(imported.files, live))).toBe(true);
});

test("what no file can say is left out by code, with a sentence on one line", () => {
  const names = Array.from({ length: 51 }, (_, at) => `Skill ${at}`);
  const skills = names.map(skillOf);
  const all = new Map(skills.map(({ id }) => [id, 1]));
  const person = (id: string, email: string, held: ReadonlyMap<string, number>): LiveUser => {
    return { id, name: "Somebody", email, skills: held };
  };
  const live = liveOf({
    skills,
    users: [
      person("u-1", "all@example.com", all),
      person("no id @", "", new Map([["id-skill-0", 1]])),
      person(
        "u-3",
        "odd@example.com",
        new Map([
          ["id-skill-0", 7],
          ["gone", 1],
        ]),
      ),
    ],
  });
  const { leftOut } = importLive(live).draft;
  expect(leftOut).toStrictEqual([
    { code: "USER", user: "Somebody" },
    { code: "TOO_MANY_SKILLS", user: "all@example.com", skills: 51 },
    { code: "PROFICIENCY", user: "odd@example.com", skill: "Skill 0", proficiency: 7 },
    { code: "UNKNOWN_SKILLS", count: 1 },
  ]);
  for (const left of leftOut) expect(leftOutWords(left)).not.toContain("\n");
});

// ── Files ────────────────────────────────────────────────────────────────────────────────────────────

test("each file says where it comes from, and nothing of when", () => {
  const { files } = importLive(named(["Billing", "Chat"]), { schemas: "../schemas" });
  expect(files.map(({ name }) => name)).toStrictEqual(["settings.yaml", "skills.yaml", "users/other.yaml"]);
  for (const { name, text } of files) {
    expect(text).toMatch(
      name.startsWith("users/")
        ? /^# yaml-language-server: \$schema=\.\.\/\.\.\/schemas\/skills\.schema\.json\n#\n/u
        : /^# yaml-language-server: \$schema=\.\.\/schemas\/(skills|settings)\.schema\.json\n#\n/u,
    );
    expect(text).toContain("Northmere (api.example.com)");
    expect(text).not.toMatch(/20\d\d-|\d:\d\d/u);
  }
});

test("what is too large for one file is divided", () => {
  const people = Array.from({ length: 9_000 }, (_, at) =>
    userOf([`user-${at}`, { Everybody: at % 6, [`Skill ${at % 60}`]: 2 }]),
  );
  const names = Array.from({ length: 60 }, (_, at) => `Skill ${at}`);
  const long = (user: LiveUser): LiveUser => ({ ...user, email: `${"x".repeat(100)}.${user.email}` });
  const live = liveOf({ skills: ["Everybody", ...names].map(skillOf), users: people.map(long) });
  const imported = importLive(live, { withProfiles: false });
  expect(imported.draft.leftOut).toStrictEqual([]);
  expect(imported.files.map(({ name }) => name)).toStrictEqual([
    "settings.yaml",
    "skills.yaml",
    ...["users/other.yaml", "users/other-2.yaml", "users/other-3.yaml", "users/other-4.yaml"],
  ]);
  for (const { text } of imported.files) expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
  expect(hasNoChanges(planFiles(imported.files, live))).toBe(true);
});

test("an organisation without anything gives files that are sound", () => {
  const live = liveOf({ skills: [] });
  expect(importLive(live).files.map(({ name }) => name)).toStrictEqual(["settings.yaml"]);
  expect(hasNoChanges(planFiles(importLive(live).files, live))).toBe(true);
});

// ── Beside what is there ─────────────────────────────────────────────────────────────────────────────

const THERE = [
  {
    name: "mine.yaml",
    text: `skills:
  - { name: Billing, assign_to_users: [{ user: ann@example.com, proficiency: 1 }] }
  - { name: Old Chat, previously: [] }
  - { name: Gone, managed: false }
profiles:
  - { name: Desk, skills: [Billing, Old Chat] }
`,
  },
];

test("what the YAML says already stays as it says it; only what it lacks is written, in files of its own", () => {
  const live = cloud({
    ann: { Billing: 3, Sales: 2, Gone: 1 },
    bob: { Billing: 4, "Old Chat": 2 },
  });
  const { files, draft } = importLive(live, { there: THERE });
  expect(files.map(({ name, about }) => [name, about])).toStrictEqual([
    ["skills.yaml", "1 skill"],
    ["users/other.yaml", "2 users"],
  ]);
  expect(draft.skills.map(({ name }) => name)).toStrictEqual(["Sales"]);
  expect(files[1]?.text).toContain(
    "users:\n  - user: ann@example.com # Ann\n    skills:\n      Sales: 2\n" +
      "  - user: bob@example.com # Bob\n    profiles: [Desk]\n    skills:\n      Billing: 4\n      Old Chat: 2\n",
  );
  const before = planFiles(THERE, live).stages.flat().length;
  expect(planFiles([...THERE, ...files], live).stages.flat()).toHaveLength(before);
});

test("a skill that is too similar to a name of the YAML is left out, with a comment", () => {
  const there = [{ name: "mine.yaml", text: "skills: [{ name: Billing }, { name: C++, slug: c }]\n" }];
  const live = named(["Billing", "BILLING", "C++", "c"]);
  const { files, draft } = importLive(live, { there });
  expect(draft.leftOut.map((left) => ("name" in left ? left.name : left.code))).toStrictEqual([
    "BILLING",
    "c",
  ]);
  expect(hasNoChanges(planFiles([...there, ...files], live))).toBe(true);
});
