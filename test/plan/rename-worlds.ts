/** Small organisations whose skills are renamed, for properties: what the YAML says, what people do manually, and runs. */
import fc from "fast-check";
import { closeRecords } from "../../src/ledger/records.ts";
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
import { changesOf, keepChanges } from "../../src/plan/changes.ts";
import { foldLedger, INTENT } from "../../src/plan/delta.ts";
import type { Planned } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";
import { applyInMemory, settlementOf } from "./apply-in-memory.ts";

/** All names that one line of business may have over time; each is its own slug. */
export const NAMES = ["left", "right", "both", "final"] as const;
export type Name = (typeof NAMES)[number];
export const USERS = ["ann", "bob", "cleo", "dora"] as const;
export type User = (typeof USERS)[number];

/** `any`: the YAML names the user without a proficiency. */
export type Asked = Partial<Record<User, number | "any">>;

/** What the YAML says: one skill of each name. */
export type Yaml = readonly {
  readonly name: Name;
  readonly previously: readonly Name[];
  readonly users: Asked;
}[];

const SOURCE = { file: "skills.yaml", line: 1, column: 1 };

export function desiredOf(yaml: Yaml): Desired {
  const skills = yaml.map(({ name, previously }): DesiredSkill => ({
    ...{
      slug: name,
      slugWritten: false,
      name,
      source: SOURCE,
      protected: false,
      exclusive: false,
      managed: true,
    },
    previously,
  }));
  const lines = yaml.flatMap(({ name, users }) =>
    Object.entries(users).map(([user, level]) => ({ user: `${user}@example.com`, name, level })),
  );
  const users = [...new Set(lines.map(({ user }) => user))].map((user) => ({
    ...{ user, source: SOURCE },
    sources: lines
      .filter((line) => line.user === user)
      .map(({ name, level }) => ({
        ...{ skill: name, via: { kind: "user", closeness: 0 } as const, source: SOURCE },
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
    ...{
      dialect,
      view: "whole",
      groupNames: [],
      absentUsers: [],
      absentSkills: [],
      references: new Map(),
      requests: 0,
    },
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
  return { id, name, slug: name, state: "active", ...(dialect === "profiles" && { description: null }) };
}

/** Manually: gives a skill at a proficiency, or takes it where that is null; a name without a skill changes nothing. */
export interface Edit {
  readonly user: User;
  readonly name: Name;
  readonly level: number | null;
}

export function editManually(live: Live, edits: readonly Edit[]): Live {
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
export function createManually(live: Live, name: Name): Live {
  const skill = skillOf(name, live.dialect, `manual-${name}`);
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
      const isOurs = isOwned(live, ledger, user, name);
      return level === undefined ? [] : [`${user} ${name} ${level}, ${isOurs ? "ours" : "manual"}`];
    }),
  );
}

/** Also by what a run that is over has recorded: the value that it meant is ours, unless it was to be given manually. */
export function isOwned(live: Live, ledger: Ledger | null, user: User, name: Name): boolean {
  const skill = idOf(live, name) ?? "";
  const item = ledger?.users.find(({ id }) => id === user);
  const isHeld = item?.assignments[skill] !== undefined;
  const keys = [skill, `new:${name}`];
  const record = item?.records?.find(({ field }) => field.kind === "skill" && keys.includes(field.id));
  if (record?.outcome !== "over") return isHeld;
  const level = levelOf(live, user, name) ?? null;
  if (record.values.includes(level)) return keys.every((key) => item?.migrations?.[key]?.manual !== true);
  return isHeld && level === record.before;
}

// ── Runs ─────────────────────────────────────────────────────────────────────────────────────────────

export interface State {
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
  /** Which changes are withheld, by their place in the plan. */
  readonly isWithheld?: (index: number) => boolean;
}

export function planFor(state: State, yaml: Yaml, options: RunOptions = {}): Plan {
  return plannedFor(state, yaml, options).plan;
}

/** The plan that was made last: most are looked at first and then applied. */
let latest: { readonly made: Planned; readonly of: readonly unknown[] } | undefined;

function plannedFor(state: State, yaml: Yaml, options: RunOptions): Planned {
  const of = [state, yaml, options.inUse, options.isWithheld];
  if (!latest || of.some((one, at) => one !== latest?.of[at])) {
    latest = { made: planAnew(state, yaml, options), of };
  }
  return latest.made;
}

function planAnew({ live, ledger }: State, yaml: Yaml, { inUse = [], isWithheld }: RunOptions): Planned {
  const references = new Map(
    live.skills.entities.map(({ id, name }) => {
      const flows = inUse.some((used) => used === name) ? ["Main Menu"] : [];
      return [id, { kind: "known", flows, skillGroups: [] } as const] as const;
    }),
  );
  const inputs = {
    ...{ desired: desiredOf(yaml), ledger, live: { ...live, references } },
    ...{ allow: new Set(["SKILL_REPLACE", "PREVIOUS_UNMANAGED"]), requestsPerMinute: 300 },
  };
  const made = plan(inputs);
  if (!isWithheld) return made;
  const ids = changesOf(made.plan).flatMap(({ id }, index) => (isWithheld(index) ? [id] : []));
  return plan({ ...inputs, withheld: new Set(ids) });
}

/** Plans and applies; the ledger afterwards is the one that counts for the next plan. */
export function run(state: State, yaml: Yaml, options: RunOptions = {}): State {
  const { between = [], ending = WHOLE } = options;
  const made = plannedFor(state, yaml, options);
  const applied = applyInMemory(made.plan, editManually(state.live, between), reachedOf(made.plan, ending));
  const ledger = ending.crashes
    ? closeRecords(foldLedger(made.delta, INTENT))
    : foldLedger(made.delta, settlementOf(applied));
  return { live: applied.live, ledger };
}

/** A run that lives goes on after a failure; one that dies never comes to a later stage. */
function reachedOf(made: Plan, { isReached, crashes }: Ending): Operation[] {
  let index = 0;
  const reached: Operation[] = [];
  for (const stage of made.stages) {
    const kept = stage.map((operation) =>
      operation.deletion
        ? isReached(index++)
          ? operation
          : null
        : keepChanges(operation, () => isReached(index++)),
    );
    reached.push(...kept.flatMap((operation) => operation ?? []));
    if (crashes && JSON.stringify(kept) !== JSON.stringify(stage)) break;
  }
  return reached;
}

/** Runs until nothing is left to do, and no more than five times; the last run only writes down what it finds. */
export function finish(state: State, yaml: Yaml): State {
  let last = state;
  for (let round = 0; round < 5 && planFor(last, yaml).stages.length > 0; round++) last = run(last, yaml);
  return run(last, yaml);
}

// ── Arbitraries ──────────────────────────────────────────────────────────────────────────────────────

export const dialects = fc.constantFrom<Dialect>("cloud", "profiles");
export const names = fc.constantFrom(...NAMES);
const level = fc.integer({ min: 0, max: 5 });
const user = fc.constantFrom(...USERS);

export const edits = fc.array(fc.record<Edit>({ user, name: names, level: fc.option(level, { freq: 3 }) }), {
  maxLength: 6,
});

export const asked: fc.Arbitrary<Asked> = fc.dictionary(user, fc.oneof(level, fc.constant("any" as const)));

/** Two skills with holders, ours and manual, after a first apply. */
export const beginnings = fc
  .record({ dialect: dialects, full: fc.subarray(["dora"] as User[]), left: asked, right: asked, edits })
  .map(({ dialect, full, left, right, edits }): State => {
    // Who is full has room for one skill alone, so the YAML gives them none.
    const yaml: Yaml = [
      { name: "left", previously: [], users: full.length > 0 ? without(left, "dora") : left },
      { name: "right", previously: [], users: full.length > 0 ? without(right, "dora") : right },
    ];
    const first = run({ live: newOrganisation(dialect, full), ledger: null }, yaml);
    return { ...first, live: editManually(first.live, edits) };
  });

function without(users: Asked, user: User): Asked {
  return Object.fromEntries(Object.entries(users).filter(([name]) => name !== user));
}

export const endings: fc.Arbitrary<Ending> = fc
  .record({ bits: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), crashes: fc.boolean() })
  .map(({ bits, crashes }) => ({ crashes, isReached: (index) => bits[index % bits.length] ?? true }));
