/** The summary of a plan. */
import { isText } from "./changes.ts";
import type { Change, Operation, Summary } from "../model.ts";

/** Counts each skill, assignment and profile entry; the texts of one subject count as one change. */
export function summarize(operations: readonly Operation[]): Summary {
  const summary = { add: 0, change: 0, destroy: 0, move: 0 };
  const texts = new Set<string>();
  const gaining = new Set<string>();
  const losing = new Set<string>();
  for (const { changes } of operations) {
    const isCreated = changes.some(({ verb }) => verb === "create");
    for (const change of changes) {
      const { subject, field, verb } = change;
      if (isMove(change)) summary.move++;
      else if (isText(field)) {
        if (!isCreated) texts.add(`${subject.kind} ${subject.id}`);
      } else if (verb === "create" || verb === "add") summary.add++;
      else if (verb === "update") summary.change++;
      else if (verb === "delete" || !isGivenUp(change)) summary.destroy++;
      if (subject.kind !== "user" || field.kind !== "skill") continue;
      if (verb === "add" && !isMove(change)) gaining.add(subject.id);
      if (isLoss(change)) losing.add(subject.id);
    }
  }
  return {
    ...summary,
    change: summary.change + texts.size,
    usersGaining: gaining.size,
    usersLosing: losing.size,
  };
}

/** Whether a holder of an old skill gets the new one, which is neither a gain nor a loss. */
export function isMove({ verb, rename }: Change): boolean {
  return verb === "add" && rename !== undefined && "from" in rename;
}

/** Whether a user or profile loses a skill; losing the old skill of a rename doesn't count. */
export function isLoss(change: Change): boolean {
  return change.verb === "remove" && !isGivenUp(change);
}

function isGivenUp({ verb, rename }: Change): boolean {
  return verb === "remove" && rename !== undefined && "to" in rename;
}
