/** The parts of the API's bodies that we use, in one shape for both dialects. */
import type { Fields } from "./decode.ts";
import {
  readFields,
  readId,
  readList,
  readOptionalFields,
  readOptionalList,
  readOptionalNumber,
  readOptionalText,
  readText,
} from "./decode.ts";
import type { Page } from "./pages.ts";

export type State = "active" | "inactive" | "deleted";

/** An entity that isn't deleted. */
export type Existing<T> = T & { readonly state: Exclude<State, "deleted"> };

export interface SkillBody {
  readonly id: string;
  readonly name: string;
  /** Null if it was never set, and always null in the `cloud` dialect. */
  readonly description: string | null;
  /** Name of the division, or its id if the answer has no name; absent if the skill has no division. */
  readonly division?: string;
  readonly state: State;
}

export interface UserSkillBody {
  /** The skill's id. */
  readonly id: string;
  /** 0.0 to 5.0. */
  readonly proficiency: number;
}

/** A skill of a user as in the answer; the proficiency is undefined if the answer has none. */
interface ReadUserSkill {
  readonly id: string;
  readonly proficiency: number | undefined;
  readonly state: State;
}

/** Proficiency by skill id. */
export type Proficiencies = ReadonlyMap<string, number>;

export interface UserBody {
  readonly id: string;
  /** Empty if the user has none. */
  readonly name: string;
  /** As Genesys spells it; empty if the user has none. */
  readonly email: string;
  readonly state: State;
  /** Name of the division, where the answer has one. */
  readonly division?: string;
  readonly department?: string;
  /** Undefined if the answer lacks the skills or a proficiency, which is not the same as having no skills. */
  readonly skills: Proficiencies | undefined;
}

export interface GroupBody {
  readonly id: string;
  readonly name: string;
  readonly state: State;
  /** How many members it has, where the answer says so. */
  readonly memberCount?: number;
}

export interface ProfileBody {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Id of the profile whose skills it inherits. */
  readonly parent?: string;
  /** Ids of its own skills. */
  readonly skills: readonly string[];
}

export interface DivisionBody {
  readonly id: string;
  readonly name: string;
  readonly isHome: boolean;
}

/** Reads a page of entities; `key` is the field that holds them. */
export function decodePage<T>(body: unknown, each: (entry: Fields) => T, key = "entities"): Page<T> {
  const page = readFields(body);
  return {
    entities: readList(page, key, each),
    pageSize: readOptionalNumber(page, "pageSize"),
    pageNumber: readOptionalNumber(page, "pageNumber"),
    pageCount: readOptionalNumber(page, "pageCount"),
    total: readOptionalNumber(page, "total"),
    nextUri: readOptionalText(page, "nextUri"),
  };
}

export function decodeSkill(fields: Fields): SkillBody {
  const division = readOptionalFields(fields, "division");
  return {
    id: readId(fields, "id"),
    name: readText(fields, "name"),
    description: readOptionalText(fields, "description") ?? null,
    ...(division && { division: readOptionalText(division, "name") || readId(division, "id") }),
    state: readState(fields),
  };
}

export function decodeUser(fields: Fields): UserBody {
  const skills = readOptionalList(fields, "skills", decodeUserSkill);
  const division = readOptionalFields(fields, "division");
  const divisionName = division && readOptionalText(division, "name");
  const department = readOptionalText(fields, "department");
  return {
    id: readId(fields, "id"),
    name: readOptionalText(fields, "name") ?? "",
    email: readOptionalText(fields, "email") ?? "",
    state: readState(fields),
    ...(divisionName && { division: divisionName }),
    ...(department && { department }),
    skills: skills && proficienciesOf(skills),
  };
}

/** A skill of a user. The vendor's SDK calls the proficiency optional, so anything but a number counts as missing. */
export function decodeUserSkill(fields: Fields): ReadUserSkill {
  const { id, proficiency } = fields.values;
  return {
    id: SKILL_IDS.get(id) ?? keepSkillId(readId(fields, "id")),
    proficiency: typeof proficiency === "number" ? proficiency : undefined,
    state: readState(fields),
  };
}

/** An id stands at each holder of the skill; all of them share one text, which is checked once. */
const SKILL_IDS = new Map<unknown, string>();

function keepSkillId(id: string): string {
  SKILL_IDS.set(id, id);
  return id;
}

/** The user's skills without deleted ones; undefined if a proficiency is missing. */
export function proficienciesOf(skills: readonly ReadUserSkill[]): Proficiencies | undefined {
  const proficiencies = new Map<string, number>();
  for (const { id, proficiency, state } of skills) {
    if (state === "deleted") continue;
    if (proficiency === undefined) return undefined;
    proficiencies.set(id, proficiency);
  }
  return proficiencies;
}

/** Whether an entity still exists: lists may contain deleted ones for a while. */
export function exists<T extends { readonly state: State }>(entity: T): entity is Existing<T> {
  return entity.state !== "deleted";
}

export function decodeGroup(fields: Fields): GroupBody {
  const memberCount = readOptionalNumber(fields, "memberCount");
  return {
    id: readId(fields, "id"),
    name: readText(fields, "name"),
    state: readState(fields),
    ...(memberCount !== undefined && { memberCount }),
  };
}

export function decodeProfile(fields: Fields): ProfileBody {
  const parent = readOptionalFields(fields, "parent");
  return {
    id: readId(fields, "id"),
    name: readText(fields, "name"),
    description: readOptionalText(fields, "description") ?? null,
    ...(parent ? { parent: readId(parent, "id") } : {}),
    skills: readList(fields, "routingSkills", (skill) => readId(skill, "id")),
  };
}

export function decodeDivision(fields: Fields): DivisionBody {
  return {
    id: readId(fields, "id"),
    name: readOptionalText(fields, "name") ?? "",
    isHome: fields.values["homeDivision"] === true,
  };
}

/** The state of an entity; a missing or unknown state counts as active. */
function readState(fields: Fields): State {
  const state = readOptionalText(fields, "state")?.toLowerCase();
  return state === "deleted" || state === "inactive" ? state : "active";
}
