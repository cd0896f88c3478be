/** One skill that was deleted after the plan was made has a whole request refused: which one it is, and what is left. */
import { ApiError, isGone } from "../genesys/error.ts";
import type { Slug } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { reasonOf } from "./context.ts";

export const SKILL_DELETED = "The skill was deleted after the plan was made.";

interface OfSkill {
  readonly kind: "gain" | "change" | "lose";
  readonly skill: Slug;
}

/**
 * Those of the changes that don't give a skill which is gone; all of them where the error isn't about that, or
 * nobody can say. What is gone is noted in `context.deletedSkills`.
 */
export async function withoutDeleted<C extends OfSkill>(
  changes: readonly C[],
  error: unknown,
  context: ApplyContext,
): Promise<readonly C[]> {
  if (!isRefused(error)) return changes;
  const ids = await listIds(context);
  if (!ids) return changes;
  for (const { skill } of changes)
    if (!ids.has(context.skillIds.get(skill) ?? "")) context.deletedSkills.add(skill);
  return changes.filter(({ kind, skill }) => kind === "lose" || !context.deletedSkills.has(skill));
}

/** 400, or by some deployments 404. */
function isRefused(error: unknown): boolean {
  return isGone(error) || (error instanceof ApiError && error.status === 400);
}

async function listIds({ reader }: ApplyContext): Promise<ReadonlySet<string> | null> {
  try {
    const skills = await reader.listSkills();
    return skills.kind === "complete" ? new Set(skills.entities.map(({ id }) => id)) : null;
  } catch (unseen) {
    reasonOf(unseen);
    return null;
  }
}
