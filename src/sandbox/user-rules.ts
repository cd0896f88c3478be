/** What happens to the skills of a user: each function takes the data and gives the data afterwards. */
import type { Data, UserRecord } from "./data.ts";
import { skillsById } from "./data.ts";
import { ApiError, badRequest, notFound } from "./errors.ts";
import { replaced } from "./store.ts";
import type { View } from "./view.ts";
import { seesSkill } from "./view.ts";

/** What one bulk call may carry. */
export const BULK_MAX = 50;
/** What one user may hold. */
const SKILLS_PER_USER_MAX = 50;

export interface Assignment {
  readonly id: string;
  readonly proficiency: number;
}

/** Gives a user these skills, or other proficiencies where they hold them; leaves their other skills alone. */
export function giveSkills(data: Data, view: View, user: UserRecord, items: readonly Assignment[]): Data {
  return withSkills(data, user, { ...user.skills, ...checkedSkills(data, view, items) });
}

/** Gives a user these skills and no others. */
export function replaceSkills(data: Data, view: View, user: UserRecord, items: readonly Assignment[]): Data {
  return withSkills(data, user, checkedSkills(data, view, items));
}

/** Takes a skill from a user; 404 where the user doesn't hold it. */
export function takeSkill(data: Data, user: UserRecord, skillId: string): Data {
  refuseNotHeld(user, skillId);
  const { [skillId]: _taken, ...skills } = user.skills;
  return withSkills(data, user, skills);
}

/** Sets the proficiency of a skill that the user holds; 404 where they don't. */
export function setProficiency(data: Data, user: UserRecord, { id, proficiency }: Assignment): Data {
  refuseNotHeld(user, id);
  return withSkills(data, user, { ...user.skills, [id]: proficiency });
}

/** Reads one `{id, proficiency}` of a request body; 400 where it isn't one. */
export function readAssignment(item: unknown, place: string): Assignment {
  if (typeof item !== "object" || item === null) throw badRequest(`${place} must be an object.`, place);
  const { id, proficiency } = item as { id?: unknown; proficiency?: unknown };
  if (typeof id !== "string" || id === "") throw badRequest(`${place} needs the id of a skill.`, "id");
  return { id, proficiency: readProficiency(proficiency) };
}

/** A proficiency of a request body; 400 where it isn't a number from 0.0 to 5.0. */
export function readProficiency(value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value <= 5))
    throw badRequest("proficiency must be a number from 0.0 to 5.0.", "proficiency");
  return value;
}

function checkedSkills(data: Data, view: View, items: readonly Assignment[]): Record<string, number> {
  for (const { id } of items) {
    const skill = skillsById(data.skills).get(id);
    if (!skill || skill.state === "deleted" || !seesSkill(view, skill))
      throw badRequest(`There is no skill with the id ${id}.`, "id");
  }
  return Object.fromEntries(items.map(({ id, proficiency }) => [id, proficiency]));
}

function withSkills(data: Data, user: UserRecord, skills: Readonly<Record<string, number>>): Data {
  const count = Object.keys(skills).length;
  if (count > SKILLS_PER_USER_MAX && count > Object.keys(user.skills).length)
    throw new ApiError(400, "bad.request", `A user can hold ${SKILLS_PER_USER_MAX} skills, not ${count}.`, {
      limit: { key: "skills.per.user", namespace: "routing", value: SKILLS_PER_USER_MAX },
    });
  return { ...data, users: replaced(data.users, { ...user, skills }) };
}

function refuseNotHeld(user: UserRecord, skillId: string): void {
  if (!Object.hasOwn(user.skills, skillId)) throw notFound("skill of this user", skillId);
}
