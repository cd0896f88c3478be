/**
 * One order and style for a YAML file: fields as its schema lists them, no quotes where none are needed, two columns
 * of indentation, one blank line at most. Comments, blank lines and the choice between `[a, b]` and a list of lines stay.
 */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Document, Node, Pair, Scalar, YAMLMap } from "yaml";
import { isCollection, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from "yaml";
import { packageFile } from "../package-files.ts";

/** A list in brackets or braces with more columns becomes a list of lines. */
const LONGEST_FLOW = 100;

/** Formats valid YAML. The result has the same meaning, and formatting it again changes nothing. */
export function formatYaml(text: string): string {
  const document = parse(text);
  settleComments(document.contents, text.replaceAll("\r\n", "\n"));
  // An alias must follow its anchor, so such a file keeps its order.
  if (!hasAliases(document)) orderFile(document);
  restyle(document);
  const formatted = document.toString({ lineWidth: 0 });
  if (!isDeepStrictEqual(parse(formatted).toJS(), parse(text).toJS())) {
    throw new Error(`Formatting would change what this file says:\n${text}`);
  }
  return text.includes("\r\n") ? formatted.replaceAll("\n", "\r\n") : formatted;
}

function parse(text: string): Document {
  // With `compat`, values that a YAML 1.1 parser would read differently, such as `no`, keep their quotes.
  const document = parseDocument(text.replaceAll("\r\n", "\n"), {
    ...{ schema: "core", version: "1.2", merge: false, resolveKnownTags: false, stringKeys: true },
    ...{ compat: "yaml-1.1", logLevel: "error" },
  });
  // A day is written without quotes.
  const { schema } = document;
  schema.compat = schema.compat?.filter(({ tag }) => tag !== "tag:yaml.org,2002:timestamp") ?? null;
  return document;
}

function hasAliases(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function restyle(document: Document): void {
  visit(document, {
    Scalar(_, scalar) {
      const isOneLine = typeof scalar.value === "string" && !scalar.value.includes("\n");
      if (isOneLine && scalar.type?.startsWith("QUOTE") === true) scalar.type = "PLAIN";
    },
    Collection(_, node) {
      const [start = 0, end = 0] = node.range ?? [];
      if (node.flow === true && end - start > LONGEST_FLOW) node.flow = false;
      // Most editors write `[a, b]` and `{ a: b }`.
      const write = node.toString.bind(node) as (context: object, ...rest: unknown[]) => string;
      const flowCollectionPadding = isMap(node) ? " " : "";
      node.toString = (context: object = {}, ...rest: unknown[]) =>
        write({ ...context, flowCollectionPadding }, ...rest);
    },
  });
}

// ── Comments at the end of a list ────────────────────────────────────────────────────────────────────

/** A comment on a line of its own, which begins at this column; or a blank line, which has none. */
interface CommentLine {
  readonly column?: number;
  readonly text: string;
}

/**
 * The parser attaches all comments after the last entry of a list to the list, even comments with less indentation
 * that belong to the next node. Moves those to the next node, and returns the ones for the parents of `node`.
 */
function settleComments(node: unknown, text: string): readonly CommentLine[] {
  if (!isCollection(node) || node.flow === true) return [];
  const [start = 0, end = 0, commentEnd = 0] = node.range ?? [];
  const column = start - (text.lastIndexOf("\n", start - 1) + 1);
  let left: readonly CommentLine[] = [];
  for (const item of node.items) {
    const head = isPair(item) ? item.key : item;
    if (left.length > 0 && isNode(head)) giveComments(head, left);
    left = settleComments(isPair(item) ? item.value : item, text);
  }
  const own = [...left, ...(node.comment ? commentLines(text.slice(end, commentEnd)) : [])];
  const after = own.findIndex((line) => line.column !== undefined && line.column < column);
  if (after === -1) return [];
  const isBlank = (line: CommentLine): boolean => line.column === undefined;
  const split = own.slice(0, after).findLastIndex((line) => !isBlank(line)) + 1;
  node.comment = split > 0 ? textOf(own.slice(0, split)) : null;
  return own.slice(split);
}

function giveComments(head: Node & { spaceBefore?: boolean }, lines: readonly CommentLine[]): void {
  const first = lines.findIndex((line) => line.column !== undefined);
  const own = head.commentBefore ? `\n${head.commentBefore}` : "";
  head.commentBefore = textOf(lines.slice(first)) + own;
  head.spaceBefore = first > 0;
}

function textOf(lines: readonly CommentLine[]): string {
  return lines.map((line) => line.text).join("\n");
}

/** The lines of `text`, which has only comments; several blank lines become one. */
function commentLines(text: string): CommentLine[] {
  const lines = text
    .split("\n")
    .slice(0, -1)
    .map((line) => line.trimEnd());
  return lines.flatMap((line, index): CommentLine[] => {
    const column = line.search(/\S/);
    if (line[column] === "#") return [{ column, text: line.slice(column + 1) }];
    return index > 0 && lines[index - 1] === "" ? [] : [{ text: "" }];
  });
}

// ── Order ────────────────────────────────────────────────────────────────────────────────────────────

/** The parts of a JSON Schema that give the order of fields. */
interface FieldOrder {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, FieldOrder>>;
  readonly anyOf?: readonly FieldOrder[];
  readonly properties?: Readonly<Record<string, FieldOrder>>;
  readonly additionalProperties?: FieldOrder | boolean;
  readonly items?: FieldOrder;
}

const SCHEMAS = ["skills", "settings"].map(
  (name) => JSON.parse(readFileSync(packageFile(`schemas/${name}.schema.json`), "utf8")) as FieldOrder,
);
const DEFINITIONS = Object.assign({}, ...SCHEMAS.map(({ $defs }) => $defs)) as Readonly<
  Record<string, FieldOrder>
>;

function orderFile({ contents }: Document): void {
  const firstKey = (): Scalar | null => {
    const key = isMap(contents) ? contents.items[0]?.key : null;
    return isScalar(key) ? key : null;
  };
  // The first comment is about the file, not about its first field.
  const old = firstKey();
  const comment = old?.commentBefore ?? null;
  if (old) old.commentBefore = null;
  orderFields(contents, SCHEMAS);
  const first = firstKey();
  if (first && comment) first.commentBefore = [comment, first.commentBefore].filter(Boolean).join("\n");
}

/** Orders the fields of every mapping under `node` by the schema that knows most of them. */
function orderFields(node: unknown, schemas: readonly FieldOrder[]): void {
  const known = schemas.flatMap(resolve);
  if (isSeq(node)) {
    const items = known.flatMap((schema) => schema.items ?? []);
    for (const item of node.items) {
      orderFields(item, items);
      if (isMap(item)) liftComment(item);
    }
  }
  if (!isMap(node)) return;
  const keys = node.items.map(nameOf);
  const score = ({ properties = {} }: FieldOrder): number => keys.filter((key) => key in properties).length;
  const schema = known.toSorted((a, b) => score(b) - score(a))[0] ?? {};
  const { properties = {}, additionalProperties: others } = schema;
  const order = Object.keys(properties);
  sortPairs(node, (pair) => {
    const place = order.indexOf(nameOf(pair));
    return place === -1 ? order.length : place;
  });
  for (const pair of node.items) {
    const own = properties[nameOf(pair)] ?? (typeof others === "object" ? others : {});
    if (isMap(pair.value)) keepComment(pair.value);
    orderFields(pair.value, [own]);
  }
}

function resolve(schema: FieldOrder): readonly FieldOrder[] {
  const { $ref, anyOf = [] } = schema;
  const referred = $ref === undefined ? undefined : DEFINITIONS[$ref.replace("#/$defs/", "")];
  return [schema, ...(referred ? resolve(referred) : []), ...anyOf.flatMap(resolve)];
}

/** In a list, moves the comment above the first field to above the dash. */
function liftComment(item: YAMLMap): void {
  const first = item.items[0]?.key;
  if (!isScalar(first) || !first.commentBefore) return;
  item.commentBefore = [item.commentBefore, first.commentBefore].filter(Boolean).join("\n");
  first.commentBefore = null;
}

/** The parser attaches the comment above the first field to the mapping; moves it to the field, which may be reordered. */
function keepComment(map: YAMLMap): void {
  const first = map.items[0]?.key;
  if (!isScalar(first) || !map.commentBefore) return;
  first.commentBefore = map.commentBefore;
  map.commentBefore = null;
}

function sortPairs(map: YAMLMap, rankOf: (pair: Pair) => number): void {
  map.items = map.items.toSorted((a, b) => rankOf(a) - rankOf(b));
  const newFirst = map.items[0]?.key;
  if (isScalar(newFirst)) newFirst.spaceBefore = false;
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}
