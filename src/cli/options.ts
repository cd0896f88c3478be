/** The options that several commands share, and how their values are checked. */
import { InvalidArgumentError, Option } from "commander";
import type { Dialect } from "../model.ts";
import { ALLOWABLE as ALLOWABLE_BY_PLAN } from "../plan/guards/guards.ts";
import { nearest } from "../text.ts";

/** What `--allow` lets through: guards of the plan, and what only an apply refuses. */
const ALLOWABLE: readonly string[] = [
  ...ALLOWABLE_BY_PLAN,
  "STALE",
  "NOT_MERGED",
  "UNCOMMITTED",
  "LEDGER_GONE",
  "UNREVIEWED",
];

/** Which YAML, and which organisation. */
export interface TargetOptions {
  readonly dir: string;
  readonly target?: string;
  /** The sandbox in place of a real organisation, speaking this dialect. */
  readonly sandbox?: Dialect;
  /** False with `--no-ledger`. Default true. */
  readonly ledger?: boolean;
  /** The git remote that holds the ledger. */
  readonly remote?: string;
}

export const dirOption = (): Option =>
  new Option("--dir <folder>", "the folder that holds the YAML").default("skills");

export const targetOption = (): Option =>
  new Option("--target <name>", "the target, where the repository has several");

export const sandboxOption = (): Option =>
  new Option("--sandbox [api]", "use the built-in sandbox organisation; no account needed")
    .choices(["cloud", "profiles"])
    .preset("cloud");

export const noLedgerOption = (): Option =>
  new Option("--no-ledger", "plan as if nothing had ever been applied: only add");

export const remoteOption = (): Option =>
  new Option("--remote <name>", "the git remote that holds the ledger (default: origin where there is one)");

export const allowOption = (): Option =>
  new Option("--allow <code>", "let a refusal through on purpose; may be given several times")
    .argParser(parseAllow)
    .default(new Set<string>(), "none");

export const detailedExitCodeOption = (): Option =>
  new Option("--detailed-exitcode", "exit with 2 where there are changes");

/** Adds one code; a code that can't be allowed is an error that says why. */
function parseAllow(code: string, allowed: ReadonlySet<string>): ReadonlySet<string> {
  const known = ALLOWABLE.find((one) => one === code.toUpperCase());
  if (known) return new Set([...allowed, known]);
  const suggestion = nearest(code.toUpperCase(), ALLOWABLE);
  const advice = suggestion ? `Did you mean ${suggestion}?` : `What can be allowed: ${ALLOWABLE.join(", ")}.`;
  throw new InvalidArgumentError(advice);
}

/** A whole number within bounds, for commander. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
