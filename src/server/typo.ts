/** Words that are one slip of the finger apart. */

/** A shorter word is too easily mistaken for another. */
export const TYPO_LENGTH = 4;

/**
 * Whether `typed` becomes `word`, or the beginning of it, by one letter that is wrong, missing or too many, or by
 * two neighbours that changed places. Equal words count too.
 */
export function isOneTypo(typed: string, word: string): boolean {
  let start = 0;
  while (start < typed.length && typed.charCodeAt(start) === word.charCodeAt(start)) start++;
  if (start === typed.length) return true;
  const next = start + 1;
  return (
    isPrefix(typed, next, word, next) ||
    isPrefix(typed, start, word, next) ||
    isPrefix(typed, next, word, start) ||
    (next < typed.length &&
      typed.charCodeAt(start) === word.charCodeAt(next) &&
      typed.charCodeAt(next) === word.charCodeAt(start) &&
      isPrefix(typed, next + 1, word, next + 1))
  );
}

/** Whether `word` from `at` on begins with `typed` from `from` on. Letter by letter: this runs for every word. */
function isPrefix(typed: string, from: number, word: string, at: number): boolean {
  for (let place = from; place < typed.length; place++) {
    if (typed.charCodeAt(place) !== word.charCodeAt(at + place - from)) return false;
  }
  return true;
}

/** The letters of a word as 32 bits, to rule out most words before they are compared. */
export function lettersOf(word: string): number {
  let bits = 0;
  for (let place = 0; place < word.length; place++) bits |= 1 << (word.charCodeAt(place) & 31);
  return bits;
}

/** Whether at most one letter of `typed` is missing from `letters`; where not, no single typo explains it. */
export function mayBeTypo(typed: number, letters: number): boolean {
  const missing = typed & ~letters;
  return (missing & (missing - 1)) === 0;
}
