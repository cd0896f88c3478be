/**
 * Sends requests to one organisation: knows its two hosts, its token and Genesys's conventions.
 */
import type { Answer } from "../http/answer.ts";
import type { Timeouts } from "../http/attempts.ts";
import type { HttpClient } from "../http/client.ts";
import { createHttpClient } from "../http/client.ts";
import type { Clock } from "../http/clock.ts";
import type { ServerCount, Wait } from "../http/rate-limit.ts";
import type { Conventions, Query, ReadHeader, Route } from "../http/request.ts";
import { decode } from "./answer.ts";
import type { Credentials } from "./credentials.ts";
import type { Token } from "./token.ts";
import { TOKEN_ROUTE } from "./route.ts";
import { createTokenSource, decodeToken } from "./token.ts";

/** A request that changes nothing: a GET, or the search for users. */
export type ReadRequest =
  | { readonly method: "GET"; readonly route: Route; readonly query?: Query }
  | { readonly method: "POST"; readonly route: Route; readonly body: unknown; readonly idempotent: true };

export interface WriteRequest {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly route: Route;
  readonly body?: unknown;
  /** Marks a request as idempotent although its method is not. Default false. */
  readonly idempotent?: boolean;
  /** See HttpRequest. */
  readonly mayBeSent?: () => Promise<boolean>;
}

export interface Transport extends Pick<HttpClient, "limit" | "requests" | "ahead" | "close"> {
  /** Throws ApiError. */
  readonly send: (request: ReadRequest | WriteRequest) => Promise<Answer>;
  /** The token in use. Throws ApiError. */
  token(): Promise<Token>;
  /** The server's own limit of requests a minute; undefined if no answer had it. */
  allowedPerMinute(): number | undefined;
}

interface TransportOptions {
  readonly credentials: Credentials;
  readonly requestsPerMinute: number;
  readonly clock: Clock;
  /** Maximum seconds from the first attempt of a request to the last. */
  readonly deadlineSeconds: number;
  readonly timeouts?: Timeouts;
  readonly onWait: (wait: Wait) => void;
  /** Called with every secret as it becomes known. */
  readonly remember: (secret: string) => void;
  /** Once aborted, nothing new is sent: see HttpClientOptions. */
  readonly signal?: AbortSignal | undefined;
}

/** Creates a transport for the organisation of `credentials`; sends nothing yet. */
export function createTransport(options: TransportOptions): Transport {
  const { credentials, remember } = options;
  const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString("base64");
  const secrets = new Set<string>();
  const keep = (secret: string) => {
    secrets.add(secret);
    remember(secret);
  };
  [credentials.clientSecret, basic].forEach(keep);

  let allowed: number | undefined;
  const readCount = (header: ReadHeader): ServerCount | undefined => {
    const count = countOf(header);
    if (count.allowed > 0) allowed = count.allowed;
    return Object.values(count).every((value) => Number.isFinite(value) && value >= 0) ? count : undefined;
  };
  const client = createHttpClient({ ...options, secrets, conventions: { ...GENESYS, readCount } });

  async function fetchToken(): Promise<Token> {
    const answer = await client.send({
      method: "POST",
      baseUrl: credentials.loginUrl,
      route: TOKEN_ROUTE,
      form: "grant_type=client_credentials",
      idempotent: true,
      authorization: { get: () => Promise.resolve(`Basic ${basic}`) },
    });
    const token = decode(answer, decodeToken);
    keep(token.value);
    return token;
  }
  const tokens = createTokenSource(fetchToken, options.clock);
  const authorization = {
    get: async () => BEARER + (await tokens.get()).value,
    // A token can expire early: after 15 idle minutes in some organisations.
    renew: (refused: string) => tokens.forget(refused.slice(BEARER.length)),
  };

  return {
    ...client,
    send: (request) => client.send({ ...request, baseUrl: credentials.apiUrl, authorization }),
    token: () => tokens.get(),
    allowedPerMinute: () => allowed,
  };
}

const BEARER = "Bearer ";

/** Genesys's conventions. */
export const GENESYS: Conventions = {
  correlationHeader: "inin-correlation-id",
  // The token endpoint answers a rate limit with status 400 (the vendor's Terraform provider).
  isRateLimit: ({ route, status, text }) =>
    route === TOKEN_ROUTE && status === 400 && /rate limit exceeded/i.test(text),
  // The API has `message` and `code`, its login `error` and `description`.
  readError: (body) => ({
    message: firstText(body, ["message", "error_description", "description"]),
    code: firstText(body, ["code", "error"]),
    correlationId: firstText(body, ["contextId"]),
  }),
};

function firstText(body: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  return keys.map((key) => body[key]).find((value) => typeof value === "string");
}

/**
 * The server's own count of our requests; `reset` is in seconds. Numbers that the answer lacks are NaN.
 */
function countOf(header: ReadHeader): ServerCount {
  const read = (name: string) => Number.parseFloat(header(`inin-ratelimit-${name}`) ?? "");
  return { count: read("count"), allowed: read("allowed"), reset: read("reset") };
}
