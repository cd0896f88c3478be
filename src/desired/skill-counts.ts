import type { Desired } from "../model.ts";
import type { OnProblem } from "./problems.ts";

/** The maximum number of skills of a user. */
export const MAX_SKILLS_PER_USER = 50;

/** Reports each user with too many skills in the YAML, without counting groups and manual skills. */
export function checkSkillCounts(desired: Desired, onProblem: OnProblem): void {
  const managed = new Set(desired.skills.filter((skill) => skill.managed).map((skill) => skill.slug));
  for (const { user, sources, source } of desired.users) {
    if (sources.length <= MAX_SKILLS_PER_USER) continue;
    const skills = new Set(sources.map(({ skill }) => skill).filter((skill) => managed.has(skill)));
    if (skills.size <= MAX_SKILLS_PER_USER) continue;
    const profiles = new Set(sources.flatMap(({ via }) => (via.kind === "profile" ? [via.profile] : [])));
    const through = profiles.size > 0 ? ` Some skills come from profiles: ${[...profiles].join(", ")}.` : "";
    onProblem({
      code: "TOO_MANY_SKILLS",
      message: `${user} would have ${skills.size} skills; a user can hold ${MAX_SKILLS_PER_USER}.`,
      place: source,
      hint: `Remove the user from some lists.${through}`,
    });
  }
}
