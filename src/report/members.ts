/** The members of a profile in the YAML, directly or through a group. */
import type { DesiredProfile } from "../model.ts";
import type { AbsentSubject, UserSubject } from "../plan/rows.ts";
import type { PlannedRows } from "./planned-rows.ts";

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
