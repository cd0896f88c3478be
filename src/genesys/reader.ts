/** Everything that is read from an organisation, by a client that can't write. */
import type { Dialect, Listing } from "../model.ts";
import type { Answer } from "./answer.ts";
import { decode } from "./answer.ts";
import type { GroupBody, ProfileBody, SkillBody, UserBody, UserSkillBody } from "./bodies.ts";
import {
  decodeGroup,
  decodePage,
  decodeProfile,
  decodeSkill,
  decodeUser,
  decodeUserSkill,
  isHeld,
} from "./bodies.ts";
import type { Fields } from "./decode.ts";
import { readFields } from "./decode.ts";
import { DIALECTS } from "./dialect.ts";
import { ApiError, isGone } from "./error.ts";
import type { PageSizes } from "./pages.ts";
import { readListing } from "./pages.ts";
import type { ReferenceReader } from "./references.ts";
import { createReferenceReader } from "./references.ts";
import type { Query, Route } from "./route.ts";
import { route, USER_SEARCH } from "./route.ts";
import type { ReadRequest } from "./transport.ts";

/**
 * Lists come whole or as incomplete, without what is deleted. Single reads throw ApiError where whoever asks
 * must judge (404, 5xx …); both throw Failure where only the user can help (credentials, permissions, network).
 */
export interface Reader extends ReferenceReader {
  listSkills(): Promise<Listing<SkillBody>>;
  /** Active users with their skills, where the answer has them. */
  listUsers(): Promise<Listing<UserBody>>;
  /** Inactive users, likewise. Genesys lists no more than 10,000 of them; then it is incomplete. */
  listInactiveUsers(): Promise<Listing<UserBody>>;
  /** Complete and empty, without a request, where the dialect has no profiles. */
  listProfiles(): Promise<Listing<ProfileBody>>;
  listGroups(): Promise<Listing<GroupBody>>;
  /** Ids of a group's individuals; undefined where there is no such group or it may not be read. */
  groupIndividuals(groupId: string): Promise<Listing<{ readonly id: string }> | undefined>;
  /** What one user holds. Throws ApiError also where the list of it stays incomplete. */
  userSkills(userId: string): Promise<readonly UserSkillBody[]>;
  /** Users of any state with their skills; those that don't exist are left out. */
  usersById(ids: readonly string[]): Promise<Listing<UserBody>>;
  /** Users of any state whose e-mail is one of `emails`, ignoring case. A search index: it may lag behind. */
  usersByEmail(emails: readonly string[]): Promise<Listing<UserBody>>;
  /** The skills of exactly this name. */
  skillsNamed(name: string): Promise<Listing<SkillBody>>;
  skill(id: string): Promise<SkillBody>;
  profile(id: string): Promise<ProfileBody>;
}

/** A transport that sends what changes nothing, and nothing else. */
export interface ReadTransport {
  readonly send: (request: ReadRequest) => Promise<Answer>;
}

interface ListOptions {
  readonly query?: Query;
  /** Default: the dialect's. */
  readonly pageSize?: number;
  readonly mayBeGone?: boolean;
}

/** Values of one kind that go into one request: their ids fill about 4 kB of its URL. */
const LOT = 100;
/** What the vendor's Terraform provider asks for; a user holds at most 50 skills. */
const USER_SKILLS_PAGE = 50;

/** Lets nothing through but GETs and the search for users, whatever it is given. */
export function readOnly(transport: ReadTransport): ReadTransport {
  return {
    send(request) {
      const isSearch = request.method === "POST" && request.route.path === USER_SEARCH.path;
      if (request.method !== "GET" && !isSearch) {
        throw new Error(`The reader was asked to send ${request.method} ${request.route.template}.`);
      }
      return transport.send(request);
    },
  };
}

/** A reader over `transport`; `explained` turns errors for the user into Failures. */
export function createReader(
  transport: ReadTransport,
  dialect: Dialect,
  explained: <T>(work: () => Promise<T>) => Promise<T>,
): Reader {
  const { send } = readOnly(transport);
  const { hasProfiles, pageSize } = DIALECTS[dialect];
  const sizes: PageSizes = new Map();

  async function getOne<T>(from: Route, each: (fields: Fields) => T): Promise<T> {
    return decode(await send({ method: "GET", route: from }), (body) => each(readFields(body)));
  }

  function list<T extends { readonly id: string }>(
    what: string,
    from: Route,
    each: (entry: Fields) => T,
    options: ListOptions = {},
  ): Promise<Listing<T>> {
    const { query = {}, ...rest } = options;
    const fetch = async (page: Query) => {
      const answer = await send({ method: "GET", route: from, query: { ...query, ...page } });
      return decode(answer, (body) => decodePage(body, each));
    };
    return readListing({ what, pageSize, ...rest, fetch }, sizes);
  }

  async function listWhole<T extends { readonly id: string }>(
    what: string,
    from: Route,
    each: (entry: Fields) => T,
    options: ListOptions,
  ): Promise<readonly T[]> {
    const listing = await list(what, from, each, { ...options, mayBeGone: true });
    if (listing.kind === "complete") return listing.entities;
    throw new ApiError({
      kind: "bad-answer",
      method: "GET",
      path: from.template,
      host: "",
      code: "INCOMPLETE",
      said: listing.reason,
    });
  }

  function search(emails: readonly string[]): Promise<Listing<UserBody>> {
    const query = [
      { type: "EXACT", fields: ["email"], values: emails },
      { type: "EXACT", fields: ["state"], values: ["active", "inactive", "deleted"] },
    ];
    const fetch = async (page: Query) => {
      const body = { ...page, expand: ["skills"], query };
      const answer = await send({ method: "POST", route: USER_SEARCH, body, idempotent: true });
      return decode(answer, (found) => decodePage(found, decodeUser, "results"));
    };
    return readListing({ what: "users found by e-mail", pageSize: LOT, fetch }, sizes);
  }

  async function individuals(groupId: string): Promise<Listing<{ readonly id: string }> | undefined> {
    const what = "a group's individuals";
    try {
      const from = route`/groups/${groupId}/individuals`;
      const found = await list(what, from, decodeUser, { mayBeGone: true });
      return keepHeld(found);
    } catch (error) {
      if (isGone(error) || (error instanceof ApiError && error.status === 403)) return undefined;
      throw error;
    }
  }

  async function userSkills(userId: string): Promise<readonly UserSkillBody[]> {
    const from = route`/users/${userId}/routingskills`;
    const options = { pageSize: USER_SKILLS_PAGE };
    return (await listWhole("a user's skills", from, decodeUserSkill, options)).filter(isHeld);
  }

  return {
    listSkills: () =>
      explained(async () => keepHeld(await list("skills", route`/routing/skills`, decodeSkill))),
    listUsers: () =>
      explained(async () =>
        keepHeld(await list("users", route`/users`, decodeUser, { query: { expand: ["skills"] } })),
      ),
    listInactiveUsers: () =>
      explained(async () => {
        const query = { expand: ["skills"], state: "inactive" };
        return keepHeld(await list("inactive users", route`/users`, decodeUser, { query }));
      }),
    listProfiles: () =>
      explained(async () =>
        hasProfiles
          ? list("profiles", route`/routing/profiles`, decodeProfile)
          : { kind: "complete", entities: [] },
      ),
    listGroups: () => explained(async () => keepHeld(await list("groups", route`/groups`, decodeGroup))),
    groupIndividuals: (groupId) => explained(() => individuals(groupId)),
    userSkills: (userId) => explained(() => userSkills(userId)),
    usersById: (ids) =>
      explained(() =>
        inLots(ids, async (lot) => {
          const query = { id: lot, state: "any", expand: ["skills"] };
          const found = await list("users looked up by id", route`/users`, decodeUser, {
            query,
            pageSize: LOT,
          });
          return onlyThose(found, lot, (user) => user.id);
        }),
      ),
    usersByEmail: (emails) =>
      explained(() => inLots(emails, async (lot) => onlyThose(await search(lot), lot, (user) => user.email))),
    skillsNamed: (name) =>
      explained(async () => {
        const found = await list("skills of one name", route`/routing/skills`, decodeSkill, {
          query: { name },
        });
        return filterListing(keepHeld(found), (skill) => skill.name === name);
      }),
    skill: (id) => explained(() => getOne(route`/routing/skills/${id}`, decodeSkill)),
    profile: (id) => explained(() => getOne(route`/routing/profiles/${id}`, decodeProfile)),
    ...createReferenceReader({ getOne, listWhole }),
  };
}

/** The listings of all lots of `values` as one; incomplete where one of them is. */
async function inLots<T>(
  values: readonly string[],
  read: (lot: readonly string[]) => Promise<Listing<T>>,
): Promise<Listing<T>> {
  const lots = Array.from({ length: Math.ceil(values.length / LOT) }, (_, index) =>
    values.slice(index * LOT, (index + 1) * LOT),
  );
  const listings = await Promise.all(lots.map(read));
  const entities = listings.flatMap((listing) => listing.entities);
  const broken = listings.find((listing) => listing.kind === "incomplete");
  return broken ? { ...broken, entities } : { kind: "complete", entities };
}

/** Only the entities that were asked for, should the server ignore what it was asked. */
function onlyThose<T>(listing: Listing<T>, asked: readonly string[], key: (entity: T) => string): Listing<T> {
  const wanted = new Set(asked.map((value) => value.toLowerCase()));
  return filterListing(listing, (entity) => wanted.has(key(entity).toLowerCase()));
}

function keepHeld<T extends Parameters<typeof isHeld>[0]>(listing: Listing<T>): Listing<T> {
  return filterListing(listing, isHeld);
}

function filterListing<T>(listing: Listing<T>, keep: (entity: T) => boolean): Listing<T> {
  return { ...listing, entities: listing.entities.filter(keep) };
}
