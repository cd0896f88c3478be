/** In which order things are done. */
import type { Operation } from "../../model.ts";

/** The most skills that one user may hold. Source: the vendor's help on assigning skills. */
export const MAX_SKILLS_PER_USER = 50;

/** Operations by the stage they run in; the operations of one stage don't depend on each other. */
const STAGE: Record<Operation["kind"], number> = {
  "create-skill": 0,
  "update-skill": 0,
  "update-profile": 1,
  "update-user": 1,
  "delete-skill": 2,
};

/** The operations in stages, none of them empty. */
export function toStages(operations: readonly Operation[]): Operation[][] {
  const stages: Operation[][] = [];
  for (const operation of operations) (stages[STAGE[operation.kind]] ??= []).push(operation);
  return stages.filter((stage) => stage.length > 0);
}

/**
 * Gains before losses, so that nobody is without a skill in between; losses first where the gains would pass
 * the limit that the API sets for one user. `held` is how many skills the user holds now.
 */
export function orderChanges<C extends { readonly kind: "gain" | "change" | "lose" }>(
  changes: readonly C[],
  held: number,
): C[] {
  const gains = changes.filter(({ kind }) => kind !== "lose");
  const losses = changes.filter(({ kind }) => kind === "lose");
  const passing = held + gains.filter(({ kind }) => kind === "gain").length > MAX_SKILLS_PER_USER;
  return passing ? [...losses, ...gains] : [...gains, ...losses];
}
