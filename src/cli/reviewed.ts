/** `apply --reviewed`: withholds removals and overwrites that no merged pull request showed. */
import type { Review, ReviewQuestion } from "../github/review.ts";
import { pullsWithWithheld, pullsToTell, reviewedChanges, verdictWords } from "../github/review.ts";
import type { Session } from "../github/session.ts";
import { headRevision } from "../ledger/revision.ts";
import type { Ledger, Plan, Refusal } from "../model.ts";
import type { ReviewedPlan } from "../plan/review.ts";
import { Failure } from "../problem.ts";
import { refusalText } from "../report/refusals.ts";
import { listNames } from "../report/words.ts";
import { readLastSeen } from "./ledger.ts";
import { targetOf } from "./on-github.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";
import type { PlannedTarget } from "./target.ts";

/** The work of an apply: a plan with its inputs, and the pull requests that get the result. */
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

/** A review, with the pull requests that get the result. */
interface AskedReview extends Review {
  readonly toTell: (isWithheld: boolean) => number[];
}

/** The review since the ledger's revision. Throws Failure DIRTY for uncommitted files, and GITHUB. */
export async function askReviews(
  session: Session,
  { inputs: { desired, ledger }, openLedger }: PlannedTarget,
  options: TargetOptions,
  terminal: Terminal,
): Promise<AskedReview> {
  const { head } = openLedger;
  if (!head) throw notCommitted("There is no commit here");
  if (head.dirty.length > 0) throw notCommitted(`Not committed: ${listNames(head.dirty)}`);
  const revision = ledger?.applied?.revision ?? null;
  const asked = { revision, head: head.commit, target: desired.target };
  const review = await reviewedChanges(session, questionOf(session, asked, options, terminal));
  const plans = review.plans.map((plan) => notYetCarriedOut(plan, ledger));
  return { ...review, plans, toTell: (isWithheld) => pullsToTell(review, isWithheld) };
}

/** Drops changes that were applied: a review counts for one apply, not for a later repetition. */
function notYetCarriedOut(plan: ReviewedPlan, ledger: Ledger | null): ReviewedPlan {
  const done = ledger?.carriedOut?.find(({ pull }) => pull === plan.pull)?.hashes ?? [];
  return { ...plan, hashes: new Set([...plan.hashes].filter((hash) => !done.includes(hash))) };
}

/** The pull requests whose withheld changes are applied by this run. Throws Failure GITHUB. */
export function findWithheld(
  session: Session,
  { inputs: { desired }, openLedger }: PlannedTarget,
  options: TargetOptions,
  terminal: Terminal,
): Promise<number[]> {
  const asked = { revision: null, head: openLedger.head?.commit ?? "", target: desired.target };
  return pullsWithWithheld(session, questionOf(session, asked, options, terminal));
}

type ReviewedCommit = Pick<ReviewQuestion, "revision" | "head" | "target" | "newest">;

function questionOf(
  { run }: Session,
  asked: ReviewedCommit,
  { dir }: TargetOptions,
  { env }: Terminal,
): ReviewQuestion {
  return { ...asked, cwd: dir, env, branch: run.branch };
}

/** The target and pull requests of an apply, known without the organisation. */
export interface Concerned {
  readonly target: string;
  /** The checked-out commit; empty if there is none. */
  readonly head: string;
  readonly pulls: readonly number[];
}

/** The pull requests since the last apply, or of the newest commit if that apply is unknown or no ancestor. Throws Failure. */
export async function findConcerned(
  session: Session,
  options: TargetOptions,
  terminal: Terminal,
): Promise<Concerned> {
  const target = await targetOf(options);
  const head = (await headRevision(options.dir, ".", terminal.env))?.commit ?? "";
  if (head === "") return { target, head, pulls: [] };
  const newest = { revision: null, head, target, newest: 1 };
  const since = await lastApplied(options, target, terminal);
  const asked = since ? { ...since, head, target } : newest;
  const ask = (about: ReviewedCommit): Promise<Review> =>
    reviewedChanges(session, questionOf(session, about, options, terminal));
  const review = await ask(asked);
  return { target, head, pulls: pullsToTell(review.isFollowed ? review : await ask(newest), false) };
}

/** Null if this clone has no ledger. */
async function lastApplied(
  options: TargetOptions,
  target: string,
  terminal: Terminal,
): Promise<Pick<ReviewedCommit, "revision"> | null> {
  try {
    const ledger = await readLastSeen(options, target, terminal);
    return ledger && { revision: ledger.applied?.revision ?? null };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
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
  const reasons = pulls.flatMap(({ number, verdict }) => {
    const words = verdictWords(verdict);
    return words === null ? [] : [`#${number} ${words}.`];
  });
  const isFound = pulls.some(({ verdict }) => verdict !== "no-yaml");
  return !isFound ? ["No merged pull request was found for these commits."] : reasons;
}

/** One sentence for each refusal that withheld changes, with its remedy. */
export function setAsideWords(setAside: readonly Refusal[], plan: Plan): string[] {
  return setAside.map((refusal) => `${refusal.code}: ${refusalText(refusal, plan)}`);
}
