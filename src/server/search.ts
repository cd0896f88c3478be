/**
 * Finds skills by name, slug, profile and description. Results are ordered: an exact name, a name that begins with the
 * query, a word that begins with it, a text that contains it, and last a word with one typo. Every word must be found,
 * and the worst match decides. Case, accents and letter variants are ignored.
 */

/** The searchable texts of a skill. */
export interface Searchable {
  readonly name: string;
  /** Its other names. */
  readonly otherNames: readonly string[];
  readonly slug: string;
  /** Names of the profiles that give it. */
  readonly profiles: readonly string[];
  readonly description: string | null;
}

export interface PageRequest {
  /** Counted from 1. */
  readonly page: number;
  readonly size: number;
}

interface SearchResult {
  /** The number of results on all pages. */
  readonly total: number;
  /** The skills of this page, by index in the indexed list. */
  readonly places: readonly number[];
}

/** Every distinct word with its skills. Plain data, so that one thread can build it for another. */
export interface SearchIndex {
  /** By skill: its folded names and slug. */
  readonly names: readonly (readonly string[])[];
  readonly words: readonly string[];
  /** All words, each after a line break, so that one scan covers them. */
  readonly text: string;
  /** The offset of each word in `text`. */
  readonly offsets: Uint32Array;
  /** By word: the index of a skill times `FIELDS`, plus the number of the first field with the word. */
  readonly postings: readonly Uint32Array[];
}

/** Name, slug, profile, description: this order ranks results of equal level. */
const FIELDS = 4;
const EXACT = 0;
const PREFIX = 1;
const WORD_PREFIX = 2;
const INSIDE = 3;
const TYPO = 4;
/** Ranks combine a level and a field; this one means "not found". */
const NOT_FOUND = 255;

/** `Été` and `ETE` become `ete`; white space is collapsed. */
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

/** Builds the index. Results of equal rank keep the order of `skills`. */
export function indexSkills(skills: readonly Searchable[]): SearchIndex {
  const found = new Map<string, number[]>();
  const names = skills.map(({ name, otherNames, slug, profiles, description }, place) => {
    const all = [name, ...otherNames].map(fold);
    const fields = [
      all.flatMap(wordsOf),
      partsOf(fold(slug)),
      profiles.flatMap((profile) => wordsOf(fold(profile))),
      wordsOf(fold(description ?? "")),
    ];
    fields.forEach((words, field) => {
      for (const word of words) {
        const postings = found.get(word);
        // Fields are visited in order, so the first with the word is kept.
        if (!postings) found.set(word, [place * FIELDS + field]);
        else if ((postings.at(-1) ?? -1) < place * FIELDS) postings.push(place * FIELDS + field);
      }
    });
    return [...all, fold(slug)];
  });
  const words = [...found.keys()];
  const offsets = new Uint32Array(words.length);
  let length = 0;
  words.forEach((word, place) => {
    offsets[place] = length + 1;
    length += word.length + 1;
  });
  const text = words.map((word) => `\n${word}`).join("");
  return { names, words, text, offsets, postings: [...found.values()].map((list) => Uint32Array.from(list)) };
}

/** The words between spaces, and the parts of words with signs: `c++` gives `c++` and `c`. */
function wordsOf(folded: string): string[] {
  return folded.split(" ").flatMap((word) => {
    if (word === "") return [];
    const parts = word.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
    return parts.length === 1 && parts[0] === word ? parts : [word, ...parts];
  });
}

/** Splits a word at hyphens, unless it consists only of hyphens: `night-shift` gives `night` and `shift`. */
function partsOf(word: string): string[] {
  const parts = word.split("-").filter((part) => part !== "");
  return parts.length > 0 || word === "" ? parts : [word];
}

// ── A query ──────────────────────────────────────────────────────────────────────────────────────────

/** The skills with one word of a query. */
interface WordHits {
  readonly places: readonly number[];
  /** By skill. */
  readonly ranks: Uint8Array;
}

type Search = (query: string, page: PageRequest) => SearchResult;

/** How many words of a query count. */
const MAX_WORDS = 12;
/** How many words have cached hits, which take a byte for every skill each. */
const CACHE_SIZE = 256;

/** Creates the search. A query without a letter, digit or sign finds nothing. */
export function createSearch(index: SearchIndex): Search {
  const cache = new Map<string, WordHits>();
  const hitsOf = (word: string): WordHits => {
    const hits = cache.get(word) ?? findWord(index, word);
    cache.delete(word);
    cache.set(word, hits);
    for (const oldest of cache.keys()) {
      if (cache.size <= CACHE_SIZE) break;
      cache.delete(oldest);
    }
    return hits;
  };
  return (query, page) => {
    const folded = fold(query);
    const words = [...new Set(folded.split(" ").flatMap(partsOf))].slice(0, MAX_WORDS);
    const hits = words.map(hitsOf).sort((a, b) => a.places.length - b.places.length);
    const byRank: number[][] = [];
    let total = 0;
    for (const place of hits[0]?.places ?? []) {
      let rank = 0;
      for (const { ranks } of hits) rank = Math.max(rank, ranks[place] ?? NOT_FOUND);
      if (rank === NOT_FOUND) continue;
      total++;
      (byRank[rankName(index.names[place] ?? [], folded) ?? rank] ??= []).push(place);
    }
    const ordered = byRank.flatMap((places) => places.sort((a, b) => a - b));
    return { total, places: ordered.slice((page.page - 1) * page.size, page.page * page.size) };
  };
}

/** The rank of a skill with a name that equals the query or begins with it. */
function rankName(names: readonly string[], folded: string): number | null {
  let best: number | null = null;
  for (const name of names) {
    if (!name.startsWith(folded)) continue;
    if (name.length === folded.length) return EXACT * FIELDS;
    best = PREFIX * FIELDS;
  }
  return best;
}

function findWord({ names, words, text, offsets, postings }: SearchIndex, word: string): WordHits {
  const places: number[] = [];
  const ranks = new Uint8Array(names.length).fill(NOT_FOUND);
  const note = (at: number, level: number): void => {
    for (const posting of postings[at] ?? []) {
      const field = posting % FIELDS;
      const place = (posting - field) / FIELDS;
      const [rank, known] = [level * FIELDS + field, ranks[place] ?? 0];
      if (known === NOT_FOUND) places.push(place);
      if (rank < known) ranks[place] = rank;
    }
  };
  let at = 0;
  for (let hit = text.indexOf(word); hit !== -1; hit = text.indexOf(word, offsets[at] ?? text.length)) {
    while ((offsets[at + 1] ?? Infinity) <= hit) at++;
    note(at, hit === offsets[at] ? WORD_PREFIX : INSIDE);
    at++;
  }
  // No typos in short words, which are too similar to others, and in numbers.
  if (word.length >= TYPO_LENGTH && !NUMBER.test(word)) {
    words.forEach((other, place) => {
      if (isOneTypo(word, other) && PLAIN.test(other) && !NUMBER.test(other)) note(place, TYPO);
    });
  }
  return { places, ranks };
}

const TYPO_LENGTH = 4;
const NUMBER = /^\d+$/;
/** Typos are searched only in plain words; the parts of other words are plain. */
const PLAIN = /^[\p{L}\p{N}]+$/u;

/**
 * Whether `typed` is `word` or a prefix of it with at most one wrong, missing or additional letter, or two swapped
 * neighbours.
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

/** Whether `word` from `at` on begins with `typed` from `from` on; without slices, since this runs for every word. */
function isPrefix(typed: string, from: number, word: string, at: number): boolean {
  for (let place = from; place < typed.length; place++) {
    if (typed.charCodeAt(place) !== word.charCodeAt(at + place - from)) return false;
  }
  return true;
}
