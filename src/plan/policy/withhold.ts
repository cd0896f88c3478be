/**
 * Withholds changes before the decision table: the changes themselves, those that depend on them, and those that would
 * do harm without them.
 */
import type { Change, SkillId } from "../../model.ts";
import type { Misnamed } from "../names.ts";
import { withoutFreeName } from "../names.ts";
import { heldAfter, MAX_SKILLS_PER_USER } from "../rename/migrate.ts";
import type { ProfileSubject, Row, SkillSubject, UserSubject, SubjectRows } from "../rows.ts";
import type { ChangeContext, RowOwner } from "../to-change.ts";
import { toChange } from "../to-change.ts";
import { leaveAlone, mapRows } from "../rows.ts";

/** `ids` are the ids of the changes to withhold. */
export function withhold(
  subjects: SubjectRows,
  ids: ReadonlySet<string>,
  context: ChangeContext,
): SubjectRows {
  if (ids.size === 0) return subjects;
  const withholdRow: WithholdRow = (row, owner, isDependent = () => false) => {
    const change = row.mark ? null : toChange(row, owner, context);
    return change && (ids.has(change.id) || isDependent(change)) ? withheldRow(row, change) : row;
  };
  const skills = withholdTakenNames(subjects.skills, (skill, isDependent) =>
    withholdSkill(skill, withholdRow, isDependent),
  );
  const missing = new Set(
    skills.flatMap(({ id, rows, state }) => (state === "new" && isWithheld(rows[0]) ? [id] : [])),
  );
  const users = subjects.users.map((user) => withholdUser(user, missing, withholdRow));
  const inactive = subjects.inactive.map((user) => withholdUser(user, missing, withholdRow));
  const profiles = withholdTakenNames(subjects.profiles, (profile, isDependent) =>
    withholdProfile(profile, missing, withholdRow, isDependent),
  );
  const kept = keptSkills({ skills, users, inactive, profiles }, missing);
  return {
    profiles,
    skills: skills.map((skill) => (kept.has(skill.id) ? withholdSkill(skill, withholdRow, isDelete) : skill)),
    users: users.map((user) => withoutDeletion(user, kept, context)),
    inactive: inactive.map((user) => withoutDeletion(user, kept, context)),
  };
}

type WithholdRow = (row: Row, owner: RowOwner, isDependent?: (change: Change) => boolean) => Row;

/** The row without its change, which is shown as withheld. */
export function withheldRow(row: Row, change: Change): Row {
  return { ...leaveAlone(row, "withheld"), withheld: change };
}

function isWithheld(row: Row | undefined): boolean {
  return row?.mark === "withheld";
}

function isDelete({ verb }: Change): boolean {
  return verb === "delete";
}

/** Also withholds changes that take a name which a withheld change doesn't free. */
function withholdTakenNames<T extends SkillSubject | ProfileSubject>(
  subjects: readonly T[],
  holdOne: (subject: T, isDependent: (change: Change) => boolean) => T,
): readonly T[] {
  const held = subjects.map((subject) => holdOne(subject, () => false));
  const stuck = stuckNames(held);
  return held.map((subject) => (stuck.has(subject.id) ? holdOne(subject, isNaming) : subject));
}

function isNaming({ verb, field }: Change): boolean {
  return verb === "create" || field.kind === "name";
}

function withholdSkill(
  skill: SkillSubject,
  withholdRow: WithholdRow,
  isDependent: (change: Change) => boolean,
): SkillSubject {
  const owner = { subject: { kind: "skill", id: skill.id } as const, skill };
  const [existence, ...texts] = skill.rows;
  if (!existence) return skill;
  const held = withholdRow(existence, owner, isDependent);
  // A skill that is not created has no texts to write.
  const isMissing = skill.state === "new" && isWithheld(held);
  return {
    ...skill,
    rows: [
      held,
      ...texts.map((row) => withholdRow(row, owner, (change) => isMissing || isDependent(change))),
    ],
  };
}

/** Ids whose new name isn't free. Names in the ledger count as taken too, so that it never has one name twice. */
function stuckNames(subjects: readonly (SkillSubject | ProfileSubject)[]): ReadonlySet<string> {
  const named = subjects.flatMap(({ id, live, item }) =>
    live ? [{ id, name: live.name }, ...(item ? [{ id, name: item.name }] : [])] : [],
  );
  return withoutFreeName(subjects.flatMap(takesName), named);
}

function takesName(subject: SkillSubject | ProfileSubject): Misnamed[] {
  const { id, name, live, rows } = subject;
  if (!live) return isWithheld(rows[0]) ? [] : [{ id, name: "", desired: name }];
  const row = rows.find(({ field }) => field.kind === "name");
  const desired = row && !row.mark ? row.desired : undefined;
  return typeof desired === "string" && desired !== live.name ? [{ id, name: live.name, desired }] : [];
}

function withholdUser(
  user: UserSubject,
  missing: ReadonlySet<SkillId>,
  withholdRow: WithholdRow,
): UserSubject {
  const owner = { subject: { kind: "user", id: user.user.id } as const, user };
  const needsMissing = ({ verb, field }: Change): boolean =>
    verb !== "remove" && field.kind === "skill" && missing.has(field.id);
  const first = mapRows(user.rows, (row) => withholdRow(row, owner, needsMissing));
  if (first === user.rows) return withholdEnds(user, owner, withholdRow);
  // Without what was to be lost there may be no room for what was to be gained.
  const isFull = heldAfter(user, first) > MAX_SKILLS_PER_USER;
  const second = isFull
    ? mapRows(first, (row) => withholdRow(row, owner, ({ verb }) => verb === "add"))
    : first;
  const notGained = new Set(second.flatMap((row) => (isWithheld(row) ? [skillOf(row)] : [])));
  const third = mapRows(second, (row) =>
    withholdRow(
      row,
      owner,
      ({ rename }) => rename !== undefined && "to" in rename && notGained.has(rename.to),
    ),
  );
  return withholdEnds({ ...user, rows: third }, owner, withholdRow);
}

/** The ledger keeps the end that it had. What it doesn't withholdRow at all, because that is withheld, has none. */
function withholdEnds(user: UserSubject, owner: RowOwner, withholdRow: WithholdRow): UserSubject {
  if (user.ends.length === 0) return user;
  const without = new Set(user.rows.flatMap((row) => (isWithheld(row) && !row.item ? [skillOf(row)] : [])));
  const ends = mapRows(user.ends, (row) =>
    withholdRow(row, owner, ({ field }) => field.kind === "until" && without.has(field.id)),
  );
  return ends === user.ends ? user : { ...user, ends };
}

function withholdProfile(
  profile: ProfileSubject,
  missing: ReadonlySet<SkillId>,
  withholdRow: WithholdRow,
  isDependent: (change: Change) => boolean,
): ProfileSubject {
  const owner = { subject: { kind: "profile", id: profile.id } as const };
  const needsMissing = ({ verb, field }: Change): boolean =>
    verb === "add" && field.kind === "skill" && missing.has(field.id);
  const mustWait = (change: Change): boolean => isDependent(change) || needsMissing(change);
  return { ...profile, rows: mapRows(profile.rows, (row) => withholdRow(row, owner, mustWait)) };
}

/** Skills that must not be deleted: a holder keeps them, or wasn't given the new skill. */
function keptSkills(
  { skills, users, inactive, profiles }: SubjectRows,
  missing: ReadonlySet<SkillId>,
): ReadonlySet<SkillId> {
  const kept = new Set<SkillId>();
  for (const { id, rows, replacedBy } of skills) {
    if (isWithheld(rows[0]) || (replacedBy !== undefined && missing.has(replacedBy))) kept.add(id);
  }
  for (const { rows } of profiles) for (const row of rows) if (isWithheld(row)) kept.add(skillOf(row));
  for (const { rows } of [...users, ...inactive]) {
    const notGiven = new Set<SkillId>();
    for (const row of rows) {
      if (!isWithheld(row)) continue;
      if (row.withheld?.verb === "remove") kept.add(skillOf(row));
      if (row.withheld?.rename) notGiven.add(skillOf(row));
    }
    for (const { migration, field } of rows) {
      if (migration?.kind === "old" && notGiven.has(migration.to) && field.kind === "skill")
        kept.add(field.id);
    }
  }
  return kept;
}

/**
 * If a skill is not deleted after all, a holder loses it only through an edit. The losses of manual and inactive
 * holders are withheld with the delete.
 */
function withoutDeletion(user: UserSubject, kept: ReadonlySet<SkillId>, context: ChangeContext): UserSubject {
  const owner = { subject: { kind: "user", id: user.user.id } as const, user };
  const rows = mapRows(user.rows, (row) => {
    if (row.exclusive !== "deletion" || row.migration || !kept.has(skillOf(row))) return row;
    const isEdit = user.state === "active" && row.ledger !== undefined;
    const change = isEdit ? null : toChange(row, owner, context);
    return change ? withheldRow(row, change) : { ...row, exclusive: undefined };
  });
  return rows === user.rows ? user : { ...user, rows };
}

function skillOf({ field }: Row): SkillId {
  return field.kind === "skill" ? field.id : "";
}
