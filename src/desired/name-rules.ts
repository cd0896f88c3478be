/** Rules about names: each is printable and unique. */
import type { Place } from "../model.ts";
import { formatPlace } from "../problem.ts";
import type { Catalogue, DeclarationIndex } from "./catalogue.ts";
import { findOnly, namesOf } from "./catalogue.ts";
import type { Declaration } from "./declarations.ts";
import { groupBy } from "../group-by.ts";
import { findForbidden } from "./names.ts";
import type { OnProblem } from "./problems.ts";
import { byPlace } from "./problems.ts";
import { foldName } from "../text.ts";
import type { Located } from "./tree.ts";

/** Reports names with control characters or half a character. */
export function checkCharacters(catalogue: Catalogue, onProblem: OnProblem): void {
  const previous = [...catalogue.skills.bySlug.values()].flatMap((skill) => skill.previously);
  for (const name of [...namesOf(catalogue), ...previous]) {
    const flaw = findForbidden(name.value);
    if (!flaw) continue;
    onProblem({
      code: "BAD_NAME",
      message: `The name "${name.value}" has ${flaw.description}.`,
      place: name.place,
      near: flaw.characters,
      hint: "Type the name again instead of pasting it.",
    });
  }
}

/**
 * Reports entries that share a name unless each has an id. Names that differ only in case, white space or composition
 * are the same name, because both would match the same live object.
 */
export function checkUniqueNames({ skills, profiles }: Catalogue, onProblem: OnProblem): void {
  for (const index of [skills, profiles]) {
    const entries = [...index.bySlug.values()];
    const withoutId = new Set(entries.filter(({ id }) => !id).map(({ name }) => foldName(name.value)));
    const names = entries.map(({ name }) => name).filter((name) => withoutId.has(foldName(name.value)));
    reportRepeats(names, onProblem, "DUPLICATE_NAME", SAME_NAME_HINT, foldName);
  }
}

const SAME_NAME_HINT =
  "Use another name, or give each its id. To replace a shared entry for a target, write the same slug too.";

export function checkUniqueIds({ skills, profiles }: Catalogue, onProblem: OnProblem): void {
  for (const index of [skills, profiles]) {
    const ids = [...index.bySlug.values()].flatMap((entry) => entry.id ?? []);
    reportRepeats(ids, onProblem, "DUPLICATE_ID", "Each id belongs to one entry.");
  }
}

/** Reports previous names that several entries list, and those that are the entry's own name. */
export function checkPreviousNames({ skills }: Catalogue, onProblem: OnProblem): void {
  const entries = [...skills.bySlug.values()];
  reportRepeats(
    entries.flatMap((skill) => skill.previously),
    onProblem,
    "PREVIOUS_NAME_TAKEN",
    "A previous name belongs to one skill: keep it in the entry of the skill that its holders should get.",
  );
  for (const { name, previously } of entries) {
    const own = previously.find(({ value }) => value === name.value);
    if (!own) continue;
    onProblem({
      code: "PREVIOUS_NAME_TAKEN",
      message: `"${own.value}" is the current name of this skill.`,
      place: own.place,
      hint: "Remove it from previously, or write the new name after name:.",
    });
  }
}

/** Reports released skills with `previously`: a release leaves a skill alone, but a rename deletes the previous one. */
export function checkReleases({ skills }: Catalogue, onProblem: OnProblem): void {
  for (const { name, managed, previously } of skills.bySlug.values()) {
    const [previous] = previously;
    if (managed || !previous) continue;
    onProblem({
      code: "LET_GO_AND_RENAMED",
      message: `"${name.value}" is both released (managed: false) and renamed from "${previous.value}".`,
      place: previous.place,
      hint: `To release "${previous.value}", keep its entry under that name with managed: false. If the rename was applied already, remove previously.`,
    });
  }
}

/** Reports repeated entries of a list, by name, slug or id. */
export function checkRepeats({ skills, profiles, users }: Catalogue, onProblem: OnProblem): void {
  const meaning = (index: DeclarationIndex<Declaration>) => (located: Located) => ({
    ...located,
    value: clearName(index, findOnly(index, located.value)) ?? located.value,
  });
  const lists = [
    ...[...skills.bySlug.values()].flatMap((skill) => [skill.profiles.map(meaning(profiles)), skill.groups]),
    ...[...profiles.bySlug.values()].flatMap((profile) => [
      profile.skills.map(meaning(skills)),
      profile.extends.map(meaning(profiles)),
      profile.groups,
    ]),
  ];
  for (const list of lists) reportRepeats(list, onProblem, "DUPLICATE_ENTRY", "Keep one of the two.");
  checkPeople({ skills, profiles, users }, onProblem);
}

/** A person is given a skill or profile once, be it in the list of the skill or profile or under `users:`. */
function checkPeople(catalogue: PeopleCatalogue, onProblem: OnProblem): void {
  const repeated = givenTwice(catalogue);
  if (repeated.size === 0) return;
  const lines: PersonLine[] = [];
  visitPeople(catalogue, (user, entry, place) => {
    if (repeated.has(user.value)) lines.push(lineFor(user, entry, place));
  });
  lines.sort((a, b) => byPlace(a.place, b.place));
  for (const [first, ...others] of groupBy(lines, ({ key }) => key).values()) {
    for (const { text, place } of others) {
      onProblem({
        code: "DUPLICATE_ENTRY",
        message: `${text} twice; the first time is at ${formatPlace(first?.place ?? place)}.`,
        place,
        hint: "Keep one of the two.",
      });
    }
  }
}

type PeopleCatalogue = Omit<Catalogue, "isWhole">;

/** People who are given something twice: nearly always nobody, so that no line is described for nothing. */
function givenTwice(catalogue: PeopleCatalogue): ReadonlySet<string> {
  const [people, declarations] = [new Map<string, number>(), new Map<Declaration, number>()];
  const most = catalogue.skills.bySlug.size + catalogue.profiles.bySlug.size;
  // One number for each pair takes far less memory than a set for each person.
  const given = new Set<number>();
  const repeated = new Set<string>();
  visitPeople(catalogue, ({ value }, { declaration }) => {
    const pair = numberOf(value, people) * most + numberOf(declaration, declarations);
    if (given.has(pair)) repeated.add(value);
    else given.add(pair);
  });
  return repeated;
}

function numberOf<T>(key: T, numbers: Map<T, number>): number {
  const known = numbers.get(key);
  if (known === undefined) numbers.set(key, numbers.size);
  return known ?? numbers.size - 1;
}

/** Every line that gives a person something; not those whose reference is unknown, which is reported elsewhere. */
function visitPeople(
  { skills, profiles, users }: PeopleCatalogue,
  visit: (user: Located, given: Given, place: Place) => void,
): void {
  const named = (user: Located, noun: Given["noun"], mentions: readonly Located[]): void => {
    for (const { value, place } of mentions) {
      const declaration = findOnly<Declaration>(noun === "skill" ? skills : profiles, value);
      if (declaration) visit(user, { noun, declaration }, place);
    }
  };
  for (const declaration of skills.bySlug.values())
    for (const user of declaration.users) visit(user, { noun: "skill", declaration }, user.place);
  for (const declaration of profiles.bySlug.values())
    for (const user of declaration.users) visit(user, { noun: "profile", declaration }, user.place);
  for (const { user, ...mentions } of users) {
    named(user, "skill", mentions.skills);
    named(user, "profile", mentions.profiles);
  }
}

interface Given {
  readonly noun: "skill" | "profile";
  readonly declaration: Declaration;
}

/** One line that gives a person a skill or profile; `key` is the same for all that give the same. */
interface PersonLine {
  readonly key: string;
  readonly text: string;
  readonly place: Place;
}

function lineFor(user: Located, { noun, declaration: { slug, name } }: Given, place: Place): PersonLine {
  const key = [noun, slug, user.value].join("\n");
  return { key, text: `${user.value} is given the ${noun} "${name.value}"`, place };
}

/** The entry's name, or its slug if another entry has the name too. */
function clearName(index: DeclarationIndex<Declaration>, entry: Declaration | undefined): string | undefined {
  return entry && findOnly(index, entry.name.value) ? entry.name.value : entry?.slug;
}

/** Reports each repeated value with the first place; values with the same key are the same. */
function reportRepeats(
  values: readonly Located[],
  onProblem: OnProblem,
  code: string,
  hint: string,
  keyOf = (value: string): string => value,
): void {
  const first = new Map<string, Located>();
  for (const value of values.toSorted((a, b) => byPlace(a.place, b.place))) {
    const key = keyOf(value.value);
    const earlier = first.get(key);
    if (!earlier) {
      first.set(key, value);
      continue;
    }
    const place = formatPlace(earlier.place);
    const message =
      earlier.value === value.value
        ? `"${value.value}" is written twice; the first is at ${place}.`
        : `"${value.value}" is the same name as "${earlier.value}" at ${place}: they differ only in case, spaces or how accents are written.`;
    onProblem({ code, message, place: value.place, hint });
  }
}
