/** Small organisations whose skills are renamed, for properties: what the YAML says, what people do by hand, and runs. */
import fc from "fast-check";
import { intentOf } from "../../src/apply/intent.ts";
import { emptyLedger } from "../../src/ledger/file.ts";
import { resolveUnfinished } from "../../src/ledger/unfinished.ts";
import type {
  Desired,
  DesiredSkill,
  Dialect,
  Ledger,
  Live,
  LiveSkill,
  LiveUser,
  Operation,
  Plan,
} from "../../src/model.ts";
import { ledgerAfter, meantSettlement, nothingDone } from "../../src/plan/after/ledger-after.ts";
import { plan } from "../../src/plan/plan.ts";
import { keepChanges } from "../../src/plan/review.ts";
import { applyInMemory } from "./apply-in-memory.ts";

/** All names that one line of business may have over time; each is its own slug. */
export const NAMES = ["left", "right", "both", "final"] as const;
export type Name = (typeof NAMES)[number];
export const USERS = ["ann", "bob", "cleo", "dora"] as const;
export type User = (typeof USERS)[number];

/** `any`: the YAML names the user without a proficiency. */
export type Wished = Partial<Record<User, number | "any">>;

/** What the YAML says: one skill of each name. */
export type Yaml = readonly {
  readonly name: Name;
  readonly previously: readonly Name[];
  readonly users: Wished;
}[];

const ORIGIN = { file: "skills.yaml", line: 1, column: 1 };

export function desiredOf(yaml: Yaml): Desired {
  const skills = yaml.map(({ name, previously }): DesiredSkill => ({
    ...{ slug: name, name, origin: ORIGIN, protected: false, exclusive: false, managed: true },
    previously: previously.map((former) => ({ name: former, slug: former })),
  }));
  const wishes = yaml.flatMap(({ name, users }) =>
    Object.entries(users).map(([user, level]) => ({ user: `${user}@example.com`, name, level })),
  );
  const users = [...new Set(wishes.map(({ user }) => user))].map((user) => ({
    ...{ user, origin: ORIGIN },
    wishes: wishes
      .filter((wish) => wish.user === user)
      .map(({ name, level }) => ({
        ...{ skill: name, via: { kind: "user", closeness: 0 } as const, origin: ORIGIN },
        ...(level !== "any" && { proficiency: level }),
      })),
  }));
  return {
    target: "default",
    settings: {
      ...{ api: "auto", defaultProficiency: 1, staleSeconds: 0, exclusive: false, drift: "restore" },
      guard: { maxRemovals: 1, maxUsersLosing: 1000, uncovered: "warn" },
    },
    skills,
    profiles: [],
    users,
    groups: [],
  };
}

// ── The organisation ─────────────────────────────────────────────────────────────────────────────────

/** Everybody, with nothing; `full` has 49 other skills. */
export function newOrganisation(dialect: Dialect, full: readonly User[] = []): Live {
  const others = Array.from({ length: 49 }, (_, index) => `other-${index}`);
  const users = USERS.map((name): LiveUser => {
    const skills = new Map(full.includes(name) ? others.map((id) => [id, 1] as const) : []);
    return { id: name, name, email: `${name}@example.com`, skills };
  });
  return {
    organization: { id: "org", name: "Org" },
    ...{ dialect, view: "whole", groupNames: [], absentUsers: [], references: new Map(), requests: 0 },
    skills: complete(full.length > 0 ? others.map((id) => skillOf(id, dialect)) : []),
    users: complete(users),
    groups: complete([]),
    profiles: complete([]),
  };
}

function complete<T>(entities: readonly T[]) {
  return { kind: "complete", entities } as const;
}

function skillOf(name: string, dialect: Dialect, id = name): LiveSkill {
  return { id, name, slug: name, ...(dialect === "profiles" && { description: null }) };
}

/** By hand: gives a skill at a proficiency, or takes it where that is null; a name without a skill changes nothing. */
export interface Edit {
  readonly user: User;
  readonly name: Name;
  readonly level: number | null;
}

export function editByHand(live: Live, edits: readonly Edit[]): Live {
  return edits.reduce((world, { user, name, level }) => {
    const id = idOf(world, name);
    if (id === undefined) return world;
    const users = world.users.entities.map((one) => {
      if (one.id !== user) return one;
      const skills = new Map(one.skills);
      if (level === null) skills.delete(id);
      else if (skills.has(id) || skills.size < 50) skills.set(id, level);
      return { ...one, skills };
    });
    return { ...world, users: complete(users) };
  }, live);
}

/** Somebody makes a skill of their own. */
export function createByHand(live: Live, name: Name): Live {
  const skill = skillOf(name, live.dialect, `by-hand-${name}`);
  return { ...live, skills: complete([...live.skills.entities, skill]) };
}

export function idOf(live: Live, name: string): string | undefined {
  return live.skills.entities.find((skill) => skill.name === name)?.id;
}

export function levelOf(live: Live, user: User, name: string): number | undefined {
  const id = idOf(live, name);
  return live.users.entities.find((one) => one.id === user)?.skills.get(id ?? "");
}

/** `ann both 3, ours`: every holding of the names above, sorted. */
export function pictureOf(live: Live, ledger: Ledger | null): string[] {
  return USERS.flatMap((user) =>
    NAMES.flatMap((name) => {
      const level = levelOf(live, user, name);
      const slug = ledger?.skills.find(({ id }) => id === idOf(live, name))?.slug ?? "";
      const isOurs = ledger?.users.find(({ id }) => id === user)?.assignments[slug] !== undefined;
      return level === undefined ? [] : [`${user} ${name} ${level}, ${isOurs ? "ours" : "by hand"}`];
    }),
  );
}

// ── Runs ─────────────────────────────────────────────────────────────────────────────────────────────

export interface World {
  readonly live: Live;
  readonly ledger: Ledger | null;
}

/** How a run ends: everything done; or only what `isReached` says, written down by the run or told by the next. */
export interface Ending {
  readonly isReached: (index: number) => boolean;
  readonly crashes: boolean;
}

const WHOLE: Ending = { isReached: () => true, crashes: false };

export interface RunOptions {
  /** Names that a flow refers to. */
  readonly inUse?: readonly Name[];
  /** What people do after the plan is made and before it is applied. */
  readonly between?: readonly Edit[];
  readonly ending?: Ending;
}

export function planFor({ live, ledger }: World, yaml: Yaml, inUse: readonly Name[] = []): Plan {
  const references = new Map(
    live.skills.entities.map(({ id, name }) => {
      const flows = inUse.some((used) => used === name) ? ["Main Menu"] : [];
      return [id, { kind: "known", flows, skillGroups: [] } as const] as const;
    }),
  );
  const options = { allow: new Set(["SKILL_REPLACE"]), requestsPerMinute: 300 };
  return plan(desiredOf(yaml), ledger, { ...live, references }, options);
}

/** Plans and applies; the ledger afterwards is the one that counts for the next plan. */
export function run(
  world: World,
  yaml: Yaml,
  { inUse = [], between = [], ending = WHOLE }: RunOptions = {},
): World {
  const made = planFor(world, yaml, inUse);
  const desired = desiredOf(yaml);
  const worlds = { ...world, desired };
  const reached = reachedOf(made, ending);
  const { live, done, createdIds } = applyInMemory(made, editByHand(world.live, between), reached);
  if (!ending.crashes) {
    const isDone = (fingerprint: string): boolean => done.has(fingerprint);
    return { live, ledger: ledgerAfter(made, worlds, { revision: null, isDone, createdIds }) };
  }
  const before = world.ledger ?? emptyLedger("default", "org", world.live.dialect);
  const { replaces } = ledgerAfter(made, worlds, nothingDone(made, null));
  const intent = {
    ...intentOf(before, ledgerAfter(made, worlds, meantSettlement(made, null)), world.live),
    ...{ run: { id: "dead", startedAt: "", renewedAt: "" }, revision: null, done: [] },
    ...(replaces && { replaces }),
  };
  return { live, ledger: resolveUnfinished(before, intent, live).ledger };
}

/** A run that lives goes on after a failure; one that dies never comes to a later stage. */
function reachedOf(made: Plan, { isReached, crashes }: Ending): Operation[] {
  let index = 0;
  const reached: Operation[] = [];
  for (const stage of made.stages) {
    const kept = stage.map((operation) => keepChanges(operation, () => isReached(index++)));
    reached.push(...kept.flatMap((operation) => operation ?? []));
    if (crashes && JSON.stringify(kept) !== JSON.stringify(stage)) break;
  }
  return reached;
}

/** Runs until nothing is left to do, and no more than five times; the last run only writes down what it finds. */
export function settle(world: World, yaml: Yaml): World {
  let settled = world;
  for (let round = 0; round < 5 && planFor(settled, yaml).stages.length > 0; round++)
    settled = run(settled, yaml);
  return run(settled, yaml);
}

// ── Arbitraries ──────────────────────────────────────────────────────────────────────────────────────

export const dialects = fc.constantFrom<Dialect>("cloud", "profiles");
export const names = fc.constantFrom(...NAMES);
const level = fc.integer({ min: 0, max: 5 });
const user = fc.constantFrom(...USERS);

export const edits = fc.array(fc.record<Edit>({ user, name: names, level: fc.option(level, { freq: 3 }) }), {
  maxLength: 6,
});

export const wished: fc.Arbitrary<Wished> = fc.dictionary(user, fc.oneof(level, fc.constant("any" as const)));

/** Two skills with holders, ours and by hand, after a first apply. */
export const beginnings = fc
  .record({ dialect: dialects, full: fc.subarray(["dora"] as User[]), left: wished, right: wished, edits })
  .map(({ dialect, full, left, right, edits }): World => {
    // Who is full has room for one skill alone, so the YAML gives them none.
    const yaml: Yaml = [
      { name: "left", previously: [], users: full.length > 0 ? without(left, "dora") : left },
      { name: "right", previously: [], users: full.length > 0 ? without(right, "dora") : right },
    ];
    const first = run({ live: newOrganisation(dialect, full), ledger: null }, yaml);
    return { ...first, live: editByHand(first.live, edits) };
  });

function without(users: Wished, user: User): Wished {
  return Object.fromEntries(Object.entries(users).filter(([name]) => name !== user));
}

export const endings: fc.Arbitrary<Ending> = fc
  .record({ bits: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), crashes: fc.boolean() })
  .map(({ bits, crashes }) => ({ crashes, isReached: (index) => bits[index % bits.length] ?? true }));
