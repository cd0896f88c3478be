/** Sends requests about one repository to GitHub's REST API: knows its host, token and conventions. */
import type { Answer } from "../http/answer.ts";
import { createHttpClient } from "../http/client.ts";
import type { Clock } from "../http/clock.ts";
import { systemClock } from "../http/clock.ts";
import { ApiError } from "../http/error.ts";
import type { Conventions, ErrorAnswer, Route } from "../http/request.ts";

type GitHubMethod = "GET" | "POST" | "PATCH" | "DELETE";

export interface GitHubTransportOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** `https://api.github.com`, or a GitHub Enterprise Server's `https://host/api/v3`. */
  readonly apiUrl: string;
  readonly token: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Maximum seconds from the first attempt of a request to the last. Default 300. */
  readonly deadlineSeconds?: number;
  /** Once aborted, nothing new is sent: see HttpClientOptions. */
  readonly signal?: AbortSignal;
}

export interface GitHubRequest {
  readonly method: GitHubMethod;
  /** With placeholders: `/repos/{owner}/{repo}/pulls/{pull_number}`. */
  readonly path: string;
  /** The values of the placeholders but `owner` and `repo`. */
  readonly parameters?: PathParameters;
  readonly query?: PathParameters;
  readonly body?: unknown;
}

type PathParameters = Readonly<Record<string, string | number>>;

/** Sends one request. Throws ApiError. */
export type GitHubSend = (request: GitHubRequest) => Promise<Answer>;

/** GitHub's secondary limit is 900 points a minute; a GET costs one (GitHub's documentation). */
const REQUESTS_PER_MINUTE = 900;
/** A secondary limit may come without a header, and lasts at least a minute (GitHub's documentation). */
const SECONDARY_WAIT = 60_000;

/** Creates a transport; sends nothing yet. */
export function createGitHubTransport(options: GitHubTransportOptions): GitHubSend {
  const { apiUrl, token, repository, clock = systemClock, deadlineSeconds = 300, signal } = options;
  const [owner = "", repo = ""] = repository.split("/");
  const baseUrl = apiUrl.replace(/\/+$/, "");
  const authorization = { get: () => Promise.resolve(`Bearer ${token}`) };
  const client = createHttpClient({
    conventions: GITHUB,
    requestsPerMinute: REQUESTS_PER_MINUTE,
    deadlineSeconds,
    clock,
    timeouts: { whole: 60_000 },
    secrets: new Set([token]),
    signal,
  });
  return async ({ method, path, parameters = {}, query = {}, body }) => {
    const { route, missing } = fillPath(path, { owner, repo, ...parameters });
    if (missing !== undefined) {
      const serverMessage = `the parameter ${missing} is missing`;
      throw new ApiError({ kind: "not-sent", method, path, host: new URL(baseUrl).host, serverMessage });
    }
    // A PATCH sets whole fields, so it is idempotent.
    const idempotent = method !== "POST";
    return client.send({ method, baseUrl, route, query, body, idempotent, authorization });
  };
}

/** GitHub's conventions. */
export const GITHUB: Conventions = {
  headers: { Accept: "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28" },
  readError: ({ message }) => ({ message: typeof message === "string" ? message : undefined }),
  isRateLimit({ status, header, text }) {
    if (status !== 403) return false;
    return (
      header("retry-after") !== undefined ||
      header("x-ratelimit-remaining") === "0" ||
      /rate limit/i.test(text)
    );
  },
  limitWait: untilReset,
  alsoRetryable: [500],
};

/** `x-ratelimit-reset` is in seconds since 1970, and applies only if no request is left. */
function untilReset({ header }: ErrorAnswer, now: number): number {
  const reset = Number(header("x-ratelimit-reset") ?? "none");
  if (header("x-ratelimit-remaining") !== "0" || !Number.isFinite(reset)) return SECONDARY_WAIT;
  return Math.max(1000, reset * 1000 - now);
}

/** Fills the placeholders of a path with encoded values; `missing` is the first without a value. */
function fillPath(
  template: string,
  parameters: PathParameters,
): { readonly route: Route; readonly missing?: string } {
  let missing: string | undefined;
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(parameters[name] ?? "");
    if (/^\.*$/.test(value)) missing ??= name;
    return encodeURIComponent(value);
  });
  return { route: { path, template }, ...(missing !== undefined && { missing }) };
}

/** The query of a list's next page, or null on the last page. Host and path of the link are ignored. */
export function nextQuery({ header }: Pick<Answer, "header">): Record<string, string> | null {
  const next = header("link")?.match(/<([^>]*)>\s*;[^,]*\brel="next"/)?.[1];
  if (next === undefined || !URL.canParse(next)) return null;
  return Object.fromEntries(new URL(next).searchParams);
}

/** The message of an error, with a remedy if GitHub refuses the token. */
export function describeGitHubError(error: ApiError): string {
  if (error.status === 401) return `${error.message}. GITHUB_TOKEN is missing or no longer valid.`;
  if (error.status !== 403 && error.status !== 404) return error.message;
  return `${error.message}. Check the job's permissions: pull-requests: write for comments, issues: write for the drift issue, contents: read for the rest.`;
}
