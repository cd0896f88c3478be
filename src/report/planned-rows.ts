/** The input of all reports: the planner's rows and plan, with live and desired. */
import type { Desired, Live, Plan, SkillId, Value } from "../model.ts";
import type { Rows, UserSubject } from "../plan/rows.ts";

export interface PlannedRows {
  readonly rows: Rows;
  readonly plan: Plan;
  readonly live: Live;
  readonly desired: Desired;
}

/** A user's current skills, proficiency by skill id. Corrects reads that are older than our own writes. */
export function heldSkills({ user, rows }: UserSubject): Map<SkillId, number> {
  const held = new Map<SkillId, number>(user.skills);
  for (const { field, live } of rows) {
    if (field.kind !== "skill") continue;
    if (typeof live === "number") held.set(field.id, live);
    else held.delete(field.id);
  }
  return held;
}

/** The value as a proficiency; null if there is none. */
export function proficiencyOf(value: Value | null | undefined): number | null {
  return typeof value === "number" ? value : null;
}
