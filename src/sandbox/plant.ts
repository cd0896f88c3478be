/** Turns a seed, which speaks in names, into records, which speak in ids. */
import type { Data, DivisionRecord, RecordState } from "./data.ts";
import { idOf } from "./data.ts";
import type { Seed } from "./seed.ts";

/** The data of a new organisation; `now` is the time of its making in ms. The seed must have been validated. */
export function plant(seed: Seed, now: number): Data {
  const modified = new Date(now).toISOString();
  const divisions = plantDivisions(seed);
  const home = divisions.find((division) => division.home)?.id ?? "";
  const divisionId = (name: string | undefined) => divisions.find((division) => division.name === name)?.id;
  const skills = (seed.skills ?? []).map((skill) => {
    const division = divisionId(skill.division);
    return {
      id: skill.id ?? idOf("skill", skill.name, skill.state ?? "active"),
      name: skill.name,
      description: skill.description ?? null,
      ...(division === undefined ? {} : { divisionId: division }),
      state: skill.state ?? "active",
      version: 1,
      modified,
    };
  });
  const skillIds = idsByKey(skills, ({ name }) => name);
  const users = (seed.users ?? []).map((user) => ({
    id: user.id ?? idOf("user", user.email.toLowerCase()),
    name: user.name,
    email: user.email,
    state: user.state ?? "active",
    divisionId: divisionId(user.division) ?? home,
    version: 1,
    skills: Object.fromEntries(
      Object.entries(user.skills ?? {}).map(([name, proficiency]) => [skillIds.get(name) ?? "", proficiency]),
    ),
  }));
  const userIds = idsByKey(users, ({ email }) => email.toLowerCase());
  const profileIds = new Map(
    (seed.profiles ?? []).map(({ id, name }) => [name, id ?? idOf("profile", name)] as const).reverse(),
  );
  const resolve = (ids: ReadonlyMap<string, string>, names: readonly string[] = []) =>
    names.map((name) => ids.get(name) ?? "");

  return {
    organization: {
      id: seed.organization?.id ?? idOf("organization", seed.organization?.name ?? "Sandbox"),
      name: seed.organization?.name ?? "Sandbox",
    },
    divisions,
    skills,
    users,
    groups: (seed.groups ?? []).map((group) => ({
      id: group.id ?? idOf("group", group.name),
      name: group.name,
      state: group.state ?? "active",
      version: 1,
      memberIds: resolve(
        userIds,
        group.members?.map((member) => member.toLowerCase()),
      ),
      ownerIds: resolve(
        userIds,
        group.owners?.map((owner) => owner.toLowerCase()),
      ),
    })),
    profiles: (seed.profiles ?? []).map((profile) => ({
      id: profile.id ?? profileIds.get(profile.name) ?? "",
      name: profile.name,
      description: profile.description ?? null,
      ...(profile.parent === undefined ? {} : { parentId: profileIds.get(profile.parent) ?? "" }),
      skillIds: resolve(skillIds, profile.skills),
    })),
    skillGroups: (seed.skillGroups ?? []).map(({ id, name, skills: skillNames }) => ({
      id: id ?? idOf("skill group", name),
      name,
      skillNames,
    })),
    flows: (seed.flows ?? []).map(({ id, name, skills: names }) => ({
      id: id ?? idOf("flow", name),
      name,
      skillIds: resolve(skillIds, names),
    })),
    made: 0,
  };
}

function plantDivisions(seed: Seed): DivisionRecord[] {
  const given = seed.divisions ?? [];
  const divisions = given.map(({ id, name, home }) => ({
    id: id ?? idOf("division", name),
    name,
    home: home ?? false,
  }));
  return divisions.some((division) => division.home)
    ? divisions
    : [{ id: idOf("division", "Home"), name: "Home", home: true }, ...divisions];
}

/** Of several records with one key the first counts, and one that isn't deleted before any that is. */
function idsByKey<T extends { readonly id: string; readonly state: RecordState }>(
  records: readonly T[],
  keyOf: (record: T) => string,
): ReadonlyMap<string, string> {
  const isDeleted = ({ state }: T) => state === "deleted";
  const lastCounts = [
    ...records.filter(isDeleted).reverse(),
    ...records.filter((record) => !isDeleted(record)).reverse(),
  ];
  return new Map(lastCounts.map((record) => [keyOf(record), record.id]));
}
