/**
 * Reads a scenario: a story, the YAML of a repository, what was applied last, what the organisation holds, and
 * the plan that a person expects. Everything is by name; ids are made from the names where a story needs none.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { loadDesired } from "../../src/desired/load.ts";
import { slugOf } from "../../src/desired/slug.ts";
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
} from "../../src/model.ts";
import { byText } from "../../src/text.ts";
import { expandText, expandTree } from "./expand.ts";
import type { World } from "./oracle.ts";

export interface Scenario extends World {
  readonly story: string;
  readonly allow: ReadonlySet<string>;
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
  ledger: "none" | LedgerFacts;
  live: LiveFacts;
  allow?: string[];
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
  users?: Record<string, LedgerSkills | { id: string; skills: LedgerSkills }>;
  /** Renames that are not finished: who has still to be given the new skill, by e-mail. */
  replaces?: { old: string; new: string; ours?: boolean; pending?: Skills }[];
}

interface LedgerSkillFacts {
  name: string;
  id?: string | null;
  slug?: string;
  description?: string;
  protected?: boolean;
}

type LedgerSkills = Record<string, number | { proficiency: number; group: string }>;

interface LiveFacts {
  organization?: string;
  dialect?: Dialect;
  view?: Live["view"];
  /** Beside those that somebody has. */
  skills?: (string | { name: string; id?: string; description?: string | null })[];
  users?: Record<string, Skills | { id?: string; skills: Skills }>;
  /** Inactive users by e-mail; not listed where the field is missing. */
  inactive?: Record<string, Skills>;
  /** Members by e-mail. */
  groups?: Record<string, string[]>;
  /** Groups that the YAML does not name. */
  other_groups?: string[];
  profiles?: Record<
    string,
    string[] | { id?: string; description?: string | null; parent?: string; skills: string[] }
  >;
  /** Users who are not in the list of active users. */
  absent?: Record<
    string,
    Exclude<AbsentUser["state"], "active"> | { id: string; email: string; skills: Skills }
  >;
  /** What refers to a skill, or why that can't be found out; nothing does where it isn't here. */
  references?: Record<string, string | { flows?: string[]; skill_groups?: string[] }>;
  /** Lists that could not be read to their end, and why. */
  incomplete?: Partial<Record<"skills" | "users" | "groups" | "profiles", string>>;
}

const KEYS = {
  file: ["story", "settings", "desired", "ledger", "live", "allow", "plan", "afterwards", "holdings"],
  ledger: ["organization", "dialect", "skills", "profiles", "users", "replaces"],
  live: [
    "organization",
    "dialect",
    "view",
    "skills",
    "users",
    "inactive",
    "groups",
    "other_groups",
    "profiles",
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
    plan: linesOf(plan),
    ...(afterwards !== undefined && { afterwards: linesOf(afterwards) }),
    ...(holdings !== undefined && { holdings: linesOf(holdings) }),
  };
}

/** Through the same door as any repository: files in a directory. */
async function readDesired(settings: object, skills: unknown): Promise<Desired> {
  const dir = await mkdtemp(join(tmpdir(), "scenario-"));
  try {
    await writeFile(join(dir, "settings.yaml"), stringify(settings));
    await writeFile(join(dir, "skills.yaml"), stringify(skills, { aliasDuplicateObjects: false }));
    return (await loadDesired({ dir })).desired;
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
  const users = Object.entries(facts.users ?? {}).map(([email, user]) => liveUser(email, user, skills));
  const listing = <T>(kind: keyof typeof incomplete, entities: T[]): Listing<T> => {
    const reason = incomplete[kind];
    return reason === undefined ? { kind: "complete", entities } : { kind: "incomplete", entities, reason };
  };
  const idOf = new Map(users.map(({ id, email }) => [email, id]));
  const groups = Object.entries(facts.groups ?? {}).map(([name, members]) => ({
    id: `group-${slugOf(name)}`,
    name,
    members: members.map((email) => idOf.get(email) ?? userId(email)),
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
    groups: listing("groups", groups),
    groupNames: [...groups.map(({ name }) => name), ...(facts.other_groups ?? [])],
    profiles: listing("profiles", liveProfiles(facts, skills)),
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
    const { name, id = `skill-${slugOf(name)}`, description = null } = { ...skill };
    return { id, name, slug: slugOf(name), ...(dialect === "profiles" && { description }) };
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
  { profiles = {} }: LiveFacts,
  skills: readonly LiveSkill[],
): Live["profiles"]["entities"][number][] {
  return Object.entries(profiles).map(([name, profile]) => {
    const facts = Array.isArray(profile) ? { skills: profile } : profile;
    const { id = profileId(name), description = null, parent } = facts;
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
  if (typeof state === "string") return { ref, state, id: ref.includes("@") ? userId(ref) : ref, email: ref };
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
  const users = Object.entries(facts.users ?? {}).map(([ref, user]) => ledgerUser(ref, user));
  const profiles = Object.entries(facts.profiles ?? {}).map(([name, profile]) => {
    const {
      id = profileId(name),
      description,
      skills,
    } = Array.isArray(profile) ? { skills: profile } : profile;
    return {
      slug: slugOf(name),
      id,
      name,
      ...(description !== undefined && { description }),
      skills: skills.map(slugOf).sort(byText),
    };
  });
  return {
    version: 1,
    target,
    organization,
    dialect,
    revision: null,
    skills: ledgerSkills(facts),
    profiles: profiles.sort((a, b) => byText(a.slug, b.slug)),
    users: users.sort((a, b) => byText(a.id, b.id)),
    ...(replaces.length > 0 && {
      replaces: replaces.map(({ old, new: to, ours = true, pending = {} }) => ({
        id: liveSkillId(old, live.skills.entities),
        name: old,
        to: slugOf(to),
        ours,
        pending: Object.entries(pending).map(([email, proficiency]) => ({ id: userId(email), proficiency })),
      })),
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
    const facts: LedgerSkillFacts = skill;
    const { name, slug = slugOf(name), id = `skill-${slugOf(name)}`, description } = facts;
    const isProtected = facts.protected === true;
    return { slug, id, name, ...(description !== undefined && { description }), protected: isProtected };
  });
  return skills.sort((a, b) => byText(a.slug, b.slug));
}

function ledgerUser(ref: string, user: LedgerSkills | { id: string; skills: LedgerSkills }): LedgerUser {
  const isEmail = ref.includes("@");
  const id = "id" in user && typeof user.id === "string" ? user.id : isEmail ? userId(ref) : ref;
  const assignments = Object.entries(ledgerSkillsOf(user)).map(([name, held]): [string, LedgerAssignment] => [
    slugOf(name),
    typeof held === "number" ? { proficiency: held } : held,
  ]);
  return { id, ...(isEmail && { email: ref }), assignments: Object.fromEntries(assignments) };
}

function ledgerSkillsOf(user: LedgerSkills | { id: string; skills: LedgerSkills }): LedgerSkills {
  return "skills" in user && typeof user.id === "string"
    ? (user.skills as LedgerSkills)
    : (user as LedgerSkills);
}

function listOf(profile: string[] | { readonly skills: string[] }): string[] {
  return Array.isArray(profile) ? profile : profile.skills;
}
