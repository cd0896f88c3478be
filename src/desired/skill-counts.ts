import type { Desired } from "../model.ts";
import type { OnProblem } from "./problems.ts";

/** Skills that a user can hold. */
export const MAX_SKILLS_PER_USER = 50;

/** Reports each user for whom the files alone, without groups and work by hand, want more skills than one can hold. */
export function checkSkillCounts(desired: Desired, onProblem: OnProblem): void {
  const managed = new Set(desired.skills.filter((skill) => skill.managed).map((skill) => skill.slug));
  for (const { user, wishes, origin } of desired.users) {
    const skills = new Set(wishes.map((wish) => wish.skill).filter((skill) => managed.has(skill)));
    if (skills.size <= MAX_SKILLS_PER_USER) continue;
    const profiles = new Set(wishes.flatMap(({ via }) => (via.kind === "profile" ? [via.profile] : [])));
    const through = profiles.size > 0 ? ` Some come through: ${[...profiles].join(", ")}.` : "";
    onProblem({
      code: "TOO_MANY_SKILLS",
      message: `${user} would have ${skills.size} skills; a user can hold ${MAX_SKILLS_PER_USER}.`,
      place: origin,
      hint: `Take the user out of some lists.${through}`,
    });
  }
}
