/**
 * Writes one user's assignments: gains and updates by bulk PATCH, losses by DELETE. A user's other skills are never
 * sent, so they can't be lost. Before each request the user is looked at, and what is no longer as the plan saw it is
 * left for the next plan. An end is written to the ledger alone.
 */
import { isGone } from "../http/error.ts";
import type { Change, Operation, SkillId } from "../model.ts";
import type { Writer } from "../genesys/writer.ts";
import { writeAndConfirm } from "./confirm.ts";
import type { Sight } from "./confirm.ts";
import type { ApplyContext } from "./context.ts";
import { liveIdOf, reasonOf } from "./context.ts";
import { SKILL_DELETED, failDeletedSkills } from "./deleted-skills.ts";
import type { SeenSkills, UserLooks } from "./looks.ts";
import { readAlone, requestsOf } from "./looks.ts";
import type { OutcomeLog } from "./outcome.ts";
import { isWritten } from "../plan/changes.ts";

export async function writeUser(
  operation: Operation,
  log: OutcomeLog,
  looks: UserLooks,
  context: ApplyContext,
): Promise<void> {
  const { id } = operation.subject;
  for (const change of operation.changes) {
    if (isWritten(change)) skipWithoutSkill(change, log, context);
    else log.done(change);
  }
  for (const lot of requestsOf(log.open(operation.changes))) {
    await writeLot(id, lot, (isFirst) => (isFirst ? looks.heldBy(id) : readAlone(id, context)), log, context);
  }
}

/** Ends changes that assign a skill that doesn't exist, or that give up an old skill for it. */
function skipWithoutSkill(change: Change, log: OutcomeLog, context: ApplyContext): void {
  const needed = [change.rename && "to" in change.rename ? change.rename.to : undefined, skillOf(change)];
  for (const skill of needed) {
    if (skill === undefined) continue;
    const id = liveIdOf(skill, context);
    const isLost = id === undefined || (skill !== skillOf(change) && context.deletedSkills.has(id));
    if (isLost) log.skip(change, { kind: "dependency", on: skill });
    else if (change.after !== null && context.deletedSkills.has(id)) log.fail(change, SKILL_DELETED);
  }
}

/** The skill that is assigned. */
function skillOf({ field }: Change): SkillId {
  if (field.kind !== "skill") throw new Error(`A user has no changeable ${field.kind}.`);
  return field.id;
}

async function writeLot(
  userId: string,
  lot: readonly Change[],
  held: (isFirst: boolean) => Promise<SeenSkills | null>,
  log: OutcomeLog,
  context: ApplyContext,
): Promise<void> {
  const look = async (isFirst: boolean): Promise<Sight | null> => {
    const seen = await held(isFirst);
    return seen && sightOf(userId, seen, context);
  };
  try {
    await writeAndConfirm(lot, look, log, context);
  } catch (error) {
    const reason = isGone(error)
      ? "The user or the skill was deleted after the plan was made."
      : reasonOf(error, context);
    const isOneDeleted = await failDeletedSkills(log.open(lot), error, log, context);
    const rest = log.open(lot);
    if (isOneDeleted) await writeLot(userId, rest, () => held(false), log, context);
    else for (const change of rest) log.fail(change, reason);
  }
}

function sightOf(userId: string, { skills, at }: SeenSkills, context: ApplyContext): Sight {
  const idOf = (change: Change): string => liveIdOf(skillOf(change), context) ?? "";
  return {
    seenAt: at,
    valueOf: (change) =>
      context.ownWrites.see(change.subject, change.field, skills.get(idOf(change)) ?? null),
    async write(changes, writer) {
      const [first] = changes;
      if (first?.after === null) return removeSkill(userId, idOf(first), writer);
      const given = changes.map((change) => ({ id: idOf(change), proficiency: Number(change.after) }));
      await writer.assignSkills(userId, given);
    },
  };
}

/** Removes the skill; a missing one counts as removed, since a request with a lost answer may have removed it. */
async function removeSkill(userId: string, skillId: string, writer: Writer): Promise<void> {
  try {
    await writer.removeSkill(userId, skillId);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
