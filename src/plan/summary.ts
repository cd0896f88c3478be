/** Counts what people and tools look for first. */
import type { Operation, Summary } from "../model.ts";

/** Skills, assignments and profile entries are counted, not operations. */
export function summarize(operations: readonly Operation[]): Summary {
  const summary = { add: 0, change: 0, destroy: 0, usersGaining: 0, usersLosing: 0 };
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
        summary.destroy += countKind(operation.changes, "lose");
        summary.usersGaining += Number(countKind(operation.changes, "gain") > 0);
        summary.usersLosing += Number(countKind(operation.changes, "lose") > 0);
        break;
    }
  }
  return summary;
}

function countKind(changes: readonly { readonly kind: string }[], kind: string): number {
  return changes.filter((change) => change.kind === kind).length;
}
