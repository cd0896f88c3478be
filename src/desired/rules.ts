/** What declarations must fulfil beyond their shape: one rule, one function, one list. */
import type { Catalogue } from "./catalogue.ts";
import {
  idsAreUnique,
  letGoIsNotRenamed,
  listsRepeatNothing,
  namesAreClean,
  namesAreUnique,
  previousNamesAreUnique,
} from "./name-rules.ts";
import type { OnProblem } from "./problems.ts";
import {
  assignedProfilesAreClear,
  extendedProfilesAreKnown,
  extendsHasNoCycle,
  extendsIsShallow,
  skillsOfProfilesAreKnown,
} from "./reference-rules.ts";

type Rule = (catalogue: Catalogue, onProblem: OnProblem) => void;

const RULES: readonly Rule[] = [
  namesAreClean,
  namesAreUnique,
  idsAreUnique,
  previousNamesAreUnique,
  letGoIsNotRenamed,
  listsRepeatNothing,
  skillsOfProfilesAreKnown,
  extendedProfilesAreKnown,
  extendsHasNoCycle,
  extendsIsShallow,
  assignedProfilesAreClear,
];

/** Applies every rule. */
export function checkRules(catalogue: Catalogue, onProblem: OnProblem): void {
  for (const rule of RULES) rule(catalogue, onProblem);
}
