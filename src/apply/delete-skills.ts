/**
 * Deletes skills, last of all. There is no undelete, so the users are listed once more before the first delete:
 * long enough after the last write that a stale read can't hide a holder, and a holder too many stops it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isGone } from "../genesys/error.ts";
import type { ChangeOutcome, DeleteSkill, Listing, LiveUser } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf } from "./context.ts";
import { done, failed, skipped } from "./outcome.ts";

export async function deleteSkill(operation: DeleteSkill, context: ApplyContext): Promise<ChangeOutcome[]> {
  const { fingerprint, id, replacedBy } = operation;
  if (replacedBy !== undefined && context.notGiven.has(replacedBy)) {
    return [skipped(fingerprint, { kind: "dependency", on: replacedBy })];
  }
  try {
    const obstacle = findObstacle(operation, await context.lastLook(), context);
    if (obstacle) return [obstacle];
    if (context.isStopped()) return [skipped(fingerprint, { kind: "stopped" })];
    await context.writer.deleteSkill(id);
    return [done(fingerprint)];
  } catch (error) {
    return [isGone(error) ? done(fingerprint, "was-so") : failed(fingerprint, reasonOf(error))];
  }
}

/** What keeps the skill from being deleted, or null. */
function findObstacle(
  { fingerprint, id, holders, replacedBy }: DeleteSkill,
  users: Listing<LiveUser>,
  { skillIds }: ApplyContext,
): ChangeOutcome | null {
  if (users.kind === "incomplete") {
    return failed(fingerprint, `Its holders could not be listed once more: ${users.reason}.`);
  }
  const holding = users.entities.filter(({ skills }) => skills.has(id));
  if (replacedBy !== undefined) {
    const newId = skillIds.get(replacedBy);
    const left = holding.filter(({ skills }) => newId === undefined || !skills.has(newId));
    return left.length > 0 ? skipped(fingerprint, { kind: "holders", count: left.length, replacedBy }) : null;
  }
  const known = new Set(holders);
  const late = holding.filter((user) => !known.has(user.id));
  return late.length > 0 ? skipped(fingerprint, { kind: "holders", count: late.length }) : null;
}

/** Lists all users once, for all deletes; `staleSeconds` after the last write, or at once where nothing was written. */
export function lastLookOf(
  listUsers: () => Promise<Listing<LiveUser>>,
  lastWrite: () => number | null,
  staleSeconds: number,
): () => Promise<Listing<LiveUser>> {
  let look: Promise<Listing<LiveUser>> | undefined;
  return () => {
    look ??= waitUntilFresh(lastWrite(), staleSeconds).then(listUsers);
    return look;
  };
}

async function waitUntilFresh(lastWrite: number | null, staleSeconds: number): Promise<void> {
  if (lastWrite === null) return;
  const left = lastWrite + staleSeconds * 1000 - Date.now();
  if (left > 0) await sleep(left);
}
