/** Warnings about likely mistakes in files that can be applied. */
import type { Place, Settings } from "../model.ts";
import { formatPlace } from "../problem.ts";
import { byText, count, foldName, nearest, printable } from "../text.ts";
import type { Catalogue } from "./catalogue.ts";
import { findUndeclared, namesOf } from "./catalogue.ts";
import { codePoint } from "./characters.ts";
import { findForeignLetter, outlineOf } from "./confusables.ts";
import { groupBy } from "../group-by.ts";
import { findOddities } from "./names.ts";
import type { OnProblem } from "./problems.ts";
import { byPlace } from "./problems.ts";
import type { Located } from "./tree.ts";

/** Reports all warnings; `targets` are the names of all targets of the repository. */
export function checkWarnings(
  catalogue: Catalogue,
  { api }: Settings,
  targets: readonly string[],
  onWarning: OnProblem,
): void {
  if (api !== "profiles") warnOfUndeclaredProfiles(catalogue, onWarning);
  warnOfOddNames(catalogue, onWarning);
  warnOfMixedScripts(catalogue, onWarning);
  warnOfLookalikes(catalogue, onWarning);
  warnOfPresentNames(catalogue, onWarning);
  warnOfUnknownTargets(catalogue, targets, onWarning);
}

/** Reports all undeclared profiles in one warning: a list in the older JSON form may name hundreds. */
function warnOfUndeclaredProfiles(catalogue: Catalogue, onWarning: OnProblem): void {
  const undeclared = firstOfEach(findUndeclared(catalogue));
  const [first] = undeclared;
  if (!first) return;
  const names = undeclared.map(({ value }) => `{ name: ${JSON.stringify(printable(value))} }`);
  const more = names.length > MAX_NAMES ? `, … and ${names.length - MAX_NAMES} more` : "";
  onWarning({
    code: "UNDECLARED_PROFILES",
    message: `${count(names.length, "profile")} ${names.length === 1 ? "is" : "are"} used but not declared, first here; the cloud API has no profiles, so a plan for it is refused.`,
    place: first.place,
    hint: `Declare them in a file such as profiles.yaml: profiles: [${names.slice(0, MAX_NAMES).join(", ")}${more}]. If the organisation has routing profiles, write "api: profiles" in settings.yaml.`,
  });
}

const MAX_NAMES = 20;

/** Skips previous names: to give up an odd name, it must be written once more. */
function warnOfOddNames(catalogue: Catalogue, onWarning: OnProblem): void {
  const skills = new Set([...catalogue.skills.bySlug.values()].map(({ name }) => name));
  for (const name of namesOf(catalogue)) {
    for (const { characters, description } of findOddities(name.value)) {
      onWarning({
        code: "ODD_NAME",
        message: `The name "${name.value}" has ${description}.`,
        place: name.place,
        near: characters,
        hint: hintForOddName(characters, skills.has(name)),
      });
    }
  }
}

function hintForOddName(characters: string, isSkill: boolean): string {
  const remedy = remedyFor(characters);
  return isSkill ? `${remedy} A plan refuses to create a skill of this name.` : remedy;
}

function remedyFor(characters: string): string {
  if (characters === "\u200b")
    return "Remove it: it comes from a name copied out of a plan's comment, where names are shown with this character.";
  if (characters.startsWith("  ")) return "Write one space.";
  return /[\u2018-\u201f]/u.test(characters)
    ? "Remove these quotes."
    : "Type the name again instead of pasting it.";
}

function warnOfMixedScripts(catalogue: Catalogue, onWarning: OnProblem): void {
  for (const name of namesOf(catalogue)) {
    const foreign = findForeignLetter(name.value);
    if (!foreign) continue;
    const { letter, script, looksLike } = foreign;
    onWarning({
      code: "MIXED_SCRIPTS",
      message: `The name "${name.value}" has a ${script} letter in a Latin word: "${letter}" (${codePoint(letter)}), which looks like "${looksLike}".`,
      place: name.place,
      near: letter,
      hint: "Type the word again with one keyboard layout.",
    });
  }
}

function warnOfLookalikes(catalogue: Catalogue, onWarning: OnProblem): void {
  const skills = [...catalogue.skills.bySlug.values()];
  const profiles = [...catalogue.profiles.bySlug.values()];
  const kinds = [
    skills.map(({ name }) => name),
    [...profiles.map(({ name }) => name), ...findUndeclared(catalogue)],
    [...skills, ...profiles].flatMap((entry) => entry.groups),
  ];
  for (const names of kinds) {
    for (const [first, ...others] of groupBy(firstOfEach(names), ({ value }) => outlineOf(value)).values()) {
      for (const other of others) if (first) reportLookalike(other, first, onWarning);
    }
  }
}

/** The first mention of each name, in the order of the places. */
function firstOfEach(names: readonly Located[]): Located[] {
  const sorted = names.toSorted((a, b) => byPlace(a.place, b.place));
  return [...groupBy(sorted, ({ value }) => value).values()].flatMap(([first]) => first ?? []);
}

function reportLookalike(second: Located, first: Located, onWarning: OnProblem): void {
  const [here, there] = [Array.from(second.value), Array.from(first.value)];
  const index = here.findIndex((char, at) => char !== there[at]);
  const at = index === -1 ? here.length : index;
  const describe = (char: string | undefined): string =>
    char === undefined ? "nothing" : `"${char}" (${codePoint(char)})`;
  onWarning({
    code: "LOOKALIKE_NAMES",
    message: `"${second.value}" looks like "${first.value}" at ${formatPlace(first.place)} but is another name: it has ${describe(here[at])} where that one has ${describe(there[at])}.`,
    place: second.place,
    near: here[at],
    hint: "If both mean the same, write the same name; otherwise choose names that can be told apart.",
  });
}

/** Warns about previous names that are the current name of another entry without `previously`. */
function warnOfPresentNames({ skills }: Catalogue, onWarning: OnProblem): void {
  const entries = [...skills.bySlug.values()];
  const present = new Map(
    entries
      .filter((entry) => entry.previously.length === 0)
      .map((entry) => [foldName(entry.name.value), entry]),
  );
  for (const { name, previously } of entries) {
    for (const previous of previously) {
      const other = present.get(foldName(previous.value));
      if (other) reportPresent(previous, name, other.name, onWarning);
    }
  }
}

function reportPresent(previous: Located, name: Located, present: Located, onWarning: OnProblem): void {
  onWarning({
    code: "PREVIOUS_PRESENT",
    message: `"${previous.value}" is a previous name of "${name.value}" and the current name of the skill at ${formatPlace(present.place)}.`,
    place: previous.place,
    hint: "If the rename was applied, remove the name from previously. Otherwise apply the rename first, and add the other skill afterwards.",
  });
}

/** Warns about ids under unknown targets: such an id is never used, so the entry is matched by name. */
function warnOfUnknownTargets(
  { skills, profiles }: Catalogue,
  targets: readonly string[],
  onWarning: OnProblem,
): void {
  const known = new Set([...targets, SANDBOX]);
  for (const { idTargets } of [...skills.bySlug.values(), ...profiles.bySlug.values()]) {
    for (const { value, place } of idTargets.filter((target) => !known.has(target.value)))
      reportUnknownTarget(value, place, targets, onWarning);
  }
}

/** Every repository has this target, without a folder for it. */
const SANDBOX = "sandbox";

function reportUnknownTarget(
  name: string,
  place: Place,
  targets: readonly string[],
  onWarning: OnProblem,
): void {
  const meant = nearest(name, targets);
  onWarning({
    code: "UNKNOWN_TARGET",
    message: `There is no target "${name}", so this id is never used.`,
    place,
    hint: `${meant === undefined ? "" : `Did you mean "${meant}"? `}The targets are: ${targets.toSorted(byText).join(", ")}.`,
  });
}
