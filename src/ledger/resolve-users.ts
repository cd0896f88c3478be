/** Which assignments of users are ours after a run that died. */
import type { Ledger, LedgerAssignment, LedgerUser, Live, LiveUser } from "../model.ts";
import type { Intent, IntentAssignment, Unfinished, Why } from "./intent.ts";
import type { LiveIds } from "./resolve-skills.ts";

/** The users' assignments that are ours; adds to `unfinished` what the run left. */
export function resolveUsers(
  old: Ledger,
  intent: Intent,
  live: Live,
  ids: LiveIds,
  unfinished: Unfinished[],
): LedgerUser[] {
  const users = new Map(old.users.map((user) => [user.id, user]));
  const sets = new Map(intent.sets.users.map((user) => [user.id, user]));
  const removes = new Map(intent.removes.users.map((user) => [user.id, user]));
  const liveUsers = usersById(live);
  for (const id of new Set([...sets.keys(), ...removes.keys()])) {
    const held = new Map(Object.entries(users.get(id)?.assignments ?? {}));
    const meant = new Map(Object.entries(sets.get(id)?.assignments ?? {}));
    const unwanted = new Map(Object.entries(removes.get(id)?.assignments ?? {}));
    for (const skill of new Set([...meant.keys(), ...unwanted.keys()])) {
      const value = liveValue(live, liveUsers.get(id), ids.get(skill));
      const before = (meant.get(skill) ?? unwanted.get(skill))?.before ?? null;
      const { ours, why } = judgeAssignment(held.get(skill), meant.get(skill), before, value);
      if (ours === undefined) held.delete(skill);
      else held.set(skill, ours);
      if (why !== undefined) unfinished.push({ kind: "assignment", user: id, skill, why });
    }
    if (held.size === 0 && !users.has(id)) continue;
    const email = sets.get(id)?.email ?? users.get(id)?.email;
    users.set(id, { id, ...(email === undefined ? {} : { email }), assignments: Object.fromEntries(held) });
  }
  return [...users.values()];
}

/** Without `why` it is as the run meant it. */
interface Verdict {
  readonly ours: LedgerAssignment | undefined;
  readonly why?: Why;
}

/** `meant` is undefined where the run meant to remove the assignment; `value` is undefined where live can't say. */
function judgeAssignment(
  held: LedgerAssignment | undefined,
  meant: IntentAssignment | undefined,
  before: number | null,
  value: number | null | undefined,
): Verdict {
  if (value === undefined) return { ours: held, why: "unknown" };
  if (value === (meant?.proficiency ?? null)) return { ours: meant && asHeld(meant) };
  // What was gone before the run is no longer ours, though the run itself may have given it again by hand.
  if (meant === undefined && before === null) return { ours: undefined };
  if (value === before || value === held?.proficiency) return { ours: held, why: "not-reached" };
  return { ours: undefined, why: "by-hand" };
}

function asHeld({ proficiency, group }: IntentAssignment): LedgerAssignment {
  return group === undefined ? { proficiency } : { proficiency, group };
}

/** Null where the user lacks the skill, undefined where live can't say. */
function liveValue(
  live: Live,
  user: LiveUser | undefined,
  skill: string | undefined,
): number | null | undefined {
  if (user === undefined) return undefined;
  if (skill !== undefined) return user.skills.get(skill) ?? null;
  return live.skills.kind === "complete" ? null : undefined;
}

/** Every active user that live shows. */
export function usersById(live: Live): ReadonlyMap<string, LiveUser> {
  const absent = live.absentUsers.flatMap((user) => (user.state === "active" ? [user.user] : []));
  return new Map([...live.users.entities, ...absent].map((user) => [user.id, user]));
}
