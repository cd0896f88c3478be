/** Which profiles name which skills: the YAML's with `cloud`, which has no others, else the organisation's. */
import type { DesiredProfile, LiveProfile, Operation } from "../../model.ts";
import { byText } from "../../text.ts";
import type { ImpactWorlds, ProfileImpact, ProfileLink } from "./facts.ts";
import type { KnownPeople } from "./people.ts";
import type { DraftSkills, SkillDraft } from "./skills.ts";

export interface DescribedProfiles {
  /** Sorted by name. */
  readonly profiles: readonly ProfileImpact[];
  /** By skill; sorted by name of the profile. */
  readonly links: ReadonlyMap<SkillDraft, readonly ProfileLink[]>;
}

type LinkSink = (skill: SkillDraft | undefined, link: ProfileLink) => void;

export function describeProfiles(
  worlds: ImpactWorlds,
  skills: DraftSkills,
  people: KnownPeople,
): DescribedProfiles {
  const links = new Map<SkillDraft, ProfileLink[]>();
  const link: LinkSink = (skill, found) => {
    if (!skill) return;
    const known = links.get(skill) ?? [];
    known.push(skill.outcome === "deleted" ? { ...found, outcome: "loses" } : found);
    links.set(skill, known);
  };
  const profiles =
    worlds.live.dialect === "cloud"
      ? profilesOfYaml(worlds, skills, people, link)
      : profilesOfLive(worlds, skills, people, link);
  for (const found of links.values()) found.sort(byName);
  return { profiles: profiles.sort(byName), links };
}

function byName(a: { name: string; id: string }, b: { name: string; id: string }): number {
  return byText(a.name, b.name) || byText(a.id, b.id);
}

// ── The YAML's ───────────────────────────────────────────────────────────────────────────────────────

function profilesOfYaml(
  { desired, live }: ImpactWorlds,
  { bySlug }: DraftSkills,
  people: KnownPeople,
  link: LinkSink,
): ProfileImpact[] {
  const countMembers = memberCounter(live.groups.entities, people);
  return desired.profiles.map((profile) => {
    const { slug: id, name, entries } = profile;
    for (const { skill, distance } of entries) {
      link(bySlug.get(skill), { id, name, inherited: distance > 0, outcome: "stays" });
    }
    return { id, name, extends: profile.extends, members: countMembers(profile) };
  });
}

/** Counts each user once, whatever names and groups lead to them. */
function memberCounter(
  groups: readonly { readonly id: string; readonly name: string; readonly members: readonly string[] }[],
  { byId, byRef }: KnownPeople,
): (profile: DesiredProfile | undefined) => number {
  const byGroup = new Map(
    groups.flatMap((group) => [group.id, group.name].map((ref) => [ref, group] as const)),
  );
  return (profile) => {
    const named = profile?.members.users.flatMap((user) => byRef.get(user.toLowerCase())?.id ?? []) ?? [];
    const grouped = profile?.members.groups.flatMap((group) => byGroup.get(group)?.members ?? []) ?? [];
    return new Set([...named, ...grouped.filter((id) => byId.has(id))]).size;
  };
}

// ── The organisation's ───────────────────────────────────────────────────────────────────────────────

/** What one live profile names itself, before and after the plan. */
interface Own {
  readonly now: ReadonlySet<SkillDraft>;
  readonly after: ReadonlySet<SkillDraft>;
}

function profilesOfLive(
  { desired, live, plan }: ImpactWorlds,
  skills: DraftSkills,
  people: KnownPeople,
  link: LinkSink,
): ProfileImpact[] {
  const profiles = live.profiles.entities;
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const edits = entryEdits(plan?.stages.flat() ?? []);
  const own = new Map(profiles.map((profile) => [profile.id, ownSkills(profile, edits, skills)]));
  const wanted = pairProfiles(desired.profiles, profiles);
  const countMembers = memberCounter(live.groups.entities, people);
  return profiles.map((profile) => {
    const { id, name, parent } = profile;
    for (const found of linksOf(profile, byId, own)) link(found.skill, found.link);
    const isKnown = parent !== undefined && byId.has(parent);
    return { id, name, extends: isKnown ? [parent] : [], members: countMembers(wanted.get(id)) };
  });
}

type EntryEdits = ReadonlyMap<string, Extract<Operation, { kind: "update-profile" }>["entries"]>;

function entryEdits(operations: readonly Operation[]): EntryEdits {
  return new Map(
    operations.flatMap((operation) =>
      operation.kind === "update-profile" ? [[operation.id, operation.entries] as const] : [],
    ),
  );
}

function ownSkills({ id, skills }: LiveProfile, edits: EntryEdits, { byId, bySlug }: DraftSkills): Own {
  const now = new Set(skills.flatMap((skill) => byId.get(skill) ?? []));
  const after = new Set(now);
  for (const { kind, skill } of edits.get(id) ?? []) {
    const draft = bySlug.get(skill);
    if (draft && kind === "gain") after.add(draft);
    if (draft && kind === "lose") after.delete(draft);
  }
  return { now, after };
}

/** The skills of a profile and of its ancestors; a loop of parents ends the walk. */
function linksOf(
  { id, name, parent }: LiveProfile,
  byId: ReadonlyMap<string, LiveProfile>,
  own: ReadonlyMap<string, Own>,
): { readonly skill: SkillDraft; readonly link: ProfileLink }[] {
  const now = new Set(own.get(id)?.now);
  const after = new Set(own.get(id)?.after);
  const itself = new Set([...now, ...after]);
  const seen = new Set([id]);
  for (let next = parent; next !== undefined && !seen.has(next); next = byId.get(next)?.parent) {
    seen.add(next);
    for (const skill of own.get(next)?.now ?? []) now.add(skill);
    for (const skill of own.get(next)?.after ?? []) after.add(skill);
  }
  return [...new Set([...now, ...after])].map((skill) => {
    const outcome = !after.has(skill) ? "loses" : now.has(skill) ? "stays" : "gains";
    return { skill, link: { id, name, inherited: !itself.has(skill), outcome } };
  });
}

/** The YAML's profile of each live one, by live id: by id, by exact name, or by slug. */
function pairProfiles(
  desired: readonly DesiredProfile[],
  live: readonly LiveProfile[],
): Map<string, DesiredProfile> {
  const byId = new Map(
    desired.flatMap((profile) => (profile.id === undefined ? [] : [[profile.id, profile]])),
  );
  const byName = new Map(desired.map((profile) => [profile.name, profile]));
  const bySlug = new Map(desired.map((profile) => [profile.slug, profile]));
  return new Map(
    live.flatMap(({ id, name, slug }) => {
      const profile = byId.get(id) ?? byName.get(name) ?? bySlug.get(slug);
      return profile ? [[id, profile]] : [];
    }),
  );
}
