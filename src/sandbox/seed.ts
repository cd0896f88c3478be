/** The initial data of a sandbox: plain JSON with names and e-mails as references. */
import { readFileSync } from "node:fs";
import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Data, RecordState } from "./data.ts";
import { idOf } from "./data.ts";
import type { Seed, SeedEntry } from "./seed-shape.ts";

/** A seed that can't be used. */
export class SeedError extends Error {
  override readonly name = "SeedError";
  /** The first 20 problems with their places, such as `seed.users[0].email`, and the number of the others. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const more = problems.length > 20 ? [`and ${problems.length - 20} more`] : [];
    const shown = [...problems.slice(0, 20), ...more];
    super(`The seed can't be used:${shown.map((problem) => `\n  ${problem}`).join("")}`);
    this.problems = shown;
  }
}

/**
 * The data of a new organisation; `now` is its start in ms. Throws `SeedError` if the value breaks the schema, uses an
 * undeclared name, or declares a name twice.
 */
export function seedData(value: unknown, now: number): Data {
  checkShape(value);
  const { organization = {}, divisions: given = [], ...seed } = value;
  const problems: string[] = [];
  const report = (place: string, problem: string) => problems.push(`seed.${place}: ${problem}`);
  const identify = <T extends SeedEntry & { state?: RecordState }>(
    kind: string,
    place: string,
    list: readonly T[] = [],
    keyOf: (entry: T) => string = ({ name }) => name,
  ) => {
    const all = list.map((entry) => {
      const state = kind === "skill" ? [entry.state ?? ACTIVE] : [];
      return { entry, key: keyOf(entry), id: entry.id ?? idOf(kind, keyOf(entry), ...state) };
    });
    const keyOfId = new Map(all.map(({ key, id }) => [id, key]));
    if (keyOfId.size < all.length) {
      const twice = all.find(({ id }, at) => all.findIndex((one) => one.id === id) < at);
      report(place, `${shown(twice?.key)} is declared twice; give each its own id`);
    }
    // If several have the same key, the first counts; a deleted one only if there is no other.
    const firsts = [...all]
      .reverse()
      .map(({ entry, key, id }) => ({ isDeleted: entry.state === "deleted", key, id }));
    const inUse = new Map(firsts.filter((one) => !one.isDeleted).map(({ key, id }) => [key, id]));
    const any = new Map([...firsts.map(({ key, id }) => [key, id] as const), ...inUse]);
    const find = (from: ReadonlyMap<string, string>) => (key: string, where: string) => {
      const id = from.get(key);
      if (id === undefined) report(where, `no ${kind} of the seed is called ${shown(key)}`);
      return id ?? "";
    };
    /** One record for each entry of the list, with its id and name. */
    const each = <R>(make: (entry: T, where: string) => R) =>
      all.map(({ entry, id }, at) => ({ id, name: entry.name, ...make(entry, `${place}[${at}]`) }));
    return { find: find(any), findInUse: find(inUse), each };
  };
  const hasHome = given.some(({ home }) => home);
  const division = identify(
    "division",
    "divisions",
    hasHome ? given : [{ name: "Home", home: true }, ...given],
  );
  const skill = identify("skill", "skills", seed.skills);
  const user = identify("user", "users", seed.users, ({ email }) => email.toLowerCase());
  const profile = identify("profile", "profiles", seed.profiles);
  const idsOf = (find: typeof skill.find, names: readonly string[] = [], where: string) =>
    names.map((name, at) => find(name, `${where}[${at}]`));
  const userIds = (emails: readonly string[] = [], where: string) =>
    idsOf(
      user.find,
      emails.map((email) => email.toLowerCase()),
      where,
    );

  const divisions = division.each(({ home = false }) => ({ home }));
  const homeId = divisions.find(({ home }) => home)?.id ?? "";
  const divisionId = (name: string | undefined, where: string) =>
    name === undefined ? undefined : division.find(name, `${where}.division`);
  const { id, name = "Sandbox", country = "US", language = "en-US" } = organization;
  const data: Data = {
    organization: { id: id ?? idOf("organization", name), name, country, language },
    divisions,
    skills: skill.each(({ description = null, state = ACTIVE, ...one }, where) => {
      const inDivision = divisionId(one.division, where);
      const dated = { version: 1, modified: new Date(now).toISOString() };
      return { description, ...(inDivision !== undefined && { divisionId: inDivision }), state, ...dated };
    }),
    users: user.each(({ email, state = ACTIVE, skills = {}, department, title, ...one }, where) => {
      const levels = Object.entries(skills).map(([key, level]) => {
        return [skill.findInUse(key, `${where}.skills.${key}`), level];
      });
      const details = {
        ...(department !== undefined && { department }),
        ...(title !== undefined && { title }),
      };
      const held = { details, skills: Object.fromEntries(levels) as Record<string, number> };
      return { email, state, divisionId: divisionId(one.division, where) ?? homeId, version: 1, ...held };
    }),
    groups: identify("group", "groups", seed.groups).each(({ state = ACTIVE, members, owners }, where) => {
      const memberIds = userIds(members, `${where}.members`);
      return { state, version: 1, memberIds, ownerIds: userIds(owners, `${where}.owners`) };
    }),
    profiles: profile.each(({ description = null, parent, skills }, where) => ({
      description,
      ...(parent !== undefined && { parentId: profile.find(parent, `${where}.parent`) }),
      skillIds: idsOf(skill.findInUse, skills, `${where}.skills`),
    })),
    skillGroups: identify("skill group", "skillGroups", seed.skillGroups).each((one) => ({
      skillNames: one.skills,
    })),
    flows: identify("flow", "flows", seed.flows).each(({ skills }, where) => ({
      skillIds: idsOf(skill.find, skills, `${where}.skills`),
    })),
    made: 0,
  };
  if (problems.length > 0) throw new SeedError(problems);
  return data;
}

const ACTIVE = "active";

let isSeed: ValidateFunction<Seed> | undefined;

function checkShape(value: unknown): asserts value is Seed {
  const schema = () =>
    readFileSync(new URL("../../schemas/sandbox-seed.schema.json", import.meta.url), "utf8");
  isSeed ??= new Ajv2020({ allErrors: true, verbose: true }).compile<Seed>(JSON.parse(schema()) as object);
  if (!isSeed(value)) throw new SeedError((isSeed.errors ?? []).map(describe));
}

/** Describes an error: the place, what was expected, and what was found. */
function describe({ instancePath, keyword, params, parentSchema = {}, data }: ErrorObject): string {
  const steps = instancePath.split("/").slice(1);
  const names = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const where = ["seed", ...names.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`))].join("");
  if (keyword === "required") return `${where}.${String(params["missingProperty"])}: is missing`;
  if (keyword !== "additionalProperties")
    return `${where}: expected ${String(parentSchema["title"])}, found ${shown(data)}`;
  const known = Object.keys(parentSchema["properties"] as object).join(", ");
  return `${where}.${String(params["additionalProperty"])}: unknown field; known are ${known}`;
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 80);
}
