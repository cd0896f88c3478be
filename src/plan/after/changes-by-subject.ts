/** A plan's changes by what they are about. */
import type { AssignmentChange, EntryChange, FieldChange, Plan, Slug } from "../../model.ts";

export interface Changes {
  readonly assignments: ReadonlyMap<string, AssignmentChange>;
  readonly entries: ReadonlyMap<string, EntryChange>;
  /** Of skills and profiles, by their id. */
  readonly fields: ReadonlyMap<string, readonly FieldChange[]>;
  /** Fingerprints of deletes, by slug. */
  readonly deletes: ReadonlyMap<Slug, string>;
}

export function indexChanges(plan: Plan): Changes {
  const assignments = new Map<string, AssignmentChange>();
  const entries = new Map<string, EntryChange>();
  const fields = new Map<string, readonly FieldChange[]>();
  const deletes = new Map<Slug, string>();
  for (const operation of plan.stages.flat()) {
    if (operation.kind === "update-user") {
      for (const change of operation.changes) assignments.set(keyOf(operation.id, change.skill), change);
    }
    if (operation.kind === "delete-skill") deletes.set(operation.skill, operation.fingerprint);
    if (operation.kind === "update-skill") fields.set(operation.id, operation.changes);
    if (operation.kind === "update-profile") {
      fields.set(operation.id, operation.changes);
      for (const change of operation.entries) entries.set(keyOf(operation.id, change.skill), change);
    }
  }
  return { assignments, entries, fields, deletes };
}

export function keyOf(holder: string, skill: Slug): string {
  return JSON.stringify([holder, skill]);
}
