/**
 * Sentences with names in them. Our words and foreign text stay separate until a format renders them: each format
 * escapes names in its own way, and none parses another's text.
 */
import type { Place, Value } from "../model.ts";
import { count, printable } from "../text.ts";
import { placeWords, quoted, valueWords } from "./words.ts";

export type PhrasePart =
  /** Our own words. */
  | string
  /** A foreign name, e-mail or reason; cut after `max` characters, by default 120. */
  | { readonly kind: "data"; readonly text: string; readonly max: number }
  /** A foreign name in quotation marks. */
  | { readonly kind: "quote"; readonly text: string }
  /** A foreign name that is bold in Markdown. */
  | { readonly kind: "strong"; readonly text: string }
  /** Something to type or to compare letter by letter: an option, an id, a line of YAML. */
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "place"; readonly place: Place };

export type Phrase = readonly PhrasePart[];

/** A value that a phrase can contain. Plain strings are not allowed, so that no name is taken for our own words. */
type Insert = number | Exclude<PhrasePart, string> | Phrase;

/** A sentence as a template: phrase`The skill ${quote(name)} stays.` */
export function phrase(words: TemplateStringsArray, ...inserts: readonly Insert[]): Phrase {
  return words.flatMap((text, at): readonly PhrasePart[] => {
    const insert = inserts[at];
    const own = text === "" ? [] : [text];
    if (insert === undefined) return own;
    if (typeof insert === "number") return [...own, String(insert)];
    return [...own, ...("kind" in insert ? [insert] : insert)];
  });
}

/** A foreign name, e-mail or reason. */
export function data(text: string, max = 120): PhrasePart & object {
  return { kind: "data", text, max };
}

export function quote(text: string): PhrasePart & object {
  return { kind: "quote", text };
}

export function strong(text: string): PhrasePart & object {
  return { kind: "strong", text };
}

export function code(text: string): PhrasePart & object {
  return { kind: "code", text };
}

export function at(place: Place): PhrasePart & object {
  return { kind: "place", place };
}

/** Our own words as a phrase. */
export function words(text: string): Phrase {
  return [text];
}

/** `1 skill`, `2 skills`. */
export function counted(number: number, singular: string, plural?: string): Phrase {
  return [count(number, singular, plural)];
}

/** Each number that is not zero, with its unit: `1 skill`, `2 users`. */
export function countedParts(parts: readonly (readonly [number, string, string?])[]): Phrase[] {
  return parts.flatMap(([number, ...names]) => (number > 0 ? [counted(number, ...names)] : []));
}

/** `a, b and c`. */
export function joined(phrases: readonly Phrase[], comma = ", ", last = " and "): Phrase {
  return phrases.flatMap((one, index) => {
    if (index === 0) return one;
    return [index === phrases.length - 1 ? last : comma, ...one];
  });
}

/** `a, b, c`. */
export function listed(phrases: readonly Phrase[], comma = ", "): Phrase {
  return joined(phrases, comma, comma);
}

/** The first `max` of a list, then how many more there are: `2 more`. */
export function firstOf(phrases: readonly Phrase[], max: number, more = "more"): Phrase[] {
  const rest = phrases.length - max;
  return rest > 0 ? [...phrases.slice(0, max), [`${rest} ${more}`]] : [...phrases];
}

/** A proficiency, or a foreign name or description. */
export function level(value: Value | null): Phrase {
  return [typeof value === "string" ? data(value) : valueWords(value)];
}

/** The first few names, and the number of the others. */
export function names(texts: readonly string[], max = 8): Phrase {
  const more = texts.length - max;
  const list = listed(texts.slice(0, max).map((text): Phrase => [data(text)]));
  return more > 0 ? [...list, ` and ${more} more`] : list;
}

/** A phrase for a terminal or a log. */
export function plainText(phrase: Phrase): string {
  return phrase.map(plainPart).join("");
}

function plainPart(part: PhrasePart): string {
  if (typeof part === "string") return part;
  switch (part.kind) {
    case "data":
      return printable(part.text, part.max);
    case "strong":
      return printable(part.text, 120);
    case "quote":
      return quoted(part.text);
    case "code":
      return printable(part.text, 400);
    case "place":
      return placeWords(part.place);
  }
}
