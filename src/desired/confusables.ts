/** Letters of different scripts that look alike, and what names look like because of them. */
import { isOrdinary } from "../text.ts";

/**
 * Characters that look alike in most fonts; the first represents its group. A selection of Unicode's confusables
 * (UTS #39): Latin, Greek and Cyrillic letters, which a keyboard can type, and a few digits and signs.
 */
const LOOKALIKES = [
  ...["aаαɑ", "bЬ", "cсϲ", "dԁ", "eе", "gɡ", "hһ", "iіιı", "jјϳ", "lI1|ІӀӏΙℓ", "oоο", "pрρ", "qԛ", "rг"],
  ...["sѕ", "uυ", "vνѵ", "wԝ", "xх", "yуүγ"],
  ...[
    "AАΑ",
    "BВΒ",
    "CСϹ",
    "EЕΕ",
    "FϜ",
    "GԌ",
    "HНΗ",
    "JЈͿ",
    "KКΚ",
    "MМΜ",
    "NΝ",
    "O0ОΟ",
    "PРΡ",
    "QԚ",
    "SЅ",
    "TТΤ",
  ],
  ...["VѴ", "WԜ", "XХΧ", "YУҮΥ", "ZΖ", "3З", "æӕ", "ÆӔ", "ßβ", "əә", "ƏӘ"],
  ...["ΓГ", "ΠП", "ΦФ", "ΘѲ", "κк", "τт", "φф", "θѳ", "μµ"],
  ...["-\u2010\u2011\u2012\u2013\u2212", "'\u2018\u2019\u02bc\u2032", '"\u201c\u201d\u2033'],
];

const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  LOOKALIKES.flatMap((group) => {
    const [first = "", ...others] = Array.from(group);
    return others.map((other) => [other, first] as const);
  }),
);

const LOOKALIKE = new RegExp(`[${[...LOOKS_LIKE.keys()].join("")}]`, "g");

/** The outline of a name: names that look the same on a screen have the same outline. */
export function outlineOf(name: string): string {
  const visible = isOrdinary(name)
    ? name
    : name
        .normalize("NFD")
        .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
        .replace(/\p{Zs}+/gu, " ");
  return visible.replace(LOOKALIKE, (char) => LOOKS_LIKE.get(char) ?? char);
}

/** A letter of another script inside a word, and the Latin one that it looks like. */
interface ForeignLetter {
  readonly letter: string;
  readonly script: "Cyrillic" | "Greek";
  readonly looksLike: string;
}

/** The first Cyrillic or Greek letter that looks like a Latin one and stands in a word with Latin letters. */
export function findForeignLetter(name: string): ForeignLetter | undefined {
  if (isOrdinary(name)) return undefined;
  for (const [word] of name.matchAll(/[\p{L}\p{M}]+/gu)) {
    if (!/\p{Script=Latin}/u.test(word)) continue;
    for (const letter of word) {
      const looksLike = LOOKS_LIKE.get(letter);
      const script = scriptOf(letter);
      if (looksLike !== undefined && script !== undefined && /\p{Script=Latin}/u.test(looksLike))
        return { letter, script, looksLike };
    }
  }
  return undefined;
}

function scriptOf(letter: string): ForeignLetter["script"] | undefined {
  if (/\p{Script=Cyrillic}/u.test(letter)) return "Cyrillic";
  return /\p{Script=Greek}/u.test(letter) ? "Greek" : undefined;
}
