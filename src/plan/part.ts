/** A part of a plan as a plan. */
import type { Change, Plan } from "../model.ts";
import { changesOf, keepChanges } from "./changes.ts";
import { costOf } from "./cost.ts";
import { planFingerprint } from "./fingerprint.ts";
import { notSearched } from "./notes.ts";
import { summarize } from "./summary.ts";

/** The plan with only the changes that `keep` accepts. Summary, cost, fingerprint and the note on deletes are recomputed; the rest is copied. */
export function partOf(plan: Plan, keep: (change: Change) => boolean, requestsPerMinute: number): Plan {
  const stages = plan.stages
    .map((stage) => stage.flatMap((operation) => keepChanges(operation, keep) ?? []))
    .filter((stage) => stage.length > 0);
  const operations = stages.flat();
  return {
    ...plan,
    stages,
    summary: summarize(operations),
    notes: plan.notes.flatMap((note) => (note.code === "NOT_SEARCHED" ? notSearched(operations) : [note])),
    cost: costOf(operations, requestsPerMinute),
    fingerprint: planFingerprint(changesOf(operations)),
  };
}
