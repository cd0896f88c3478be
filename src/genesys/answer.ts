/** How the body of an answer is read field by field. */
import type { Answer } from "../http/answer.ts";
import { WrongShape } from "./decode.ts";

/**
 * What `read` makes of the answer's body. Throws ApiError, naming the field, where it isn't shaped as it must
 * be.
 */
export function decode<T>(answer: Answer, read: (body: unknown) => T): T {
  try {
    return read(answer.body);
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error;
    throw answer.unusable(error.message);
  }
}
