/** The data of a sandbox as plain sorted JSON with names, for comparisons. */
import type { Data } from "./data.ts";
import { byId } from "./data.ts";

/** Skills that aren't deleted, users of all states with their proficiency by name of skill, groups and profiles. */
export type SandboxSnapshot = ReturnType<typeof takeSnapshot>;

/** A snapshot of the data; lists are sorted by name or e-mail. References to deleted skills show their id. */
export function takeSnapshot({ organization, skills, users, groups, profiles }: Data) {
  const present = skills.filter((skill) => skill.state !== "deleted");
  const skillName = (id: string) => byId(present).get(id)?.name ?? id;
  const emailOf = (id: string) => byId(users).get(id)?.email ?? id;
  return {
    organization: { id: organization.id, name: organization.name },
    skills: sorted(present, ({ name }) => name).map(({ id, name, description, state }) => ({
      ...{ id, name, ...(description !== null && { description }) },
      ...(state === "inactive" && { state }),
    })),
    users: sorted(users, ({ email }) => email).map(({ id, name, email, state, skills: held }) => {
      const levels = Object.entries(held).map(([skill, level]) => [skillName(skill), level] as const);
      const named: Record<string, number> = Object.fromEntries(sorted(levels, ([skill]) => skill));
      return { id, name, email, state, skills: named };
    }),
    groups: sorted(groups, ({ name }) => name).map(({ name, memberIds }) => {
      return { name, members: memberIds.map(emailOf).sort() };
    }),
    profiles: sorted(profiles, ({ name }) => name).map(({ id, name, description, parentId, skillIds }) => ({
      ...{ id, name, ...(description !== null && { description }) },
      ...(parentId !== undefined && { parent: byId(profiles).get(parentId)?.name ?? parentId }),
      skills: skillIds.map(skillName).sort(),
    })),
  };
}

function sorted<T>(list: readonly T[], keyOf: (one: T) => string): T[] {
  return [...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}
