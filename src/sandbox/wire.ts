/** Records as the API shows them. All keys are camelCase here; the `profiles` dialect renames them at the end. */
import type {
  Data,
  FlowRecord,
  GroupRecord,
  ProfileRecord,
  SkillGroupRecord,
  SkillRecord,
  UserRecord,
} from "./data.ts";
import { skillsById } from "./data.ts";
import { byName } from "./view.ts";

type Json = Record<string, unknown>;

/** A skill; its description only where the dialect has one. */
export function wireSkill(data: Data, skill: SkillRecord, withDescription: boolean): Json {
  return {
    id: skill.id,
    name: skill.name,
    ...(withDescription ? { description: skill.description } : {}),
    ...(skill.divisionId === undefined ? {} : { division: wireDivisionRef(data, skill.divisionId) }),
    dateModified: skill.modified,
    state: skill.state,
    version: String(skill.version),
    selfUri: `/api/v2/routing/skills/${skill.id}`,
  };
}

/** A user; with `skills` only where asked for. */
export function wireUser(data: Data, user: UserRecord, expand: readonly string[] = []): Json {
  return {
    id: user.id,
    name: user.name,
    division: wireDivisionRef(data, user.divisionId),
    chat: { jabberId: `${user.id.slice(0, 8)}@sandbox.orgspan.com` },
    email: user.email,
    primaryContactInfo: [{ address: user.email, mediaType: "EMAIL", type: "PRIMARY" }],
    addresses: [],
    state: user.state,
    username: user.email,
    version: user.version,
    ...(expand.includes("skills") ? { skills: wireUserSkills(data, user) } : {}),
    acdAutoAnswer: false,
    selfUri: `/api/v2/users/${user.id}`,
  };
}

/** The skills of a user, in order of name. */
export function wireUserSkills(data: Data, user: UserRecord): Json[] {
  const skills = skillsById(data.skills);
  return Object.keys(user.skills)
    .flatMap((id) => skills.get(id) ?? [])
    .sort(byName)
    .map((skill) => wireUserSkill(user, skill));
}

/** One skill of a user. */
export function wireUserSkill(user: UserRecord, skill: SkillRecord): Json {
  return {
    id: skill.id,
    name: skill.name,
    proficiency: user.skills[skill.id] ?? 0,
    state: skill.state,
    skillUri: `/api/v2/routing/skills/${skill.id}`,
    selfUri: `/api/v2/users/${user.id}/routingskills/${skill.id}`,
  };
}

export function wireGroup(group: GroupRecord): Json {
  return {
    id: group.id,
    name: group.name,
    memberCount: group.memberIds.length,
    state: group.state,
    version: group.version,
    type: "official",
    rulesVisible: true,
    visibility: "public",
    rolesEnabled: false,
    includeOwners: false,
    callsEnabled: false,
    owners: group.ownerIds.map((id) => ({ id, selfUri: `/api/v2/users/${id}` })),
    selfUri: `/api/v2/groups/${group.id}`,
  };
}

/** Skills that a profile names itself, in the order that they were set. */
export function wireProfile(data: Data, profile: ProfileRecord): Json {
  return {
    id: profile.id,
    name: profile.name,
    description: profile.description,
    ...(profile.parentId === undefined ? {} : { parent: { id: profile.parentId } }),
    routingSkills: profile.skillIds.map((id) => ({
      id,
      name: skillsById(data.skills).get(id)?.name,
    })),
    selfUri: `/api/v2/routing/profiles/${profile.id}`,
  };
}

/** A skill group as its list shows it, without conditions. */
export function wireSkillGroup(data: Data, group: SkillGroupRecord): Json {
  const home = data.divisions.find((division) => division.home);
  return {
    id: group.id,
    name: group.name,
    ...(home === undefined ? {} : { division: { id: home.id, name: home.name } }),
    memberCount: 0,
    selfUri: `/api/v2/routing/skillgroups/${group.id}`,
  };
}

/** The conditions of a skill group, which name skills. */
export function wireSkillConditions(group: SkillGroupRecord): Json[] {
  const conditions = group.skillNames.map((routingSkill) => ({
    routingSkill,
    comparator: "GreaterThan",
    proficiency: 0,
    childConditions: [],
  }));
  return [{ routingSkillConditions: conditions, languageSkillConditions: [], operation: "And" }];
}

/** A flow as dependency tracking shows it. */
export function wireDependency(flow: FlowRecord): Json {
  return {
    id: flow.id,
    name: flow.name,
    version: "1.0",
    type: "INBOUNDCALLFLOW",
    deleted: false,
    updated: false,
    stateUnknown: false,
    selfUri: `/api/v2/architect/dependencytracking/object?id=${flow.id}&objectType=INBOUNDCALLFLOW`,
  };
}

export function wireDivision({ id, name, home }: Data["divisions"][number]): Json {
  return { id, name, description: "", homeDivision: home, selfUri: `/api/v2/authorization/divisions/${id}` };
}

function wireDivisionRef(data: Data, id: string): Json {
  const name = data.divisions.find((division) => division.id === id)?.name;
  return { id, name, selfUri: `/api/v2/authorization/divisions/${id}` };
}

/** The same value with all keys in snake_case; keys that begin with a capital stay as they are. */
export function toSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snakeKey(key), toSnakeCase(inner)]));
}

function snakeKey(key: string): string {
  return /^[A-Z]/.test(key) ? key : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
