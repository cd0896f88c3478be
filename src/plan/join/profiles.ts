/**
 * Pairs the profiles of the YAML and the ledger with live routing profiles. Only the `profiles` dialect has
 * those; with `cloud` a profile is a bundle in git that its members' assignments realise.
 */
import type {
  DesiredProfile,
  LedgerProfile,
  Live,
  LiveProfile,
  Note,
  Place,
  Refusal,
  Slug,
  UnknownName,
} from "../../model.ts";
import { byText, nearest } from "../../text.ts";
import type { Renames } from "./rename.ts";
import type { JoinedSkills } from "./skills.ts";

/** One skill of one routing profile as the three worlds know it. */
export interface EntryCell {
  readonly skill: Slug;
  readonly ledger: boolean;
  /** The line that asks for it. */
  readonly desired?: Place;
  readonly live: boolean;
}

export interface ProfileRow {
  readonly slug: Slug;
  readonly live: LiveProfile;
  readonly desired?: DesiredProfile;
  readonly ledger?: LedgerProfile;
  /** Sorted by slug of the skill. */
  readonly cells: readonly EntryCell[];
}

export interface JoinedProfiles {
  /** Those of the YAML and the ledger, and others that have the old skill of a rename; sorted by slug. */
  readonly rows: readonly ProfileRow[];
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

export function joinProfiles(
  desired: readonly DesiredProfile[],
  ledger: readonly LedgerProfile[],
  live: Live,
  skills: JoinedSkills,
  { byOldId }: Renames,
): JoinedProfiles {
  if (live.dialect === "cloud") return { rows: [], notes: [], refusals: undeclared(desired) };
  const profiles = live.profiles.entities.toSorted((a, b) => byText(a.id, b.id));
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const found = findProfiles(desired, ledger, profiles);
  const owned = new Map(ledger.map((entry) => [entry.id, entry]));
  const rows = desired.flatMap((profile) => {
    const live = found.get(profile.slug);
    if (!live) return [];
    const entry = owned.get(live.id);
    const wanted = wantedEntries(profile, ancestorsOf(live, byId), found);
    return [
      row({ slug: profile.slug, live, desired: profile, ...(entry && { ledger: entry }) }, wanted, skills),
    ];
  });
  const dropped = droppedProfiles(ledger, found, byId, skills);
  const known = new Set([...rows, ...dropped].map(({ live }) => live.id));
  const moved = profiles
    .filter(({ id, skills }) => !known.has(id) && skills.some((skill) => byOldId.has(skill)))
    .map((profile) => row({ slug: profile.slug, live: profile }, new Map(), skills));
  const names = profiles.map(({ name }) => name);
  return {
    rows: [...rows, ...dropped, ...moved].sort(
      (a, b) => byText(a.slug, b.slug) || byText(a.live.id, b.live.id),
    ),
    notes: desired.flatMap((profile) => recreated(profile, ledger, found.get(profile.slug))),
    refusals: desired.flatMap((profile) => refuse(profile, found.get(profile.slug), names)),
  };
}

/** Without routing profiles, a profile that no file declares can be found nowhere. */
function undeclared(desired: readonly DesiredProfile[]): Refusal[] {
  const declared = desired.filter((profile) => profile.declared).map(({ name }) => name);
  return desired.filter((profile) => !profile.declared).map((profile) => unknown(profile, declared));
}

function refuse(profile: DesiredProfile, live: LiveProfile | undefined, names: readonly string[]): Refusal[] {
  const { id, name, origin } = profile;
  if (id === undefined) return live ? [] : [unknown(profile, names)];
  if (!live) return [{ code: "UNKNOWN_ID", what: "profile", id, origin }];
  return live.id === id ? [] : [{ code: "OTHER_ID", what: "profile", name, id, known: live.id, origin }];
}

function unknown(profile: DesiredProfile, names: readonly string[]): UnknownName {
  const suggestion = nearest(profile.name, names.toSorted(byText));
  return {
    code: "UNKNOWN_PROFILE",
    name: profile.name,
    origin: profile.origin,
    ...(suggestion !== undefined && { nearest: suggestion }),
  };
}

/**
 * The live profile of each one in the YAML, by slug: by the ledger's id, then by the id that the YAML names, then
 * by exact name, then as the only one left of its slug. Each pass claims profiles that no earlier pass has
 * claimed, so one live profile never answers for two.
 */
function findProfiles(
  desired: readonly DesiredProfile[],
  ledger: readonly LedgerProfile[],
  profiles: readonly LiveProfile[],
): Map<Slug, LiveProfile> {
  const owned = new Map(ledger.map((entry) => [entry.slug, entry.id]));
  const kept = new Set(desired.map(({ slug }) => slug));
  const isDropped = ({ id, name }: LiveProfile): boolean =>
    ledger.some((entry) => entry.id === id && entry.name === name && !kept.has(entry.slug));
  const unclaimed = new Map(profiles.map((profile) => [profile.id, profile]));
  const found = new Map<Slug, LiveProfile>();
  const claim = (
    find: (profile: DesiredProfile, left: readonly LiveProfile[]) => LiveProfile | undefined,
  ) => {
    for (const profile of desired) {
      const live = found.has(profile.slug) ? undefined : find(profile, [...unclaimed.values()]);
      if (!live) continue;
      found.set(profile.slug, live);
      unclaimed.delete(live.id);
    }
  };
  claim(({ slug }) => unclaimed.get(owned.get(slug) ?? ""));
  claim(({ id }) => unclaimed.get(id ?? ""));
  claim(({ id, name }, left) =>
    id === undefined
      ? (left.find((live) => live.name === name) ?? left.find((live) => live.id === name))
      : undefined,
  );
  claim(({ id, slug }, left) => {
    const [live, ...others] = left.filter((profile) => profile.slug === slug && !isDropped(profile));
    return id === undefined && others.length === 0 ? live : undefined;
  });
  return found;
}

function recreated(
  profile: DesiredProfile,
  ledger: readonly LedgerProfile[],
  live: LiveProfile | undefined,
): Note[] {
  const entry = ledger.find(({ slug }) => slug === profile.slug);
  if (!entry || !live || entry.id === live.id) return [];
  return [{ code: "RECREATED", what: "profile", name: profile.name }];
}

/** Ids of the live profile's parent, grandparent and so on; a loop in live ends the walk. */
function ancestorsOf(profile: LiveProfile, byId: ReadonlyMap<string, LiveProfile>): Set<string> {
  const ancestors = new Set<string>();
  for (
    let parent = profile.parent;
    parent !== undefined && !ancestors.has(parent);
    parent = byId.get(parent)?.parent
  ) {
    ancestors.add(parent);
  }
  return ancestors;
}

/**
 * The skills that the live profile has to name itself: its own, and those of ancestors that the YAML gives it
 * and live doesn't. (The API can't set a profile's parent.)
 */
function wantedEntries(
  profile: DesiredProfile,
  liveAncestors: ReadonlySet<string>,
  liveBySlug: ReadonlyMap<Slug, LiveProfile>,
): Map<Slug, Place> {
  const isInherited = (from: Slug): boolean => liveAncestors.has(liveBySlug.get(from)?.id ?? "");
  const own = profile.entries.filter(({ distance, from }) => distance === 0 || !isInherited(from));
  return new Map(own.map(({ skill, origin }) => [skill, origin]));
}

/** Profiles that left the YAML: users and profiles are never deleted, they lose what was ours. */
function droppedProfiles(
  ledger: readonly LedgerProfile[],
  found: ReadonlyMap<Slug, LiveProfile>,
  byId: ReadonlyMap<string, LiveProfile>,
  skills: JoinedSkills,
): ProfileRow[] {
  const kept = new Set([...found.values()].map(({ id }) => id));
  return ledger
    .filter(({ id }) => !kept.has(id))
    .flatMap((entry) => {
      const live = byId.get(entry.id);
      return live ? [row({ slug: entry.slug, live, ledger: entry }, new Map(), skills)] : [];
    });
}

function row(
  base: Omit<ProfileRow, "cells">,
  wanted: ReadonlyMap<Slug, Place>,
  skills: JoinedSkills,
): ProfileRow {
  const owned = new Set(base.ledger?.skills.flatMap((slug) => skills.slugOfEntry(slug) ?? []));
  const held = new Set(base.live.skills.flatMap((id) => skills.byLiveId.get(id)?.slug ?? []));
  const cells = [...new Set([...wanted.keys(), ...owned, ...held])].sort(byText).map((skill): EntryCell => {
    const desired = wanted.get(skill);
    return { skill, ledger: owned.has(skill), live: held.has(skill), ...(desired && { desired }) };
  });
  return { ...base, cells };
}
