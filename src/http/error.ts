/** What goes wrong between us and an API, as facts: no request, no configuration and no cause, which hold tokens. */
import { printable } from "../text.ts";
import type { Method } from "./retry.ts";

/**
 * - `refused`: an answer with an error status; `redirect`: one with a 3xx
 * - `bad-answer`: a success whose body isn't what it must be
 * - `ambiguous`: a write that may have happened: look before sending it again
 * - `rate-limited`: too many requests, for longer than the deadline
 * - `unreachable`: no server there; `tls`: one that can't be trusted; `lost`: no whole answer came
 * - `not-sent`: the stop signal came before it was sent, or before it was sent again after it was not executed; or
 *   `mayBeSent` said no
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
  /** Host and port that was asked. */
  readonly host: string;
  readonly status?: number | undefined;
  /** The API's own code (`general.conflict`), or the network's (`ECONNRESET`). */
  readonly code?: string | undefined;
  /** What to give to the API's support. */
  readonly correlationId?: string | undefined;
  /** What the server or the network said. */
  readonly serverMessage: string;
  /**
   * The outcome is unknown: at least one attempt of this write was sent, and no answer says that it was not
   * executed. False where nothing was sent, and for whatever changes nothing. Default false.
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

/** Our own code for an answer that is longer than any should be. */
export const ANSWER_TOO_LONG = "ANSWER_TOO_LONG";
/** Our own code for a request that was in flight when the client was stopped or closed. */
export const CLOSED = "ERR_CLOSED";

/** The name is taken, or something else stands in the way: 409. */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409;
}

/** What was asked for is not there, or no longer: 404, 410. */
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
