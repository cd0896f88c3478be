/** Ledgers for properties; the slugs are such that a careless object would trip over them. */
import fc from "fast-check";
import type { Intent } from "../../src/ledger/intent.ts";
import type { Ledger, LedgerAssignment } from "../../src/model.ts";

export const SLUGS = ["__proto__", "constructor", "911", "10", "billing"] as const;

const slug = fc.constantFrom(...SLUGS);
const text = fc.string({ minLength: 1, maxLength: 12, unit: "binary" });
const id = fc.string({ minLength: 1, maxLength: 4, unit: "grapheme-ascii" });
export const proficiency = fc.integer({ min: 0, max: 10 }).map((half) => half / 2);

const assignment: fc.Arbitrary<LedgerAssignment> = fc
  .tuple(proficiency, fc.option(text))
  .map(([level, group]) => (group === null ? { proficiency: level } : { proficiency: level, group }));

const intentAssignment = fc
  .tuple(assignment, fc.option(proficiency))
  .map(([meant, before]) => ({ ...meant, before }));

const skill = fc.record(
  { slug, id: fc.option(id), name: text, description: text, protected: fc.boolean() },
  { requiredKeys: ["slug", "id", "name", "protected"] },
);
const skills = fc.uniqueArray(skill, { selector: (one) => one.slug });

const profile = fc.record(
  { slug, id, name: text, description: text, skills: fc.uniqueArray(slug) },
  { requiredKeys: ["slug", "id", "name", "skills"] },
);
const profiles = fc.uniqueArray(profile, { selector: (one) => one.slug });

/** An object with own keys only, in an order that the caller can't rely on. */
function record<T>(value: fc.Arbitrary<T>, minLength: number): fc.Arbitrary<Record<string, T>> {
  return fc
    .uniqueArray(fc.tuple(slug, value), { selector: ([key]) => key, minLength })
    .map((entries) => Object.fromEntries(entries));
}

function users<T>(value: fc.Arbitrary<T>, minLength: number) {
  return fc.uniqueArray(
    fc
      .tuple(id, fc.option(text), record(value, minLength))
      .map(([user, email, assignments]) =>
        email === null ? { id: user, assignments } : { id: user, email, assignments },
      ),
    { selector: (user) => user.id, maxLength: 4 },
  );
}

const pending = fc.uniqueArray(fc.record({ id, proficiency }), { selector: (one) => one.id });

const replaces = fc.uniqueArray(fc.record({ id, name: text, to: slug, ours: fc.boolean(), pending }), {
  selector: (one) => one.id,
  maxLength: 3,
});

const revision = fc.option(fc.constant("0123456789abcdef0123456789abcdef01234567"));

export const ledgers: fc.Arbitrary<Ledger> = fc.record(
  {
    version: fc.constant(1 as const),
    target: fc.constantFrom("production", "default"),
    organization: id,
    dialect: fc.constantFrom("cloud" as const, "profiles" as const),
    revision,
    skills,
    profiles,
    users: users(assignment, 1),
    replaces,
  },
  {
    requiredKeys: ["version", "target", "organization", "dialect", "revision", "skills", "profiles", "users"],
  },
);

const time = fc.constantFrom("2026-01-31T08:00:00Z", "2026-01-31T08:00:00.123Z");

export const intents: fc.Arbitrary<Intent> = fc.record(
  {
    run: fc.record({ id: text, actor: text, startedAt: time, renewedAt: time }),
    revision,
    sets: fc.record({ skills, profiles, users: users(intentAssignment, 0) }),
    removes: fc.record({
      skills: fc.uniqueArray(slug),
      profiles: fc.uniqueArray(
        fc.record(
          { slug, skills: fc.uniqueArray(slug), gone: fc.uniqueArray(slug, { minLength: 1 }) },
          { requiredKeys: ["slug", "skills"] },
        ),
        { selector: (profile) => profile.slug },
      ),
      users: users(fc.record({ before: fc.option(proficiency) }), 0).map((list) =>
        list.map((user) => ({ id: user.id, assignments: user.assignments })),
      ),
    }),
    replaces,
    done: fc.uniqueArray(id),
  },
  { requiredKeys: ["run", "revision", "sets", "removes", "done"] },
);
