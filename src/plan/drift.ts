/** The drift in a plan: changes that no edit of the YAML asked for. */
import type { Change, Plan } from "../model.ts";
import { isAskedFor } from "./changes.ts";
import { NOT_COMPARED } from "./guards/guards.ts";
import { partOf } from "./part.ts";

/**
 * The plan with only its drift: differences from the ledger without an edit, and changes that an apply withholds
 * without failing, since nothing else reports them. `isApplied`: the YAML is that of the last apply; before that, an
 * overwrite belongs to the apply of its edit. If the result has refusals, nothing could be compared, so a lack of
 * operations means nothing.
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
