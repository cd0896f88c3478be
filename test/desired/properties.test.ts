import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDesired } from "../../src/desired/load.ts";
import type { Desired } from "../../src/model.ts";
import { Failure } from "../../src/problem.ts";
import { load } from "./directory.ts";

describe("order", () => {
  const NAMES = ["Mail", "Chat", "Billing Tier 1", "Spanish"];
  const PROFILES = ["Everyone", "Support", "Night"];
  const USERS = ["ann@x.y", "BOB@x.y", "cleo@x.y"];
  const proficiency = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });

  const mentions = (key: string, names: readonly string[]): fc.Arbitrary<object[]> =>
    fc
      .subarray([...names])
      .chain((some) =>
        fc.tuple(...some.map((name) => proficiency.map((value) => ({ [key]: name, proficiency: value })))),
      );
  const skills = fc.tuple(
    ...NAMES.map((name) =>
      fc.record({
        name: fc.constant(name),
        description: fc.constant(`About ${name}`),
        protected: fc.boolean(),
        assign_to_users: mentions("user", USERS),
        assign_to_groups: mentions("group", ["Desk", "Night Desk"]),
        assign_to_profiles: mentions("profile", [...PROFILES, "Elsewhere"]),
      }),
    ),
  );
  const profiles = fc.tuple(
    ...PROFILES.map((name, index) =>
      fc.record({
        name: fc.constant(name),
        extends: fc.subarray(PROFILES.slice(0, index)),
        skills: mentions("skill", NAMES),
        members: fc.record({ users: fc.subarray(USERS), groups: fc.subarray(["Desk"]) }),
      }),
    ),
  );

  test("the order of files, entries, list items and fields changes nothing but places", async () => {
    await fc.assert(
      fc.asyncProperty(
        skills,
        profiles,
        fc.infiniteStream(fc.nat()),
        async (someSkills, someProfiles, numbers) => {
          const first = await load({
            "a.json": JSON.stringify({ skills: someSkills, profiles: someProfiles }),
          });
          const pick = (): number => [...numbers.take(1)][0] ?? 0;
          const mixed = shuffle({ skills: someSkills, profiles: someProfiles }, pick) as Record<
            string,
            object[]
          >;
          const parts = Object.entries(mixed).flatMap(([key, entries]) =>
            entries.map((entry) => ({ [key]: [entry] })),
          );
          const files = parts.map((part): [string, string] => [
            `${pick()}-${pick()}.json`,
            JSON.stringify(part),
          ]);
          expect(withoutPlaces(await load(Object.fromEntries(files)))).toEqual(withoutPlaces(first));
        },
      ),
      { numRuns: 60 },
    );
  });

  /** The same value with the items of lists and the fields of objects in another order. */
  function shuffle(value: unknown, pick: () => number): unknown {
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, item]: [string, unknown]) => ({
      key,
      item,
      rank: pick(),
    }));
    const mixed = entries
      .sort((a, b) => a.rank - b.rank)
      .map(({ key, item }) => [key, shuffle(item, pick)] as const);
    return Array.isArray(value) ? mixed.map(([, item]) => item) : Object.fromEntries(mixed);
  }

  /** Desired without the places; `extends` is in the order of the file on purpose. */
  function withoutPlaces(desired: Desired): string {
    return JSON.stringify(desired, (key, value: unknown) => {
      if (key === "source") return undefined;
      return key === "extends" && Array.isArray(value) ? value.map(String).sort() : value;
    });
  }
});

describe("no text crashes the loader", () => {
  let dir = "";
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "desired-fuzz-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const PIECES = [
    ...Array.from("-:,[]{}&*!|>'\"%@`#?~ \n\t<="),
    "\n  ",
    "\n- ",
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "<<: ",
    "!!set ",
    "%YAML 1.1\n",
    "skills:",
    "profiles:",
    "name: A",
    "name: B",
    "extends: [A, B]",
    "members: {users: [a@b]}",
    "assign_to_users: ",
    "assign_to_profiles: [A, a]",
    "{user: a@b, proficiency: 3}",
    "slug: ",
    "previously: [A]",
    "__proto__: ",
    "constructor",
    "1e999",
    "\\ud800",
    "\u0000",
    "\u2028",
  ];
  const yamlish = fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((pieces) => pieces.join(""));
  const anyText = fc.oneof(yamlish, fc.string({ unit: "binary" }), fc.json());
  const wellFormed = fc
    .array(
      fc.dictionary(
        fc.constantFrom("name", "slug", "id", "previously", "assign_to_users", "x"),
        fc.jsonValue(),
      ),
    )
    .map((entries) => JSON.stringify({ skills: entries, profiles: entries }));

  test.each([
    ["skills.yaml", fc.oneof(anyText, wellFormed)],
    ["settings.yaml", anyText],
  ])("as %s it is read, or refused with problems that have a code and a position", async (name, texts) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        await writeFile(join(dir, name), text);
        const failure: unknown = await loadDesired({ dir }).catch((error: unknown) => error);
        if (!(failure instanceof Error)) return;
        expect(failure).toBeInstanceOf(Failure);
        for (const problem of failure instanceof Failure ? failure.problems : []) {
          expect(problem.code).toMatch(/^[A-Z][A-Z0-9_]+$/u);
          expect(problem.sourceLine ?? problem.code).toBeDefined();
        }
      }),
      { numRuns: 300 },
    );
    await rm(join(dir, name));
  });
});
