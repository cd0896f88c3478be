/** Which renames are unfinished after a run that died. */
import type { Ledger, LedgerReplace, Live, PendingHolder } from "../model.ts";
import type { Intent } from "./intent.ts";
import type { LiveIds } from "./resolve-skills.ts";
import { usersById } from "./resolve-users.ts";

/**
 * The unfinished renames: the intent's where it has any, for they began as the old ledger's. How far the run came
 * shows in live, so that everybody who was pending still is; a rename ends here only where its old skill is gone
 * and nobody who was pending lacks the new one or has it at less than they are owed. Who is pending makes no
 * assignment ours.
 */
export function resolveReplaces(
  old: Ledger,
  intent: Intent,
  live: Live,
  ids: LiveIds,
): readonly LedgerReplace[] {
  const users = usersById(live);
  const isWaiting = ({ to }: LedgerReplace, { id, proficiency }: PendingHolder): boolean => {
    const level = users.get(id)?.skills.get(ids.get(to) ?? "");
    return level === undefined || level < proficiency;
  };
  const { replaces = [] } = intent.replaces?.length ? intent : old;
  return replaces.filter(
    (replace) => !isGone(replace, live) || replace.pending.some((user) => isWaiting(replace, user)),
  );
}

function isGone({ id }: LedgerReplace, { skills }: Live): boolean {
  return skills.kind === "complete" && skills.entities.every((skill) => skill.id !== id);
}
