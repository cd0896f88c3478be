/**
 * Deletes skills, last of all. There is no undelete, so the users are listed once more before the first delete:
 * long enough after the last write that a stale read can't hide a holder, and a holder too many stops it. So does
 * anything that came to refer to the skill.
 */
import { isGone } from "../genesys/error.ts";
import type { Reader } from "../genesys/reader.ts";
import { readInactiveUsers } from "../live/deletes.ts";
import { readReferences } from "../live/references.ts";
import { completeUsers } from "../live/users.ts";
import type {
  AssignmentChange,
  ChangeOutcome,
  DeleteSkill,
  GainSkill,
  LiveUser,
  Operation,
  Plan,
  References,
} from "../model.ts";
import type { ApplyContext, LastLook } from "./context.ts";
import { reasonOf } from "./context.ts";
import { done, failed, skipped } from "./outcome.ts";

export async function deleteSkill(operation: DeleteSkill, context: ApplyContext): Promise<ChangeOutcome[]> {
  const { fingerprint, id, replacedBy } = operation;
  if (replacedBy !== undefined && context.notGiven.has(replacedBy)) {
    return [skipped(fingerprint, { kind: "dependency", on: replacedBy })];
  }
  try {
    const look = await context.lastLook();
    if (!look) return [skipped(fingerprint, { kind: "stopped" })];
    const obstacle =
      findHolder(operation, look, context) ??
      findRaised(operation, look, context) ??
      findReference(operation, look);
    if (obstacle) return [obstacle];
    if (context.isStopped()) return [skipped(fingerprint, { kind: "stopped" })];
    await context.writer.deleteSkill(id);
    return [done(fingerprint)];
  } catch (error) {
    return [isGone(error) ? done(fingerprint, "was-so") : failed(fingerprint, reasonOf(error))];
  }
}

// ── Obstacles ────────────────────────────────────────────────────────────────────────────────────────

/** A holder who would be left without, or null. */
function findHolder(
  { fingerprint, id, holders, replacedBy, inactive = [] }: DeleteSkill,
  { users, inactiveUsers = { kind: "complete", entities: [] } }: LastLook,
  { skillIds }: ApplyContext,
): ChangeOutcome | null {
  for (const listing of [users, inactiveUsers]) {
    if (listing.kind === "incomplete")
      return failed(fingerprint, `Its holders could not be listed once more: ${listing.reason}.`);
  }
  const newId = replacedBy === undefined ? undefined : skillIds.get(replacedBy);
  const isSafe = (user: LiveUser, known: readonly string[]): boolean =>
    !user.skills.has(id) || known.includes(user.id) || (newId !== undefined && user.skills.has(newId));
  // The active are safe with the new skill alone; the inactive are owed it, as the plan's ledger says.
  const late = [
    ...users.entities.filter((user) => !isSafe(user, replacedBy === undefined ? holders : [])),
    ...inactiveUsers.entities.filter((user) => !isSafe(user, replacedBy === undefined ? holders : inactive)),
  ];
  if (late.length === 0) return null;
  const count = new Set(late.map((user) => user.id)).size;
  return skipped(fingerprint, { kind: "holders", count, ...(replacedBy !== undefined && { replacedBy }) });
}

/** Levels that somebody raised after they were copied, or null: with the skill they would be lost. */
function findRaised(
  { fingerprint, id, replacedBy }: DeleteSkill,
  { users, givenByHand }: LastLook,
  { skillIds }: ApplyContext,
): ChangeOutcome | null {
  const newId = skillIds.get(replacedBy ?? "") ?? "";
  const gains = users.entities.flatMap((user) => {
    const gain = givenByHand.get(user.id)?.find(({ skill }) => skill === replacedBy);
    const isRaised = gain && user.skills.get(newId) === gain.after && (user.skills.get(id) ?? 0) > gain.after;
    return isRaised ? gain.fingerprint : [];
  });
  return gains.length > 0 ? skipped(fingerprint, { kind: "levels", gains }) : null;
}

/** Something that refers to the skill and that the plan doesn't know of, or null. */
function findReference({ fingerprint, id }: DeleteSkill, { references }: LastLook): ChangeOutcome | null {
  const found = references.get(id);
  if (!found || isUnused(found)) return null;
  return skipped(fingerprint, { kind: "in-use", references: found });
}

function isUnused(references: References): boolean {
  return references.kind === "known" && references.flows.length + references.skillGroups.length === 0;
}

// ── The last look ────────────────────────────────────────────────────────────────────────────────────

/** Looks once, for all deletes, when no read can hide a write any more; null where the apply was stopped before. */
export function lastLookOf(
  look: () => Promise<LastLook>,
  untilFresh: () => Promise<void>,
  isStopped: () => boolean,
): () => Promise<LastLook | null> {
  let taken: Promise<LastLook | null> | undefined;
  return () => {
    taken ??= untilFresh().then(() => (isStopped() ? null : look()));
    return taken;
  };
}

/** The users, and what refers to the skills that are to go beside what somebody allowed. */
export async function lookAgain({ stages, allowed }: Plan, reader: Reader): Promise<LastLook> {
  const deletes = stages.flat().filter((operation) => operation.kind === "delete-skill");
  const known = new Map(
    allowed.flatMap((refusal) => (refusal.code === "IN_USE" ? [[refusal.skill, refusal.references]] : [])),
  );
  const sought = deletes.filter(({ skill }) => known.get(skill)?.kind !== "unknown");
  const isListed = deletes.some(({ inactive }) => inactive !== undefined);
  const [users, inactiveUsers, references] = await Promise.all([
    reader.listUsers().then((listing) => completeUsers(reader, listing)),
    isListed ? readInactiveUsers(reader) : undefined,
    readReferences(reader, sought),
  ]);
  const fresh = sought.map(
    ({ id, skill }) => [id, without(references.get(id) ?? NONE, known.get(skill) ?? NONE)] as const,
  );
  return {
    users,
    ...(inactiveUsers && { inactiveUsers }),
    givenByHand: gainsByHand(stages.flat()),
    references: new Map(fresh),
  };
}

function gainsByHand(operations: readonly Operation[]): Map<string, GainSkill[]> {
  const users = operations.filter((operation) => operation.kind === "update-user");
  const isByHand = (change: AssignmentChange): change is GainSkill =>
    change.kind === "gain" && change.byHand === true;
  return new Map(users.map(({ id, changes }) => [id, changes.filter(isByHand)]));
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
