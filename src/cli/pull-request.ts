/** What a pull request is merged into: the YAML of its base, and what was allowed there. */
import { baseOf } from "../github/base.ts";
import { reviewedChanges } from "../github/review.ts";
import type { Session } from "../github/session.ts";
import type { Desired } from "../model.ts";
import type { ReviewedPlan } from "../plan/review.ts";
import { Failure } from "../problem.ts";
import type { TargetOptions } from "./options.ts";
import { loadPrevious } from "./previous.ts";
import type { PlannedTarget } from "./target.ts";
import type { Terminal } from "./terminal.ts";

export interface Main {
  readonly commit: string;
  /** Undefined where its YAML is not valid. */
  readonly desired: Desired | undefined;
}

/** Null where this run is of no pull request. Throws Failure NOT_THE_MERGE. */
export async function readMain(
  session: Session,
  options: TargetOptions,
  { env }: Terminal,
): Promise<Main | null> {
  const commit = await baseOf(session.run.event, options.dir, env);
  return commit === null ? null : { commit, desired: await loadPrevious(options, commit, env) };
}

interface ReviewedOnMain {
  /** Codes that the pull requests merged since the last apply were allowed. */
  readonly allowed: ReadonlySet<string>;
  /** Their plans; undefined where nobody could ask GitHub. */
  readonly plans?: readonly ReviewedPlan[];
}

/** What was reviewed on the pull requests that were merged since the last apply. */
export async function reviewedOnMain(
  session: Session,
  head: string,
  { inputs: { desired, ledger, allow } }: PlannedTarget,
  { dir }: TargetOptions,
  terminal: Terminal,
): Promise<ReviewedOnMain> {
  const { event } = session.run;
  const revision = ledger?.applied?.revision ?? null;
  // Without a ledger nothing can have been refused.
  if (revision === null || revision === head) return { allowed: new Set() };
  if (event.kind !== "pull-request" && event.kind !== "merge-group") return { allowed: new Set() };
  const where = { cwd: dir, env: terminal.env, branch: event.base, isPatient: false };
  const question = { ...where, revision, head, target: desired.target };
  try {
    const { pulls, plans } = await reviewedChanges(session, question);
    return { allowed: new Set(pulls.flatMap(({ allowed }) => allowed)), plans };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.err(`What merged pull requests were allowed could not be read: ${error.message}\n`);
    return { allowed: allow };
  }
}
