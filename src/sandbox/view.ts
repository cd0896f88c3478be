/** What of the organisation a client may see. */
import type { Data, SkillRecord, UserRecord } from "./data.ts";
import { remembered, skillsById } from "./data.ts";
import { notFound } from "./errors.ts";

export interface View {
  /** Ids of divisions. */
  readonly divisions: "all" | ReadonlySet<string>;
  /** Whether the client has `routing:skill:view`; without it only skills of no division are seen. */
  readonly divisionedSkills: boolean;
}

/** Sees everything; for edits by hand. */
export const WHOLE_VIEW: View = { divisions: "all", divisionedSkills: true };

/** Whether the client works in this division. */
function seesDivision(view: View, divisionId: string): boolean {
  return view.divisions === "all" || view.divisions.has(divisionId);
}

/** Skills of all states that the client sees, in order of name. */
export function visibleSkills(data: Data, view: View): SkillRecord[] {
  return skillsByName(data.skills).filter((skill) => seesSkill(view, skill));
}

/** Users of all states that the client sees, in order of name. */
export function visibleUsers(data: Data, view: View): UserRecord[] {
  return usersByName(data.users).filter((user) => seesDivision(view, user.divisionId));
}

/** The skill with this id, deleted or not; throws 404. */
export function findSkill(data: Data, view: View, id: string): SkillRecord {
  const skill = skillsById(data.skills).get(id);
  if (!skill || !seesSkill(view, skill)) throw notFound("skill", id);
  return skill;
}

/** The user with this id, deleted or not; throws 404. */
export function findUser(data: Data, view: View, id: string): UserRecord {
  const user = data.users.find((one) => one.id === id);
  if (!user || !seesDivision(view, user.divisionId)) throw notFound("user", id);
  return user;
}

/** Orders records by name, then by id; the same on every machine. */
export function byName(a: { name: string; id: string }, b: { name: string; id: string }): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

const skillsByName = remembered((skills: readonly SkillRecord[]) => [...skills].sort(byName));
const usersByName = remembered((users: readonly UserRecord[]) => [...users].sort(byName));

/** Whether the client sees this skill. */
export function seesSkill(view: View, skill: SkillRecord): boolean {
  return skill.divisionId === undefined || (view.divisionedSkills && seesDivision(view, skill.divisionId));
}
