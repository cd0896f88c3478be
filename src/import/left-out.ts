/** Facts about an organisation that an import leaves out: a code for each case, and a sentence for people. */
import type { Place } from "../model.ts";
import { formatPlace } from "../problem.ts";
import { byText, count, printable } from "../text.ts";

/** Left out of the files, and therefore unchanged in the organisation. */
export type LeftOut =
  | {
      readonly code: "NAME" | "UNCLEAR" | "DESCRIPTION";
      readonly what: "skill" | "profile";
      readonly name: string;
    }
  /** The profile's parent is left out. */
  | { readonly code: "EXTENDS"; readonly profile: string }
  | { readonly code: "USER"; readonly user: string }
  | { readonly code: "TOO_MANY_SKILLS"; readonly user: string; readonly skills: number }
  /** The files for all targets name the user; lines for one target would replace those. */
  | { readonly code: "SHARED"; readonly user: string; readonly skills: number; readonly source: Place }
  | {
      readonly code: "PROFICIENCY";
      readonly user: string;
      readonly skill: string;
      readonly proficiency: number;
    }
  /** Assignments of skills that the list of skills lacks. */
  | { readonly code: "UNKNOWN_SKILLS"; readonly count: number };

/** Whether it names a person, so that not everybody may read it. */
export function namesSomebody(left: LeftOut): boolean {
  return "user" in left;
}

/** Sorted by sentence, which groups them by kind. */
export function sortLeftOut(leftOut: readonly LeftOut[]): LeftOut[] {
  return leftOut.toSorted((a, b) => byText(leftOutWords(a), leftOutWords(b)));
}

/** A sentence on one line, safe to print. */
export function leftOutWords(left: LeftOut): string {
  switch (left.code) {
    case "NAME":
      return `The ${left.what} ${quoted(left.name)}: its name can't be written in a file. Correct it in Genesys Cloud (no white space at its ends, no invisible characters, at most 500 characters), then import again.`;
    case "UNCLEAR":
      return `The ${left.what} ${quoted(left.name)}: neither its name nor its id distinguishes it from another one.`;
    case "DESCRIPTION":
      return `The description of the ${left.what} ${quoted(left.name)}: it is too long, or has invisible characters.`;
    case "EXTENDS":
      return `The profile that ${quoted(left.profile)} extends: it is not written here, or the profiles extend each other in a cycle or for too many steps.`;
    case "USER":
      return `The skills of the user ${quoted(left.user)}: neither an e-mail nor an id identifies the user.`;
    case "TOO_MANY_SKILLS":
      return `The skills of ${quoted(left.user)}: ${left.skills} are more than a file may give one user.`;
    case "SHARED":
      return `${count(left.skills, "skill")} of ${quoted(left.user)}, whom the files for all targets name at ${formatPlace(left.source)}: add them there, or write all of this user's skills for this target.`;
    case "PROFICIENCY":
      return `The skill ${quoted(left.skill)} of ${quoted(left.user)}: its proficiency is ${left.proficiency}, which is not from 0 to 5.`;
    case "UNKNOWN_SKILLS":
      return `${count(left.count, "assignment")} of skills that are not in the list of skills: they are deleted, or in a division that these credentials don't see.`;
  }
}

function quoted(name: string): string {
  return `"${printable(name, 100)}"`;
}
