/** Reads an organisation; can't write. */
import type { Answer } from "../http/answer.ts";
import { ApiError, isGone } from "../http/error.ts";
import type { Query, Route } from "../http/request.ts";
import type { Dialect, Listing } from "../model.ts";
import { foldName } from "../text.ts";
import { decode } from "./answer.ts";
import type { ListOptions, LookUp } from "./look-up.ts";
import type {
  DivisionBody,
  Existing,
  GroupBody,
  Proficiencies,
  ProfileBody,
  SkillBody,
  State,
  UserBody,
} from "./bodies.ts";
import {
  decodeDivision,
  decodeGroup,
  decodePage,
  decodeProfile,
  decodeSkill,
  decodeUser,
  decodeUserSkill,
  exists,
  proficienciesOf,
} from "./bodies.ts";
import type { Fields } from "./decode.ts";
import { readFields } from "./decode.ts";
import { DIALECTS } from "./dialect.ts";
import { NO_PROFICIENCY, isForbidden } from "./error.ts";
import { createLookUp } from "./look-up.ts";
import type { PageSizes } from "./pages.ts";
import { readListing } from "./pages.ts";
import type { ReferenceReader } from "./references.ts";
import { createReferenceReader } from "./references.ts";
import { USER_SEARCH, route } from "./route.ts";
import type { ReadRequest } from "./transport.ts";

/**
 * Lists are complete or marked as incomplete, without deleted entities. Single reads throw ApiError for errors that
 * the caller must handle (404, 5xx …). Both throw Failure for errors that only the user can fix (credentials,
 * permissions, network).
 */
export interface Reader extends LookUp, ReferenceReader {
  listSkills(): Promise<Listing<Existing<SkillBody>>>;
  /** Active users, with their skills if the answer has them. */
  listUsers(): Promise<Listing<UserBody>>;
  /** Inactive users, likewise. Genesys lists at most 10,000 of them; beyond that the list is incomplete. */
  listInactiveUsers(): Promise<Listing<UserBody>>;
  /** Complete and empty, without a request, if the dialect has no profiles. */
  listProfiles(): Promise<Listing<ProfileBody>>;
  /** Complete and empty if this client may not see them. */
  listDivisions(): Promise<Listing<DivisionBody>>;
  listGroups(): Promise<Listing<Existing<GroupBody>>>;
  /** Ids of a group's individual members; undefined if the group doesn't exist or may not be read. */
  groupIndividuals(groupId: string): Promise<Listing<{ readonly id: string }> | undefined>;
  /**
   * The skills of one user. Also throws ApiError if the list stays incomplete or lacks a proficiency
   * (`isWithoutProficiency`).
   */
  userSkills(userId: string): Promise<Proficiencies>;
  /** Users of any state with one of these e-mails, ignoring case. Uses a search index, which may lag behind. */
  usersByEmail(emails: readonly string[]): Promise<Listing<UserBody>>;
  /** Active users by display name. Uses the same index. */
  usersByName(names: readonly string[]): Promise<Listing<UserBody>>;
  /** The skills with exactly this name. */
  skillsNamed(name: string): Promise<Listing<SkillBody>>;
  skill(id: string): Promise<SkillBody>;
  profile(id: string): Promise<ProfileBody>;
}

/** A transport that sends only requests that change nothing. */
export interface ReadTransport {
  readonly send: (request: ReadRequest) => Promise<Answer>;
}

/** E-mails per search. */
const BATCH_SIZE = 100;
/** The same as the vendor's Terraform provider; a user has at most 50 skills. */
const USER_SKILLS_PAGE = 50;
/** The same as the vendor's Terraform provider. */
const DIVISIONS_PAGE = 100;

/** A transport that refuses everything but GETs and the search for users. */
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

/** Creates a reader; `explained` turns errors for the user into Failures. */
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
    const listing = await list(what, from, each, { throws: isGone, ...options });
    if (listing.kind === "complete") return listing.entities;
    throw unusable(from, "INCOMPLETE", listing.reason);
  }

  function search(
    field: "email" | "name",
    values: readonly string[],
    states: readonly State[],
  ): Promise<Listing<UserBody>> {
    const query = [
      { type: "EXACT", fields: [field], values },
      { type: "EXACT", fields: ["state"], values: states },
    ];
    const fetch = async (page: Query) => {
      const body = { ...page, expand: ["skills"], query };
      const answer = await send({ method: "POST", route: USER_SEARCH, body, idempotent: true });
      return decode(answer, (found) => decodePage(found, decodeUser, "results"));
    };
    return readListing(
      { what: `users found by ${field === "email" ? "e-mail" : "name"}`, pageSize: BATCH_SIZE, fetch },
      sizes,
    );
  }

  async function divisions(): Promise<Listing<DivisionBody>> {
    const options: ListOptions = { pageSize: DIVISIONS_PAGE, throws: isGone };
    try {
      return await list("divisions", route`/authorization/divisions`, decodeDivision, options);
    } catch (error) {
      if (isGone(error) || isForbidden(error)) return { kind: "complete", entities: [] };
      throw error;
    }
  }

  async function individuals(groupId: string): Promise<Listing<{ readonly id: string }> | undefined> {
    const what = "a group's individuals";
    try {
      const from = route`/groups/${groupId}/individuals`;
      const found = await list(what, from, decodeUser, { throws: isGone });
      return keepExisting(found);
    } catch (error) {
      if (isGone(error) || isForbidden(error)) return undefined;
      throw error;
    }
  }

  async function userSkills(userId: string): Promise<Proficiencies> {
    const from = route`/users/${userId}/routingskills`;
    const options = { pageSize: USER_SKILLS_PAGE };
    const proficiencies = proficienciesOf(await listWhole("a user's skills", from, decodeUserSkill, options));
    if (proficiencies) return proficiencies;
    throw unusable(from, NO_PROFICIENCY, "one of the user's skills came without a proficiency");
  }

  const lookUp = createLookUp({ getOne, listWhole });

  return {
    listSkills: () =>
      explained(async () => keepExisting(await list("skills", route`/routing/skills`, decodeSkill))),
    listUsers: () =>
      explained(async () =>
        inState("active", await list("users", route`/users`, decodeUser, { query: { expand: ["skills"] } })),
      ),
    listInactiveUsers: () =>
      explained(async () => {
        const query = { expand: ["skills"], state: "inactive" };
        return inState("inactive", await list("inactive users", route`/users`, decodeUser, { query }));
      }),
    listProfiles: () =>
      explained(async () =>
        hasProfiles
          ? list("profiles", route`/routing/profiles`, decodeProfile)
          : { kind: "complete", entities: [] },
      ),
    listGroups: () => explained(async () => keepExisting(await list("groups", route`/groups`, decodeGroup))),
    listDivisions: () => explained(divisions),
    groupIndividuals: (groupId) => explained(() => individuals(groupId)),
    userSkills: (userId) => explained(() => userSkills(userId)),
    usersById: (...asked) => explained(() => lookUp.usersById(...asked)),
    skillsById: (ids) => explained(() => lookUp.skillsById(ids)),
    usersByEmail: (emails) =>
      explained(() =>
        inBatches(emails, async (lot) =>
          onlyOf(await search("email", lot, ["active", "inactive", "deleted"]), lot),
        ),
      ),
    usersByName: (names) =>
      explained(() =>
        inBatches(names, async (lot) => {
          const asked = new Set(lot.map(foldName));
          const found = inState("active", await search("name", lot, ["active"]));
          return filterListing(found, ({ name }) => asked.has(foldName(name)));
        }),
      ),
    skillsNamed: (name) =>
      explained(async () => {
        const found = await list("skills of one name", route`/routing/skills`, decodeSkill, {
          query: { name },
        });
        return filterListing(keepExisting(found), (skill) => skill.name === name);
      }),
    skill: (id) => explained(() => getOne(route`/routing/skills/${id}`, decodeSkill)),
    profile: (id) => explained(() => getOne(route`/routing/profiles/${id}`, decodeProfile)),
    ...createReferenceReader({ getOne, listWhole }),
  };
}

/** An ApiError for an unusable answer; `serverMessage` is a sentence or a clause. */
function unusable(from: Route, code: string, serverMessage: string): ApiError {
  return new ApiError({
    kind: "bad-answer",
    method: "GET",
    path: from.template,
    host: "",
    code,
    serverMessage,
  });
}

/** Reads `values` in lots and joins the listings; incomplete if one of them is. */
async function inBatches<T>(
  values: readonly string[],
  read: (lot: readonly string[]) => Promise<Listing<T>>,
): Promise<Listing<T>> {
  const lots = Array.from({ length: Math.ceil(values.length / BATCH_SIZE) }, (_, index) =>
    values.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
  const listings = await Promise.all(lots.map(read));
  const entities = listings.flatMap((listing) => listing.entities);
  const broken = listings.find((listing) => listing.kind === "incomplete");
  return broken ? { ...broken, entities } : { kind: "complete", entities };
}

/** Only the users that were asked for, in case the server ignores the filter. */
function onlyOf(listing: Listing<UserBody>, emails: readonly string[]): Listing<UserBody> {
  const asked = new Set(emails.map((email) => email.toLowerCase()));
  return filterListing(listing, ({ email }) => asked.has(email.toLowerCase()));
}

/** Only the users in `state`, in case the server ignores the filter. */
function inState(state: State, listing: Listing<UserBody>): Listing<UserBody> {
  return filterListing(listing, (user) => user.state === state);
}

function keepExisting<T extends { readonly state: State }>(listing: Listing<T>): Listing<Existing<T>> {
  return { ...listing, entities: listing.entities.filter(exists) };
}

function filterListing<T>(listing: Listing<T>, keep: (entity: T) => boolean): Listing<T> {
  return { ...listing, entities: listing.entities.filter(keep) };
}
