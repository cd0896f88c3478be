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
  { says: DIFFS, drop: (detail) => ({ ...detail, hasDiffs: false }) },
  { says: "the graph", drop: (detail) => ({ ...detail, hasGraph: false }) },
  { says: "most of the impact table", drop: (detail) => ({ ...detail, impactRows: 50 }) },
  { says: "the impact table", drop: (detail) => ({ ...detail, impactRows: 0 }) },
  { says: "some of the changes", drop: (detail) => ({ ...detail, changes: 200 }) },
  { says: "most of the changes", drop: (detail) => ({ ...detail, changes: 40 }) },
  { says: "the list of changes", drop: (detail) => ({ ...detail, changes: 0 }) },
  { says: "the notes", drop: (detail) => ({ ...detail, notes: 0 }) },
  { says: "some of the names of those who lose a skill", drop: (detail) => ({ ...detail, people: 50 }) },
  { says: "most of the names of those who lose a skill", drop: (detail) => ({ ...detail, people: 10 }) },
  { says: "the names of those who lose a skill", drop: (detail) => ({ ...detail, people: 0 }) },
  { says: "some of the removals and warnings", drop: (detail) => ({ ...detail, removals: 100 }) },
  { says: "most of the removals and warnings", drop: (detail) => ({ ...detail, removals: 20 }) },
  { says: "some of the refusals", drop: (detail) => ({ ...detail, refusals: 20 }) },
  {
    says: "most of the refusals",
    drop: (detail) => ({ ...detail, refusals: 5, removals: 5, sentence: 160 }),
  },
];
