/** Names and slugs: their normal form, the characters that they may not hold, and those that nobody sees. */
import type { Slug } from "../model.ts";
import { isOrdinary, slugOf } from "../text.ts";
import { describeCharacter } from "./characters.ts";
import type { ProblemDraft } from "./problems.ts";
import type { Located } from "./tree.ts";

/** The normal form of a name: NFC, without white space at either end. */
export function normalizeName(text: string): string {
  return text.normalize("NFC").trim();
}

/** One flaw of a name. */
interface NameFlaw {
  /** The characters as written in the name. */
  readonly characters: string;
  /** For a sentence that begins with "It has": `a no-break space (U+00A0) after "Billing"`. */
  readonly description: string;
}

/** The first character that no name may hold: a control character, or half of a surrogate pair. */
export function findForbidden(name: string): NameFlaw | undefined {
  const match = isOrdinary(name) ? null : FORBIDDEN.exec(name);
  return match ? flawAt(name, match.index, match[0]) : undefined;
}

/**
 * Control characters, lone surrogates, line separators and bidirectional controls: a reviewer can't read a line with
 * one of them.
 */
const FORBIDDEN = /[\p{Cc}\p{Surrogate}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/**
 * The flaws that make a name look like another on a screen, in the order of the name, each character once: an unusual
 * space, two spaces in a row, an invisible character, curly quotes around the whole name.
 */
export function findOddities(name: string): NameFlaw[] {
  if (isOrdinary(name)) return [];
  const flaws = new Map<string, NameFlaw>();
  // Flags are replaced with characters of the same length, so that positions stay right.
  const masked = name.replace(FLAGS_WITH_TAGS, (flag) => "\u25a0".repeat(flag.length));
  for (const { 0: characters, index } of masked.matchAll(ODD)) {
    const kind = characters.slice(0, 2);
    if (FORBIDDEN.test(characters) || flaws.has(kind) || isNeeded(masked, index, characters)) continue;
    flaws.set(kind, flawAt(name, index, characters));
  }
  if (IN_CURLY_QUOTES.test(name))
    flaws.set("quotes", { characters: name.charAt(0), description: "curly quotes around it" });
  return [...flaws.values()];
}

/** Why a name is odd, as a clause: `it has two spaces in a row after "Tier"`; undefined for an ordinary name. */
export function describeOddName(name: string): string | undefined {
  const descriptions = findOddities(name).map((flaw) => flaw.description);
  return descriptions.length === 0 ? undefined : `it has ${descriptions.join(" and ")}`;
}

/** A sentence about an odd name for the end of a hint; empty for an ordinary name. */
export function remarkOnOddName(name: string): string {
  const clause = describeOddName(name);
  return clause === undefined ? "" : ` As written here, ${clause}.`;
}

// Not ignorable by Unicode, but invisible: the blank Braille cell, interlinear annotation marks, a Khitan filler and
// a note without a head.
const ODD = / {2,}|(?! )\p{Zs}|\p{Default_Ignorable_Code_Point}|[\u2800\ufff9-\ufffb\u{16fe4}\u{1d159}]/gu;

const IN_CURLY_QUOTES =
  /^(?:[\u201c-\u201f][^\u201c-\u201f]+[\u201c-\u201f]|[\u2018-\u201b][^\u2018]+[\u2018-\u201b])$/u;

/** The flags of England, Scotland and Wales, which are spelled with tags. */
const FLAGS_WITH_TAGS = new RegExp(
  `\u{1f3f4}(?:${["gbeng", "gbsct", "gbwls"].map(asTags).join("|")})\u{e007f}`,
  "gu",
);

function asTags(letters: string): string {
  return String.fromCodePoint(...Array.from(letters, (letter) => 0xe0000 + (letter.codePointAt(0) ?? 0)));
}

function flawAt(name: string, index: number, characters: string): NameFlaw {
  const before = Array.from(name.slice(0, index)).slice(-20).join("");
  const where = before === "" ? "at its beginning" : `after "${before}"`;
  const isRun = characters.startsWith("  ");
  return {
    characters,
    description: `${isRun ? "two spaces in a row" : describeCharacter(characters)} ${where}`,
  };
}

// ── Invisible characters that the spelling needs ────────────────────────────────────────────

const ZWNJ = "\u200c";
const ZWJ = "\u200d";

/** The expressions are made here, since most runs need none and each takes long to make. */
function isNeeded(name: string, index: number, character: string): boolean {
  const before = name.slice(0, index);
  const after = name.slice(index + character.length);
  if (
    character === ZWJ &&
    /\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?$/u.test(before) &&
    /^\p{Extended_Pictographic}/u.test(after)
  )
    return true;
  if (character === ZWJ && VIRAMA_BEFORE.test(before)) return true;
  if (character === ZWJ || character === ZWNJ)
    return new RegExp(`${JOINING}$`, "u").test(before) && new RegExp(`^${JOINING}`, "u").test(after);
  return (
    (character === "\ufe0e" || character === "\ufe0f") &&
    (/\p{Extended_Pictographic}$/u.test(before) || (/[\d#*]$/u.test(before) && after.startsWith("\u20e3")))
  );
}

/** Scripts whose letters change their form next to another, so their spelling needs joiners. */
const JOINING_SCRIPTS = [
  ...["Arabic", "Syriac", "Mongolian", "Nko", "Mandaic", "Adlam", "Hanifi_Rohingya"],
  ...["Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam"],
  ...["Sinhala", "Tibetan", "Myanmar", "Khmer"],
];
const JOINING = `(?=[\\p{L}\\p{M}])[${JOINING_SCRIPTS.map((script) => `\\p{Script=${script}}`).join("")}]`;

/** The viramas of Indic scripts, which remove a vowel; a joiner after one makes a half form. */
const VIRAMA_BEFORE =
  /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u0f84\u1039\u103a\u17d2]$/u;

// ── Slugs ───────────────────────────────────────────────────────────────────────────────────

/** JavaScript's objects treat one key unlike all others, and slugs are keys of objects in plans and ledgers. */
export function isUsable(slug: Slug): boolean {
  return slug !== "" && slug !== "__proto__";
}

/** The problem of a text that is no slug, with the slug that can be made of it. */
export function badSlug({ value, place }: Located): ProblemDraft {
  const sound = slugOf(value);
  return {
    code: "BAD_SLUG",
    message: `"${value}" is not a slug: small letters, digits and single hyphens are expected.`,
    place,
    hint: isUsable(sound) ? `Write "${sound}".` : "For example: c-plus-plus.",
  };
}
