/** Descriptions of invisible characters. */

/** A character for a sentence, with its code point: `a no-break space (U+00A0)`. */
export function describeCharacter(character: string): string {
  return `${nameOf(character)} (${codePoint(character)})`;
}

/** `U+200B`, for the first character of a string. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const known = NAMES.find(([from, to]) => from <= code && code <= to);
  if (known) return known[2];
  if (/\p{Zs}/u.test(character)) return "an unusual space";
  return /\p{Cc}/u.test(character) ? "a control character" : "an invisible character";
}

/** The first and last code point of each range, and its name. */
const NAMES: readonly (readonly [from: number, to: number, name: string])[] = [
  [0x0009, 0x0009, "a tab"],
  [0x000a, 0x000a, "a line break"],
  [0x000d, 0x000d, "a carriage return"],
  [0x00a0, 0x00a0, "a no-break space"],
  [0x00ad, 0x00ad, "a soft hyphen"],
  [0x034f, 0x034f, "a grapheme joiner"],
  [0x061c, 0x061c, "an Arabic letter mark"],
  [0x115f, 0x1160, "a Hangul filler"],
  [0x1680, 0x1680, "an Ogham space"],
  [0x180b, 0x180f, "a variation selector"],
  [0x2000, 0x2006, "a wide space"],
  [0x2007, 0x2007, "a figure space"],
  [0x2008, 0x2008, "a punctuation space"],
  [0x2009, 0x2009, "a thin space"],
  [0x200a, 0x200a, "a hair space"],
  [0x200b, 0x200b, "a zero-width space"],
  [0x200c, 0x200c, "a zero-width non-joiner"],
  [0x200d, 0x200d, "a zero-width joiner"],
  [0x200e, 0x200e, "a left-to-right mark"],
  [0x200f, 0x200f, "a right-to-left mark"],
  [0x2028, 0x2029, "a line separator"],
  [0x202a, 0x202e, "a hidden change of direction"],
  [0x202f, 0x202f, "a narrow no-break space"],
  [0x205f, 0x205f, "a mathematical space"],
  [0x2060, 0x2060, "a word joiner"],
  [0x2066, 0x2069, "a hidden change of direction"],
  [0x2800, 0x2800, "a blank Braille cell"],
  [0x3000, 0x3000, "an ideographic space"],
  [0x3164, 0x3164, "a Hangul filler"],
  [0xd800, 0xdfff, "half of a surrogate pair"],
  [0xfe00, 0xfe0f, "a variation selector"],
  [0xfeff, 0xfeff, "a byte order mark"],
  [0xffa0, 0xffa0, "a Hangul filler"],
  [0xe0000, 0xe007f, "a tag"],
  [0xe0100, 0xe01ef, "a variation selector"],
];
