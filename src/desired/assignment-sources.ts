/** Declarations → assignment sources of users and groups. */
import type { AssignmentSource, DesiredGroup, DesiredUser, Place, Slug } from "../model.ts";
import { byText } from "../text.ts";
import type { Catalogue } from "./catalogue.ts";
import { findOnly } from "./catalogue.ts";
import type { Mention, ProfileDeclaration, SkillDeclaration, UserDeclaration } from "./declarations.ts";
import { groupBy } from "./group-by.ts";
import type { EntrySource } from "./inherit.ts";
import { byPlace } from "./problems.ts";
import type { Located } from "./tree.ts";

/** One mention of a user or group, with its assignment sources. */
interface NamedSources {
  readonly name: Located;
  readonly sources: readonly AssignmentSource[];
}

type SourcesByProfile = ReadonlyMap<Slug, readonly EntrySource[]>;

/** Every user that the YAML names, sorted; one source for each skill and line. */
export function collectUsers(catalogue: Catalogue, byProfile: SourcesByProfile): DesiredUser[] {
  const { skills, profiles, users } = catalogue;
  const named = [
    ...nameDirectly([...skills.bySlug.values()], (skill) => skill.users, { kind: "user", closeness: 0 }),
    ...nameByProfile([...profiles.bySlug.values()], (profile) => profile.users, byProfile),
    ...users.flatMap((user) => namePerson(user, catalogue, byProfile)),
  ];
  return gather(named).map(({ name, sources, source }) => ({ user: name, sources, source }));
}

/** Every group that the YAML names, sorted; one source for each skill and line. */
export function collectGroups({ skills, profiles }: Catalogue, byProfile: SourcesByProfile): DesiredGroup[] {
  const named = [
    ...nameDirectly([...skills.bySlug.values()], (skill) => skill.groups, { kind: "group", closeness: 1 }),
    ...nameByProfile([...profiles.bySlug.values()], (profile) => profile.groups, byProfile),
  ];
  return gather(named).map(({ name, sources, source }) => ({ group: name, sources, source }));
}

function nameDirectly(
  skills: readonly SkillDeclaration[],
  listOf: (skill: SkillDeclaration) => readonly Mention[],
  via: AssignmentSource["via"],
): NamedSources[] {
  return skills.flatMap((skill) =>
    listOf(skill).map((mention) => {
      const { place: source, proficiency } = mention;
      return {
        name: mention,
        sources: [{ skill: skill.slug, ...(proficiency !== undefined && { proficiency }), via, source }],
      };
    }),
  );
}

function nameByProfile(
  profiles: readonly ProfileDeclaration[],
  listOf: (profile: ProfileDeclaration) => readonly Located[],
  byProfile: SourcesByProfile,
): NamedSources[] {
  return profiles.flatMap((profile) => {
    const sources = (byProfile.get(profile.slug) ?? []).map((entry) => throughProfile(profile.slug, entry));
    return listOf(profile).map((name) => ({ name, sources }));
  });
}

/** The sources of an entry under `users:`, the same as if its skills and profiles named the user. */
function namePerson(
  { user, skills, profiles }: UserDeclaration,
  catalogue: Catalogue,
  byProfile: SourcesByProfile,
): NamedSources[] {
  const own = skills.flatMap(({ value, place: source, proficiency }): AssignmentSource[] => {
    const skill = findOnly(catalogue.skills, value)?.slug;
    if (skill === undefined) return [];
    const via: AssignmentSource["via"] = { kind: "user", closeness: 0 };
    return [{ skill, ...(proficiency !== undefined && { proficiency }), via, source }];
  });
  const carried = profiles.flatMap(({ value }) => {
    const profile = findOnly(catalogue.profiles, value)?.slug ?? "";
    return (byProfile.get(profile) ?? []).map((entry) => throughProfile(profile, entry));
  });
  return [{ name: user, sources: [...own, ...carried] }];
}

function throughProfile(
  profile: Slug,
  { skill, proficiency, from, distance, source }: EntrySource,
): AssignmentSource {
  return {
    skill,
    ...(proficiency !== undefined && { proficiency }),
    via: { kind: "profile", closeness: 2 + distance, profile, from },
    source,
  };
}

/** All sources of each name in a fixed order, and the first place that has the name. */
function gather(
  named: readonly NamedSources[],
): { name: string; sources: AssignmentSource[]; source: Place }[] {
  const byName = groupBy(named, ({ name }) => name.value);
  const sorted = [...byName].sort(([a], [b]) => byText(a, b));
  return sorted.flatMap(([name, mentions]) => {
    const [first] = mentions.map((mention) => mention.name.place).sort(byPlace);
    const sources = mentions.flatMap((mention) => mention.sources).sort(bySkillAndCloseness);
    return first ? [{ name, sources, source: first }] : [];
  });
}

function bySkillAndCloseness(a: AssignmentSource, b: AssignmentSource): number {
  return (
    byText(a.skill, b.skill) ||
    a.via.closeness - b.via.closeness ||
    byText(profileOf(a), profileOf(b)) ||
    byPlace(a.source, b.source)
  );
}

function profileOf({ via }: AssignmentSource): string {
  return via.kind === "profile" ? `${via.profile}\n${via.from}` : "";
}
