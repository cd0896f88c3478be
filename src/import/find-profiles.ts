/**
 * Finds profiles where the organisation has none: sets of skills that several users hold. The premise: what one
 * user holds and nothing beside it is how somebody set a user up, so it is a profile if others hold all of it too.
 */
import { groupBy } from "../desired/group-by.ts";
import { byText } from "../text.ts";
import type { HolderBits } from "./holder-index.ts";
import { indexHolders } from "./holder-index.ts";
import type { NamedEntry } from "./names.ts";
import { inventNames } from "./names.ts";
import type { ImportedUser } from "./people.ts";
import type { ProfileSketch } from "./profile.ts";

/** A profile of one skill would only be another name for it. */
const MIN_SKILLS = 2;
/** Users who hold exactly the same make a profile. */
export const MIN_EQUAL = 2;
/** So do users who hold the same and more beside it; in a large organisation a hundredth of all. */
const MIN_ALIKE = 3;
const MIN_SHARE = 0.01;

/** Skills that some users hold and nothing beside them. */
interface SkillSet {
  /** Ids, sorted. */
  readonly skills: readonly string[];
  /** All of them in one text. */
  readonly key: string;
  readonly equals: number;
}

/** Users who are to share a profile. */
interface Team {
  readonly skills: readonly string[];
  readonly members: readonly ImportedUser[];
}

/** Everybody has at most one profile, the largest that fits. `skills` are those of the files, by id. */
export function findProfiles(
  people: readonly ImportedUser[],
  skills: ReadonlyMap<string, NamedEntry>,
): ProfileSketch[] {
  const holders = indexHolders(people);
  const minAlike = Math.max(MIN_ALIKE, Math.ceil(people.length * MIN_SHARE));
  const found = listCandidates(people).flatMap(({ skills, equals }) => {
    const places = holders.holdersOfAll(byRarity(skills, holders));
    if (equals < MIN_EQUAL && places.length < minAlike) return [];
    holders.take(places);
    return splitByLevels({ skills, members: places.flatMap((place) => people[place] ?? []) });
  });
  return nameFound(found, holders, skills);
}

/** The sets that users hold, each once, the largest first: whoever holds more than a set is asked before it. */
function listCandidates(people: readonly ImportedUser[]): SkillSet[] {
  const candidates = new Map<string, { skills: readonly string[]; key: string; equals: number }>();
  for (const { held } of people) {
    const skills = [...held.keys()].sort(byText);
    const key = skills.join("\n");
    const known = candidates.get(key);
    if (known) known.equals++;
    else if (skills.length >= MIN_SKILLS) candidates.set(key, { skills, key, equals: 1 });
  }
  return [...candidates.values()].sort(
    (a, b) => b.skills.length - a.skills.length || b.equals - a.equals || byText(a.key, b.key),
  );
}

function byRarity(skills: readonly string[], { numberOf }: HolderBits): string[] {
  return skills.toSorted((a, b) => numberOf(a) - numberOf(b) || byText(a, b));
}

// ── Proficiencies ────────────────────────────────────────────────────────────────────────────────────

/** A second profile of the same skills has to spare so many times the lines that it takes itself. */
const WORTH = 2;

/** Members who share their proficiencies, and differ from most in many, get a profile of their own, like juniors. */
function splitByLevels(whole: Team): Team[] {
  const { skills, members } = whole;
  const usual = skills.map((id) => commonest(members.map(({ held }) => held.get(id) ?? 0)).level);
  const groups = groupBy(members, ({ held }) => skills.map((id) => held.get(id)).join("\n"));
  const apart = [...groups.values()].filter((group) => {
    const differing = skills.filter((id, at) => group[0]?.held.get(id) !== usual[at]).length;
    return differing * group.length > WORTH * (skills.length + group.length);
  });
  const gone = new Set(apart.flat());
  const rest = members.filter((member) => !gone.has(member));
  if (apart.length === 0 || rest.length < MIN_EQUAL) return [whole];
  return [rest, ...apart].map((group) => ({ skills, members: group }));
}

/** The level that most have, of equally common ones the highest, and how many have it. */
export function commonest(levels: readonly number[]): { readonly level: number; readonly times: number } {
  const counts = new Map<number, number>();
  for (const level of levels) counts.set(level, (counts.get(level) ?? 0) + 1);
  const [first = [0, 0]] = [...counts].sort(([a, times], [b, others]) => others - times || b - a);
  return { level: first[0], times: first[1] };
}

// ── Names ────────────────────────────────────────────────────────────────────────────────────────────

/** Called after the two of its skills that fewest others hold: they say most about who has it. */
function nameFound(
  found: readonly Team[],
  holders: HolderBits,
  skills: ReadonlyMap<string, NamedEntry>,
): ProfileSketch[] {
  const nameOf = (id: string): string => skills.get(id)?.name ?? id;
  const names = inventNames(
    found.map((one) => byRarity(one.skills, holders).slice(0, MIN_SKILLS).map(nameOf)),
  );
  return found.flatMap((one, at) => {
    const named = names[at];
    return named ? [{ named, ...one }] : [];
  });
}
