/** How much of a plan its Markdown shows, and in which order it loses detail until it fits. */
import type { Step } from "../fit.ts";
import { FULL_SENTENCE } from "./sections.ts";

/** How much of each part is shown: lines, names in a line, characters in a sentence. */
export interface Detail {
  readonly hasDiffs: boolean;
  readonly hasGraph: boolean;
  readonly impactRows: number;
  readonly changes: number;
  readonly notes: number;
  readonly people: number;
  readonly removals: number;
  readonly refusals: number;
  readonly sentence: number;
}

export const EVERYTHING: Detail = {
  hasDiffs: true,
  hasGraph: true,
  impactRows: Number.POSITIVE_INFINITY,
  changes: Number.POSITIVE_INFINITY,
  notes: Number.POSITIVE_INFINITY,
  people: Number.POSITIVE_INFINITY,
  removals: Number.POSITIVE_INFINITY,
  refusals: Number.POSITIVE_INFINITY,
  sentence: FULL_SENTENCE,
};

export const DIFFS = "the diffs";

/** What is removed and why the plan is refused goes last, and even then the first are shown and all are counted. */
export const STEPS: readonly Step<Detail>[] = [
  ...ladder("diffs", [[DIFFS, { hasDiffs: false }]]),
  ...ladder("graph", [["the graph", { hasGraph: false }]]),
  ...ladder("impact", [
    ["most of the impact table", { impactRows: 50 }],
    ["the impact table", { impactRows: 0 }],
  ]),
  ...ladder("changes", [
    ["some of the changes", { changes: 200 }],
    ["most of the changes", { changes: 40 }],
    ["the list of changes", { changes: 0 }],
  ]),
  ...ladder("notes", [["the notes", { notes: 0 }]]),
  ...ladder("people", [
    ["some of the names of those who lose a skill", { people: 50 }],
    ["most of the names of those who lose a skill", { people: 10 }],
    ["the names of those who lose a skill", { people: 0 }],
  ]),
  ...ladder("removals", [
    ["some of the removals and warnings", { removals: 100 }],
    ["most of the removals and warnings", { removals: 20 }],
  ]),
  ...ladder("refusals", [
    ["some of the refusals", { refusals: 20 }],
    ["most of the refusals", { refusals: 5, removals: 5, sentence: 160 }],
    // Beside the longest marker there is, and where every name is as long to write as names can be.
    ["nearly all of the refusals and removals", { refusals: 3, removals: 2, sentence: 100 }],
  ]),
];

function ladder(
  part: string,
  rungs: readonly (readonly [string, Partial<Detail>])[],
): readonly Step<Detail>[] {
  return rungs.map(([says, less]) => ({ part, says, drop: (detail) => ({ ...detail, ...less }) }));
}
