/**
 * One client for JSON APIs. It has one rate limit, retries what may be retried, limits every wait, and never reveals
 * tokens. It knows no particular API: Conventions describe what is special about one.
 *
 * How it stops: once `signal` is aborted, nothing new is sent, and waits and reads in flight end at once; a write in
 * flight gets three more seconds. `close` ends writes too. A request that was not executed because of this fails with
 * kind `not-sent`; one that may have been executed fails with `mayBeDone`.
 */
import type { AxiosInstance, AxiosResponse } from "axios";
import axios from "axios";
import type { Answer } from "./answer.ts";
import { readAnswer } from "./answer.ts";
import type { ClientState, Timeouts } from "./attempts.ts";
import { RequestContext, createEnding, createInstance, endOf } from "./attempts.ts";
import type { Clock } from "./clock.ts";
import { ApiError, CLOSED } from "./error.ts";
import { factsOf, failureOf } from "./failure.ts";
import type { Wait } from "./rate-limit.ts";
import { WaitTooLong, createRateLimit } from "./rate-limit.ts";
import type { Conventions, HttpRequest } from "./request.ts";
import { isLoopback } from "./request.ts";

export interface HttpClientOptions {
  readonly conventions: Conventions;
  readonly requestsPerMinute: number;
  /** Maximum seconds from the first attempt of a request to its last, including waits that a server asks for. */
  readonly deadlineSeconds: number;
  readonly clock: Clock;
  readonly timeouts?: Timeouts;
  /** Removed from every server message; may grow. */
  readonly secrets?: ReadonlySet<string>;
  /** Called before every wait that is longer than the normal gap between two requests. */
  readonly onWait?: (wait: Wait) => void;
  /** Stops the client, as described at the top of this file. */
  readonly signal?: AbortSignal | undefined;
}

export interface HttpClient {
  /** Throws ApiError. */
  send(request: HttpRequest): Promise<Answer>;
  /** Sets another number of requests a minute. */
  limit(requestsPerMinute: number): void;
  /** How many requests were sent so far, including retries. */
  requests(): number;
  /**
   * How many milliseconds the server's clock is ahead of ours, to about a second, by the latest answer; undefined if no
   * answer had a time.
   */
  ahead(): number | undefined;
  /** Ends sockets and waits; what is in flight fails. */
  close(): void;
}

/** Creates a client; sends nothing yet. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { clock, onWait = () => undefined } = options;
  const ending = createEnding(clock, options.signal);
  const rateLimit = createRateLimit(options.requestsPerMinute, clock, ending.stop, onWait);
  const shared: ClientState = { options, rateLimit, ending, ahead: undefined };
  const { instance, destroy } = createInstance(shared);
  return {
    async send(request) {
      const response = await exchange(instance, new RequestContext(request), shared);
      return readAnswer(request, response, options.conventions);
    },
    limit: (requestsPerMinute) => rateLimit.limit(requestsPerMinute),
    requests: () => rateLimit.sent(),
    ahead: () => shared.ahead,
    close() {
      ending.close();
      destroy();
    },
  };
}

async function exchange(
  instance: AxiosInstance,
  context: RequestContext,
  shared: ClientState,
): Promise<AxiosResponse<unknown>> {
  const { method, baseUrl, route, query } = context.request;
  try {
    return await instance.request<unknown>({
      baseURL: baseUrl,
      url: route.path,
      method,
      requestContext: context,
      ...(query && { params: query }),
      ...bodyOf(context.request),
      ...(isLoopback(baseUrl) && { proxy: false }),
    });
  } catch (error) {
    throw toApiError(error, context, shared);
  }
}

function bodyOf({ body, form }: HttpRequest): { data?: string; headers?: Record<string, string> } {
  if (form !== undefined) {
    return { data: form, headers: { "Content-Type": "application/x-www-form-urlencoded" } };
  }
  if (body === undefined) return {};
  return { data: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}

/** Converts an error to an ApiError. Unknown errors are bugs and are returned unchanged. */
function toApiError(error: unknown, context: RequestContext, { options, ending }: ClientState): unknown {
  const { request, mayBeDone } = context;
  const { conventions, secrets } = options;
  const host = new URL(request.baseUrl).host;
  const known = { method: request.method, path: request.route.template, host, mayBeDone };
  const isAxios = axios.isAxiosError(error);
  if (ending.stop.aborted && !mayBeDone && (!isAxios || context.isStopped)) {
    return new ApiError({ ...known, kind: "not-sent", serverMessage: "stopped before it was sent" });
  }
  // The token request failed, so this attempt was not sent; an earlier attempt may have been.
  if (error instanceof ApiError) {
    if (!mayBeDone) return error;
    return new ApiError({ ...known, kind: "lost", serverMessage: `it was not repeated: ${error.message}` });
  }
  if (error instanceof WaitTooLong) {
    const serverMessage = `the server asks to wait ${error.seconds} seconds, which is past the deadline`;
    return new ApiError({ ...known, kind: "rate-limited", status: 429, serverMessage });
  }
  if (isAxios) {
    const failed = failureOf(error, request, conventions, endOf(request, ending).aborted);
    const facts = factsOf(error, failed, request, conventions, (text) => redact(text, secrets));
    return new ApiError({ ...known, ...facts });
  }
  if (!ending.stop.aborted) return error;
  return new ApiError({
    ...known,
    kind: "lost",
    code: CLOSED,
    serverMessage: "stopped before it was repeated",
  });
}

function redact(text: string, secrets: ReadonlySet<string> = new Set()): string {
  let clean = text;
  for (const secret of secrets) if (secret !== "") clean = clean.replaceAll(secret, "***");
  return clean;
}
