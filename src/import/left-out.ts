/** Facts about an organisation that the files don't say: each case has a code, and a sentence for people. */
import { byText, count, printable } from "../text.ts";

/** Left out of the files, and so left as it is in the organisation. */
export type LeftOut =
  | {
      readonly code: "NAME" | "UNCLEAR" | "DESCRIPTION";
      readonly what: "skill" | "profile";
      readonly name: string;
    }
  /** The profile doesn't say which one it extends. */
  | { readonly code: "EXTENDS"; readonly profile: string }
  | { readonly code: "USER"; readonly user: string }
  | { readonly code: "TOO_MANY_SKILLS"; readonly user: string; readonly skills: number }
  | {
      readonly code: "PROFICIENCY";
      readonly user: string;
      readonly skill: string;
      readonly proficiency: number;
    }
  /** Assignments and profile entries of skills that the list of skills lacks. */
  | { readonly code: "UNKNOWN_SKILLS"; readonly count: number }
  /** More users hold the skill, or have the profile, than a file may name. */
  | {
      readonly code: "TOO_MANY_USERS";
      readonly what: "skill" | "profile";
      readonly name: string;
      readonly users: number;
    };

/** Whether it names somebody, so that not everybody may read it. */
export function namesSomebody(left: LeftOut): boolean {
  return "user" in left;
}

/** Sorted by their sentences, so that those of one kind stand together. */
export function sortLeftOut(leftOut: readonly LeftOut[]): LeftOut[] {
  return leftOut.toSorted((a, b) => byText(leftOutWords(a), leftOutWords(b)));
}

/** A sentence on one line, safe to print. */
export function leftOutWords(left: LeftOut): string {
  switch (left.code) {
    case "NAME":
      return `The ${left.what} ${quoted(left.name)}: no file can hold its name. Correct it in Genesys Cloud (no white space at its ends, nothing invisible, at most 500 characters), then write it down.`;
    case "UNCLEAR":
      return `The ${left.what} ${quoted(left.name)}: neither its name nor its id tells it from another one.`;
    case "DESCRIPTION":
      return `The description of the ${left.what} ${quoted(left.name)}: it is too long, or holds characters that can't be seen.`;
    case "EXTENDS":
      return `Which profile ${quoted(left.profile)} extends: profiles extend one another in a circle there, for too many steps, or one is left out itself.`;
    case "USER":
      return `All that the user ${quoted(left.user)} holds: neither an e-mail nor an id tells who it is.`;
    case "TOO_MANY_SKILLS":
      return `All that ${quoted(left.user)} holds: ${left.skills} skills are more than a file may give one user.`;
    case "PROFICIENCY":
      return `The skill ${quoted(left.skill)} of ${quoted(left.user)}: its proficiency is ${left.proficiency}, and no number from 0 to 5.`;
    case "UNKNOWN_SKILLS":
      return `${count(left.count, "assignment")} of skills that the list of skills doesn't have: they are deleted, or in a division that these credentials don't see.`;
    case "TOO_MANY_USERS":
      return `The ${count(left.users, "user")} of the ${left.what} ${quoted(left.name)}: more than a file may name. Give it to them by a group.`;
  }
}

function quoted(name: string): string {
  return `"${printable(name, 100)}"`;
}
