/** `--only`: selects users by division, department, group, e-mail or id, and reads the groups for that. */
import pLimit from "p-limit";
import type { Existing, GroupBody } from "../genesys/bodies.ts";
import type { Reader } from "../genesys/reader.ts";
import type { Live, LiveGroup, LiveUser } from "../model.ts";
import { Failure } from "../problem.ts";
import { byText, foldName, nearest, printable } from "../text.ts";

const SIDE_BY_SIDE = 8;

/** Reads the active members of the groups that are `isWanted`; leaves out groups that can't be read. */
export async function readMembers(
  reader: Reader,
  { users }: Pick<Live, "users">,
  isWanted: (group: GroupBody, all: readonly GroupBody[]) => boolean,
): Promise<readonly LiveGroup[]> {
  const { entities } = await reader.listGroups();
  const active = new Set(users.entities.map(({ id }) => id));
  const limit = pLimit(SIDE_BY_SIDE);
  const read = async ({ id, name, state }: Existing<GroupBody>): Promise<LiveGroup[]> => {
    const individuals = await reader.groupIndividuals(id);
    if (individuals?.kind !== "complete") return [];
    return [
      {
        id,
        name,
        state,
        members: individuals.entities.map((user) => user.id).filter((id) => active.has(id)),
      },
    ];
  };
  const wanted = entities.filter((group) => isWanted(group, entities)).sort((a, b) => byText(a.id, b.id));
  return (await Promise.all(wanted.map((group) => limit(() => read(group))))).flat();
}

/** Whether a group may be the people of a profile: it has one of these sizes and a unique name. */
export function couldBeTeam(sizes: ReadonlySet<number>) {
  return (group: GroupBody, all: readonly GroupBody[]): boolean =>
    (group.memberCount === undefined || sizes.has(group.memberCount)) &&
    group.state === "active" &&
    all.filter(({ name }) => foldName(name) === foldName(group.name)).length === 1;
}

/**
 * The ids of the users that `names` mean. If a name is, for example, both a division and a department,
 * `group:NAME`, `department:NAME` and `division:NAME` distinguish them. Throws Failure UNKNOWN_NAME or AMBIGUOUS.
 */
export async function selectUsers(
  names: readonly string[],
  live: Pick<Live, "users">,
  reader: Reader,
): Promise<ReadonlySet<string>> {
  const users = live.users.entities;
  const people = names.filter((name) => users.some((user) => isUser(user, name)));
  const others = names.filter((name) => !people.includes(name));
  const wanted = new Set(others.map((name) => foldName(name.replace(/^group:/iu, ""))));
  const groups =
    others.length === 0 ? [] : await readMembers(reader, live, ({ name }) => wanted.has(foldName(name)));
  const units = [
    ...users.flatMap(({ id, division = "" }) => ({ kind: "division", name: division, members: [id] })),
    ...users.flatMap(({ id, department = "" }) => ({ kind: "department", name: department, members: [id] })),
    ...groups.map(({ name, members }) => ({ kind: "group", name, members })),
  ];
  const selected = new Set(
    users.filter((user) => people.some((name) => isUser(user, name))).map(({ id }) => id),
  );
  const wrong: Failure[] = [];
  for (const asked of others) {
    const [, kind, name = asked] = /^(division|department|group):(.*)$/iu.exec(asked) ?? [];
    const found = units.filter(
      (unit) =>
        foldName(unit.name) === foldName(name) && (kind === undefined || kind.toLowerCase() === unit.kind),
    );
    const kinds = [...new Set(found.map((unit) => unit.kind))];
    if (kinds.length === 0)
      wrong.push(unknown(asked, [...units.map((unit) => unit.name), ...users.map(({ email }) => email)]));
    else if (kinds.length > 1) wrong.push(ambiguous(name, kinds));
    for (const id of found.flatMap(({ members }) => members)) selected.add(id);
  }
  if (wrong.length > 0) throw new Failure(wrong.flatMap(({ problems }) => problems));
  return selected;
}

function isUser({ id, email }: LiveUser, name: string): boolean {
  return [id.toLowerCase(), email].includes(name.toLowerCase());
}

function unknown(name: string, known: readonly string[]): Failure {
  const meant = nearest(name, new Set(known));
  return new Failure({
    code: "UNKNOWN_NAME",
    message: `No division, department, group or user is called "${printable(name)}".`,
    hint: meant === undefined ? "Write its name, or a user's e-mail." : `Did you mean "${printable(meant)}"?`,
  });
}

function ambiguous(name: string, kinds: readonly string[]): Failure {
  return new Failure({
    code: "AMBIGUOUS",
    message: `"${printable(name)}" is the name of a ${kinds.join(" and of a ")}.`,
    hint: `Write which one you mean: ${kinds.map((kind) => `"${kind}:${printable(name)}"`).join(" or ")}.`,
  });
}
