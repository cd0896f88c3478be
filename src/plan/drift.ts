/** The part of a plan that puts back what somebody changed manually. */
import type { Change, Plan } from "../model.ts";
import { NOT_COMPARED } from "./guards/guards.ts";
import { partOf } from "./part.ts";

/**
 * The same plan with nothing but its drift: what differs from the ledger though git did not change. Where it has
 * refusals, nothing could be compared, and that it has no operations says nothing.
 */
export function driftOf(plan: Plan, requestsPerMinute: number): Plan {
  return {
    ...partOf(plan, isDrift, requestsPerMinute),
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

function isDrift({ cause }: Change): boolean {
  return cause === "drift";
}
