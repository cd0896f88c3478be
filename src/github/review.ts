/**
 * What was reviewed of that which is applied now: the plans in the comments of the pull requests merged since the
 * last apply. A comment counts by its author, target and commit; whatever else it says is anybody's word.
 */
import { systemClock } from "../http/clock.ts";
import type { ReviewedPlan } from "../plan/review.ts";
import { ownComments } from "./comment.ts";
import { readPlanMark, saysWithheld } from "./marker.ts";
import type { CommitRange, MergedPull } from "./merged.ts";
import { changesFolder, commitsSince, pullsMergedBy } from "./merged.ts";
import type { Session } from "./session.ts";
import { orFailure } from "./session.ts";

export interface ReviewQuestion extends CommitRange {
  readonly target: string;
  /** Whether GitHub's index, which lags behind a merge, is waited for. Default true. */
  readonly isPatient?: boolean;
}

export interface Review {
  /** What `planReviewed` asks for. */
  readonly plans: readonly ReviewedPlan[];
  /** All pull requests that were merged since the last apply, by number. */
  readonly pulls: readonly PullReview[];
  /** Whether the last apply is an ancestor; if not, nothing counts. */
  readonly isFollowed: boolean;
}

/** Why a pull request's plan counts or doesn't. */
export type PullVerdict =
  | "reviewed"
  /** No comment of ours for this target: it changed nothing here, or the plan was never posted. */
  | "no-plan"
  /** No comment of ours, and no change in the folder of the YAML. */
  | "no-yaml"
  /** Its plan is of an earlier commit than the one that was merged. */
  | "other-head"
  | "refused"
  /** It takes away more than a comment can list. */
  | "too-many";

export interface PullReview {
  readonly number: number;
  readonly verdict: PullVerdict;
  /** Codes of the refusals that were allowed on it. */
  readonly allowed: readonly string[];
}

/** Throws Failure GITHUB: what can't be read must stop the apply, because a later run could not make up for it. */
export function reviewedChanges(session: Session, question: ReviewQuestion): Promise<Review> {
  return orFailure(review(session, question));
}

async function review(session: Session, question: ReviewQuestion): Promise<Review> {
  const commits = await commitsSince(question);
  if (commits === null) return { plans: [], pulls: [], isFollowed: false };
  const { github, clock = systemClock } = session;
  const { branch, isPatient = true } = question;
  const pulls = await pullsMergedBy(github, commits, branch, isPatient ? clock : null);
  const reviews: { readonly plan: ReviewedPlan | null; readonly review: PullReview }[] = [];
  for (const pull of pulls) reviews.push(await reviewOf(session, pull, question));
  const plans = reviews.flatMap(({ plan }) => plan ?? []);
  return { plans, pulls: reviews.map(({ review }) => review), isFollowed: true };
}

/** How many commits back something may have been withheld that is applied manually now. */
const WITHHELD_COMMITS = 30;

/** The lately merged pull requests whose result says that something was withheld. Throws Failure GITHUB. */
export function pullsWithWithheld(session: Session, question: ReviewQuestion): Promise<number[]> {
  return orFailure(findWithheld(session, question));
}

async function findWithheld(
  { github, login, dir }: Session,
  { target, ...range }: ReviewQuestion,
): Promise<number[]> {
  const commits = (await commitsSince({ ...range, revision: null, newest: WITHHELD_COMMITS })) ?? [];
  const pulls: number[] = [];
  // An apply has found them before, so the index knows them.
  for (const { number } of await pullsMergedBy(github, commits, range.branch, null)) {
    const [result] = await ownComments(github, { kind: "apply", target, dir, pull: number, login });
    if (result && saysWithheld(result.body)) pulls.push(number);
  }
  return pulls;
}

async function reviewOf(
  { github, login, dir }: Session,
  pull: MergedPull,
  { target, ...where }: ReviewQuestion,
): Promise<{ readonly plan: ReviewedPlan | null; readonly review: PullReview }> {
  const { number, head } = pull;
  const [comment] = await ownComments(github, { kind: "plan", target, dir, pull: number, login });
  const mark = comment ? readPlanMark(comment.body) : null;
  const ruled = (verdict: PullVerdict): { plan: null; review: PullReview } => ({
    plan: null,
    review: { number, verdict, allowed: mark?.allowed ?? [] },
  });
  if (!mark) return ruled((await changesFolder(pull, where)) ? "no-plan" : "no-yaml");
  if (mark.head !== head) return ruled("other-head");
  if (mark.isRefused) return ruled("refused");
  if (mark.hashes === null) return ruled("too-many");
  const plan = {
    repository: github.repository,
    pull: number,
    hashes: new Set(mark.hashes),
    allowed: new Set(mark.allowances),
  };
  return { plan, review: { number, verdict: "reviewed", allowed: mark.allowed } };
}

/** Why a pull request's plan doesn't count, for people; null where it does. */
export function verdictWords(verdict: PullVerdict): string | null {
  switch (verdict) {
    case "reviewed":
    case "no-yaml":
      return null;
    case "no-plan":
      return "has no comment with a plan for this target";
    case "other-head":
      return "was merged with a later commit than the one that its plan was made for";
    case "refused":
      return "was merged though its plan was refused";
    case "too-many":
      return "takes away more than a comment can show, so it has to be applied manually";
  }
}

/** The pull requests that are to hear of the result: those with a plan of ours, and where something was withheld all that change YAML. */
export function pullsToTell({ pulls }: Review, isWithheld: boolean): number[] {
  const hears = ({ verdict }: PullReview): boolean =>
    verdict !== "no-yaml" && (isWithheld || verdict !== "no-plan");
  return pulls.filter(hears).map(({ number }) => number);
}
