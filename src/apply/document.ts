/** Tells a value that moved since the plan was made, by the `test` that every patch begins with. */
import fjp from "fast-json-patch";
import type { PatchStep } from "../model.ts";

type Scalar = string | number | boolean | null;

/** What an object is now, in the form that patches speak of; null stands for "not there". */
export interface Document {
  readonly [field: string]: Scalar | { readonly [slug: string]: Scalar };
}

export type Check =
  /** As it was when the plan was made. */
  | { readonly kind: "as-planned" }
  /** It already says what the plan wants. */
  | { readonly kind: "was-so" }
  | { readonly kind: "moved"; readonly found: Scalar };

/** Compares a document with what a patch expects to find and what it would leave. */
export function check(document: Document, patch: readonly PatchStep[]): Check {
  const [test, write] = patch;
  if (test?.op !== "test" || !write) throw new RangeError("A patch begins with a test and has one write.");
  if (holds(document, test)) return { kind: "as-planned" };
  const wanted = write.op === "remove" || write.op === "test" ? null : write.value;
  if (holds(document, { op: "test", path: test.path, value: wanted })) return { kind: "was-so" };
  return { kind: "moved", found: fjp.getValueByPointer(document, test.path) as Scalar };
}

function holds(document: Document, test: Extract<PatchStep, { op: "test" }>): boolean {
  try {
    // The path is ours and always there, so the only thing that can fail is the test.
    fjp.applyPatch(document, [test], true, false);
    return true;
  } catch (error) {
    if (error instanceof fjp.JsonPatchError && error.name === "TEST_OPERATION_FAILED") return false;
    throw error;
  }
}
