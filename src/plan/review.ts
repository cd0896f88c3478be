/**
 * What takes away or overwrites is applied only where somebody reviewed it. A review is a set of salted hashes of
 * changes; a change of that kind that is in no review is withheld, with all that depends on it.
 */
import { createHash } from "node:crypto";
import type { Change, Plan, RefusalCode } from "../model.ts";
import { changesOf } from "./changes.ts";
import type { Planned, PlanInputs } from "./plan.ts";
import { plan } from "./plan.ts";

/** Where a plan was reviewed; salts its hashes, so that they name nobody and are worth nothing elsewhere. */
export interface ReviewPlace {
  /** `owner/name`. */
  readonly repository: string;
  /** Number of the pull request. */
  readonly pull: number;
}

/** What takes away or overwrites in one reviewed plan. */
export interface ReviewedPlan extends ReviewPlace {
  readonly hashes: ReadonlySet<string>;
}

export const REVIEW_HASH_LENGTH = 12;

/** 12 hexadecimal characters; `change` is a change's id. */
export function reviewHash(change: string, { repository, pull }: ReviewPlace): string {
  const salted = JSON.stringify([repository.toLowerCase(), pull, change]);
  return createHash("sha256").update(salted).digest("hex").slice(0, REVIEW_HASH_LENGTH);
}

/** The hashes of all in a plan that takes away or overwrites, sorted. */
export function reviewHashes(plan: Plan, place: ReviewPlace): string[] {
  return changesOf(plan)
    .filter(({ takesAway }) => takesAway)
    .map(({ id }) => reviewHash(id, place))
    .sort();
}

/**
 * Plans with every change withheld that takes away or overwrites and is in no review; plans again until that adds
 * none. The guards of removals are silent then: what is left of them has passed them in its review.
 */
export function planReviewed(inputs: PlanInputs, reviewed: readonly ReviewedPlan[]): Planned {
  const withheld = new Set(inputs.withheld);
  const isReviewed = ({ id }: Change): boolean =>
    reviewed.some((review) => review.hashes.has(reviewHash(id, review)));
  for (;;) {
    const planned = plan({ ...inputs, withheld });
    const unreviewed = changesOf(planned.plan).filter((change) => change.takesAway && !isReviewed(change));
    if (unreviewed.length === 0) return withoutRemovalGuards(planned);
    for (const { id } of unreviewed) withheld.add(id);
  }
}

/** Guards of what takes away, and of nothing else. */
const REMOVAL_GUARDS: readonly RefusalCode[] = [
  "TOO_MANY_REMOVALS",
  "UNCOVERED",
  "SKILL_DELETE",
  "SKILL_REPLACE",
  "PROTECTED",
  "IN_USE",
  "MAYBE_RENAME",
];

function withoutRemovalGuards(planned: Planned): Planned {
  const refusals = planned.plan.refusals.filter(({ code }) => !REMOVAL_GUARDS.includes(code));
  return { ...planned, plan: { ...planned.plan, refusals } };
}
