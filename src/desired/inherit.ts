/** The skills of a profile: its own and those of its ancestors, with their distance. */
import type { Place, ProfileEntry, Slug } from "../model.ts";
import { byText } from "../text.ts";
import { groupBy } from "../group-by.ts";
import { byPlace } from "./problems.ts";

/** The maximum number of `extends` steps between a profile and its farthest ancestor. */
export const MAX_STEPS = 20;

/** An entry of a profile as a source for that profile or for one that extends it. */
export interface EntrySource {
  readonly skill: Slug;
  readonly proficiency?: number;
  readonly from: Slug;
  readonly distance: number;
  readonly source: Place;
}

/** A skill that a profile names itself. */
export interface OwnEntry {
  readonly skill: Slug;
  readonly proficiency?: number;
  readonly source: Place;
}

/** A profile's own entries and what it extends, all by slug. */
export interface ProfileNode {
  readonly entries: readonly OwnEntry[];
  readonly extends: readonly Slug[];
}

/**
 * Every source of a profile's skills, one for each skill and profile that names it, sorted by skill, closest first.
 * A profile that can be reached in several ways counts at its shortest distance.
 */
export function findSources(slug: Slug, profiles: ReadonlyMap<Slug, ProfileNode>): EntrySource[] {
  const distances = findDistances(slug, (at) => profiles.get(at)?.extends ?? []);
  return [...distances]
    .flatMap(([from, distance]) =>
      mergeOwn(profiles.get(from)?.entries ?? []).map((own) => ({ ...own, from, distance })),
    )
    .sort(bySkillAndCloseness);
}

/** The distances to a profile (0) and its ancestors; stops one step beyond `MAX_STEPS`. */
export function findDistances(slug: Slug, parentsOf: (slug: Slug) => readonly Slug[]): Map<Slug, number> {
  const distances = new Map([[slug, 0]]);
  // A map also iterates over entries added during the iteration, so this is a breadth-first walk.
  for (const [at, distance] of distances) {
    for (const parent of distance > MAX_STEPS ? [] : parentsOf(at)) {
      if (!distances.has(parent)) distances.set(parent, distance + 1);
    }
  }
  return distances;
}

/** One entry for each skill: the closest source, with the proficiency of the closest source that has one. */
export function mergeSources(sources: readonly EntrySource[]): ProfileEntry[] {
  const bySkill = groupBy(sources, (source) => source.skill);
  return [...bySkill.values()].flatMap((ofSkill) => {
    const [closest] = ofSkill;
    const naming = ofSkill.find((source) => source.proficiency !== undefined);
    return closest ? [{ ...closest, ...(naming && { proficiency: naming.proficiency }) }] : [];
  });
}

/** Keeps one entry for each skill, the one with the higher proficiency: a skill and a profile may name each other. */
function mergeOwn(entries: readonly OwnEntry[]): OwnEntry[] {
  const best = new Map<Slug, OwnEntry>();
  for (const entry of entries.toSorted(byProficiencyAndPlace)) {
    if (!best.has(entry.skill)) best.set(entry.skill, entry);
  }
  return [...best.values()];
}

function byProficiencyAndPlace(a: OwnEntry, b: OwnEntry): number {
  return byProficiency(a, b) || byPlace(a.source, b.source);
}

function bySkillAndCloseness(a: EntrySource, b: EntrySource): number {
  return byText(a.skill, b.skill) || a.distance - b.distance || byProficiency(a, b) || byText(a.from, b.from);
}

/** The highest first, none last. */
function byProficiency(a: OwnEntry, b: OwnEntry): number {
  return (b.proficiency ?? -1) - (a.proficiency ?? -1);
}
