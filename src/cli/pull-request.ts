/** The base of a pull request: its YAML, and the codes allowed there. */
import { baseOf } from "../github/base.ts";
import { reviewedChanges } from "../github/review.ts";
import type { Session } from "../github/session.ts";
import type { Desired } from "../model.ts";
import type { ReviewedPlan } from "../plan/review.ts";
import { orWarn } from "./on-github.ts";
import type { TargetOptions } from "./options.ts";
import { loadPrevious } from "./previous.ts";
import type { PlannedTarget } from "./target.ts";
import type { Terminal } from "./terminal.ts";

interface Main {
  readonly commit: string;
  /** Undefined if its YAML is not valid. */
  readonly desired: Desired | undefined;
}

/** Null if no pull request started this run. Throws Failure NOT_THE_MERGE. */
export async function readMain(
  session: Session,
  options: TargetOptions,
  { env }: Terminal,
): Promise<Main | null> {
  const commit = await baseOf(session.run.event, options.dir, env);
  return commit === null ? null : { commit, desired: await loadPrevious(options, commit, env) };
}

interface ReviewedOnMain {
  /** Codes allowed on the pull requests merged since the last apply. */
  readonly allowed: ReadonlySet<string>;
  /** Their plans; absent if GitHub could not be read. */
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
  // Without a ledger no guard has refused anything.
  if (revision === null || revision === head) return { allowed: new Set() };
  if (event.kind !== "pull-request" && event.kind !== "merge-group") return { allowed: new Set() };
  const where = { cwd: dir, env: terminal.env, branch: event.base, waitForIndex: false };
  const question = { ...where, revision, head, target: desired.target };
  const what = "The allowed codes of merged pull requests could not be read";
  const review = await orWarn(reviewedChanges(session, question), null, what, terminal);
  if (!review) return { allowed: allow };
  return { allowed: new Set(review.pulls.flatMap(({ allowed }) => allowed)), plans: review.plans };
}
