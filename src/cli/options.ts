/** The options that several commands share, and how their values are checked. */
import { InvalidArgumentError, Option } from "commander";
import type { FilesRead } from "../desired/load.ts";
import type { Dialect } from "../model.ts";
import { ALLOWABLE as ALLOWABLE_BY_PLAN } from "../plan/guards/allowable.ts";
import { nearest } from "../text.ts";
import { findRoot } from "./root.ts";

/** What `--allow` lets through: guards of the plan, and what only an apply refuses. */
const ALLOWABLE: readonly string[] = [
  ...ALLOWABLE_BY_PLAN,
  "STALE",
  "NOT_MERGED",
  "UNCOMMITTED",
  "LEDGER_GONE",
  "UNREVIEWED",
];

/** The YAML and the organisation that a command works on. */
export interface TargetOptions {
  readonly dir: string;
  readonly target?: string;
  /** The sandbox in place of a real organisation, speaking this dialect. */
  readonly sandbox?: Dialect;
  /** False with `--no-ledger`. Default true. */
  readonly ledger?: boolean;
  /** The day for which the YAML is read. Default today. */
  readonly at?: string;
  /** The git remote that holds the ledger. */
  readonly remote?: string;
  /** What was read for other targets. Default: nothing. */
  readonly filesRead?: FilesRead;
}

/** Its default is found when the command line is read: `skills` of the repository, also from a folder below it. */
export const dirOption = (): Option =>
  new Option("--dir <folder>", "the folder that holds the YAML").default(`${findRoot()}skills`, "skills");

export const TARGET = new Option("--target <name>", "the target, where the repository has several");

export const TARGETS = new Option(
  "--target <name>",
  "the target, where the repository has several; may be given several times",
).argParser(collect);

export const ALL_TARGETS = new Option(
  "--all-targets",
  "do it for every target, one after the other",
).conflicts("target");

export const SANDBOX = new Option(
  "--sandbox [api]",
  "use the built-in sandbox organisation; no account needed",
)
  .choices(["cloud", "profiles"])
  .preset("cloud");

const DEBUG = new Option("--debug", "print each request: method, path, status and time");

/** For every command that asks an organisation. */
export const ORGANISATION: readonly Option[] = [SANDBOX, DEBUG];

export const NO_LEDGER = new Option("--no-ledger", "plan as if nothing had ever been applied: only add");

export const REMOTE = new Option(
  "--remote <name>",
  "the git remote that holds the ledger (default: origin where there is one)",
);

export const ALLOW = new Option(
  "--allow <code>",
  `let a refusal through on purpose; may be given several times. The codes: ${ALLOWABLE.join(", ")}`,
)
  .argParser(parseAllow)
  .default(new Set<string>(), "none");

/** The codes, for the completion of a shell. */
export const ALLOW_CODES = ALLOWABLE;

export const DETAILED_EXIT_CODE = new Option("--detailed-exitcode", "exit with 2 where there are changes");

/** The first format is the default. */
export function formatOption(...formats: readonly [string, ...string[]]): Option {
  return new Option("--format <format>", "how to print it").choices(formats).default(formats[0]);
}

/** For commander: gathers the values of an option that may be given several times. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** Adds one code; a code that can't be allowed is an error that says why. */
function parseAllow(code: string, allowed: ReadonlySet<string>): ReadonlySet<string> {
  const known = ALLOWABLE.find((one) => one === code.toUpperCase());
  if (known) return new Set([...allowed, known]);
  const suggestion = nearest(code.toUpperCase(), ALLOWABLE);
  const advice = suggestion
    ? `Did you mean ${suggestion}?`
    : `The codes that can be allowed: ${ALLOWABLE.join(", ")}.`;
  throw new InvalidArgumentError(advice);
}

/** For commander: a whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
