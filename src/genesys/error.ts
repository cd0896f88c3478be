/** Predicates for errors of Genesys. */
import { ANSWER_TOO_LONG, ApiError } from "../http/error.ts";

/** The code of an answer about a user's skills that lacks a proficiency. */
export const NO_PROFICIENCY = "NO_PROFICIENCY";

/** The request was invalid: 400. */
export function isBadRequest(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 400;
}

/** The client may not do this: 403. */
export function isForbidden(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 403;
}

/** The answer about a user's skills lacked a proficiency. */
export function isWithoutProficiency(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === NO_PROFICIENCY;
}

/**
 * Someone else wrote at the same time: read again and retry (the vendor's Terraform provider: 409, 408, or a 400 with
 * this message).
 */
export function isVersionMismatch(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  if (error.status === 409 || error.status === 408) return true;
  return error.status === 400 && error.serverMessage.includes("does not match the current version");
}

/** The answer was or would be too long, or the page size is above the limit: ask for smaller pages. */
export function isTooLarge(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  if (error.code === ANSWER_TOO_LONG || error.status === 413) return true;
  if (error.status !== 400) return false;
  return error.code === "response.entity.too.large" || /page_?size/i.test(error.serverMessage);
}
