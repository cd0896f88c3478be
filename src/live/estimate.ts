/**
 * An organisation made up from the ledger, for a plan without credentials or network. It believes the ledger
 * as far as that goes: users and profiles that the ledger doesn't hold stand there with nothing, and a group
 * has the members that the ledger knows through it.
 */
import type {
  Desired,
  DesiredProfile,
  Ledger,
  LedgerProfile,
  Listing,
  Live,
  LiveGroup,
  LiveProfile,
  LiveSkill,
  LiveUser,
  References,
} from "../model.ts";

const NO_REFERENCES: References = { kind: "known", flows: [], skillGroups: [] };

export function estimateLive(desired: Desired, ledger: Ledger | null): Live {
  const dialect = ledger?.dialect ?? (desired.settings.api === "profiles" ? "profiles" : "cloud");
  return {
    organization: {
      id: ledger?.organization ?? desired.settings.organization ?? "unknown",
      name: "not asked",
    },
    dialect,
    view: "whole",
    skills: complete(ledger?.skills.map(believeSkill) ?? []),
    users: complete(believeUsers(desired, ledger)),
    groups: complete(desired.groups.map(({ group }) => believeGroup(group, ledger))),
    groupNames: desired.groups.map(({ group }) => group),
    profiles: complete(
      dialect === "profiles" ? desired.profiles.map((profile) => believeProfile(profile, ledger)) : [],
    ),
    absentUsers: [],
    references: new Map((ledger?.skills ?? []).map((skill) => [idOf(skill), NO_REFERENCES])),
    requests: 0,
  };
}

function complete<T>(entities: readonly T[]): Listing<T> {
  return { kind: "complete", entities };
}

/** A skill whose id nobody learned is known by its slug. */
function idOf(skill: { readonly slug: string; readonly id: string | null }): string {
  return skill.id ?? `slug:${skill.slug}`;
}

function believeSkill(skill: Ledger["skills"][number]): LiveSkill {
  const { slug, name, description } = skill;
  return { id: idOf(skill), name, slug, ...(description !== undefined && { description }) };
}

function believeUsers(desired: Desired, ledger: Ledger | null): LiveUser[] {
  const ids = skillIds(ledger);
  const known = (ledger?.users ?? []).map(({ id, email = "", assignments }): LiveUser => {
    const skills = Object.entries(assignments).map(
      ([slug, { proficiency }]) => [ids.get(slug) ?? slug, proficiency] as const,
    );
    return { id, name: email || id, email: email.toLowerCase(), skills: new Map(skills) };
  });
  const refs = new Set(known.flatMap(({ id, email }) => [id.toLowerCase(), email]));
  const strangers = desired.users
    .filter(({ user }) => !refs.has(user))
    .map(({ user }): LiveUser => {
      return { id: user, name: user, email: user.includes("@") ? user : "", skills: new Map() };
    });
  return [...known, ...strangers];
}

function skillIds(ledger: Ledger | null): Map<string, string> {
  return new Map(ledger?.skills.map((skill) => [skill.slug, idOf(skill)]) ?? []);
}

function believeGroup(group: string, ledger: Ledger | null): LiveGroup {
  const isMember = ({ assignments }: Ledger["users"][number]): boolean =>
    Object.values(assignments).some((assignment) => assignment.group === group);
  return { id: group, name: group, members: (ledger?.users ?? []).filter(isMember).map(({ id }) => id) };
}

function believeProfile(profile: DesiredProfile, ledger: Ledger | null): LiveProfile {
  const known = ledger?.profiles.find(({ slug }) => slug === profile.slug);
  const ids = skillIds(ledger);
  const parent = believeParent(profile, known, ledger);
  return {
    id: known?.id ?? profileIdOf(profile.slug, ledger),
    name: known?.name ?? profile.name,
    slug: profile.slug,
    description: known?.description ?? null,
    ...(parent !== undefined && { parent }),
    skills: known?.skills.flatMap((slug) => ids.get(slug) ?? []) ?? [],
  };
}

function profileIdOf(slug: string, ledger: Ledger | null): string {
  return ledger?.profiles.find((profile) => profile.slug === slug)?.id ?? `slug:${slug}`;
}

/** What a profile inherits is not in its own list; where the ledger lists it all the same, live had no such parent. */
function believeParent(
  profile: DesiredProfile,
  known: LedgerProfile | undefined,
  ledger: Ledger | null,
): string | undefined {
  const [first] = profile.extends;
  const own = new Set(known?.skills);
  const listsInherited = profile.entries.some(({ distance, skill }) => distance > 0 && own.has(skill));
  return first === undefined || listsInherited ? undefined : profileIdOf(first, ledger);
}
