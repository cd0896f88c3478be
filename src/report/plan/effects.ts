/** A plan seen from the skill: who gains it, keeps it at another proficiency, or loses it. */
import type { AssignmentChange, Plan, Slug, UpdateUser } from "../../model.ts";
import { byText } from "../../text.ts";
import { operationsOf } from "../words.ts";

export interface SkillEffect {
  readonly skill: Slug;
  readonly gains: readonly HolderChange<"gain">[];
  readonly changes: readonly HolderChange<"change">[];
  readonly losses: readonly HolderChange<"lose">[];
}

export interface HolderChange<K extends AssignmentChange["kind"]> {
  readonly user: UpdateUser;
  readonly change: Extract<AssignmentChange, { kind: K }>;
}

/** One for each skill whose holders change, sorted by slug; one pass over the plan. */
export function effectsBySkill(plan: Plan): SkillEffect[] {
  const effects = new Map<
    Slug,
    { gains: HolderChange<"gain">[]; changes: HolderChange<"change">[]; losses: HolderChange<"lose">[] }
  >();
  for (const user of operationsOf(plan, "update-user")) {
    for (const change of user.changes) {
      const effect = effects.get(change.skill) ?? { gains: [], changes: [], losses: [] };
      effects.set(change.skill, effect);
      if (change.kind === "gain") effect.gains.push({ user, change });
      else if (change.kind === "change") effect.changes.push({ user, change });
      else if (change.to === undefined) effect.losses.push({ user, change });
    }
  }
  return [...effects]
    .map(([skill, effect]) => ({ skill, ...effect }))
    .sort((a, b) => byText(a.skill, b.skill));
}
