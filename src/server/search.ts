/**
 * Finds skills by name, slug, profile and description. An exact name comes first, then a name that begins with
 * the query, a word that begins with it, a text that holds it anywhere, and one typo last. Of several words each
 * must be found, and the worst of them decides. Case, accents and the forms of one letter make no difference.
 */

/** The texts by which a skill is found. */
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

/** Every distinct word with the skills that have it. Plain data, so that one thread can make it for another. */
export interface SearchIndex {
  /** Folded, by place of the skill: each of its names, and its slug. */
  readonly names: readonly (readonly string[])[];
  readonly words: readonly string[];
  /** The words with a line break before each, so that one scan passes all of them. */
  readonly text: string;
  /** Where each word begins in `text`. */
  readonly offsets: Uint32Array;
  /** By word: place of a skill times `FIELDS`, plus the number of the first field that has the word. */
  readonly postings: readonly Uint32Array[];
}

/** Name, slug, profile, description: what comes first here comes first among results of equal level. */
const FIELDS = 4;
const EXACT = 0;
const PREFIX = 1;
const WORD_PREFIX = 2;
const INSIDE = 3;
const TYPO = 4;
/** Ranks are a level and a field; this one stands for "not found". */
const NOT_FOUND = 255;

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

/** Results of equal rank stand in the order of `skills`. */
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
        // The fields come in order, so the first that has the word stays.
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

/** The words between spaces, and, where one holds signs, its parts as well: `c++` is `c++` and `c`. */
function wordsOf(folded: string): string[] {
  return folded.split(" ").flatMap((word) => {
    if (word === "") return [];
    const parts = word.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
    return parts.length === 1 && parts[0] === word ? parts : [word, ...parts];
  });
}

/** A hyphen joins words as a space does, unless there is nothing else: `night-shift` is `night` and `shift`. */
function partsOf(word: string): string[] {
  const parts = word.split("-").filter((part) => part !== "");
  return parts.length > 0 || word === "" ? parts : [word];
}

// ── A query ──────────────────────────────────────────────────────────────────────────────────────────

/** The skills that have one word of a query. */
interface WordHits {
  readonly places: readonly number[];
  /** By place of the skill. */
  readonly ranks: Uint8Array;
}

export type Search = (query: string, page: PageRequest) => SearchResult;

/** More words than anybody types; those after them don't count. */
const MAX_WORDS = 12;
/** Words whose hits are remembered, each with a byte for every skill. */
const REMEMBERED = 256;

/** A query without a letter, digit or sign finds nothing. */
export function createSearch(index: SearchIndex): Search {
  const remembered = new Map<string, WordHits>();
  const hitsOf = (word: string): WordHits => {
    const hits = remembered.get(word) ?? findWord(index, word);
    remembered.delete(word);
    remembered.set(word, hits);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= REMEMBERED) break;
      remembered.delete(oldest);
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

/** The rank of a skill one of whose names is the query, or begins with it. */
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
  // A short word is too easily mistaken for another, and a typed number means that number.
  if (word.length >= TYPO_LENGTH && !NUMBER.test(word)) {
    words.forEach((other, place) => {
      if (isOneTypo(word, other) && PLAIN.test(other) && !NUMBER.test(other)) note(place, TYPO);
    });
  }
  return { places, ranks };
}

const TYPO_LENGTH = 4;
const NUMBER = /^\d+$/;
/** In other words typos aren't looked for, since their parts stand here too. */
const PLAIN = /^[\p{L}\p{N}]+$/u;

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
