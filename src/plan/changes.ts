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
  const index = new Map(changesOf(plan).map((change) => [keyOf(change.subject, change.field), change]));
  return (subject, field) => index.get(keyOf(subject, field));
}

/** Whether the author of the YAML asked for it: an edit, or a step of a rename. */
export function isAskedFor({ cause, rename }: Pick<Change, "cause" | "rename">): boolean {
  return cause === "edit" || rename !== undefined;
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

function keyOf(subject: Subject, field: Field): string {
  return `${subject.kind} ${subject.id}\n${field.kind} ${field.kind === "skill" ? field.id : ""}`;
}
