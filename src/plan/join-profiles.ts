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
} from "../model.ts";
import { byText, nearest } from "../text.ts";
import type { JoinedSkills } from "./join-skills.ts";

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
  /** Sorted by slug. */
  readonly rows: readonly ProfileRow[];
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

export function joinProfiles(
  desired: readonly DesiredProfile[],
  ledger: readonly LedgerProfile[],
  live: Live,
  skills: JoinedSkills,
): JoinedProfiles {
  if (live.dialect === "cloud") return { rows: [], notes: [], refusals: undeclared(desired) };
  const finder = indexProfiles(live.profiles.entities);
  const owned = new Map(ledger.map((entry) => [entry.slug, entry]));
  const found = desired.map((profile) => ({ profile, live: finder.find(profile, owned.get(profile.slug)) }));
  const liveBySlug = new Map(
    found.flatMap(({ profile, live }) => (live ? [[profile.slug, live] as const] : [])),
  );
  const rows = found.flatMap(({ profile, live }) => {
    if (!live) return [];
    const entry = entryOf(owned.get(profile.slug), live);
    const wanted = wantedEntries(profile, ancestorsOf(live, finder.byId), liveBySlug);
    return [
      row({ slug: profile.slug, live, desired: profile, ...(entry && { ledger: entry }) }, wanted, skills),
    ];
  });
  const dropped = droppedProfiles(ledger, desired, finder.byId, skills);
  return {
    rows: [...rows, ...dropped].sort((a, b) => byText(a.slug, b.slug)),
    notes: found.flatMap(({ profile, live }) => recreated(profile, owned.get(profile.slug), live)),
    refusals: found.filter(({ live }) => !live).map(({ profile }) => unknown(profile, finder.names)),
  };
}

/** Without routing profiles, a profile that no file declares can be found nowhere. */
function undeclared(desired: readonly DesiredProfile[]): Refusal[] {
  const declared = desired.filter((profile) => profile.declared).map(({ name }) => name);
  return desired.filter((profile) => !profile.declared).map((profile) => unknown(profile, declared));
}

function unknown(profile: DesiredProfile, names: readonly string[]): UnknownName {
  const suggestion = nearest(profile.name, names);
  return {
    code: "UNKNOWN_PROFILE",
    name: profile.name,
    origin: profile.origin,
    ...(suggestion !== undefined && { nearest: suggestion }),
  };
}

interface Finder {
  readonly byId: ReadonlyMap<string, LiveProfile>;
  readonly names: readonly string[];
  find(profile: DesiredProfile, entry: LedgerProfile | undefined): LiveProfile | undefined;
}

/** Finds by the ledger's id, then by the id that the YAML names, then by exact name, then by slug. */
function indexProfiles(profiles: readonly LiveProfile[]): Finder {
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const byName = new Map(profiles.map((profile) => [profile.name, profile]));
  const bySlug = new Map(profiles.map((profile) => [profile.slug, profile]));
  return {
    byId,
    names: profiles.map(({ name }) => name),
    find(profile, entry) {
      const owned = entry && byId.get(entry.id);
      if (owned) return owned;
      if (profile.id !== undefined) return byId.get(profile.id);
      return byName.get(profile.name) ?? byId.get(profile.name) ?? bySlug.get(profile.slug);
    },
  };
}

function recreated(
  profile: DesiredProfile,
  entry: LedgerProfile | undefined,
  live: LiveProfile | undefined,
): Note[] {
  if (!entry || !live || entry.id === live.id) return [];
  return [{ code: "RECREATED", what: "profile", name: profile.name }];
}

function entryOf(entry: LedgerProfile | undefined, live: LiveProfile): LedgerProfile | undefined {
  return entry?.id === live.id ? entry : undefined;
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
  desired: readonly DesiredProfile[],
  byId: ReadonlyMap<string, LiveProfile>,
  skills: JoinedSkills,
): ProfileRow[] {
  const kept = new Set(desired.map(({ slug }) => slug));
  return ledger
    .filter(({ slug }) => !kept.has(slug))
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
  const owned = new Set(base.ledger?.skills.filter((slug) => !skills.recreated.has(slug)));
  const held = new Set(base.live.skills.flatMap((id) => skills.byLiveId.get(id)?.slug ?? []));
  const cells = [...new Set([...wanted.keys(), ...owned, ...held])].sort(byText).map((skill): EntryCell => {
    const desired = wanted.get(skill);
    return { skill, ledger: owned.has(skill), live: held.has(skill), ...(desired && { desired }) };
  });
  return { ...base, cells };
}
