/** The part of a plan that puts back what someone changed by hand. */
import type { Operation, Plan, RefusalCode } from "../model.ts";
import { costOf } from "./cost.ts";
import { planFingerprint } from "./fingerprint.ts";
import { summarize } from "./summary.ts";

/**
 * The same plan with nothing but its drift: what differs from the ledger though git did not change. Where it has
 * refusals, the worlds could not be compared, and that it has no operations says nothing.
 */
export function driftOf(plan: Plan, requestsPerMinute: number): Plan {
  const stages = plan.stages
    .map((stage) => stage.map(keepDrift).filter((operation) => operation !== null))
    .filter((stage) => stage.length > 0);
  const operations = stages.flat();
  return {
    ...plan,
    stages,
    notes: plan.notes.filter(({ code }) => DRIFT_NOTES.includes(code)),
    refusals: plan.refusals.filter(({ code }) => NOT_COMPARED.includes(code)),
    summary: summarize(operations),
    cost: costOf(operations, requestsPerMinute),
    fingerprint: planFingerprint(operations),
  };
}

const DRIFT_NOTES: readonly string[] = [
  "DRIFT_LEFT",
  "RECREATED",
  "ALREADY_GONE",
  "LEFT_ORG",
  "LIMITED_VIEW",
];

/** What is wrong with the worlds; the other refusals are of edits that nobody has applied. */
const NOT_COMPARED: readonly RefusalCode[] = [
  "INCOMPLETE",
  "WRONG_ORG",
  "WRONG_DIALECT",
  "OTHER_LEDGER",
  "SHARED_ORG",
  "MANY_GONE",
];

function keepDrift(operation: Operation): Operation | null {
  const isDrift = ({ cause }: { readonly cause: string }): boolean => cause === "drift";
  switch (operation.kind) {
    case "create-skill":
    case "delete-skill":
      return isDrift(operation) ? operation : null;
    case "update-skill": {
      const changes = operation.changes.filter(isDrift);
      return changes.length > 0 ? { ...operation, changes } : null;
    }
    case "update-profile": {
      const [changes, entries] = [operation.changes.filter(isDrift), operation.entries.filter(isDrift)];
      return changes.length + entries.length > 0 ? { ...operation, changes, entries } : null;
    }
    case "update-user": {
      const changes = operation.changes.filter(isDrift);
      return changes.length > 0 ? { ...operation, changes } : null;
    }
  }
}
