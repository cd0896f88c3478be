/** Catalogue → Desired: resolves references to slugs, flattens inheritance and leaves out unknown references. */
import type { Desired, DesiredProfile, DesiredSkill, Settings, Slug } from "../model.ts";
import { byText, isUuid, slugOf } from "../text.ts";
import { collectGroups, collectUsers } from "./assignment-sources.ts";
import type { Catalogue } from "./catalogue.ts";
import { findOnly } from "./catalogue.ts";
import type { Mention, ProfileDeclaration, SkillDeclaration } from "./declarations.ts";
import type { EntrySource, OwnEntry, ProfileNode } from "./inherit.ts";
import { findSources, mergeSources } from "./inherit.ts";
import { describeOddName } from "./names.ts";
import { byPlace } from "./problems.ts";
import type { Located } from "./tree.ts";

/** Resolves the declarations for a target, independent of the order of the files. */
export function resolveDesired(catalogue: Catalogue, target: string, settings: Settings): Desired {
  const undeclared = findUndeclared(catalogue);
  const nodes = linkProfiles(catalogue, undeclared);
  const sources = new Map([...nodes.keys()].map((slug) => [slug, findSources(slug, nodes)]));
  const members = indexMembers(catalogue);
  const profiles = [
    ...[...catalogue.profiles.bySlug.values()].map((profile) =>
      resolveProfile(profile, members, nodes, sources),
    ),
    ...[...undeclared].map(([slug, mention]) => nameProfile(slug, mention, sources)),
  ].sort((a, b) => byText(a.slug, b.slug));
  const skills = [...catalogue.skills.bySlug.values()];
  return {
    target,
    settings,
    skills: skills.map((skill) => resolveSkill(skill, settings)),
    profiles,
    users: collectUsers(catalogue, sources),
    groups: collectGroups(catalogue, sources),
  };
}

function resolveSkill(skill: SkillDeclaration, settings: Settings): DesiredSkill {
  const oddName = describeOddName(skill.name.value);
  return {
    ...identify(skill),
    ...(skill.division !== undefined && { division: skill.division }),
    previously: skill.previously.map(({ value }) => value),
    protected: skill.protected,
    exclusive: skill.exclusive ?? settings.exclusive,
    managed: skill.managed,
    ...(oddName !== undefined && { oddName }),
    source: skill.place,
  };
}

function resolveProfile(
  profile: ProfileDeclaration,
  members: ReadonlyMap<ProfileDeclaration, readonly Located[]>,
  nodes: ReadonlyMap<Slug, ProfileNode>,
  sources: ReadonlyMap<Slug, readonly EntrySource[]>,
): DesiredProfile {
  return {
    ...identify(profile),
    declared: true,
    extends: nodes.get(profile.slug)?.extends ?? [],
    entries: mergeSources(sources.get(profile.slug) ?? []),
    members: {
      users: sortedValues([...profile.users, ...(members.get(profile) ?? [])]),
      groups: sortedValues(profile.groups),
    },
    source: profile.place,
  };
}

/** The users who name a profile under `users:`, by that profile. */
function indexMembers({ profiles, users }: Catalogue): Map<ProfileDeclaration, Located[]> {
  const members = new Map<ProfileDeclaration, Located[]>();
  for (const { user, profiles: named } of users) {
    for (const { value } of named) {
      const profile = findOnly(profiles, value);
      if (!profile) continue;
      const users = members.get(profile);
      if (users) users.push(user);
      else members.set(profile, [user]);
    }
  }
  return members;
}

/** A profile that only skills name. */
function nameProfile(
  slug: Slug,
  mention: Mention,
  sources: ReadonlyMap<Slug, readonly EntrySource[]>,
): DesiredProfile {
  return {
    slug,
    slugWritten: false,
    name: mention.value,
    ...(isUuid(mention.value) && { id: mention.value.toLowerCase() }),
    declared: false,
    extends: [],
    entries: mergeSources(sources.get(slug) ?? []),
    members: { users: [], groups: [] },
    source: mention.place,
  };
}

function identify(declaration: SkillDeclaration | ProfileDeclaration): {
  slug: Slug;
  slugWritten: boolean;
  name: string;
  id?: string;
  description?: string;
} {
  const { slug, name, id, description } = declaration;
  return {
    slug,
    slugWritten: declaration.writtenSlug !== undefined,
    name: name.value,
    ...(id && { id: id.value }),
    ...(description !== undefined && { description }),
  };
}

// ── References between skills and profiles ───────────────────────────────────────────────────────────

/** The profiles that skills name and no file declares, by slug, each with the first mention. */
function findUndeclared({ skills, profiles }: Catalogue): Map<Slug, Mention> {
  const mentions = [...skills.bySlug.values()].flatMap((skill) => skill.profiles);
  const undeclared = new Map<Slug, Mention>();
  for (const mention of mentions.toSorted((a, b) => byPlace(a.place, b.place))) {
    const slug = slugOf(mention.value);
    if (findOnly(profiles, mention.value) || profiles.bySlug.has(slug) || undeclared.has(slug)) continue;
    undeclared.set(slug, mention);
  }
  return undeclared;
}

function linkProfiles(catalogue: Catalogue, undeclared: ReadonlyMap<Slug, Mention>): Map<Slug, ProfileNode> {
  const { skills, profiles } = catalogue;
  const entries = new Map<Slug, OwnEntry[]>(
    [...profiles.bySlug.keys(), ...undeclared.keys()].map((slug) => [slug, []]),
  );
  const add = (profile: Slug | undefined, skill: Slug | undefined, { place, proficiency }: Mention): void => {
    if (profile === undefined || skill === undefined) return;
    entries.get(profile)?.push({ skill, ...(proficiency !== undefined && { proficiency }), source: place });
  };
  for (const profile of profiles.bySlug.values()) {
    for (const mention of profile.skills) add(profile.slug, findOnly(skills, mention.value)?.slug, mention);
  }
  for (const skill of skills.bySlug.values()) {
    for (const mention of skill.profiles) {
      add(findOnly(profiles, mention.value)?.slug ?? slugOf(mention.value), skill.slug, mention);
    }
  }
  return new Map(
    [...entries].map(([slug, own]) => [slug, { entries: own, extends: parentSlugs(slug, catalogue) }]),
  );
}

function parentSlugs(slug: Slug, { profiles }: Catalogue): Slug[] {
  const references = profiles.bySlug.get(slug)?.extends ?? [];
  return references.flatMap((reference) => findOnly(profiles, reference.value)?.slug ?? []);
}

function sortedValues(values: readonly Located[]): string[] {
  return [...new Set(values.map((located) => located.value))].sort(byText);
}
