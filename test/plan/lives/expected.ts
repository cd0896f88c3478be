/**
 * What a person who reads the YAML would expect, told apart from the planner. "May" answers yes wherever there is
 * doubt, and "surely" only where there is none.
 */
import type { AssignmentSource, Desired, DesiredSkill, Ledger } from "../../../src/model.ts";
import { foldName } from "../../../src/text.ts";
import type { Organisation, Person } from "./organisation.ts";

/** The organisation as it was at one moment. */
export type Snapshot = Pick<Organisation, "dialect" | "skills" | "users" | "groups" | "profiles">;

export function snapshotOf({ dialect, skills, users, groups, profiles }: Organisation): Snapshot {
  return {
    dialect,
    skills: new Map(skills),
    users: new Map(users),
    groups: new Map([...groups].map(([id, group]) => [id, { ...group, members: new Set(group.members) }])),
    profiles: new Map(profiles),
  };
}

/** The three sides of one apply, with the organisation before and after it. */
export interface Facts {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

/** Whether the entry may mean the live skill, before or after the apply. */
export function mayMean(entry: DesiredSkill, id: string, facts: Facts): boolean {
  if (!entry.managed) return false;
  if (entry.id !== undefined) return entry.id === id;
  const { ledger, before, after } = facts;
  const isNamed = (name: string | undefined): boolean =>
    name !== undefined && foldName(name) === foldName(entry.name);
  if (isNamed(before.skills.get(id)?.name) || isNamed(after.skills.get(id)?.name)) return true;
  const keys = ledgerKeys(ledger, id, before);
  const item = ledger?.skills.find((one) => keys.has(one.id));
  if (!item) return false;
  // A run that died may have given it a name that people have changed since.
  const given = (item.records ?? []).flatMap(({ field, values }) => (field.kind === "name" ? values : []));
  const isItem =
    [item.name, ...given].some((name) => isNamed(String(name))) ||
    (item.slugWritten && entry.slugWritten && item.slug === entry.slug);
  return isItem === true || isPrevious(entry, item.name);
}

function isPrevious({ previously }: DesiredSkill, name: string): boolean {
  return previously.some((one) => foldName(one) === foldName(name));
}

/** The one live skill of exactly the entry's name, which the ledger holds under that name, and no rename speaks of. */
export function sureId(entry: DesiredSkill, { desired, ledger, before }: Facts): string | undefined {
  const { name, managed, id } = entry;
  const folded = foldName(name);
  const isSpokenOf = desired.skills.some(
    (other) => isPrevious(other, name) || (other !== entry && foldName(other.name) === folded),
  );
  if (!managed || id !== undefined || entry.previously.length > 0 || isSpokenOf) return undefined;
  const named = [...before.skills.values()].filter((skill) => foldName(skill.name) === folded);
  const items = ledger?.skills.filter((item) => foldName(item.name) === folded) ?? [];
  const [live, item] = [named[0], items[0]];
  if (named.length !== 1 || items.length !== 1 || live?.name !== name || item?.name !== name)
    return undefined;
  const isClaimed = desired.skills.some((other) => other.id === live.id);
  const isReplaced = ledger?.replacements.some((one) => one.id === live.id || one.to === live.id);
  return item.id === live.id && !isClaimed && !isReplaced ? live.id : undefined;
}

// ── People ───────────────────────────────────────────────────────────────────────────────────────────

/** The sources of the YAML that may be for this person, or those that no other group of the name makes doubtful. */
function sourcesFor(person: Person, { desired, ledger, before }: Facts, hasDoubt = true): AssignmentSource[] {
  const hasOwner = (email: string): boolean =>
    [...before.users.values()].some((one) => one.state === "active" && one.email === email);
  const known = ledger?.users.find(({ id }) => id === person.id)?.email;
  const own = desired.users.filter(
    ({ user }) => user === person.id || user === person.email || (user === known && !hasOwner(user)),
  );
  const groups = desired.groups.filter(({ group }) => {
    const named = [...before.groups.values()].filter(
      ({ id, name }) => id === group || foldName(name) === foldName(group),
    );
    const isIn = named.some(({ members }) => members.has(person.id));
    return isIn && (hasDoubt || named.length === 1);
  });
  return [...own, ...groups].flatMap(({ sources }) => sources);
}

/** The sources that may ask for this skill for this person. */
export function sourcesOf(person: Person, skill: string, facts: Facts): AssignmentSource[] {
  const slugs = new Set(
    facts.desired.skills.filter((entry) => mayMean(entry, skill, facts)).map(({ slug }) => slug),
  );
  return slugs.size === 0 ? [] : sourcesFor(person, facts).filter((source) => slugs.has(source.skill));
}

/** Whether the YAML asks for this skill for this person beyond doubt. */
export function isSurelyAsked(person: Person, skill: string, facts: Facts): boolean {
  const { desired, before } = facts;
  const entry = desired.skills.find((one) => sureId(one, facts) === skill);
  if (!entry || person.state !== "active") return false;
  const asks = ({ sources }: { readonly sources: readonly AssignmentSource[] }): boolean =>
    sources.some((source) => source.skill === entry.slug);
  const active = [...before.users.values()].filter(({ state }) => state === "active");
  const isOnly = active.filter(({ email }) => email === person.email).length === 1;
  return (
    desired.users.some((user) => {
      return asks(user) && (user.user === person.id || (isOnly && user.user === person.email));
    }) ||
    desired.groups.some((one) => {
      const named = [...before.groups.values()].filter(
        ({ id, name }) => id === one.group || foldName(name) === foldName(one.group),
      );
      return asks(one) && named.length === 1 && named[0]?.members.has(person.id) === true;
    })
  );
}

/**
 * The proficiencies that the person may be given. `migrated` are those of the old skills that they have; `fresh`
 * counts where no source names any.
 */
export function levelsFor(
  person: Person,
  skill: string,
  migrated: readonly number[],
  fresh: readonly number[],
  facts: Facts,
): readonly number[] {
  const entries = facts.desired.skills.filter((entry) => mayMean(entry, skill, facts));
  if (entries.length === 0) return migrated;
  const readings = [sourcesFor(person, facts), sourcesFor(person, facts, false)];
  return readings.flatMap((sources) =>
    entries.flatMap(({ slug }) => {
      const own = sources.filter((source) => source.skill === slug);
      return own.length === 0 ? migrated : closestLevels(own, fresh);
    }),
  );
}

function closestLevels(sources: readonly AssignmentSource[], fresh: readonly number[]): readonly number[] {
  const naming = sources.filter(({ proficiency }) => proficiency !== undefined);
  if (naming.length === 0) return fresh;
  const closest = Math.min(...naming.map(({ via }) => via.closeness));
  const levels = naming.filter(({ via }) => via.closeness === closest);
  return [Math.max(...levels.map(({ proficiency = 0 }) => proficiency))];
}

// ── The ledger ───────────────────────────────────────────────────────────────────────────────────────

/** Whether the ledger holds the assignment, or a write of it whose outcome is open. */
export function isInLedger(
  ledger: Ledger | null,
  user: string,
  skill: string,
  snapshot: Pick<Snapshot, "skills">,
): boolean {
  const item = ledger?.users.find(({ id }) => id === user);
  const keys = ledgerKeys(ledger, skill, snapshot);
  return (
    Object.keys(item?.assignments ?? {}).some((id) => keys.has(id)) || isOpen(ledger, user, skill, snapshot)
  );
}

/** Whether an earlier write of the assignment is still recorded. */
export function isOpen(
  ledger: Ledger | null,
  user: string,
  skill: string,
  snapshot: Pick<Snapshot, "skills">,
): boolean {
  const records = ledger?.users.find(({ id }) => id === user)?.records ?? [];
  const keys = ledgerKeys(ledger, skill, snapshot);
  return records.some(({ field }) => field.kind === "skill" && keys.has(field.id));
}

/** By what the ledger may know the skill: its id, or that of one whose making was never confirmed. */
function ledgerKeys(
  ledger: Ledger | null,
  skill: string,
  { skills }: Pick<Snapshot, "skills">,
): ReadonlySet<string> {
  const name = skills.get(skill)?.name;
  const made = ledger?.skills.filter(({ id, name: known }) => id.startsWith("new:") && known === name) ?? [];
  return new Set([skill, ...made.map(({ id }) => id)]);
}
