/** Organisations drawn at random for imports: real ones are untidy, so names, e-mails and proficiencies are too. */
import fc from "fast-check";
import type { Dialect, Live, LiveProfile, LiveSkill, LiveUser } from "../../src/model.ts";
import { slugOf } from "../../src/text.ts";

/** Names that collide, can't be written, or would be something else in YAML if nobody quoted them. */
export const ODD_NAMES: readonly string[] = [
  "C++",
  "C#",
  "c",
  "+++",
  "Billing",
  "billing",
  "Billing ",
  " Billing",
  "Billing\nTier 2",
  "Billing\u200b",
  "Bill\u202eing",
  "s-1",
  "billing-2",
  "null",
  "true",
  "1.10",
  "0777",
  "- dash",
  "a: b # c",
  "{flow}",
  "'single' \"double\"",
  "*alias &anchor !tag %YAML",
  "<<",
  "__proto__",
  "---",
  "Größe ﷺ",
  "日本語",
  "\ud800lone",
  "x".repeat(500),
  "y ".repeat(5000),
  "::error::no",
];

const name = fc.oneof(
  fc.constantFrom(...ODD_NAMES),
  fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
);
const description = fc.constantFrom(
  null,
  "",
  "Bills",
  "Two\nlines",
  "a: b",
  "\u202eevil",
  "z".repeat(5001),
  " # ",
);
const level = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 5 }) },
  fc.constantFrom(2.5, 0.1, 1e-7, -0),
  fc.constantFrom(7, -1, NaN),
);
const email = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 30 }).map((number) => `user${number}@example.com`) },
  fc.constantFrom(
    "",
    "no at sign",
    "two@at@signs",
    "sp ace@example.com",
    "rtl\u202e@example.com",
    "o'hara@example.com",
  ),
);

const skills = (dialect: Dialect): fc.Arbitrary<LiveSkill[]> =>
  fc.array(fc.record({ name, description }), { maxLength: 9 }).map((drawn) =>
    drawn.map(({ name, description }, at) => ({
      id: `s-${at}`,
      name,
      slug: slugOf(name),
      state: "active" as const,
      ...(dialect === "profiles" && { description }),
    })),
  );

/** Mostly a few sets that many users hold, as where people are set up by a template. */
function users(ids: readonly string[]): fc.Arbitrary<LiveUser[]> {
  const templates = fc.array(fc.subarray([...ids]), { minLength: 1, maxLength: 3 });
  const dead = fc.constantFrom<string[]>([], [], [], ["s-gone"]);
  return templates.chain((sets) =>
    fc
      .array(
        fc.record({
          email,
          name: fc.constantFrom("Ann Lee", "", "# Bob\n- x"),
          id: fc.constantFrom("", "", "", "", "bad id @"),
          set: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...sets) }, fc.subarray([...ids])),
          more: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray([...ids])),
          dead,
          levels: fc.array(level, { minLength: 11, maxLength: 11 }),
          usual: fc.boolean(),
          department: fc.constantFrom("", "Billing", "Sales & Care", "con", "../up"),
        }),
        { maxLength: 14 },
      )
      .map((drawn) =>
        drawn.map(({ email, name, id, set, more, dead, levels, usual, department }, at): LiveUser => {
          const held = [...new Set([...set, ...more, ...dead])];
          const levelOf = (index: number): number => (usual ? 3 : (levels[index] ?? 3));
          return {
            id: `${id}u-${at}`,
            name,
            email,
            division: "Home",
            department,
            skills: new Map(held.map((skill, index) => [skill, levelOf(index)])),
          };
        }),
      ),
  );
}

function profiles(ids: readonly string[]): fc.Arbitrary<LiveProfile[]> {
  const parent = fc.constantFrom(undefined, undefined, "p-0", "p-1", "p-2", "p-gone");
  return fc
    .array(fc.record({ name, description, parent, skills: fc.subarray([...ids, "s-gone"]) }), {
      maxLength: 5,
    })
    .map((drawn) =>
      drawn.map(({ name, description, parent, skills }, at) => ({
        ...{ id: `p-${at}`, name, slug: slugOf(name), description, skills },
        ...(parent !== undefined && { parent }),
      })),
    );
}

function complete<T>(entities: readonly T[]) {
  return { kind: "complete", entities } as const;
}

/** An organisation of this dialect, every list of it complete. */
export const organisations = (dialect: Dialect): fc.Arbitrary<Live> =>
  skills(dialect).chain((skills) => {
    const ids = skills.map(({ id }) => id);
    return fc
      .tuple(users(ids), dialect === "profiles" ? profiles(ids) : fc.constant([]))
      .map(([users, profiles]): Live => liveOf({ dialect, skills, users, profiles }));
  });

/** An organisation that holds this. */
export function liveOf(parts: {
  readonly dialect?: Dialect;
  readonly skills: readonly LiveSkill[];
  readonly users?: readonly LiveUser[];
  readonly profiles?: readonly LiveProfile[];
}): Live {
  return {
    organization: { id: "org-1", name: "Northmere\n# not a comment" },
    dialect: parts.dialect ?? "cloud",
    view: "whole",
    skills: complete(parts.skills),
    absentSkills: [],
    users: complete(parts.users ?? []),
    profiles: complete(parts.profiles ?? []),
    groups: complete([]),
    groupNames: [],
    absentUsers: [],
    references: new Map(),
    requests: 4,
  };
}
