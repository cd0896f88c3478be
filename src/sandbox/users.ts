/** Users: lists, search and single reads, and the routes that the vendor's Terraform provider reads. */
import type { Call, Json, SandboxRoute } from "./api.ts";
import {
  matchQuery,
  bodyOf,
  isObject,
  optionalText,
  pathUser,
  presentUser,
  queryList,
  queryText,
  route,
} from "./api.ts";
import type { Data, UserRecord } from "./data.ts";
import { inOrder } from "./data.ts";
import { badRequest, conflict, missingPermission, notFound, tooLarge } from "./errors.ts";
import { divisionOf } from "./identity.ts";
import { pageOf, readCount, readPageSize, uriWith } from "./pages.ts";
import { wireUserSkills } from "./user-skills.ts";

const READ = { scope: "user:read" } as const;
const VIEW = { permissions: ["directory:user:view"], scope: "user:read" } as const;
const EDIT = { permissions: ["directory:user:edit"], scope: "routing:user:write" } as const;
const STATES = ["active", "inactive", "deleted", "any"];
/** The API lists at most this many inactive users (the vendor's Terraform provider, DEVTOOLING-862). */
const OTHER_STATES_MAX = 10_000;

/** The fields of a change that are stored and returned unchanged; other fields are accepted and ignored. */
const DETAILS = ["department", "title", "acdAutoAnswer", "addresses"];

export const USER_ROUTES: readonly SandboxRoute[] = [
  route("GET /users", READ, (call, data) => {
    const page = pageOf(call, listedUsers(call, data), (user, at) => wireListed(call, data, user, at));
    const reach = Number(page["pageNumber"]) * Number(page["pageSize"]);
    if (queryText(call, "state") === "inactive" && reach > OTHER_STATES_MAX)
      throw badRequest(`At most ${OTHER_STATES_MAX} inactive users can be listed.`, "pageNumber");
    return page;
  }),
  // By cursor.
  route("GET /users/query", VIEW, (call, data) => {
    if (!call.view.seesAll) throw missingPermission(VIEW.permissions);
    const found = listedUsers(call, data);
    const start = readCursor(call.query.get("cursor"));
    const end = start + readPageSize(call, call.maxPageSize);
    const entities = found.slice(start, end).map((user, at) => wireListed(call, data, user, start + at));
    const cursor = end < found.length ? Buffer.from(`from:${end}`).toString("base64url") : undefined;
    const next = cursor !== undefined && { cursor, nextUri: uriWith(call, { cursor }) };
    return { entities, results: entities.length, selfUri: call.record.path, ...next };
  }),
  route("POST /users/search", VIEW, search),
  route("GET /users/me", {}, () => {
    const reason = "Client credentials cannot be used for requests to this resource.";
    throw badRequest(`This request requires a user context. ${reason}`);
  }),
  route("GET /users/:user", READ, (call, data) => {
    const user = pathUser(call, data);
    if (!isInState(call)(user)) throw notFound("user", user.id);
    return wireUser(data, user, queryList(call, "expand"));
  }),
  // Needs the user's current version, and increments it.
  route("PATCH /users/:user", EDIT, (call, data) => {
    const body = bodyOf(call);
    const user = presentUser(call, data);
    if (typeof body["version"] !== "number") throw badRequest("version is required.", "version");
    if (body["version"] !== user.version) throw conflict(user);
    const name = optionalText(body, "name") ?? user.name;
    const email = optionalText(body, "email") ?? user.email;
    const state = optionalText(body, "state") ?? user.state;
    if (state !== "active" && state !== "inactive")
      throw badRequest("state must be active or inactive.", "state");
    const taken = data.users.find(
      (one) => one.id !== user.id && one.state !== "deleted" && sameEmail(one, email),
    );
    if (taken) throw conflict(taken);
    const kept = Object.entries(body).filter(([field, value]) => DETAILS.includes(field) && value !== null);
    const details = { ...user.details, ...Object.fromEntries(kept) };
    const changed: UserRecord = { ...user, name, email, state, details, version: user.version + 1 };
    call.store.replace("users", changed);
    return wireUser(data, changed, queryList(call, "expand"));
  }),
  route("GET /voicemail/userpolicies/:user", READ, (call, data) => {
    pathUser(call, data);
    return { enabled: false, alertTimeoutSeconds: 20, sendEmailNotifications: true };
  }),
  route("GET /routing/users/:user/utilization", READ, (call, data) => {
    pathUser(call, data);
    return { utilization: UTILIZATION, labelUtilizations: {}, level: "Organization" };
  }),
];

const ONE = { maximumCapacity: 1, interruptableMediaTypes: [], includeNonAcd: false };
/** The organisation's utilization, which applies to every user. */
const UTILIZATION = { call: ONE, callback: ONE, chat: ONE, email: ONE, message: ONE };

/** Whether the user has this e-mail, ignoring case. */
export function sameEmail(user: UserRecord, email: string): boolean {
  return user.email.toLowerCase() === email.toLowerCase();
}

/** A user; with `skills` only if `expand` has it. */
export function wireUser(data: Data, user: UserRecord, expand: readonly string[] = []): Json {
  const { id, name, email, state, version } = user;
  return {
    ...{ id, name, email, username: email, state, version, addresses: [], acdAutoAnswer: false },
    division: divisionOf(data, user.divisionId),
    chat: { jabberId: `${id.slice(0, 8)}@sandbox.orgspan.com` },
    primaryContactInfo: [{ address: email, mediaType: "EMAIL", type: "PRIMARY" }],
    ...user.details,
    ...(expand.includes("skills") && { skills: wireUserSkills(data, user) }),
    selfUri: `/api/v2/users/${id}`,
  };
}

/** The user at this position (from 0) of a list, with expanded fields unless a fault removes them. */
function wireListed(call: Call, data: Data, user: UserRecord, position: number): Json {
  const { missingExpand = 0, missingProficiency = 0 } = call.faults.on;
  const strikes = (every: number) => every > 0 && (position + 1) % every === 0;
  if (strikes(missingExpand)) return wireUser(data, user);
  const shown = wireUser(data, user, queryList(call, "expand"));
  const skills = strikes(missingProficiency) ? (shown["skills"] as Json[] | undefined) : undefined;
  return skills ? { ...shown, skills: skills.map((skill) => ({ ...skill, proficiency: undefined })) } : shown;
}

/** The users with the query's `state` and ids that the client sees, in order of name. */
function listedUsers(call: Call, data: Data): UserRecord[] {
  const isAsked = isInState(call);
  const users = matchQuery(call, data.users).filter((user) => isAsked(user) && call.view.seesUser(user));
  return queryText(call, "sortOrder") === "desc" ? users.reverse() : users;
}

/** Whether a user has the state in the query; default: active. */
function isInState({ query }: Call): (user: UserRecord) => boolean {
  const state = query.get("state") ?? "active";
  if (!STATES.includes(state)) throw badRequest(`state must be one of ${STATES.join(", ")}.`, "state");
  return (user) => state === "any" || state === user.state;
}

function readCursor(cursor: string | null): number {
  if (cursor === null) return 0;
  const start = /^from:(\d+)$/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  if (start === undefined) throw badRequest("cursor is not one of this list.", "cursor");
  return Number(start);
}

// ── Search ───────────────────────────────────────────────────────────────────────────────────────────

const FIELDS = ["id", "name", "email", "username", "state"] as const;

const COMPARISONS = new Map([
  ["EXACT", (held: string, value: string) => held === value],
  ["STARTS_WITH", (held: string, value: string) => held.startsWith(value)],
  ["CONTAINS", (held: string, value: string) => held.includes(value)],
]);

/** Every criterion must match; deleted users are found only if a criterion asks for a `state`. */
function search(call: Call, data: Data): Json {
  const body = bodyOf(call);
  const pageSize = readCount("pageSize", body["pageSize"] ?? body["page_size"] ?? 25);
  const pageNumber = readCount("pageNumber", body["pageNumber"] ?? body["page_number"] ?? 1);
  if (pageSize > call.maxPageSize) throw tooLarge();
  const criteria = Array.isArray(body["query"]) ? body["query"].filter(isObject) : [];
  const tests = criteria.map(readCriterion);
  const asksState = criteria.some((criterion) => textsOf(criterion["fields"]).includes("state"));
  const found = inOrder(data.users).filter(
    (user) =>
      call.view.seesUser(user) &&
      (asksState || user.state !== "deleted") &&
      tests.every((test) => test(user)),
  );
  const pageCount = Math.ceil(found.length / pageSize);
  const users = found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  return {
    ...{ total: found.length, pageCount, pageSize, pageNumber, types: ["users"] },
    ...(pageNumber < pageCount && { nextPage: `/api/v2/users/search?pageNumber=${pageNumber + 1}` }),
    results: users.map((user) => wireUser(data, user, textsOf(body["expand"]))),
  };
}

function readCriterion({ type, fields, value, values }: Json): (user: UserRecord) => boolean {
  const names = textsOf(fields);
  const known = FIELDS.filter((field) => names.includes(field));
  if (known.length === 0 || known.length < names.length)
    throw badRequest(`fields must be some of ${FIELDS.join(", ")}.`, "fields");
  const compare = COMPARISONS.get(String(type));
  if (!compare) throw badRequest(`type must be one of ${[...COMPARISONS.keys()].join(", ")}.`, "type");
  const wanted = textsOf(typeof value === "string" ? [value] : values).map((one) => one.toLowerCase());
  return (user) => {
    const texts = known.map((field) => user[field === "username" ? "email" : field].toLowerCase());
    return texts.some((text) => wanted.some((one) => compare(text, one)));
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
