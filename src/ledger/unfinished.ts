/**
 * After a crash: which ledger counts, given the old one, what the dead run meant to do, and live.
 *
 * The premise: of each thing that the run meant to touch we know three values, the one that the ledger held,
 * the one that live had when the run was planned, and the meant one. Live has the meant one: the run got
 * there, and it is ours. Live has one of the other two: the run did not get there, and the old ledger still
 * holds for it, be it an entry or none. Live has anything else: someone set that since, and it is theirs.
 * What the run did not mean to touch stays as the old ledger has it.
 */
import type {
  Ledger,
  LedgerAssignment,
  LedgerProfile,
  LedgerSkill,
  LedgerUser,
  Live,
  LiveProfile,
  LiveSkill,
  LiveUser,
  Slug,
} from "../model.ts";
import { sortLedger } from "./file.ts";
import type { Intent, IntentAssignment } from "./intent.ts";

/** The ledger that counts after a run that died, and what it left. */
export interface Resolution {
  readonly ledger: Ledger;
  readonly unfinished: readonly Unfinished[];
}

/** Something that the dead run meant to do and that live does not show. */
export type Unfinished =
  | { readonly kind: "skill"; readonly skill: Slug; readonly why: Why }
  | { readonly kind: "entry"; readonly profile: Slug; readonly skill: Slug; readonly why: Why }
  | { readonly kind: "assignment"; readonly user: string; readonly skill: Slug; readonly why: Why };

/** Never reached; set by hand since, and so not ours; or live could not say, and the old ledger holds. */
export type Why = "not-reached" | "by-hand" | "unknown";

/** What became of one thing; without `why` it is as the run meant it. */
interface Verdict<T> {
  readonly ours: T | undefined;
  readonly why?: Why;
}

/** The ledger that counts: pure, and the same whenever it is asked. Its revision is the old one's. */
export function resolveUnfinished(old: Ledger, intent: Intent, live: Live): Resolution {
  const unfinished: Unfinished[] = [];
  const skills = resolveSkills(old, intent, live, unfinished);
  const kept = dropLostSkills(old, skills);
  const ids = idsBySlug(skills, live);
  const profiles = resolveProfiles(kept, intent, live, ids, unfinished);
  const users = resolveUsers(kept, intent, live, ids, unfinished);
  return { ledger: sortLedger({ ...kept, skills: [...skills.values()], profiles, users }), unfinished };
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

type SkillsBySlug = ReadonlyMap<Slug, LedgerSkill>;
type LiveIds = ReadonlyMap<Slug, string>;

function resolveSkills(old: Ledger, intent: Intent, live: Live, unfinished: Unfinished[]): SkillsBySlug {
  const skills = new Map(old.skills.map((skill) => [skill.slug, skill]));
  for (const slug of intent.removes.skills) {
    const held = skills.get(slug);
    if (held === undefined) continue;
    const stays = live.skills.kind === "incomplete" || findSkill(live, held) !== undefined;
    if (stays) unfinished.push({ kind: "skill", skill: slug, why: reachable(live) });
    else skills.delete(slug);
  }
  for (const meant of intent.sets.skills) {
    const { ours, why } = judgeSkill(meant, skills.get(meant.slug), live);
    if (ours !== undefined) skills.set(meant.slug, ours);
    if (why !== undefined) unfinished.push({ kind: "skill", skill: meant.slug, why });
  }
  return skills;
}

function judgeSkill(meant: LedgerSkill, held: LedgerSkill | undefined, live: Live): Verdict<LedgerSkill> {
  // A run creates a skill only where the ledger's own is gone, so the one that still stands is the one.
  const standing = held?.id == null ? undefined : findSkill(live, held);
  const found = standing ?? findSkill(live, meant);
  if (found === undefined) return { ours: held, why: reachable(live) };
  return {
    ours: {
      slug: meant.slug,
      id: found.id,
      name: held !== undefined && found.name === held.name ? held.name : meant.name,
      // Live does not show the flag; while in doubt the skill stays protected.
      protected: meant.protected || (held?.protected ?? false),
    },
  };
}

/** By id; one whose id nobody learned, by its exact name, where only one skill has that. */
function findSkill(live: Live, skill: LedgerSkill): LiveSkill | undefined {
  const { entities } = live.skills;
  if (skill.id !== null) return entities.find((entity) => entity.id === skill.id);
  const named = entities.filter((entity) => entity.name === skill.name);
  return named.length === 1 ? named[0] : undefined;
}

function reachable(live: Live): Why {
  return live.skills.kind === "complete" ? "not-reached" : "unknown";
}

/** The old ledger without what it said of skills that are gone: another one may have the slug by now. */
function dropLostSkills(old: Ledger, skills: SkillsBySlug): Ledger {
  const lost = new Set(
    old.skills.filter((skill) => isLost(skill, skills.get(skill.slug))).map(({ slug }) => slug),
  );
  if (lost.size === 0) return old;
  return {
    ...old,
    profiles: old.profiles.map((profile) => ({
      ...profile,
      skills: profile.skills.filter((slug) => !lost.has(slug)),
    })),
    users: old.users.map((user) => ({
      ...user,
      assignments: Object.fromEntries(Object.entries(user.assignments).filter(([slug]) => !lost.has(slug))),
    })),
  };
}

function isLost(before: LedgerSkill, after: LedgerSkill | undefined): boolean {
  return after === undefined || (before.id !== null && after.id !== before.id);
}

/** The live id of each of the ledger's skills, by slug; those that live lacks are missing. */
function idsBySlug(skills: SkillsBySlug, live: Live): LiveIds {
  const ids = [...skills.values()].map(
    (skill) => [skill.slug, skill.id ?? findSkill(live, skill)?.id] as const,
  );
  return new Map(ids.flatMap(([slug, id]) => (id === undefined ? [] : [[slug, id] as const])));
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

function resolveProfiles(
  old: Ledger,
  intent: Intent,
  live: Live,
  ids: LiveIds,
  unfinished: Unfinished[],
): LedgerProfile[] {
  const profiles = new Map(old.profiles.map((profile) => [profile.slug, profile]));
  const sets = new Map(intent.sets.profiles.map((profile) => [profile.slug, profile]));
  const removes = new Map(intent.removes.profiles.map((profile) => [profile.slug, profile.skills]));
  for (const slug of new Set([...sets.keys(), ...removes.keys()])) {
    const meant = sets.get(slug);
    const held = profiles.get(slug);
    const base = held ?? (meant && { ...meant, skills: [] });
    if (base === undefined) continue;
    const found = live.profiles.entities.find((profile) => profile.id === base.id);
    const ours = new Set(base.skills);
    for (const [skill, wanted] of wantedEntries(meant?.skills ?? [], removes.get(slug) ?? [])) {
      const why = judgeEntry(found, ids.get(skill), wanted);
      if (why !== undefined) unfinished.push({ kind: "entry", profile: slug, skill, why });
      else if (wanted) ours.add(skill);
      else ours.delete(skill);
    }
    const name = found?.name === held?.name ? base.name : (meant?.name ?? base.name);
    if (held !== undefined || ours.size > 0) profiles.set(slug, { ...base, name, skills: [...ours] });
  }
  return [...profiles.values()];
}

function wantedEntries(added: readonly Slug[], removed: readonly Slug[]): ReadonlyMap<Slug, boolean> {
  return new Map([
    ...removed.map((skill) => [skill, false] as const),
    ...added.map((skill) => [skill, true] as const),
  ]);
}

/** An entry is there or not, so nothing but "reached" and "not reached" can be told. */
function judgeEntry(
  found: LiveProfile | undefined,
  skill: string | undefined,
  wanted: boolean,
): Why | undefined {
  if (found === undefined) return "unknown";
  const there = skill !== undefined && found.skills.includes(skill);
  return there === wanted ? undefined : "not-reached";
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

function resolveUsers(
  old: Ledger,
  intent: Intent,
  live: Live,
  ids: LiveIds,
  unfinished: Unfinished[],
): LedgerUser[] {
  const users = new Map(old.users.map((user) => [user.id, user]));
  const sets = new Map(intent.sets.users.map((user) => [user.id, user]));
  const removes = new Map(intent.removes.users.map((user) => [user.id, user]));
  const liveUsers = usersById(live);
  for (const id of new Set([...sets.keys(), ...removes.keys()])) {
    const held = new Map(Object.entries(users.get(id)?.assignments ?? {}));
    const meant = new Map(Object.entries(sets.get(id)?.assignments ?? {}));
    const unwanted = new Map(Object.entries(removes.get(id)?.assignments ?? {}));
    for (const skill of new Set([...meant.keys(), ...unwanted.keys()])) {
      const value = liveValue(live, liveUsers.get(id), ids.get(skill));
      const before = (meant.get(skill) ?? unwanted.get(skill))?.before ?? null;
      const { ours, why } = judgeAssignment(held.get(skill), meant.get(skill), before, value);
      if (ours === undefined) held.delete(skill);
      else held.set(skill, ours);
      if (why !== undefined) unfinished.push({ kind: "assignment", user: id, skill, why });
    }
    const email = sets.get(id)?.email ?? users.get(id)?.email;
    users.set(id, { id, ...(email === undefined ? {} : { email }), assignments: Object.fromEntries(held) });
  }
  return [...users.values()];
}

/** `meant` is undefined where the run meant to remove the assignment; `value` is undefined where live can't say. */
function judgeAssignment(
  held: LedgerAssignment | undefined,
  meant: IntentAssignment | undefined,
  before: number | null,
  value: number | null | undefined,
): Verdict<LedgerAssignment> {
  if (value === undefined) return { ours: held, why: "unknown" };
  if (value === (meant?.proficiency ?? null)) return { ours: meant && asHeld(meant) };
  if (value === before || value === held?.proficiency) return { ours: held, why: "not-reached" };
  return { ours: undefined, why: "by-hand" };
}

function asHeld({ proficiency, group }: IntentAssignment): LedgerAssignment {
  return group === undefined ? { proficiency } : { proficiency, group };
}

/** Null where the user lacks the skill, undefined where live can't say. */
function liveValue(
  live: Live,
  user: LiveUser | undefined,
  skill: string | undefined,
): number | null | undefined {
  if (user === undefined) return undefined;
  if (skill !== undefined) return user.skills.get(skill) ?? null;
  return live.skills.kind === "complete" ? null : undefined;
}

function usersById(live: Live): ReadonlyMap<string, LiveUser> {
  const absent = live.absentUsers.flatMap((user) => (user.state === "active" ? [user.user] : []));
  return new Map([...live.users.entities, ...absent].map((user) => [user.id, user]));
}
