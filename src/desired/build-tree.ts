/** The parser's nodes → Tree: follows aliases up to a limit and reports what the tree can't express. */
import type { Alias, Document, Node, Pair, Scalar as ScalarNode } from "yaml";
import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Place } from "../model.ts";
import type { OnProblem, ProblemText } from "./problems.ts";
import type { Parsed, Tree, TreeField } from "./tree.ts";
import { MAX_DEPTH, MAX_VALUES } from "./tree.ts";

/** The state of a walk over a document. */
interface TreeWalk {
  readonly placeOf: (offset: number) => Place;
  readonly onProblem: OnProblem;
  /** The values marked with `&` so far; a later value may reuse the mark. */
  readonly anchors: Map<string, Node>;
  /** The value of each alias, fixed on its first visit: an alias inside another's value is visited again. */
  readonly targets: Map<Alias, Node>;
  /** The values of the aliases that are being followed. */
  readonly open: Set<Node>;
  values: number;
  bad: boolean;
}

/** The document as a tree; the document must have no errors. */
export function buildTree(
  document: Document.Parsed,
  placeOf: (offset: number) => Place,
  onProblem: OnProblem,
): Parsed {
  const contents: Node | null = document.contents;
  if (contents === null || isNothing(contents)) return { kind: "empty" };
  const walk: TreeWalk = {
    placeOf,
    onProblem,
    anchors: new Map(),
    targets: new Map(),
    open: new Set(),
    values: 0,
    bad: false,
  };
  const tree = convert(contents, 0, walk);
  return walk.bad ? { kind: "bad" } : { kind: "tree", tree };
}

function convert(node: Node, depth: number, walk: TreeWalk): Tree {
  const place = walk.placeOf(node.range?.[0] ?? 0);
  if (walk.values > MAX_VALUES) return nothingAt(place);
  if (depth > MAX_DEPTH) return reject(TOO_DEEP, place, walk);
  if (++walk.values > MAX_VALUES) return reject(TOO_MANY_VALUES, place, walk);
  if (isAlias(node)) return followAlias(node, place, depth, walk);
  if (node.anchor !== undefined && walk.open.size === 0) walk.anchors.set(node.anchor, node);
  if (isSeq<Node>(node)) {
    return { kind: "list", items: node.items.map((item) => convert(item, depth + 1, walk)), place };
  }
  if (isMap<Node, Node | null>(node)) {
    return {
      kind: "mapping",
      fields: new Map(node.items.map((pair) => convertPair(pair, depth, walk))),
      place,
    };
  }
  return isScalar(node) ? convertScalar(node, place, walk) : nothingAt(place);
}

function followAlias(alias: Alias, place: Place, depth: number, walk: TreeWalk): Tree {
  const target = walk.targets.get(alias) ?? walk.anchors.get(alias.source);
  if (!target) return reject(unknownAlias(alias.source), place, walk);
  if (walk.open.has(target)) return reject(endlessAlias(alias.source), place, walk);
  walk.targets.set(alias, target);
  walk.open.add(target);
  const tree = convert(target, depth + 1, walk);
  walk.open.delete(target);
  return tree;
}

function convertPair(pair: Pair<Node, Node | null>, depth: number, walk: TreeWalk): [string, TreeField] {
  const key = isScalar(pair.key) ? String(pair.key.value) : "";
  const place = walk.placeOf(pair.key.range?.[0] ?? 0);
  if (key === "<<") return [key, { place, value: reject(MERGE_KEY, place, walk) }];
  // An omitted value has no useful position, so the position of its key is used.
  const value =
    pair.value === null || isNothing(pair.value) ? nothingAt(place) : convert(pair.value, depth + 1, walk);
  return [key, { place, value }];
}

function convertScalar({ value, source = "" }: ScalarNode, place: Place, walk: TreeWalk): Tree {
  if (typeof value === "number" && !Number.isFinite(value)) return reject(notFinite(source), place, walk);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? { kind: "scalar", value, source, place }
    : { ...nothingAt(place), source };
}

function isNothing(node: Node): boolean {
  return isScalar(node) && node.value === null && !node.source;
}

function nothingAt(place: Place): Tree & { kind: "scalar" } {
  return { kind: "scalar", value: null, source: "", place };
}

function reject(words: ProblemText, place: Place, walk: TreeWalk): Tree {
  walk.onProblem({ ...words, place });
  walk.bad = true;
  return nothingAt(place);
}

/** Also reported if the parser itself runs out of stack. */
export const TOO_DEEP: ProblemText = {
  code: "TOO_DEEP",
  message: "Lists and mappings are nested too deep here.",
  hint: `At most ${MAX_DEPTH} levels are allowed: look for a wrong bracket or indentation.`,
};

const TOO_MANY_VALUES: ProblemText = {
  code: "TOO_MANY_VALUES",
  message: `The file has more than ${MAX_VALUES} values, counting repetitions by aliases.`,
  hint: "Split it into several files; use a profile or a group to give many users the same skills.",
};

const MERGE_KEY: ProblemText = {
  code: "MERGE_KEY",
  message: "The merge key << is not part of YAML 1.2.",
  hint: "Write the fields out; whole values can still be repeated with & and *.",
};

function unknownAlias(name: string): ProblemText {
  return {
    code: "UNKNOWN_ALIAS",
    message: `The alias *${name} has no value: nothing above it is marked &${name}.`,
    hint: "Put text that begins with * in quotes.",
  };
}

function endlessAlias(name: string): ProblemText {
  return {
    code: "ENDLESS_ALIAS",
    message: `The alias *${name} is inside the value that it repeats.`,
    hint: "Write the value out.",
  };
}

function notFinite(source: string): ProblemText {
  return {
    code: "NOT_FINITE",
    message: `The number ${source} is not finite.`,
    hint: "Write a number such as 2.5, or put text in quotes.",
  };
}
