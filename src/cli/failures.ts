/** Reports a command's failure: sentences, annotations in GitHub Actions, and an exit code. */
import { ApiError } from "../http/error.ts";
import { toFailure } from "../genesys/explain.ts";
import type { FailureReason } from "../github/actions.ts";
import { setOutputs, writeSummary } from "../github/actions.ts";
import { annotate, problemAnnotations } from "../github/annotations.ts";
import type { Problem } from "../problem.ts";
import { Failure, formatProblem, messageOf } from "../problem.ts";
import { problemsMarkdown } from "../report/comment/problems.ts";
import type { Explained } from "../report/explain/explain.ts";
import { quoted } from "../report/words.ts";
import { count } from "../text.ts";
import type { Terminal } from "./terminal.ts";

/** Prints the failure, sets the step's outputs and adds to the job's summary; returns the exit code. */
export async function reportFailure(error: unknown, terminal: Terminal): Promise<number> {
  const exitCode = printFailure(error, terminal);
  if (terminal.isShared) {
    await setOutputs({ failureReason: reasonOf(error) }, terminal.env);
    await writeSummary(problemsMarkdown(problemsOf(error)), terminal.env);
  }
  return exitCode;
}

/** Prints the failure and returns the exit code. */
export function printFailure(error: unknown, terminal: Terminal): number {
  const failure = asFailure(error);
  if (failure) {
    reportProblems(failure.problems, terminal);
    return failure.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`This is a bug in genesys-skills, please report it:\n${stack}\n`);
  return 1;
}

/** Waits for a write. Throws Failure CANNOT_WRITE with the sentence `what` if it fails. */
export async function orCannotWrite(work: Promise<unknown>, what: string, hint: string): Promise<void> {
  await work.catch((error: unknown) => {
    throw new Failure({ code: "CANNOT_WRITE", message: `${what}: ${messageOf(error)}`, hint });
  });
}

/** The problems that others may read; a bug without its details. */
export function problemsOf(error: unknown): readonly Problem[] {
  return asFailure(error)?.problems ?? [BUG];
}

const BUG: Problem = {
  code: "BUG",
  message: "This is a bug in genesys-skills; the log of the run has the details.",
};

function asFailure(error: unknown): Failure | null {
  if (error instanceof Failure) return error;
  return error instanceof ApiError ? toFailure(error) : null;
}

function reportProblems(problems: readonly Problem[], terminal: Terminal): void {
  for (const problem of problems) terminal.err(`${formatProblem(problem)}\n`);
  if (problems.length > 1) terminal.err(`${count(problems.length, "problem")}.\n`);
  terminal.command(annotate(problemAnnotations(problems)));
}

/** Another apply is running, or wrote the ledger first. */
const LOCKED = ["APPLY_RUNNING", "LEDGER_MOVED"];

/** The reason as a word, for the next steps of a workflow. */
export function reasonOf(error: unknown): FailureReason {
  const failure = asFailure(error);
  if (!failure) return "error";
  const has = (...codes: readonly string[]): boolean =>
    failure.problems.some(({ code }) => codes.includes(code));
  if (has(...LOCKED)) return "state-locked";
  if (failure.exitCode === 3) return "refused";
  if (failure.exitCode === 4) return "plan-changed";
  if (has("INTERRUPTED")) return "interrupted";
  return failure.problems.some(({ place }) => place) ? "validate-failed" : "error";
}

/** The problem of an unknown name, with the nearest names. */
export function unknownName(asked: Pick<Explained, "name" | "nearest" | "incomplete">): Problem {
  const meant = asked.nearest.map(({ kind, name }) => `the ${kind} ${quoted(name)}`).join(" or ");
  const lists = asked.incomplete.map(({ list }) => list).join(" and ");
  const hints = [
    meant && `Did you mean ${meant}?`,
    lists && `The list of ${lists} could not be read completely, so the name may be missing there.`,
  ].filter((hint) => hint !== "");
  return {
    code: "UNKNOWN_NAME",
    message: `No skill, user or profile is called ${quoted(asked.name)}.`,
    hint: hints.length > 0 ? hints.join(" ") : FORMS,
  };
}

const FORMS = "Give a skill's name, a user's e-mail or a profile's name; put a name with spaces in quotes.";
