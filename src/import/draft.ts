/** The content of an import's files: the catalogue, profiles, and a block for each person. */
import type { LiveGroup, SkillId } from "../model.ts";
import { byText, foldName } from "../text.ts";
import type { ImportFacts, Person } from "./facts.ts";
import type { LeftOut } from "./left-out.ts";
import type { NamedEntry } from "./names.ts";
import { nameAll, referencesTo } from "./names.ts";
import type { Bundle, DraftProfile } from "./profiles.ts";
import { declaredBundles, proposeProfiles, chooseProfiles, takeOverProfiles } from "./profiles.ts";

export interface ImportDraft {
  /** Sorted by slug. */
  readonly skills: readonly NamedEntry[];
  /** Sorted by slug. */
  readonly profiles: readonly DraftProfile[];
  /** Sorted by their reference in the files. */
  readonly people: readonly DraftPerson[];
  /** The reference to a skill in the files. */
  readonly referenceTo: (skill: SkillId) => string;
  readonly leftOut: readonly LeftOut[];
}

export interface DraftPerson extends Person {
  /** Profiles, as files refer to them. */
  readonly profiles: readonly string[];
  readonly lines: ReadonlyMap<SkillId, number | null>;
}

export interface DraftOptions {
  /** False: people get only their own lines. Default true. */
  readonly withProfiles?: boolean;
  /** Write only the skills and profiles that these people need. Default false. */
  readonly isPartial?: boolean;
  /** Groups that may have exactly the people of a profile as members. Default: none. */
  readonly groups?: readonly LiveGroup[];
}

/** Drafts the files; the order of the facts doesn't matter. */
export function draftImport(facts: ImportFacts, options: DraftOptions = {}): ImportDraft {
  const { desired, dialect, known } = facts;
  const { withProfiles = true, isPartial = false, groups = [] } = options;
  const { byId: named, leftOut } = nameAll(facts.skills, { what: "skill", dialect, taken: desired.skills });
  const knownReference = referencesTo([...desired.skills, ...named.values()]);
  const referenceTo = (id: SkillId): string => {
    const entry = known.get(id);
    return named.get(id)?.reference ?? (entry ? knownReference(entry) : id);
  };
  const nameOf = (id: SkillId): string => (named.get(id) ?? known.get(id))?.name ?? id;
  const isWritten = (id: SkillId): boolean => named.has(id) || known.has(id);
  const people = facts.people
    .map((person) => ({ ...person, adds: new Map([...person.adds].filter(([id]) => isWritten(id))) }))
    .filter(({ adds }) => adds.size > 0)
    .sort((a, b) => byText(a.ref, b.ref));
  const written = { ...facts, people };
  const taken = withProfiles ? takeOverProfiles(written, isWritten) : { profiles: [], leftOut: [] };
  const there = withProfiles ? [...declaredBundles(desired, facts), ...taken.profiles] : [];
  const proposed = withProfiles && dialect === "cloud" ? proposeProfiles(written, nameOf, there, groups) : [];
  const bundles: Bundle[] = [...there, ...proposed];
  const drafts = people.map((person): DraftPerson => {
    const { chosen, lines } = chooseProfiles(person, bundles);
    const sorted = lines.toSorted(
      ([a], [b]) => byText(foldName(nameOf(a)), foldName(nameOf(b))) || byText(a, b),
    );
    return { ...person, profiles: chosen.map(({ reference }) => reference), lines: new Map(sorted) };
  });
  const profiles = [...taken.profiles, ...proposed].sort((a, b) => byText(a.named.slug, b.named.slug));
  const used = isPartial ? usedProfiles(profiles, drafts) : profiles;
  const needed = new Set([
    ...used.flatMap(({ gives }) => [...gives.keys()]),
    ...people.flatMap(({ adds }) => [...adds.keys()]),
  ]);
  return {
    skills: [...named]
      .flatMap(([id, entry]) => (isPartial && !needed.has(id) ? [] : [entry]))
      .sort((a, b) => byText(a.slug, b.slug)),
    profiles: used,
    people: drafts,
    referenceTo,
    leftOut: [...facts.leftOut, ...leftOut, ...taken.leftOut],
  };
}

/** The profiles that people get, and those that they extend. */
function usedProfiles(profiles: readonly DraftProfile[], people: readonly DraftPerson[]): DraftProfile[] {
  const byReference = new Map(profiles.map((profile) => [profile.reference, profile]));
  const used = new Set<DraftProfile>();
  for (const reference of people.flatMap((person) => person.profiles)) {
    for (let at = byReference.get(reference); at && !used.has(at); at = byReference.get(at.extends ?? ""))
      used.add(at);
  }
  return profiles.filter((profile) => used.has(profile));
}
