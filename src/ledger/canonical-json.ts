/**
 * JSON for people who read diffs: two spaces, and every item of a list or record on a line of its own, so that
 * one assignment is one line. A `Map` is a record whose keys come sorted; objects keep the order they were given.
 */
import { byText } from "../text.ts";

export type JsonScalar = string | number | boolean | null;
export type JsonTree =
  | JsonScalar
  | readonly JsonTree[]
  | ReadonlyMap<string, JsonTree>
  | { readonly [field: string]: JsonTree | undefined };

/** The text of `tree`, with a line feed at its end. Fields that are undefined are left out. */
export function canonicalJson(tree: JsonTree): string {
  return `${print(tree, "")}\n`;
}

function print(tree: JsonTree, indent: string): string {
  if (isScalar(tree)) return JSON.stringify(tree);
  const isBlock = indent === "" || hasBlock(tree);
  const within = isBlock ? `${indent}  ` : indent;
  if (isList(tree)) {
    const items = tree.map((item) => print(item, within));
    return isBlock ? printBlock("[", items, "]", indent) : `[${items.join(", ")}]`;
  }
  const texts = fieldsOf(tree).map(([name, value]) => `${JSON.stringify(name)}: ${print(value, within)}`);
  if (isBlock) return printBlock("{", texts, "}", indent);
  return texts.length === 0 ? "{}" : `{ ${texts.join(", ")} }`;
}

/** Records and lists of objects take a line for each item, and so does everything that holds one. */
function hasBlock(tree: JsonTree): boolean {
  if (isScalar(tree)) return false;
  if (isRecord(tree)) return true;
  if (isList(tree)) return tree.some((item) => !isScalar(item) && !isList(item));
  return Object.values(tree).some((value) => value !== undefined && hasBlock(value));
}

function printBlock(open: string, items: readonly string[], close: string, indent: string): string {
  if (items.length === 0) return open + close;
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(",\n")}\n${indent}${close}`;
}

function fieldsOf(
  tree: Exclude<JsonTree, JsonScalar | readonly JsonTree[]>,
): (readonly [string, JsonTree])[] {
  if (isRecord(tree)) return [...tree].sort(([a], [b]) => byText(a, b));
  return Object.entries(tree).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
}

function isScalar(tree: JsonTree): tree is JsonScalar {
  return tree === null || typeof tree !== "object";
}

function isList(tree: JsonTree): tree is readonly JsonTree[] {
  return Array.isArray(tree);
}

function isRecord(tree: JsonTree): tree is ReadonlyMap<string, JsonTree> {
  return tree instanceof Map;
}
