/**
 * The ledger that stands after an apply, whole or in part.
 *
 * The premise: of everything that the YAML names, what live now says is ours, whether this apply set it or
 * found it. A change that wasn't done leaves its entry as the old ledger had it: an add that failed isn't ours,
 * a removal that failed still is. What the YAML doesn't name and nobody removed is no longer ours either.
 */
import type {
  AssignmentChange,
  Desired,
  FieldChange,
  Ledger,
  LedgerAssignment,
  LedgerProfile,
  LedgerSkill,
  LedgerUser,
  Live,
  Plan,
  Slug,
} from "../../model.ts";
import { byText } from "../../text.ts";
import type { Changes } from "./changes-by-subject.ts";
import { indexChanges, keyOf } from "./changes-by-subject.ts";
import type { Joined } from "../join/join.ts";
import { join } from "../join/join.ts";
import type { ProfileRow } from "../join/profiles.ts";
import type { SkillRow } from "../join/skills.ts";
import type { AssignmentCell, UserRow } from "../join/users.ts";
import { entriesByHand, levelByHand, movesOf } from "../join/moves.ts";
import type { Renames } from "../join/rename.ts";
import { exclusiveSkills, leaveDrift } from "../join/policy.ts";
import { replacesAfter } from "./replaces-after.ts";
import { tableCell } from "../judge/terms.ts";

/** What came of the plan. */
export interface Settlement {
  /** The commit that was applied; null where there is none. */
  readonly revision: string | null;
  /** Whether the change with this fingerprint is done. */
  readonly isDone: (fingerprint: string) => boolean;
  /** Ids of the skills that were created, by slug; null while they are only meant to be. */
  readonly createdIds: ReadonlyMap<Slug, string | null>;
}

/** The worlds that the plan was made from. */
export interface PlannedFrom {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
}

/** The settlement of an apply in which everything is done: what it means to leave behind. */
export function meantSettlement(plan: Plan, revision: string | null): Settlement {
  const operations = plan.stages.flat();
  const created = operations.flatMap((operation) =>
    operation.kind === "create-skill" ? operation.skill : [],
  );
  return { revision, isDone: () => true, createdIds: new Map(created.map((slug) => [slug, null])) };
}

/** The settlement of an apply that died before its first write. */
export function nothingDone(plan: Plan, revision: string | null): Settlement {
  return { ...meantSettlement(plan, revision), isDone: () => false };
}

/** The ledger to write down after `plan`, made from these worlds, came to this settlement. */
export function ledgerAfter(
  plan: Plan,
  { desired, ledger, live }: PlannedFrom,
  settlement: Settlement,
): Ledger {
  const joined = join(desired, ledger, live);
  const changes = indexChanges(plan);
  const skills = joined.skills.rows.flatMap((row) => skillAfter(row, live, changes, settlement) ?? []);
  const known = new Set(skills.map(({ slug }) => slug));
  const deleted = deletedUsers(live);
  const replaces = replacesAfter(joined, known, {
    changeOf: (user, skill) => changes.assignments.get(keyOf(user, skill)),
    isDone: settlement.isDone,
    isDeleted: (user) => deleted.has(user),
  });
  return {
    version: 1,
    target: desired.target,
    organization: live.organization.id,
    dialect: live.dialect,
    revision: settlement.revision,
    skills,
    profiles: joined.profiles.rows.flatMap(
      (row) => profileAfter(row, joined.renames, changes, known, settlement) ?? [],
    ),
    users: usersAfter(joined, live, changes, known, settlement),
    ...(replaces.length > 0 && { replaces }),
  };
}

// ── Names and descriptions ──────────────────────────────────────────────────────────────────────────

/** Name and description as they were applied last: a change of one that wasn't done leaves it as it was. */
function textsAfter(
  holder: { readonly id: string; readonly name: string },
  { desired, ledger }: { readonly desired: Texts; readonly ledger: Texts | undefined },
  { fields }: Changes,
  { isDone }: Settlement,
): Texts {
  const undone = (fields.get(holder.id) ?? []).filter(({ fingerprint }) => !isDone(fingerprint));
  const isLeft = (field: FieldChange["field"]): boolean => undone.some((change) => change.field === field);
  const description = isLeft("description") ? ledger?.description : desired.description;
  return {
    name: isLeft("name") ? (ledger?.name ?? holder.name) : desired.name,
    ...(description !== undefined && { description }),
  };
}

interface Texts {
  readonly name: string;
  readonly description?: string;
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

/** A skill that left the YAML stays ours while it is live, until it is deleted. */
function skillAfter(row: SkillRow, live: Live, changes: Changes, settlement: Settlement): LedgerSkill | null {
  const { slug, desired, ledger } = row;
  const { deletes } = changes;
  const { createdIds, isDone } = settlement;
  if (!desired) {
    const deletion = deletes.get(slug);
    const isDeleted = deletion !== undefined && isDone(deletion);
    return ledger && row.live && !isDeleted ? ledger : null;
  }
  const id = createdIds.has(slug) ? createdIds.get(slug) : row.live?.id;
  if (id === undefined) return ledger ?? null;
  const isProtected = desired.protected;
  if (live.dialect === "cloud")
    return { slug, id, name: row.live?.name ?? desired.name, protected: isProtected };
  const holder = row.live ?? { id: "", name: desired.name };
  return {
    slug,
    id,
    ...textsAfter(holder, { desired, ledger }, changes, settlement),
    protected: isProtected,
  };
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

function profileAfter(
  row: ProfileRow,
  renames: Renames,
  changes: Changes,
  known: ReadonlySet<Slug>,
  settlement: Settlement,
): LedgerProfile | null {
  const { slug, live, desired, ledger, cells } = row;
  const { entries } = changes;
  const { isDone } = settlement;
  const theirs = entriesByHand(row, renames);
  const skills = cells.filter((cell) => {
    const change = entries.get(keyOf(live.id, cell.skill));
    if (!known.has(cell.skill) || theirs.has(cell.skill)) return false;
    if (!change) return cell.desired !== undefined || (cell.ledger && cell.live);
    return isDone(change.fingerprint) ? change.kind === "gain" : cell.ledger;
  });
  if (!desired && skills.length === 0) return null;
  return {
    slug,
    id: live.id,
    ...textsAfter(live, { desired: desired ?? { name: live.name }, ledger }, changes, settlement),
    skills: skills.map(({ skill }) => skill),
  };
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

function usersAfter(
  joined: Joined,
  live: Live,
  changes: Changes,
  known: ReadonlySet<Slug>,
  settlement: Settlement,
): LedgerUser[] {
  const emails = emailsInYaml(joined.desired);
  const here = joined.users.rows.flatMap(
    (row) => userAfter(row, joined, changes, known, settlement, emails) ?? [],
  );
  return [...here, ...awayUsers(joined, live)].sort((a, b) => byText(a.id, b.id));
}

/** Who left may come back, and is still ours then; only who was deleted is forgotten. */
function awayUsers({ ledger, users }: Joined, live: Live): LedgerUser[] {
  const deleted = deletedUsers(live);
  return (ledger?.users ?? []).filter(({ id }) => users.away.has(id) && !deleted.has(id));
}

function deletedUsers({ absentUsers }: Live): ReadonlySet<string> {
  return new Set(absentUsers.flatMap((user) => (user.state === "deleted" ? [user.id] : [])));
}

function emailsInYaml({ users }: Desired): ReadonlySet<string> {
  return new Set(users.map(({ user }) => user).filter((user) => user.includes("@")));
}

function userAfter(
  row: UserRow,
  joined: Joined,
  { assignments }: Changes,
  known: ReadonlySet<Slug>,
  settlement: Settlement,
  emails: ReadonlySet<string>,
): LedgerUser | null {
  const { user, formerEmail, cells } = row;
  const theirs = heldByHand(row, joined);
  const entries = cells.flatMap((cell) => {
    if (!known.has(cell.skill)) return [];
    const change = assignments.get(keyOf(user.id, cell.skill));
    if (!change && theirs.has(cell.skill)) return [];
    const after = change ? changedAfter(change, cell, settlement) : unchangedAfter(cell, joined);
    return after ? [[cell.skill, after] as const] : [];
  });
  const email = formerEmail ?? (emails.has(user.email) ? user.email : undefined);
  // Only the ledger knows whose a former e-mail is.
  if (entries.length === 0 && formerEmail === undefined) return null;
  return { id: user.id, ...(email !== undefined && { email }), assignments: Object.fromEntries(entries) };
}

/** New skills that the user holds by hand because they had an old one by hand. */
function heldByHand(row: UserRow, { desired, ledger, renames }: Joined): ReadonlySet<Slug> {
  const exclusive = exclusiveSkills(desired, ledger);
  const moves = [...movesOf(row.user, renames).values()];
  return new Set(
    moves.flatMap((move) => (levelByHand(move, row, renames, exclusive) === undefined ? [] : move.to)),
  );
}

function changedAfter(
  change: AssignmentChange,
  { ledger, desired, live }: AssignmentCell,
  { isDone }: Settlement,
): LedgerAssignment | undefined {
  // What is gone and not wanted is forgotten, though a rename was to give it by hand.
  if (!isDone(change.fingerprint)) return desired || live !== undefined ? ledger : undefined;
  // Who held an old skill by hand holds the new one by hand.
  return desired && change.kind !== "lose" ? withGroup(change.after, desired.group) : undefined;
}

/** Drift that was left keeps the value that was applied, so that it is seen as drift again. */
function unchangedAfter(
  cell: AssignmentCell,
  { desired: { settings } }: Joined,
): LedgerAssignment | undefined {
  const { ledger, desired, live } = cell;
  const terms = { defaultProficiency: settings.defaultProficiency, exclusive: new Set<Slug>() };
  if (ledger && leaveDrift(tableCell(cell, terms), settings.drift)) return ledger;
  if (live === undefined) return undefined;
  if (desired) return withGroup(live, desired.group);
  return ledger;
}

function withGroup(proficiency: number, group: string | undefined): LedgerAssignment {
  return { proficiency, ...(group !== undefined && { group }) };
}
