/** What a profile gives, where each skill of it comes from, and to whom. */
import type { DesiredProfile, LiveProfile, Place, Slug } from "../../model.ts";
import { byText } from "../../text.ts";
import type { Index } from "./worlds-index.ts";
import { userFact } from "./worlds-index.ts";
import type { SkillFact, UserFact } from "./holding.ts";
import type { EntryCell, ProfileRow } from "../join/profiles.ts";

export interface ProfileFact {
  readonly slug: Slug;
  readonly name: string;
  /** Of the routing profile; null where the organisation has none. */
  readonly id: string | null;
}

export interface ProfileExplanation {
  readonly kind: "profile";
  readonly profile: ProfileFact;
  readonly description: string | null;
  /** `undeclared`: only `assign_to_profiles` names it; `dropped`: only the ledger does; `by-hand`: nothing does. */
  readonly standing: "declared" | "undeclared" | "dropped" | "by-hand";
  readonly origin?: Place;
  /** Names, in the order of the file. */
  readonly extends: readonly string[];
  /** Names of the profiles that extend it themselves, sorted. */
  readonly extendedBy: readonly string[];
  /** Sorted by name of skill. */
  readonly entries: readonly EntryFact[];
  readonly members: MemberFacts;
}

/** A skill of a profile. */
export interface EntryFact {
  readonly skill: SkillFact;
  /** Name of the ancestor that names the skill; absent where the profile does so itself. */
  readonly from?: string;
  readonly proficiency?: number;
  /** The line that asks for it; absent where none does. */
  readonly origin?: Place;
  /** `dropped`: ours until the next apply, and the YAML no longer asks for it. */
  readonly why: "yaml" | "by-hand" | "dropped";
  /** Of the routing profile; null where the organisation has no routing profiles, or not this one. */
  readonly now: "there" | "missing" | "through-parent" | null;
}

export interface MemberFacts {
  readonly users: readonly Pick<UserFact, "ref" | "state">[];
  /** `users` counts active members; null where the organisation has no such group. */
  readonly groups: readonly { readonly group: string; readonly users: number | null }[];
  /** Active users who are members, each counted once. */
  readonly count: number;
}

/** A profile that any of the three worlds knows, under all its names. */
export interface KnownProfile {
  readonly slug: Slug;
  readonly names: readonly string[];
  readonly desired?: DesiredProfile;
  readonly row?: ProfileRow;
  readonly live?: LiveProfile;
}

/** Those that were joined, those that have no routing profile, and routing profiles that no YAML names. */
export function knowProfiles({ joined, worlds }: Index): KnownProfile[] {
  const { rows } = joined.profiles;
  const joinedSlugs = new Set(rows.flatMap(({ desired }) => desired?.slug ?? []));
  const claimed = new Set(rows.map(({ live }) => live.id));
  return [
    ...rows.map((row) => ({ ...row, row })),
    ...joined.desired.profiles
      .filter(({ slug }) => !joinedSlugs.has(slug))
      .map((desired) => ({ slug: desired.slug, desired })),
    ...worlds.live.profiles.entities
      .filter(({ id }) => !claimed.has(id))
      .map((live) => ({ slug: live.slug, live })),
  ].map((profile) => ({ ...profile, names: namesOf(profile) }));
}

function namesOf({ slug, desired, live }: Omit<KnownProfile, "names">): string[] {
  return [slug, desired?.name, desired?.id, live?.name, live?.id].filter((name) => name !== undefined);
}

export function explainProfile(known: KnownProfile, index: Index): ProfileExplanation {
  const { slug, desired, live } = known;
  const profiles = index.joined.desired.profiles;
  return {
    kind: "profile",
    profile: { slug, name: desired?.name ?? live?.name ?? slug, id: live?.id ?? null },
    description: desired?.description ?? live?.description ?? null,
    standing: standingOf(known),
    ...(desired && { origin: desired.origin }),
    extends: desired?.extends.map(index.profileName) ?? [],
    extendedBy: profiles
      .filter((other) => other.extends.includes(slug))
      .map(({ name }) => name)
      .sort(byText),
    entries: entriesOf(known, index),
    members: membersOf(desired, index),
  };
}

function standingOf({ desired, row, live }: KnownProfile): ProfileExplanation["standing"] {
  if (desired) return desired.declared ? "declared" : "undeclared";
  return live && !row ? "by-hand" : "dropped";
}

function entriesOf({ desired, row, live }: KnownProfile, index: Index): EntryFact[] {
  const cells = new Map(row?.cells.map((cell) => [cell.skill, cell]));
  const wanted = (desired?.entries ?? []).map((entry): EntryFact => {
    const { skill, from, distance, proficiency, origin } = entry;
    const cell = cells.get(skill);
    return {
      skill: skillFact(skill, index),
      ...(distance > 0 && { from: index.profileName(from) }),
      ...(proficiency !== undefined && { proficiency }),
      origin,
      why: "yaml",
      now: nowOf(row, cell),
    };
  });
  const named = new Set(desired?.entries.map(({ skill }) => skill));
  const unwanted = [...cells.values()].filter(({ skill, live }) => !named.has(skill) && live);
  // The join leaves out what it doesn't know: strangers' skills, and all skills of strange profiles.
  const strange = (live?.skills ?? []).filter((id) => !row || !index.joined.skills.byLiveId.has(id));
  return [
    ...wanted,
    ...unwanted.map((cell): EntryFact => {
      return { skill: skillFact(cell.skill, index), why: cell.ledger ? "dropped" : "by-hand", now: "there" };
    }),
    ...strange.flatMap((id): EntryFact[] => {
      const skill = index.skillByLiveId.get(id);
      return skill ? [{ skill: skill.fact, why: "by-hand", now: "there" }] : [];
    }),
  ].sort((a, b) => byText(a.skill.name.toLowerCase(), b.skill.name.toLowerCase()));
}

function nowOf(row: ProfileRow | undefined, cell: EntryCell | undefined): EntryFact["now"] {
  if (!row) return null;
  // What the routing profile needn't name itself, its parent has.
  if (!cell?.desired) return cell?.live === true ? "there" : "through-parent";
  return cell.live ? "there" : "missing";
}

function skillFact(slug: Slug, { skillBySlug }: Index): SkillFact {
  return skillBySlug.get(slug)?.fact ?? { slug, name: slug, id: null };
}

function membersOf(desired: DesiredProfile | undefined, { joined, worlds, absentees }: Index): MemberFacts {
  const facts = joined.users.rows.map(userFact);
  const active = new Map(
    facts.flatMap((user) =>
      [user.ref, user.id ?? user.ref, user.formerEmail ?? user.ref].map((ref) => [ref.toLowerCase(), user]),
    ),
  );
  const absent = new Map(absentees.map(({ user }) => [user.ref.toLowerCase(), user]));
  const users = (desired?.members.users ?? []).flatMap((ref) => active.get(ref) ?? absent.get(ref) ?? []);
  const groups = (desired?.members.groups ?? []).map((group) => {
    const found = worlds.live.groups.entities.find(({ id, name }) => id === group || name === group);
    return { group, ids: found?.members.filter((id) => active.has(id.toLowerCase())) ?? null };
  });
  const named = users.flatMap(({ state, id }) => (state === "active" && id !== null ? [id] : []));
  return {
    users: users.map(({ ref, state }) => ({ ref, state })),
    groups: groups.map(({ group, ids }) => ({ group, users: ids?.length ?? null })),
    count: new Set([...named, ...groups.flatMap(({ ids }) => ids ?? [])]).size,
  };
}
