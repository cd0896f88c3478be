/** The types and helpers of the API's routes. */
import type { Data, NamedRecord, SkillRecord, UserRecord } from "./data.ts";
import { byId, inOrder } from "./data.ts";
import { badRequest, notFound } from "./errors.ts";
import type { ActiveFaults } from "./faults.ts";
import type { Store } from "./state.ts";
import type { SandboxClient, ClientView } from "./access.ts";

export type SandboxDialect = "cloud" | "profiles";

/** A JSON object. Keys are camelCase here; for the `profiles` dialect, answers are renamed at the end. */
export type Json = Record<string, unknown>;

/** The requirements of a route. */
interface Needs {
  /** The only dialect that has the route. Default: both. */
  readonly dialect?: SandboxDialect;
  /** A client with a list of permissions needs one of these. Default: none is needed. */
  readonly permissions?: readonly string[];
  /** A client with a list of scopes needs this one. Default: none is needed. */
  readonly scope?: string;
}

/**
 * Does the work of a route. `data` may be stale for a read, and is current for a write. A plain object is the body of a
 * 200. Throws `ApiError`.
 */
type RouteWork = (call: Call, data: Data) => Answer | Json;

export interface SandboxRoute extends Needs {
  readonly method: string;
  /** The segments of the path; a segment that begins with a colon is a parameter. */
  readonly steps: readonly string[];
  readonly work: RouteWork;
}

/** A row of the table. `on` is the method and the path below `/api/v2`: `GET /users/:user`. */
export function route(on: string, needs: Needs, work: RouteWork): SandboxRoute {
  const [method = "", path = ""] = on.split(" ");
  return { ...needs, method, steps: path.split("/"), work };
}

/** An answer other than 200 with a body. */
export class Answer {
  readonly status: number;
  readonly body: Json | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body?: Json, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export const NO_CONTENT = new Answer(204);

/** The sandbox's record of a request, without headers and without bodies of the login host. */
export interface RequestRecord {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The time of arrival in ms. */
  readonly at: number;
  /** Null until it is answered; stays null if the connection was destroyed instead. */
  status: number | null;
  /** The id of the OAuth client, once known. */
  clientId?: string;
  /** The parsed body of a write. */
  body?: unknown;
  /** The fault that occurred, if any. */
  fault?: string;
}

/** The state that all requests of one sandbox share. */
export interface Organisation {
  readonly dialect: SandboxDialect;
  readonly store: Store;
  readonly faults: ActiveFaults;
  /** The largest page of skills, users, groups and profiles. */
  readonly maxPageSize: number;
  /** Whether skill names ignore case. */
  readonly caseInsensitiveNames: boolean;
  readonly clock: () => number;
}

/** One request with everything that its route needs. */
export interface Call extends Organisation {
  readonly record: RequestRecord;
  readonly client: SandboxClient;
  readonly view: ClientView;
  /** The parameters of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed body of a write. */
  readonly body: unknown;
}

/** "METHOD /path?query", the form of a request for faults. */
export function requestOf({ method, path }: RequestRecord): string {
  return `${method} ${path}`;
}

/** A query parameter in lower case, or "". */
export function queryText({ query }: Call, name: string): string {
  return query.get(name)?.toLowerCase() ?? "";
}

/** A query parameter that may be repeated or, as the vendor's JavaScript SDK sends it, joined by commas. */
export function queryList({ query }: Call, name: string): string[] {
  return query.getAll(name).flatMap((value) => value.split(",").filter((one) => one !== ""));
}

/** The body, which must be an object; throws 400. */
export function bodyOf({ body }: Call): Json {
  if (!isObject(body)) throw badRequest("The request body must be an object.");
  return body;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that a body must have. */
export function requiredText(body: Json, field: string): string {
  const text = optionalText(body, field) ?? "";
  if (text.trim() === "") throw badRequest(`${field} must be a text.`, field);
  return text;
}

/** A text that a body may have; null counts as absent. */
export function optionalText(body: Json, field: string): string | undefined {
  const value = body[field] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw badRequest(`${field} must be a text.`, field);
  return value;
}

/** The records that match the query's `id`, `name` (prefix) and, with profiles, `query` (substring), in order of name. */
export function matchQuery<T extends NamedRecord>(call: Call, records: readonly T[]): T[] {
  const ids = queryList(call, "id");
  const prefix = queryText(call, "name");
  const part = call.dialect === "profiles" ? queryText(call, "query") : "";
  return inOrder(records).filter(({ id, name }) => {
    const text = name.toLowerCase();
    return text.startsWith(prefix) && text.includes(part) && (ids.length === 0 || ids.includes(id));
  });
}

/** The record with the id in the path's parameter of this kind, if the client sees it; throws 404. */
export function pathRecord<T extends NamedRecord>(
  call: Call,
  kind: string,
  records: readonly T[],
  isSeen: (record: T) => boolean = () => true,
): T {
  const id = call.params[kind] ?? "";
  const record = byId(records).get(id);
  if (!record || !isSeen(record)) throw notFound(kind, id);
  return record;
}

/** The skill in the path, of any state; throws 404. */
export function pathSkill(call: Call, data: Data): SkillRecord {
  return pathRecord(call, "skill", data.skills, call.view.seesSkill);
}

/** The skill in the path, if it isn't deleted; throws 404. */
export function presentSkill(call: Call, data: Data): SkillRecord {
  return present("skill", pathSkill(call, data));
}

/** The user in the path, of any state; throws 404. */
export function pathUser(call: Call, data: Data): UserRecord {
  return pathRecord(call, "user", data.users, call.view.seesUser);
}

/** The user in the path, if it isn't deleted; throws 404. */
export function presentUser(call: Call, data: Data): UserRecord {
  return present("user", pathUser(call, data));
}

function present<T extends SkillRecord | UserRecord>(kind: string, record: T): T {
  if (record.state === "deleted") throw notFound(kind, record.id);
  return record;
}
