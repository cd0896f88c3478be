/** What fills a sandbox: plain JSON that speaks in names and e-mails, checked before anything is made of it. */
import type { RecordState } from "./data.ts";

/**
 * Every `id` is optional and otherwise follows from kind and name. Skills, groups and profiles of one name
 * are several if each has an id of its own; the name means the first of them.
 */
export interface Seed {
  organization?: { id?: string; name?: string };
  divisions?: { id?: string; name: string; home?: boolean }[];
  skills?: SeedSkill[];
  users?: SeedUser[];
  groups?: SeedGroup[];
  profiles?: SeedProfile[];
  skillGroups?: { id?: string; name: string; skills: string[] }[];
  flows?: { id?: string; name: string; skills: string[] }[];
}

export interface SeedSkill {
  id?: string;
  name: string;
  description?: string;
  /** Name of a division; absent: none. */
  division?: string;
  state?: RecordState;
}

export interface SeedUser {
  id?: string;
  name: string;
  email: string;
  state?: RecordState;
  /** Name of a division; absent: the home division. */
  division?: string;
  /** Proficiency by name of skill. */
  skills?: Record<string, number>;
}

export interface SeedGroup {
  id?: string;
  name: string;
  state?: "active" | "inactive";
  /** E-mails. */
  members?: string[];
  /** E-mails. */
  owners?: string[];
}

export interface SeedProfile {
  id?: string;
  name: string;
  description?: string;
  /** Name of another profile. */
  parent?: string;
  skills?: string[];
}

/** A seed that can't be used; the message has one line for each thing that is wrong, each with its place. */
export class SeedError extends Error {
  override readonly name = "SeedError";
}

type Report = (place: string, message: string) => void;
type Check = (value: unknown, place: string, report: Report) => void;

/** Checks that `value`, as read from JSON, is a seed; throws `SeedError` naming every place that is wrong. */
export function validateSeed(value: unknown): Seed {
  const found: string[] = [];
  const report: Report = (place, message) => found.push(`${place}: ${message}`);
  checkShape(value, "seed", report);
  if (found.length === 0) checkReferences(value as Seed, report);
  if (found.length > 0)
    throw new SeedError(`The seed can't be used:\n${found.map((line) => `  ${line}`).join("\n")}`);
  return value as Seed;
}

const text: Check = (value, place, report) => {
  if (typeof value !== "string" || value.trim() === "")
    report(place, `expected a text, found ${shown(value)}`);
};
const anyText: Check = (value, place, report) => {
  if (typeof value !== "string") report(place, `expected a text, found ${shown(value)}`);
};
const flag: Check = (value, place, report) => {
  if (typeof value !== "boolean") report(place, `expected true or false, found ${shown(value)}`);
};
const email: Check = (value, place, report) => {
  if (typeof value !== "string" || !/^[^\s@]+@[^\s@]+$/.test(value))
    report(place, `expected an e-mail address, found ${shown(value)}`);
};
const proficiencies: Check = (value, place, report) => {
  if (!isRecord(value)) report(place, `expected proficiency by skill name, found ${shown(value)}`);
  else
    for (const [skill, level] of Object.entries(value))
      if (typeof level !== "number" || !(level >= 0 && level <= 5))
        report(`${place}.${skill}`, `expected a number from 0 to 5, found ${shown(level)}`);
};

function oneOf(...words: readonly string[]): Check {
  return (value, place, report) => {
    if (typeof value !== "string" || !words.includes(value))
      report(place, `expected ${words.join(" or ")}, found ${shown(value)}`);
  };
}

function listOf(check: Check): Check {
  return (value, place, report) => {
    if (!Array.isArray(value)) report(place, `expected a list, found ${shown(value)}`);
    else value.forEach((item, index) => check(item, `${place}[${index}]`, report));
  };
}

/** An object with these fields and no others; a field marked `?` may be absent. */
function object(fields: Readonly<Record<string, Check>>): Check {
  const known = Object.keys(fields).map((field) => field.replace("?", ""));
  return (value, place, report) => {
    if (!isRecord(value)) {
      report(place, `expected an object, found ${shown(value)}`);
      return;
    }
    for (const field of Object.keys(value))
      if (!known.includes(field)) report(`${place}.${field}`, `unknown field; known are ${known.join(", ")}`);
    for (const [field, check] of Object.entries(fields)) {
      const name = field.replace("?", "");
      if (value[name] !== undefined) check(value[name], `${place}.${name}`, report);
      else if (!field.endsWith("?")) report(`${place}.${name}`, "is missing");
    }
  };
}

const named = { "id?": text, name: text };
const anyState = oneOf("active", "inactive", "deleted");

const checkShape = object({
  "organization?": object({ "id?": text, "name?": text }),
  "divisions?": listOf(object({ ...named, "home?": flag })),
  "skills?": listOf(object({ ...named, "description?": anyText, "division?": text, "state?": anyState })),
  "users?": listOf(
    object({
      ...named,
      email,
      "state?": anyState,
      "division?": text,
      "skills?": proficiencies,
    }),
  ),
  "groups?": listOf(
    object({
      ...named,
      "state?": oneOf("active", "inactive"),
      "members?": listOf(email),
      "owners?": listOf(email),
    }),
  ),
  "profiles?": listOf(
    object({ ...named, "description?": anyText, "parent?": text, "skills?": listOf(text) }),
  ),
  "skillGroups?": listOf(object({ ...named, skills: listOf(text) })),
  "flows?": listOf(object({ ...named, skills: listOf(text) })),
});

/** Checks that every name that is used is declared, and none twice. A skill group may name skills that are not. */
function checkReferences(seed: Seed, report: Report): void {
  const divisions = names(seed.divisions ?? [], "divisions", (one) => one.name, report);
  const skills = names(
    (seed.skills ?? []).filter((skill) => skill.state !== "deleted"),
    "skills",
    (one) => one.name,
    report,
  );
  const users = names(seed.users ?? [], "users", (one) => one.email.toLowerCase(), report);
  const profiles = names(seed.profiles ?? [], "profiles", (one) => one.name, report);
  names(seed.groups ?? [], "groups", (one) => one.name, report);
  const everSkills = new Set(seed.skills?.map((skill) => skill.name));

  const known = (set: ReadonlySet<string>, name: string | undefined, place: string, kind: string): void => {
    if (name !== undefined && !set.has(name))
      report(place, `no ${kind} of the seed is called ${shown(name)}`);
  };
  seed.skills?.forEach((skill, at) =>
    known(divisions, skill.division, `seed.skills[${at}].division`, "division"),
  );
  seed.users?.forEach((user, at) => {
    known(divisions, user.division, `seed.users[${at}].division`, "division");
    for (const name of Object.keys(user.skills ?? {}))
      known(skills, name, `seed.users[${at}].skills.${name}`, "skill");
  });
  seed.groups?.forEach((group, at) => {
    for (const field of ["members", "owners"] as const)
      group[field]?.forEach((one, place) =>
        known(users, one.toLowerCase(), `seed.groups[${at}].${field}[${place}]`, "user"),
      );
  });
  seed.profiles?.forEach((profile, at) => {
    known(profiles, profile.parent, `seed.profiles[${at}].parent`, "profile");
    profile.skills?.forEach((name, place) =>
      known(skills, name, `seed.profiles[${at}].skills[${place}]`, "skill"),
    );
  });
  seed.flows?.forEach((flow, at) =>
    flow.skills.forEach((name, place) =>
      known(everSkills, name, `seed.flows[${at}].skills[${place}]`, "skill"),
    ),
  );
}

/** The names that are declared; reports one that is there again without an id of its own. */
function names<T extends { readonly id?: string }>(
  list: readonly T[],
  kind: string,
  nameOf: (one: T) => string,
  report: Report,
): Set<string> {
  const seen = new Set<string>();
  const ids = new Set<string>();
  for (const one of list) {
    const name = nameOf(one);
    if (seen.has(name) && (one.id === undefined || ids.has(one.id)))
      report(`seed.${kind}`, `${shown(name)} is there twice; give each an id of its own`);
    seen.add(name);
    if (one.id !== undefined) ids.add(one.id);
  }
  return seen;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
}
