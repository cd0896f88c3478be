/** Finds the deleted skill that made Genesys refuse a whole request. */
import { ApiError, isGone } from "../http/error.ts";
import type { Change } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { liveIdOf, reasonOf } from "./context.ts";
import type { OutcomeLog } from "./outcome.ts";

export const SKILL_DELETED = "The skill was deleted after the plan was made.";

/** Fails the changes that assign a deleted skill. Returns false if there is none or that is unknown. */
export async function failDeletedSkills(
  changes: readonly Change[],
  error: unknown,
  log: OutcomeLog,
  context: ApplyContext,
): Promise<boolean> {
  const given = changes.filter(({ field, after }) => field.kind === "skill" && after !== null);
  // Genesys refuses a deleted skill with 400, some deployments with 404.
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
