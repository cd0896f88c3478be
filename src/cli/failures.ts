/** How a command's failure reaches its user: sentences, annotations in GitHub Actions, and an exit code. */
import * as core from "@actions/core";
import { ApiError } from "../genesys/error.ts";
import { toFailure } from "../genesys/explain.ts";
import type { Problem } from "../problem.ts";
import { Failure, formatProblem } from "../problem.ts";
import { count } from "../text.ts";
import type { Terminal } from "./terminal.ts";

/** GitHub shows this many annotations of one step. */
const ANNOTATIONS = 10;

/** Says what went wrong and returns the exit code. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof Failure) {
    reportProblems(error.problems, terminal);
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
  if (terminal.env["GITHUB_ACTIONS"] === "true") annotate(problems);
}

/** So that each stands at its line of the pull request. */
function annotate(problems: readonly Problem[]): void {
  for (const { code, message, hint, place } of problems.slice(0, ANNOTATIONS)) {
    const position = place && { file: place.file, startLine: place.line, startColumn: place.column };
    core.error(hint === undefined ? message : `${message} ${hint}`, { title: code, ...position });
  }
}
