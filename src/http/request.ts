/** What is asked of an API, and what an API has its own way of saying. */
import type { ServerCount } from "./rate-limit.ts";
import type { Method } from "./retry.ts";

/** A path under the API's base URL. */
export interface Route {
  /** What is sent, like `/api/v2/routing/skills/2d…`; every id in it is encoded. */
  readonly path: string;
  /** What is shown, like `/api/v2/routing/skills/{id}`. */
  readonly template: string;
}

/** Query parameters; a list is sent as the same parameter many times. */
export type Query = Readonly<Record<string, string | number | readonly string[]>>;

/** What a request is allowed by. */
export interface Authorization {
  /** The value of the header `Authorization`, asked for before each attempt. Throws ApiError. */
  get(): Promise<string>;
  /**
   * Told the value that a 401 refused, once for each request; `get` then gives another. Absent: there is
   * none.
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
  /** Sent as it is, as a form, in place of `body`. */
  readonly form?: string;
  /** Sending it twice does what sending it once does, though its method doesn't say so. Default false. */
  readonly idempotent?: boolean;
  readonly authorization?: Authorization;
  /**
   * Asked before each attempt, when its turn has come: a request can wait long for that. False: it is not sent, and
   * fails with kind `not-sent`. Default: it may.
   */
  readonly mayBeSent?: () => Promise<boolean>;
}

/** The value of an answer's header; undefined where it has none. `name` is in lower case. */
export type ReadHeader = (name: string) => string | undefined;

/** An answer with an error status. */
export interface ErrorAnswer {
  readonly route: Route;
  readonly status: number;
  readonly header: ReadHeader;
  readonly text: string;
}

/** What the body of an error says. */
export interface ErrorBody {
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  readonly correlationId?: string | undefined;
}

/** What one API does in its own way. */
export interface Conventions {
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The header that names an answer to the API's support. */
  readonly correlationHeader?: string;
  /** Reads the JSON of an error's body. */
  readonly readError: (body: Readonly<Record<string, unknown>>) => ErrorBody;
  /** Whether it says only that there were too many requests, so that it was not executed. Default: 429. */
  readonly isRateLimit?: (refusal: ErrorAnswer) => boolean;
  /**
   * Milliseconds that a rate limit asks to wait where it has no `Retry-After`. Default: it asks for nothing.
   */
  readonly limitWait?: (refusal: ErrorAnswer, now: number) => number;
  /** The server's count of requests, where an answer tells it. */
  readonly readCount?: (header: ReadHeader) => ServerCount | undefined;
  /** Statuses that mean "later" beside 408, 502, 503 and 504. */
  readonly alsoRetryable?: readonly number[];
}

/** Whether the host of `url` is this machine: such a host is asked without TLS and never through a proxy. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
