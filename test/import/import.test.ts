/** What is written for an organisation, as a value: nothing is changed by it, nothing is lost without a word. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leftOutWords } from "../../src/import/left-out.ts";
import type { Dialect, Live, LiveProfile, LiveSkill, LiveUser } from "../../src/model.ts";
import { hasNoChanges } from "../support/session.ts";
import { shuffle } from "../support/shuffle.ts";
import { liveOf, ODD_NAMES, organisations } from "./organisations.ts";
import { importLive, planImported, readImported } from "./reading.ts";
import { slugOf } from "../../src/text.ts";

const DIALECTS: readonly Dialect[] = ["cloud", "profiles"];

describe.each(DIALECTS)("with %s", (dialect) => {
  test("planning what was written changes nothing", () => {
    fc.assert(
      fc.property(organisations(dialect), (live) => {
        const plan = planImported(importLive(live), live);
        expect(hasNoChanges(plan), JSON.stringify([plan.stages, plan.refusals])).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("every assignment is in the files at its proficiency, or among what was left out", () => {
    fc.assert(
      fc.property(organisations(dialect), (live) => {
        const imported = importLive(live);
        const plan = planImported(imported, live);
        const adopted =
          plan.notes.flatMap((note) => (note.code === "ADOPTED" ? note.assignments : []))[0] ?? 0;
        const entries = imported.draft.profiles.reduce((sum, { skills }) => sum + skills.length, 0);
        expect(adopted).toBe(imported.draft.assignments + (dialect === "profiles" ? entries : 0));
        const held = live.users.entities.reduce((sum, { skills }) => sum + skills.size, 0);
        if (imported.leftOut.length === 0) expect(imported.draft.assignments).toBe(held);
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
  return { id: `u-${name}`, name, email: `${name}@example.com`, skills: new Map(skills) };
}

/** Each profile as `name: member, member`. */
function profilesIn(live: Live): string[] {
  return importLive(live).draft.profiles.map(
    ({ named, members }) =>
      `${named.name}: ${members.map(({ ref }) => ref.replace("@example.com", "")).join(", ")}`,
  );
}

/** Each line of a user's own as `skill user level`. */
function linesIn(live: Live): string[] {
  return importLive(live).draft.skills.flatMap(({ named, users }) =>
    users.map(({ ref, proficiency }) => `${named.name} ${ref.replace("@example.com", "")} ${proficiency}`),
  );
}

test("two who hold exactly the same share a profile, and need no lines of their own", () => {
  const live = cloud({ ann: { Billing: 3, Chat: 2 }, bob: { Billing: 3, Chat: 2 }, cleo: { Billing: 1 } });
  expect(profilesIn(live)).toStrictEqual(["Chat + Billing: ann, bob"]);
  expect(linesIn(live)).toStrictEqual(["Billing cleo 1"]);
});

test("who holds more than a profile of others has it, and lines for what is beyond it", () => {
  const team = { Billing: 3, Chat: 2 };
  const live = cloud({ ann: team, bob: { ...team, Voice: 4 }, cleo: { ...team, Sales: 1 } });
  expect(profilesIn(live)).toStrictEqual(["Billing + Chat: ann, bob, cleo"]);
  expect(linesIn(live)).toStrictEqual(["Sales cleo 1", "Voice bob 4"]);
});

test("another proficiency than most members have is a line of its own", () => {
  const team = { Billing: 3, Chat: 2 };
  const live = cloud({ ann: team, bob: team, cleo: { ...team, Chat: 5 } });
  expect(profilesIn(live)).toStrictEqual(["Billing + Chat: ann, bob, cleo"]);
  expect(linesIn(live)).toStrictEqual(["Chat cleo 5"]);
});

test("a profile names no proficiency where most members don't agree on one", () => {
  const live = cloud({ ann: { Billing: 1, Chat: 2 }, bob: { Billing: 5, Chat: 2 } });
  expect(importLive(live).draft.profiles[0]?.skills).toStrictEqual([
    { skill: "Billing" },
    { skill: "Chat", proficiency: 2 },
  ]);
  expect(linesIn(live)).toStrictEqual(["Billing ann 1", "Billing bob 5"]);
});

test("half of the members are not most of them", () => {
  const held = [1, 1, 5, 5].map((level, at) => [`user-${at}`, { Billing: level, Chat: 2 }] as const);
  expect(importLive(cloud(Object.fromEntries(held))).draft.profiles[0]?.skills[0]).toStrictEqual({
    skill: "Billing",
  });
});

test("many who share other proficiencies than the others have a profile of their own", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const held = (level: number): Held => Object.fromEntries(names.map((name) => [`Skill ${name}`, level]));
  const users = names.flatMap((name) => [
    [`junior-${name}`, held(1)] as const,
    [`senior-${name}`, held(5)] as const,
  ]);
  expect(importLive(cloud(Object.fromEntries(users))).draft).toMatchObject({
    profiles: [
      { named: { name: "Skill a + Skill b" }, members: { length: 6 } },
      { named: { name: "Skill a + Skill b 2" }, members: { length: 6 } },
    ],
    skills: names.map(() => ({ users: [] })),
  });
});

test("one skill makes no profile, nor do two users who have little in common", () => {
  const live = cloud({
    ann: { Billing: 3 },
    bob: { Billing: 3 },
    cleo: { Chat: 1, Voice: 1, Billing: 2 },
    dan: { Chat: 1, Voice: 1 },
  });
  expect(profilesIn(live)).toStrictEqual([]);
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

test("routing profiles are taken over, and who holds all of one has the closest", () => {
  const live = withProfiles({ ann: { Calls: 2, Billing: 3 }, bob: { Calls: 2 }, cleo: { Billing: 4 } }, [
    { name: "Everyone", skills: ["Calls"] },
    { name: "Desk", skills: ["Billing"], parent: "p-Everyone", description: "First line" },
  ]);
  expect(profilesIn(live)).toStrictEqual(["Desk: ann", "Everyone: bob"]);
  expect(importLive(live).draft.profiles[0]).toMatchObject({
    extends: "Everyone",
    named: { description: "First line" },
  });
  expect(readImported(importLive(live)).profiles[0]?.extends).toStrictEqual(["everyone"]);
});

test("of two profiles that give one skill the higher proficiency counts, so who has the lower needs a line", () => {
  const desk = { Calls: 5, Chat: 1 };
  const lead = { Calls: 1, Voice: 1 };
  const live = withProfiles({ ann: desk, bob: desk, cleo: desk, dan: lead, eve: lead }, [
    { name: "Everyone", skills: ["Calls"] },
    { name: "Lead", skills: ["Calls", "Voice"] },
  ]);
  expect(linesIn(live).filter((line) => line.startsWith("Calls"))).toStrictEqual([
    "Calls dan 1",
    "Calls eve 1",
  ]);
  expect(hasNoChanges(planImported(importLive(live), live))).toBe(true);
});

test("profiles that extend one another in a circle extend nothing, and it is said", () => {
  const live = withProfiles({ ann: { Calls: 2 } }, [
    { name: "A", skills: ["Calls"], parent: "p-B" },
    { name: "B", parent: "p-A" },
    { name: "C", parent: "p-B" },
  ]);
  expect(importLive(live).leftOut).toStrictEqual([
    { code: "EXTENDS", profile: "A" },
    { code: "EXTENDS", profile: "B" },
  ]);
  expect(hasNoChanges(planImported(importLive(live), live))).toBe(true);
});

test("a chain of profiles that is too long is cut where it has to be", () => {
  const chain = Array.from({ length: 45 }, (_, at) => ({
    name: `P${at}`,
    ...(at > 0 && { parent: `p-P${at - 1}` }),
  }));
  const live = withProfiles({ ann: { Calls: 1 } }, chain);
  expect(importLive(live).leftOut).toStrictEqual([
    { code: "EXTENDS", profile: "P21" },
    { code: "EXTENDS", profile: "P42" },
  ]);
  expect(hasNoChanges(planImported(importLive(live), live))).toBe(true);
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
  expect(hasNoChanges(planImported(imported, live))).toBe(true);
  expect(imported.draft.skills.length + imported.leftOut.length).toBe(ODD_NAMES.length);
  const left = imported.leftOut.map((one) => ("name" in one ? one.name : ""));
  expect(left.length).toBe(dialect === "cloud" ? 0 : 7);
  for (const name of left) expect(ODD_NAMES).toContain(name);
});

test("of two skills with one slug the second gets another, and each name stands as it is", () => {
  const { skills } = importLive(named(["C#", "C++", "+++"])).draft;
  expect(skills.map(({ named: { name, slug, hasOwnSlug } }) => [name, slug, hasOwnSlug])).toStrictEqual([
    ["C#", "c", false],
    ["C++", "c-2", true],
    ["+++", "skill-1", true],
  ]);
});

test("two skills of one name are told by their ids", () => {
  const live = named(["Billing", "Billing"]);
  const { skills } = importLive(live).draft;
  expect(skills.map(({ named: { id, reference } }) => [id, reference])).toStrictEqual([
    ["id-0", "billing"],
    ["id-1", "billing-2"],
  ]);
  expect(hasNoChanges(planImported(importLive(live), live))).toBe(true);
});

test("two skills whose names fold alike are told by their ids, and two that share but a slug are not", () => {
  const live = named(["Billing", "BILLING", "Web  Chat", "Web Chat", "Sales (EU)", "Sales EU"]);
  const { skills } = importLive(live).draft;
  expect(skills.map(({ named: { name, id, hasOwnSlug } }) => [name, id, hasOwnSlug])).toStrictEqual([
    ["BILLING", "id-1", false],
    ["Billing", "id-0", true],
    ["Sales (EU)", undefined, false],
    ["Sales EU", undefined, true],
    ["Web  Chat", "id-2", false],
    ["Web Chat", "id-3", true],
  ]);
  expect(hasNoChanges(planImported(importLive(live), live))).toBe(true);
});

test("with cloud, a name that no file can hold is told by its id and spelled otherwise; the comment says how", () => {
  const live = named(["Bill\u202eing "]);
  const imported = importLive(live);
  expect(imported.draft.skills[0]?.named).toMatchObject({ name: "Bill ing", id: "id-0" });
  expect(imported.text).toContain('# in Genesys Cloud "Bill\\u{202e}ing "');
});

test("a name that isn't composed is a name that no file can hold, because files are read composed", () => {
  const name = "Cafe\u0301";
  expect(importLive(named([name])).draft.skills[0]?.named).toMatchObject({
    ...{ name: "Caf\u00e9", id: "id-0", spelled: name },
  });
  const live = named([name], "profiles");
  expect(importLive(live).leftOut).toStrictEqual([{ code: "NAME", what: "skill", name }]);
  for (const one of [live, named([name])])
    expect(hasNoChanges(planImported(importLive(one), one))).toBe(true);
});

test("no text from outside leaves its value: no comment, field, document or bidirectional control is forged", () => {
  const live = named(ODD_NAMES.map((name) => `${name} # x`));
  const text = importLive(live).text;
  expect(text).not.toMatch(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u2029\u202a-\u202e\ufeff]|\p{Surrogate}/u,
  );
  expect(text.split("\n").filter((line) => /^(---|\.\.\.|%|not a comment)/u.test(line))).toStrictEqual([]);
});

test("a long description of several lines stands on one", () => {
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
  const refs = imported.draft.skills[0]?.users.map((one) => one.ref);
  expect(refs).toContain(ref);
  expect(imported.text).toContain(`{ user: ${ref}, proficiency: 3 } # Zoë\\u{a}- x\n`);
  expect(hasNoChanges(planImported(imported, live))).toBe(true);
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
  const { leftOut } = importLive(live);
  expect(leftOut).toStrictEqual([
    { code: "UNKNOWN_SKILLS", count: 1 },
    { code: "TOO_MANY_SKILLS", user: "all@example.com", skills: 51 },
    { code: "USER", user: "Somebody" },
    { code: "PROFICIENCY", user: "odd@example.com", skill: "Skill 0", proficiency: 7 },
  ]);
  for (const left of leftOut) expect(leftOutWords(left)).not.toContain("\n");
});

// ── Files ────────────────────────────────────────────────────────────────────────────────────────────

test("each file says where it comes from, and nothing of when", () => {
  const { files } = importLive(named(["Billing", "Chat"]), { schemas: "../schemas" });
  expect(files.map(({ name }) => name)).toStrictEqual(["settings.yaml", "profiles.yaml", "skills.yaml"]);
  for (const { text } of files) {
    expect(text).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/schemas\/(skills|settings)\.schema\.json\n#\n/u,
    );
    expect(text).toContain("Northmere\\u{a}# not a comment (api.example.com)");
    expect(text).not.toMatch(/20\d\d-|\d:\d\d/u);
  }
});

test("what is too large for one file is divided, and what can't be divided is left out and said", () => {
  const many = Array.from({ length: 30_001 }, (_, at) => userOf([`user-${at}`, { Everybody: 3 }]));
  const teams = Array.from({ length: 6_000 }, (_, at) => userOf([`some-${at}`, { [`Skill ${at % 60}`]: 2 }]));
  const names = Array.from({ length: 60 }, (_, at) => `Skill ${at}`);
  const long = (user: LiveUser): LiveUser => ({ ...user, email: `${"x".repeat(200)}.${user.email}` });
  const live = liveOf({
    skills: ["Everybody", ...names].map(skillOf),
    users: [...many, ...teams.map(long)],
  });
  const imported = importLive(live);
  expect(imported.leftOut).toStrictEqual([
    { code: "TOO_MANY_USERS", what: "skill", name: "Everybody", users: 30_001 },
  ]);
  expect(imported.files.map(({ name }) => name)).toStrictEqual([
    "settings.yaml",
    "skills-1.yaml",
    "skills-2.yaml",
    "skills-3.yaml",
  ]);
  for (const { text } of imported.files) expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
  expect(hasNoChanges(planImported(imported, live))).toBe(true);
});

test("an organisation without anything gives files that are sound", () => {
  const live = liveOf({ skills: [] });
  expect(importLive(live).text).toContain("skills: []\n");
  expect(hasNoChanges(planImported(importLive(live), live))).toBe(true);
});
