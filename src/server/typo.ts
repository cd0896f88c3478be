/** Words that are one slip of the finger apart. */

/** A shorter word is too easily mistaken for another. */
export const TYPO_LENGTH = 4;

/**
 * Whether `typed` becomes `word`, or the beginning of it, by one letter that is wrong, missing or too many, or by
 * two neighbours that changed places. Equal words count too.
 */
export function isOneTypo(typed: string, word: string): boolean {
  let start = 0;
  while (start < typed.length && typed[start] === word[start]) start++;
  const rest = typed.length - start;
  if (rest === 0) return true;
  return (
    word.startsWith(typed.slice(start + 1), start + 1) ||
    word.startsWith(typed.slice(start), start + 1) ||
    word.startsWith(typed.slice(start + 1), start) ||
    (rest > 1 &&
      typed[start] === word[start + 1] &&
      typed[start + 1] === word[start] &&
      word.startsWith(typed.slice(start + 2), start + 2))
  );
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
