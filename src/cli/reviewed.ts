/** The state of an apply; with `--reviewed` it withholds removals and overwrites that no merged pull request showed. */
import type { Journal } from "../apply/journal.ts";
import type { Review, ReviewQuestion } from "../github/review.ts";
import { pullsToTell, pullsWithWithheld, reviewedChanges, verdictWords } from "../github/review.ts";
import type { Session } from "../github/session.ts";
import { headRevision } from "../ledger/revision.ts";
import type { ApplyReport, Ledger, Plan, Refusal } from "../model.ts";
import type { ReviewedPlan } from "../plan/review.ts";
import { catchFailure, Failure } from "../problem.ts";
import { refusalText } from "../report/refusals.ts";
import { listNames } from "../report/words.ts";
import type { Interrupt } from "./interrupt.ts";
import { readLastSeen } from "./ledger.ts";
import { targetOf } from "./on-github.ts";
import type { TargetOptions } from "./options.ts";
import type { PlannedTarget } from "./target.ts";
import type { Terminal } from "./terminal.ts";

export interface ApplyCommandOptions extends TargetOptions {
  /** The plan file. Default: a fresh plan. */
  readonly file?: string;
  readonly yes?: boolean;
  readonly allow: ReadonlySet<string>;
  /** Replaces another apply, which has fifteen seconds to notice. */
  readonly takeOver?: boolean;
  /** False with `--no-wait`: refuses if another apply is running. Default true. */
  readonly wait?: boolean;
  /** Withholds removals and overwrites that no merged pull request showed. */
  readonly reviewed?: boolean;
  /** Writes the result to the pull requests that were merged. */
  readonly comment?: boolean;
  /** Does what is due by a date, and nothing else, with the YAML that an apply began with last. */
  readonly scheduled?: boolean;
}

/** One apply, from its first step to its end. */
export interface ApplyRun {
  readonly options: ApplyCommandOptions;
  readonly terminal: Terminal;
  readonly session: Session | null;
  readonly interrupt: Interrupt;
  readonly journal: Journal | null;
  /** Null until there is a plan. */
  work: ApplyWork | null;
  /** The operations tried so far; null before the first write. */
  report: ApplyReport | null;
}

/** A plan with its inputs, and what its reviews say. */
export interface ApplyWork extends PlannedTarget {
  /** Sentences: why changes are withheld. */
  readonly reasons: readonly string[];
  /** Refusals of single subjects that no review allowed, so that their changes are withheld. */
  readonly setAside: readonly Refusal[];
  /** The plans that were reviewed for it. */
  readonly reviews: readonly ReviewedPlan[];
  /** The pull requests that get the result. */
  readonly pulls: readonly number[];
}

type RunInputs = Pick<ApplyRun, "options" | "terminal">;

/** The review since the ledger's revision. Throws Failure DIRTY for uncommitted files, and GITHUB. */
export async function askReviews(
  run: RunInputs,
  session: Session,
  { inputs: { desired, ledger }, openLedger: { head } }: PlannedTarget,
): Promise<Review> {
  if (!head) throw notCommitted("There is no commit here");
  if (head.dirty.length > 0) throw notCommitted(`Not committed: ${listNames(head.dirty)}`);
  const revision = ledger?.applied?.revision ?? null;
  const asked = { revision, head: head.commit, target: desired.target };
  const review = await reviewedChanges(session, questionOf(run, session, asked));
  return { ...review, plans: review.plans.map((plan) => withoutApplied(plan, ledger)) };
}

/** Drops changes that were applied: a review counts for one apply, not for a later repetition. */
function withoutApplied(plan: ReviewedPlan, ledger: Ledger | null): ReviewedPlan {
  const done = ledger?.carriedOut?.find(({ pull }) => pull === plan.pull)?.hashes ?? [];
  return { ...plan, hashes: new Set([...plan.hashes].filter((hash) => !done.includes(hash))) };
}

/** The pull requests whose withheld changes are applied by this run. Throws Failure GITHUB. */
export function findWithheld(
  run: RunInputs,
  session: Session,
  { inputs: { desired }, openLedger }: PlannedTarget,
): Promise<number[]> {
  const asked = { revision: null, head: openLedger.head?.commit ?? "", target: desired.target };
  return pullsWithWithheld(session, questionOf(run, session, asked));
}

type ReviewedCommit = Pick<ReviewQuestion, "revision" | "head" | "target" | "newest">;

function questionOf(
  { options, terminal }: RunInputs,
  { run }: Session,
  asked: ReviewedCommit,
): ReviewQuestion {
  return { ...asked, cwd: options.dir, env: terminal.env, branch: run.branch };
}

/** The target and pull requests of an apply, known without the organisation. */
export interface Concerned {
  readonly target: string;
  /** The checked-out commit; empty if there is none. */
  readonly head: string;
  readonly pulls: readonly number[];
}

/** The pull requests since the last apply, or of the newest commit if that apply is unknown or no ancestor. Throws Failure. */
export async function findConcerned(run: RunInputs, session: Session): Promise<Concerned> {
  const { options, terminal } = run;
  const target = await targetOf(options);
  const head = (await headRevision(options.dir, ".", terminal.env))?.commit ?? "";
  if (head === "") return { target, head, pulls: [] };
  const ask = (since: Pick<ReviewedCommit, "revision" | "newest">): Promise<Review> =>
    reviewedChanges(session, questionOf(run, session, { ...since, head, target }));
  const newest = { revision: null, newest: 1 };
  const ledger = await catchFailure(readLastSeen(options, target, terminal));
  const isKnown = ledger !== null && !(ledger instanceof Failure);
  const review = await ask(isKnown ? { revision: ledger.applied?.revision ?? null } : newest);
  return { target, head, pulls: pullsToTell(review.isFollowed ? review : await ask(newest), false) };
}

function notCommitted(what: string): Failure {
  return new Failure({
    code: "DIRTY",
    message: `${what}, and --reviewed applies only commits.`,
    hint: "Commit it and merge it with a pull request, or apply without --reviewed.",
  });
}

/** Sentences: why changes of a plan may be withheld. */
export function reasonsOf({ pulls, isFollowed }: Review): string[] {
  if (!isFollowed)
    return ["The last applied commit is not an ancestor of this one, so nothing counts as reviewed."];
  if (pulls.every(({ verdict }) => verdict === "no-yaml"))
    return ["No merged pull request was found for these commits."];
  return pulls.flatMap(({ number, verdict }) => {
    const words = verdictWords(verdict);
    return words === null ? [] : [`#${number} ${words}.`];
  });
}

/** One sentence for each refusal that withheld changes, with its remedy. */
export function setAsideWords(setAside: readonly Refusal[], plan: Plan): string[] {
  return setAside.map((refusal) => `${refusal.code}: ${refusalText(refusal, plan)}`);
}
