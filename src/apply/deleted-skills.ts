/** One skill that was deleted after the plan was made has a whole request refused: which one it is. */
import { ApiError, isGone } from "../http/error.ts";
import type { Change } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { liveIdOf, reasonOf } from "./context.ts";
import type { OutcomeLog } from "./outcome.ts";

export const SKILL_DELETED = "The skill was deleted after the plan was made.";

/** Fails those of the changes that give a skill which is gone; false where there is none, or nobody can say. */
export async function failDeleted(
  changes: readonly Change[],
  error: unknown,
  log: OutcomeLog,
  context: ApplyContext,
): Promise<boolean> {
  const given = changes.filter(({ field, after }) => field.kind === "skill" && after !== null);
  // A skill that is gone is refused with 400, or by some deployments with 404.
  const isRefused = isGone(error) || (error instanceof ApiError && error.status === 400);
  const ids = isRefused && given.length > 0 ? await listIds(context) : null;
  if (!ids) return false;
  const deleted = given.filter(({ field }) => {
    const id = field.kind === "skill" ? liveIdOf(field.id, context) : undefined;
    if (id === undefined || ids.has(id)) return false;
    context.deletedSkills.add(id);
    return true;
  });
  for (const change of deleted) log.fail(change, SKILL_DELETED);
  return deleted.length > 0;
}

async function listIds(context: ApplyContext): Promise<ReadonlySet<string> | null> {
  try {
    return await context.skillIds();
  } catch (error) {
    reasonOf(error, context);
    return null;
  }
}
