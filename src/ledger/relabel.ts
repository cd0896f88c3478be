/** Skills that a run kept under another slug: renamed where the API renames, or followed from one name to another. */
import type { Ledger, Slug } from "../model.ts";
import type { Intent } from "./intent.ts";

/** The old ledger and the intent, of which neither speaks of a slug that the other calls otherwise. */
export interface Relabelled {
  readonly old: Ledger;
  readonly intent: Intent;
}

/**
 * Both in the slugs of the intent. A slug is our own key, which nothing in the organisation shows, so that no
 * crash can leave it half changed: what is ours of such a skill is ours under its new slug, and what the run
 * meant to take away under the old one it meant to take away under the new one, unless it gives it there again.
 */
export function relabel(old: Ledger, intent: Intent): Relabelled {
  const slugs = newSlugs(old, intent);
  if (slugs.size === 0) return { old, intent };
  const renamed = (slug: Slug): Slug => slugs.get(slug) ?? slug;
  return { old: relabelLedger(old, renamed), intent: relabelRemovals(intent, slugs, renamed) };
}

/** By the old ones: a skill that stands in the ledger under one slug, and is meant to under another alone. */
function newSlugs(old: Ledger, { sets, removes }: Intent): ReadonlyMap<Slug, Slug> {
  const held = new Map(old.skills.map(({ slug, id }) => [slug, id]));
  const meant = new Map(sets.skills.flatMap(({ slug, id }) => (held.has(slug) ? [] : [[id, slug] as const])));
  return new Map(
    removes.skills.flatMap((from) => {
      const id = held.get(from);
      const to = id == null ? undefined : meant.get(id);
      return to === undefined ? [] : [[from, to] as const];
    }),
  );
}

type Renamed = (slug: Slug) => Slug;

function relabelLedger(old: Ledger, renamed: Renamed): Ledger {
  const { replaces = [] } = old;
  return {
    ...old,
    skills: old.skills.map((skill) => ({ ...skill, slug: renamed(skill.slug) })),
    profiles: old.profiles.map((profile) => ({ ...profile, skills: profile.skills.map(renamed) })),
    users: old.users.map((user) => ({ ...user, assignments: relabelKeys(user.assignments, renamed) })),
    replaces: replaces.map((replace) => ({ ...replace, to: renamed(replace.to) })),
  };
}

function relabelRemovals(intent: Intent, slugs: ReadonlyMap<Slug, Slug>, renamed: Renamed): Intent {
  const { sets, removes } = intent;
  const entries = new Map(sets.profiles.map(({ slug, skills }) => [slug, new Set(skills)]));
  const assignments = new Map(sets.users.map((user) => [user.id, new Set(Object.keys(user.assignments))]));
  const isGone = (skill: Slug, given: ReadonlySet<Slug> | undefined): boolean =>
    !slugs.has(skill) || !given?.has(renamed(skill));
  return {
    ...intent,
    removes: {
      skills: removes.skills.filter((slug) => !slugs.has(slug)),
      profiles: removes.profiles.map((profile) => {
        const { slug, skills, gone = [] } = profile;
        const stay = (all: readonly Slug[]): Slug[] =>
          all.filter((skill) => isGone(skill, entries.get(slug))).map(renamed);
        return { slug, skills: stay(skills), gone: stay(gone) };
      }),
      users: removes.users.map((user) => {
        const gone = Object.entries(user.assignments).filter(([skill]) =>
          isGone(skill, assignments.get(user.id)),
        );
        return { id: user.id, assignments: relabelKeys(Object.fromEntries(gone), renamed) };
      }),
    },
  };
}

function relabelKeys<T>(assignments: Readonly<Record<Slug, T>>, renamed: Renamed): Record<Slug, T> {
  return Object.fromEntries(Object.entries(assignments).map(([slug, value]) => [renamed(slug), value]));
}
