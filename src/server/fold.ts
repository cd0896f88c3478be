/** Text as search compares it: case, accents and the forms of one letter make no difference. */

/** `Été` and `ETE` become `ete`; white space is squeezed. Empty where nothing that counts is left. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toUpperCase()
    .toLowerCase()
    .replaceAll("ς", "σ")
    .replace(/\s+/gu, " ")
    .trim();
}

/** The words of a folded text: what stands between spaces, and, where that holds other signs, its parts as well. */
export function wordsOf(folded: string): string[] {
  return folded.split(" ").flatMap((word) => {
    if (word === "" || isPlain(word)) return word === "" ? [] : [word];
    return [word, ...word.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "")];
  });
}

/** Whether it is letters and digits alone. */
export function isPlain(word: string): boolean {
  return /^[\p{L}\p{N}]+$/u.test(word);
}
