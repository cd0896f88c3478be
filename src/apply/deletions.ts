/**
 * Deletes skills, as the last stage. There is no undelete, so holders and references are read again before the first
 * delete, long enough after the last write that the reads are current. A new holder since the plan stops the delete.
 */
import { readInactiveUsers } from "../live/deletes.ts";
import { readReferences } from "../live/references.ts";
import { completeUsers } from "../live/users.ts";
import type { Deletion, Listing, LiveUser, Operation, Plan, References, Skip } from "../model.ts";
import { changesOf } from "../plan/changes.ts";
import { Failure } from "../problem.ts";
import type { ApplyContext, OperationContext } from "./context.ts";
import { awaitRemoval, liveIdOf, reasonOf, send } from "./context.ts";

/** The organisation after the last write and before the first delete. */
export interface DeleteFacts {
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
  deleteFacts: () => Promise<DeleteFacts>,
  context: OperationContext,
): Promise<void> {
  const { log } = context;
  try {
    const obstacle =
      findUnfinished(deletion, context) ?? findObstacle(subject.id, deletion, await deleteFacts(), context);
    if (obstacle) {
      log.skip(changes, obstacle);
      return;
    }
    const isDeleted = await send(changes, (writer) => awaitRemoval(writer.deleteSkill(subject.id)), context);
    log.done(changes, isDeleted ? undefined : "already-applied");
  } catch (error) {
    log.fail(changes, reasonOf(error, context));
  }
}

/** A gain of the replacing skill that was not done, or null. */
function findUnfinished({ replacedBy }: Deletion, context: ApplyContext): Skip | null {
  if (replacedBy === undefined) return null;
  const isMissing = context.notGiven.has(replacedBy) || liveIdOf(replacedBy, context) === undefined;
  return isMissing ? { kind: "dependency", on: replacedBy } : null;
}

/** What keeps the skill from being deleted, or null. Throws Failure if the holders can't be listed. */
function findObstacle(
  id: string,
  deletion: Deletion,
  facts: DeleteFacts,
  context: ApplyContext,
): Skip | null {
  const { replacedBy } = deletion;
  const newId = replacedBy === undefined ? undefined : liveIdOf(replacedBy, context);
  return (
    findHolders(id, newId, deletion, facts) ??
    (newId === undefined ? null : findRaised(id, newId, facts, context.plan)) ??
    findReferences(id, facts)
  );
}

/** Holders who would lose the skill without the plan knowing them or without a replacement, or null. */
function findHolders(
  id: string,
  newId: string | undefined,
  { holders, replacedBy }: Deletion,
  { users, inactiveUsers }: DeleteFacts,
): Skip | null {
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
function findRaised(id: string, newId: string, { users }: DeleteFacts, plan: Plan): Skip | null {
  const levels = new Map(users.entities.map((user) => [user.id, user.skills]));
  const raised = changesOf(plan).filter(({ manual, rename, subject, after }) => {
    if (!manual || !rename || !("from" in rename) || rename.from !== id) return false;
    const [old = 0, copied] = [id, newId].map((skill) => levels.get(subject.id)?.get(skill));
    return copied === after && old > after;
  });
  return raised.length > 0 ? { kind: "levels", gains: raised.map((change) => change.id) } : null;
}

/** References to the skill that the plan doesn't know, or null. */
function findReferences(id: string, { references }: DeleteFacts): Skip | null {
  const found = references.get(id);
  const isUnused = found?.kind === "known" && found.flows.length + found.skillGroups.length === 0;
  return !found || isUnused ? null : { kind: "in-use", references: found };
}

// ── Reading before the first delete ──────────────────────────────────────────────────────────────────

/**
 * Reads the users, and the references to the skills to delete, without allowed references; first waits until no read can
 * be older than the last write. Throws Stopped.
 */
export async function readDeleteFacts(context: ApplyContext): Promise<DeleteFacts> {
  const { reader, clock, ownWrites, staleSeconds, plan } = context;
  const milliseconds = ownWrites.lastAt + staleSeconds * 1000 - clock.now();
  if (milliseconds > 0) context.onWaitForReads?.(milliseconds / 1000);
  await context.pause(milliseconds);
  context.refuseStopped();
  const deletes = plan.stages.flat().filter(({ deletion }) => deletion);
  const known = new Map(
    plan.allowed.flatMap((refusal) =>
      refusal.code === "IN_USE" ? [[refusal.skill, refusal.references]] : [],
    ),
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
