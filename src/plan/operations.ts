/** Steps 5 and 6: groups the changes of each subject into an operation, and orders the operations in stages. */
import type { Change, Deletion, Holder, Live, Operation, SkillId } from "../model.ts";
import { byText } from "../text.ts";
import { decide } from "./decide.ts";
import { freeNames } from "./names.ts";
import { MAX_SKILLS_PER_USER } from "./rename/migrate.ts";
import type { Row, SkillSubject, UserSubject, SubjectRows } from "./rows.ts";
import type { ChangeContext, RowOwner } from "./to-change.ts";
import { toChange } from "./to-change.ts";
import { isWritten } from "./changes.ts";

/** Decides each row, which gives at most one change, and groups the changes of each subject into an operation. */
export function decideRows(
  subjects: SubjectRows,
  context: ChangeContext,
  live: Pick<Live, "inactiveUsers">,
): Operation[] {
  const make = (row: Row, owner: RowOwner): Change[] => {
    const change = toChange(row, owner, context);
    return change ? [change] : [];
  };
  const holders = indexHolders(subjects, make);
  const skills = subjects.skills.flatMap((skill) => skillOperation(skill, make, holders, live) ?? []);
  const profiles = subjects.profiles.flatMap((profile): Operation[] => {
    const subject = { kind: "profile", id: profile.id } as const;
    const changes = profile.rows.flatMap((row) => make(row, { subject }));
    return changes.length === 0 ? [] : [{ subject, name: profile.name, changes: orderChanges(changes, 0) }];
  });
  const users = subjects.users.flatMap((user): Operation[] => {
    const subject = { kind: "user", id: user.user.id } as const;
    const own = user.rows.filter((row) => !isOfDelete(row));
    const changes = [...own, ...user.ends].flatMap((row) => make(row, { subject, user }));
    return changes.length === 0 ? [] : [userOperation(user, changes)];
  });
  return [...skills, ...profiles, ...users];
}

/** Skills first, then profiles and users, then deletes. The operations of one stage don't depend on each other. */
export function toStages(operations: readonly Operation[]): Operation[][] {
  const of = (kind: Operation["subject"]["kind"]): Operation[] =>
    operations.filter(({ subject, deletion }) => subject.kind === kind && !deletion);
  const deletes = operations.filter(({ deletion }) => deletion);
  return [...freeNames(of("skill")), ...withFirst(freeNames(of("profile")), of("user")), deletes].filter(
    (stage) => stage.length > 0,
  );
}

/** The withheld changes as operations, in the order of a plan. */
export function withheldOperations({ skills, profiles, users, inactive }: SubjectRows): Operation[] {
  const held = (rows: readonly Row[]): Change[] => rows.flatMap(({ withheld }) => withheld ?? []);
  const isWithheld = ({ withheld }: Row): boolean => withheld !== undefined;
  const operations: Operation[] = [
    ...skills.map(({ id, name, rows }) => {
      return { subject: { kind: "skill", id } as const, name, changes: held(rows) };
    }),
    ...profiles.map(({ id, name, rows }) => {
      return { subject: { kind: "profile", id } as const, name, changes: held(rows) };
    }),
    ...[...users, ...inactive]
      .filter(({ rows, ends }) => rows.some(isWithheld) || ends.some(isWithheld))
      .map((user) => userOperation(user, held([...user.rows, ...user.ends]))),
  ];
  return operations.filter(({ changes }) => changes.length > 0);
}

function userOperation({ user, named }: UserSubject, changes: readonly Change[]): Operation {
  return {
    subject: { kind: "user", id: user.id },
    ...{ name: user.name, email: user.email, named },
    changes: orderChanges(changes, user.skills.size),
  };
}

/** Adds the users' operations to the first stage of profiles. */
function withFirst([first = [], ...later]: Operation[][], users: readonly Operation[]): Operation[][] {
  return [[...first, ...users], ...later];
}

/**
 * Gains before losses, so that nobody is without a skill in between; losses first where the gains would pass the
 * limit that the API sets for one user. Ends come last. `held` is how many skills the user holds now.
 */
function orderChanges(changes: readonly Change[], held: number): Change[] {
  const [written, ends] = [changes.filter(isWritten), changes.filter((change) => !isWritten(change))];
  const losses = written.filter(({ verb }) => verb === "remove");
  const rest = written.filter(({ verb }) => verb !== "remove");
  const isFull = held + rest.filter(({ verb }) => verb === "add").length > MAX_SKILLS_PER_USER;
  return [...(isFull ? [...losses, ...rest] : [...rest, ...losses]), ...ends];
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

type Make = (row: Row, owner: RowOwner) => Change[];

function skillOperation(
  skill: SkillSubject,
  make: Make,
  holders: HolderIndex,
  live: Pick<Live, "inactiveUsers">,
): Operation | null {
  const subject = { kind: "skill", id: skill.id } as const;
  const changes = skill.rows.flatMap((row) => make(row, { subject, skill }));
  if (changes.length === 0) return null;
  const name = skill.live?.name ?? skill.name;
  if (!changes.some(({ verb }) => verb === "delete")) return { subject, name, changes };
  const deletion: Deletion = {
    ...(skill.replacedBy !== undefined && { replacedBy: skill.replacedBy }),
    holders: holders.of(skill.id),
    inactiveListed: live.inactiveUsers?.kind === "complete",
  };
  return { subject, name, changes: [...changes, ...holders.removalsOf(skill.id)], deletion };
}

/** Whether the delete of the skill carries out the change. */
function isOfDelete({ exclusive, migration }: Row): boolean {
  return exclusive === "deletion" && migration === undefined;
}

/** The holders of deleted skills, and the removals that the deletes cause. */
interface HolderIndex {
  readonly of: (skill: SkillId) => readonly Holder[];
  readonly removalsOf: (skill: SkillId) => readonly Change[];
}

/** Looks at each user's rows once, and only if a skill is deleted. */
function indexHolders({ skills, users, inactive }: SubjectRows, make: Make): HolderIndex {
  const going = new Set(
    skills.flatMap(({ id, rows: [existence] }) =>
      existence && decide(existence).kind === "remove" ? [id] : [],
    ),
  );
  const holders = new Map([...going].map((id) => [id, [] as Holder[]]));
  const removals = new Map([...going].map((id) => [id, [] as Change[]]));
  for (const user of going.size === 0 ? [] : [...users, ...inactive]) {
    for (const row of user.rows) {
      const { field, live } = row;
      if (field.kind !== "skill" || live === undefined || !going.has(field.id)) continue;
      holders.get(field.id)?.push(holderOf(user, row));
      if (!isOfDelete(row)) continue;
      removals.get(field.id)?.push(...make(row, { subject: { kind: "user", id: user.user.id }, user }));
    }
  }
  for (const list of holders.values()) list.sort((a, b) => byText(a.id, b.id));
  return { of: (skill) => holders.get(skill) ?? [], removalsOf: (skill) => removals.get(skill) ?? [] };
}

function holderOf({ user, named, state }: UserSubject, { ledger }: Row): Holder {
  const { id, name, email } = user;
  return { id, name, email, named, manual: ledger === undefined, inactive: state === "inactive" };
}
