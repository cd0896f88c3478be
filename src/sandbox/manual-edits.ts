/** Manual edits: changes by people and other programs in the organisation, by names and e-mails. */
import { SEES_ALL } from "./access.ts";
import type { Organisation } from "./api.ts";
import type { Data, RecordState } from "./data.ts";
import { idOf, replaced } from "./data.ts";
import type { SkillChanges } from "./skills.ts";
import { changeSkill, createSkill, deleteSkill } from "./skills.ts";
import { giveSkills, takeSkill } from "./user-skills.ts";
import { sameEmail } from "./users.ts";

/** Edits without a request, so without permissions, rate limits and faults. Functions that create something return its id. */
export type ManualEdits = ReturnType<typeof createManualEdits>;

/** The kinds of records that are found by name. */
type RecordKind = "groups" | "profiles" | "flows" | "skillGroups";
const WORDS = { groups: "group", profiles: "profile", flows: "flow", skillGroups: "skill group" } as const;

/** Creates the edits of an organisation. Each throws if a name is unknown or taken. */
export function createManualEdits(organisation: Organisation) {
  const { store } = organisation;
  const skillOf = (name: string) =>
    found(
      store.data.skills.find((skill) => skill.state !== "deleted" && skill.name === name),
      "skill",
      name,
    );
  const skillIds = (names: readonly string[]) => names.map((name) => skillOf(name).id);
  /** Prefers a user that isn't deleted to a deleted one with the same e-mail. */
  const userOf = (email: string) => {
    const users = store.data.users.filter((user) => sameEmail(user, email));
    return found(users.find((user) => user.state !== "deleted") ?? users[0], "user", email);
  };
  const userIds = (emails: readonly string[]) => emails.map((email) => userOf(email).id);
  const recordOf = <K extends RecordKind>(kind: K, name: string): Data[K][number] =>
    found(
      (store.data[kind] as readonly Data[K][number][]).find((one) => one.name === name),
      WORDS[kind],
      name,
    );

  const changeSkillOf = (name: string, changes: SkillChanges) =>
    store.write(changeSkill(store.data, skillOf(name), changes, organisation)[0]);
  const changeUser = (email: string, changes: { state?: RecordState; email?: string; name?: string }) => {
    const user = userOf(email);
    store.write({
      ...store.data,
      users: replaced(store.data.users, { ...user, ...changes, version: user.version + 1 }),
    });
  };
  const change = <K extends RecordKind>(kind: K, name: string, changes: Partial<Data[K][number]>) => {
    const record = recordOf(kind, name);
    const version = "version" in record ? { version: record.version + 1 } : {};
    store.write({
      ...store.data,
      [kind]: replaced<Data[K][number]>(store.data[kind], { ...record, ...changes, ...version }),
    });
  };
  const create = (kind: RecordKind | "users", word: string, fields: object): string => {
    const made = store.data.made + 1;
    const id = idOf(`made ${word}`, made);
    store.write({ ...store.data, made, [kind]: [...store.data[kind], { id, ...fields }] });
    return id;
  };
  const remove = (kind: RecordKind, name: string) => {
    const { id } = recordOf(kind, name);
    store.write({ ...store.data, [kind]: store.data[kind].filter((one) => one.id !== id) });
  };

  return {
    createSkill: (name: string, description?: string): string => {
      const fields = { name, ...(description !== undefined && { description }) };
      const [data, skill] = createSkill(store.data, fields, organisation);
      store.write(data);
      return skill.id;
    },
    deleteSkill: (name: string): void => store.write(deleteSkill(store.data, skillOf(name), organisation)),
    renameSkill: (name: string, newName: string): void => changeSkillOf(name, { name: newName }),
    describeSkill: (name: string, description: string | null): void => changeSkillOf(name, { description }),
    deactivateSkill: (name: string): void => changeSkillOf(name, { state: "inactive" }),
    activateSkill: (name: string): void => changeSkillOf(name, { state: "active" }),
    skillId: (name: string): string => skillOf(name).id,

    /** Assigns a skill to a user, or changes its proficiency (default 1). */
    assign: (email: string, skill: string, proficiency = 1): void =>
      store.write(giveSkills(store.data, SEES_ALL, userOf(email), [{ id: skillOf(skill).id, proficiency }])),
    unassign: (email: string, skill: string): void =>
      store.write(takeSkill(store.data, userOf(email), skillOf(skill).id)),
    addUser: (email: string, name = email, division?: string): string => {
      const { users, divisions } = store.data;
      if (users.some((user) => user.state !== "deleted" && sameEmail(user, email)))
        throw new Error(`The sandbox has a user ${email} already.`);
      const home = divisions.find((one) => (division === undefined ? one.home : one.name === division));
      const divisionId = found(home, "division", division ?? "home").id;
      const fields = { name, email, state: "active", divisionId, version: 1, details: {}, skills: {} };
      return create("users", "user", fields);
    },
    activateUser: (email: string): void => changeUser(email, { state: "active" }),
    deactivateUser: (email: string): void => changeUser(email, { state: "inactive" }),
    /** The deleted user keeps id, e-mail and skills, and may be restored. */
    deleteUser: (email: string): void => changeUser(email, { state: "deleted" }),
    changeEmail: (email: string, newEmail: string): void => changeUser(email, { email: newEmail }),
    renameUser: (email: string, name: string): void => changeUser(email, { name }),
    userId: (email: string): string => userOf(email).id,

    createGroup: (name: string, members: readonly string[] = [], owners: readonly string[] = []): string => {
      const [memberIds, ownerIds] = [userIds(members), userIds(owners)];
      return create("groups", "group", { name, state: "active", version: 1, memberIds, ownerIds });
    },
    deleteGroup: (name: string): void => remove("groups", name),
    deactivateGroup: (name: string): void => change("groups", name, { state: "inactive" }),
    renameGroup: (name: string, newName: string): void => change("groups", name, { name: newName }),
    addGroupMember: (name: string, email: string): void => {
      const { memberIds } = recordOf("groups", name);
      change("groups", name, { memberIds: [...new Set([...memberIds, userOf(email).id])] });
    },
    removeGroupMember: (name: string, email: string): void => {
      const { memberIds } = recordOf("groups", name);
      const { id } = userOf(email);
      change("groups", name, { memberIds: memberIds.filter((one) => one !== id) });
    },

    createProfile: (
      name: string,
      skills: readonly string[] = [],
      description: string | null = null,
    ): string => {
      return create("profiles", "profile", { name, description, skillIds: skillIds(skills) });
    },
    /** The whole new list of the profile's own skills. */
    setProfileSkills: (name: string, skills: readonly string[]): void =>
      change("profiles", name, { skillIds: skillIds(skills) }),
    renameProfile: (name: string, newName: string): void => change("profiles", name, { name: newName }),
    describeProfile: (name: string, description: string | null): void =>
      change("profiles", name, { description }),

    /** A flow that refers to these skills. */
    createFlow: (name: string, skills: readonly string[]): string =>
      create("flows", "flow", { name, skillIds: skillIds(skills) }),
    deleteFlow: (name: string): void => remove("flows", name),
    /** A skill group whose conditions name these skills. */
    createSkillGroup: (name: string, skillNames: readonly string[]): string =>
      create("skillGroups", "skill group", { name, skillNames }),
    deleteSkillGroup: (name: string): void => remove("skillGroups", name),
  };
}

function found<T>(thing: T | undefined, kind: string, name: string): T {
  if (thing === undefined) throw new Error(`The sandbox has no ${kind} "${name}".`);
  return thing;
}
