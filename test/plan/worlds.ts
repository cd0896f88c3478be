/**
 * Small organisations for properties: what the YAML says, what was applied last and what live holds are drawn
 * apart from one another over the same few names, so that every pairing of the three comes up.
 */
import fc from "fast-check";
import type { Declarations } from "../../src/desired/declarations.ts";
import { joinDeclarations, readDeclarations } from "../../src/desired/declarations.ts";
import { layerDeclarations } from "../../src/desired/layers.ts";
import { parseByYaml } from "../../src/desired/parse-yaml.ts";
import { resolveDesired } from "../../src/desired/resolve.ts";
import type {
  AbsentUser,
  Desired,
  Dialect,
  GroupRef,
  Ledger,
  LedgerAssignment,
  LedgerProfile,
  LedgerSkill,
  LedgerUser,
  Live,
  LiveUser,
  Settings,
  WriteRecord,
} from "../../src/model.ts";
import { byText, slugOf } from "../../src/text.ts";
import type { World } from "./scenario.ts";

const SKILLS = ["Billing", "Chat", "Voice", "Refunds"] as const;
const USERS = ["ann", "bob", "cleo", "dan"] as const;
const GROUPS = ["Day Desk", "Night Desk"] as const;
const PROFILES = ["Everyone", "Front Line", "Back Office"] as const;

const DIALECTS: readonly Dialect[] = ["cloud", "profiles"];

const level = fc.integer({ min: 0, max: 3 });
const seldom = fc.integer({ min: 0, max: 7 }).map((number) => number === 7);

const emailOf = (user: string): string => `${user}@example.com`;
const skillId = (name: string): string => `s-${slugOf(name)}`;
const profileId = (name: string): string => `p-${slugOf(name)}`;

/** Each of `keys` present or not, with a value of its own. */
function some<K extends string, V>(keys: readonly K[], value: (key: K) => fc.Arbitrary<V>) {
  return fc
    .tuple(...keys.map((key) => fc.option(value(key), { freq: 2 }).map((drawn) => [key, drawn] as const)))
    .map((pairs) => pairs.flatMap(([key, drawn]) => (drawn === null ? [] : [[key, drawn] as const])));
}

// ── Desired ──────────────────────────────────────────────────────────────────────────────────────────

const sources = (field: string, names: readonly string[]) =>
  some(names, () => fc.option(level, { nil: undefined })).map((pairs) =>
    pairs.map(([name, proficiency]) => ({
      [field]: name,
      ...(proficiency !== undefined && { proficiency }),
    })),
  );

const REFS = [...USERS.map(emailOf), "u-ann"];

const skillFiles = some(SKILLS, (name) =>
  fc.record({
    name: fc.constant(name),
    description: fc.constantFrom(undefined, undefined, "", "About"),
    exclusive: seldom,
    managed: seldom.map((isLetGo) => !isLetGo),
    assign_to_users: sources("user", REFS),
    assign_to_groups: sources("group", GROUPS),
    assign_to_profiles: sources("profile", PROFILES),
  }),
).map((pairs) => pairs.map(([, skill]) => skill));

const profileFiles = (skills: readonly string[]) =>
  some(PROFILES, (name) =>
    fc.record({
      name: fc.constant(name),
      extends: fc.subarray(PROFILES.slice(0, PROFILES.indexOf(name))),
      skills: sources("skill", skills),
      members: fc.record({ users: fc.subarray(REFS), groups: fc.subarray([...GROUPS]) }),
    }),
  ).map((pairs) => {
    const declared = new Set<string>(pairs.map(([name]) => name));
    return pairs.map(([, profile]) => ({
      ...profile,
      extends: profile.extends.filter((name) => declared.has(name)),
    }));
  });

const settings: fc.Arbitrary<Settings> = fc.record({
  api: fc.constant("auto" as const),
  defaultProficiency: level,
  staleSeconds: fc.constant(60),
  exclusive: fc.constant(false),
  drift: fc.constantFrom("restore", "report"),
  guard: fc.record({
    maxRemovals: fc.constantFrom(0, 0.3, 1),
    maxUsersLosing: fc.constantFrom(0, 2, 25),
    uncovered: fc.constantFrom("refuse", "warn"),
  }),
});

/** One file for each skill, and one for the profiles. */
function readFiles(texts: readonly string[]): Declarations[] {
  return texts.map((text, index) => {
    const parsed = parseByYaml({ file: `skills/${index}.yaml`, text }, fail);
    if (parsed.kind !== "tree") throw new Error(text);
    return readDeclarations(parsed.tree);
  });
}

function resolve(files: readonly Declarations[], settings: Settings): Desired {
  const catalogue = layerDeclarations(joinDeclarations(files), joinDeclarations([]), fail);
  return resolveDesired(catalogue, "default", settings);
}

function fail(problem: object): never {
  throw new Error(JSON.stringify(problem));
}

/** What the YAML says, and the same from files that are read in another order. */
export interface Read {
  readonly desired: Desired;
  readonly reread: Desired;
}

const read: fc.Arbitrary<Read> = skillFiles.chain((skills) =>
  fc.tuple(profileFiles(skills.map(({ name }) => name)), settings).map(([profiles, settings]) => {
    const files = readFiles([
      ...skills.map((skill) => JSON.stringify({ skills: [skill] })),
      JSON.stringify({ profiles }),
    ]);
    return { desired: resolve(files, settings), reread: resolve(files.toReversed(), settings) };
  }),
);

// ── Live ─────────────────────────────────────────────────────────────────────────────────────────────

/** Mostly as the ledger would know them; now and then spelled otherwise, renamed, made anew, or two of a kind. */
const liveSkills = fc
  .tuple(
    some(SKILLS, (name) =>
      fc.record({
        id: fc.constantFrom(skillId(name), skillId(name), skillId(name), `manual-${slugOf(name)}`),
        name: fc.constantFrom(name, name, name, name, name.toUpperCase(), `${name}!`, ...SKILLS),
        state: fc.constantFrom("active", "active", "active", "inactive"),
      }),
    ),
    fc.array(
      fc.record({
        id: fc.constantFrom("manual-1", "manual-2"),
        name: fc.constantFrom(
          "Parking",
          ...SKILLS,
          ...SKILLS.flatMap((name) => [`${name}+`, name.toLowerCase()]),
        ),
        state: fc.constantFrom("active", "inactive"),
      }),
      { maxLength: 2 },
    ),
    fc.constantFrom(null, "About", "Manual"),
  )
  .map(([own, others, description]) => {
    const byId = new Map([...own.map(([, skill]) => skill), ...others].map((skill) => [skill.id, skill]));
    return [...byId.values()].map((skill) => ({ ...skill, slug: slugOf(skill.name), description }));
  });

/** Of the skills that the ledger may know, whether a look-up by id finds them deleted. */
const lookUps = fc.tuple(...SKILLS.map(() => fc.constantFrom("deleted", "deleted", "deleted", "unknown")));

type State = "active" | "beside" | "renamed" | "inactive" | "deleted" | "unknown";

const states = fc.constantFrom<State>(
  "active",
  "active",
  "active",
  "beside",
  "renamed",
  "inactive",
  "deleted",
  "unknown",
);

function liveUser(name: string, state: State, skills: LiveUser["skills"]): LiveUser {
  return { id: `u-${name}`, name, email: emailOf(state === "renamed" ? `new-${name}` : name), skills };
}

/** As reading live finds those whom the list lacks: by e-mail for the YAML's sake, by id for the ledger's. */
function absentUsers(name: string, state: State, user: LiveUser): AbsentUser[] {
  const refs = [emailOf(name), user.id];
  switch (state) {
    case "active":
    case "renamed":
      return [];
    case "beside":
      return refs.map((ref) => ({ ref, state: "active", user }));
    case "unknown":
      return refs.map((ref) => ({ ref, state }));
    case "inactive":
    case "deleted":
      return refs.map((ref) => ({ ref, state, id: user.id, name: user.name, email: user.email }));
  }
}

function complete<T>(entities: readonly T[]) {
  return { kind: "complete", entities } as const;
}

const lives = (dialect: Dialect): fc.Arbitrary<Live> =>
  liveSkills.chain((skills) => {
    const ids = skills.map(({ id }) => id);
    const users = fc.tuple(
      ...USERS.map((name) =>
        fc
          .tuple(
            states,
            some(ids, () => level),
          )
          .map(([state, held]) => {
            const user = liveUser(name, state, new Map(held));
            return { user, state, absent: absentUsers(name, state, user) };
          }),
      ),
    );
    const profiles = some(PROFILES, (name) =>
      fc.record({
        id: fc.constantFrom(profileId(name), profileId(name), `manual-${profileId(name)}`),
        name: fc.constantFrom(name, name, name.toUpperCase()),
        description: fc.constantFrom(null, "Manual"),
        parent: fc.constantFrom(undefined, ...PROFILES.map(profileId)),
        skills: fc.subarray(ids),
      }),
    );
    const groups = some(GROUPS, () => fc.subarray(USERS.map((name) => `u-${name}`)));
    const uses = fc.constantFrom([], [], ["Main Menu"]);
    return fc
      .tuple(users, profiles, groups, uses, lookUps, fc.constantFrom("whole", "whole", "whole", "limited"))
      .map(([people, profiles, groups, flows, states, view]): Live => {
        return {
          ...{ organization: { id: "org", name: "Northmere" }, dialect, view, requests: 4 },
          skills: complete(
            skills.map(({ description, ...skill }) =>
              dialect === "cloud" ? skill : { ...skill, description },
            ),
          ),
          users: complete(
            people.flatMap(({ user, state }) => (state === "active" || state === "renamed" ? [user] : [])),
          ),
          absentSkills: SKILLS.flatMap((name, index) => {
            const [id, state] = [skillId(name), states[index] ?? "deleted"] as const;
            return ids.includes(id) ? [] : [{ id, state }];
          }),
          absentUsers: people.flatMap(({ absent }) => absent),
          groups: complete(
            groups.map(([name, members]) => ({
              id: `g-${slugOf(name)}`,
              name,
              state: "active" as const,
              members,
            })),
          ),
          groupNames: groups.map(([name]) => name),
          profiles: complete(
            dialect === "cloud"
              ? []
              : profiles.map(([, { parent, ...profile }]) => ({
                  ...{ ...profile, slug: slugOf(profile.name), ...(parent !== undefined && { parent }) },
                })),
          ),
          references: new Map(ids.map((id) => [id, { kind: "known", flows, skillGroups: [] }])),
        };
      });
  });

// ── Ledger ───────────────────────────────────────────────────────────────────────────────────────────

const outcome = fc.constantFrom<WriteRecord["outcome"]>(undefined, "over", "over", "done");
const value = fc.option(level, { freq: 2 });

/** One skill of a user: what the ledger holds of it, and a write that is still recorded. */
const holding = (name: string) =>
  fc.record({
    name: fc.constant(name),
    assignment: fc.option(
      fc
        .tuple(level, fc.constantFrom(undefined, undefined, ...GROUPS))
        .map(([proficiency, group]): LedgerAssignment => {
          return { name, proficiency, ...(group !== undefined && { group: groupRef(group) }) };
        }),
      { freq: 5 },
    ),
    write: fc.option(
      fc.record({ before: value, values: fc.array(value, { minLength: 1, maxLength: 2 }), outcome }),
      {
        freq: 1,
      },
    ),
  });

type Holding = typeof holding extends (name: string) => fc.Arbitrary<infer T> ? T : never;

function groupRef(name: string): GroupRef {
  return { id: `g-${slugOf(name)}`, name };
}

function recordOf(id: string, { name, assignment, write }: Holding): WriteRecord[] {
  if (!write) return [];
  const { outcome, ...values } = write;
  const field = { kind: "skill", id } as const;
  return [{ field, name, ...values, wasOurs: assignment !== null, ...(outcome && { outcome }) }];
}

const ledgerUser = (name: string, skills: readonly string[]) =>
  fc.tuple(fc.boolean(), some(skills, holding)).map(([isNamed, pairs]): LedgerUser => {
    const records = pairs.flatMap(([skill, one]) => recordOf(skillId(skill), one));
    return {
      id: `u-${name}`,
      ...(isNamed && { email: emailOf(name) }),
      assignments: Object.fromEntries(
        pairs.flatMap(([skill, { assignment }]) => (assignment ? [[skillId(skill), assignment]] : [])),
      ),
      ...(records.length > 0 && { records: records.sort((a, b) => byText(fieldKey(a), fieldKey(b))) }),
    };
  });

function fieldKey({ field }: WriteRecord): string {
  return field.kind === "skill" ? field.id : field.kind;
}

/** A skill that a run meant to make, and of which nobody knows whether it did, is held by nobody yet. */
const ledgers = (dialect: Dialect): fc.Arbitrary<Ledger> =>
  some(SKILLS, () => fc.record({ isMade: seldom.map((isOpen) => !isOpen), isProtected: seldom })).chain(
    (pairs) => {
      const skills = pairs.map(([name, { isMade, isProtected }]): LedgerSkill => {
        const slug = slugOf(name);
        return { id: isMade ? skillId(name) : `new:${slug}`, name, slug, protected: isProtected };
      });
      const made = pairs.flatMap(([name, { isMade }]) => (isMade ? [name] : []));
      const users = some(USERS, (name) => ledgerUser(name, made));
      const profiles = some(PROFILES, () => fc.subarray(made));
      return fc.tuple(users, profiles).map(([users, profiles]): Ledger => {
        return {
          ...{ version: 2, target: "default", organization: "org", dialect, applied: null, attempted: null },
          skills: skills.sort((a, b) => byText(a.id, b.id)),
          profiles:
            dialect === "cloud"
              ? []
              : profiles
                  .map(([name, entries]): LedgerProfile => {
                    const skills = entries.map((skill) => ({ id: skillId(skill), name: skill }));
                    return { id: profileId(name), name, slug: slugOf(name), skills };
                  })
                  .sort((a, b) => byText(a.id, b.id)),
          users: users
            .map(([, user]) => user)
            .filter(({ assignments, records }) => Object.keys(assignments).length > 0 || records),
          replacements: [],
        };
      });
    },
  );

// ── Worlds ───────────────────────────────────────────────────────────────────────────────────────────

/** `reread` is desired from files in another order. */
export const worlds: fc.Arbitrary<World & Read> = fc
  .constantFrom(...DIALECTS)
  .chain((dialect) => fc.tuple(read, fc.option(ledgers(dialect), { freq: 5 }), lives(dialect)))
  .map(([{ desired, reread }, ledger, live]) => ({ desired, reread, ledger, live }));

/** The items in an order that `seed` decides. */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const mixed = items.map((item, index) => {
    const key = Math.imul(index + 1, 2654435761) ^ Math.imul(seed | 1, 40503 + index);
    return { item, key: key >>> 0, index };
  });
  return mixed.sort((a, b) => a.key - b.key || a.index - b.index).map(({ item }) => item);
}
