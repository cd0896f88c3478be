/** What an apply is about to make of the ledger, for others to read while it runs and after it died. */
import type {
  IntentRemovalProfile,
  IntentRemovals,
  IntentRemovalUser,
  IntentSets,
  IntentUser,
} from "../ledger/intent.ts";
import type {
  Ledger,
  LedgerAssignment,
  LedgerProfile,
  LedgerSkill,
  LedgerUser,
  Live,
  Slug,
} from "../model.ts";

export interface IntentParts {
  readonly sets: IntentSets;
  readonly removes: IntentRemovals;
}

/** The difference of the ledgers around an apply, with what live held when it was planned. */
export function intentOf(before: Ledger, after: Ledger, live: Live): IntentParts {
  const found = liveLevels(before, after, live);
  return {
    sets: {
      skills: missingFrom(before.skills, after.skills, isSameSkill),
      profiles: profilesWithout(after.profiles, before.profiles),
      users: usersSet(before.users, after.users, found),
    },
    removes: {
      skills: missingFrom(after.skills, before.skills, isSlug).map(({ slug }) => slug),
      profiles: profilesRemoved(before, after, live),
      users: usersRemoved(before.users, after.users, found),
    },
  };
}

// ── Skills and profiles ──────────────────────────────────────────────────────────────────────────────

type IsSame = (a: LedgerSkill, b: LedgerSkill) => boolean;

function missingFrom(
  there: readonly LedgerSkill[],
  all: readonly LedgerSkill[],
  isSame: IsSame,
): LedgerSkill[] {
  const bySlug = new Map(there.map((skill) => [skill.slug, skill]));
  return all.filter((skill) => {
    const other = bySlug.get(skill.slug);
    return other === undefined || !isSame(skill, other);
  });
}

const isSlug: IsSame = (a, b) => a.slug === b.slug;
const isSameSkill: IsSame = (a, b) =>
  a.id === b.id && a.name === b.name && a.description === b.description && a.protected === b.protected;

/** The profiles with only those skills that they don't have among `others`; those without any are left out. */
function profilesWithout(
  profiles: readonly LedgerProfile[],
  others: readonly LedgerProfile[],
): LedgerProfile[] {
  const held = new Map(others.map(({ slug, skills }) => [slug, new Set(skills)]));
  return profiles
    .map((profile) => ({
      ...profile,
      skills: profile.skills.filter((skill) => !held.get(profile.slug)?.has(skill)),
    }))
    .filter(({ skills }) => skills.length > 0);
}

/** What the ledger's profiles lose, and which of it live has lost already. */
function profilesRemoved(before: Ledger, after: Ledger, live: Live): IntentRemovalProfile[] {
  const ids = liveIds(before, after, live);
  const held = new Map(live.profiles.entities.map(({ id, skills }) => [id, new Set(skills)]));
  return profilesWithout(before.profiles, after.profiles).map(({ slug, id, skills }) => {
    const gone = skills.filter((skill) => held.get(id)?.has(ids.get(skill) ?? "") === false);
    return { slug, skills, ...(gone.length > 0 && { gone }) };
  });
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

/** The proficiency that a user holds a skill at, null where they don't. */
type FindLevel = (userId: string, skill: Slug) => number | null;

function usersSet(
  before: readonly LedgerUser[],
  after: readonly LedgerUser[],
  found: FindLevel,
): IntentUser[] {
  const held = new Map(before.map(({ id, assignments }) => [id, assignments]));
  return after.flatMap((user) => {
    const old = held.get(user.id) ?? {};
    const set = Object.entries(user.assignments).filter(([skill, one]) => !isSameAssignment(one, old[skill]));
    if (set.length === 0) return [];
    const assignments = set.map(
      ([skill, one]) => [skill, { ...one, before: found(user.id, skill) }] as const,
    );
    return [{ ...user, assignments: Object.fromEntries(assignments) }];
  });
}

function usersRemoved(
  before: readonly LedgerUser[],
  after: readonly LedgerUser[],
  found: FindLevel,
): IntentRemovalUser[] {
  const kept = new Map(after.map(({ id, assignments }) => [id, assignments]));
  return before.flatMap(({ id, assignments }) => {
    const gone = Object.keys(assignments).filter((skill) => kept.get(id)?.[skill] === undefined);
    if (gone.length === 0) return [];
    return [
      { id, assignments: Object.fromEntries(gone.map((skill) => [skill, { before: found(id, skill) }])) },
    ];
  });
}

function isSameAssignment(a: LedgerAssignment, b: LedgerAssignment | undefined): boolean {
  return a.proficiency === b?.proficiency && a.group === b.group;
}

function liveLevels(before: Ledger, after: Ledger, live: Live): FindLevel {
  const ids = liveIds(before, after, live);
  const late = live.absentUsers.flatMap((user) => (user.state === "active" ? [user.user] : []));
  const users = new Map([...live.users.entities, ...late].map((user) => [user.id, user.skills]));
  return (userId, skill) => users.get(userId)?.get(ids.get(skill) ?? "") ?? null;
}

/** Ids by slug; an entry whose id nobody learned yet counts by its name. */
function liveIds(before: Ledger, after: Ledger, live: Live): ReadonlyMap<Slug, string | undefined> {
  const named = new Map(live.skills.entities.map((skill) => [skill.name, skill.id]));
  const entries = [...before.skills, ...after.skills];
  return new Map(entries.map(({ slug, id, name }) => [slug, id ?? named.get(name)]));
}
