/**
 * The reviews of the commits that are applied now: the plans in the comments of the pull requests merged since the last
 * apply. A comment counts only if its author, target and commit are right.
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
  /** Whether to wait for GitHub's index, which lags behind a merge. Default true. */
  readonly waitForIndex?: boolean;
}

export interface Review {
  /** The input for `planReviewed`. */
  readonly plans: readonly ReviewedPlan[];
  /** All pull requests that were merged since the last apply, by number. */
  readonly pulls: readonly PullReview[];
  /** Whether the last applied commit is an ancestor; if not, no review counts. */
  readonly isFollowed: boolean;
}

/** Why a pull request's plan counts or doesn't. */
type PullVerdict =
  | "reviewed"
  /** There is no comment of ours for this target: nothing changed here, or the plan was never posted. */
  | "no-plan"
  /** No comment of ours, and no change in the folder of the YAML. */
  | "no-yaml"
  /** Its plan is of an earlier commit than the one that was merged. */
  | "other-head"
  | "refused"
  /** It takes away more than a comment can list. */
  | "too-many";

interface PullReview {
  readonly number: number;
  readonly verdict: PullVerdict;
  /** Codes of its allowed refusals. */
  readonly allowed: readonly string[];
}

/** Reads the reviews. Throws Failure GITHUB: a read error must stop the apply, because a later run can't repair it. */
export const reviewedChanges = orFailure(
  async (session: Session, question: ReviewQuestion): Promise<Review> => {
    const commits = await commitsSince(question);
    if (commits === null) return { plans: [], pulls: [], isFollowed: false };
    const { github, clock = systemClock } = session;
    const { branch, waitForIndex = true } = question;
    const pulls = await pullsMergedBy(github, commits, branch, waitForIndex ? clock : null);
    const reviews: { readonly plan: ReviewedPlan | null; readonly review: PullReview }[] = [];
    for (const pull of pulls) reviews.push(await reviewOf(session, pull, question));
    const plans = reviews.flatMap(({ plan }) => plan ?? []);
    return { plans, pulls: reviews.map(({ review }) => review), isFollowed: true };
  },
);

/** How many commits to search for withheld changes that are applied manually now. */
const WITHHELD_COMMITS = 30;

/** The recently merged pull requests whose result reports withheld changes. Throws Failure GITHUB. */
export const pullsWithWithheld = orFailure(
  async ({ github, login, dir }: Session, { target, ...range }: ReviewQuestion): Promise<number[]> => {
    const commits = (await commitsSince({ ...range, revision: null, newest: WITHHELD_COMMITS })) ?? [];
    const pulls: number[] = [];
    // An earlier apply found them, so the index knows them.
    for (const { number } of await pullsMergedBy(github, commits, range.branch, null)) {
      const [result] = await ownComments(github, { kind: "apply", target, dir, pull: number, login });
      if (result && saysWithheld(result.body)) pulls.push(number);
    }
    return pulls;
  },
);

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

/** Why a pull request's plan doesn't count, in words; null if it counts. */
export function verdictWords(verdict: PullVerdict): string | null {
  switch (verdict) {
    case "reviewed":
    case "no-yaml":
      return null;
    case "no-plan":
      return "has no comment with a plan for this target";
    case "other-head":
      return "was merged with a later commit than its plan was made for";
    case "refused":
      return "was merged although its plan was refused";
    case "too-many":
      return "takes away more than a comment can show, so it has to be applied manually";
  }
}

/** The pull requests that get the result: those with a plan of ours; where something was withheld, all that change YAML. */
export function pullsToTell({ pulls }: Review, isWithheld: boolean): number[] {
  return pulls.flatMap(({ number, verdict }) =>
    verdict === "no-yaml" || (verdict === "no-plan" && !isWithheld) ? [] : number,
  );
}
