/** The input of all reports: the planner's rows and plan, with live and desired. */
import type { Desired, DesiredProfile, Live, Plan, SkillId, Value } from "../model.ts";
import type { AbsentSubject, Rows, UserSubject } from "../plan/rows.ts";

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

// ── Members of profiles ──────────────────────────────────────────────────────────────────────────────

/** The members of a profile in the YAML, directly or through a group. */
export interface MemberFacts {
  readonly users: readonly { readonly ref: string; readonly state: MemberState }[];
  /** `users` counts active members; null if the group is unknown. */
  readonly groups: readonly { readonly group: string; readonly users: number | null }[];
  /** Active users who are members, each counted once. */
  readonly count: number;
}

/** `left`: in the ledger, but not found in the organisation. `unknown`: in neither. */
export type MemberState = UserSubject["state"] | AbsentSubject["state"];

/** Creates a function that finds the members of a profile; indexes all users once. */
export function memberFinder({ rows }: PlannedRows): (profile: DesiredProfile | undefined) => MemberFacts {
  const active = new Map(
    rows.users.flatMap((user) =>
      [user.user.id.toLowerCase(), user.namedEmail ?? "", user.user.email].map((ref) => [ref, user] as const),
    ),
  );
  const absent = new Map(rows.absent.map((user) => [user.ref.toLowerCase(), user]));
  const ids = new Set(rows.users.map(({ user }) => user.id));
  return (profile) => {
    const found = (profile?.members.users ?? []).flatMap((ref) => active.get(ref) ?? absent.get(ref) ?? []);
    const groups = (profile?.members.groups ?? []).map((group) => {
      return { group, members: rows.groups.get(group)?.members.filter((id) => ids.has(id)) ?? null };
    });
    const members = new Set([
      ...found.flatMap((user) => ("user" in user ? [user.user.id] : [])),
      ...groups.flatMap(({ members }) => members ?? []),
    ]);
    return {
      users: found.map(({ ref, state }) => ({ ref, state })),
      groups: groups.map(({ group, members }) => ({ group, users: members?.length ?? null })),
      count: members.size,
    };
  };
}
