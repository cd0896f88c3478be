/** Reads answers field by field, without a schema, so that a wrong shape is found when it is read. */

/** An answer with the wrong shape; `message` says which field, and what was expected. */
export class WrongShape extends Error {
  override readonly name = "WrongShape";
}

/** An object in an answer, and its path, which is put together only for an error. */
export interface Fields {
  readonly at: () => string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** `value` as an object. */
export function readFields(value: unknown, at: Fields["at"] = () => "the answer"): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(at(), "an object", value);
  return { at, values: value as Readonly<Record<string, unknown>> };
}

/** The text at `key`, which must not be empty. */
export function readText(from: Fields, key: string): string {
  const value = pick(from, key);
  if (typeof value !== "string" || value === "") throw wrong(`${from.at()}.${key}`, "a text", value);
  return value;
}

/** The id at `key`: a text that is safe in a path, so that no later request can go elsewhere. */
export function readId(from: Fields, key: string): string {
  const id = readText(from, key);
  const flaw = flawOfId(id);
  if (flaw !== undefined) throw new WrongShape(`${from.at()}.${key} should be an id, but is ${flaw}`);
  return id;
}

/** The text at `key`, or undefined if there is none. */
export function readOptionalText(from: Fields, key: string): string | undefined {
  const value = pick(from, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrong(`${from.at()}.${key}`, "a text", value);
  return value;
}

export function readNumber(from: Fields, key: string): number {
  const value = readOptionalNumber(from, key);
  if (value === undefined) throw wrong(`${from.at()}.${key}`, "a number", value);
  return value;
}

export function readOptionalNumber(from: Fields, key: string): number | undefined {
  const value = pick(from, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw wrong(`${from.at()}.${key}`, "a number", value);
  }
  return value;
}

export function readOptionalFields(from: Fields, key: string): Fields | undefined {
  const value = pick(from, key);
  return value === undefined || value === null ? undefined : readFields(value, () => `${from.at()}.${key}`);
}

/** The list at `key`, each entry read by `each`. */
export function readList<T>(from: Fields, key: string, each: (entry: Fields) => T): T[] {
  const list = readOptionalList(from, key, each);
  if (list === undefined) throw wrong(`${from.at()}.${key}`, "a list", undefined);
  return list;
}

export function readOptionalList<T>(from: Fields, key: string, each: (entry: Fields) => T): T[] | undefined {
  const value = pick(from, key);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrong(`${from.at()}.${key}`, "a list", value);
  return value.map((entry, index) => each(readFields(entry, () => `${from.at()}.${key}[${index}]`)));
}

/** The value at `key`, or at its snake_case spelling, which one dialect uses. */
function pick({ values }: Fields, key: string): unknown {
  if (Object.hasOwn(values, key)) return values[key];
  if (!/[A-Z]/.test(key)) return undefined;
  const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(values, snake) ? values[snake] : undefined;
}

function wrong(at: string, expected: string, found: unknown): WrongShape {
  return new WrongShape(`${at} should be ${expected}, but is ${nameOf(found)}`);
}

/** The type of a value, never the value itself, since it may be personal data. */
function nameOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return value === "" ? "empty" : `of type ${typeof value}`;
}

/** Genesys's ids have 36 characters; a gateway's may have more. */
const MAX_LENGTH = 200;
const USUAL = /^[\w-]{1,200}$/;

/**
 * Why `id` is not an id, as a phrase that follows "is", or undefined if it may be one. Doesn't show its text, which
 * may be personal data.
 */
export function flawOfId(id: string): string | undefined {
  if (USUAL.test(id)) return undefined;
  if (id === "") return "empty";
  if (id === "." || id === "..") return "a step in a path";
  if (id.length > MAX_LENGTH) return `a text of ${id.length} characters`;
  if (/[/\\]/u.test(id)) return "a text with a slash";
  if (/\p{Cc}|\p{Surrogate}/u.test(id)) return "a text with a control character";
  return undefined;
}
