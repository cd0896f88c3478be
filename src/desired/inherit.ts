/** Which skills a profile has, through which profile, and how many steps away. */
import type { Place, ProfileEntry, Slug } from "../model.ts";
import { byText } from "../text.ts";
import { groupBy } from "./group-by.ts";
import { byPlace } from "./problems.ts";

/** Steps of `extends` from a profile to the farthest that it has skills from: beyond, nobody could say who has what. */
export const MAX_STEPS = 20;

/** One profile that wants a skill for another that is it, or extends it. */
export interface Source {
  readonly skill: Slug;
  readonly proficiency?: number;
  readonly from: Slug;
  readonly distance: number;
  readonly origin: Place;
}

/** A skill that a profile names itself. */
export interface OwnEntry {
  readonly skill: Slug;
  readonly proficiency?: number;
  readonly origin: Place;
}

/** A profile's own entries and what it extends, all by slug. */
export interface ProfileNode {
  readonly entries: readonly OwnEntry[];
  readonly extends: readonly Slug[];
}

/**
 * Every source of a profile's skills, of one skill and one naming profile only one, sorted by skill and the closest first.
 * A profile that can be reached in several ways counts where it is nearest.
 */
export function findSources(slug: Slug, profiles: ReadonlyMap<Slug, ProfileNode>): Source[] {
  const distances = findDistances(slug, (at) => profiles.get(at)?.extends ?? []);
  return [...distances]
    .flatMap(([from, distance]) =>
      mergeOwn(profiles.get(from)?.entries ?? []).map((own) => ({ ...own, from, distance })),
    )
    .sort(bySkillAndCloseness);
}

/** The profiles that one has something from, itself included, by the steps to it; one step beyond the limit at most. */
export function findDistances(slug: Slug, parentsOf: (slug: Slug) => readonly Slug[]): Map<Slug, number> {
  const distances = new Map([[slug, 0]]);
  // A map also iterates over what is added while it does: this is a breadth-first walk.
  for (const [at, distance] of distances) {
    for (const parent of distance > MAX_STEPS ? [] : parentsOf(at)) {
      if (!distances.has(parent)) distances.set(parent, distance + 1);
    }
  }
  return distances;
}

/** Of each skill one entry: membership from the closest source, the proficiency from the closest that names one. */
export function mergeSources(sources: readonly Source[]): ProfileEntry[] {
  const bySkill = groupBy(sources, (source) => source.skill);
  return [...bySkill.values()].flatMap((ofSkill) => {
    const [closest] = ofSkill;
    const naming = ofSkill.find((source) => source.proficiency !== undefined);
    return closest ? [{ ...closest, ...(naming && { proficiency: naming.proficiency }) }] : [];
  });
}

/** A skill may name a profile that names the skill: two entries equally close, of which the higher wins. */
function mergeOwn(entries: readonly OwnEntry[]): OwnEntry[] {
  const best = new Map<Slug, OwnEntry>();
  for (const entry of entries.toSorted(byProficiencyAndPlace)) {
    if (!best.has(entry.skill)) best.set(entry.skill, entry);
  }
  return [...best.values()];
}

function byProficiencyAndPlace(a: OwnEntry, b: OwnEntry): number {
  return byProficiency(a, b) || byPlace(a.origin, b.origin);
}

function bySkillAndCloseness(a: Source, b: Source): number {
  return byText(a.skill, b.skill) || a.distance - b.distance || byProficiency(a, b) || byText(a.from, b.from);
}

/** The highest first, none last. */
function byProficiency(a: OwnEntry, b: OwnEntry): number {
  return (b.proficiency ?? -1) - (a.proficiency ?? -1);
}
