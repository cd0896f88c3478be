/**
 * Deletes skills, as the last stage. There is no undelete, so holders and references are read again before the first
 * delete, long enough after the last write that the reads are current. A new holder since the plan stops the delete.
 */
import type { Reader } from "../genesys/reader.ts";
import type { Writer } from "../genesys/writer.ts";
import { isGone } from "../http/error.ts";
import { readInactiveUsers } from "../live/deletes.ts";
import { readReferences } from "../live/references.ts";
import { completeUsers } from "../live/users.ts";
import type { Change, Deletion, Listing, LiveUser, Operation, Plan, References, Skip } from "../model.ts";
import { changesOf } from "../plan/changes.ts";
import { Failure } from "../problem.ts";
import type { ApplyContext } from "./context.ts";
import { liveIdOf, reasonOf, send } from "./context.ts";
import type { OutcomeLog } from "./outcome.ts";

/** The organisation after the last write and before the first delete. */
export interface LastLook {
  readonly users: Listing<LiveUser>;
  /** Absent if they could not be listed for the plan either, which was allowed. */
  readonly inactiveUsers: Listing<LiveUser> | undefined;
  /** References to the skills to delete, by id, without allowed ones. */
  readonly references: ReadonlyMap<string, References>;
}

/** Deletes the skill of an operation with `deletion`, which also removes it from its holders. */
export async function deleteSkill(
  { subject, changes }: Operation,
  deletion: Deletion,
  log: OutcomeLog,
  context: ApplyContext,
): Promise<void> {
  const end = (each: (change: Change) => void): void => log.open(changes).forEach(each);
  try {
    const obstacle =
      findUnfinished(deletion, context) ??
      findObstacle(subject.id, deletion, await context.lastLook(), context);
    if (obstacle) {
      end((change) => log.skip(change, obstacle));
      return;
    }
    await send(changes, (writer) => remove(subject.id, end, log, writer), log, context);
    end((change) => log.done(change));
  } catch (error) {
    const reason = reasonOf(error, context);
    end((change) => log.fail(change, reason));
  }
}

/** Deletes the skill; one that is already gone counts as done. */
async function remove(
  id: string,
  end: (each: (change: Change) => void) => void,
  log: OutcomeLog,
  writer: Writer,
): Promise<void> {
  try {
    await writer.deleteSkill(id);
  } catch (error) {
    if (!isGone(error)) throw error;
    end((change) => log.done(change, "already-applied"));
  }
}

/** A gain of the replacing skill that was not done, or null. */
function findUnfinished({ replacedBy }: Deletion, context: ApplyContext): Skip | null {
  if (replacedBy === undefined) return null;
  const isMissing = context.notGiven.has(replacedBy) || liveIdOf(replacedBy, context) === undefined;
  return isMissing ? { kind: "dependency", on: replacedBy } : null;
}

/** Throws Failure if the holders can't be listed. */
function findObstacle(id: string, deletion: Deletion, look: LastLook, context: ApplyContext): Skip | null {
  return (
    findHolders(id, deletion, look, context) ??
    findRaised(id, deletion, look, context) ??
    findReferences(id, look)
  );
}

/** Holders who would lose the skill without the plan knowing them or without a replacement, or null. */
function findHolders(
  id: string,
  { holders, replacedBy }: Deletion,
  { users, inactiveUsers }: LastLook,
  context: ApplyContext,
): Skip | null {
  const newId = replacedBy === undefined ? undefined : liveIdOf(replacedBy, context);
  const known = new Set(holders.map((holder) => holder.id));
  // For inactive holders the ledger keeps the pending migration; active holders must have the new skill by now.
  const away = new Set(holders.flatMap((holder) => (holder.inactive ? holder.id : [])));
  const isLate = ({ id: userId, skills }: LiveUser, safe: ReadonlySet<string>): boolean =>
    skills.has(id) && !safe.has(userId) && (newId === undefined || !skills.has(newId));
  const active = listed(users).filter((user) => isLate(user, newId === undefined ? known : new Set()));
  const inactive = inactiveUsers ? listed(inactiveUsers) : [];
  const late = [...active, ...inactive.filter((user) => isLate(user, newId === undefined ? known : away))];
  const count = new Set(late.map((user) => user.id)).size;
  return count === 0 ? null : { kind: "holders", count, ...(replacedBy !== undefined && { replacedBy }) };
}

function listed(users: Listing<LiveUser>): readonly LiveUser[] {
  if (users.kind === "complete") return users.entities;
  const message = `Its holders could not be listed again: ${users.reason}`;
  throw new Failure({ code: "INCOMPLETE", message });
}

/** Proficiencies that were raised after they were copied, which the delete would lose, or null. */
function findRaised(
  id: string,
  { replacedBy }: Deletion,
  { users }: LastLook,
  context: ApplyContext,
): Skip | null {
  const levels = new Map(users.entities.map((user) => [user.id, user.skills]));
  const newId = replacedBy === undefined ? undefined : liveIdOf(replacedBy, context);
  if (newId === undefined) return null;
  const raised = changesOf(context.plan).filter(({ manual, rename, subject, after }) => {
    if (!manual || !rename || !("from" in rename) || rename.from !== id) return false;
    const [old = 0, copied] = [id, newId].map((skill) => levels.get(subject.id)?.get(skill));
    return copied === after && old > after;
  });
  return raised.length > 0 ? { kind: "levels", gains: raised.map((change) => change.id) } : null;
}

/** References to the skill that the plan doesn't know, or null. */
function findReferences(id: string, { references }: LastLook): Skip | null {
  const found = references.get(id);
  const isUnused = found?.kind === "known" && found.flows.length + found.skillGroups.length === 0;
  return !found || isUnused ? null : { kind: "in-use", references: found };
}

// ── The last look ────────────────────────────────────────────────────────────────────────────────────

/** Reads the users, and the references to the skills to delete, without allowed references. */
export async function lookAgain({ stages, allowed }: Plan, reader: Reader): Promise<LastLook> {
  const deletes = stages.flat().filter(({ deletion }) => deletion);
  const known = new Map(
    allowed.flatMap((refusal) => (refusal.code === "IN_USE" ? [[refusal.skill, refusal.references]] : [])),
  );
  const sought = deletes
    .map(({ subject, name }) => ({ id: subject.id, name }))
    .filter(({ id }) => known.get(id)?.kind !== "unknown");
  const [users, inactiveUsers, references] = await Promise.all([
    reader.listUsers().then((listing) => completeUsers(reader, listing)),
    deletes.some(({ deletion }) => deletion?.inactiveListed) ? readInactiveUsers(reader) : undefined,
    readReferences(reader, sought),
  ]);
  const fresh = sought.map(
    ({ id }) => [id, without(references.get(id) ?? NONE, known.get(id) ?? NONE)] as const,
  );
  return { users, inactiveUsers, references: new Map(fresh) };
}

const NONE: References = { kind: "known", flows: [], skillGroups: [] };

function without(found: References, known: References): References {
  if (found.kind === "unknown" || known.kind === "unknown") return found;
  return {
    kind: "known",
    flows: found.flows.filter((name) => !known.flows.includes(name)),
    skillGroups: found.skillGroups.filter((name) => !known.skillGroups.includes(name)),
  };
}
