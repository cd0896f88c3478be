/** The words of all skills, laid out so that one query touches each of them once and allocates next to nothing. */
import { fold, isPlain, wordsOf } from "./fold.ts";
import { lettersOf } from "./typo.ts";

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

/** Where in a skill a word stands; what comes first here comes first among results of equal rank. */
export const FIELDS = ["name", "slug", "profile", "description"] as const;

export interface SearchIndex {
  readonly size: number;
  /** Folded, by place: each name of the skill, and its slug. */
  readonly names: readonly (readonly string[])[];
  /** Every distinct word, each with a line break before it. */
  readonly text: string;
  /** Those of letters and digits alone first: in the others typos aren't looked for, since their parts stand here too. */
  readonly words: readonly string[];
  /** Where each word begins in `text`, and where the last one ends. */
  readonly offsets: Uint32Array;
  /** `lettersOf` each plain word. */
  readonly letters: Int32Array;
  /** Of each word, where its postings begin; one more at the end. */
  readonly starts: Uint32Array;
  /** Place of a skill times the number of fields, plus the number of the first field that has the word. */
  readonly postings: Uint32Array;
  /** Room to work in: a rank for each skill, of one word of the query and of all of them. */
  readonly wordRank: Uint8Array;
  readonly rank: Uint8Array;
}

/** Results of equal rank stand in the order of `skills`. */
export function indexSkills(skills: readonly Searchable[]): SearchIndex {
  const names = skills.map(({ name, otherNames, slug }) => [name, ...otherNames, slug].map(fold));
  const found = new Map<string, number[]>();
  skills.forEach((skill, place) => {
    fieldsOf(skill).forEach((texts, field) => {
      for (const word of texts.flatMap((text) => wordsOf(fold(text)))) post(found, word, { place, field });
    });
  });
  const plain = [...found.keys()].filter(isPlain);
  const words = [...plain, ...[...found.keys()].filter((word) => !isPlain(word))];
  const lists = words.map((word) => found.get(word) ?? []);
  return {
    size: skills.length,
    names,
    text: words.map((word) => `\n${word}`).join(""),
    words,
    offsets: sums(words.map((word) => word.length + 1)).map((offset) => offset + 1),
    letters: Int32Array.from(plain, lettersOf),
    starts: sums(lists.map((postings) => postings.length)),
    postings: Uint32Array.from(lists.flat()),
    wordRank: new Uint8Array(skills.length),
    rank: new Uint8Array(skills.length),
  };
}

/** The texts of each field, in the order of `FIELDS`. */
function fieldsOf({ name, otherNames, slug, profiles, description }: Searchable): (readonly string[])[] {
  return [[name, ...otherNames], [slug], profiles, [description ?? ""]];
}

/** Notes the word once for each skill; the fields come in order, so the first one wins. */
function post(
  found: Map<string, number[]>,
  word: string,
  { place, field }: { readonly place: number; readonly field: number },
): void {
  const postings = found.get(word);
  const posting = place * FIELDS.length + field;
  if (!postings) found.set(word, [posting]);
  else if ((postings.at(-1) ?? -1) < place * FIELDS.length) postings.push(posting);
}

/** `[3, 2]` becomes `[0, 3, 5]`. */
function sums(lengths: readonly number[]): Uint32Array {
  const result = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, place) => (result[place + 1] = (result[place] ?? 0) + length));
  return result;
}
