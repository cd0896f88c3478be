/** This file is loaded at each start of the command line, so it imports nothing at run time. */
import type { RefusalCode } from "../../model.ts";

/** The refusals that `--allow` can allow. The others must be fixed in the YAML or in the organisation. */
export const ALLOWABLE: readonly RefusalCode[] = [
  "NOTHING_DESIRED",
  "TOO_MANY_REMOVALS",
  "UNCOVERED",
  "MANY_GONE",
  "WRONG_ORG",
  "WRONG_DIALECT",
  "OTHER_LEDGER",
  "SHARED_ORG",
  "SKILL_DELETE",
  "SKILL_REPLACE",
  "IN_USE",
  "MAYBE_RENAME",
  "SIMILAR_NAME",
  "ODD_NAME",
  "PREVIOUS_UNMANAGED",
];
