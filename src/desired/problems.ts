/** Collects the problems of a run, and returns them together in a fixed order. */
import type { Place } from "../model.ts";
import type { Problem } from "../problem.ts";
import { byText, count } from "../text.ts";

/** A problem as it is found; a costly hint is computed only if the problem is shown. */
export interface ProblemDraft {
  readonly code: string;
  readonly message: string;
  readonly place?: Place | undefined;
  /** Characters in the value at `place`: if its line has them, they are the place. */
  readonly near?: string | undefined;
  readonly hint?: string | (() => string | undefined) | undefined;
  /** As in `Problem`. */
  readonly displayName?: string | undefined;
}

/** The code, message and hint of a problem that always reads the same. */
export type ProblemText = Readonly<Record<"code" | "message" | "hint", string>>;

/** Reports a problem; the reporter goes on with the valid rest. */
export type OnProblem = (problem: ProblemDraft) => void;

/** How many problems one run shows; the others are counted. */
const MAX_PROBLEMS = 100;

/** The drafts sorted by place, without repeats: at most `MAX_PROBLEMS`, and then one that counts the rest. */
export function finishProblems(
  drafts: readonly ProblemDraft[],
  texts: ReadonlyMap<string, string>,
): Problem[] {
  const lines = new Map<string, readonly string[]>();
  const lineOf = (place: Place | undefined): string | undefined => sourceLine(place, texts, lines);
  const located = drafts.map((draft) => ({ ...draft, place: locate(draft, lineOf(draft.place)) }));
  const sorted = dropRepeats(located.toSorted(byPlaceAndCode));
  const shown = sorted.slice(0, MAX_PROBLEMS).map((draft) => toProblem(draft, lineOf(draft.place)));
  const hidden = sorted.length - shown.length;
  return hidden === 0
    ? shown
    : [...shown, { code: "MORE_PROBLEMS", message: `${count(hidden, "more problem")} not shown.` }];
}

/** Orders places by file, line and column; a missing place comes first. */
export function byPlace(a: Place | undefined, b: Place | undefined): number {
  if (!a || !b) return Number(Boolean(a)) - Number(Boolean(b));
  return byText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

function byPlaceAndCode(a: ProblemDraft, b: ProblemDraft): number {
  return byPlace(a.place, b.place) || byText(a.code, b.code) || byText(a.message, b.message);
}

function dropRepeats(sorted: readonly ProblemDraft[]): ProblemDraft[] {
  return sorted.filter((draft, index) => {
    const before = sorted[index - 1];
    return before === undefined || byPlaceAndCode(before, draft) !== 0;
  });
}

function toProblem(draft: ProblemDraft, line: string | undefined): Problem {
  const hint = typeof draft.hint === "function" ? draft.hint() : draft.hint;
  return {
    code: draft.code,
    message: draft.message,
    ...(draft.place && { place: draft.place }),
    ...(line !== undefined && { sourceLine: line }),
    ...(hint !== undefined && { hint }),
    ...(draft.displayName !== undefined && { displayName: draft.displayName }),
  };
}

/** The place of the characters that the draft is about, or the draft's own place if the line writes them differently. */
function locate({ place, near }: ProblemDraft, line: string | undefined): Place | undefined {
  const index = place && near !== undefined ? (line?.indexOf(near, place.column - 1) ?? -1) : -1;
  return place && index !== -1 ? { ...place, column: index + 1 } : place;
}

function sourceLine(
  place: Place | undefined,
  texts: ReadonlyMap<string, string>,
  lines: Map<string, readonly string[]>,
): string | undefined {
  const text = place && texts.get(place.file);
  if (!place || text === undefined) return undefined;
  const known = lines.get(place.file) ?? text.split(/\r?\n/);
  lines.set(place.file, known);
  return known[place.line - 1];
}
