/** The options that several commands share, and how their values are checked. */
import { InvalidArgumentError, Option } from "commander";
import type { FilesRead } from "../desired/load.ts";
import type { Dialect } from "../model.ts";
import { ALLOWABLE } from "../plan/guards/allowable.ts";
import { nearest } from "../text.ts";
import { findRoot } from "./root.ts";

/** The codes of `--allow`: guards of the plan, and refusals of an apply. */
export const ALLOW_CODES: readonly string[] = [
  ...ALLOWABLE,
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
  /** Uses the sandbox with this dialect instead of a real organisation. */
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

/** The default is the folder `skills` of the repository, also if the command runs in a subfolder. */
export const dirOption = (): Option =>
  new Option("--dir <folder>", "the folder that holds the YAML").default(`${findRoot()}skills`, "skills");

export const TARGET = new Option("--target <name>", "the target, if the repository has several");

export const TARGETS = new Option(
  "--target <name>",
  "the target, if the repository has several; may be given several times",
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

/** For every command that connects to an organisation. */
export const ORGANISATION: readonly Option[] = [SANDBOX, DEBUG];

export const NO_LEDGER = new Option("--no-ledger", "plan without the ledger, which only adds");

export const REMOTE = new Option(
  "--remote <name>",
  "the git remote that holds the ledger (default: origin, if it exists)",
);

export const ALLOW = new Option(
  "--allow <code>",
  `allow what a guard would refuse; may be given several times. The codes: ${ALLOW_CODES.join(", ")}`,
)
  .argParser(parseAllow)
  .default(new Set<string>(), "none");

export const DETAILED_EXIT_CODE = new Option("--detailed-exitcode", "exit with 2 if there are changes");

/** The first format is the default. */
export function formatOption(...formats: readonly [string, ...string[]]): Option {
  return new Option("--format <format>", "how to print it").choices(formats).default(formats[0]);
}

/** For commander: collects the values of a repeatable option. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** Adds one code. Throws for an unknown code, with the nearest one. */
function parseAllow(code: string, allowed: ReadonlySet<string>): ReadonlySet<string> {
  const known = ALLOW_CODES.find((one) => one === code.toUpperCase());
  if (known) return new Set([...allowed, known]);
  const suggestion = nearest(code.toUpperCase(), ALLOW_CODES);
  const advice = suggestion ? `Did you mean ${suggestion}?` : `The codes are: ${ALLOW_CODES.join(", ")}.`;
  throw new InvalidArgumentError(advice);
}

/** For commander: a whole number in a range. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
