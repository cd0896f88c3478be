/** The values of a file as a tree with the place of each value. */
import type { Place } from "../model.ts";
import { printable } from "../text.ts";

/** The maximum nesting of lists and mappings in one file. */
export const MAX_DEPTH = 32;
/** The maximum number of values in one file, counting repetitions by aliases: later checks take time for each value. */
export const MAX_VALUES = 100_000;

export type Tree = ScalarTree | ListTree | MappingTree;

interface ScalarTree {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As it is in the file: `0777` where the value is the number 777. */
  readonly source: string;
  readonly place: Place;
}

interface ListTree {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly place: Place;
}

interface MappingTree {
  readonly kind: "mapping";
  readonly fields: ReadonlyMap<string, TreeField>;
  readonly place: Place;
}

export interface TreeField {
  /** The place of the key. */
  readonly place: Place;
  readonly value: Tree;
}

/** The result of reading a text: `empty` has no values, `bad` can't be read and was reported. */
export type Parsed =
  { readonly kind: "tree"; readonly tree: Tree } | { readonly kind: "empty" } | { readonly kind: "bad" };

/** A text and its place. */
export interface Located {
  readonly value: string;
  readonly place: Place;
}

/** The tree as plain values, for checking against a schema. */
export function toPlain(tree: Tree): unknown {
  switch (tree.kind) {
    case "scalar":
      return tree.value;
    case "list":
      return tree.items.map(toPlain);
    case "mapping": {
      // Without a prototype `__proto__` is a field like any other, and fields by people's words are stored faster.
      const plain = Object.create(null) as Record<string, unknown>;
      for (const [key, field] of tree.fields) plain[key] = toPlain(field.value);
      return plain;
    }
  }
}

/** The value that a JSON pointer (RFC 6901) leads to, or undefined. */
export function treeAt(tree: Tree, pointer: string): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    at = at?.kind === "list" ? at.items[Number(key)] : at && fieldOf(at, key);
  }
  return at;
}

/** The value of a mapping's field; undefined if there is none or `tree` isn't a mapping. */
export function fieldOf(tree: Tree, key: string): Tree | undefined {
  return tree.kind === "mapping" ? tree.fields.get(key)?.value : undefined;
}

/** The items of the list in a field; empty if there is no list. */
export function itemsOf(tree: Tree, key: string): readonly Tree[] {
  const list = fieldOf(tree, key);
  return list?.kind === "list" ? list.items : [];
}

/** The text in a field; undefined if there is none. */
export function textOf(tree: Tree, key: string): Located | undefined {
  const field = fieldOf(tree, key);
  return field && asText(field);
}

/** The value if it is a text. */
export function asText(tree: Tree): Located | undefined {
  return tree.kind === "scalar" && typeof tree.value === "string"
    ? { value: tree.value, place: tree.place }
    : undefined;
}

/** The number in a field; undefined if there is none. */
export function numberOf(tree: Tree, key: string): number | undefined {
  const field = fieldOf(tree, key);
  return field && asNumber(field);
}

/** The value if it is a number. */
export function asNumber(tree: Tree): number | undefined {
  return tree.kind === "scalar" && typeof tree.value === "number" ? tree.value : undefined;
}

/** The boolean in a field; undefined if there is none. */
export function flagOf(tree: Tree, key: string): boolean | undefined {
  const field = fieldOf(tree, key);
  return field?.kind === "scalar" && typeof field.value === "boolean" ? field.value : undefined;
}

/** Describes a value for a sentence: `the number 7`, `the text "Ann"`, `a list`, `nothing`. */
export function describeTree(tree: Tree): string {
  if (tree.kind !== "scalar") return tree.kind === "list" ? "a list" : "fields (a mapping)";
  if (tree.value === null) return "nothing";
  if (typeof tree.value === "boolean") return tree.source;
  return typeof tree.value === "string"
    ? `the text "${printable(tree.value, 80)}"`
    : `the number ${tree.source}`;
}
