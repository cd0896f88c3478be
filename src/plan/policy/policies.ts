/**
 * Step 4: policies give rows another `desired` or a mark. They act only here; the decision table then applies to all
 * rows without exceptions.
 */
import type { Live, References, Settings, SkillId } from "../../model.ts";
import { decide } from "../decide.ts";
import type { Migrations } from "../rename/migrate.ts";
import { fitMigrations, migrateProfile, migrateUser } from "../rename/migrate.ts";
import type { ProfileSubject, Row, SkillSubject, UserSubject, SubjectRows } from "../rows.ts";
import { endRows } from "./ends.ts";
import { readRecord } from "./records.ts";
import { leaveAlone, mapRows } from "../rows.ts";

interface PolicyContext {
  readonly settings: Settings;
  readonly live: Pick<Live, "view" | "references">;
  readonly hasLedger: boolean;
  readonly isEstimate: boolean;
  /** Reads may be older than the last write. */
  readonly readsMayBeOld: boolean;
  /** Whether a skill may be deleted although something refers to it. */
  readonly mayDeleteInUse: (skill: SkillId) => boolean;
  readonly begun: ReadonlySet<SkillId>;
  /** Whether the YAML asks for the skill for some group's members. */
  readonly groupAsks: (skill: SkillId) => boolean;
}

export function applyPolicies(subjects: SubjectRows, context: PolicyContext): SubjectRows {
  const unsettled = unsettledSkills(subjects);
  const skills = subjects.skills.map((skill) => skillPolicies(skill, unsettled, context));
  const byId = new Map(skills.map((skill) => [skill.id, skill]));
  const exclusive = new Set(
    skills.flatMap(({ id, entry }) => (context.hasLedger && entry?.exclusive === true ? [id] : [])),
  );
  const migrations: Migrations = {
    byId,
    begun: context.begun,
    kept: new Set(skills.flatMap(({ id, rows: [existence] }) => (existence?.mark ? [id] : []))),
    isExclusive: (id) => exclusive.has(id),
    isEmpty: skills.every(({ replacedBy }) => replacedBy === undefined),
  };
  const deleted = new Set(skills.flatMap((skill) => (isDeleted(skill) ? [skill.id] : [])));
  const change = (user: UserSubject): UserSubject =>
    user.rows.length + Object.keys(user.migrations).length === 0
      ? user
      : userPolicies(user, deleted, migrations, context);
  return {
    skills,
    profiles: subjects.profiles.map((profile) => profilePolicies(profile, migrations, context)),
    users: subjects.users.map((user) => withEnds(change(user))),
    inactive: subjects.inactive.map(change),
  };
}

function withEnds(user: UserSubject): UserSubject {
  const ends = endRows(user.rows);
  return ends.length === 0 ? user : { ...user, ends };
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

function skillPolicies(
  skill: SkillSubject,
  unsettled: ReadonlySet<SkillId>,
  context: PolicyContext,
): SkillSubject {
  const rows = mapRows(skill.rows, (row) => {
    const read = readRecord(row, context.readsMayBeOld);
    return read.field.kind === "existence" ? keepForNow(read, skill, unsettled, context) : read;
  });
  return rows === skill.rows ? skill : { ...skill, rows };
}

/**
 * Keeps a skill that can't be deleted yet: the view is limited, its holders or those of its replacement are not known
 * yet, or something refers to the old skill of a rename.
 */
function keepForNow(
  row: Row,
  { id, replacedBy = id }: SkillSubject,
  unsettled: ReadonlySet<SkillId>,
  context: PolicyContext,
): Row {
  if (row.mark || decide(row).kind !== "remove") return row;
  if (context.live.view === "limited") return leaveAlone(row, "unseen");
  if (unsettled.has(id) || unsettled.has(replacedBy)) return leaveAlone(row, "unsettled");
  const isKept = replacedBy !== id && !context.mayDeleteInUse(id) && isInUse(referencesOf(id, context.live));
  return isKept ? leaveAlone(row, "migrating") : row;
}

/** Skills with an assignment whose last write has no known outcome. */
function unsettledSkills({ profiles, users, inactive }: SubjectRows): ReadonlySet<SkillId> {
  const unsettled = new Set<SkillId>();
  for (const { rows } of [...profiles, ...users, ...inactive]) {
    for (const { record, field } of rows)
      if (record && record.outcome === undefined && field.kind === "skill") unsettled.add(field.id);
  }
  return unsettled;
}

/** Whether the skill is deleted, so that its holders lose it. */
function isDeleted({ rows: [existence], replacedBy }: SkillSubject): boolean {
  return existence !== undefined && replacedBy === undefined && decide(existence).kind === "remove";
}

const NOT_LOOKED_UP: References = { kind: "unknown", reason: "they were not looked up" };

export function referencesOf(id: SkillId, { references }: Pick<Live, "references">): References {
  return references.get(id) ?? NOT_LOOKED_UP;
}

/** Unknown references count as in use. */
export function isInUse(references: References): boolean {
  return references.kind === "unknown" || references.flows.length + references.skillGroups.length > 0;
}

// ── Users and profiles ───────────────────────────────────────────────────────────────────────────────

function userPolicies(
  user: UserSubject,
  deleted: ReadonlySet<SkillId>,
  migrations: Migrations,
  context: PolicyContext,
): UserSubject {
  const before = mapRows(user.rows, (row) => {
    const isManual = row.record && user.migrations[skillOf(row)]?.manual;
    const read = readRecord(row, context.readsMayBeOld, isManual);
    const isGoing = !read.mark && read.live !== undefined && deleted.has(skillOf(read));
    return isGoing ? { ...read, exclusive: "deletion" } : read;
  });
  const moved = migrateUser(before === user.rows ? user : { ...user, rows: before }, migrations);
  const rows = mapRows(moved.rows, (row) => {
    const skill = skillOf(row);
    const exclusive = row.exclusive ?? (migrations.isExclusive(skill) && !row.mark ? "setting" : undefined);
    const marked = exclusive === row.exclusive ? row : { ...row, exclusive };
    const reported = marked.migration ? marked : reportDrift(marked, context.settings.drift);
    return leaveUncertain(reported, context.isEstimate && context.groupAsks(skill));
  });
  return fitMigrations(rows === moved.rows ? moved : { ...moved, rows }, migrations);
}

function profilePolicies(
  profile: ProfileSubject,
  migrations: Migrations,
  context: PolicyContext,
): ProfileSubject {
  const read = mapRows(profile.rows, (row) => readRecord(row, context.readsMayBeOld));
  const moved = migrateProfile(read === profile.rows ? profile : { ...profile, rows: read }, migrations);
  const rows = mapRows(moved.rows, (row) =>
    row.field.kind === "skill" && !row.migration ? reportDrift(row, context.settings.drift) : row,
  );
  return rows === moved.rows ? moved : { ...moved, rows };
}

/** `drift: report`: if ledger and desired agree and live was changed manually, live stays. */
function reportDrift(row: Row, drift: Settings["drift"]): Row {
  const { ledger, desired, live, mark } = row;
  if (drift === "restore" || mark || ledger === undefined || desired === undefined || live === ledger)
    return row;
  const isAny = typeof desired === "object";
  if (isAny ? live !== undefined : desired !== ledger) return row;
  return leaveAlone(row, "reported");
}

/** An estimate doesn't know the members of groups, so nobody loses a skill that a group may give them. */
function leaveUncertain(row: Row, mayBeGiven: boolean): Row {
  return mayBeGiven && !row.mark && decide(row).kind === "remove" ? leaveAlone(row, "estimated") : row;
}

/** The skill of a user's row; all of them are about skills. */
function skillOf({ field }: Row): SkillId {
  return field.kind === "skill" ? field.id : "";
}
