/** The values of a file as a tree that knows the place of each, and nothing else of YAML. */
import type { Place } from "../model.ts";
import { printable } from "../text.ts";

/** Levels of lists and mappings in one file. */
export const MAX_DEPTH = 32;
/** Values in one file, those that aliases repeat counted each time: what is checked after this takes time for each. */
export const MAX_VALUES = 100_000;

export type Tree = ScalarTree | ListTree | MappingTree;

export interface ScalarTree {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As it is in the file: `0777` where the value is the number 777. */
  readonly source: string;
  readonly place: Place;
}

export interface ListTree {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly place: Place;
}

export interface MappingTree {
  readonly kind: "mapping";
  readonly fields: ReadonlyMap<string, TreeField>;
  readonly place: Place;
}

export interface TreeField {
  /** Of the key. */
  readonly place: Place;
  readonly value: Tree;
}

/** The result of reading a text: `empty` has no values, `bad` can't be read and was reported. */
export type Parsed =
  { readonly kind: "tree"; readonly tree: Tree } | { readonly kind: "empty" } | { readonly kind: "bad" };

/** Text and where it stands. */
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
      const plain: Record<string, unknown> = {};
      for (const [key, field] of tree.fields) {
        const value = toPlain(field.value);
        // Assigning to `__proto__` would set no field.
        if (key === "__proto__") Object.defineProperty(plain, key, { value, enumerable: true });
        else plain[key] = value;
      }
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

/** The value of a mapping's field, or undefined where there is none or `tree` is no mapping. */
export function fieldOf(tree: Tree, key: string): Tree | undefined {
  return tree.kind === "mapping" ? tree.fields.get(key)?.value : undefined;
}

/** The items of the list in that field; empty where there is none. */
export function itemsOf(tree: Tree, key: string): readonly Tree[] {
  const list = fieldOf(tree, key);
  return list?.kind === "list" ? list.items : [];
}

/** The text in that field, or undefined where there is none or it is something else. */
export function textOf(tree: Tree, key: string): Located | undefined {
  const field = fieldOf(tree, key);
  return field && asText(field);
}

/** The value as text, or undefined where it is something else. */
export function asText(tree: Tree): Located | undefined {
  return tree.kind === "scalar" && typeof tree.value === "string"
    ? { value: tree.value, place: tree.place }
    : undefined;
}

/** The number in that field, or undefined where there is none or it is something else. */
export function numberOf(tree: Tree, key: string): number | undefined {
  const field = fieldOf(tree, key);
  return field && asNumber(field);
}

/** The value as a number, or undefined where it is something else. */
export function asNumber(tree: Tree): number | undefined {
  return tree.kind === "scalar" && typeof tree.value === "number" ? tree.value : undefined;
}

/** True or false from that field, or undefined where there is none or it is something else. */
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
