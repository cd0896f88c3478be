/** Checks a tree against its JSON Schema, and reports each validator error as a problem with a place. */
import type { ErrorObject } from "ajv/dist/2020.js";
import type { FileKind } from "./files.ts";
import type { OnProblem, ProblemDraft } from "./problems.ts";
import { describeError, dividedText } from "./shape-errors.ts";
import type { Tree } from "./tree.ts";
import { toPlain, treeAt } from "./tree.ts";
import * as VALIDATORS from "./validators.js";

/** Reports everything in `tree` that the schema of its kind does not allow. */
export function checkShape(tree: Tree, kind: FileKind, onProblem: OnProblem): void {
  const validate = VALIDATORS[kind];
  if (validate(toPlain(tree))) return;
  const all = validate.errors ?? [];
  const divided = new Map(all.filter(wantsText).flatMap(({ instancePath: at }) => dividedAt(tree, at)));
  for (const error of dropOtherBranches(all)) {
    const problem = divided.get(error.instancePath);
    onProblem(problem ?? describeError(error, tree, kind));
  }
}

function wantsText({ keyword, params }: ErrorObject): boolean {
  return keyword === "type" && params["type"] === "string";
}

function dividedAt(root: Tree, path: string): (readonly [string, ProblemDraft])[] {
  const problem = dividedText(treeAt(root, path) ?? root);
  return problem ? [[path, problem]] : [];
}

/**
 * The branches of every `anyOf` in our schemas differ in type. A type error of the value itself only means that the
 * author didn't use this branch, so it is dropped. If no other error is left, the value fits no branch.
 */
function dropOtherBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = new Set(errors.filter(isChoice).map((error) => error.instancePath));
  const inner = errors.filter((error) => !isChoice(error) && !isTypeOf(error, choices));
  const entered = new Set([
    ...inner.flatMap((error) => pathsTo(error.instancePath)),
    ...[...choices].flatMap((path) => pathsTo(path).slice(0, -1)),
  ]);
  return [...inner, ...errors.filter((error) => isChoice(error) && !entered.has(error.instancePath))];
}

function isChoice(error: ErrorObject): boolean {
  return error.keyword === "anyOf";
}

function isTypeOf(error: ErrorObject, paths: ReadonlySet<string>): boolean {
  return error.keyword === "type" && paths.has(error.instancePath);
}

/** `/a/0` gives `""`, `/a` and `/a/0`. */
function pathsTo(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
