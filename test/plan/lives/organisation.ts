/** The organisation of a life: what people change in it manually, and what a reader sees of it. */
import type { AbsentUser, Desired, Dialect, Ledger, Listing, Live, LiveUser } from "../../../src/model.ts";
import { skillsThatMayGo } from "../../../src/plan/plan.ts";
import { byText, foldName, slugOf } from "../../../src/text.ts";

export interface Organisation {
  readonly dialect: Dialect;
  readonly skills: Map<string, OrganisationSkill>;
  readonly users: Map<string, Person>;
  readonly groups: Map<string, { readonly id: string; readonly name: string; readonly members: Set<string> }>;
  readonly profiles: Map<string, OrganisationProfile>;
  /** Ids of skills that a flow refers to. */
  readonly referred: Set<string>;
  /** For ids that are never used twice. */
  made: number;
}

export interface OrganisationSkill {
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "inactive";
  readonly description: string | null;
}

export interface OrganisationProfile {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly skills: ReadonlySet<string>;
}

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly state: "active" | "inactive" | "deleted";
  /** Proficiency by skill id. */
  readonly skills: ReadonlyMap<string, number>;
}

export function newId(kind: string, organisation: Organisation): string {
  organisation.made++;
  return `${kind}-${organisation.made}`;
}

/** Everything that a plan of this YAML is made from, read to its end. */
export function readLive(organisation: Organisation, desired: Desired, ledger: Ledger | null): Live {
  const { dialect, profiles, users } = organisation;
  const people = [...users.values()];
  const active = people.filter(({ state }) => state === "active").map(toLiveUser);
  const groups = namedGroups(organisation, desired, ledger);
  const live: Live = {
    organization: { id: "northmere", name: "Northmere Energy" },
    dialect,
    view: "whole",
    skills: complete([...organisation.skills.values()].map((skill) => toLiveSkill(skill, dialect))),
    absentSkills: [],
    users: complete(active),
    groups: complete(groups.map((group) => ({ ...group, state: "active", members: [...group.members] }))),
    groupNames: [...organisation.groups.values()].map(({ name }) => name),
    profiles: complete(
      [...profiles.values()].map((profile) => {
        return { ...profile, slug: slugOf(profile.name), skills: [...profile.skills] };
      }),
    ),
    absentUsers: absentUsers(organisation, desired, ledger),
    references: new Map(),
    requests: 4,
  };
  const going = skillsThatMayGo({ desired, ledger, live, allow: new Set(), requestsPerMinute: 300 });
  if (going.length === 0) return live;
  const inactive = people.filter(({ state }) => state === "inactive").map(toLiveUser);
  return {
    ...live,
    inactiveUsers: complete(inactive),
    references: new Map(
      going.map(({ id }) => {
        const flows = organisation.referred.has(id) ? ["Main flow"] : [];
        return [id, { kind: "known", flows, skillGroups: [] }];
      }),
    ),
  };
}

function complete<T>(entities: readonly T[]): Listing<T> {
  return { kind: "complete", entities };
}

function toLiveUser({ id, email, skills }: Person): LiveUser {
  return { id, name: id, email, skills: new Map(skills) };
}

function toLiveSkill(
  { description, ...skill }: OrganisationSkill,
  dialect: Dialect,
): Live["skills"]["entities"][number] {
  return { ...skill, slug: slugOf(skill.name), ...(dialect === "profiles" && { description }) };
}

/** Those whose name or id the YAML writes, and those that the ledger holds. */
function namedGroups({ groups }: Organisation, desired: Desired, ledger: Ledger | null) {
  const names = new Set(desired.groups.map(({ group }) => foldName(group)));
  const ids = new Set([
    ...desired.groups.map(({ group }) => group),
    ...(ledger?.users ?? []).flatMap((user) =>
      Object.values(user.assignments).flatMap(({ group }) => group?.id ?? []),
    ),
  ]);
  return [...groups.values()].filter(({ id, name }) => ids.has(id) || names.has(foldName(name)));
}

/** As the reader finds those whom the list lacks: by id for the ledger's sake, by e-mail or id for the YAML's. */
function absentUsers({ users }: Organisation, desired: Desired, ledger: Ledger | null): AbsentUser[] {
  const people = [...users.values()];
  const active = people.filter(({ state }) => state === "active");
  const present = new Set(active.flatMap(({ id, email }) => [id, email]));
  const idByEmail = new Map((ledger?.users ?? []).map(({ id, email = "" }) => [email, id]));
  const isMissing = (ref: string): boolean => !present.has(ref) && !present.has(idByEmail.get(ref) ?? "");
  const refs = new Set([
    ...desired.users.map(({ user }) => user).filter(isMissing),
    ...(ledger?.users ?? []).map(({ id }) => id).filter((id) => !present.has(id)),
  ]);
  return [...refs].sort(byText).map((ref): AbsentUser => {
    const known = people.filter(({ id, email }) => id === ref || email === ref || id === idByEmail.get(ref));
    const person =
      known.find(({ email, id }) => email === ref || id === ref) ?? known.find(({ id }) => id !== ref);
    if (!person || person.state === "active") return { ref, state: "unknown" };
    return { ref, state: person.state, id: person.id, name: person.id, email: person.email };
  });
}

/** Takes over what an apply made of `live`; a skill that is gone is gone from everybody, listed or not. */
export function writeLive(organisation: Organisation, live: Live): void {
  const { skills, users, profiles } = organisation;
  const left = new Map(live.skills.entities.map((skill) => [skill.id, skill]));
  for (const id of skills.keys()) if (!left.has(id)) removeSkill(organisation, id);
  for (const { id, name, state, description = null } of left.values())
    skills.set(id, { id, name, state, description });
  for (const { id, skills: held } of live.users.entities) {
    const person = users.get(id);
    if (person) users.set(id, { ...person, skills: held });
  }
  for (const { id, name, description, skills: entries } of live.profiles.entities)
    profiles.set(id, { id, name, description, skills: new Set(entries) });
}

/** A skill that is deleted leaves everybody and every profile. */
export function removeSkill({ skills, users, profiles, referred }: Organisation, id: string): void {
  skills.delete(id);
  referred.delete(id);
  for (const person of users.values()) setLevel(users, person.id, id, undefined);
  for (const profile of profiles.values()) {
    const entries = new Set([...profile.skills].filter((skill) => skill !== id));
    profiles.set(profile.id, { ...profile, skills: entries });
  }
}

/** Undefined: takes it away. */
export function setLevel(
  users: Organisation["users"],
  user: string,
  skill: string,
  level: number | undefined,
): void {
  const person = users.get(user);
  if (!person) return;
  const skills = new Map(person.skills);
  if (level === undefined) skills.delete(skill);
  else skills.set(skill, level);
  users.set(user, { ...person, skills });
}
