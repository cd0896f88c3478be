/** What Genesys means by some of its errors. */
import { ANSWER_TOO_LONG, ApiError } from "../http/error.ts";

/** The code of an answer about a user's skills that lacks a proficiency. */
export const NO_PROFICIENCY = "NO_PROFICIENCY";

/** The request itself was refused as wrong: 400. */
export function isBadRequest(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 400;
}

/** The client may not do this: 403. */
export function isForbidden(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 403;
}

/** What a user holds came without a proficiency. */
export function isWithoutProficiency(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === NO_PROFICIENCY;
}

/**
 * Someone else was writing at the same time: read again and retry (vendor's Terraform provider: 409, 408, or
 * a 400 that says so).
 */
export function isVersionMismatch(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  if (error.status === 409 || error.status === 408) return true;
  return error.status === 400 && error.serverMessage.includes("does not match the current version");
}

/** The answer would be too long, or was, or no page may be so long: ask for smaller pages. */
export function isTooLarge(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  if (error.code === ANSWER_TOO_LONG || error.status === 413) return true;
  if (error.status !== 400) return false;
  return error.code === "response.entity.too.large" || /page_?size/i.test(error.serverMessage);
}
