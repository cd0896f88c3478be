/** Creates a skill and confirms the result. */
import type { SkillBody } from "../genesys/bodies.ts";
import { isBadRequest } from "../genesys/error.ts";
import { ApiError, isConflict } from "../http/error.ts";
import type { Operation, TextField, Value } from "../model.ts";
import { foldName, printable } from "../text.ts";
import type { ApplyContext, OperationContext } from "./context.ts";
import { reasonOf, send, wholeOf } from "./context.ts";
import { areAlike, divisionIdOf, writeDocument } from "./documents.ts";

/** The first wait before a skill with a lost answer is looked up again; later waits double. */
const FIRST_WAIT_SECONDS = 2;

/** Creates the skill, or adopts an active one with the same name. */
export async function createSkill(operation: Operation, context: OperationContext): Promise<void> {
  const { subject, name, changes } = operation;
  const textOf = (kind: TextField): Value | null | undefined =>
    changes.find(({ field }) => field.kind === kind)?.after;
  const [description, division] = [textOf("description"), textOf("division")];
  try {
    const skill = {
      name,
      ...(typeof description === "string" && { description }),
      ...(typeof division === "string" && { divisionId: divisionIdOf(division, context) }),
    };
    const created = await send(changes, (writer) => writer.createSkill(skill), context);
    context.createdIds.set(subject.id, created.id);
    context.log.done(changes);
  } catch (error) {
    const reason = reasonOf(error, context);
    try {
      if (error instanceof ApiError && error.mayBeDone) await confirmCreated(operation, reason, context);
      else if (isConflict(error) || isBadRequest(error)) await adoptSkill(operation, error, context);
      else context.log.fail(changes, reason);
    } catch (unread) {
      const why = `${reason}; the skill could not be looked up: ${reasonOf(unread, context)}`;
      context.log.fail(changes, why);
    }
  }
}

/** Looks the skill up after a lost answer. The create is not sent again, since it may still take effect. */
async function confirmCreated(
  { subject, name, changes }: Operation,
  reason: string,
  context: OperationContext,
): Promise<void> {
  const found = await findCreated(name, context);
  if (found) {
    context.createdIds.set(subject.id, found.id);
    context.log.done(changes);
  } else context.log.fail(changes, `${reason}; no skill with that name was found afterwards.`);
}

/** Looks the active skill with exactly this name up, until reads can't be stale any more. */
async function findCreated(name: string, context: ApplyContext): Promise<SkillBody | undefined> {
  const { reader, staleSeconds, pause, isStopped } = context;
  for (let waited = 0, wait = FIRST_WAIT_SECONDS; ; waited += wait, wait *= 2) {
    const found = wholeOf(await reader.skillsNamed(name)).find(({ state }) => state === "active");
    if (found || waited >= staleSeconds || isStopped()) return found;
    wait = Math.min(wait, staleSeconds - waited);
    await pause(wait * 1000);
  }
}

/** Adopts the skill that has the name, if the matcher would match it. */
async function adoptSkill(operation: Operation, error: ApiError, context: OperationContext): Promise<void> {
  const { subject, name, changes } = operation;
  const skills = wholeOf(await context.reader.listSkills());
  const found = findAdoptable(skills, name, context);
  if (!found) {
    context.log.fail(changes, whyNotCreated(skills, name, error));
    return;
  }
  context.createdIds.set(subject.id, found.id);
  context.log.done(changes.slice(0, 1), "adopted");
  const texts = changes.slice(1);
  if (texts.length > 0) await writeDocument({ ...operation, changes: texts }, context);
}

/** By exact name first, then folded. A skill that this plan deletes is never adopted. */
function findAdoptable(
  skills: readonly SkillBody[],
  name: string,
  { plan }: ApplyContext,
): SkillBody | undefined {
  const deleted = new Set(
    plan.stages.flat().flatMap(({ deletion, subject }) => (deletion ? subject.id : [])),
  );
  const adoptable = skills.filter(({ id, state }) => state === "active" && !deleted.has(id));
  const exact = adoptable.filter((skill) => skill.name === name);
  const folded = adoptable.filter((skill) => foldName(skill.name) === foldName(name));
  const [only, ...others] = exact.length > 0 ? exact : folded;
  return others.length === 0 ? only : undefined;
}

function whyNotCreated(skills: readonly SkillBody[], name: string, error: ApiError): string {
  const other = skills.find((skill) => areAlike(skill.name, name));
  if (!other) return error.message;
  const both = `this name and "${printable(other.name)}"${other.state === "active" ? "" : ", which is inactive,"}`;
  return `The organisation treats ${both} as the same. If you mean that skill, give the entry its id: id: ${printable(other.id)}`;
}
