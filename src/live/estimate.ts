/**
 * Estimates live from the ledger, for a plan without credentials or network: users and profiles that are not in the
 * ledger have no skills, and a group has the members whose assignments the ledger traces to it.
 */
import type {
  Desired,
  DesiredProfile,
  Division,
  Ledger,
  LedgerProfile,
  LedgerSkill,
  Listing,
  Live,
  LiveGroup,
  LiveProfile,
  LiveSkill,
  LiveUser,
  References,
} from "../model.ts";
import { foldName, isNewSkillId, isUuid, slugOf } from "../text.ts";

const NO_REFERENCES: References = { kind: "known", flows: [], skillGroups: [] };

export function estimateLive(desired: Desired, ledger: Ledger | null): Live {
  const dialect = ledger?.dialect ?? (desired.settings.api === "profiles" ? "profiles" : "cloud");
  const skills = (ledger?.skills ?? []).filter(({ id }) => !isNewSkillId(id));
  return {
    organization: {
      id: ledger?.organization ?? desired.settings.organization ?? "unknown",
      name: "not asked",
    },
    dialect,
    view: "whole",
    skills: complete(skills.map(toSkill)),
    users: complete(toUsers(desired, ledger)),
    groups: complete(desired.groups.map(({ group }) => toGroup(group, ledger))),
    groupNames: desired.groups.map(({ group }) => group),
    divisions: complete(toDivisions(desired, ledger)),
    profiles: complete(
      dialect === "profiles" ? desired.profiles.map((profile) => toProfile(profile, ledger)) : [],
    ),
    absentUsers: [],
    absentSkills: [],
    references: new Map(skills.map(({ id }) => [id, NO_REFERENCES])),
    requests: 0,
  };
}

function complete<T>(entities: readonly T[]): Listing<T> {
  return { kind: "complete", entities };
}

function toSkill({ id, slug, name, description, division }: LedgerSkill): LiveSkill {
  return {
    ...{ id, name, slug, state: "active" },
    ...(description !== undefined && { description }),
    ...(division !== undefined && { division }),
  };
}

/** The divisions that the YAML names. The name of an id is unknown offline, so the applied division is assumed. */
function toDivisions({ skills }: Desired, ledger: Ledger | null): Division[] {
  const items = ledger?.skills ?? [];
  const known = items.flatMap(({ division }) => division ?? []);
  return skills.flatMap(({ name, division }) => {
    if (division === undefined) return [];
    const applied = isUuid(division)
      ? items.find((item) => item.name === name)?.division
      : known.find((one) => foldName(one) === foldName(division));
    return [{ id: division, name: applied ?? division }];
  });
}

function toUsers(desired: Desired, ledger: Ledger | null): LiveUser[] {
  const known = (ledger?.users ?? []).map(({ id, email = "", assignments }): LiveUser => {
    const skills = Object.entries(assignments).map(
      ([skill, { proficiency }]) => [skill, proficiency] as const,
    );
    return { id, name: email || id, email: email.toLowerCase(), skills: new Map(skills) };
  });
  const refs = new Set(known.flatMap(({ id, email }) => [id.toLowerCase(), email]));
  const named = new Set([...desired.users, ...(desired.dated?.users ?? [])].map(({ user }) => user));
  const others = [...named]
    .filter((user) => !refs.has(user))
    .map((user): LiveUser => {
      return { id: user, name: user, email: user.includes("@") ? user : "", skills: new Map() };
    });
  return [...known, ...others];
}

/** The group with the members that the ledger knows, found by its name or id. */
function toGroup(ref: string, ledger: Ledger | null): LiveGroup {
  const known = (ledger?.users ?? []).flatMap(({ id: user, assignments }) =>
    Object.values(assignments).flatMap(({ group }) =>
      group && (group.id === ref || group.name === ref) ? [{ user, group }] : [],
    ),
  );
  const { id, name } = known[0]?.group ?? { id: ref, name: ref };
  return { id, name, state: "active", members: [...new Set(known.map(({ user }) => user))] };
}

function toProfile(profile: DesiredProfile, ledger: Ledger | null): LiveProfile {
  const known = recorded(profile.name, ledger);
  const parent = parentOf(profile, known, ledger);
  return {
    id: known?.id ?? estimatedId(profile.slug),
    name: known?.name ?? profile.name,
    slug: profile.slug,
    description: known?.description ?? null,
    ...(parent !== undefined && { parent }),
    skills: known?.skills.map(({ id }) => id) ?? [],
  };
}

function recorded(name: string, ledger: Ledger | null): LedgerProfile | undefined {
  return ledger?.profiles.find((profile) => profile.name === name);
}

function estimatedId(slug: string): string {
  return `estimated:${slug}`;
}

/** The parent that the profile probably has: none if the ledger lists inherited skills as the profile's own. */
function parentOf(
  profile: DesiredProfile,
  known: LedgerProfile | undefined,
  ledger: Ledger | null,
): string | undefined {
  const [first] = profile.extends;
  const own = new Set(known?.skills.map(({ name }) => slugOf(name)));
  const listsInherited = profile.entries.some(({ distance, skill }) => distance > 0 && own.has(skill));
  if (first === undefined || listsInherited) return undefined;
  return ledger?.profiles.find(({ slug }) => slug === first)?.id ?? estimatedId(first);
}
