/**
 * Applies renames to the rows of one user or profile. Holders of an old skill get the new one, whoever assigned the old
 * one, and keep the old one until it is deleted.
 *
 * - If the YAML asks for the new skill, its proficiency counts; if it names none, the higher of both.
 * - A manual holder of the old skill becomes a manual holder of the new one. If the new skill is exclusive, the manual
 * holder loses the old skill instead.
 * - A holder in the ledger whom the YAML gives the new skill no more loses the old one, as by any edit.
 * - A user who can't hold both, because of the limit of skills, loses the old one when they get the new one.
 */
import type { SkillId } from "../../model.ts";
import { byText } from "../../text.ts";
import { decide } from "../decide.ts";
import type { ProfileSubject, Row, SkillSubject, UserSubject } from "../rows.ts";
import { plainRow, leaveAlone } from "../rows.ts";

/** The maximum number of skills of one user. Source: the vendor's help on assigning skills. */
export const MAX_SKILLS_PER_USER = 50;

/** The parts of a plan's renames that rows need. */
export interface Migrations {
  readonly byId: ReadonlyMap<SkillId, SkillSubject>;
  /** Ids of old skills whose replacement an earlier apply began. */
  readonly begun: ReadonlySet<SkillId>;
  /** Old skills that stay for now, because something still refers to them. */
  readonly kept: ReadonlySet<SkillId>;
  readonly isExclusive: (skill: SkillId) => boolean;
  /** There are no renames. */
  readonly isEmpty: boolean;
}

/** An old skill that a user holds. */
interface HeldOld {
  readonly id: SkillId;
  readonly proficiency: number;
  readonly isOurs: boolean;
}

export function migrateUser(subject: UserSubject, migrations: Migrations): UserSubject {
  if (migrations.isEmpty && Object.keys(subject.migrations).length === 0) return subject;
  const rows = new Map(subject.rows.map((row) => [idOf(row), row]));
  const targets = targetsOf(subject, rows, migrations);
  if (targets.size === 0) return subject;
  for (const [to, olds] of targets) {
    const row = rows.get(to) ?? plainRow({ field: { kind: "skill", id: to } });
    const isAsked = row.assignment !== undefined;
    // A marked row, such as one with an unsettled write, stays unchanged.
    if (!row.mark) rows.set(to, newRow(row, olds, subject, migrations));
    for (const { id, isOurs } of olds) {
      const old = rows.get(id);
      if (old && !old.mark) rows.set(id, oldRow(old, to, { isAsked, isOurs }, migrations));
    }
  }
  return { ...subject, rows: sortRows([...rows.values()], migrations) };
}

/** The user's old skills and pending migrations, by new skill. */
function targetsOf(
  { user, migrations: pending }: UserSubject,
  rows: ReadonlyMap<SkillId, Row>,
  { byId }: Migrations,
): Map<SkillId, HeldOld[]> {
  const targets = new Map<SkillId, HeldOld[]>();
  for (const id of Object.keys(pending)) if (byId.get(id)?.entry) targets.set(id, []);
  for (const [id, proficiency] of user.skills) {
    const to = byId.get(id)?.replacedBy;
    if (to === undefined) continue;
    const isOurs = rows.get(id)?.ledger !== undefined;
    targets.set(to, [...(targets.get(to) ?? []), { id, proficiency, isOurs }]);
  }
  return targets;
}

function newRow(row: Row, olds: readonly HeldOld[], subject: UserSubject, migrations: Migrations): Row {
  const to = idOf(row);
  const pending = subject.migrations[to];
  const { assignment, live } = row;
  const from = strongest(olds)?.id ?? to;
  if (assignment) {
    if (assignment.proficiency !== undefined)
      return live === undefined ? { ...row, migration: { kind: "new", from, manual: false } } : row;
    const fresh = live === undefined || pending ? olds : olds.filter(({ id }) => !migrations.begun.has(id));
    const level = Math.max(pending?.proficiency ?? 0, ...fresh.map(({ proficiency }) => proficiency));
    if (live !== undefined && (typeof live !== "number" || live >= level)) return row;
    const migration = { kind: "new", from, manual: false } as const;
    return { ...row, desired: live === undefined ? { any: true, fresh: level } : level, migration };
  }
  if (migrations.isExclusive(to)) return row;
  const manual = olds.filter(({ isOurs }) => !isOurs);
  const isPending = pending?.manual === true && !olds.some(({ isOurs }) => isOurs);
  if (manual.length === 0 && !isPending) return row;
  const fresh =
    live === undefined || pending || row.ledger !== undefined
      ? manual
      : manual.filter(({ id }) => !migrations.begun.has(id));
  const level = Math.max(isPending ? pending.proficiency : 0, ...fresh.map(({ proficiency }) => proficiency));
  const isEnough = row.ledger === undefined && typeof live === "number" && live >= level;
  if (isEnough) return row;
  const source = strongest(manual)?.id ?? to;
  return { ...row, desired: level, migration: { kind: "new", from: source, manual: true } };
}

function strongest(olds: readonly HeldOld[]): HeldOld | undefined {
  return olds.toSorted((a, b) => b.proficiency - a.proficiency || byText(a.id, b.id))[0];
}

function oldRow(
  row: Row,
  to: SkillId,
  { isAsked, isOurs }: { readonly isAsked: boolean; readonly isOurs: boolean },
  { isExclusive }: Migrations,
): Row {
  if (!isAsked && isOurs) return row;
  if (!isAsked && isExclusive(to)) return { ...row, exclusive: "setting" };
  return { ...leaveAlone(row, "migrating"), migration: { kind: "old", to, isSwap: false } };
}

/**
 * A user at the limit can't hold both skills, and loses the old one when they get the new one. If something still
 * refers to the old skill, calls may need it, so the user keeps it and waits.
 */
export function fitMigrations(subject: UserSubject, { kept }: Migrations): UserSubject {
  const gains = subject.rows.filter((row) => row.migration?.kind === "new" && decide(row).kind === "add");
  if (gains.length === 0) return subject;
  const rows = new Map(subject.rows.map((row) => [idOf(row), row]));
  for (const gain of gains) {
    if (heldAfter(subject, rows) <= MAX_SKILLS_PER_USER) break;
    const to = idOf(gain);
    const old = [...rows.values()].find(
      ({ migration, mark }) => migration?.kind === "old" && migration.to === to && mark === "migrating",
    );
    if (!old) continue;
    const id = idOf(old);
    if (kept.has(id)) rows.set(to, leaveAlone(gain, "migrating"));
    else {
      const migration = { kind: "old", to, isSwap: true } as const;
      rows.set(id, { ...old, desired: undefined, exclusive: "deletion", mark: undefined, migration });
    }
  }
  return { ...subject, rows: [...rows.values()] };
}

/** How many skills the user has when everything is done, including the old skills of renames. */
export function heldAfter({ user }: UserSubject, rows: ReadonlyMap<SkillId, Row> | readonly Row[]): number {
  let held = user.skills.size;
  for (const row of rows.values()) {
    const { kind } = decide(row);
    if (kind === "add") held++;
    if (kind === "remove") held--;
  }
  return held;
}

/** Gives a routing profile with a manual old skill the new one, also as manual. */
export function migrateProfile(subject: ProfileSubject, { byId, isEmpty }: Migrations): ProfileSubject {
  if (isEmpty) return subject;
  const rows = new Map(subject.rows.flatMap((row) => (row.field.kind === "skill" ? [[idOf(row), row]] : [])));
  const texts = subject.rows.filter(({ field }) => field.kind !== "skill");
  let isChanged = false;
  for (const id of subject.live.skills.toSorted(byText)) {
    const to = byId.get(id)?.replacedBy;
    const old = rows.get(id);
    if (to === undefined || !old || old.ledger !== undefined) continue;
    const row = rows.get(to) ?? plainRow({ field: { kind: "skill", id: to } });
    if (row.desired !== undefined) continue;
    rows.set(to, { ...row, desired: true, migration: { kind: "new", from: id, manual: true } });
    isChanged = true;
  }
  if (!isChanged) return subject;
  return { ...subject, rows: [...texts, ...sortRows([...rows.values()], { byId })] };
}

function sortRows(rows: readonly Row[], { byId }: Pick<Migrations, "byId">): Row[] {
  const nameOf = (row: Row): string => byId.get(idOf(row))?.name ?? "";
  return rows.toSorted((a, b) => byText(nameOf(a), nameOf(b)) || byText(idOf(a), idOf(b)));
}

/** The id of the assigned skill; the rows of users are all of this kind. */
function idOf({ field }: Row): SkillId {
  return field.kind === "skill" ? field.id : field.kind;
}
