/** Takes over the routing profiles that an organisation has. */
import { MAX_STEPS } from "../desired/inherit.ts";
import type { LiveProfile } from "../model.ts";
import type { LeftOut } from "./left-out.ts";
import type { NamedEntry } from "./names.ts";
import { nameAll } from "./names.ts";
import type { ImportedUser } from "./people.ts";
import type { ProfileSketch } from "./profile.ts";

export interface TakenOver {
  readonly profiles: readonly ProfileSketch[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Genesys doesn't say who has a routing profile: whoever holds all of its skills is taken to have it, and not also
 * those that it extends. `skills` are those of the files, by id.
 */
export function takeOverProfiles(
  live: readonly LiveProfile[],
  people: readonly ImportedUser[],
  skills: ReadonlyMap<string, NamedEntry>,
): TakenOver {
  const { byId: named, leftOut } = nameAll(live, "profile", "profiles");
  const kept = live.filter(({ id }) => named.has(id));
  const parents = findParents(kept);
  const cut = kept.filter(({ id, parent }) => parent !== undefined && !parents.has(id));
  const whole = (profile: LiveProfile): string[] => {
    const parent = parents.get(profile.id);
    return [...ownSkills(profile, skills), ...(parent ? whole(parent) : [])];
  };
  const sketches = kept.flatMap((profile) => {
    const name = named.get(profile.id);
    const parent = named.get(parents.get(profile.id)?.id ?? "")?.slug;
    if (!name) return [];
    const members = holdersOf(whole(profile), people);
    return [
      { named: name, ...(parent !== undefined && { parent }), skills: ownSkills(profile, skills), members },
    ];
  });
  return {
    profiles: keepClosest(sketches),
    leftOut: [...leftOut, ...cut.map(({ name }) => ({ code: "EXTENDS", profile: name }) as const)],
  };
}

function ownSkills({ skills }: LiveProfile, written: ReadonlyMap<string, NamedEntry>): string[] {
  return [...new Set(skills)].filter((id) => written.has(id));
}

/** Nobody has a profile without skills. */
function holdersOf(skills: readonly string[], people: readonly ImportedUser[]): ImportedUser[] {
  return skills.length === 0 ? [] : people.filter(({ held }) => skills.every((id) => held.has(id)));
}

/** Takes out of each profile the members of those that extend it: they have it through them. */
function keepClosest(sketches: readonly ProfileSketch[]): ProfileSketch[] {
  const bySlug = new Map(sketches.map((sketch) => [sketch.named.slug, sketch]));
  const further = new Map(sketches.map(({ named }) => [named.slug, new Set<ImportedUser>()]));
  for (const { parent, members } of sketches) {
    for (let at = parent; at !== undefined; at = bySlug.get(at)?.parent) {
      for (const member of members) further.get(at)?.add(member);
    }
  }
  return sketches.map((sketch) => ({
    ...sketch,
    members: sketch.members.filter((member) => !further.get(sketch.named.slug)?.has(member)),
  }));
}

/** The profile that each one extends, by id, as far as files may say it: no circles, no more than so many steps. */
function findParents(live: readonly LiveProfile[]): Map<string, LiveProfile> {
  const byId = new Map(live.map((profile) => [profile.id, profile]));
  const parentOf = ({ parent }: LiveProfile): LiveProfile | undefined => byId.get(parent ?? "");
  const parents = new Map<string, LiveProfile>();
  const depths = new Map<string, number>();
  for (const start of live) {
    const path: LiveProfile[] = [];
    let at: LiveProfile | undefined = start;
    for (; at && !depths.has(at.id) && !path.includes(at); at = parentOf(at)) path.push(at);
    // Where the way leads back into itself, nobody on the circle extends anybody.
    const circle = at && !depths.has(at.id) ? path.splice(path.indexOf(at)) : [];
    for (const { id } of circle) depths.set(id, 0);
    for (const profile of path.reverse()) {
      const parent = parentOf(profile);
      const depth = parent ? (depths.get(parent.id) ?? 0) + 1 : 0;
      const isTooDeep = depth > MAX_STEPS;
      if (parent && !isTooDeep) parents.set(profile.id, parent);
      depths.set(profile.id, isTooDeep ? 0 : depth);
    }
  }
  return parents;
}
