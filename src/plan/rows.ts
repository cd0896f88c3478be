/**
 * The rows of a plan: one for each field of each subject, with its value in ledger, desired and live. The decision
 * table, the guards, `explain`, the reports and the search all read rows.
 */
import type {
  AssignmentSource,
  Change,
  DesiredProfile,
  DesiredSkill,
  Field,
  GroupRef,
  LedgerAssignment,
  LedgerProfile,
  LedgerSkill,
  LedgerUser,
  LiveGroup,
  LiveProfile,
  LiveSkill,
  LiveUser,
  Place,
  PendingMigration,
  SkillId,
  Slug,
  Value,
  WriteRecord,
} from "../model.ts";
import type { SourceLot } from "./subjects/resolve.ts";

/** "Exists, with any value": equal to every value, but not to a missing one. `fresh` is the value of a new one. */
export interface AnyValue {
  readonly any: true;
  readonly fresh: Value;
}

/**
 * Why a policy rewrote a row, so that it doesn't follow the YAML. The ledger keeps its value for such a row: no policy
 * adopts, forgets or moves anything.
 *
 * - `reported`: somebody changed it manually, and `drift` is `report`.
 * - `estimated`: made without the organisation; nobody can say that the holder is to lose it.
 * - `withheld`: no reviewed plan holds the change, or one that it depends on; or a schedule leaves it to an apply.
 * - `unsettled`: the outcome of an earlier write is not known yet.
 * - `migrating`: the old skill of a rename, which its holder keeps until it is deleted.
 * - `unseen`: the credentials can't tell whether it exists.
 */
export type Mark = "reported" | "estimated" | "withheld" | "unsettled" | "migrating" | "unseen";

/** One field of one subject. Undefined: the value is missing there. */
export interface Row {
  readonly field: Field;
  readonly ledger: Value | undefined;
  readonly desired: Value | AnyValue | undefined;
  readonly live: Value | undefined;
  /**
   * Why an undesired value is removed even if it is manual: the skill is exclusive (`setting`), or it is deleted
   * (`deletion`).
   */
  readonly exclusive: "setting" | "deletion" | undefined;
  readonly mark: Mark | undefined;
  /** The line that asks for it. */
  readonly source: Place | undefined;
  /** The assignment that the YAML asks for, resolved from all its sources. */
  readonly assignment: ResolvedAssignment | undefined;
  /** The ledger's item of a user's assignment. */
  readonly item: LedgerAssignment | undefined;
  /** The row's part in a rename. */
  readonly migration: Migration | undefined;
  /** The record of an earlier write of this field. */
  readonly record: WriteRecord | undefined;
  /** The change that is withheld. */
  readonly withheld: Change | undefined;
}

/** A row that no policy has touched. Field by field: a plan has hundreds of thousands, and spreading costs much more. */
export function plainRow(row: Pick<Row, "field"> & Partial<Row>): Row {
  return {
    field: row.field,
    ledger: row.ledger,
    desired: row.desired,
    live: row.live,
    exclusive: row.exclusive,
    mark: row.mark,
    source: row.source,
    assignment: row.assignment,
    item: row.item,
    migration: row.migration,
    record: row.record,
    withheld: row.withheld,
  };
}

/** A row that leaves live and ledger unchanged. */
export function leaveAlone(row: Row, mark: NonNullable<Row["mark"]>): Row {
  return { ...row, desired: row.live, exclusive: undefined, mark };
}

/** Maps rows; returns the same array if no row changed. */
export function mapRows(rows: readonly Row[], change: (row: Row) => Row): readonly Row[] {
  let mapped: Row[] | undefined;
  rows.forEach((row, at) => {
    const changed = change(row);
    if (changed !== row) mapped ??= rows.slice(0, at);
    mapped?.push(changed);
  });
  return mapped ?? rows;
}

/** The assignment that all sources together ask for, for one user and one skill. */
export interface ResolvedAssignment {
  /** Absent: any proficiency. */
  readonly proficiency?: number;
  /** The source that decides comes first. */
  readonly sources: readonly CarriedSource[];
  /** Set if it came only through groups; the first of them by name. */
  readonly group?: GroupRef;
  /** The last day of the source that lasts longest; absent where one has no last day. */
  readonly until?: string;
}

/** An assignment source, and the group that carried it to the user, if one did. */
export interface CarriedSource extends AssignmentSource {
  readonly group?: GroupRef;
}

/** Part of a rename: a new skill that replaces old ones, or an old skill that is replaced. */
type Migration =
  | {
      readonly kind: "new";
      /** The old skill with the highest proficiency. */
      readonly from: SkillId;
      /** The new assignment counts as manual, like the old one. */
      readonly manual: boolean;
    }
  /** `isSwap`: removed together with the gain, because the user can't have both. */
  | { readonly kind: "old"; readonly to: SkillId; readonly isSwap: boolean };

/** A skill in desired, ledger or live. */
export interface SkillSubject {
  /** Its live id; `new:<slug>` if it must be created; the ledger's id if it is dead. */
  readonly id: SkillId;
  readonly name: string;
  readonly slug: Slug;
  /**
   * `live`: in the organisation. `new`: only in the YAML. `dead`: only in the ledger. `unseen`: in the ledger, and it is
   * unknown whether it is live. `unclear`: an entry of the YAML may mean this skill or another. `waiting`: part of a
   * rename that a later plan does.
   */
  readonly state: "live" | "new" | "dead" | "unseen" | "unclear" | "waiting";
  readonly entry: DesiredSkill | undefined;
  readonly item: LedgerSkill | undefined;
  readonly live: LiveSkill | undefined;
  /** The YAML releases it (`managed: false`). */
  readonly isReleased: boolean;
  /** The new skill, if this is the old skill of a rename. */
  readonly replacedBy: SkillId | undefined;
  /** Existence, name, description and division; empty if nothing is decided about the skill. */
  readonly rows: readonly Row[];
}

export interface ProfileSubject {
  readonly id: string;
  readonly name: string;
  readonly slug: Slug;
  readonly entry: DesiredProfile | undefined;
  readonly item: LedgerProfile | undefined;
  readonly live: LiveProfile;
  /** Name, description and entries, the entries sorted by the skill's name. */
  readonly rows: readonly Row[];
}

export interface UserSubject {
  readonly user: LiveUser;
  /** E-mail, else id. */
  readonly ref: string;
  readonly state: "active" | "inactive";
  /** Whether the YAML or the ledger names the user, and not only one of their groups. */
  readonly named: boolean;
  /** The e-mail by which the YAML names the user. */
  readonly namedEmail: string | undefined;
  /** The user gained or lost an e-mail in the YAML since the last apply. */
  readonly isOtherPerson: boolean;
  readonly item: LedgerUser | undefined;
  /** Pending migrations by skill id, which are done when the user is active. */
  readonly migrations: Readonly<Record<SkillId, PendingMigration>>;
  /** What asks for the user's skills. */
  readonly lots: readonly SourceLot[];
  /**
   * Assignments, sorted by the skill's name; skills that are only live are just in `user.skills`. In the planner without
   * those of `alike`.
   */
  readonly rows: readonly Row[];
  /** Skills on which ledger, desired and live agree, and which no policy concerns: they have a row only when it is read. */
  readonly alike: readonly SkillId[];
  /** The ends of those that stay, where ledger or desired has one. What live has of an end is what the ledger has. */
  readonly ends: readonly Row[];
}

/** A user outside the list of active users, whom the YAML or the ledger names. */
export interface AbsentSubject {
  /** As written in the YAML, else the ledger's e-mail, else the id. */
  readonly ref: string;
  readonly id: string | null;
  readonly email: string | null;
  /** `left`: in the ledger, but not in the organisation. `unknown`: in neither. */
  readonly state: "inactive" | "deleted" | "left" | "unknown";
  readonly named: boolean;
  readonly sources: readonly AssignmentSource[];
  readonly item: LedgerUser | undefined;
}

/** All subjects with their rows, which are passed from step to step. */
export interface SubjectRows {
  readonly skills: readonly SkillSubject[];
  readonly profiles: readonly ProfileSubject[];
  /** Active users. */
  readonly users: readonly UserSubject[];
  readonly inactive: readonly UserSubject[];
}

/** The planner's subjects with all their rows, and indexes. */
export interface Rows {
  /** Sorted by name, then id. */
  readonly skills: readonly SkillSubject[];
  readonly skillById: ReadonlyMap<SkillId, SkillSubject>;
  /** The subject of each entry of the YAML, by slug. */
  readonly skillBySlug: ReadonlyMap<Slug, SkillSubject>;
  /** Sorted by name, then id; empty with `cloud`. */
  readonly profiles: readonly ProfileSubject[];
  /** Active users, sorted by e-mail, then id. */
  readonly users: readonly UserSubject[];
  /** Inactive users with skills, with rows as if they were active; empty if they were not listed. */
  readonly inactive: readonly UserSubject[];
  readonly absent: readonly AbsentSubject[];
  /** The live group for each group reference in the YAML. */
  readonly groups: ReadonlyMap<string, LiveGroup>;
}
