/**
 * Writes one user's assignments: gains and updates by bulk PATCH, losses by DELETE. A user's other skills are never
 * sent, so they can't be lost. Before each request the user is read, and a value that is no longer as the plan saw it
 * is left for the next plan. An end is written to the ledger alone.
 */
import type { Change, Operation, SkillId } from "../model.ts";
import { isWritten } from "../plan/changes.ts";
import type { Current } from "./confirm.ts";
import { SKILL_DELETED, writeChanges } from "./confirm.ts";
import type { OperationContext } from "./context.ts";
import { fieldKey, awaitRemoval, liveIdOf } from "./context.ts";
import type { FreshReads, HeldSkills } from "./fresh-reads.ts";
import { readAlone, requestsOf } from "./fresh-reads.ts";

const GONE = "The user or the skill was deleted after the plan was made.";

export async function writeUser(
  { subject: { id }, changes }: Operation,
  reads: FreshReads,
  context: OperationContext,
): Promise<void> {
  for (const change of changes) {
    if (isWritten(change)) endWithoutSkill(change, context);
    else context.log.done([change]);
  }
  const read = async (isFirst: boolean): Promise<Current | null> => {
    const held = await (isFirst ? reads.heldBy(id) : readAlone(id, context));
    return held && currentOf(id, held, context);
  };
  for (const lot of requestsOf(context.log.open(changes))) await writeChanges(lot, read, GONE, context);
}

/** Ends a change that assigns a skill that doesn't exist, or that gives up an old skill for it. */
function endWithoutSkill(change: Change, context: OperationContext): void {
  const { log, deletedSkills } = context;
  const needed = [change.rename && "to" in change.rename ? change.rename.to : undefined, skillOf(change)];
  for (const skill of needed) {
    if (skill === undefined) continue;
    const id = liveIdOf(skill, context);
    const isLost = id === undefined || (skill !== skillOf(change) && deletedSkills.has(id));
    if (isLost) log.skip([change], { kind: "dependency", on: skill });
    else if (change.after !== null && deletedSkills.has(id)) log.fail([change], SKILL_DELETED);
  }
}

/** The skill that is assigned. */
function skillOf({ field }: Change): SkillId {
  if (field.kind !== "skill") throw new Error(`A user has no changeable ${field.kind}.`);
  return field.id;
}

function currentOf(userId: string, { skills, readAt }: HeldSkills, context: OperationContext): Current {
  const idOf = (change: Change): string => liveIdOf(skillOf(change), context) ?? "";
  return {
    readAt,
    valueOf(change) {
      const held = skills.get(idOf(change)) ?? null;
      return context.ownWrites.correct(change.subject, fieldKey(change.field, context), held);
    },
    async write(changes, writer) {
      const [first] = changes;
      // A request with a lost answer may have removed it already.
      if (first?.after === null) await awaitRemoval(writer.removeSkill(userId, idOf(first)));
      else {
        const given = changes.map((change) => ({ id: idOf(change), proficiency: Number(change.after) }));
        await writer.assignSkills(userId, given);
      }
    },
  };
}
