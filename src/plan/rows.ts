/**
 * The rows of a plan: one for each field of each subject, as ledger, desired and live know it. Everything that
 * reads the three side by side reads these: the table, the guards, `explain`, the reports and the search.
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

/** "There, at whatever value": equal to every value and to none that is missing. `fresh` is what a new one gets. */
export interface AnyValue {
  readonly any: true;
  readonly fresh: Value;
}

/**
 * Why a row is not judged as the YAML says. A policy has rewritten it before the table sees it, and the ledger
 * keeps of it what it had: no policy adopts, forgets or moves anything.
 *
 * - `reported`: somebody changed it manually, and `drift` is `report`.
 * - `estimated`: made without the organisation; nobody can say that the holder is to lose it.
 * - `withheld`: no reviewed plan holds the change, or one that it depends on; or a schedule leaves it to an apply.
 * - `unsettled`: the outcome of an earlier write is not known yet.
 * - `migrating`: the old skill of a rename, which its holder keeps until it is deleted.
 * - `unseen`: the credentials can't tell whether it is there.
 */
export type Mark = "reported" | "estimated" | "withheld" | "unsettled" | "migrating" | "unseen";

/** One field of one subject. Undefined: that side doesn't have it. */
export interface Row {
  readonly field: Field;
  readonly ledger: Value | undefined;
  readonly desired: Value | AnyValue | undefined;
  readonly live: Value | undefined;
  /**
   * What nobody asks for is removed, manual or not: because only the repository says who holds the skill, or
   * because the skill is deleted.
   */
  readonly exclusive: "setting" | "deletion" | undefined;
  readonly mark: Mark | undefined;
  /** The line that asks for it. */
  readonly source: Place | undefined;
  /** What the YAML asks for a user, resolved. */
  readonly assignment: ResolvedAssignment | undefined;
  /** What the ledger holds of a user's assignment. */
  readonly item: LedgerAssignment | undefined;
  /** What a rename does with it. */
  readonly migration: Migration | undefined;
  /** An earlier write of this field that is still recorded. */
  readonly record: WriteRecord | undefined;
  /** What is not done because the row is withheld. */
  readonly withheld: Change | undefined;
}

const EMPTY: Omit<Row, "field"> = {
  ledger: undefined,
  desired: undefined,
  live: undefined,
  exclusive: undefined,
  mark: undefined,
  source: undefined,
  assignment: undefined,
  item: undefined,
  migration: undefined,
  record: undefined,
  withheld: undefined,
};

/** A row that no policy has touched. */
export function plainRow(row: Pick<Row, "field"> & Partial<Row>): Row {
  return { ...EMPTY, ...row };
}

/** A row that is left as live has it; the ledger keeps what it has. */
export function leaveAlone(row: Row, mark: NonNullable<Row["mark"]>): Row {
  return { ...row, desired: row.live, exclusive: undefined, mark };
}

/** The same array where no row changed. */
export function mapRows(rows: readonly Row[], change: (row: Row) => Row): readonly Row[] {
  const mapped = rows.map(change);
  return mapped.every((row, index) => row === rows[index]) ? rows : mapped;
}

/** What the YAML asks of one user and one skill, from all sources together. */
export interface ResolvedAssignment {
  /** Absent: any proficiency will do. */
  readonly proficiency?: number;
  /** The source that decides comes first. */
  readonly sources: readonly CarriedSource[];
  /** Set where it came through groups alone; the first of them by name. */
  readonly group?: GroupRef;
  /** The last day of the source that lasts longest; absent where one has no last day. */
  readonly until?: string;
}

/** An assignment source, and the group that carried it to the user, if one did. */
export interface CarriedSource extends AssignmentSource {
  readonly group?: GroupRef;
}

/** Part of a rename: a new skill that is given for old ones, or an old one that is given up for a new one. */
type Migration =
  | {
      readonly kind: "new";
      /** The old skill with the highest proficiency. */
      readonly from: SkillId;
      /** Held manually afterwards, as the old skill was. */
      readonly manual: boolean;
    }
  /** `isSwap`: given up together with the gain, because the user can't hold both. */
  | { readonly kind: "old"; readonly to: SkillId; readonly isSwap: boolean };

/** A skill that desired, ledger or live knows. */
export interface SkillSubject {
  /** Its live id; `new:<slug>` where it has to be created; the ledger's id where it is dead. */
  readonly id: SkillId;
  readonly name: string;
  readonly slug: Slug;
  /**
   * `live`: in the organisation. `new`: in the YAML only. `dead`: in the ledger only. `unseen`: in the ledger,
   * and nobody can tell yet whether it is live. `unclear`: an entry of the YAML may mean this one or another.
   * `waiting`: part of a rename that a later plan does.
   */
  readonly state: "live" | "new" | "dead" | "unseen" | "unclear" | "waiting";
  readonly entry: DesiredSkill | undefined;
  readonly item: LedgerSkill | undefined;
  readonly live: LiveSkill | undefined;
  /** The YAML lets it go (`managed: false`). */
  readonly isReleased: boolean;
  /** The new skill of the rename that this one is the old skill of. */
  readonly replacedBy: SkillId | undefined;
  /** Existence, name, description and division; empty where nothing of it is judged. */
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
  /** Whether the YAML or the ledger names the user, and not only a group of theirs. */
  readonly named: boolean;
  /** The e-mail by which the YAML names the user. */
  readonly namedEmail: string | undefined;
  /** The user got or lost an e-mail that the YAML names since the last apply. */
  readonly isOtherPerson: boolean;
  readonly item: LedgerUser | undefined;
  /** By skill id; given once the user is active. */
  readonly migrations: Readonly<Record<SkillId, PendingMigration>>;
  /** Assignments, sorted by the skill's name; skills that only live knows are in `user.skills` alone. */
  readonly rows: readonly Row[];
  /** The ends of those that stay, where ledger or desired has one. What live has of an end is what the ledger has. */
  readonly ends: readonly Row[];
}

/** A user outside the list of active users, whom the YAML or the ledger names. */
export interface AbsentSubject {
  /** As the YAML writes it, else the ledger's e-mail, else the id. */
  readonly ref: string;
  readonly id: string | null;
  readonly email: string | null;
  /** `left`: the ledger knows them, and the organisation no longer does. `unknown`: nobody ever did. */
  readonly state: "inactive" | "deleted" | "left" | "unknown";
  readonly named: boolean;
  readonly sources: readonly AssignmentSource[];
  readonly item: LedgerUser | undefined;
}

/** All subjects with their rows, as they go from step to step. */
export interface SubjectRows {
  readonly skills: readonly SkillSubject[];
  readonly profiles: readonly ProfileSubject[];
  /** Active users. */
  readonly users: readonly UserSubject[];
  readonly inactive: readonly UserSubject[];
}

/** All that the planner paired. */
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
  /** Inactive users who hold anything, as they would be judged if they came back; empty where nobody listed them. */
  readonly inactive: readonly UserSubject[];
  readonly absent: readonly AbsentSubject[];
  /** The live group of each that the YAML names, by the name or id that it writes. */
  readonly groups: ReadonlyMap<string, LiveGroup>;
}
