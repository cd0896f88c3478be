/** Profiles for an import: from the organisation, from the YAML, and proposed from people's skills. */
import { countEach, groupBy } from "../group-by.ts";
import { MAX_STEPS } from "../desired/inherit.ts";
import type { Desired, LiveGroup, LiveProfile, SkillId } from "../model.ts";
import { byText, foldName } from "../text.ts";
import type { ImportFacts, Person } from "./facts.ts";
import type { LeftOut } from "./left-out.ts";
import type { NamedEntry } from "./names.ts";
import { inventNames, nameAll, referencesTo } from "./names.ts";

/** A profile and its skills, including inherited ones. */
export interface Bundle {
  /** Its reference in a user's line. */
  readonly reference: string;
  readonly gives: ReadonlyMap<SkillId, GivenSkill>;
}

/** `proficiency` null: any; `distance`: steps of `extends` to the profile that names it. */
interface GivenSkill {
  readonly proficiency: number | null;
  readonly distance: number;
}

/** A profile to write. */
export interface DraftProfile extends Bundle {
  readonly named: NamedEntry;
  /** The profile that it extends, as files refer to it. */
  readonly extends?: string;
  /** The group whose members are exactly the people with exactly these skills. */
  readonly group?: LiveGroup;
}

// ── Proposed ─────────────────────────────────────────────────────────────────────────────────────────

/** How many people with exactly the same skills make a profile. */
const MIN_PEOPLE = 3;
/** A profile with one skill would only be another name for the skill. */
const MIN_SKILLS = 2;

/** Teams of people with exactly the same skills, large enough for a profile. */
export function findTeams(people: readonly Person[]): (readonly Person[])[] {
  const keyed = people.filter(({ isKnown, adds }) => !isKnown && adds.size >= MIN_SKILLS);
  const teams = groupBy(keyed, ({ adds }) => keyOf(adds.keys()));
  return [...teams.values()].filter((team) => team.length >= MIN_PEOPLE);
}

/** Proposes profiles for teams without one in `bundles`. A skill gets the most common proficiency of the team. */
export function proposeProfiles(
  { people, desired }: Pick<ImportFacts, "people" | "desired">,
  nameOf: (skill: SkillId) => string,
  bundles: readonly Bundle[],
  groups: readonly LiveGroup[],
): DraftProfile[] {
  const there = new Set(bundles.map(({ gives }) => keyOf(gives.keys())));
  const groupByMembers = new Map(groups.map((group) => [keyOf(group.members), group]));
  const teams = findTeams(people)
    .map((team) => ({ team, skills: [...(team[0]?.adds.keys() ?? [])] }))
    .filter(({ skills }) => !there.has(keyOf(skills)))
    .map(({ team, skills }) => ({
      ...{ team, group: groupByMembers.get(keyOf(team.map(({ id }) => id))) },
      skills: skills.sort((a, b) => byText(foldName(nameOf(a)), foldName(nameOf(b))) || byText(a, b)),
    }))
    .sort((a, b) => b.team.length - a.team.length || byText(keyOf(a.skills), keyOf(b.skills)));
  const names = inventNames(nameTeams(teams, people, nameOf), desired.profiles);
  return teams.flatMap(({ team, skills, group }, at) => {
    const named = names[at];
    if (!named) return [];
    const gives = new Map(skills.map((id) => [id, { proficiency: mostCommon(id, team), distance: 0 }]));
    return [{ named, reference: named.reference, gives, ...(group && { group }) }];
  });
}

interface Team {
  readonly team: readonly Person[];
  readonly skills: readonly SkillId[];
  readonly group: LiveGroup | undefined;
}

/** Names each team after its group, or after its department if all members share one, with the team's rarest skill. */
function nameTeams(
  teams: readonly Team[],
  people: readonly Person[],
  nameOf: (skill: SkillId) => string,
): string[] {
  const inTeams = countEach(teams.flatMap(({ skills }) => skills));
  const holders = countEach(people.flatMap(({ adds }) => [...adds.keys()]));
  const rarity = (id: SkillId): number => (inTeams.get(id) ?? 0) * people.length + (holders.get(id) ?? 0);
  const departments = teams.map(({ team }) => {
    const [only = "", ...others] = new Set(team.map(({ department }) => department));
    return others.length === 0 ? only : "";
  });
  const sharing = countEach(departments);
  return teams.map(({ skills, group }, at) => {
    const department = departments[at] ?? "";
    const [first, second] = skills.toSorted((a, b) => rarity(a) - rarity(b)).map(nameOf);
    if (group) return group.name;
    if (department === "") return `${first} + ${second}`;
    return sharing.get(department) === 1 ? department : `${department} with ${first}`;
  });
}

/** The most common proficiency, including null; of several the lowest. */
function mostCommon(skill: SkillId, people: readonly Person[]): number | null {
  const counts = countEach(people.map(({ adds }) => adds.get(skill) ?? null));
  const [best = null] = [...counts].sort(([a, m], [b, n]) => n - m || (a ?? -1) - (b ?? -1))[0] ?? [];
  return best;
}

function keyOf(ids: Iterable<string>): string {
  return [...ids].sort(byText).join("\n");
}

// ── From the organisation ──────────────────────────────────────────────────────────────────────────────

/** Takes over routing profiles that the YAML lacks, with their `importable` skills. */
export function takeOverProfiles(
  { profiles: live, dialect, desired, people }: ImportFacts,
  importable: (skill: SkillId) => boolean,
): { readonly profiles: DraftProfile[]; readonly leftOut: readonly LeftOut[] } {
  const { byId, leftOut } = nameAll(live, { what: "profile", dialect, taken: desired.profiles });
  const kept = live.filter(({ id }) => byId.has(id)).sort((a, b) => byText(a.id, b.id));
  const parents = findParents(kept);
  const cut = kept.filter(({ id, parent }) => parent !== undefined && !parents.has(id));
  const whole = (profile: LiveProfile): readonly SkillId[] => {
    const parent = parents.get(profile.id);
    return [...profile.skills.filter(importable), ...(parent ? whole(parent) : [])];
  };
  const own = new Map(
    kept.map((profile) => {
      const all = whole(profile);
      const members = people.filter(({ adds }) => all.every((id) => adds.has(id)));
      const skills = [...new Set(profile.skills)].filter(importable).sort(byText);
      return [profile.id, new Map(skills.map((id) => [id, mostCommon(id, members)]))] as const;
    }),
  );
  const givenBy = (profile: LiveProfile, distance = 0): Map<SkillId, GivenSkill> => {
    const parent = parents.get(profile.id);
    const mine = [...(own.get(profile.id) ?? [])].map(
      ([id, proficiency]) => [id, { proficiency, distance }] as const,
    );
    // Nearer entries come last and replace farther ones.
    return new Map([...(parent ? givenBy(parent, distance + 1) : []), ...mine]);
  };
  const profiles = kept.flatMap((profile): DraftProfile[] => {
    const named = byId.get(profile.id);
    const parent = byId.get(parents.get(profile.id)?.id ?? "")?.reference;
    if (!named) return [];
    const gives = givenBy(profile);
    return [{ named, reference: named.reference, gives, ...(parent !== undefined && { extends: parent }) }];
  });
  return {
    profiles,
    leftOut: [...leftOut, ...cut.map(({ name }) => ({ code: "EXTENDS", profile: name }) as const)],
  };
}

/** The parent of each profile, by id, without cycles and within the maximum number of steps. */
function findParents(live: readonly LiveProfile[]): Map<string, LiveProfile> {
  const byId = new Map(live.map((profile) => [profile.id, profile]));
  const parentOf = ({ parent }: LiveProfile): LiveProfile | undefined => byId.get(parent ?? "");
  const parents = new Map<string, LiveProfile>();
  const depths = new Map<string, number>();
  for (const start of live) {
    const path: LiveProfile[] = [];
    let at: LiveProfile | undefined = start;
    for (; at && !depths.has(at.id) && !path.includes(at); at = parentOf(at)) path.push(at);
    // Profiles in a cycle get no parent.
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

// ── From the YAML ──────────────────────────────────────────────────────────────────────────────────────

/** The declared profiles whose skills all have known ids. */
export function declaredBundles({ profiles }: Desired, { known }: Pick<ImportFacts, "known">): Bundle[] {
  const ids = new Map([...known].map(([id, { slug }]) => [slug, id]));
  const reference = referencesTo(profiles);
  return profiles
    .filter(({ declared, entries }) => declared && entries.every(({ skill }) => ids.has(skill)))
    .map((profile) => ({
      reference: reference(profile),
      gives: new Map(
        profile.entries.map(({ skill, proficiency = null, distance }) => [
          ids.get(skill) ?? skill,
          { proficiency, distance },
        ]),
      ),
    }));
}

// ── Choosing ─────────────────────────────────────────────────────────────────────────────────────────

/**
 * Chooses the largest profiles whose skills the person has completely, each for at least two skills that no other
 * profile gives (one, if the profile has only one). `lines` are for skills that these lack or give with another
 * proficiency. People who are `isKnown` get only lines.
 */
export function chooseProfiles(
  { adds, isKnown }: Person,
  bundles: readonly Bundle[],
): { readonly chosen: readonly Bundle[]; readonly lines: readonly (readonly [SkillId, number | null])[] } {
  const open = new Set(adds.keys());
  const fitting = isKnown ? [] : bundles.filter(({ gives }) => gives.size > 0 && fits(gives, adds));
  const chosen: Bundle[] = [];
  const gainOf = ({ gives }: Bundle): number => [...gives.keys()].filter((id) => open.has(id)).length;
  for (;;) {
    const [best] = fitting
      .map((bundle) => ({ ...bundle, bundle, gain: gainOf(bundle) }))
      .filter(({ gives, gain }) => gain >= Math.min(2, gives.size))
      .sort((a, b) => b.gain - a.gain || a.gives.size - b.gives.size || byText(a.reference, b.reference));
    if (!best) break;
    chosen.push(best.bundle);
    for (const id of best.gives.keys()) open.delete(id);
  }
  const lines = [...adds].filter(([id, value]) => open.has(id) || valueOf(id, chosen) !== value);
  return { chosen, lines };
}

/** Whether the person has all skills; for a skill with any proficiency, the profile must not set one. */
function fits(gives: Bundle["gives"], adds: Person["adds"]): boolean {
  return [...gives].every(
    ([id, { proficiency }]) => adds.has(id) && (adds.get(id) !== null || proficiency === null),
  );
}

/** The proficiency as the planner resolves it: the nearest one, of several the highest. */
function valueOf(skill: SkillId, bundles: readonly Bundle[]): number | null {
  const named = bundles.flatMap(({ gives }) => {
    const { proficiency = null, distance = 0 } = gives.get(skill) ?? {};
    return proficiency === null ? [] : [{ proficiency, distance }];
  });
  named.sort((a, b) => a.distance - b.distance || b.proficiency - a.proficiency);
  return named[0]?.proficiency ?? null;
}
