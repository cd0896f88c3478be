/** The rows of the doctor's table, and running them. */
import type { Credentials, Hosts } from "../genesys/credentials.ts";
import type { Loaded } from "../desired/load.ts";
import type { Identity } from "../genesys/connect.ts";
import type { Reached } from "../genesys/reach.ts";
import type { ReadTransport } from "../genesys/reader.ts";
import type { Token } from "../genesys/token.ts";
import type { Transport } from "../genesys/transport.ts";
import type { BranchGuard, EnvironmentFacts, Protections, RepositoryFacts } from "../github/protections.ts";
import { ApiError } from "../http/error.ts";
import type { Git } from "../ledger/git.ts";
import type { LedgerState } from "../ledger/read.ts";
import type { LedgerStore } from "../ledger/store.ts";
import type { Desired, Dialect } from "../model.ts";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import type { Permissions } from "./permissions.ts";

export interface DoctorOptions {
  readonly dir: string;
  readonly target?: string;
  /** Default: `origin` if it exists. */
  readonly remote?: string;
  /** The credentials of a sandbox to check instead of an organisation. */
  readonly sandbox?: Credentials;
  readonly env: NodeJS.ProcessEnv;
  /** Like `22.19.0`. */
  readonly nodeVersion: string;
  /** Called with every secret as it becomes known. */
  readonly remember: (secret: string) => void;
  /** Called with the name of the next step. */
  readonly onStep?: (what: string) => void;
}

/** Facts that checks find out for later checks; absent if unknown. */
export interface Facts {
  readonly options: DoctorOptions;
  target?: string;
  /** The YAML, or why it can't be loaded. */
  loaded?: Loaded | Failure;
  /** The suffix of the target's variables; empty if the repository has no targets. */
  suffix?: string;
  desired?: Desired;
  hosts?: Hosts;
  login?: Reached;
  api?: Reached;
  credentials?: Credentials;
  transport?: Transport;
  token?: Token;
  identity?: Identity;
  dialect?: Dialect;
  reading?: ReadTransport;
  permissions?: Permissions;
  git?: Git;
  store?: LedgerStore;
  /** The folder at the top of the repository. */
  top?: string;
  /** The URL of the remote. */
  url?: string;
  /** The checked-out commit. */
  head?: string;
  ledger?: LedgerState;
  protections?: Protections;
  repository?: RepositoryFacts;
  /** The rules, or GitHub's error. */
  mainGuard?: BranchGuard | ApiError;
  ledgerGuard?: BranchGuard | ApiError;
  environments?: readonly EnvironmentFacts[];
  /** Why a fact is absent, if it differs from `ABSENT`. */
  readonly reasons: Map<FactName, Reason>;
}

export interface Reason {
  /** Completes "not checked, because …": a clause without a full stop. */
  readonly why: string;
  readonly hint?: string;
}

/** The usual reasons, for the facts that checks need. */
const ABSENT = {
  target: "the target is unknown",
  loaded: "the target is unknown",
  suffix: "the target is unknown",
  hosts: "the region is unknown",
  login: "the login host doesn't answer",
  api: "the API host doesn't answer",
  credentials: "there are no credentials",
  token: "there is no token",
  identity: "the organisation could not be identified",
  dialect: "the kind of API is unknown",
  reading: "there is no token",
  permissions: "the kind of API is unknown",
  git: "there is no git",
  store: "there is no repository",
  ledger: "the ledger can't be read",
  protections: "this repository has no remote on GitHub",
  repository: "GitHub doesn't show the repository",
  mainGuard: "GitHub doesn't show the branch's rules",
  ledgerGuard: "GitHub doesn't show the branch's rules",
  environments: "GitHub doesn't show the environments",
} as const satisfies Partial<Record<keyof Facts, string>>;

type FactName = keyof typeof ABSENT;

/** `warning`: it works, but not completely or not safely; `unchecked`: it could not be checked. */
export type Status = "ok" | "warning" | "wrong" | "unchecked";

/** The result of one check. */
export interface CheckResult {
  readonly status: Status;
  /** A code for tools if there is something to do; the same code that other commands would fail with. */
  readonly code?: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

/** The result of a check, with its name for tools and its title for people. */
export interface Finding extends CheckResult {
  readonly check: string;
  readonly title: string;
}

/** One row of the table; it runs only if all facts that it needs are known. */
export interface Check<K extends FactName = FactName> {
  readonly check: string;
  readonly title: string;
  readonly needs: readonly K[];
  /** Reported once instead of the group's checks if a needed fact is missing. */
  readonly group?: { readonly check: string; readonly title: string };
  /** Null if there is nothing to report. A thrown Failure becomes `wrong`. */
  readonly run: (facts: Facts & Required<Pick<Facts, K>>) => CheckResult | null | Promise<CheckResult | null>;
}

/** The findings under one heading. */
export interface Examined {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** One heading, and the checks below it. */
export interface Section {
  readonly title: string;
  /** Shown while they run. */
  readonly step: string;
  readonly checks: readonly Check[];
  /** Explains an error of an API. */
  readonly explain?: (error: ApiError, facts: Facts) => Problem;
}

/** A row of the table, typed by what it needs. */
export function check<K extends FactName>(
  name: string,
  title: string,
  needs: readonly K[],
  run: Check<K>["run"],
  group?: Check["group"],
): Check {
  return { check: name, title, needs, run, ...(group && { group }) } as unknown as Check;
}

/** Runs the checks in order; problems that they find are results, not exceptions. */
export async function runChecks({ checks, explain }: Section, facts: Facts): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const row of checks) {
    const missing = row.needs.find((need) => facts[need] === undefined);
    const { check: name, title } = missing === undefined ? row : (row.group ?? row);
    if (missing !== undefined && findings.some((finding) => finding.check === name)) continue;
    const result =
      missing === undefined
        ? await runCheck(row, facts, explain)
        : unchecked(facts.reasons.get(missing) ?? { why: ABSENT[missing] });
    if (result) findings.push({ check: name, title, ...result });
  }
  return findings;
}

async function runCheck(row: Check, facts: Facts, explain: Section["explain"]): Promise<CheckResult | null> {
  try {
    return await row.run(facts as never);
  } catch (error) {
    if (explain && error instanceof ApiError) return wrong(explain(error, facts));
    return wrong(firstProblem(error));
  }
}

/** The first problem of a Failure. Throws anything else again. */
export function firstProblem(error: unknown): Problem {
  const problem = error instanceof Failure ? error.problems[0] : undefined;
  if (!problem) throw error;
  return problem;
}

export function ok(message: string, hint?: string): CheckResult {
  return { status: "ok", message, ...(hint !== undefined && { hint }) };
}

export function warning({ code, message, hint }: Problem): CheckResult {
  return { status: "warning", code, message, ...(hint !== undefined && { hint }) };
}

export function wrong(problem: Problem): CheckResult {
  return { ...warning(problem), status: "wrong" };
}

export function unchecked({ why, hint }: Reason): CheckResult {
  return { status: "unchecked", message: `because ${why}.`, ...(hint !== undefined && { hint }) };
}
