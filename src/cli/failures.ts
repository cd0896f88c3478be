/** How a command's failure reaches its user: sentences, annotations in GitHub Actions, and an exit code. */

import { ApiError } from "../genesys/error.ts";
import { toFailure } from "../genesys/explain.ts";
import type { FailureReason } from "../github/actions.ts";
import { annotate, problemAnnotations, setOutputs } from "../github/actions.ts";
import type { Problem } from "../problem.ts";
import { Failure, formatProblem } from "../problem.ts";
import { count } from "../text.ts";
import type { Terminal } from "./terminal.ts";

/** Says what went wrong and returns the exit code. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof Failure) {
    reportProblems(error.problems, terminal);
    if (terminal.isShared) setOutputs({ failureReason: reasonOf(error) }, terminal.env);
    return error.exitCode;
  }
  if (error instanceof ApiError) return reportFailure(toFailure(error), terminal);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`This is a bug in genesys-skills, please report it:\n${stack}\n`);
  return 1;
}

function reportProblems(problems: readonly Problem[], terminal: Terminal): void {
  for (const problem of problems) terminal.err(`${formatProblem(problem)}\n`);
  if (problems.length > 1) terminal.err(`${count(problems.length, "problem")}.\n`);
  terminal.command(annotate(problemAnnotations(problems)));
}

/** The word for it that a workflow's next step may look at. */
function reasonOf({ exitCode, problems }: Failure): FailureReason {
  if (exitCode === 3) return "refused";
  if (exitCode === 4) return "plan-changed";
  return problems.some(({ place }) => place) ? "validate-failed" : "error";
}
