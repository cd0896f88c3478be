/** Counts what people and tools look for first. */
import type { AssignmentChange, Operation, Summary } from "../model.ts";

/** Skills, assignments and profile entries are counted, not operations. */
export function summarize(operations: readonly Operation[]): Summary {
  const summary = { add: 0, change: 0, destroy: 0, usersGaining: 0, usersLosing: 0 };
  const losers = new Set<string>();
  for (const operation of operations) {
    switch (operation.kind) {
      case "create-skill":
        summary.add++;
        break;
      case "update-skill":
        summary.change++;
        break;
      case "update-profile":
        if (operation.changes.length > 0) summary.change++;
        summary.add += countKind(operation.entries, "gain");
        summary.destroy += countKind(operation.entries, "lose");
        break;
      case "update-user":
        summary.add += countKind(operation.changes, "gain");
        summary.change += countKind(operation.changes, "change");
        summary.destroy += operation.changes.filter(isLoss).length;
        summary.usersGaining += Number(countKind(operation.changes, "gain") > 0);
        if (operation.changes.some(isLoss)) losers.add(operation.id);
        break;
      case "delete-skill":
        summary.destroy++;
        // With a skill that is replaced nobody loses anything.
        if (operation.replacedBy !== undefined) break;
        summary.destroy += operation.holders.length;
        for (const id of operation.holders) losers.add(id);
        break;
    }
  }
  summary.usersLosing = losers.size;
  return summary;
}

function countKind(changes: readonly { readonly kind: string }[], kind: string): number {
  return changes.filter((change) => change.kind === kind).length;
}

/** Giving up an old skill for its new name is no loss. */
function isLoss(change: AssignmentChange): boolean {
  return change.kind === "lose" && change.to === undefined;
}
