/** Decodes the body of an answer. */
import type { Answer } from "../http/answer.ts";
import { WrongShape } from "./decode.ts";

/**
 * Decodes the answer's body with `read`. Throws an ApiError that names the field if the body has the wrong shape.
 */
export function decode<T>(answer: Answer, read: (body: unknown) => T): T {
  try {
    return read(answer.body);
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error;
    throw answer.unusable(error.message);
  }
}
