/** Errors of API calls as plain facts, without request, configuration and cause, which contain tokens. */
import { printable } from "../text.ts";
import type { Method } from "./retry.ts";

/**
 * - `refused`: an answer with an error status; `redirect`: one with a 3xx
 * - `bad-answer`: a success with an invalid body
 * - `ambiguous`: a write that may have happened: read before sending it again
 * - `rate-limited`: too many requests, for longer than the deadline
 * - `unreachable`: no server answers there; `tls`: no trusted connection; `lost`: the answer is missing or incomplete
 * - `not-sent`: the client was stopped before it sent the request, or before it retried one that was not executed; or
 * `mayBeSent` returned false
 */
export type ApiErrorKind =
  | "refused"
  | "redirect"
  | "bad-answer"
  | "ambiguous"
  | "rate-limited"
  | "unreachable"
  | "tls"
  | "lost"
  | "not-sent";

export interface ApiFacts {
  readonly kind: ApiErrorKind;
  readonly method: Method;
  /** The template of the path, without ids: `/api/v2/routing/skills/{id}`. */
  readonly path: string;
  /** Host and port of the request. */
  readonly host: string;
  readonly status?: number | undefined;
  /** The API's own code (`general.conflict`), or the network's (`ECONNRESET`). */
  readonly code?: string | undefined;
  /** The id that the API's support asks for. */
  readonly correlationId?: string | undefined;
  /** The message of the server or the network. */
  readonly serverMessage: string;
  /**
   * The outcome is unknown: at least one attempt of this write was sent, and no answer says that it was not executed.
   * False if nothing was sent, and for reads. Default false.
   */
  readonly mayBeDone?: boolean;
}

export class ApiError extends Error implements ApiFacts {
  override readonly name = "ApiError";
  readonly kind: ApiErrorKind;
  readonly method: Method;
  readonly path: string;
  readonly host: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly correlationId: string | undefined;
  readonly serverMessage: string;
  readonly mayBeDone: boolean;

  constructor(facts: ApiFacts) {
    super(sentence(facts));
    this.kind = facts.kind;
    this.method = facts.method;
    this.path = facts.path;
    this.host = facts.host;
    this.status = facts.status;
    this.code = facts.code;
    this.correlationId = facts.correlationId;
    this.serverMessage = facts.serverMessage;
    this.mayBeDone = facts.mayBeDone ?? false;
  }
}

/** Our own code for an answer above the size limit. */
export const ANSWER_TOO_LONG = "ANSWER_TOO_LONG";
/** Our own code for a request that was in flight when the client was stopped or closed. */
export const CLOSED = "ERR_CLOSED";

/** The name is taken, or another conflict: 409. */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409;
}

/** The resource doesn't exist, or was deleted: 404, 410. */
export function isGone(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 404 || error.status === 410);
}

/** A write that may have happened: its answer was lost or can't be understood. */
export function isAmbiguous(error: unknown): error is ApiError {
  return error instanceof ApiError && error.kind === "ambiguous";
}

/** The server asked to wait for longer than the deadline. */
export function isRateLimited(error: unknown): error is ApiError {
  return error instanceof ApiError && error.kind === "rate-limited";
}

function sentence(facts: ApiFacts): string {
  const what = [facts.status, facts.code].filter((part) => part !== undefined).join(" ");
  const id = facts.correlationId === undefined ? "" : ` (correlation id ${facts.correlationId})`;
  const reason = `${what}${what === "" ? "" : ": "}${facts.serverMessage}`;
  return printable(`${facts.method} ${facts.path}: ${reason}${id}`, 600);
}
