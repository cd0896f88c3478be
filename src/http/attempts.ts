/**
 * Sends one request with axios and axios-retry, in one or more attempts. Each attempt waits for its turn and is
 * authorised again.
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AxiosError, AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from "axios";
import axios from "axios";
import axiosRetry from "axios-retry";
import { headersOf } from "./answer.ts";
import type { HttpClientOptions } from "./client.ts";
import { ApiError } from "./error.ts";
import type { Failed } from "./failure.ts";
import { failureOf } from "./failure.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { HttpRequest } from "./request.ts";
import { delayBefore, isRead, isRepeatable, mayBeExecuted, mayRetry, parseRetryAfter } from "./retry.ts";
import type { Clock } from "./clock.ts";

/** Milliseconds. */
export interface Timeouts {
  /** Until the server answers, and between two parts of an answer. Default 30 seconds. */
  readonly silence?: number;
  /** Until the answer to one attempt is complete. Default two minutes. */
  readonly whole?: number;
}

const TIMEOUTS = { silence: 30_000, whole: 120_000 };
/** Four times the size of 500 users with 50 skills each; several answers are received at once. */
const MAX_ANSWER_BYTES = 20 * 2 ** 20;
const MAX_BODY_BYTES = 2 ** 20;

/** The state of one request over all its attempts. A class, because axios copies plain objects at each attempt. */
export class RequestContext {
  readonly request: HttpRequest;
  /** In milliseconds of the clock; set when the first attempt's turn has come. */
  deadline = Number.POSITIVE_INFINITY;
  /** When the latest attempt was sent, and the value of its header `Authorization`. */
  sentAt = 0;
  authorization: string | undefined;
  isRenewed = false;
  /** Failures other than a rate limit, and all attempts. */
  failures = 0;
  attempts = 0;
  /** Milliseconds to wait before the next attempt. */
  pause = 0;
  mayBeDone = false;
  /** The client was stopped before it could send the request again. */
  isStopped = false;

  constructor(request: HttpRequest) {
    this.request = request;
  }
}

declare module "axios" {
  interface AxiosRequestConfig {
    requestContext?: RequestContext;
  }
}

/** What all attempts of a client share. */
export interface ClientState {
  readonly options: HttpClientOptions;
  readonly rateLimit: RateLimit;
  readonly ending: Ending;
  ahead: number | undefined;
}

/** An axios instance for requests with a RequestContext; `destroy` ends its sockets. */
export function createInstance(shared: ClientState): { instance: AxiosInstance; destroy: () => void } {
  const { conventions, timeouts } = shared.options;
  const [kept, fresh] = [createAgents(true), createAgents(false)];
  const instance = axios.create({
    ...kept,
    allowAbsoluteUrls: false,
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    maxBodyLength: MAX_BODY_BYTES,
    timeout: timeouts?.silence ?? TIMEOUTS.silence,
    transitional: { clarifyTimeoutError: true },
    // Bodies are built and parsed here, because axios would hide a page of HTML behind an error status.
    responseType: "text",
    transformRequest: [(body: unknown) => body],
    transformResponse: [(body: unknown) => body],
    paramsSerializer: { indexes: null },
    headers: { Accept: "application/json", "User-Agent": "genesys-skills", ...conventions.headers },
  });
  instance.interceptors.request.use(async (config) => {
    const context = contextOf(config);
    await prepareAttempt(config, context, shared);
    // A server may close an idle socket just as it is used again, and a create whose answer is lost can't be repeated.
    const isCreate = context.request.method === "POST" && !isRepeatable(context.request);
    return isCreate ? { ...config, ...fresh } : config;
  });
  instance.interceptors.response.use(
    (response) => {
      endAttempt(response, response.config, shared);
      return response;
    },
    (error: unknown) => {
      if (axios.isAxiosError(error) && error.config) endAttempt(error.response, error.config, shared);
      throw error;
    },
  );
  axiosRetry(instance, {
    // The rules of retry.ts count and end the attempts.
    retries: Number.POSITIVE_INFINITY,
    shouldResetTimeout: true,
    retryCondition: (error) => decideRetry(error, shared),
    // onRetry waits, by our clock.
    retryDelay: () => 0,
    onRetry: (_, error) => waitForRetry(error, shared),
  });
  const destroy = () => {
    for (const agent of [...Object.values(kept), ...Object.values(fresh)]) agent.destroy();
  };
  return { instance, destroy };
}

/** Agents without a socket limit: a request that waits for a socket would be sent later than the rate limit planned. */
function createAgents(keepAlive: boolean): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  return { httpAgent: new HttpAgent({ keepAlive }), httpsAgent: new HttpsAgent({ keepAlive }) };
}

/** Authorises the attempt and waits for its turn. */
async function prepareAttempt(
  config: InternalAxiosRequestConfig,
  context: RequestContext,
  { options, rateLimit, ending }: ClientState,
): Promise<void> {
  const { request } = context;
  const { clock, deadlineSeconds, timeouts } = options;
  // Before the turn: requests that waited for a token after their turn would all be sent at once and exceed the limit.
  await request.authorization?.get();
  await rateLimit.enter(() => {
    context.deadline = Math.min(context.deadline, clock.now() + deadlineSeconds * 1000);
    return context.deadline;
  });
  try {
    // The token may have expired while the request waited.
    context.authorization = await request.authorization?.get();
    const isAllowed = (await request.mayBeSent?.()) ?? true;
    ending.stop.throwIfAborted();
    if (!isAllowed) throw notAllowed(request);
  } catch (error) {
    rateLimit.leave(undefined);
    throw error;
  }
  if (context.authorization !== undefined) config.headers.set("Authorization", context.authorization);
  config.signal = AbortSignal.any([
    ending.cut,
    endOf(request, ending),
    clock.timeout(timeouts?.whole ?? TIMEOUTS.whole),
  ]);
  context.sentAt = clock.now();
}

function notAllowed({ method, route, baseUrl }: HttpRequest): ApiError {
  const host = new URL(baseUrl).host;
  const serverMessage = "not allowed any more when its turn came";
  return new ApiError({ kind: "not-sent", method, path: route.template, host, serverMessage });
}

/** Ends the attempt for the rate limit, and stores the server's time. */
function endAttempt(
  response: AxiosResponse | undefined,
  config: InternalAxiosRequestConfig,
  shared: ClientState,
): void {
  const header = response && headersOf(response);
  const { clock, conventions } = shared.options;
  shared.rateLimit.leave(header && conventions.readCount?.(header));
  const serverTime = Date.parse(header?.("date") ?? "");
  if (!Number.isNaN(serverTime)) {
    shared.ahead = serverTime - (contextOf(config).sentAt + clock.now()) / 2;
  }
}

/** Decides whether the request is sent again, and after how long. */
function decideRetry(error: AxiosError, shared: ClientState): boolean {
  if (!error.config) return false;
  const { options, ending } = shared;
  const context = contextOf(error.config);
  const { request } = context;
  const failed = failureOf(error, request, options.conventions, endOf(request, ending).aborted);
  context.mayBeDone ||= mayBeExecuted(failed) && !isRead(request);
  const goesAgain = renewAuthorization(failed, context) || planRetry(failed, context, shared);
  context.isStopped = goesAgain && ending.stop.aborted;
  return goesAgain && !context.isStopped;
}

/** Replaces a refused token, once for each request. A 401 means that nothing was executed. */
function renewAuthorization(failed: Failed, context: RequestContext): boolean {
  const { authorization } = context.request;
  if (failed.kind !== "status" || failed.status !== 401 || context.isRenewed) return false;
  if (!authorization?.renew || context.authorization === undefined) return false;
  authorization.renew(context.authorization);
  context.isRenewed = true;
  context.pause = 0;
  return true;
}

/** Plans the next attempt; false if there is none. A rate limit delays all requests. */
function planRetry(failed: Failed, context: RequestContext, { options, rateLimit }: ClientState): boolean {
  const { clock, conventions } = options;
  const pause = delayBefore(context.attempts, serverWait(failed, options), Math.random());
  const isRateLimit = failed.kind === "status" && failed.isRateLimit;
  context.attempts += 1;
  if (isRateLimit) rateLimit.pause(pause);
  else context.failures += 1;
  // After a rate limit the wait happens in `rateLimit`.
  context.pause = isRateLimit ? 0 : pause;
  const { alsoRetryable = [] } = conventions;
  const repeated = {
    isRepeatable: isRepeatable(context.request),
    failures: context.failures,
    alsoRetryable,
  };
  return mayRetry(failed, repeated) && clock.now() + pause <= context.deadline;
}

/** Milliseconds that the server asks to wait. */
function serverWait(failed: Failed, { clock, conventions }: HttpClientOptions): number | undefined {
  if (failed.kind !== "status") return undefined;
  const retryAfter = parseRetryAfter(failed.refusal.header("retry-after"), clock.now());
  if (retryAfter !== undefined || !failed.isRateLimit) return retryAfter;
  return conventions.limitWait?.(failed.refusal, clock.now());
}

async function waitForRetry({ config }: AxiosError, { options, ending }: ClientState): Promise<void> {
  const pause = config ? contextOf(config).pause : 0;
  if (pause === 0) return;
  options.onWait?.({ reason: "retry", seconds: pause / 1000 });
  await options.clock.sleep(pause, ending.stop);
}

function contextOf({ requestContext }: InternalAxiosRequestConfig): RequestContext {
  if (!requestContext) throw new Error("A request was sent without the client.");
  return requestContext;
}

/** How many milliseconds a write in flight may take after the stop signal. */
const STOP_GRACE = 3000;

interface Ending {
  /** Aborted when nothing new may be sent; ends waits and reads. */
  readonly stop: AbortSignal;
  /** Aborted when writes in flight must end. */
  readonly cut: AbortSignal;
  close(): void;
}

/** Stops when `signal` is aborted, cuts writes off after a grace period, and does both on `close`. */
export function createEnding(clock: Clock, signal: AbortSignal | undefined): Ending {
  const [stop, cut] = [new AbortController(), new AbortController()];
  const onStop = (): void => {
    stop.abort();
    clock.timeout(STOP_GRACE).addEventListener("abort", () => cut.abort(), { once: true });
  };
  if (signal?.aborted) onStop();
  else signal?.addEventListener("abort", onStop, { once: true });
  return {
    stop: stop.signal,
    cut: cut.signal,
    close() {
      signal?.removeEventListener("abort", onStop);
      stop.abort();
      cut.abort();
    },
  };
}

/** The signal that ends an attempt of this request. */
export function endOf(request: HttpRequest, { stop, cut }: Ending): AbortSignal {
  return isRead(request) ? stop : cut;
}
