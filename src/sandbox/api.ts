/** The API as a table of routes, and what every route works with. */
import type { Data, NamedRecord, SkillRecord, UserRecord } from "./data.ts";
import { byId, inOrder } from "./data.ts";
import { badRequest, notFound } from "./errors.ts";
import type { ActiveFaults } from "./faults.ts";
import type { Store } from "./store.ts";
import type { SandboxClient, ClientView } from "./access.ts";

export type SandboxDialect = "cloud" | "profiles";

/** A JSON object. All keys are camelCase here; the `profiles` dialect renames those of answers at the end. */
export type Json = Record<string, unknown>;

/** What a request must bring to be let through. */
interface Needs {
  /** The only dialect that has the route. Default: both. */
  readonly dialect?: SandboxDialect;
  /** A client with a list of permissions needs one of these. Default: none is needed. */
  readonly permissions?: readonly string[];
  /** A client with a list of scopes needs this one. Default: none is needed. */
  readonly scope?: string;
}

/**
 * Does the work of a route. `data` is what a read may see, which can be older than what is there; of a write, what is
 * there. A plain object is the body of a 200. Throws `ApiError`.
 */
type RouteWork = (call: Call, data: Data) => Answer | Json;

export interface SandboxRoute extends Needs {
  readonly method: string;
  /** The steps of the path; one that begins with a colon is a parameter. */
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

/** What the sandbox keeps of a request; never a header, and never a body of the login host. */
export interface RequestRecord {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** What the clock showed on arrival, in ms. */
  readonly at: number;
  /** Null until it is answered, and for good where the connection was destroyed instead. */
  status: number | null;
  /** The id of the OAuth client, once known. */
  clientId?: string;
  /** Of a write: the parsed body. */
  body?: unknown;
  /** The fault that struck, if one did. */
  fault?: string;
}

/** What all requests of one sandbox share. */
export interface Organisation {
  readonly dialect: SandboxDialect;
  readonly store: Store;
  readonly faults: ActiveFaults;
  /** The largest page of skills, users, groups and profiles. */
  readonly maxPageSize: number;
  /** Whether skill names that differ in case alone are the same. */
  readonly caseInsensitiveNames: boolean;
  readonly clock: () => number;
}

/** One request, as its route sees it. */
export interface Call extends Organisation {
  readonly record: RequestRecord;
  readonly client: SandboxClient;
  readonly view: ClientView;
  /** The parameters of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Of a write: the parsed body. */
  readonly body: unknown;
}

/** "METHOD /path?query", by which faults know a request. */
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

/** The records, in order of name, that the query's `id`, `name` (a beginning) and, with profiles, `query` (a part) ask for. */
export function askedFor<T extends NamedRecord>(call: Call, records: readonly T[]): T[] {
  const ids = queryList(call, "id");
  const prefix = queryText(call, "name");
  const part = call.dialect === "profiles" ? queryText(call, "query") : "";
  return inOrder(records).filter(({ id, name }) => {
    const text = name.toLowerCase();
    return text.startsWith(prefix) && text.includes(part) && (ids.length === 0 || ids.includes(id));
  });
}

/** The record whose id the path has as the parameter of this kind; throws 404. */
export function pathRecord<T extends NamedRecord>(call: Call, kind: string, records: readonly T[]): T {
  const id = call.params[kind] ?? "";
  const record = byId(records).get(id);
  if (!record) throw notFound(kind, id);
  return record;
}

/** The skill of the path, of any state, if the client sees it; throws 404. */
export function pathSkill(call: Call, data: Data): SkillRecord {
  const skill = pathRecord(call, "skill", data.skills);
  if (!call.view.seesSkill(skill)) throw notFound("skill", skill.id);
  return skill;
}

/** The user of the path, of any state, if the client sees it; throws 404. */
export function pathUser(call: Call, data: Data): UserRecord {
  const user = pathRecord(call, "user", data.users);
  if (!call.view.seesUser(user)) throw notFound("user", user.id);
  return user;
}

/** The user of the path, if the client sees it and it isn't deleted; throws 404. */
export function presentUser(call: Call, data: Data): UserRecord {
  const user = pathUser(call, data);
  if (user.state === "deleted") throw notFound("user", user.id);
  return user;
}
