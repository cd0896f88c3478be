/** Declarations → assignment sources of users and groups. */
import type { AssignmentSource, DesiredGroup, DesiredUser, Place, Slug } from "../model.ts";
import { byText } from "../text.ts";
import type { Catalogue } from "./catalogue.ts";
import { findOnly } from "./catalogue.ts";
import type {
  Dated,
  Mention,
  ProfileDeclaration,
  SkillDeclaration,
  UserDeclaration,
} from "./declarations.ts";
import { groupBy } from "../group-by.ts";
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
  const carried = carriedBy(byProfile);
  const named = [
    ...nameDirectly([...skills.bySlug.values()], (skill) => skill.users, OWN),
    ...nameByProfile([...profiles.bySlug.values()], (profile) => profile.users, carried),
    ...users.map((user) => namePerson(user, catalogue, carried)),
  ];
  return gather(named).map(({ name, sources, source }) => ({ user: name, sources, source }));
}

/** Every group that the YAML names, sorted; one source for each skill and line. */
export function collectGroups({ skills, profiles }: Catalogue, byProfile: SourcesByProfile): DesiredGroup[] {
  const named = [
    ...nameDirectly([...skills.bySlug.values()], (skill) => skill.groups, { kind: "group", closeness: 1 }),
    ...nameByProfile([...profiles.bySlug.values()], (profile) => profile.groups, carriedBy(byProfile)),
  ];
  return gather(named).map(({ name, sources, source }) => ({ group: name, sources, source }));
}

const OWN: AssignmentSource["via"] = { kind: "user", closeness: 0 };

/** What each profile gives to all who carry it. */
type CarriedSources = ReadonlyMap<Slug, readonly AssignmentSource[]>;

function carriedBy(byProfile: SourcesByProfile): CarriedSources {
  return new Map(
    [...byProfile].map(([slug, entries]) => [slug, entries.map((entry) => throughProfile(slug, entry))]),
  );
}

function toSource(skill: Slug, line: Mention, via: AssignmentSource["via"]): AssignmentSource {
  const { place: source, proficiency } = line;
  const days = daysOf(line);
  const plain = proficiency === undefined ? { skill, via, source } : { skill, proficiency, via, source };
  return days ? { ...plain, ...days } : plain;
}

function nameDirectly(
  skills: readonly SkillDeclaration[],
  listOf: (skill: SkillDeclaration) => readonly Mention[],
  via: AssignmentSource["via"],
): NamedSources[] {
  return skills.flatMap((skill) =>
    listOf(skill).map((line) => ({ name: line, sources: [toSource(skill.slug, line, via)] })),
  );
}

function nameByProfile(
  profiles: readonly ProfileDeclaration[],
  listOf: (profile: ProfileDeclaration) => readonly Dated[],
  carried: CarriedSources,
): NamedSources[] {
  return profiles.flatMap((profile) => {
    const sources = carried.get(profile.slug) ?? [];
    return listOf(profile).map((line) => ({ name: line, sources: withDays(sources, line) }));
  });
}

/** The sources of an entry under `users:`, the same as if its skills and profiles named the user. */
function namePerson(
  { user, skills, profiles }: UserDeclaration,
  catalogue: Catalogue,
  carried: CarriedSources,
): NamedSources {
  const sources: AssignmentSource[] = [];
  for (const line of skills) {
    const skill = findOnly(catalogue.skills, line.value)?.slug;
    if (skill !== undefined) sources.push(toSource(skill, line, OWN));
  }
  for (const line of profiles) {
    const profile = findOnly(catalogue.profiles, line.value)?.slug ?? "";
    sources.push(...withDays(carried.get(profile) ?? [], line));
  }
  return { name: user, sources };
}

/** What a profile asks for, on the days of the line that names it. */
function withDays(sources: readonly AssignmentSource[], line: Dated): readonly AssignmentSource[] {
  const days = daysOf(line);
  return days ? sources.map((source) => ({ ...source, ...days })) : sources;
}

/** Undefined for the many lines without days, which then cost nothing. */
function daysOf({ from, until }: Dated): Pick<AssignmentSource, "from" | "until"> | undefined {
  if (!from && !until) return undefined;
  return { ...(from && { from: from.value }), ...(until && { until: until.value }) };
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
