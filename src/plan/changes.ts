/** All changes of a plan as one list, and an index of them. */
import type { Change, Field, Operation, Plan, Subject, TextField } from "../model.ts";

/** Every change of a plan or of some operations, in the order of execution. */
export function changesOf(plan: Pick<Plan, "stages"> | readonly Operation[]): Change[] {
  const operations = "stages" in plan ? plan.stages.flat() : plan;
  return operations.flatMap(({ changes }) => changes);
}

/** Finds the change of one field; undefined if the plan doesn't change it. */
export type FindChange = (subject: Subject, field: Field) => Change | undefined;

export function indexChanges(plan: Pick<Plan, "stages"> | readonly Operation[]): FindChange {
  const index: Record<Subject["kind"], Map<string, Map<string, Change>>> = {
    ...{ skill: new Map(), profile: new Map(), user: new Map() },
  };
  for (const change of changesOf(plan)) {
    const { subject, field } = change;
    const known = index[subject.kind].get(subject.id);
    if (known) known.set(keyOf(field), change);
    else index[subject.kind].set(subject.id, new Map([[keyOf(field), change]]));
  }
  return (subject, field) => index[subject.kind].get(subject.id)?.get(keyOf(field));
}

/** Whether the author of the YAML asked for it: an edit, a day that it names, or a step of a rename. */
export function isAskedFor({ cause, rename }: Pick<Change, "cause" | "rename">): boolean {
  return cause === "edit" || cause === "schedule" || rename !== undefined;
}

/** A loss on its day: it was reviewed when the end was set, so nobody is asked again. */
export function isEndPassed({ cause, verb }: Pick<Change, "cause" | "verb">): boolean {
  return cause === "schedule" && verb === "remove";
}

/** What somebody holds is to end, or to end earlier than it was to. */
export function isEndSet({ field, takesAway }: Pick<Change, "field" | "takesAway">): boolean {
  return field.kind === "until" && takesAway;
}

/** Whether the organisation is written to. Only the ledger knows ends. */
export function isWritten({ field }: Pick<Change, "field">): boolean {
  return field.kind !== "until";
}

/** The operation with only the changes that `keep` accepts, or null if none is left. */
export function keepChanges(operation: Operation, keep: (change: Change) => boolean): Operation | null {
  const changes = operation.changes.filter(keep);
  if (changes.length === operation.changes.length) return operation;
  if (changes.length === 0) return null;
  const { deletion, ...rest } = operation;
  const isDeleted = changes.some(({ verb }) => verb === "delete");
  return { ...rest, changes, ...(deletion && isDeleted && { deletion }) };
}

/** Whether the field is a text of a skill or profile. */
export function isText(field: Field): field is Extract<Field, { kind: TextField }> {
  return field.kind === "name" || field.kind === "description" || field.kind === "division";
}

/** No id holds a line break. */
function keyOf(field: Field): string {
  return field.kind === "skill" ? field.id : `\n${field.kind} ${"id" in field ? field.id : ""}`;
}
