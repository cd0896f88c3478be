/** What the API's bodies hold that we use, in one shape for both dialects. */
import type { Fields } from "./decode.ts";
import {
  readFields,
  readList,
  readNumber,
  readOptionalFields,
  readOptionalList,
  readOptionalNumber,
  readOptionalText,
  readText,
} from "./decode.ts";
import type { Page } from "./pages.ts";

export type State = "active" | "inactive" | "deleted";

export interface SkillBody {
  readonly id: string;
  readonly name: string;
  /** Null where it was never set; the `cloud` dialect has none. */
  readonly description: string | null;
  readonly state: State;
}

export interface UserSkillBody {
  /** The skill's id. */
  readonly id: string;
  /** 0.0 to 5.0. */
  readonly proficiency: number;
}

export interface UserBody {
  readonly id: string;
  /** Empty where the user has none. */
  readonly name: string;
  /** As Genesys spells it; empty where the user has none. */
  readonly email: string;
  readonly state: State;
  /** Undefined where the answer doesn't say, which is not the same as holding none. */
  readonly skills: readonly UserSkillBody[] | undefined;
}

export interface GroupBody {
  readonly id: string;
  readonly name: string;
  readonly state: State;
}

export interface ProfileBody {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Id of the profile whose skills it inherits. */
  readonly parent?: string;
  /** Ids of the skills that it names itself. */
  readonly skills: readonly string[];
}

export interface DivisionBody {
  readonly id: string;
}

/** Reads a page of entities; `key` is where a search puts them. */
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
  return {
    id: readText(fields, "id"),
    name: readText(fields, "name"),
    description: readOptionalText(fields, "description") ?? null,
    state: readState(fields),
  };
}

export function decodeUser(fields: Fields): UserBody {
  return {
    id: readText(fields, "id"),
    name: readOptionalText(fields, "name") ?? "",
    email: readOptionalText(fields, "email") ?? "",
    state: readState(fields),
    skills: readOptionalList(fields, "skills", decodeUserSkill)?.filter(isHeld),
  };
}

/** An assignment, with the state that says whether it still is one. */
export function decodeUserSkill(fields: Fields): UserSkillBody & { readonly state: State } {
  return {
    id: readText(fields, "id"),
    proficiency: readNumber(fields, "proficiency"),
    state: readState(fields),
  };
}

/** Whether an entity still exists: lists may hold deleted ones for a while. */
export function isHeld(entity: { readonly state: State }): boolean {
  return entity.state !== "deleted";
}

export function decodeGroup(fields: Fields): GroupBody {
  return { id: readText(fields, "id"), name: readText(fields, "name"), state: readState(fields) };
}

export function decodeProfile(fields: Fields): ProfileBody {
  const parent = readOptionalFields(fields, "parent");
  return {
    id: readText(fields, "id"),
    name: readText(fields, "name"),
    description: readOptionalText(fields, "description") ?? null,
    ...(parent ? { parent: readText(parent, "id") } : {}),
    skills: readList(fields, "routingSkills", (skill) => readText(skill, "id")),
  };
}

export function decodeDivision(fields: Fields): DivisionBody {
  return { id: readText(fields, "id") };
}

/** The state of an entity; one that names none, or one we don't know, exists and is active. */
function readState(fields: Fields): State {
  const state = readOptionalText(fields, "state")?.toLowerCase();
  return state === "deleted" || state === "inactive" ? state : "active";
}
