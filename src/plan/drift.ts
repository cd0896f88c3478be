/** The part of a plan that no author of the YAML asked for and no apply does unreviewed. */
import type { Change, Plan } from "../model.ts";
import { isAskedFor } from "./changes.ts";
import { NOT_COMPARED } from "./guards/guards.ts";
import { partOf } from "./part.ts";

/**
 * The same plan with nothing but its drift: what differs from the ledger though git did not change, and what an apply
 * withholds without a failure, for people would hear of it nowhere else. `isApplied` says that the YAML is that of the
 * last apply: before it, an overwrite waits for the apply of the edit that asks for it. Where the result has refusals,
 * nothing could be compared, and that it has no operations says nothing.
 */
export function driftOf(plan: Plan, requestsPerMinute: number, isApplied: boolean): Plan {
  const isDrift = (change: Change): boolean => {
    const { cause, takesAway } = change;
    if (cause === "drift" || !takesAway || isAskedFor(change)) return cause === "drift";
    return isApplied || cause === "membership";
  };
  return {
    ...partOf(plan, isDrift, requestsPerMinute),
    scheduled: [],
    notes: plan.notes.filter(({ code }) => DRIFT_NOTES.includes(code)),
    refusals: plan.refusals.filter(({ code }) => NOT_COMPARED.includes(code)),
  };
}

const DRIFT_NOTES: readonly string[] = [
  "DRIFT_LEFT",
  "RECREATED",
  "ALREADY_GONE",
  "LEFT_ORG",
  "LIMITED_VIEW",
];
