/**
 * JSON for people who read diffs: two spaces, every object of plain values on one line, so that one
 * assignment is one line. A `Map` is a record whose keys come sorted; objects keep the order they were given.
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
  if (isList(tree))
    return printBlock(
      "[",
      tree.map((item) => print(item, `${indent}  `)),
      "]",
      indent,
    );
  const fields = fieldsOf(tree);
  const inline = !(tree instanceof Map) && fields.length > 0 && fields.every(([, value]) => isScalar(value));
  const texts = fields.map(([name, value]) => `${JSON.stringify(name)}: ${print(value, `${indent}  `)}`);
  return inline && indent !== "" ? `{ ${texts.join(", ")} }` : printBlock("{", texts, "}", indent);
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
