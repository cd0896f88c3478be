/** Rules about names: they can be read, and each stands for one thing. */
import { formatPlace } from "../problem.ts";
import type { Catalogue, Index } from "./catalogue.ts";
import { findOnly } from "./catalogue.ts";
import type { Declaration } from "./declarations.ts";
import type { OnProblem } from "./problems.ts";
import { byPlace } from "./problems.ts";
import type { Located } from "./tree.ts";

/** White space that nobody sees and characters that can't be seen make two names that look the same. */
export function namesAreClean(catalogue: Catalogue, onProblem: OnProblem): void {
  for (const name of allNames(catalogue)) {
    const isTrimmed = name.value.trim() === name.value;
    if (isTrimmed && !INVISIBLE.test(name.value)) continue;
    onProblem({
      code: "BAD_NAME",
      message: isTrimmed
        ? `The name "${name.value}" holds a character that can't be seen.`
        : `The name "${name.value}" begins or ends with white space.`,
      place: name.place,
      hint: `Remove ${isTrimmed ? "it: type the name anew instead of pasting it" : "the white space"}.`,
    });
  }
}

// Controls, line separators, bidirectional controls and zero-width spaces. The joiners U+200C and U+200D are not
// among them: Persian and Indian scripts and emoji need them.
export const INVISIBLE = /[\p{Cc}\p{Surrogate}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

function allNames({ skills, profiles }: Catalogue): Located[] {
  return [
    ...[...skills.bySlug.values()].flatMap((skill) => [
      skill.name,
      ...skill.previously,
      ...skill.profiles,
      ...skill.groups,
    ]),
    ...[...profiles.bySlug.values()].flatMap((profile) => [profile.name, ...profile.groups]),
  ];
}

/** Two of one name can be told apart only where each says which id it means. */
export function namesAreUnique({ skills, profiles }: Catalogue, onProblem: OnProblem): void {
  for (const index of [skills, profiles]) {
    const withoutId = new Set(
      [...index.bySlug.values()].filter((entry) => !entry.id).map((entry) => entry.name.value),
    );
    const names = [...index.bySlug.values()]
      .map((entry) => entry.name)
      .filter((name) => withoutId.has(name.value));
    reportRepeats(names, onProblem, "DUPLICATE_NAME", SAME_NAME_HINT);
  }
}

const SAME_NAME_HINT =
  "Use another name, or give each the id that it means. To replace a shared entry for a target, write the same slug too.";

export function idsAreUnique({ skills, profiles }: Catalogue, onProblem: OnProblem): void {
  for (const index of [skills, profiles]) {
    const ids = [...index.bySlug.values()].flatMap((entry) => entry.id ?? []);
    reportRepeats(ids, onProblem, "DUPLICATE_ID", "Each id belongs to one entry.");
  }
}

export function previousNamesAreUnique({ skills }: Catalogue, onProblem: OnProblem): void {
  const entries = [...skills.bySlug.values()];
  reportRepeats(
    entries.flatMap((skill) => skill.previously),
    onProblem,
    "PREVIOUS_NAME_TAKEN",
    "A former name belongs to one skill; keep it where the holders should go.",
  );
  const current = new Map(entries.map((skill) => [skill.name.value, skill]));
  for (const name of entries.flatMap((skill) => skill.previously)) {
    const owner = current.get(name.value);
    if (!owner) continue;
    onProblem({
      code: "PREVIOUS_NAME_TAKEN",
      message: `"${name.value}" is the name of a skill now, at ${formatPlace(owner.place)}.`,
      place: name.place,
      hint: "Remove it from previously, or rename the other skill.",
    });
  }
}

/** What is let go stays as it is, and a rename would end by deleting the skill of the former name. */
export function letGoIsNotRenamed({ skills }: Catalogue, onProblem: OnProblem): void {
  for (const { name, managed, previously } of skills.bySlug.values()) {
    const [former] = previously;
    if (managed || !former) continue;
    onProblem({
      code: "LET_GO_AND_RENAMED",
      message: `"${name.value}" is let go (managed: false) and renamed from "${former.value}" at once.`,
      place: former.place,
      hint: `To let go of "${former.value}", keep its entry under that name with managed: false. If the rename is applied already, remove previously.`,
    });
  }
}

export function listsRepeatNothing({ skills, profiles }: Catalogue, onProblem: OnProblem): void {
  const meaning = (index: Index<Declaration>) => (located: Located) => ({
    ...located,
    value: clearName(index, findOnly(index, located.value)) ?? located.value,
  });
  const lists = [
    ...[...skills.bySlug.values()].flatMap((skill) => [
      skill.profiles.map(meaning(profiles)),
      skill.groups,
      skill.users,
    ]),
    ...[...profiles.bySlug.values()].flatMap((profile) => [
      profile.skills.map(meaning(skills)),
      profile.extends.map(meaning(profiles)),
      profile.groups,
      profile.users,
    ]),
  ];
  for (const list of lists) reportRepeats(list, onProblem, "DUPLICATE_ENTRY", "Keep one of the two.");
}

/** The entry's name, or its slug where another has the name too. */
function clearName(index: Index<Declaration>, entry: Declaration | undefined): string | undefined {
  return entry && findOnly(index, entry.name.value) ? entry.name.value : entry?.slug;
}

/** Reports each value that stands a second time, naming the first place. */
function reportRepeats(values: readonly Located[], onProblem: OnProblem, code: string, hint: string): void {
  const first = new Map<string, Located>();
  for (const value of values.toSorted((a, b) => byPlace(a.place, b.place))) {
    const earlier = first.get(value.value);
    if (!earlier) {
      first.set(value.value, value);
      continue;
    }
    const message = `"${value.value}" stands here a second time; the first is at ${formatPlace(earlier.place)}.`;
    onProblem({ code, message, place: value.place, hint });
  }
}
