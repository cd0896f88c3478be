/**
 * Finds skills by name, slug, profile and description. An exact name comes first, then a name that begins with
 * the query, a word that begins with it, a text that holds it anywhere, and one typo last. Of several words each
 * must be found, and the worst of them decides.
 */
import { fold } from "./fold.ts";
import type { SearchIndex } from "./search-index.ts";
import { FIELDS } from "./search-index.ts";
import { isOneTypo, lettersOf, mayBeTypo, TYPO_LENGTH } from "./typo.ts";

export interface PageRequest {
  /** From 1. */
  readonly page: number;
  readonly size: number;
}

export interface SearchResult {
  /** Of all pages. */
  readonly total: number;
  /** The skills of this page, by their places in what was indexed. */
  readonly places: readonly number[];
}

const LEVELS = { exact: 0, prefix: 1, wordPrefix: 2, inside: 3, typo: 4 } as const;
type Level = (typeof LEVELS)[keyof typeof LEVELS];

/** Ranks are a level and a field; this one stands for "not found". */
const NOT_FOUND = 255;
const RANKS = (LEVELS.typo + 1) * FIELDS.length;

/** More words than anybody types; those after them don't count. */
const MAX_WORDS = 12;

/** Nothing is found for a query without a letter, digit or sign. */
export function search(index: SearchIndex, query: string, page: PageRequest): SearchResult {
  const folded = fold(query);
  const words = [...new Set(folded.split(" ", MAX_WORDS))].filter((word) => word !== "");
  index.rank.fill(words.length === 0 ? NOT_FOUND : 0);
  for (const word of words) {
    rankWord(index, word);
    keepWorst(index);
  }
  rankNames(index, folded);
  return takePage(index.rank, page);
}

function rankWord(index: SearchIndex, word: string): void {
  index.wordRank.fill(NOT_FOUND);
  rankTypos(index, word);
  rankOccurrences(index, word);
}

/** Looks through all words as one text; a hit right after a line break begins a word. */
function rankOccurrences(index: SearchIndex, word: string): void {
  const { text, offsets } = index;
  let place = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, offsets[place] ?? text.length)) {
    while ((offsets[place + 1] ?? Infinity) <= at) place++;
    rankPostings(index, place, at === offsets[place] ? LEVELS.wordPrefix : LEVELS.inside);
    place++;
  }
}

function rankTypos(index: SearchIndex, word: string): void {
  // A typed number means that number.
  if (word.length < TYPO_LENGTH || /^\d+$/.test(word)) return;
  const { letters, words } = index;
  const typed = lettersOf(word);
  for (let place = 0; place < letters.length; place++) {
    if (!mayBeTypo(typed, letters[place] ?? 0)) continue;
    if (isOneTypo(word, words[place] ?? "")) rankPostings(index, place, LEVELS.typo);
  }
}

function rankPostings({ starts, postings, wordRank }: SearchIndex, word: number, level: Level): void {
  const end = starts[word + 1] ?? 0;
  for (let at = starts[word] ?? end; at < end; at++) {
    const posting = postings[at] ?? 0;
    const field = posting % FIELDS.length;
    const skill = (posting - field) / FIELDS.length;
    const rank = level * FIELDS.length + field;
    if (rank < (wordRank[skill] ?? 0)) wordRank[skill] = rank;
  }
}

function keepWorst({ rank, wordRank, size }: SearchIndex): void {
  for (let skill = 0; skill < size; skill++) {
    const ofWord = wordRank[skill] ?? NOT_FOUND;
    if (ofWord > (rank[skill] ?? NOT_FOUND)) rank[skill] = ofWord;
  }
}

/** A skill whose name is or begins with the query was found by its words already. */
function rankNames({ rank, names, size }: SearchIndex, folded: string): void {
  for (let skill = 0; skill < size; skill++) {
    if ((rank[skill] ?? NOT_FOUND) >= LEVELS.typo * FIELDS.length) continue;
    for (const name of names[skill] ?? []) {
      if (!name.startsWith(folded)) continue;
      rank[skill] = (name.length === folded.length ? LEVELS.exact : LEVELS.prefix) * FIELDS.length;
      if (name.length === folded.length) break;
    }
  }
}

/** Counts each rank, so that nothing needs to be sorted. */
function takePage(rank: Uint8Array, { page, size }: PageRequest): SearchResult {
  const counts = new Array<number>(RANKS).fill(0);
  for (const one of rank) if (one !== NOT_FOUND) counts[one] = (counts[one] ?? 0) + 1;
  const total = counts.reduce((sum, number) => sum + number, 0);
  const places: number[] = [];
  let skip = (page - 1) * size;
  for (let wanted = 0; wanted < RANKS && places.length < size; wanted++) {
    const number = counts[wanted] ?? 0;
    if (number <= skip) {
      skip -= number;
      continue;
    }
    for (
      let at = rank.indexOf(wanted);
      at !== -1 && places.length < size;
      at = rank.indexOf(wanted, at + 1)
    ) {
      if (skip > 0) skip--;
      else places.push(at);
    }
  }
  return { total, places };
}
