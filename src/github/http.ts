/** One client for GitHub's REST API: bounded, repeating what may be repeated, and silent about its token. */
import type { AxiosError, AxiosInstance, AxiosResponse } from "axios";
import axios from "axios";
import axiosRetry from "axios-retry";
import type { Clock } from "../genesys/clock.ts";
import { systemClock } from "../genesys/clock.ts";
import type { GitHubMethod } from "./error.ts";
import { GitHubError } from "./error.ts";
import type { GitHubFailing, RateHeaders } from "./retry.ts";
import { waitBeforeRetry } from "./retry.ts";

export interface GitHubHttpOptions {
  /** `https://api.github.com`, or a GitHub Enterprise Server's `https://host/api/v3`. */
  readonly apiUrl: string;
  readonly token: string;
  /** Default: the system's. Its `now` must be the time since 1970 in milliseconds. */
  readonly clock?: Clock;
  /** Milliseconds that one attempt may take. Default 30 seconds. */
  readonly timeout?: number;
  /** Milliseconds from the first attempt of a request to the last. Default five minutes. */
  readonly patience?: number;
}

export interface GitHubRequest {
  readonly method: GitHubMethod;
  /** With placeholders: `/repos/{owner}/{repo}/pulls/{pull_number}`. */
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
}

export interface GitHubAnswer {
  /** Null where the answer has no body. */
  readonly body: unknown;
  /** The query of the next page of a list, or null on the last. */
  readonly next: Readonly<Record<string, string>> | null;
}

/** Sends one request. Throws GitHubError. */
export type GitHubSend = (request: GitHubRequest) => Promise<GitHubAnswer>;

const TIMEOUT = 30_000;
const PATIENCE = 300_000;
const MAX_ANSWER_BYTES = 20 * 2 ** 20;

/** One request on its way through all its attempts. A class, because axios copies plain objects at each attempt. */
class Trip {
  readonly method: GitHubMethod;
  readonly deadline: number;
  attempts = 0;
  /** Milliseconds to wait before the next attempt. */
  pause = 0;

  constructor(method: GitHubMethod, deadline: number) {
    this.method = method;
    this.deadline = deadline;
  }
}

declare module "axios" {
  interface AxiosRequestConfig {
    trip?: Trip;
  }
}

export function createGitHubHttp(options: GitHubHttpOptions): GitHubSend {
  const { clock = systemClock, patience = PATIENCE } = options;
  const instance = createInstance(options, clock);
  return async ({ method, path, parameters = {}, query = {}, body }) => {
    const trip = new Trip(method, clock.now() + patience);
    try {
      const response = await instance.request<string>({
        method,
        url: fillPath(path, parameters),
        params: query,
        trip,
        ...(body !== undefined && {
          data: JSON.stringify(body),
          headers: { "Content-Type": "application/json" },
        }),
      });
      return { body: parseBody(response.data), next: nextQuery(headerOf(response, "link")) };
    } catch (error) {
      throw toGitHubError(error, method, path);
    }
  };
}

function createInstance(
  { apiUrl, token, timeout = TIMEOUT }: GitHubHttpOptions,
  clock: Clock,
): AxiosInstance {
  const instance = axios.create({
    baseURL: apiUrl.replace(/\/+$/, ""),
    allowAbsoluteUrls: false,
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    timeout,
    transitional: { clarifyTimeoutError: true },
    responseType: "text",
    transformRequest: [(body: unknown) => body],
    transformResponse: [(body: unknown) => body],
    headers: {
      Accept: "application/vnd.github+json",
      Authorization: `Bearer ${token}`,
      "User-Agent": "genesys-skills",
      "X-GitHub-Api-Version": "2022-11-28",
    },
  });
  instance.interceptors.request.use((config) => {
    config.signal = AbortSignal.timeout(2 * timeout);
    return config;
  });
  axiosRetry(instance, {
    // The rules of retry.ts count and end the attempts.
    retries: Number.POSITIVE_INFINITY,
    shouldResetTimeout: true,
    retryCondition: (error) => decideRetry(error, clock),
    // The wait is done in onRetry, by our clock.
    retryDelay: () => 0,
    onRetry: (_, error) => clock.sleep(error.config?.trip?.pause ?? 0, new AbortController().signal),
  });
  return instance;
}

function decideRetry(error: AxiosError, clock: Clock): boolean {
  const trip = error.config?.trip;
  if (!trip) return false;
  const pause = waitBeforeRetry(trip.method, failingOf(error), trip.attempts, clock.now(), Math.random());
  trip.attempts += 1;
  if (pause === null || clock.now() + pause > trip.deadline) return false;
  trip.pause = pause;
  return true;
}

/** Placeholders by their values, each as one part of the path; the repository's two parts stand in `owner` and `repo`. */
function fillPath(path: string, parameters: Readonly<Record<string, string | number>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined || value === "" || /^\.+$/.test(String(value))) {
      throw new GitHubError({ method: "GET", path, said: `there is no ${name} to ask for` });
    }
    return encodeURIComponent(value);
  });
}

/** GitHub's pages go by number or by cursor; the next one's query is taken over, its host and path are not. */
function nextQuery(link: string | undefined): Record<string, string> | null {
  const next = link?.match(/<([^>]*)>\s*;[^,]*\brel="next"/)?.[1];
  if (next === undefined || !URL.canParse(next)) return null;
  return Object.fromEntries(new URL(next).searchParams);
}

function parseBody(text: string): unknown {
  if (text === "") return null;
  return JSON.parse(text);
}

function failingOf(error: AxiosError): GitHubFailing {
  const { response } = error;
  if (!response || response.status < 300) return { kind: "lost", code: error.code ?? "ERR_NETWORK" };
  return { kind: "status", status: response.status, headers: rateHeaders(response), said: saidBy(response) };
}

function rateHeaders(response: AxiosResponse): RateHeaders {
  const [retryAfter, remaining, reset] = ["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"].map(
    (name) => headerOf(response, name),
  );
  return {
    ...(retryAfter !== undefined && { retryAfter }),
    ...(remaining !== undefined && { remaining }),
    ...(reset !== undefined && { reset }),
  };
}

function headerOf(response: AxiosResponse, name: string): string | undefined {
  const value: unknown = response.headers[name];
  return typeof value === "string" ? value : undefined;
}

/** GitHub's own sentence, or that there is none: a proxy's page is nobody's reading. */
function saidBy(response: AxiosResponse): string {
  try {
    const body: unknown = JSON.parse(String(response.data));
    if (typeof body === "object" && body !== null && "message" in body && typeof body.message === "string") {
      return body.message;
    }
  } catch {
    // Not GitHub's JSON.
  }
  return "no explanation";
}

function toGitHubError(error: unknown, method: GitHubMethod, path: string): unknown {
  if (error instanceof SyntaxError) return new GitHubError({ method, path, said: "the answer is not JSON" });
  if (!axios.isAxiosError(error)) return error;
  const failing = failingOf(error);
  return failing.kind === "lost"
    ? new GitHubError({ method, path, said: `no answer (${failing.code})` })
    : new GitHubError({ method, path, status: failing.status, said: failing.said });
}
