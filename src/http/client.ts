/**
 * One client for APIs that speak JSON: paced by one rate limit, repeating what may be repeated, bounded in
 * every wait, and silent about tokens. It knows no API: what one of them does in its own way is told by
 * Conventions.
 *
 * How it ends. Once `signal` is aborted nothing new is sent, every wait ends at once, and so does a read in
 * flight; a write in flight gets three more seconds. `close` ends those too. A request that this kept from
 * being executed fails with kind `not-sent`; one that may have been executed with `mayBeDone`.
 */
import type { AxiosInstance, AxiosResponse } from "axios";
import axios from "axios";
import type { Answer } from "./answer.ts";
import { readAnswer } from "./answer.ts";
import type { Shared, Timeouts } from "./attempts.ts";
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
  /** Seconds from the first attempt of a request to its last; no wait that a server asks for goes past it. */
  readonly deadlineSeconds: number;
  readonly clock: Clock;
  readonly timeouts?: Timeouts;
  /** Taken out of everything that a server says; may grow. */
  readonly secrets?: ReadonlySet<string>;
  /** Told before every wait that is longer than the even pace between two requests. */
  readonly onWait?: (wait: Wait) => void;
  /** Once aborted, the client stops as the head of this file says. */
  readonly signal?: AbortSignal | undefined;
}

export interface HttpClient {
  /** Throws ApiError. */
  send(request: HttpRequest): Promise<Answer>;
  /** Sets another number of requests a minute. */
  limit(requestsPerMinute: number): void;
  /** Requests sent so far, repeated ones included. */
  requests(): number;
  /**
   * Milliseconds by which the server's clock is ahead of ours, to about a second, by the latest answer;
   * undefined where none told the time.
   */
  ahead(): number | undefined;
  /** Ends sockets and waits; what is in flight fails. */
  close(): void;
}

/** A client that sends nothing before it is asked to. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { clock, onWait = () => undefined } = options;
  const ending = createEnding(clock, options.signal);
  const rateLimit = createRateLimit(options.requestsPerMinute, clock, ending.stop, onWait);
  const shared: Shared = { options, rateLimit, ending, ahead: undefined };
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
  shared: Shared,
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

/** Anything but an ApiError is a bug, and is passed on as it is. */
function toApiError(error: unknown, context: RequestContext, { options, ending }: Shared): unknown {
  const { request, mayBeDone } = context;
  const { conventions, secrets } = options;
  const host = new URL(request.baseUrl).host;
  const known = { method: request.method, path: request.route.template, host, mayBeDone };
  const isAxios = axios.isAxiosError(error);
  if (ending.stop.aborted && !mayBeDone && (!isAxios || context.isStopped)) {
    return new ApiError({ ...known, kind: "not-sent", serverMessage: "stopped before it was sent" });
  }
  // Of the token, without which this attempt was not sent; an earlier one may have been.
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
    const facts = factsOf(error, failed, request, conventions, (text) => conceal(text, secrets));
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

function conceal(text: string, secrets: ReadonlySet<string> = new Set()): string {
  let clean = text;
  for (const secret of secrets) if (secret !== "") clean = clean.replaceAll(secret, "***");
  return clean;
}
