/** Connects to an organisation: finds out its identity, its dialect and how much of it the client may see. */
import type { Answer } from "../http/answer.ts";
import type { Timeouts } from "../http/attempts.ts";
import type { Clock } from "../http/clock.ts";
import { systemClock } from "../http/clock.ts";
import { ApiError, isGone } from "../http/error.ts";
import type { Wait } from "../http/rate-limit.ts";
import type { Route } from "../http/request.ts";
import type { Dialect } from "../model.ts";
import { Failure } from "../problem.ts";
import { decode } from "./answer.ts";
import { decodeDivision, decodePage } from "./bodies.ts";
import type { Credentials } from "./credentials.ts";
import { variablesOf } from "./credentials.ts";
import type { Fields } from "./decode.ts";
import {
  readFields,
  readId,
  readOptionalFields,
  readOptionalList,
  readOptionalText,
  readText,
} from "./decode.ts";
import { DIALECTS } from "./dialect.ts";
import { explain, toFailure } from "./explain.ts";
import { readListing } from "./pages.ts";
import type { Reader, ReadTransport } from "./reader.ts";
import { createReader, readOnly } from "./reader.ts";
import { route } from "./route.ts";
import type { Transport } from "./transport.ts";
import { createTransport } from "./transport.ts";
import type { Writer } from "./writer.ts";
import { createWriter } from "./writer.ts";

export interface ConnectOptions {
  readonly credentials: Credentials;
  /** Default `auto`: detected with one request. */
  readonly api?: "auto" | Dialect;
  /** Default 300 for `cloud` and 100 for `profiles`. */
  readonly requestsPerMinute?: number;
  /** Called before every wait that is longer than the normal gap between two requests. */
  readonly onWait?: (wait: Wait) => void;
  /** Maximum seconds from the first attempt of a request to its last. Default 900. */
  readonly deadlineSeconds?: number;
  /**
   * Once aborted, nothing new is sent, waits and reads end at once, a write in flight gets three more seconds, and
   * `connect` gives up. Errors then have kind `not-sent`, or `mayBeDone`.
   */
  readonly signal?: AbortSignal;
  /** Called with every secret as it becomes known, so that the caller can keep it out of its output. */
  readonly remember?: (secret: string) => void;
  /** For tests. */
  readonly clock?: Clock;
  /** For tests. */
  readonly timeouts?: Timeouts;
  /** The environment in which messages look for proxies. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Connection {
  readonly organization: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
  /** `limited` where the token is known to see only some divisions. */
  readonly view: "whole" | "limited";
  /** The token's scopes, if the server names any. */
  readonly scopes: readonly string[] | undefined;
  readonly reader: Reader;
  /** `mayBeSent` is called before each attempt of each request, when its turn has come; false: it is not sent. */
  writer(mayBeSent?: () => Promise<boolean>): Writer;
  /** How many requests were sent so far, including tokens and retries. */
  requests(): number;
  readonly requestsPerMinute: number;
  /**
   * How many milliseconds Genesys's clock is ahead of ours, to about a second; undefined if it is unknown.
   */
  ahead(): number | undefined;
  /** Ends sockets and waits; what is in flight fails. */
  close(): void;
}

/** The client's identity according to `GET /tokens/me` or the organisation. */
export interface Identity {
  readonly organization: { readonly id: string; readonly name: string };
  /** Ids of the divisions that the client's roles cover; undefined if unknown. */
  readonly divisions?: readonly string[];
}

/**
 * Connects with three requests: token, identity and dialect. Throws Failure, or the signal's reason if it is aborted
 * first.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { credentials, api = "auto", signal } = options;
  signal?.throwIfAborted();
  let dialect: Dialect | undefined = api === "auto" ? undefined : api;
  const facts = { credentials, dialect: () => dialect, env: options.env ?? process.env };
  const transport = createTransport({
    credentials,
    requestsPerMinute: options.requestsPerMinute ?? DIALECTS.profiles.requestsPerMinute,
    clock: options.clock ?? systemClock,
    deadlineSeconds: options.deadlineSeconds ?? 900,
    ...(options.timeouts ? { timeouts: options.timeouts } : {}),
    onWait: options.onWait ?? (() => undefined),
    remember: options.remember ?? (() => undefined),
    signal,
  });
  try {
    const { scopes } = await transport.token();
    const reading = readOnly(transport);
    const identity = await identify(reading, credentials);
    const usedDialect = dialect ?? (await probeDialect(reading));
    dialect = usedDialect;
    const requestsPerMinute = options.requestsPerMinute ?? DIALECTS[usedDialect].requestsPerMinute;
    transport.limit(requestsPerMinute);
    const explained = async <T>(work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        throw error instanceof ApiError ? (explain(error, facts) ?? error) : error;
      }
    };
    return {
      organization: identity.organization,
      dialect: usedDialect,
      view: await judgeView(reading, identity.divisions),
      scopes,
      reader: createReader(reading, usedDialect, explained),
      writer: (mayBeSent) => {
        const send: Transport["send"] = (request) =>
          transport.send({ ...request, ...(mayBeSent && { mayBeSent }) });
        return createWriter({ send }, usedDialect, explained);
      },
      requests: () => transport.requests(),
      requestsPerMinute,
      ahead: () => transport.ahead(),
      close: () => transport.close(),
    };
  } catch (error) {
    transport.close();
    signal?.throwIfAborted();
    throw error instanceof ApiError ? toFailure(error, facts) : error;
  }
}

/** Reads the identity from the token, or from the organisation if the token's route isn't served or allowed. */
export async function identify(transport: ReadTransport, credentials: Credentials): Promise<Identity> {
  const token = await getIfServed(transport, route`/tokens/me`);
  const identity = token && decode(token, (body) => decodeTokenInfo(readFields(body)));
  if (identity) return identity;
  const organization = await getIfServed(transport, route`/organizations/me`);
  if (organization)
    return { organization: decode(organization, (body) => decodeOrganization(readFields(body))) };
  const { region, apiUrl } = variablesOf(credentials);
  throw new Failure({
    code: "WRONG_URL",
    message: `${new URL(credentials.apiUrl).host} has neither /api/v2/tokens/me nor /api/v2/organizations/me, so it is not a Genesys API.`,
    hint: `Correct ${apiUrl} or ${region}; write the URL without /api/v2.`,
  });
}

/** Detects the dialect. 200: `profiles`; 404: `cloud`. Anything else is thrown. */
export async function probeDialect(transport: ReadTransport): Promise<Dialect> {
  const probe = route`/routing/profiles`;
  try {
    const answer = await transport.send({ method: "GET", route: probe, query: { pageSize: 1 } });
    decode(answer, (body) => decodePage(body, (entry) => entry));
    return "profiles";
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return "cloud";
    throw error;
  }
}

/**
 * `limited` if the client's roles cover only some divisions, or possibly not all.
 */
export async function judgeView(
  transport: ReadTransport,
  granted: readonly string[] | undefined,
): Promise<"whole" | "limited"> {
  if (!granted || granted.length === 0 || granted.includes("*")) return "whole";
  const fetch = async (query: Readonly<Record<string, string | number>>) => {
    const answer = await transport.send({ method: "GET", route: route`/authorization/divisions`, query });
    return decode(answer, (body) => decodePage(body, decodeDivision));
  };
  try {
    const divisions = await readListing({ what: "divisions", pageSize: 100, fetch }, new Map());
    const all = divisions.kind === "complete" && divisions.entities.every(({ id }) => granted.includes(id));
    return all ? "whole" : "limited";
  } catch (error) {
    if (isGone(error) || (error instanceof ApiError && error.status === 403)) return "limited";
    throw error;
  }
}

/** The answer, or undefined for 404 and 403. */
async function getIfServed(transport: ReadTransport, from: Route): Promise<Answer | undefined> {
  try {
    return await transport.send({ method: "GET", route: from });
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}

/** Undefined if the answer names no organisation. */
function decodeTokenInfo(fields: Fields): Identity | undefined {
  const organization = readOptionalFields(fields, "organization");
  if (!organization) return undefined;
  const client = readOptionalFields(fields, "OAuthClient");
  const divisions =
    client && readOptionalList(client, "roleDivisions", (role) => readText(role, "divisionId"));
  return { organization: decodeOrganization(organization), ...(divisions ? { divisions } : {}) };
}

function decodeOrganization(fields: Fields): Identity["organization"] {
  return { id: readId(fields, "id"), name: readOptionalText(fields, "name") ?? "" };
}
