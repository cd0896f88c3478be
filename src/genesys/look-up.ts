/** Looks entities up by id: many in one request, and one by one if that isn't enough. */
import pLimit from "p-limit";
import { ApiError, isGone } from "../http/error.ts";
import type { SkillBody, State, UserBody } from "./bodies.ts";
import { decodeSkill, decodeUser } from "./bodies.ts";
import { isBadRequest, isForbidden } from "./error.ts";
import { flawOfId } from "./decode.ts";
import { route } from "./route.ts";
import type { Query, Route } from "../http/request.ts";
import type { Fields } from "./decode.ts";

export interface LookUp {
  /**
   * Users by id with the given state; `active` by default, as in Genesys. A user who doesn't exist or has another state
   * is missing. Skills that an answer leaves out are undefined. At most 50 ids per request. Throws ApiError if an answer
   * stays incomplete.
   */
  usersById(ids: readonly string[], state?: State | "any"): Promise<ReadonlyMap<string, UserBody>>;
  /**
   * Skills of any state by id. A skill that doesn't exist is missing; one that this client may not read is `unreadable`.
   * Throws ApiError if a skill can't be read for another reason.
   */
  skillsById(ids: readonly string[]): Promise<ReadonlyMap<string, SkillBody | "unreadable">>;
}

/** Ids per request. Genesys's limit isn't documented. */
const BATCH_SIZE = 50;
const CONCURRENCY = 8;

export function createLookUp({ getOne, listWhole }: ReadFunctions): LookUp {
  async function readUsers(lot: readonly string[], state: State | "any"): Promise<readonly UserBody[]> {
    try {
      const options = {
        query: { id: lot, state, expand: ["skills"] },
        pageSize: BATCH_SIZE,
        throws: isBadRequest,
      };
      const found = await listWhole("users looked up by id", route`/users`, decodeUser, options);
      return found.filter((user) => state === "any" || user.state === state);
    } catch (error) {
      // A server may refuse all ids because of one that it can't parse, such as a name in the YAML instead of an id.
      if (!isBadRequest(error)) throw error;
      if (lot.length === 1) return [];
      const half = Math.ceil(lot.length / 2);
      const halves = [lot.slice(0, half), lot.slice(half)];
      return (await Promise.all(halves.map((part) => readUsers(part, state)))).flat();
    }
  }

  async function readSkills(lot: readonly string[]): Promise<readonly SkillBody[]> {
    try {
      const options = { query: { id: lot }, pageSize: BATCH_SIZE };
      return await listWhole("skills looked up by id", route`/routing/skills`, decodeSkill, options);
    } catch (error) {
      // Each skill is then read on its own: an API with profiles doesn't document `id`.
      if (!(error instanceof ApiError)) throw error;
      return [];
    }
  }

  async function readSkill(id: string): Promise<SkillBody | "unreadable" | undefined> {
    try {
      return await getOne(route`/routing/skills/${id}`, decodeSkill);
    } catch (error) {
      if (isGone(error)) return undefined;
      if (isForbidden(error)) return "unreadable";
      throw error;
    }
  }

  return {
    async usersById(ids, state = "active") {
      const users = await inBatches(ids, (lot) => readUsers(lot, state));
      return onlyRequested(users, ids);
    },
    async skillsById(ids) {
      const known = ids.filter((id) => flawOfId(id) === undefined);
      const listed = known.length > 1 ? await inBatches(known, readSkills) : [];
      const found = new Map<string, SkillBody | "unreadable">(onlyRequested(listed, known));
      const limit = pLimit(CONCURRENCY);
      const readMissing = async (id: string): Promise<void> => {
        const skill = await readSkill(id);
        if (skill) found.set(id, skill);
      };
      try {
        const missing = known.filter((id) => !found.has(id));
        await Promise.all(missing.map((id) => limit(() => readMissing(id))));
      } finally {
        limit.clearQueue();
      }
      return found;
    },
  };
}

/** Reads all valid ids, one lot per request. */
async function inBatches<T>(
  ids: readonly string[],
  read: (lot: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const known = ids.filter((id) => flawOfId(id) === undefined);
  const lots = Array.from({ length: Math.ceil(known.length / BATCH_SIZE) }, (_, index) =>
    known.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
  return (await Promise.all(lots.map(read))).flat();
}

/** The entities that were asked for, by id, in case the server ignores the filter. */
function onlyRequested<T extends { readonly id: string }>(
  entities: readonly T[],
  ids: readonly string[],
): ReadonlyMap<string, T> {
  const asked = new Set(ids.map((id) => id.toLowerCase()));
  return new Map(
    entities.filter(({ id }) => asked.has(id.toLowerCase())).map((entity) => [entity.id, entity]),
  );
}

export interface ListOptions {
  readonly query?: Query;
  /** Default: the dialect's. */
  readonly pageSize?: number;
  /** Errors that the caller handles: they are thrown at once. */
  readonly throws?: (error: ApiError) => boolean;
}

export interface ReadFunctions {
  /** Throws ApiError. */
  readonly getOne: <T>(from: Route, each: (fields: Fields) => T) => Promise<T>;
  /** Throws ApiError if the list stays incomplete or, unless `throws` says otherwise, if it doesn't exist. */
  readonly listWhole: <T extends { readonly id: string }>(
    what: string,
    from: Route,
    each: (entry: Fields) => T,
    options: ListOptions,
  ) => Promise<readonly T[]>;
}
