/** Problems for people and machines: a code, a sentence, the place, and what to do. */
import type { Place } from "./model.ts";
import { printable } from "./text.ts";

/** One problem. Tests and tools rely on `code`; the sentences may change. */
export interface Problem {
  /** Upper case with underscores: `UNKNOWN_SKILL`. */
  readonly code: string;
  /** One sentence: what was found, and what was expected. */
  readonly message: string;
  readonly place?: Place;
  /** The line of the file that `place` points at, as it is in the file. */
  readonly sourceLine?: string;
  /** What to do about it. */
  readonly hint?: string;
  /** A person's name as Genesys shows it, where an e-mail or an id belongs. */
  readonly displayName?: string;
}

/** Exit codes: 1 failure, 3 refused by a guard, 4 not what was reviewed, 130 and 143 stopped by a signal. */
export type FailureExit = 1 | 3 | 4 | 130 | 143;

/** Ends a command with problems that its user can fix; printed without a stack trace. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly problems: readonly Problem[];
  readonly exitCode: FailureExit;

  constructor(problems: Problem | readonly Problem[], exitCode: FailureExit = 1) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map((problem) => `${problem.code}: ${problem.message}`).join("\n"));
    this.problems = list;
    this.exitCode = exitCode;
  }
}

/** `skills/a.yaml:3:5`. */
export function formatPlace(place: Place): string {
  return `${printable(place.file)}:${place.line}:${place.column}`;
}

/**
 * A problem as lines for a terminal or log:
 *
 *     skills/a.yaml:3:15: UNKNOWN_SKILL: No skill is called "Biling".
 *       |   - skill: Biling
 *       |            ^
 *       Did you mean "Billing"?
 */
export function formatProblem(problem: Problem): string {
  const where = problem.place ? `${formatPlace(problem.place)}: ` : "";
  const lines = [`${where}${problem.code}: ${printable(problem.message, 2000)}`];
  if (problem.place && problem.sourceLine !== undefined)
    lines.push(...caret(problem.sourceLine, problem.place.column));
  if (problem.hint) lines.push(`  ${printable(problem.hint, 2000)}`);
  return lines.join("\n");
}

/** The source line and a caret under its column; of a very long line only the part around the caret. */
function caret(sourceLine: string, column: number): string[] {
  const start = Math.max(0, column - 60);
  const before = printable(sourceLine.slice(start, column - 1).replace(/\t/g, " "), 400);
  const after = printable(sourceLine.slice(column - 1, start + 120).replace(/\t/g, " "), 400);
  return [`  | ${before}${after}`, `  | ${" ".repeat(Array.from(before).length)}^`];
}

/** The result of the work, or the Failure that it throws. */
export async function catchFailure<T>(work: Promise<T>): Promise<T | Failure> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** What an error of unknown kind says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
