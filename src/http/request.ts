/** Requests, and the conventions of one API. */
import type { ServerCount } from "./rate-limit.ts";
import type { Method } from "./retry.ts";

/** A path under the API's base URL. */
export interface Route {
  /** The path to send, like `/api/v2/routing/skills/2d…`; every id in it is encoded. */
  readonly path: string;
  /** The path to show, like `/api/v2/routing/skills/{id}`. */
  readonly template: string;
}

/** Query parameters; a list is sent as the same parameter many times. */
export type Query = Readonly<Record<string, string | number | readonly string[]>>;

/** How a request is authorised. */
export interface Authorization {
  /** Returns the value of the header `Authorization`; called before each attempt. Throws ApiError. */
  get(): Promise<string>;
  /**
   * Called with the value that a 401 refused, once for each request; `get` then returns another. Absent: it can't be
   * renewed.
   */
  renew?(refused: string): void;
}

export interface HttpRequest {
  readonly method: Method;
  /** Scheme, host and perhaps a path, without a slash at the end: `https://api.example.com`. */
  readonly baseUrl: string;
  readonly route: Route;
  readonly query?: Query;
  /** Sent as JSON. Default: no body. */
  readonly body?: unknown;
  /** Sent unchanged as a form, instead of `body`. */
  readonly form?: string;
  /** Marks a request as idempotent although its method is not. Default false. */
  readonly idempotent?: boolean;
  readonly authorization?: Authorization;
  /**
   * Called before each attempt, when its turn has come, which can take long. False: the request is not sent and fails
   * with kind `not-sent`. Default: allowed.
   */
  readonly mayBeSent?: () => Promise<boolean>;
}

/** Returns the value of an answer's header, or undefined. `name` is in lower case. */
export type ReadHeader = (name: string) => string | undefined;

/** An answer with an error status. */
export interface ErrorAnswer {
  readonly route: Route;
  readonly status: number;
  readonly header: ReadHeader;
  readonly text: string;
}

/** The content of an error's body. */
export interface ErrorBody {
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  readonly correlationId?: string | undefined;
}

/** What is special about one API. */
export interface Conventions {
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The header with the correlation id of an answer. */
  readonly correlationHeader?: string;
  /** Reads the JSON of an error's body. */
  readonly readError: (body: Readonly<Record<string, unknown>>) => ErrorBody;
  /** Whether an error is a rate limit, so that the request was not executed. Default: 429. */
  readonly isRateLimit?: (refusal: ErrorAnswer) => boolean;
  /**
   * Milliseconds to wait after a rate limit without `Retry-After`. Default: no particular wait.
   */
  readonly limitWait?: (refusal: ErrorAnswer, now: number) => number;
  /** Reads the server's count of requests, if the answer has it. */
  readonly readCount?: (header: ReadHeader) => ServerCount | undefined;
  /** Retryable statuses in addition to 408, 502, 503 and 504. */
  readonly alsoRetryable?: readonly number[];
}

/** Whether the host of `url` is this machine. Such a host is called without TLS and never through a proxy. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
