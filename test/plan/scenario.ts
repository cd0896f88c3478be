/**
 * Reads a scenario: a story, the YAML of a repository, what was applied last, what the organisation holds, and
 * the plan that a person expects. Everything is by name; ids are made from the names where a story needs none.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { loadDesired } from "../../src/desired/load.ts";
import type {
  AbsentUser,
  Desired,
  Dialect,
  Ledger,
  LedgerAssignment,
  LedgerUser,
  Listing,
  Live,
  LiveSkill,
  LiveUser,
  References,
  WriteRecord,
} from "../../src/model.ts";
import type { AttemptedYaml } from "../../src/plan/dates.ts";
import { byText, slugOf } from "../../src/text.ts";
import { expandText, expandTree } from "./expand.ts";

/** What the planner is given. */
export interface World {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
}

export interface Scenario extends World {
  readonly story: string;
  readonly allow: ReadonlySet<string>;
  readonly readsMayBeOld: boolean;
  readonly day: string;
  readonly attempted: (() => AttemptedYaml) | undefined;
  /** Lines as planLines answers them. */
  readonly plan: readonly string[];
  /** The plan after this one was applied; undefined where it should have nothing left to do. */
  readonly afterwards?: readonly string[];
  /** Who holds what once the plan is applied, as holdingLines answers it; undefined where the story doesn't say. */
  readonly holdings?: readonly string[];
}

type Skills = Record<string, number>;

interface ScenarioFile {
  story: string;
  settings?: object;
  desired: object;
  /** The YAML of the attempted revision, and the day recorded with it. */
  attempted?: { day: string; desired?: object };
  ledger: "none" | LedgerFacts;
  live: LiveFacts;
  allow?: string[];
  reads_may_be_old?: boolean;
  plan: string;
  afterwards?: string;
  holdings?: string;
}

interface LedgerFacts {
  organization?: string;
  dialect?: Dialect;
  /** Beside those that somebody has. */
  skills?: (string | LedgerSkillFacts)[];
  profiles?: Record<string, string[] | { id?: string; description?: string; skills: string[] }>;
  /** By e-mail, or by id where the YAML doesn't name them. */
  users?: Record<string, LedgerSkills | LedgerUserFacts>;
  /** Renames that are not finished. */
  replaces?: { old: string; new: string; state?: "migrating" | "in-use" }[];
}

interface LedgerUserFacts {
  id?: string;
  skills: LedgerSkills;
  absent?: boolean;
  /** What is to be given when the user is back, by name of the new skill. */
  pending?: Record<string, { proficiency: number; manual: boolean }>;
  records?: ({ skill: string } & Omit<WriteRecord, "field" | "name">)[];
}

interface LedgerSkillFacts {
  name: string;
  /** Null: it was to be made, and nobody knows whether it was. */
  id?: string | null;
  slug?: string;
  description?: string;
  division?: string;
  protected?: boolean;
  renamed_from?: string[];
  records?: WriteRecord[];
}

type LedgerSkills = Record<string, number | { proficiency: number; group?: string; until?: string }>;

interface ProfileFacts {
  id?: string;
  description?: string | null;
  parent?: string;
}

interface LiveFacts {
  organization?: string;
  dialect?: Dialect;
  view?: Live["view"];
  /** Beside those that somebody has. */
  skills?: (
    | string
    | {
        name: string;
        id?: string;
        description?: string | null;
        division?: string;
        state?: LiveSkill["state"];
      }
  )[];
  /** Names, whose ids are `division-<slug>`; not read where the field is missing. */
  divisions?: string[];
  users?: Record<string, Skills | { id?: string; skills: Skills }>;
  /** Several of one e-mail, who hold nothing. */
  twin_users?: { id: string; name: string; email: string }[];
  /** Several of one name; members by e-mail. */
  twin_groups?: { id: string; name: string; members: string[]; state?: "active" | "inactive" }[];
  /** Inactive users by e-mail; not listed where the field is missing. */
  inactive?: Record<string, Skills>;
  /** Members by e-mail. */
  groups?: Record<string, string[]>;
  /** Groups that the YAML does not name. */
  other_groups?: string[];
  profiles?: Record<string, string[] | (ProfileFacts & { skills: string[] })>;
  /** Several of one name. */
  twin_profiles?: { id: string; name: string; skills: string[] }[];
  /** Users who are not in the list of active users. */
  absent?: Record<
    string,
    Exclude<AbsentUser["state"], "active"> | { id: string; email: string; skills: Skills }
  >;
  /** What refers to a skill, or why that can't be found out; nothing does where it isn't here. */
  references?: Record<string, string | { flows?: string[]; skill_groups?: string[] }>;
  /** Lists that could not be read to their end, and why. */
  incomplete?: Partial<Record<"skills" | "users" | "groups" | "profiles" | "divisions", string>>;
}

const KEYS = {
  file: [
    "story",
    "settings",
    "desired",
    "attempted",
    "ledger",
    "live",
    "allow",
    "reads_may_be_old",
    "plan",
    "afterwards",
    "holdings",
  ],
  ledger: ["organization", "dialect", "skills", "profiles", "users", "replaces"],
  live: [
    "organization",
    "dialect",
    "view",
    "skills",
    "divisions",
    "users",
    "twin_users",
    "twin_groups",
    "inactive",
    "groups",
    "other_groups",
    "profiles",
    "twin_profiles",
    "absent",
    "references",
    "incomplete",
  ],
};

export async function readScenario(path: string): Promise<Scenario> {
  const file = parse(await readFile(path, "utf8")) as ScenarioFile;
  refuseOtherKeys(file, KEYS.file, path);
  const { story, settings = {}, allow = [], plan, afterwards, holdings } = file;
  const liveFacts = expandTree(file.live) as LiveFacts;
  refuseOtherKeys(liveFacts, KEYS.live, path);
  const live = readLive(liveFacts);
  const desired = await readDesired(settings, expandTree(file.desired));
  const { attempted } = file;
  const readAttempted = (day: string): Promise<Desired> =>
    readDesired(settings, expandTree(attempted?.desired ?? file.desired), day);
  const yaml = attempted && { then: await readAttempted(attempted.day), now: await readAttempted(DAY) };
  let ledger: Ledger | null = null;
  if (file.ledger !== "none") {
    const facts = expandTree(file.ledger) as LedgerFacts;
    refuseOtherKeys(facts, KEYS.ledger, path);
    ledger = readLedger(facts, live, desired.target);
  }
  return {
    story,
    desired,
    ledger,
    live,
    allow: new Set(allow),
    readsMayBeOld: file.reads_may_be_old === true,
    day: DAY,
    attempted: yaml && (() => yaml),
    plan: linesOf(plan),
    ...(afterwards !== undefined && { afterwards: linesOf(afterwards) }),
    ...(holdings !== undefined && { holdings: linesOf(holdings) }),
  };
}

/** The day of every scenario. */
const DAY = "2026-11-27";

/** Reads desired from files in a directory, like that of any repository. */
async function readDesired(settings: object, skills: unknown, day = DAY): Promise<Desired> {
  const dir = await mkdtemp(join(tmpdir(), "scenario-"));
  try {
    await writeFile(join(dir, "settings.yaml"), stringify(settings));
    await writeFile(join(dir, "skills.yaml"), stringify(skills, { aliasDuplicateObjects: false }));
    return (await loadDesired({ dir, dayIn: () => day })).desired;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n").flatMap(expandText);
}

function refuseOtherKeys(tree: object, keys: readonly string[], path: string): void {
  const other = Object.keys(tree).find((key) => !keys.includes(key));
  if (other !== undefined) throw new Error(`${path}: a scenario has no field ${other}.`);
}

// ── Live ─────────────────────────────────────────────────────────────────────────────────────────────

function readLive(facts: LiveFacts): Live {
  const { organization = "northmere", dialect = "cloud", view = "whole", incomplete = {} } = facts;
  const skills = liveSkills(facts, dialect);
  const twins = (facts.twin_users ?? []).map((twin) => ({ ...twin, skills: new Map() }));
  const named = Object.entries(facts.users ?? {}).map(([email, user]) => liveUser(email, user, skills));
  const users: LiveUser[] = [...named, ...twins];
  const listing = <T>(kind: keyof typeof incomplete, entities: T[]): Listing<T> => {
    const reason = incomplete[kind];
    return reason === undefined ? { kind: "complete", entities } : { kind: "incomplete", entities, reason };
  };
  const idOf = new Map(users.map(({ id, email }) => [email, id]));
  const byName = Object.entries(facts.groups ?? {}).map(([name, members]) => {
    return { id: `group-${slugOf(name)}`, name, members };
  });
  const groups = [...byName, ...(facts.twin_groups ?? [])].map((group) => ({
    state: "active" as const,
    ...group,
    members: group.members.map((email) => idOf.get(email) ?? userId(email)),
  }));
  return {
    organization: { id: organization, name: "Northmere Energy" },
    dialect,
    view,
    skills: listing("skills", skills),
    users: listing("users", users),
    ...(facts.inactive && {
      inactiveUsers: { kind: "complete", entities: inactiveUsers(facts.inactive, skills) },
    }),
    ...(facts.divisions && {
      divisions: listing(
        "divisions",
        facts.divisions.map((name) => ({ id: `division-${slugOf(name)}`, name })),
      ),
    }),
    groups: listing("groups", groups),
    groupNames: [...groups.map(({ name }) => name), ...(facts.other_groups ?? [])],
    profiles: listing("profiles", liveProfiles(facts, skills)),
    absentSkills: [],
    absentUsers: Object.entries(facts.absent ?? {}).map(([ref, state]) => absentUser(ref, state, skills)),
    references: new Map(skills.map(({ id, name }) => [id, referencesOf(facts.references?.[name])])),
    requests: 4,
  };
}

function liveSkills(facts: LiveFacts, dialect: Dialect): LiveSkill[] {
  const named = (facts.skills ?? []).map((skill) => (typeof skill === "string" ? { name: skill } : skill));
  const held = [
    ...Object.values(facts.users ?? {}).flatMap((user) => Object.keys(skillsOf(user))),
    ...Object.values(facts.profiles ?? {}).flatMap((profile) => listOf(profile)),
  ];
  const known = new Set(named.map(({ name }) => name));
  const beside = [...new Set(held)].filter((name) => !known.has(name)).map((name) => ({ name }));
  return [...named, ...beside].map((skill) => {
    const facts: Exclude<NonNullable<LiveFacts["skills"]>[number], string> = skill;
    const { name, id = `skill-${slugOf(name)}`, state = "active", description = null, division } = facts;
    return {
      ...{ id, name, slug: slugOf(name), state },
      ...(dialect === "profiles" && { description }),
      ...(division !== undefined && { division }),
    };
  });
}

function liveUser(
  email: string,
  user: Skills | { id?: string; skills: Skills },
  skills: LiveSkill[],
): LiveUser {
  const id = "id" in user && typeof user.id === "string" ? user.id : userId(email);
  return { id, name: email.replace(/@.*/u, ""), email, skills: assignments(skillsOf(user), skills) };
}

function inactiveUsers(users: Record<string, Skills>, skills: LiveSkill[]): LiveUser[] {
  return Object.entries(users).map(([email, held]) => liveUser(email, held, skills));
}

function liveProfiles(
  { profiles = {}, twin_profiles: twins = [] }: LiveFacts,
  skills: readonly LiveSkill[],
): Live["profiles"]["entities"][number][] {
  const named = Object.entries(profiles).map(([name, profile]) => {
    return { name, ...(Array.isArray(profile) ? { skills: profile } : profile) };
  });
  return [...named, ...twins].map((facts: { name: string; skills: string[] } & ProfileFacts) => {
    const { name, id = profileId(name), description = null, parent } = facts;
    return {
      id,
      name,
      slug: slugOf(name),
      description,
      ...(parent !== undefined && { parent: profileId(parent) }),
      skills: facts.skills.map((skill) => liveSkillId(skill, skills)),
    };
  });
}

function absentUser(
  ref: string,
  state: NonNullable<LiveFacts["absent"]>[string],
  skills: LiveSkill[],
): AbsentUser {
  if (state === "unknown") return { ref, state };
  if (typeof state === "string") {
    const id = ref.includes("@") ? userId(ref) : ref;
    return { ref, state, id, name: ref.replace(/@.*/u, ""), email: ref };
  }
  const { id, email } = state;
  return { ref, state: "active", user: { ...liveUser(email, { id, skills: state.skills }, skills) } };
}

function referencesOf(facts: string | { flows?: string[]; skill_groups?: string[] } = {}): References {
  if (typeof facts === "string") return { kind: "unknown", reason: facts };
  return { kind: "known", flows: facts.flows ?? [], skillGroups: facts.skill_groups ?? [] };
}

function skillsOf(user: Skills | { id?: string; skills: Skills }): Skills {
  return "skills" in user && typeof user.skills === "object" ? user.skills : (user as Skills);
}

function assignments(held: Skills, skills: readonly LiveSkill[]): Map<string, number> {
  return new Map(Object.entries(held).map(([name, level]) => [liveSkillId(name, skills), level]));
}

function liveSkillId(name: string, skills: readonly LiveSkill[]): string {
  return skills.find((skill) => skill.name === name)?.id ?? `skill-${slugOf(name)}`;
}

function userId(email: string): string {
  return `user-${email.replace(/@.*/u, "")}`;
}

function profileId(name: string): string {
  return `profile-${slugOf(name)}`;
}

// ── Ledger ───────────────────────────────────────────────────────────────────────────────────────────

function readLedger(facts: LedgerFacts, live: Live, target: string): Ledger {
  const { organization = live.organization.id, dialect = live.dialect, replaces = [] } = facts;
  const skills = ledgerSkills(facts);
  const idOf = (name: string): string => skills.find((skill) => skill.name === name)?.id ?? skillId(name);
  const groups = new Map(live.groups.entities.map(({ id, name }) => [name, id]));
  const groupOf = (name: string) => ({ id: groups.get(name) ?? `group-${slugOf(name)}`, name });
  const users = Object.entries(facts.users ?? {}).map(([ref, user]) => ledgerUser(ref, user, idOf, groupOf));
  const profiles = Object.entries(facts.profiles ?? {}).map(([name, profile]) => {
    const known = Array.isArray(profile) ? { skills: profile } : profile;
    const { id = profileId(name), description, skills: entries } = known;
    return {
      ...{ id, name, slug: slugOf(name) },
      ...(description !== undefined && { description }),
      skills: entries.map((skill) => ({ id: idOf(skill), name: skill })).sort((a, b) => byText(a.id, b.id)),
    };
  });
  return {
    ...{ version: 2, target, organization, dialect, applied: null, attempted: null, skills },
    profiles: profiles.sort((a, b) => byText(a.id, b.id)),
    users: users.sort((a, b) => byText(a.id, b.id)),
    replacements: replaces.map(({ old, new: to, state = "migrating" }) => {
      return { id: idOf(old), name: old, to: idOf(to), state };
    }),
  };
}

function ledgerSkills(facts: LedgerFacts): Ledger["skills"] {
  const named = (facts.skills ?? []).map((skill) => (typeof skill === "string" ? { name: skill } : skill));
  const held = [
    ...Object.values(facts.users ?? {}).flatMap((user) => Object.keys(ledgerSkillsOf(user))),
    ...Object.values(facts.profiles ?? {}).flatMap(listOf),
  ];
  const known = new Set(named.map(({ name }) => name));
  const beside = [...new Set(held)].filter((name) => !known.has(name)).map((name) => ({ name }));
  const skills = [...named, ...beside].map((skill) => {
    const { name, slug, description, division, ...rest }: LedgerSkillFacts = skill;
    const id = rest.id === null ? `new:${slug ?? slugOf(name)}` : (rest.id ?? skillId(name));
    const { renamed_from: renamedFrom, records } = rest;
    return {
      ...{ id, name, slug: slug ?? slugOf(name), protected: rest.protected === true },
      ...(slug !== undefined && { slugWritten: true as const }),
      ...(description !== undefined && { description }),
      ...(division !== undefined && { division }),
      ...(renamedFrom && { renamedFrom: renamedFrom.map((old) => ({ id: skillId(old), name: old })) }),
      ...(records && { records }),
    };
  });
  return skills.sort((a, b) => byText(a.id, b.id));
}

function ledgerUser(
  ref: string,
  user: LedgerSkills | LedgerUserFacts,
  idOf: (skill: string) => string,
  groupOf: (name: string) => { id: string; name: string },
): LedgerUser {
  const isEmail = ref.includes("@");
  const facts = isUserFacts(user) ? user : { skills: user };
  const id = facts.id ?? (isEmail ? userId(ref) : ref);
  const assignments = Object.entries(facts.skills).map(([name, held]): [string, LedgerAssignment] => {
    const { proficiency, group, until } = typeof held === "number" ? { proficiency: held } : held;
    return [
      idOf(name),
      {
        ...{ name, proficiency },
        ...(group !== undefined && { group: groupOf(group) }),
        ...(until !== undefined && { until }),
      },
    ];
  });
  const pending = Object.entries(facts.pending ?? {}).map(
    ([name, one]) => [idOf(name), { name, ...one }] as const,
  );
  return {
    id,
    ...(isEmail && { email: ref }),
    ...(facts.absent && { absent: true as const }),
    assignments: Object.fromEntries(assignments),
    ...(pending.length > 0 && { migrations: Object.fromEntries(pending) }),
    ...(facts.records && {
      records: facts.records.map(({ skill, ...record }) => {
        return { field: { kind: "skill" as const, id: idOf(skill) }, name: skill, ...record };
      }),
    }),
  };
}

function ledgerSkillsOf(user: LedgerSkills | LedgerUserFacts): LedgerSkills {
  return isUserFacts(user) ? user.skills : user;
}

function isUserFacts(user: LedgerSkills | LedgerUserFacts): user is LedgerUserFacts {
  return "skills" in user && typeof user.skills === "object" && !("proficiency" in user.skills);
}

function listOf(profile: string[] | { readonly skills: string[] }): string[] {
  return Array.isArray(profile) ? profile : profile.skills;
}

function skillId(name: string): string {
  return `skill-${slugOf(name)}`;
}
