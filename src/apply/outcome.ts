/** What became of a plan: small builders and questions over the outcome shapes of model.ts. */
import type { ApplyReport, ChangeOutcome, Operation, OperationOutcome, Skip } from "../model.ts";
import { fingerprintsOf } from "../plan/fingerprint.ts";

type Done = Extract<ChangeOutcome, { result: "done" }>;

export function done(fingerprint: string, how?: Done["how"]): Done {
  return { result: "done", fingerprint, ...(how && { how }) };
}

export function failed(fingerprint: string, reason: string): ChangeOutcome {
  return { result: "failed", fingerprint, reason };
}

export function skipped(fingerprint: string, why: Skip): ChangeOutcome {
  return { result: "skipped", fingerprint, why };
}

/** The same outcome for all that an operation changes. */
export function allOf(operation: Operation, each: (fingerprint: string) => ChangeOutcome): OperationOutcome {
  return { operation, changes: fingerprintsOf(operation).map(each) };
}

/** Whether every change of every operation is done. */
export function isComplete(report: ApplyReport): boolean {
  return report.outcomes.every(({ changes }) => changes.every(({ result }) => result === "done"));
}

/** An operation is failed where any change of it failed, done where all are, and otherwise skipped. */
export function statusOf({ changes }: OperationOutcome): ChangeOutcome["result"] {
  if (changes.some(({ result }) => result === "failed")) return "failed";
  return changes.every(({ result }) => result === "done") ? "done" : "skipped";
}
