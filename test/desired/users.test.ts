import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Desired } from "../../src/model.ts";
import { load } from "./directory.ts";

const CATALOGUE = `
skills: [{ name: Billing Tier 1 }, { name: Web Chat }, { name: Returns }]
profiles:
  - { name: Everyone, skills: [Web Chat] }
  - { name: Support, extends: [Everyone], skills: [{ skill: Returns, proficiency: 2 }] }
`;

describe("users:", () => {
  test("a person's skills and profiles, with any, a plain and a written-out proficiency", async () => {
    const { users, profiles } = await load({
      "a.yaml": CATALOGUE,
      "b.yaml": `
users:
  - user: Eve@example.com
    profiles: [Support, { profile: everyone }]
    skills:
      Billing Tier 1: 4
      web-chat:
      Returns: { proficiency: 3 }
`,
    });
    expect(users).toHaveLength(1);
    expect(users[0]).toMatchObject({ user: "eve@example.com", source: { line: 3, column: 11 } });
    const own = users[0]?.sources.filter(({ via }) => via.kind === "user");
    expect(own).toMatchObject([
      { skill: "billing-tier-1", proficiency: 4, via: { closeness: 0 }, source: { line: 6, column: 7 } },
      { skill: "returns", proficiency: 3, source: { line: 8, column: 7 } },
      { skill: "web-chat", source: { line: 7, column: 7 } },
    ]);
    expect(own?.every(({ source }) => source.file.endsWith("b.yaml"))).toBe(true);
    expect(own?.[2]).not.toHaveProperty("proficiency");
    expect(profiles.map(({ slug, members }) => [slug, members.users])).toEqual([
      ["everyone", ["eve@example.com"]],
      ["support", ["eve@example.com"]],
    ]);
  });

  test("a person with neither is named all the same", async () => {
    const { users } = await load({ "a.yaml": "users: [{ user: ann@b.c }]" });
    expect(users).toMatchObject([{ user: "ann@b.c", sources: [] }]);
  });

  test("a target's person replaces the whole shared one", async () => {
    const files = {
      "a.yaml": `${CATALOGUE}users: [{ user: ann@b.c, skills: { Returns: 1 } }, { user: bob@b.c, skills: { Returns: } }]`,
      "targets/prod/x.yaml": "users: [{ user: ANN@b.c, skills: { Web Chat: 2 } }]",
      "targets/test/x.yaml": "users: []",
    };
    const { users } = await load(files, "prod");
    expect(users.map(({ user, sources }) => [user, sources.map(({ skill }) => skill)])).toEqual([
      ["ann@b.c", ["web-chat"]],
      ["bob@b.c", ["returns"]],
    ]);
  });

  test("it says the same as the lists of the skills and profiles", async () => {
    const SKILLS = ["Mail", "Chat", "Billing"];
    const PROFILES = ["Everyone", "Support"];
    const people = fc.uniqueArray(
      fc.record({
        user: fc.constantFrom("ann@x.y", "bob@x.y", "u-1"),
        skills: fc.dictionary(fc.constantFrom(...SKILLS), fc.option(fc.integer({ min: 0, max: 5 }))),
        profiles: fc.subarray(PROFILES),
      }),
      { selector: ({ user }) => user },
    );
    await fc.assert(
      fc.asyncProperty(people, async (some) => {
        const profiles = PROFILES.map((name) => ({ name, skills: name === "Support" ? ["Mail"] : ["Chat"] }));
        const byPerson = { skills: SKILLS.map((name) => ({ name })), profiles, users: some };
        const byThing = {
          skills: SKILLS.map((name) => ({
            name,
            assign_to_users: some.flatMap(({ user, skills }): object[] => {
              const proficiency = skills[name];
              if (proficiency === undefined) return [];
              return proficiency === null ? [{ user }] : [{ user, proficiency }];
            }),
          })),
          profiles: profiles.map((profile) => ({
            ...profile,
            members: {
              users: some.filter((one) => one.profiles.includes(profile.name)).map(({ user }) => user),
            },
          })),
          // A person with nothing can be named here alone.
          users: some.map(({ user }) => ({ user })),
        };
        const [first, second] = [
          await load({ "a.json": JSON.stringify(byPerson) }),
          await load({ "a.json": JSON.stringify(byThing) }),
        ];
        expect(withoutPlaces(first)).toBe(withoutPlaces(second));
      }),
      { numRuns: 60 },
    );
  });

  function withoutPlaces(desired: Desired): string {
    return JSON.stringify(desired, (key, value: unknown) => (key === "source" ? undefined : value));
  }
});

describe("id:", () => {
  const FILES = {
    "a.yaml": `
skills:
  - { name: A, id: { prod: skill-1, eu: skill-2 } }
  - { name: B, id: skill-3 }
profiles: [{ name: P, id: { eu: profile-1 }, skills: [A] }]
`,
    "targets/prod/settings.yaml": "api: auto",
    "targets/eu/settings.yaml": "api: auto",
    "targets/us/settings.yaml": "api: auto",
  };
  test.each([
    ["prod", ["skill-1", "skill-3", undefined]],
    ["eu", ["skill-2", "skill-3", "profile-1"]],
    ["us", [undefined, "skill-3", undefined]],
  ])("is applied for the target %s", async (target, expected) => {
    const { skills, profiles } = await load(FILES, target);
    expect([...skills, ...profiles].map(({ id }) => id)).toEqual(expected);
  });

  test("without targets, the one of default counts, and references by it work", async () => {
    const { skills, profiles } = await load({
      "a.yaml": "skills: [{ name: A, id: { default: x-1 } }]\nprofiles: [{ name: P, skills: [x-1] }]",
    });
    expect(skills[0]?.id).toBe("x-1");
    expect(profiles[0]?.entries).toHaveLength(1);
  });
});
