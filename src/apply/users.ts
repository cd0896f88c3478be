/**
 * Writes one user's assignments: gains and changes by bulk PATCH, losses by DELETE. A user's other skills are
 * never sent, so they can't be lost. Where the plan changes or removes anything, the user is read just before,
 * and what moved since the plan was made is left for the next plan.
 */
import { isGone } from "../genesys/error.ts";
import type { AssignmentChange, ChangeOutcome, UpdateUser } from "../model.ts";
import { BULK_SIZE } from "../plan/cost.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf, retryMismatch } from "./context.ts";
import type { Check, Document } from "./document.ts";
import { check } from "./document.ts";
import { failed, skipped } from "./outcome.ts";
import { settle } from "./skills.ts";

export async function writeUser(operation: UpdateUser, context: ApplyContext): Promise<ChangeOutcome[]> {
  const outcomes: ChangeOutcome[] = [];
  const ready = operation.changes.filter((change) => isReady(change, context));
  for (const { fingerprint, skill } of operation.changes.filter((change) => !ready.includes(change))) {
    outcomes.push(skipped(fingerprint, { kind: "dependency", on: skill }));
  }
  const isReadFirst = ready.some(({ kind }) => kind !== "gain");
  for (const lot of lotsOf(ready)) {
    if (context.isStopped())
      outcomes.push(...lot.map(({ fingerprint }) => skipped(fingerprint, { kind: "stopped" })));
    else outcomes.push(...(await writeLot(operation.id, lot, isReadFirst, context)));
  }
  return outcomes;
}

/** Nobody gives up an old skill for a new one that could not be created. */
function isReady(change: AssignmentChange, { skillIds }: ApplyContext): boolean {
  const instead = change.kind === "lose" ? change.to : undefined;
  return skillIds.has(change.skill) && (instead === undefined || skillIds.has(instead));
}

/** Runs of the plan's order that one request can carry: bulk lots of what is given, losses one by one. */
function lotsOf(changes: readonly AssignmentChange[]): AssignmentChange[][] {
  const lots: AssignmentChange[][] = [];
  for (const change of changes) {
    const last = lots.at(-1);
    const fits = last && change.kind !== "lose" && last[0]?.kind !== "lose" && last.length < BULK_SIZE;
    if (fits) last.push(change);
    else lots.push([change]);
  }
  return lots;
}

async function writeLot(
  userId: string,
  lot: readonly AssignmentChange[],
  isReadFirst: boolean,
  context: ApplyContext,
): Promise<ChangeOutcome[]> {
  try {
    return await retryMismatch(async (isFirst) => {
      const found = isReadFirst || !isFirst ? await checkLot(userId, lot, context) : asPlanned(lot);
      await send(
        userId,
        found.filter(({ check }) => check.kind === "as-planned").map(({ change }) => change),
        context,
      );
      return found.map(({ change, check }) => settle(change.fingerprint, check));
    });
  } catch (error) {
    const reason = isGone(error)
      ? "The user or the skill was deleted after the plan was made."
      : reasonOf(error);
    return lot.map(({ fingerprint }) => failed(fingerprint, reason));
  }
}

interface Checked {
  readonly change: AssignmentChange;
  readonly check: Check;
}

function asPlanned(lot: readonly AssignmentChange[]): Checked[] {
  return lot.map((change) => ({ change, check: { kind: "as-planned" } }));
}

async function checkLot(
  userId: string,
  lot: readonly AssignmentChange[],
  context: ApplyContext,
): Promise<Checked[]> {
  const skills = await context.reader.userSkills(userId);
  const held = new Map(skills.map(({ id, proficiency }) => [id, proficiency]));
  const document: Document = {
    skills: Object.fromEntries(
      lot.map(({ skill }) => [skill, held.get(context.skillIds.get(skill) ?? "") ?? null]),
    ),
  };
  return lot.map((change) => ({ change, check: check(document, change.patch) }));
}

async function send(
  userId: string,
  changes: readonly AssignmentChange[],
  context: ApplyContext,
): Promise<void> {
  const given = changes.flatMap((change) =>
    change.kind === "lose"
      ? []
      : [{ id: context.skillIds.get(change.skill) ?? "", proficiency: change.after }],
  );
  if (given.length > 0) await context.writer.assignSkills(userId, given);
  for (const { skill } of changes.filter(({ kind }) => kind === "lose")) {
    await removeSkill(userId, context.skillIds.get(skill) ?? "", context);
  }
}

/** Not there is what was wanted: an answer that got lost may have removed it already. */
async function removeSkill(userId: string, skillId: string, { writer }: ApplyContext): Promise<void> {
  try {
    await writer.removeSkill(userId, skillId);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
