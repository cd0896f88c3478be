/** Ledgers for properties; the ids are such that a careless object or file name would trip over them. */
import fc from "fast-check";
import type { Ledger, LedgerAssignment, LedgerUser, WriteRecord } from "../../src/model.ts";

const AWKWARD = ["__proto__", "constructor", "911", "10", "Ab", "ab", "..", ".", "a.b", "é", "\ud800", "a b"];
const text = fc.string({ minLength: 1, maxLength: 12, unit: "binary" });
const id = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ minLength: 1, maxLength: 4, unit: "grapheme-ascii" }),
);
const proficiency = fc.integer({ min: 0, max: 10 }).map((half) => half / 2);
const group = fc.record({ id, name: text });
const isTrue = fc.constant(true as const);

const field = fc.oneof(
  fc.constantFrom(
    { kind: "existence" as const },
    { kind: "name" as const },
    { kind: "description" as const },
  ),
  id.map((skill) => ({ kind: "skill" as const, id: skill })),
);
const value = fc.option(fc.oneof(proficiency, text, isTrue));

const day = fc.constantFrom("2026-12-24", "2027-01-06");

const record: fc.Arbitrary<WriteRecord> = fc.record(
  {
    field,
    name: text,
    before: value,
    wasOurs: fc.boolean(),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
    outcome: fc.constantFrom("over" as const, "done" as const),
    group,
    until: day,
  },
  { requiredKeys: ["field", "name", "before", "wasOurs", "values"] },
);
const records = fc.uniqueArray(record, {
  selector: (one) => JSON.stringify(one.field),
  minLength: 1,
  maxLength: 3,
});

/** An object with own keys only, in an order that the caller can't rely on. */
function byId<T>(item: fc.Arbitrary<T>, minLength: number): fc.Arbitrary<Record<string, T>> {
  return fc
    .uniqueArray(fc.tuple(id, item), { selector: ([key]) => key, minLength, maxLength: 4 })
    .map((entries) => Object.fromEntries(entries));
}

const assignment: fc.Arbitrary<LedgerAssignment> = fc.record(
  { name: text, proficiency, group, until: day, reviewed: isTrue },
  { requiredKeys: ["name", "proficiency"] },
);

const user: fc.Arbitrary<LedgerUser> = fc.record(
  {
    id,
    email: text,
    absent: isTrue,
    assignments: byId(assignment, 0),
    migrations: byId(fc.record({ name: text, proficiency, manual: fc.boolean() }), 1),
    records,
  },
  { requiredKeys: ["id", "assignments"] },
);

const skill = fc.record(
  {
    id,
    name: text,
    slug: text,
    slugWritten: isTrue,
    description: text,
    protected: fc.boolean(),
    renamedFrom: fc.array(fc.record({ id, name: text }), { minLength: 1, maxLength: 3 }),
    records,
  },
  { requiredKeys: ["id", "name", "slug", "protected"] },
);

const entries = fc.uniqueArray(fc.record({ id, name: text }), { selector: (one) => one.id, maxLength: 4 });

const profile = fc.record(
  { id, name: text, slug: text, slugWritten: isTrue, description: text, skills: entries, records },
  { requiredKeys: ["id", "name", "slug", "skills"] },
);

const replacement = fc.record({
  ...{ id, name: text, to: id, state: fc.constantFrom("migrating" as const, "in-use" as const) },
});

const revision = fc.option(
  fc.record(
    {
      revision: fc.option(fc.constant("0123456789abcdef0123456789abcdef01234567")),
      day: fc.constantFrom("2026-01-31", "2026-02-01"),
      uncommitted: isTrue,
    },
    { requiredKeys: ["revision", "day"] },
  ),
);

function unique<T extends { readonly id: string }>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.uniqueArray(item, { selector: (one) => one.id, maxLength: 5 });
}

export const ids = id;

const hash = fc.constantFrom("0123456789ab", "ba9876543210", "ffffffffffff");

const carriedOut = fc.uniqueArray(
  fc.record({
    pull: fc.integer({ min: 1, max: 9 }),
    hashes: fc.uniqueArray(hash, { minLength: 1 }),
  }),
  { selector: ({ pull }) => pull, minLength: 1, maxLength: 3 },
);

export const ledgers: fc.Arbitrary<Ledger> = fc.record(
  {
    version: fc.constant(2 as const),
    target: fc.constant("production"),
    organization: fc.constantFrom("org-1", "org-2"),
    dialect: fc.constantFrom("cloud" as const, "profiles" as const),
    applied: revision,
    attempted: revision,
    skills: unique(skill),
    profiles: unique(profile),
    users: unique(user),
    replacements: unique(replacement),
    carriedOut,
  },
  {
    requiredKeys: [
      "version",
      "target",
      "organization",
      "dialect",
      "applied",
      "attempted",
      "skills",
      "profiles",
      "users",
      "replacements",
    ],
  },
);
