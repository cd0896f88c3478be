/**
 * Writes one user's assignments: gains and changes by bulk PATCH, losses by DELETE. A user's other skills are
 * never sent, so they can't be lost. Where the plan changes or removes anything, the user is read just before,
 * and what moved since the plan was made is left for the next plan.
 */
import { isGone } from "../genesys/error.ts";
import type { AssignmentChange, ChangeOutcome, UpdateUser } from "../model.ts";
import { BULK_SIZE } from "../plan/cost.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf } from "./context.ts";
import { SKILL_DELETED, withoutDeleted } from "./deleted-skills.ts";
import type { Document } from "./document.ts";
import { check } from "./document.ts";
import { failed, skipped } from "./outcome.ts";
import type { Checked, Sight } from "./settle.ts";
import { writeAndSettle } from "./settle.ts";

export async function writeUser(operation: UpdateUser, context: ApplyContext): Promise<ChangeOutcome[]> {
  const outcomes: ChangeOutcome[] = [];
  const ready: AssignmentChange[] = [];
  for (const change of operation.changes) {
    const obstacle = findObstacle(change, context);
    if (obstacle) outcomes.push(obstacle);
    else ready.push(change);
  }
  const isReadFirst = ready.some(({ kind }) => kind !== "gain");
  const readOnce = once(() => readHeld(operation.id, context));
  for (const lot of lotsOf(ready)) {
    if (context.isStopped())
      outcomes.push(...lot.map(({ fingerprint }) => skipped(fingerprint, { kind: "stopped" })));
    else outcomes.push(...(await writeLot(operation.id, lot, isReadFirst ? readOnce : null, context)));
  }
  return outcomes;
}

/** What keeps a change from being tried, or null. Nobody gives up an old skill for a new one that could not be created. */
function findObstacle(change: AssignmentChange, context: ApplyContext): ChangeOutcome | null {
  const { fingerprint, skill, kind } = change;
  const { skillIds, deletedSkills } = context;
  const instead = kind === "lose" ? change.to : undefined;
  const isLost = instead !== undefined && (!skillIds.has(instead) || deletedSkills.has(instead));
  if (isLost) return skipped(fingerprint, { kind: "dependency", on: instead });
  if (!skillIds.has(skill)) return skipped(fingerprint, { kind: "dependency", on: skill });
  return kind !== "lose" && deletedSkills.has(skill) ? failed(fingerprint, SKILL_DELETED) : null;
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

/** What a user holds: proficiency by skill id. */
type Held = ReadonlyMap<string, number>;

/** `readFirst` says what the user holds before the first write; null: what the plan saw will do. */
async function writeLot(
  userId: string,
  lot: readonly AssignmentChange[],
  readFirst: (() => Promise<Held>) | null,
  context: ApplyContext,
  tried = new Set<string>(),
): Promise<ChangeOutcome[]> {
  const readAgain = (): Promise<Held> => readHeld(userId, context);
  const look = async (isFirst: boolean): Promise<Sight<AssignmentChange>> => {
    const read = isFirst ? readFirst : readAgain;
    const checks = read ? checkLot(lot, await read(), context) : asPlanned(lot);
    const open = checks.filter(({ found }) => found.kind === "as-planned").map(({ change }) => change);
    return { checks, write: () => send(userId, open, context) };
  };
  try {
    return await writeAndSettle(look, context, tried);
  } catch (error) {
    const rest = await withoutDeleted(lot, error, context);
    if (rest.length === lot.length) return lot.map(({ fingerprint }) => failed(fingerprint, whyNot(error)));
    const deleted = lot.filter((change) => !rest.includes(change));
    return [
      ...deleted.map(({ fingerprint }) => failed(fingerprint, SKILL_DELETED)),
      ...(rest.length > 0 ? await writeLot(userId, rest, readAgain, context, tried) : []),
    ];
  }
}

function whyNot(error: unknown): string {
  return isGone(error) ? "The user or the skill was deleted after the plan was made." : reasonOf(error);
}

function asPlanned(lot: readonly AssignmentChange[]): Checked<AssignmentChange>[] {
  return lot.map((change) => ({ change, found: { kind: "as-planned" } }));
}

/** One read serves all lots of a user, for none of them writes what another one checks. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read());
}

async function readHeld(userId: string, { reader }: ApplyContext): Promise<Held> {
  const skills = await reader.userSkills(userId);
  return new Map(skills.map(({ id, proficiency }) => [id, proficiency]));
}

function checkLot(
  lot: readonly AssignmentChange[],
  held: Held,
  { skillIds }: ApplyContext,
): Checked<AssignmentChange>[] {
  const levelOf = (skill: string) => held.get(skillIds.get(skill) ?? "") ?? null;
  const document: Document = { skills: Object.fromEntries(lot.map(({ skill }) => [skill, levelOf(skill)])) };
  return lot.map((change) => ({ change, found: check(document, change.patch) }));
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
