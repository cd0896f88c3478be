/** Collects the outcomes of one operation, and summarises outcomes. */
import type { ApplyReport, Change, ChangeOutcome, Operation, OperationOutcome, Skip } from "../model.ts";

type Done = Extract<ChangeOutcome, { result: "done" }>;

export type OutcomeLog = ReturnType<typeof createLog>;

/**
 * The outcomes of one operation. The first outcome of a change counts. A change that was sent without a clear answer
 * ends as done or unsettled, unless live shows a third value.
 */
export function createLog(operation: Operation) {
  const outcomes = new Map<string, ChangeOutcome>();
  const sent = new Set<string>();
  const inFlight = new Set<string>();
  const unclear = new Set<string>();

  function set(outcome: ChangeOutcome): void {
    if (!outcomes.has(outcome.change)) outcomes.set(outcome.change, outcome);
  }

  function end(outcome: ChangeOutcome, reason: string): void {
    const isUnsettled = inFlight.has(outcome.change) || unclear.has(outcome.change);
    set(isUnsettled ? { result: "unsettled", change: outcome.change, reason } : outcome);
  }

  function skip(changes: readonly Change[], why: Skip): void {
    for (const { id } of changes) {
      const skipped: ChangeOutcome = { result: "skipped", change: id, why };
      if (why.kind === "changed-since-plan") set(skipped);
      else end(skipped, "It was sent, but the result could not be read.");
    }
  }

  return {
    /** The changes without an outcome. */
    open: (changes: readonly Change[]): Change[] => changes.filter(({ id }) => !outcomes.has(id)),
    /** Whether this run has sent the change at least once. */
    wasSent: ({ id }: Change): boolean => sent.has(id),
    /** The changes are about to be sent. */
    sending(changes: readonly Change[]): void {
      for (const { id } of changes) {
        sent.add(id);
        inFlight.add(id);
      }
    },
    /** The request has ended; `isClear`: it is known whether the changes were made. */
    answered(changes: readonly Change[], isClear: boolean): void {
      for (const { id } of changes) {
        inFlight.delete(id);
        if (!isClear) unclear.add(id);
      }
    },
    done(changes: readonly Change[], how?: Done["how"]): void {
      for (const { id } of changes) set({ result: "done", change: id, ...(how && { how }) });
    },
    fail(changes: readonly Change[], reason: string): void {
      for (const { id } of changes) end({ result: "failed", change: id, reason }, reason);
    },
    skip,
    /** Every change's outcome, in the order of the operation; changes without one are skipped as stopped. */
    close(): OperationOutcome {
      skip(operation.changes, { kind: "stopped" });
      return { operation, changes: operation.changes.flatMap(({ id }) => outcomes.get(id) ?? []) };
    },
  };
}

/** Whether every change of every operation is done. */
export function isComplete(report: ApplyReport): boolean {
  return report.outcomes.every(({ changes }) => changes.every(({ result }) => result === "done"));
}

/** The worst outcome of the operation's changes. */
export function statusOf({ changes }: OperationOutcome): ChangeOutcome["result"] {
  const order = ["failed", "unsettled", "skipped"] as const;
  return order.find((wanted) => changes.some(({ result }) => result === wanted)) ?? "done";
}
