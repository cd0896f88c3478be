/** Manual edits: changes by people and other programs in the organisation, by names and e-mails. */
import { SEES_ALL } from "./access.ts";
import type { Organisation } from "./api.ts";
import type { Data, RecordKind, UserRecord } from "./data.ts";
import { idOf } from "./data.ts";
import type { SkillChanges } from "./skills.ts";
import { changeSkill, createSkill, deleteSkill } from "./skills.ts";
import { giveSkills, takeSkill } from "./user-skills.ts";
import { sameEmail } from "./users.ts";

/** Edits without a request, so without permissions, rate limits and faults. Functions that create something return its id. */
export type ManualEdits = ReturnType<typeof createManualEdits>;

/** The kinds of records that are found by name. */
const WORDS = { groups: "group", profiles: "profile", flows: "flow" } as const;

/** Creates the edits of an organisation. Each throws if a name is unknown or taken. */
export function createManualEdits(organisation: Organisation) {
  const { store } = organisation;
  const skillOf = (name: string) => {
    const { skills } = store.data;
    return found(
      skills.find((skill) => skill.state !== "deleted" && skill.name === name),
      "skill",
      name,
    );
  };
  const skillIds = (names: readonly string[]) => names.map((name) => skillOf(name).id);
  /** Prefers a user that isn't deleted to a deleted one with the same e-mail. */
  const userOf = (email: string) => {
    const users = store.data.users.filter((user) => sameEmail(user, email));
    return found(users.find((user) => user.state !== "deleted") ?? users[0], "user", email);
  };
  const recordOf = <K extends keyof typeof WORDS>(kind: K, name: string): Data[K][number] => {
    const records: readonly Data[K][number][] = store.data[kind];
    return found(
      records.find((one) => one.name === name),
      WORDS[kind],
      name,
    );
  };

  const editSkill = (name: string, changes: SkillChanges): void => {
    changeSkill(organisation, skillOf(name), changes);
  };
  const edit = <K extends RecordKind>(
    kind: K,
    record: Data[K][number],
    changes: Partial<Data[K][number]>,
  ): void => {
    const version = "version" in record ? { version: record.version + 1 } : {};
    store.replace(kind, { ...record, ...changes, ...version });
  };
  const editUser = (email: string, changes: Partial<UserRecord>) => edit("users", userOf(email), changes);
  const newId = (word: string) => idOf(`made ${word}`, store.data.made + 1);

  return {
    createSkill: (name: string, description?: string): string =>
      createSkill(organisation, { name, ...(description !== undefined && { description }) }).id,
    deleteSkill: (name: string): void => deleteSkill(organisation, skillOf(name)),
    renameSkill: (name: string, newName: string): void => editSkill(name, { name: newName }),
    describeSkill: (name: string, description: string | null): void => editSkill(name, { description }),
    deactivateSkill: (name: string): void => editSkill(name, { state: "inactive" }),
    activateSkill: (name: string): void => editSkill(name, { state: "active" }),
    skillId: (name: string): string => skillOf(name).id,

    /** Assigns a skill to a user, or changes its proficiency (default 1). */
    assign: (email: string, skill: string, proficiency = 1): void =>
      giveSkills(organisation, userOf(email), [{ id: skillOf(skill).id, proficiency }], SEES_ALL),
    unassign: (email: string, skill: string): void =>
      takeSkill(organisation, userOf(email), skillOf(skill).id),
    addUser: (email: string, name = email, division?: string): string => {
      const { users, divisions } = store.data;
      if (users.some((user) => user.state !== "deleted" && sameEmail(user, email)))
        throw new Error(`The sandbox has a user ${email} already.`);
      const home = divisions.find((one) => (division === undefined ? one.home : one.name === division));
      const divisionId = found(home, "division", division ?? "home").id;
      const id = newId("user");
      store.add("users", {
        id,
        name,
        email,
        state: "active",
        divisionId,
        version: 1,
        details: {},
        skills: {},
      });
      return id;
    },
    activateUser: (email: string): void => editUser(email, { state: "active" }),
    deactivateUser: (email: string): void => editUser(email, { state: "inactive" }),
    /** The deleted user keeps id, e-mail and skills, and may be restored. */
    deleteUser: (email: string): void => editUser(email, { state: "deleted" }),
    changeEmail: (email: string, newEmail: string): void => editUser(email, { email: newEmail }),
    userId: (email: string): string => userOf(email).id,

    createGroup: (name: string, members: readonly string[] = []): string => {
      const id = newId("group");
      const memberIds = members.map((email) => userOf(email).id);
      store.add("groups", { id, name, state: "active", version: 1, memberIds, ownerIds: [] });
      return id;
    },
    deactivateGroup: (name: string): void => edit("groups", recordOf("groups", name), { state: "inactive" }),
    renameGroup: (name: string, newName: string): void =>
      edit("groups", recordOf("groups", name), { name: newName }),
    addGroupMember: (name: string, email: string): void => {
      const group = recordOf("groups", name);
      edit("groups", group, { memberIds: [...new Set([...group.memberIds, userOf(email).id])] });
    },
    removeGroupMember: (name: string, email: string): void => {
      const group = recordOf("groups", name);
      const { id } = userOf(email);
      edit("groups", group, { memberIds: group.memberIds.filter((one) => one !== id) });
    },

    /** The whole new list of the profile's own skills. */
    setProfileSkills: (name: string, skills: readonly string[]): void =>
      edit("profiles", recordOf("profiles", name), { skillIds: skillIds(skills) }),
    describeProfile: (name: string, description: string | null): void =>
      edit("profiles", recordOf("profiles", name), { description }),

    /** A flow that refers to these skills. */
    createFlow: (name: string, skills: readonly string[]): string => {
      const id = newId("flow");
      store.add("flows", { id, name, skillIds: skillIds(skills) });
      return id;
    },
    deleteFlow: (name: string): void => {
      const { id } = recordOf("flows", name);
      store.write({ flows: store.data.flows.filter((one) => one.id !== id) });
    },
  };
}

function found<T>(thing: T | undefined, kind: string, name: string): T {
  if (thing === undefined) throw new Error(`The sandbox has no ${kind} "${name}".`);
  return thing;
}
