/** Differences as RFC 6902 operations, `test` first, over a document in which null stands for "not there". */
import type { PatchStep } from "../../model.ts";

type Scalar = string | number | true;

/** The steps that turn `before` into `after` at the path made of `keys`; null is "not there". */
export function patchOf(keys: readonly string[], before: Scalar | null, after: Scalar | null): PatchStep[] {
  const path = keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  const test: PatchStep = { op: "test", path, value: before };
  if (after === null) return [test, { op: "remove", path }];
  return [test, { op: before === null ? "add" : "replace", path, value: after }];
}
