/** Sends requests to one organisation: knows its two hosts and its token, and turns every failure into an ApiError. */
import axios from "axios";
import type { Answer } from "./answer.ts";
import { decode, parseAnswer } from "./answer.ts";
import type { Clock } from "./clock.ts";
import type { Credentials } from "./credentials.ts";
import { isLoopback } from "./credentials.ts";
import { ApiError } from "./error.ts";
import { factsOf } from "./facts.ts";
import type { Timeouts } from "./http.ts";
import { createHttp, headerOf, Journey, TIMEOUTS } from "./http.ts";
import type { Wait } from "./pacer.ts";
import { createPacer, WaitTooLong } from "./pacer.ts";
import { isRepeatable } from "./retry.ts";
import type { Query, Route } from "./route.ts";
import type { Token } from "./token.ts";
import { createTokenSource, decodeToken } from "./token.ts";

/** A request that changes nothing: a GET, or the search for users. */
export type ReadRequest =
  | { readonly method: "GET"; readonly route: Route; readonly query?: Query }
  | { readonly method: "POST"; readonly route: Route; readonly body: unknown; readonly idempotent: true };

export interface WriteRequest {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly route: Route;
  readonly body?: unknown;
  /** Sending it twice does what sending it once does, though its method doesn't say so. Default false. */
  readonly idempotent?: boolean;
}

export interface Transport {
  /** Throws ApiError. */
  readonly send: (request: ReadRequest | WriteRequest) => Promise<Answer>;
  /** The token in use. Throws ApiError. */
  token(): Promise<Token>;
  limit(requestsPerMinute: number): void;
  requests(): number;
  close(): void;
}

export interface TransportOptions {
  readonly credentials: Credentials;
  readonly requestsPerMinute: number;
  readonly clock: Clock;
  /** Seconds from the first attempt of a request to the last. */
  readonly deadlineSeconds: number;
  readonly timeouts?: Timeouts;
  readonly onWait: (wait: Wait) => void;
  readonly remember: (secret: string) => void;
}

export const TOKEN_ROUTE: Route = { path: "/oauth/token", template: "/oauth/token" };

type AnyRequest = ReadRequest | WriteRequest;

/** A transport for the organisation of `credentials`; sends nothing before it is asked to. */
export function createTransport(options: TransportOptions): Transport {
  const { credentials, clock, onWait, remember } = options;
  const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString("base64");
  const secrets = new Set<string>();
  const keep = (secret: string) => {
    secrets.add(secret);
    remember(secret);
  };
  [credentials.clientSecret, basic].forEach(keep);

  const closing = new AbortController();
  const pacer = createPacer(options.requestsPerMinute, clock, closing.signal, onWait);
  const { instance, close } = createHttp({
    pacer,
    clock,
    onWait,
    closing: closing.signal,
    timeouts: options.timeouts ?? TIMEOUTS,
    patience: options.deadlineSeconds * 1000,
    authorize: async (journey) => {
      if (journey.isTokenRequest) return `Basic ${basic}`;
      const { value } = await tokens.get();
      journey.token = value;
      return `Bearer ${value}`;
    },
  });

  async function fetchToken(): Promise<Token> {
    const request: WriteRequest = { method: "POST", route: TOKEN_ROUTE, idempotent: true };
    const token = decode(await exchange(request, new Journey("POST", true, true)), decodeToken);
    keep(token.value);
    return token;
  }
  const tokens = createTokenSource(fetchToken, clock);

  async function exchange(request: AnyRequest, journey: Journey): Promise<Answer> {
    const baseURL = journey.isTokenRequest ? credentials.loginUrl : credentials.apiUrl;
    const host = new URL(baseURL).host;
    try {
      const response = await instance.request<unknown>({
        baseURL,
        url: request.route.path,
        method: request.method,
        journey,
        ...("query" in request ? { params: request.query } : {}),
        ...bodyOf(request, journey),
        ...(isLoopback(baseURL) ? { proxy: false } : {}),
      });
      const correlationId = headerOf(response, "inin-correlation-id");
      const allowedPerMinute = Number.parseFloat(headerOf(response, "inin-ratelimit-allowed") ?? "");
      const answer = {
        method: request.method,
        route: request.route,
        host,
        status: response.status,
        ...(correlationId === undefined ? {} : { correlationId }),
        ...(allowedPerMinute > 0 ? { allowedPerMinute } : {}),
        repeatable: isRepeatable(journey),
      };
      return parseAnswer(answer, typeof response.data === "string" ? response.data : "");
    } catch (error) {
      throw toApiError(error, request, journey, host);
    }
  }

  function toApiError(error: unknown, request: AnyRequest, journey: Journey, host: string): unknown {
    const known = { method: request.method, path: request.route.template, host };
    if (error instanceof WaitTooLong) {
      const said = `Genesys asks to wait ${error.seconds} seconds, which is past the deadline.`;
      return new ApiError({ ...known, kind: "rate-limited", status: 429, said });
    }
    if (closing.signal.aborted && !(error instanceof ApiError)) {
      const kind = isRepeatable(journey) ? "lost" : "ambiguous";
      return new ApiError({ ...known, kind, code: "ERR_CLOSED", said: "the connection was closed" });
    }
    if (!axios.isAxiosError(error)) return error;
    return new ApiError({ ...known, ...factsOf(error, journey, (text) => conceal(text, secrets)) });
  }

  return {
    async send(request) {
      const first = new Journey(
        request.method,
        "idempotent" in request && request.idempotent === true,
        false,
      );
      try {
        return await exchange(request, first);
      } catch (error) {
        // A token can end early: after 15 idle minutes in some organisations. A 401 executes nothing.
        if (!(error instanceof ApiError) || error.status !== 401 || first.token === undefined) throw error;
        tokens.forget(first.token);
        const second = new Journey(first.method, first.idempotent, false);
        second.deadline = first.deadline;
        return exchange(request, second);
      }
    },
    token: () => tokens.get(),
    limit: (perMinute) => pacer.limit(perMinute),
    requests: () => pacer.sent(),
    close() {
      closing.abort();
      close();
    },
  };
}

function bodyOf(request: AnyRequest, journey: Journey): { data?: string; headers?: Record<string, string> } {
  if (journey.isTokenRequest) {
    return {
      data: "grant_type=client_credentials",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    };
  }
  if (!("body" in request) || request.body === undefined) return {};
  return { data: JSON.stringify(request.body), headers: { "Content-Type": "application/json" } };
}

function conceal(text: string, secrets: ReadonlySet<string>): string {
  let clean = text;
  for (const secret of secrets) if (secret !== "") clean = clean.replaceAll(secret, "***");
  return clean;
}
