/** The data of a sandbox as plain JSON in names, sorted, for people and tests to compare. */
import type { Data, RecordState } from "./data.ts";

export interface Snapshot {
  readonly organization: { readonly id: string; readonly name: string };
  /** Skills that aren't deleted. */
  readonly skills: readonly {
    readonly id: string;
    readonly name: string;
    readonly description?: string;
    /** Absent: active. */
    readonly state?: "inactive";
  }[];
  /** Users of all states; `skills` is proficiency by name of skill. */
  readonly users: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly state: RecordState;
    readonly skills: Readonly<Record<string, number>>;
  }[];
  readonly groups: readonly { readonly name: string; readonly members: readonly string[] }[];
  readonly profiles: readonly {
    readonly id: string;
    readonly name: string;
    readonly description?: string;
    readonly parent?: string;
    readonly skills: readonly string[];
  }[];
}

/** A picture of the data; every list is sorted by name or e-mail. What is left of a deleted skill shows as its id. */
export function takeSnapshot(data: Data): Snapshot {
  const present = data.skills.filter((skill) => skill.state !== "deleted");
  const skillName = new Map(present.map((skill) => [skill.id, skill.name]));
  const email = new Map(data.users.map((user) => [user.id, user.email]));
  const profileName = new Map(data.profiles.map((profile) => [profile.id, profile.name]));
  const names = (map: ReadonlyMap<string, string>, ids: readonly string[]) =>
    ids.map((id) => map.get(id) ?? id).sort();
  const described = (description: string | null) => (description === null ? {} : { description });

  return {
    organization: data.organization,
    skills: present
      .map(({ id, name, description, state }) => ({
        ...{ id, name, ...described(description) },
        ...(state === "inactive" && { state }),
      }))
      .sort(by((skill) => skill.name)),
    users: data.users
      .map(({ id, name, email: address, state, skills }) => ({
        id,
        name,
        email: address,
        state,
        skills: Object.fromEntries(
          Object.entries(skills)
            .map(([skill, proficiency]): [string, number] => [skillName.get(skill) ?? skill, proficiency])
            .sort(by(([skill]) => skill)),
        ),
      }))
      .sort(by((user) => user.email)),
    groups: data.groups
      .map(({ name, memberIds }) => ({ name, members: names(email, memberIds) }))
      .sort(by((group) => group.name)),
    profiles: data.profiles
      .map(({ id, name, description, parentId, skillIds }) => ({
        id,
        name,
        ...described(description),
        ...(parentId === undefined ? {} : { parent: profileName.get(parentId) ?? parentId }),
        skills: names(skillName, skillIds),
      }))
      .sort(by((profile) => profile.name)),
  };
}

function by<T>(keyOf: (one: T) => string): (a: T, b: T) => number {
  return (a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0);
}
