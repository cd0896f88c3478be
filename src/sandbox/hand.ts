/** Edits by hand: what people and other programs do in the organisation, addressed by names and e-mails. */
import type { Data, GroupRecord, ProfileRecord, SkillRecord, UserRecord, RecordState } from "./data.ts";
import { idOf } from "./data.ts";
import type { SkillChanges, SkillRules } from "./skill-rules.ts";
import { changeSkill, createSkill, deleteSkill } from "./skill-rules.ts";
import type { Store } from "./store.ts";
import { replaced } from "./store.ts";
import { giveSkills, takeSkill } from "./user-rules.ts";
import { WHOLE_VIEW } from "./view.ts";

/** Makes edits without a request: no permission, rate limit or fault applies. What makes something gives its id. */
export type Hand = ReturnType<typeof createHand>;

/** Edits on this store. Each throws where a name is unknown or taken. */
export function createHand(store: Store, rules: () => SkillRules) {
  return { ...skillEdits(store, rules), ...userEdits(store), ...groupEdits(store), ...otherEdits(store) };
}

function skillEdits(store: Store, rules: () => SkillRules) {
  const change = (name: string, changes: SkillChanges) =>
    store.write(changeSkill(store.data, skillOf(store.data, name), changes, rules())[0]);
  return {
    createSkill: (name: string, description?: string): string => {
      const [data, skill] = createSkill(
        store.data,
        { name, ...(description === undefined ? {} : { description }) },
        rules(),
      );
      store.write(data);
      return skill.id;
    },
    deleteSkill: (name: string): void => {
      store.write(deleteSkill(store.data, skillOf(store.data, name), rules()));
    },
    renameSkill: (name: string, newName: string): void => {
      change(name, { name: newName });
    },
    describeSkill: (name: string, description: string | null): void => {
      change(name, { description });
    },
    deactivateSkill: (name: string): void => {
      change(name, { state: "inactive" });
    },
    activateSkill: (name: string): void => {
      change(name, { state: "active" });
    },
    /** The id of the skill with this name. */
    skillId: (name: string): string => {
      return skillOf(store.data, name).id;
    },
  };
}

function userEdits(store: Store) {
  const change = (email: string, changes: Partial<UserRecord>) => {
    const user = userOf(store.data, email);
    store.write({
      ...store.data,
      users: replaced(store.data.users, { ...user, ...changes, version: user.version + 1 }),
    });
  };
  const setState = (email: string, state: RecordState) => change(email, { state });
  return {
    /** Gives a user a skill, or another proficiency (default 1) where they hold it. */
    assign: (email: string, skill: string, proficiency = 1): void => {
      const item = { id: skillOf(store.data, skill).id, proficiency };
      store.write(giveSkills(store.data, WHOLE_VIEW, userOf(store.data, email), [item]));
    },
    unassign: (email: string, skill: string): void => {
      store.write(takeSkill(store.data, userOf(store.data, email), skillOf(store.data, skill).id));
    },
    addUser: (email: string, name = email, division?: string): string => {
      const { data } = store;
      if (
        data.users.some(
          (user) => user.email.toLowerCase() === email.toLowerCase() && user.state !== "deleted",
        )
      )
        throw new Error(`The sandbox has a user ${email} already.`);
      const made = data.made + 1;
      const home = data.divisions.find((one) => (division === undefined ? one.home : one.name === division));
      if (!home) throw new Error(`The sandbox has no division "${division ?? "home"}".`);
      const id = idOf("made user", email, made);
      const user: UserRecord = {
        id,
        name,
        email,
        state: "active",
        divisionId: home.id,
        version: 1,
        skills: {},
      };
      store.write({ ...data, made, users: [...data.users, user] });
      return id;
    },
    activateUser: (email: string): void => setState(email, "active"),
    deactivateUser: (email: string): void => setState(email, "inactive"),
    /** The user keeps id, e-mail and skills, as a deleted one does who may be restored. */
    deleteUser: (email: string): void => setState(email, "deleted"),
    changeEmail: (email: string, newEmail: string): void => change(email, { email: newEmail }),
    renameUser: (email: string, name: string): void => change(email, { name }),
    userId: (email: string): string => {
      return userOf(store.data, email).id;
    },
  };
}

function groupEdits(store: Store) {
  const change = (name: string, changes: (group: GroupRecord) => Partial<GroupRecord>) => {
    const group = groupOf(store.data, name);
    const changed = { ...group, ...changes(group), version: group.version + 1 };
    store.write({ ...store.data, groups: replaced(store.data.groups, changed) });
  };
  return {
    createGroup: (name: string, members: readonly string[] = [], owners: readonly string[] = []): string => {
      const { data } = store;
      const made = data.made + 1;
      const ids = (emails: readonly string[]) => emails.map((email) => userOf(data, email).id);
      const id = idOf("made group", name, made);
      const group: GroupRecord = {
        ...{ id, name, state: "active", version: 1 },
        ...{ memberIds: ids(members), ownerIds: ids(owners) },
      };
      store.write({ ...data, made, groups: [...data.groups, group] });
      return id;
    },
    deleteGroup: (name: string): void => {
      const { id } = groupOf(store.data, name);
      store.write({ ...store.data, groups: store.data.groups.filter((group) => group.id !== id) });
    },
    deactivateGroup: (name: string): void => change(name, () => ({ state: "inactive" })),
    renameGroup: (name: string, newName: string): void => change(name, () => ({ name: newName })),
    addGroupMember: (group: string, email: string): void => {
      const { id } = userOf(store.data, email);
      change(group, ({ memberIds }) => ({ memberIds: [...new Set([...memberIds, id])] }));
    },
    removeGroupMember: (group: string, email: string): void => {
      const { id } = userOf(store.data, email);
      change(group, ({ memberIds }) => ({ memberIds: memberIds.filter((one) => one !== id) }));
    },
  };
}

function otherEdits(store: Store) {
  const changeProfile = (name: string, changes: Partial<ProfileRecord>) => {
    const changed = { ...profileOf(store.data, name), ...changes };
    store.write({ ...store.data, profiles: replaced(store.data.profiles, changed) });
  };
  const ids = (skills: readonly string[]) => skills.map((skill) => skillOf(store.data, skill).id);
  return {
    createProfile: (
      name: string,
      skills: readonly string[] = [],
      description: string | null = null,
    ): string => {
      const { data } = store;
      const made = data.made + 1;
      const id = idOf("made profile", name, made);
      store.write({
        ...data,
        made,
        profiles: [...data.profiles, { id, name, description, skillIds: ids(skills) }],
      });
      return id;
    },
    /** The whole new list of the profile's own skills. */
    setProfileSkills: (name: string, skills: readonly string[]): void =>
      changeProfile(name, { skillIds: ids(skills) }),
    renameProfile: (name: string, newName: string): void => changeProfile(name, { name: newName }),
    describeProfile: (name: string, description: string | null): void => changeProfile(name, { description }),
    /** A flow that refers to these skills. */
    createFlow: (name: string, skills: readonly string[]): void => {
      const flow = { id: idOf("made flow", name), name, skillIds: ids(skills) };
      store.write({ ...store.data, flows: [...store.data.flows, flow] });
    },
    deleteFlow: (name: string): void => {
      store.write({ ...store.data, flows: store.data.flows.filter((flow) => flow.name !== name) });
    },
    /** A skill group whose conditions name these skills. */
    createSkillGroup: (name: string, skillNames: readonly string[]): void => {
      const group = { id: idOf("made skill group", name), name, skillNames };
      store.write({ ...store.data, skillGroups: [...store.data.skillGroups, group] });
    },
    deleteSkillGroup: (name: string): void => {
      store.write({
        ...store.data,
        skillGroups: store.data.skillGroups.filter((group) => group.name !== name),
      });
    },
  };
}

function skillOf(data: Data, name: string): SkillRecord {
  return found(
    data.skills.find((skill) => skill.state !== "deleted" && skill.name === name),
    "skill",
    name,
  );
}

/** A user that isn't deleted goes before a deleted one of the same e-mail. */
function userOf(data: Data, email: string): UserRecord {
  const users = data.users.filter((user) => user.email.toLowerCase() === email.toLowerCase());
  return found(users.find((user) => user.state !== "deleted") ?? users[0], "user", email);
}

function groupOf(data: Data, name: string): GroupRecord {
  return found(
    data.groups.find((group) => group.name === name),
    "group",
    name,
  );
}

function profileOf(data: Data, name: string): ProfileRecord {
  return found(
    data.profiles.find((profile) => profile.name === name),
    "profile",
    name,
  );
}

function found<T>(thing: T | undefined, kind: string, name: string): T {
  if (thing === undefined) throw new Error(`The sandbox has no ${kind} "${name}".`);
  return thing;
}
