/** The axios instance: everything about sending one request and sending it again, and nothing about Genesys's paths. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AxiosError, AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from "axios";
import axios from "axios";
import axiosRetry from "axios-retry";
import type { Clock } from "./clock.ts";
import type { Pacer, Wait } from "./pacer.ts";
import type { ServerCount } from "./rate.ts";
import type { Failing, Method } from "./retry.ts";
import { delayBefore, isRateLimit, mayRetry, parseRetryAfter, TOO_LONG } from "./retry.ts";

/** How long one attempt may take, in milliseconds. */
export interface Timeouts {
  /** Until the server says something, and between two pieces of an answer. */
  readonly silence: number;
  /** Until the answer is whole. */
  readonly whole: number;
}

export const TIMEOUTS: Timeouts = { silence: 30_000, whole: 120_000 };

/** Four times what 500 users with 50 skills each take; several answers are on their way at once. */
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;
const MAX_BODY_BYTES = 1024 * 1024;

/** One request on its way through all its attempts. A class, because axios copies plain objects at each attempt. */
export class Journey {
  readonly method: Method;
  readonly idempotent: boolean;
  readonly isTokenRequest: boolean;
  /** Set when the first attempt leaves; no wait for another goes past it. */
  deadline: number | undefined;
  /** The token of the latest attempt. */
  token: string | undefined;
  failures = 0;
  attempts = 0;
  /** Milliseconds to wait before the next attempt, and whether everything waits. */
  pause = 0;
  held = false;

  constructor(method: Method, idempotent: boolean, isTokenRequest: boolean) {
    this.method = method;
    this.idempotent = idempotent;
    this.isTokenRequest = isTokenRequest;
  }
}

declare module "axios" {
  interface AxiosRequestConfig {
    journey?: Journey;
  }
}

export interface HttpOptions {
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly closing: AbortSignal;
  readonly timeouts: Timeouts;
  /** Milliseconds from the first attempt of a request to the last. */
  readonly patience: number;
  readonly onWait: (wait: Wait) => void;
  /** The value of `Authorization` for a request, asked for at each attempt. */
  readonly authorize: (journey: Journey) => Promise<string>;
}

/** An axios instance that paces, authorises and repeats. `close` ends its sockets. */
export function createHttp(options: HttpOptions): { instance: AxiosInstance; close: () => void } {
  const kept = createAgents(true);
  const fresh = createAgents(false);
  const instance = axios.create({
    ...kept,
    allowAbsoluteUrls: false,
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    maxBodyLength: MAX_BODY_BYTES,
    timeout: options.timeouts.silence,
    transitional: { clarifyTimeoutError: true, silentJSONParsing: false },
    // Bodies are made and parsed by the caller: axios would hide a page of HTML behind the status of an error.
    responseType: "text",
    transformRequest: [(body: unknown) => body],
    transformResponse: [(body: unknown) => body],
    paramsSerializer: { indexes: null },
    headers: { Accept: "application/json", "User-Agent": "genesys-skills" },
  });
  instance.interceptors.request.use(async (config) => {
    await prepareAttempt(config, options);
    // A server may close an idle socket just as it is used again. A lost create is a riddle; a new socket isn't.
    const { method, idempotent } = journeyOf(config);
    return method === "POST" && !idempotent ? { ...config, ...fresh } : config;
  });
  instance.interceptors.response.use(
    (response) => leave(options.pacer, response),
    (error: unknown) => {
      if (axios.isAxiosError(error) && error.config) leave(options.pacer, error.response);
      throw error;
    },
  );
  axiosRetry(instance, {
    // The rules of retry.ts count and end the attempts.
    retries: Number.POSITIVE_INFINITY,
    shouldResetTimeout: true,
    retryCondition: (error) => decideRetry(error, options),
    // The wait is done in onRetry, by our clock.
    retryDelay: () => 0,
    onRetry: (_, error) => pauseBeforeRetry(error, options),
  });
  const close = () => {
    for (const agent of [...Object.values(kept), ...Object.values(fresh)]) agent.destroy();
  };
  return { instance, close };
}

function createAgents(keepAlive: boolean): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  const options = { keepAlive, maxSockets: 16 };
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
}

/** How an attempt failed, from axios's error. */
export function failingOf(error: AxiosError, closing?: AbortSignal): Failing {
  const { response } = error;
  // A success that is an error all the same is one whose body broke off.
  if (response && (response.status < 200 || response.status > 299)) {
    return { kind: "status", status: response.status, message: String(response.data) };
  }
  if (error.code === "ERR_CANCELED" && !closing?.aborted) return { kind: "lost", code: "ETIMEDOUT" };
  if (error.message.startsWith("maxContentLength")) return { kind: "lost", code: TOO_LONG };
  return { kind: isUnsent(error) ? "unsent" : "lost", code: error.code ?? "ERR_NETWORK" };
}

/** Whether it failed while the host was looked up or connected to; of several addresses only the code is known. */
function isUnsent({ code, cause }: AxiosError): boolean {
  if (code === "ECONNREFUSED") return true;
  return (
    cause !== undefined && "syscall" in cause && ["getaddrinfo", "connect"].includes(String(cause.syscall))
  );
}

/** Waits for the attempt's turn and authorises it. */
async function prepareAttempt(config: InternalAxiosRequestConfig, options: HttpOptions): Promise<void> {
  const { pacer, clock, patience } = options;
  const journey = journeyOf(config);
  await pacer.enter(() => (journey.deadline ??= clock.now() + patience));
  try {
    config.headers.set("Authorization", await options.authorize(journey));
  } catch (error) {
    pacer.leave(undefined);
    throw error;
  }
  config.signal = AbortSignal.any([options.closing, clock.timeout(options.timeouts.whole)]);
}

/** Decides whether the request goes again, and notes for how long it waits; a 429 holds everything back at once. */
function decideRetry(error: AxiosError, options: HttpOptions): boolean {
  const { clock, pacer, closing } = options;
  if (!error.config || closing.aborted) return false;
  const journey = journeyOf(error.config);
  const failing = failingOf(error, closing);
  if (!isRateLimit(failing, journey)) journey.failures += 1;
  const retryAfter = parseRetryAfter(headerOf(error.response, "retry-after"), clock.now());
  journey.pause = delayBefore(journey.attempts, retryAfter, Math.random());
  journey.attempts += 1;
  journey.held = failing.kind === "status" && failing.status === 429;
  if (journey.held) pacer.hold(journey.pause);
  if (!mayRetry(failing, journey)) return false;
  return clock.now() + journey.pause <= (journey.deadline ?? Number.POSITIVE_INFINITY);
}

async function pauseBeforeRetry(error: AxiosError, options: HttpOptions): Promise<void> {
  const journey = error.config ? journeyOf(error.config) : undefined;
  if (!journey || journey.held) return;
  options.onWait({ reason: "retry", seconds: journey.pause / 1000 });
  await options.clock.sleep(journey.pause, options.closing);
}

function leave<R extends AxiosResponse | undefined>(pacer: Pacer, response: R): R {
  pacer.leave(response ? serverCountOf(response) : undefined);
  return response;
}

/** The server's own count of our requests; not every answer has it. */
function serverCountOf(response: AxiosResponse): ServerCount | undefined {
  const read = (name: string) => Number.parseFloat(headerOf(response, `inin-ratelimit-${name}`) ?? "");
  const server = { count: read("count"), allowed: read("allowed"), reset: read("reset") };
  return Object.values(server).every((value) => Number.isFinite(value) && value >= 0) ? server : undefined;
}

/** The header's value as text, or undefined. */
export function headerOf(response: AxiosResponse | undefined, name: string): string | undefined {
  const value: unknown = response?.headers[name];
  return typeof value === "string" ? value : undefined;
}

function journeyOf(config: InternalAxiosRequestConfig): Journey {
  if (!config.journey) throw new Error("A request was sent around the transport.");
  return config.journey;
}
