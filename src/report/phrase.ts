/**
 * Sentences with names in them. What is ours and what comes from outside stay apart until a format writes them:
 * each format makes names safe in its own way, and none reads another's text.
 */
import type { Place } from "../model.ts";
import { count, printable } from "../text.ts";
import { placeWords, quoted } from "./words.ts";

export type Part =
  /** Words of ours. */
  | string
  /** A name, an e-mail or a reason from outside; cut after `max` characters, by default 120. */
  | { readonly kind: "data"; readonly text: string; readonly max: number }
  /** A name from outside in quotation marks. */
  | { readonly kind: "quote"; readonly text: string }
  /** Something to type or to compare letter by letter: an option, an id, a line of YAML. */
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "place"; readonly place: Place };

export type Phrase = readonly Part[];

/** A value that may stand in a phrase; no bare string, so that no name passes for words of ours. */
type Insert = number | Exclude<Part, string> | Phrase;

/** A sentence of ours as a template: phrase`The skill ${quote(name)} stays.` */
export function phrase(words: TemplateStringsArray, ...inserts: readonly Insert[]): Phrase {
  return words.flatMap((text, at): readonly Part[] => {
    const insert = inserts[at];
    const own = text === "" ? [] : [text];
    if (insert === undefined) return own;
    if (typeof insert === "number") return [...own, String(insert)];
    return [...own, ...("kind" in insert ? [insert] : insert)];
  });
}

/** A name, an e-mail or a reason from outside. */
export function data(text: string, max = 120): Part & object {
  return { kind: "data", text, max };
}

export function quote(text: string): Part & object {
  return { kind: "quote", text };
}

export function code(text: string): Part & object {
  return { kind: "code", text };
}

export function at(place: Place): Part & object {
  return { kind: "place", place };
}

/** Words of ours that were put together before. */
export function words(text: string): Phrase {
  return [text];
}

/** `1 skill`, `2 skills`. */
export function counted(number: number, singular: string, plural?: string): Phrase {
  return [count(number, singular, plural)];
}

/** `a, b and c`. */
export function joined(phrases: readonly Phrase[], comma = ", ", last = " and "): Phrase {
  return phrases.flatMap((one, index) => {
    if (index === 0) return one;
    return [index === phrases.length - 1 ? last : comma, ...one];
  });
}

const NAMES_SHOWN = 8;

/** The first few names, and how many more there are. */
export function names(texts: readonly string[], shown = NAMES_SHOWN): Phrase {
  const more = texts.length - shown;
  const list = texts.slice(0, shown).map((text): Phrase => [data(text)]);
  return more > 0 ? [...joined(list, ", ", ", "), ` and ${more} more`] : joined(list, ", ", ", ");
}

/** For a terminal or a log. */
export function plainText(phrase: Phrase): string {
  return phrase.map(plainPart).join("");
}

function plainPart(part: Part): string {
  if (typeof part === "string") return part;
  switch (part.kind) {
    case "data":
      return printable(part.text, part.max);
    case "quote":
      return quoted(part.text);
    case "code":
      return printable(part.text, 400);
    case "place":
      return placeWords(part.place);
  }
}
