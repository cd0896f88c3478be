/** Creates a skill and confirms the result. */
import type { SkillBody } from "../genesys/bodies.ts";
import { ApiError } from "../http/error.ts";
import type { Change, Operation, TextField, Value } from "../model.ts";
import { foldName, printable } from "../text.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf, send, wholeOf } from "./context.ts";
import { divisionIdOf, writeDocument } from "./documents.ts";
import { areAlike } from "./names.ts";
import type { OutcomeLog } from "./outcome.ts";

/** The first wait before a skill with a lost answer is looked up again; later waits double. */
const FIRST_WAIT_SECONDS = 2;

/** Creates the skill, or adopts an active one with the same name. */
export async function createSkill(
  operation: Operation,
  log: OutcomeLog,
  context: ApplyContext,
): Promise<void> {
  const { name, changes } = operation;
  const textOf = (kind: TextField): Value | null | undefined =>
    changes.find(({ field }) => field.kind === kind)?.after;
  const [description, division] = [textOf("description"), textOf("division")];
  try {
    const skill = {
      name,
      ...(typeof description === "string" && { description }),
      ...(typeof division === "string" && { divisionId: divisionIdOf(division, context) }),
    };
    const created = await send(changes, (writer) => writer.createSkill(skill), log, context);
    context.createdIds.set(operation.subject.id, created.id);
    for (const change of changes) log.done(change);
  } catch (error) {
    const reason = reasonOf(error, context);
    if (!(error instanceof ApiError)) {
      failAll(changes, reason, log);
      return;
    }
    if (error.mayBeDone) await confirmCreated(operation, reason, log, context);
    else if (error.status === 409 || error.status === 400) await adoptSkill(operation, error, log, context);
    else failAll(changes, reason, log);
  }
}

/** Looks the skill up after a lost answer. The create is not sent again, since it may still take effect. */
async function confirmCreated(
  { subject, name, changes }: Operation,
  reason: string,
  log: OutcomeLog,
  context: ApplyContext,
): Promise<void> {
  try {
    const found = await findCreated(name, context);
    if (!found) {
      failAll(changes, `${reason}; no skill with that name was found afterwards.`, log);
      return;
    }
    context.createdIds.set(subject.id, found.id);
    for (const change of changes) log.done(change);
  } catch (error) {
    const unseen = reasonOf(error, context);
    failAll(changes, `${reason}; the skill could not be looked up: ${unseen}`, log);
  }
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
async function adoptSkill(
  operation: Operation,
  error: ApiError,
  log: OutcomeLog,
  context: ApplyContext,
): Promise<void> {
  const { subject, name, changes } = operation;
  try {
    const skills = wholeOf(await context.reader.listSkills());
    const found = findAdoptable(skills, name, context);
    if (!found) {
      failAll(changes, whyNotCreated(skills, name, error), log);
      return;
    }
    context.createdIds.set(subject.id, found.id);
    const [create, ...texts] = changes;
    if (create) log.done(create, "adopted");
    if (texts.length > 0) await writeDocument({ ...operation, changes: texts }, log, context);
  } catch (unseen) {
    const why = `${error.message}; the skill could not be looked up: ${reasonOf(unseen, context)}`;
    failAll(changes, why, log);
  }
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

function failAll(changes: readonly Change[], reason: string, log: OutcomeLog): void {
  for (const change of changes) log.fail(change, reason);
}
