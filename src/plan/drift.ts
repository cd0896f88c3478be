/** The part of a plan that puts back what somebody changed manually. */
import type { Change, Plan, RefusalCode } from "../model.ts";
import { changesOf, keepChanges } from "./changes.ts";
import { costOf } from "./cost.ts";
import { planFingerprint } from "./fingerprint.ts";
import { summarize } from "./summary.ts";

/**
 * The same plan with nothing but its drift: what differs from the ledger though git did not change. Where it has
 * refusals, nothing could be compared, and that it has no operations says nothing.
 */
export function driftOf(plan: Plan, requestsPerMinute: number): Plan {
  const stages = plan.stages
    .map((stage) => stage.flatMap((operation) => keepChanges(operation, isDrift) ?? []))
    .filter((stage) => stage.length > 0);
  const operations = stages.flat();
  return {
    ...plan,
    stages,
    notes: plan.notes.filter(({ code }) => DRIFT_NOTES.includes(code)),
    refusals: plan.refusals.filter(({ code }) => NOT_COMPARED.includes(code)),
    summary: summarize(operations),
    cost: costOf(operations, requestsPerMinute),
    fingerprint: planFingerprint(changesOf(operations)),
  };
}

const DRIFT_NOTES: readonly string[] = [
  "DRIFT_LEFT",
  "RECREATED",
  "ALREADY_GONE",
  "LEFT_ORG",
  "LIMITED_VIEW",
];

/** Without these nothing can be compared; the other refusals are of edits that nobody has applied. */
const NOT_COMPARED: readonly RefusalCode[] = [
  "INCOMPLETE",
  "WRONG_ORG",
  "WRONG_DIALECT",
  "OTHER_LEDGER",
  "SHARED_ORG",
  "MANY_GONE",
];

function isDrift({ cause }: Change): boolean {
  return cause === "drift";
}
