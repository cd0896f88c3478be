/** The rules for declarations beyond their shape. */
import type { Catalogue } from "./catalogue.ts";
import { checkDays } from "./days.ts";
import {
  checkUniqueIds,
  checkReleases,
  checkRepeats,
  checkCharacters,
  checkUniqueNames,
  checkPreviousNames,
} from "./name-rules.ts";
import type { OnProblem } from "./problems.ts";
import {
  checkAssignedProfiles,
  checkProfileReferences,
  checkExtendsCycles,
  checkExtendsDepth,
  checkSkillReferences,
} from "./reference-rules.ts";

type Rule = (catalogue: Catalogue, onProblem: OnProblem) => void;

const RULES: readonly Rule[] = [
  checkCharacters,
  checkUniqueNames,
  checkUniqueIds,
  checkPreviousNames,
  checkReleases,
  checkRepeats,
  checkSkillReferences,
  checkProfileReferences,
  checkExtendsCycles,
  checkExtendsDepth,
  checkAssignedProfiles,
  checkDays,
];

/** Applies every rule. */
export function checkRules(catalogue: Catalogue, onProblem: OnProblem): void {
  for (const rule of RULES) rule(catalogue, onProblem);
}
