/** What goes wrong between us and Genesys, as facts: no request, no configuration and no cause, which hold tokens. */
import { printable } from "../text.ts";
import type { Method } from "./retry.ts";
import { TOO_LONG } from "./retry.ts";

/**
 * - `refused`: an answer with an error status; `redirect`: one with a 3xx
 * - `bad-answer`: a success whose body isn't what it must be
 * - `ambiguous`: a write that may have happened: look before sending it again
 * - `rate-limited`: 429 for longer than the deadline
 * - `unreachable`: no server there; `tls`: one that can't be trusted; `lost`: no whole answer came
 */
export type ApiErrorKind =
  "refused" | "redirect" | "bad-answer" | "ambiguous" | "rate-limited" | "unreachable" | "tls" | "lost";

export interface ApiFacts {
  readonly kind: ApiErrorKind;
  readonly method: Method;
  /** The template of the path, without ids: `/api/v2/routing/skills/{id}`. */
  readonly path: string;
  /** Host and port that was asked. */
  readonly host: string;
  readonly status?: number;
  /** Genesys's own code (`general.conflict`), or the network's (`ECONNRESET`). */
  readonly code?: string;
  /** What to give to Genesys's support. */
  readonly correlationId?: string;
  /** What the server or the network said. */
  readonly said: string;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly kind: ApiErrorKind;
  readonly method: Method;
  readonly path: string;
  readonly host: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly correlationId: string | undefined;
  readonly said: string;

  constructor(facts: ApiFacts) {
    super(sentence(facts));
    this.kind = facts.kind;
    this.method = facts.method;
    this.path = facts.path;
    this.host = facts.host;
    this.status = facts.status;
    this.code = facts.code;
    this.correlationId = facts.correlationId;
    this.said = facts.said;
  }
}

/** The name is taken, or something else stands in the way: 409. */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409;
}

/** What was asked for is not there, or no longer: 404, 410. */
export function isGone(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 404 || error.status === 410);
}

/** Someone else was writing at the same time: read again and retry (vendor's Terraform provider: 409, 408, or a 400 that says so). */
export function isVersionMismatch(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  if (error.status === 409 || error.status === 408) return true;
  return error.status === 400 && error.said.includes("does not match the current version");
}

/** A write that may have happened: its answer was lost or can't be understood. */
export function isAmbiguous(error: unknown): error is ApiError {
  return error instanceof ApiError && error.kind === "ambiguous";
}

/** Genesys asked to wait for longer than the deadline. */
export function isRateLimited(error: unknown): error is ApiError {
  return error instanceof ApiError && error.kind === "rate-limited";
}

/** The answer would be too long, or was, or no page may be so long: ask for smaller pages. */
export function isTooLarge(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  if (error.code === TOO_LONG) return true;
  if (error.status === 413) return true;
  if (error.status !== 400) return false;
  return error.code === "response.entity.too.large" || /page_?size/i.test(error.said);
}

function sentence(facts: ApiFacts): string {
  const what = [facts.status, facts.code].filter((part) => part !== undefined).join(" ");
  const id = facts.correlationId === undefined ? "" : ` (correlation id ${facts.correlationId})`;
  return printable(`${facts.method} ${facts.path}: ${what}${what === "" ? "" : ": "}${facts.said}${id}`, 600);
}
