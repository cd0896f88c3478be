/** What happens to skills: each function takes the data and gives the data afterwards. */
import type { Data, SkillRecord } from "./data.ts";
import { idOf } from "./data.ts";
import { badRequest, conflict } from "./errors.ts";
import { replaced } from "./store.ts";

export interface SkillRules {
  /** Whether names that differ in case alone are the same name. */
  readonly caseInsensitiveNames: boolean;
  /** How a name that is taken is refused: 409 or 400. The API documents neither. */
  readonly duplicateStatus: number;
  /** Whether users keep a skill that is deleted. */
  readonly assignmentsLinger: boolean;
  /** ISO 8601. */
  readonly now: string;
}

export interface NewSkill {
  readonly name: string;
  readonly description?: string | null;
  readonly divisionId?: string;
}

export interface SkillChanges extends Partial<NewSkill> {
  readonly state?: "active" | "inactive";
}

/** Adds a skill with an id that no other ever had; 409 where one that isn't deleted has the name. */
export function createSkill(data: Data, fields: NewSkill, rules: SkillRules): [Data, SkillRecord] {
  refuseTakenName(data, fields.name, undefined, rules);
  const made = data.made + 1;
  const skill: SkillRecord = {
    id: idOf("made skill", fields.name, made),
    name: fields.name,
    description: fields.description ?? null,
    ...(fields.divisionId === undefined ? {} : { divisionId: knownDivision(data, fields.divisionId) }),
    state: "active",
    version: 1,
    modified: rules.now,
  };
  return [{ ...data, made, skills: [...data.skills, skill] }, skill];
}

/** Gives a skill another name, description, division or state; 409 where another has the name. */
export function changeSkill(
  data: Data,
  skill: SkillRecord,
  changes: SkillChanges,
  rules: SkillRules,
): [Data, SkillRecord] {
  if (changes.name !== undefined) refuseTakenName(data, changes.name, skill.id, rules);
  if (changes.divisionId !== undefined) knownDivision(data, changes.divisionId);
  const changed = { ...skill, ...changes, version: skill.version + 1, modified: rules.now };
  return [{ ...data, skills: replaced(data.skills, changed) }, changed];
}

/** Marks a skill as deleted, and takes it from users and profiles. Flows that refer to it go on referring to it. */
export function deleteSkill(data: Data, skill: SkillRecord, { now, assignmentsLinger }: SkillRules): Data {
  const deleted: SkillRecord = { ...skill, state: "deleted", version: skill.version + 1, modified: now };
  return {
    ...data,
    skills: replaced(data.skills, deleted),
    users: data.users.map((user) => {
      if (assignmentsLinger || !Object.hasOwn(user.skills, skill.id)) return user;
      const { [skill.id]: _gone, ...skills } = user.skills;
      return { ...user, skills };
    }),
    profiles: data.profiles.map((profile) =>
      profile.skillIds.includes(skill.id)
        ? { ...profile, skillIds: profile.skillIds.filter((id) => id !== skill.id) }
        : profile,
    ),
  };
}

function refuseTakenName(data: Data, name: string, self: string | undefined, rules: SkillRules): void {
  const key = (text: string) => (rules.caseInsensitiveNames ? text.toLowerCase() : text);
  const taken = data.skills.find(
    (skill) => skill.state !== "deleted" && skill.id !== self && key(skill.name) === key(name),
  );
  if (!taken) return;
  if (rules.duplicateStatus === 400)
    throw badRequest(`A skill with the name ${taken.name} already exists.`, "name");
  throw conflict({ entityId: taken.id, entityName: taken.name });
}

function knownDivision(data: Data, id: string): string {
  if (!data.divisions.some((division) => division.id === id))
    throw badRequest(`There is no division with the id ${id}.`, "divisionId");
  return id;
}
