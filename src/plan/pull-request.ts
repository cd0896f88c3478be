/**
 * The plan of one pull request: the changes of its merge, without those that `main` would make anyway. Both plans use
 * one reading of live and ledger.
 */
import type { Change, Plan, Refusal, ScheduledChange } from "../model.ts";
import { changesOf, indexChanges, isAskedFor } from "./changes.ts";
import { NOT_COMPARED, refuseTooManyRemovals } from "./guards/guards.ts";
import { noteSchedule } from "./notes.ts";
import { partOf } from "./part.ts";
import type { Planned, PlanInputs } from "./plan.ts";
import { plan } from "./plan.ts";
import { refusalKey } from "./review.ts";

export interface PullRequestPlan extends Planned {
  /** Edits that are merged but not applied yet, with the refusals of `main`. */
  readonly waiting: Plan;
  /** Edits on `main` that this pull request reverts. */
  readonly undone: Plan;
}

/**
 * `plan` in the result has the changes of the pull request, and drift, membership and conflicts, which an apply would
 * carry out too. It is refused only for its own changes, and for reasons that concern every plan. `base` has the YAML
 * that the pull request is merged into, and allows what merged pull requests were allowed. `planned` is the plan of
 * `head`.
 */
export function planPullRequest(planned: Planned, head: PlanInputs, base: PlanInputs): PullRequestPlan {
  const main = plan(base).plan;
  const waiting = new Set(
    changesOf(main)
      .filter(isAskedFor)
      .map(({ id }) => id),
  );
  const isWaiting = ({ id }: Change): boolean => waiting.has(id);
  const own = partOf(planned.plan, (change) => !isWaiting(change), head.requestsPerMinute);
  const refusedOnMain = new Set([...main.refusals, ...main.allowed].map(refusalKey));
  const isOwn = (refusal: Refusal): boolean =>
    !refusedOnMain.has(refusalKey(refusal)) || IN_EVERY_PLAN.has(refusal.code);
  const judged = judgeRemovals(planned, own, head);
  return {
    ...planned,
    plan: {
      ...withSchedule(own, ownDays(own.scheduled, main.scheduled)),
      ...{ refusals: judged.refusals.filter(isOwn), allowed: judged.allowed.filter(isOwn) },
    },
    waiting: {
      ...partOf(planned.plan, isWaiting, head.requestsPerMinute),
      ...{ refusals: main.refusals, allowed: main.allowed },
    },
    undone: undoneBy(planned.plan, main, head.requestsPerMinute),
  };
}

/**
 * Refusals that concern each pull request: if nothing can be compared, its plan is empty and must not pass; and the
 * threshold counts its own removals.
 */
const IN_EVERY_PLAN: ReadonlySet<Refusal["code"]> = new Set([...NOT_COMPARED, "TOO_MANY_REMOVALS"]);

/** Applies the removal threshold to this pull request's changes, without those waiting on `main`. */
function judgeRemovals(
  { plan: { refusals, allowed }, subjects }: Planned,
  own: Plan,
  { desired, ledger, allow }: PlanInputs,
): Pick<Plan, "refusals" | "allowed"> {
  const others = (all: readonly Refusal[]): Refusal[] =>
    all.filter(({ code }) => code !== "TOO_MANY_REMOVALS");
  const found = refuseTooManyRemovals({ desired, ledger, operations: own.stages.flat(), subjects });
  const isAllowed = allow.has("TOO_MANY_REMOVALS");
  return {
    refusals: isAllowed ? others(refusals) : [...others(refusals), ...found],
    allowed: isAllowed ? [...others(allowed), ...found] : others(allowed),
  };
}

/** What the days bring that they don't bring on `main` already. */
function ownDays(head: Plan["scheduled"], main: Plan["scheduled"]): Plan["scheduled"] {
  const known = new Map(main.map((day) => [day.day, day]));
  return head.flatMap((day): Plan["scheduled"] => {
    const other = known.get(day.day);
    if (!other) return [day];
    const keys = new Set(other.changes.map(keyOfScheduled));
    const bare = new Set(other.uncovered.map(({ skill }) => skill));
    const changes = day.changes.filter((change) => !keys.has(keyOfScheduled(change)));
    const uncovered = day.uncovered.filter(({ skill }) => !bare.has(skill));
    return changes.length + uncovered.length > 0 ? [{ ...day, changes, uncovered }] : [];
  });
}

function keyOfScheduled({ user, name, skill, before, after }: ScheduledChange): string {
  return JSON.stringify([user ?? name, skill, before, after]);
}

function withSchedule(plan: Plan, scheduled: Plan["scheduled"]): Plan {
  const others = plan.notes.filter(({ code }) => code !== "SCHEDULED");
  return { ...plan, scheduled, notes: [...others, ...noteSchedule(scheduled)] };
}

/** What `main` would change and the pull request leaves as it is. */
function undoneBy(head: Plan, main: Plan, requestsPerMinute: number): Plan {
  const find = indexChanges(head);
  const isUndone = (change: Change): boolean =>
    isAskedFor(change) && find(change.subject, change.field) === undefined;
  return partOf(main, isUndone, requestsPerMinute);
}
