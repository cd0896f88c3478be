/**
 * The types that every folder shares: what the YAML says (Desired), what the organisation holds (Live),
 * what was applied last (Ledger), and what is to be done about the difference (Plan).
 * This file imports nothing and computes nothing.
 */

// ── Words ────────────────────────────────────────────────────────────────────────────────────────────

/** The kind of API that an organisation answers with. */
export type Dialect = "cloud" | "profiles";

/** The short key of a skill or profile inside the repository, computed from its name: `billing-tier-1`. */
export type Slug = string;

/**
 * How many.
 *
 * @asType integer
 * @minimum 0
 */
export type Count = number;

/**
 * A number that counts from 1.
 *
 * @asType integer
 * @minimum 1
 */
export type Ordinal = number;

/** The live id of a skill, or `new:<slug>` for one that the organisation doesn't have yet. */
export type SkillId = string;

/** A position in a file: line and column start at 1; `file` is the path as a user would type it. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The commit that has the line; absent for the files in the working tree. */
  readonly revision?: string;
}

// ── Settings ─────────────────────────────────────────────────────────────────────────────────────────

/** `settings.yaml` with every default filled in. */
export interface Settings {
  readonly api: "auto" | Dialect;
  /** The required id of the target's organisation; unchecked when absent. */
  readonly organization?: string;
  /** The IANA time zone in which the days of `from` and `until` begin and end; by default UTC. */
  readonly timeZone?: string;
  /** Proficiency of a new assignment that names none. Default 1. */
  readonly defaultProficiency: number;
  /** Requests a minute; by default 300 for `cloud` and 100 for `profiles`. */
  readonly requestsPerMinute?: number;
  /** How many seconds one request may be retried for. Default 900. */
  readonly deadlineSeconds?: number;
  /** How many seconds after a write reads may still show the value before it. Default 60. */
  readonly staleSeconds: number;
  /** The default for skills without `exclusive`: whether the repository alone decides who holds them. Default false. */
  readonly exclusive: boolean;
  /** `restore` puts back what someone changed manually, `report` leaves it and says so. Default `restore`. */
  readonly drift: "restore" | "report";
  readonly guard: GuardSettings;
}

/** The thresholds above which a plan is refused unless it is allowed explicitly. */
export interface GuardSettings {
  /** The share of the ledger's assignments that one plan may remove, 0 to 1. Default 0.3. */
  readonly maxRemovals: number;
  /** How many users may lose a skill in one plan. Default 25. */
  readonly maxUsersLosing: number;
  /** What to do when a skill that stays loses its last holder. Default `refuse`. */
  readonly uncovered: "refuse" | "warn";
}

// ── Desired ──────────────────────────────────────────────────────────────────────────────────────────

/** What the YAML says for one target on one day: every reference resolved to a slug, every inheritance flattened. */
export interface Desired {
  readonly target: string;
  readonly settings: Settings;
  /** Sorted by slug. */
  readonly skills: readonly DesiredSkill[];
  /** Sorted by slug. */
  readonly profiles: readonly DesiredProfile[];
  /** Every user that the YAML names, sorted by `user`. */
  readonly users: readonly DesiredUser[];
  /** Every group that the YAML names, sorted by `group`. */
  readonly groups: readonly DesiredGroup[];
  /** Absent where no line has a first or last day that is still to come. */
  readonly dated?: DatedSources;
}

/** The users whom a line with days names, and the day of `Desired`. */
export interface DatedSources {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** With every source that counts on that day or later, sorted by `user`. */
  readonly users: readonly DesiredUser[];
}

export interface DesiredSkill {
  readonly slug: Slug;
  /** The YAML names the slug; otherwise it is computed from the name. */
  readonly slugWritten: boolean;
  readonly name: string;
  /** The id of the live skill, where the YAML gives one. */
  readonly id?: string;
  readonly description?: string;
  /** Name or id of the division; absent: any division. */
  readonly division?: string;
  /** Earlier names of the skill, newest last. */
  readonly previously: readonly string[];
  readonly protected: boolean;
  readonly exclusive: boolean;
  readonly managed: boolean;
  /** Why the name looks like another on a screen; absent for an ordinary name. */
  readonly oddName?: string;
  readonly source: Place;
}

export interface DesiredProfile {
  readonly slug: Slug;
  /** The YAML names the slug; otherwise it is computed from the name. */
  readonly slugWritten: boolean;
  readonly name: string;
  readonly id?: string;
  readonly description?: string;
  /** False if only an `assign_to_profiles` names the profile: then it must exist in the organisation. */
  readonly declared: boolean;
  /** The profiles that it extends directly, in the order of the file. */
  readonly extends: readonly Slug[];
  /** Its own skills and those of every ancestor, sorted by skill; the closest entry of each skill. */
  readonly entries: readonly ProfileEntry[];
  readonly members: { readonly users: readonly string[]; readonly groups: readonly string[] };
  readonly source: Place;
}

/** A skill in a profile. */
export interface ProfileEntry {
  readonly skill: Slug;
  /** Absent: any proficiency. */
  readonly proficiency?: number;
  /** The profile that names the skill: the profile itself (distance 0) or an ancestor. */
  readonly from: Slug;
  /** Steps of `extends` between the profile and `from`. */
  readonly distance: number;
  readonly source: Place;
}

/** A user that the YAML names, by e-mail or id in lower case, with every source that names them. */
export interface DesiredUser {
  readonly user: string;
  readonly sources: readonly AssignmentSource[];
  /** Where the user is named first. */
  readonly source: Place;
}

/** A Genesys group that the YAML names, by name or id as written, with every source that names it. */
export interface DesiredGroup {
  readonly group: string;
  readonly sources: readonly AssignmentSource[];
  readonly source: Place;
}

/** One line of YAML that asks for an assignment, for a user or for the members of a group. */
export interface AssignmentSource {
  readonly skill: Slug;
  /** Absent: any proficiency. */
  readonly proficiency?: number;
  readonly via: Via;
  readonly source: Place;
  /** The first and the last day on which it counts, `YYYY-MM-DD`, where the YAML names one. */
  readonly from?: string;
  readonly until?: string;
}

/** How an assignment source reaches a user; `closeness` ranks it, 0 is the closest. */
export type Via =
  | { readonly kind: "user"; readonly closeness: 0 }
  | { readonly kind: "group"; readonly closeness: 1 }
  /** `closeness` is 2 for the profile's own entry and one more for each step of `extends`. */
  | { readonly kind: "profile"; readonly closeness: number; readonly profile: Slug; readonly from: Slug };

// ── Live ─────────────────────────────────────────────────────────────────────────────────────────────

/** What the organisation holds now. */
export interface Live {
  readonly organization: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
  /** `limited` where the token is known to see only some divisions. */
  readonly view: "whole" | "limited";
  readonly skills: Listing<LiveSkill>;
  /** Skills that the ledger has and the list lacks, one for each id, sorted by id. */
  readonly absentSkills: readonly AbsentSkill[];
  /** Active users. */
  readonly users: Listing<LiveUser>;
  /** Inactive users; listed only where a skill is about to be deleted. */
  readonly inactiveUsers?: Listing<LiveUser>;
  /** Every group with a name or id that was asked for; several groups may share a name. */
  readonly groups: Listing<LiveGroup>;
  /** The names of all groups, for suggestions; empty if no group was asked for. */
  readonly groupNames: readonly string[];
  /** Read only where the YAML names one; empty if the credentials may not see any. */
  readonly divisions?: Listing<Division>;
  /** Complete and empty with `cloud`, which has none. */
  readonly profiles: Listing<LiveProfile>;
  /** Users that the YAML or the ledger names and the list of active users lacks. */
  readonly absentUsers: readonly AbsentUser[];
  /** References by skill id; looked up only for skills to delete. */
  readonly references: ReadonlyMap<string, References>;
  /** How many requests the reading took. */
  readonly requests: number;
}

/** A list and whether it was read to its end: an entity missing from an incomplete list may still exist. */
export type Listing<T> =
  | { readonly kind: "complete"; readonly entities: readonly T[] }
  | { readonly kind: "incomplete"; readonly entities: readonly T[]; readonly reason: string };

/** A skill that exists; deleted skills are in no list. */
export interface LiveSkill {
  readonly id: string;
  readonly name: string;
  readonly slug: Slug;
  readonly state: "active" | "inactive";
  /** Only with the `profiles` dialect; null if it was never set. */
  readonly description?: string | null;
  /** Name of its division, where it has one. */
  readonly division?: string;
}

export interface Division {
  readonly id: string;
  readonly name: string;
}

/**
 * A skill that the list lacks, looked up by its id. `live`: it exists, although the list lacks it. `unknown`:
 * this client may not read it or sees only some divisions, so it may or may not exist.
 */
export type AbsentSkill =
  | { readonly id: string; readonly state: "live"; readonly skill: LiveSkill }
  | { readonly id: string; readonly state: "deleted" | "unknown" };

export interface LiveUser {
  readonly id: string;
  readonly name: string;
  /** In lower case; empty if the user has none. */
  readonly email: string;
  /** The names of both, where the answer has them. */
  readonly division?: string;
  readonly department?: string;
  /** Proficiency by skill id. */
  readonly skills: ReadonlyMap<string, number>;
}

export interface LiveGroup {
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "inactive";
  /** The user ids of its members. */
  readonly members: readonly string[];
}

export interface LiveProfile {
  readonly id: string;
  readonly name: string;
  readonly slug: Slug;
  readonly description: string | null;
  readonly parent?: string;
  /** The ids of its own skills, without inherited ones. */
  readonly skills: readonly string[];
}

/** What refers to a skill, other than its holders. */
export type References =
  | { readonly kind: "known"; readonly flows: readonly string[]; readonly skillGroups: readonly string[] }
  | { readonly kind: "unknown"; readonly reason: string };

/** A user outside the list of active users; `ref` is what the YAML or the ledger calls them. */
export type AbsentUser =
  | {
      readonly ref: string;
      readonly state: "inactive" | "deleted";
      readonly id: string;
      /** Empty if the answer names none, like `email`, which is in lower case. */
      readonly name: string;
      readonly email: string;
    }
  /** Active in the organisation, although the list lacked them. */
  | { readonly ref: string; readonly state: "active"; readonly user: LiveUser }
  | { readonly ref: string; readonly state: "unknown" };

// ── Ledger ───────────────────────────────────────────────────────────────────────────────────────────

/** What this program last applied to one target. Skills and profiles are known by their live ids. */
export interface Ledger extends LedgerHead {
  /** Sorted by id. */
  readonly users: readonly LedgerUser[];
}

/** The file `ledger.json`: all but the users, who have a file each. */
export interface LedgerHead {
  readonly version: 2;
  readonly target: TargetName;
  /** Id of the organisation. */
  readonly organization: LiveId;
  readonly dialect: Dialect;
  /** The last revision of which every change was done; null before the first. */
  readonly applied: AppliedRevision | null;
  /** The last revision that an apply began, whether or not all of it was done. */
  readonly attempted: AppliedRevision | null;
  /** The target whose ledger took this one over; then this one counts for nothing. */
  readonly movedTo?: TargetName;
  /** Sorted by id. */
  readonly skills: readonly LedgerSkill[];
  /** Sorted by id. */
  readonly profiles: readonly LedgerProfile[];
  /** Renames that are not finished, sorted by old id. */
  readonly replacements: readonly Replacement[];
  /**
   * Reviewed changes that were carried out since `applied`, sorted by pull request: their review counts no more.
   * Absent where there are none.
   *
   * @minItems 1
   */
  readonly carriedOut?: readonly CarriedOut[];
}

/** The changes of one pull request's reviewed plan that were carried out. */
export interface CarriedOut {
  /** Number of the pull request. */
  readonly pull: Ordinal;
  /**
   * `reviewHash` of each change, sorted.
   *
   * @minItems 1
   * @uniqueItems true
   */
  readonly hashes: readonly ReviewHash[];
}

/** @pattern ^[0-9a-f]{12}$ */
export type ReviewHash = string;

/** @pattern ^([0-9a-f]{40}|[0-9a-f]{64})$ */
export type CommitHash = string;

/**
 * `YYYY-MM-DD`, in the settings' time zone.
 *
 * @pattern ^[0-9]{4}-[0-9]{2}-[0-9]{2}$
 */
export type Day = string;

/**
 * An id that Genesys Cloud gave.
 *
 * @minLength 1
 * @maxLength 200
 */
export type LiveId = string;

/**
 * @minLength 1
 * @maxLength 1000
 */
export type RecordedName = string;

/**
 * A `SkillId`.
 *
 * @minLength 1
 * @maxLength 1004
 */
export type RecordedSkillId = string;

/**
 * @minimum 0
 * @maximum 5
 */
export type Proficiency = number;

/**
 * @pattern ^[a-z0-9-]+$
 * @maxLength 100
 */
export type TargetName = string;

/** A commit whose YAML was applied, for one day. */
export interface AppliedRevision {
  /** Null where the YAML was in no commit. */
  readonly revision: CommitHash | null;
  readonly day: Day;
  /** The YAML differed from the commit. */
  readonly uncommitted?: true;
}

/**
 * One write, recorded in the file of its subject. Without an outcome it is unknown whether the write happened.
 * `over`: the run that sent it has ended, so any later read shows whether it happened. `done`: it happened, but
 * reads may not show it yet.
 */
export interface WriteRecord {
  readonly field: Field;
  /**
   * Of the skill that is assigned, or of the subject.
   *
   * @maxLength 1000
   */
  readonly name: string;
  /** The live value before the write; null for nothing. */
  readonly before: Value | null;
  /** The ledger held the value before. */
  readonly wasOurs: boolean;
  /**
   * What was meant, by each run that wrote it in turn; null for nothing.
   *
   * @minItems 1
   */
  readonly values: readonly (Value | null)[];
  readonly outcome?: "over" | "done";
  /** Set if the assignment came only through groups. */
  readonly group?: GroupRef;
  /** Of a gain: the last day that it comes with. */
  readonly until?: Day;
}

/** A skill whose holders are migrated to another before it is deleted. The replacement was allowed once. */
export interface Replacement {
  /** Of the old skill. */
  readonly id: LiveId;
  /** Of the old skill. */
  readonly name: RecordedName;
  /** Live id of the new skill, or `new:<slug>` until it is made. */
  readonly to: RecordedSkillId;
  /** `in-use`: every holder has the new skill, but something still refers to the old one. */
  readonly state: "migrating" | "in-use";
}

export interface LedgerSkill {
  /** Live id, or `new:<slug>` for a skill whose creation is not confirmed. */
  readonly id: RecordedSkillId;
  /** As the YAML wrote it when it was applied. */
  readonly name: RecordedName;
  readonly slug: RecordedName;
  /** The YAML named the slug; otherwise it was computed from the name. */
  readonly slugWritten?: true;
  /** Only where the YAML names one and the dialect keeps it. */
  readonly description?: string;
  /** Name of the division; only where the YAML names one and the dialect keeps it. */
  readonly division?: RecordedName;
  readonly protected: boolean;
  /** Skills that this one has replaced, oldest first: these names never act as `previously` again. */
  readonly renamedFrom?: readonly NamedSkill[];
  readonly records?: readonly WriteRecord[];
}

/** A skill in the ledger, where its id alone would tell people nothing. */
export interface NamedSkill {
  readonly id: RecordedSkillId;
  readonly name: RecordedName;
}

/** A routing profile, and those of its skills that are ours. */
export interface LedgerProfile {
  readonly id: LiveId;
  readonly name: RecordedName;
  readonly slug: RecordedName;
  readonly slugWritten?: true;
  /** Only where the YAML names one. */
  readonly description?: string;
  /** Its own entries that are ours, sorted by id. */
  readonly skills: readonly NamedSkill[];
  readonly records?: readonly WriteRecord[];
}

/** The file of one user, `users/<first two characters of the id>/<id>.json`, with those of their skills that are ours. */
export interface LedgerUser {
  readonly id: LiveId;
  /** Only where the YAML names the user by it. */
  readonly email?: RecordedName;
  /** The user was no active user of the organisation at the last apply. */
  readonly absent?: true;
  /**
   * By skill id.
   *
   * @propertyNames {"type":"string","minLength":1,"maxLength":1004}
   */
  readonly assignments: Readonly<Record<SkillId, LedgerAssignment>>;
  /**
   * What the user is to be given when they are active again, by the id of the new skill.
   *
   * @propertyNames {"type":"string","minLength":1,"maxLength":1004}
   */
  readonly migrations?: Readonly<Record<SkillId, PendingMigration>>;
  readonly records?: readonly WriteRecord[];
}

export interface LedgerAssignment {
  /** Of the skill. */
  readonly name: RecordedName;
  readonly proficiency: Proficiency;
  /** Set where it came through groups alone; the first of them by name. */
  readonly group?: GroupRef;
  /** The last day, `YYYY-MM-DD`, as it was reviewed. Absent: it has no end. */
  readonly until?: Day;
  /** Its removal was reviewed while the user was away, and is due when they are back. */
  readonly reviewed?: true;
}

export interface GroupRef {
  readonly id: LiveId;
  readonly name: RecordedName;
}

/** The proficiency of an old skill that was deleted while its holder was absent. */
export interface PendingMigration {
  /** Of the new skill. */
  readonly name: RecordedName;
  readonly proficiency: Proficiency;
  /** The old skill was held manually, so the new one will be too. */
  readonly manual: boolean;
}

/** The ledger of another target in the same repository. */
export interface OtherLedger {
  readonly target: string;
  /** The organisation's id, or null if the ledger can't be read. */
  readonly organization: string | null;
  /** Whether the repository still has that target. */
  readonly isInRepository: boolean;
}

// ── Plan ─────────────────────────────────────────────────────────────────────────────────────────────

/** The changes that make live match desired: a value that is compared, shown and executed as it is. */
export interface Plan {
  readonly version: 2;
  readonly target: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
  /** False: nothing is known to have been applied before, so the plan removes nothing. */
  readonly hasLedger: boolean;
  /** True: made without the organisation, from what the ledger holds; it can't be applied. */
  readonly isEstimate: boolean;
  /** Every skill that a change, note or refusal names. */
  readonly skills: Readonly<Record<SkillId, PlannedSkill>>;
  /** In order of execution; the operations of one stage may run concurrently. */
  readonly stages: readonly (readonly Operation[])[];
  /** Operations left out because no reviewed plan holds them, or because they depend on one that was. */
  readonly withheld: readonly Operation[];
  /** What the next 60 days bring once this plan is applied: the days on which something changes, in order. */
  readonly scheduled: readonly ScheduledDay[];
  readonly notes: readonly Note[];
  /** Why the plan must not be applied as it stands; empty when it may. */
  readonly refusals: readonly Refusal[];
  /** Refusals that were allowed explicitly. */
  readonly allowed: readonly Refusal[];
  readonly summary: Summary;
  readonly cost: Cost;
  /** A short hash of all changes, independent of their order. */
  readonly fingerprint: string;
}

/** What begins on a day, and what ended the day before. */
export interface ScheduledDay {
  /**
   * In the settings' time zone.
   *
   * @pattern ^[0-9]{4}-[0-9]{2}-[0-9]{2}$
   */
  readonly day: string;
  /** Sorted by the user's e-mail, then the skill's name. */
  readonly changes: readonly ScheduledChange[];
  /** Skills that go from some holders to none on this day, with how many there were. */
  readonly uncovered: readonly { readonly skill: SkillId; readonly before: Count }[];
}

/** A gain where `before` is null, a loss where `after` is, else another proficiency. */
export interface ScheduledChange {
  /** Id; null for somebody the organisation doesn't have, who may come by then. */
  readonly user: string | null;
  /** The display name, else what the YAML calls them. */
  readonly name: string;
  /** Empty where they have none. */
  readonly email: string;
  readonly skill: SkillId;
  readonly before: number | null;
  readonly after: number | null;
  /** The line that decides from that day on; of a loss the one that has ended. */
  readonly source: Place;
}

export interface PlannedSkill {
  readonly name: string;
  /** The slug of its entry in the YAML, or computed from its name. */
  readonly slug: Slug;
  /** False until the plan has created it: then its id is `new:<slug>`. */
  readonly isLive: boolean;
  /** An earlier apply began to replace it by another skill. */
  readonly isBeingReplaced?: true;
}

export interface Summary {
  /** Skills, assignments and profile entries. */
  readonly add: Count;
  readonly change: Count;
  readonly destroy: Count;
  /** Holders who are given the new skill of a rename; neither added nor destroyed. */
  readonly move: Count;
  readonly usersGaining: Count;
  readonly usersLosing: Count;
}

export interface Cost {
  readonly requests: Count;
  /** The duration at the rate limit. */
  readonly seconds: Count;
}

/**
 * Why a change is planned: the YAML was edited; a day that it names has come; a group's members changed; somebody
 * changed it manually and it is put back; or manual work that the YAML never named is overwritten.
 */
export type Cause = "edit" | "schedule" | "membership" | "drift" | "conflict";

/** What a change is about. A skill that is not created yet has the id `new:<slug>`. */
export type Subject =
  | { readonly kind: "skill"; readonly id: SkillId }
  | { readonly kind: "profile"; readonly id: string }
  | { readonly kind: "user"; readonly id: string };

/** One field of a subject: that a skill exists, a text, what is assigned to a user or a profile, or until when. */
export type Field = { readonly kind: "existence" } | { readonly kind: TextField } | Assigned | AssignmentEnd;

/** A skill has all three; a profile has no division. */
export type TextField = "name" | "description" | "division";

/** What can be assigned to a user or a profile. */
export interface Assigned {
  readonly kind: "skill";
  readonly id: SkillId;
}

/** The last day of what a user was given; only the ledger knows it. */
export interface AssignmentEnd {
  readonly kind: "until";
  /** What was given. */
  readonly id: SkillId;
}

/** A proficiency, a text, a day, or `true` for "is there". */
export type Value = number | string | true;

/** `create` and `delete` are for skills; `add`, `update` and `remove` for everything else. */
export type Verb = "create" | "add" | "update" | "remove" | "delete";

/** A change to one field. A null value means absence. */
export interface Change {
  /**
   * A hash of what is changed and the value after it; the cause doesn't count.
   *
   * @pattern ^[0-9a-f]{16}$
   */
  readonly id: string;
  readonly subject: Subject;
  readonly field: Field;
  readonly verb: Verb;
  readonly before: Value | null;
  readonly after: Value | null;
  readonly cause: Cause;
  /** The change removes, deletes or replaces something, or overwrites a value that the ledger doesn't hold. */
  readonly takesAway: boolean;
  /** The line that asks for it, or that asked for it before; absent if no file can be named. */
  readonly source?: Place;
  /** Part of a rename: the old skill that an `add` or `update` stands for, the new one for all others. */
  readonly rename?: { readonly from: SkillId } | { readonly to: SkillId };
  /** The holder had the old skill of a rename manually, so the new one counts as manual and stays out of the ledger. */
  readonly manual?: true;
  /**
   * Of a gain: the last day that it comes with.
   *
   * @pattern ^\d{4}-\d{2}-\d{2}$
   */
  readonly until?: string;
}

/** The changes of one subject, executed together. */
export interface Operation {
  readonly subject: Subject;
  /** The subject's name in live; for a new skill, its name in the YAML. */
  readonly name: string;
  /** Only for users; empty if the user has none. */
  readonly email?: string;
  /** Only for users: whether the YAML or the ledger names them. Reports show others only as counts. */
  readonly named?: boolean;
  /**
   * In the order of execution. The deletion of a skill comes with the removals of its holders.
   *
   * @minItems 1
   */
  readonly changes: readonly Change[];
  /** Only if the skill is deleted. */
  readonly deletion?: Deletion;
}

/** What must be true right before a skill is deleted. */
export interface Deletion {
  /** The skill that every holder of this one must have by then; absent for a plain delete. */
  readonly replacedBy?: SkillId;
  /** Users who hold it now, sorted by id. */
  readonly holders: readonly Holder[];
  /** False if inactive users could not be listed. */
  readonly inactiveListed: boolean;
}

export interface Holder {
  readonly id: string;
  readonly name: string;
  /** Empty if they have none. */
  readonly email: string;
  readonly named: boolean;
  readonly manual: boolean;
  readonly inactive: boolean;
}

/**
 * Something that a plan says without doing it.
 *
 * @discriminator code
 */
export type Note =
  /** Skills, assignments and profile entries that existed already and enter the ledger. */
  | { readonly code: "ADOPTED"; readonly skills: Count; readonly assignments: Count }
  /** Live skills that no YAML names. */
  | { readonly code: "UNMANAGED_SKILLS"; readonly names: readonly string[] }
  /** Manual assignments of skills in the YAML; they stay. */
  | {
      readonly code: "UNMANAGED_ASSIGNMENTS";
      readonly count: Count;
      readonly users: Count;
      readonly first: readonly UnmanagedAssignment[];
    }
  /** Items that only the ledger still holds. */
  | { readonly code: "ALREADY_GONE"; readonly skills: Count; readonly assignments: Count }
  | DriftLeft
  /** A skill or profile that was deleted and created again manually under the same name. */
  | { readonly code: "RECREATED"; readonly what: "skill" | "profile"; readonly name: string }
  /** A skill that is live under another name, and that the `cloud` API cannot rename. */
  | {
      readonly code: "NAME_DIFFERS";
      readonly skill: SkillId;
      readonly desired: string;
      readonly live: string;
    }
  /** A skill that the YAML names is inactive in the organisation. */
  | { readonly code: "INACTIVE_SKILL"; readonly skill: SkillId; readonly source: Place }
  /** The YAML names a user by an e-mail that is no longer theirs. */
  | { readonly code: "EMAIL_CHANGED"; readonly from: string; readonly to: string; readonly source: Place }
  /** An e-mail that belonged to another person at the last apply; the ids of both. */
  | {
      readonly code: "EMAIL_REUSED";
      readonly email: string;
      readonly before: string;
      readonly now: string;
      readonly source: Place;
    }
  /** A user in the YAML or the ledger who is not an active user of the organisation; skipped. */
  | {
      readonly code: "LEFT_ORG";
      readonly user: string;
      readonly state: "inactive" | "deleted" | "unknown";
      /** Every line that names them; empty if only the ledger does. */
      readonly sources: readonly Place[];
    }
  /** A user whom the YAML of the applied revision named and this one does not, and who keeps skills through groups. */
  | {
      readonly code: "KEPT_BY_GROUP";
      readonly user: string;
      readonly groups: readonly string[];
      readonly skills: readonly SkillId[];
    }
  /** `previously` names skills that are gone, or that were replaced before. */
  | { readonly code: "PREVIOUSLY_DONE"; readonly skill: SkillId; readonly previously: readonly string[] }
  /** A change of name that waits until no other skill has the name. */
  | { readonly code: "NAME_NOT_FREE"; readonly skill: SkillId; readonly name: string }
  /** The old skill of a rename stays until nothing refers to it. */
  | {
      readonly code: "STILL_USED";
      readonly skill: SkillId;
      readonly replacedBy: SkillId;
      readonly references: References;
      /** Holders at the limit of skills, who get the new one when the old one goes. */
      readonly waiting: Count;
    }
  /** A previous skill that is not ours, left alone because that was allowed. */
  | { readonly code: "PREVIOUS_LEFT"; readonly skill: SkillId; readonly name: string }
  /** Skills to delete for which some places that may refer to them can't be searched. */
  | { readonly code: "NOT_SEARCHED"; readonly skills: readonly SkillId[] }
  /** A skill that stays goes from some holders to none, and the settings say only to warn. */
  | {
      readonly code: "NOW_UNCOVERED";
      readonly skill: SkillId;
      readonly before: Count;
      readonly day?: string;
    }
  /** Lines with days change something on so many of the next 60 days; `scheduled` says what. */
  | { readonly code: "SCHEDULED"; readonly days: Count }
  /** Writes whose outcome is not known yet; they are left out. */
  | { readonly code: "UNSETTLED"; readonly count: Count }
  /** The credentials see only some divisions. */
  | { readonly code: "LIMITED_VIEW" };

/** A manual assignment of a skill in the YAML. */
export interface UnmanagedAssignment {
  /** E-mail, else id. */
  readonly user: string;
  /** Whether the YAML or the ledger names the user. */
  readonly named: boolean;
  readonly skill: SkillId;
  readonly proficiency: number;
}

/** A value that was changed or removed manually and stays so because `drift` is `report`. */
export interface DriftLeft {
  readonly code: "DRIFT_LEFT";
  readonly subject: Subject;
  /** E-mail or id of the user, name of the profile. */
  readonly holder: string;
  readonly named: boolean;
  readonly skill: SkillId;
  /** The value that was applied last, and the live value; null if it is gone. */
  readonly applied: number | true;
  readonly live: number | true | null;
}

/**
 * A reason why a plan must not be applied as it stands.
 *
 * @discriminator code
 */
export type Refusal =
  | { readonly code: "INCOMPLETE"; readonly list: string; readonly reason: string }
  | {
      readonly code: "WRONG_ORG";
      readonly by: "settings" | "ledger";
      readonly expected: string;
      readonly found: string;
    }
  | { readonly code: "WRONG_DIALECT"; readonly expected: Dialect; readonly found: Dialect }
  /** Several live objects or users match, and nothing tells which is meant. */
  | {
      readonly code: "AMBIGUOUS";
      readonly what: "skill" | "profile" | "group" | "user";
      readonly name: string;
      readonly candidates: readonly { readonly id: string; readonly name: string }[];
      readonly source: Place;
    }
  /** An unmanaged live skill's name differs from the name of a skill to create only in punctuation. */
  | {
      readonly code: "SIMILAR_NAME";
      readonly skill: SkillId;
      readonly name: string;
      readonly live: { readonly id: string; readonly name: string };
      readonly source: Place;
    }
  /** A name that looks like another on a screen. */
  | {
      readonly code: "ODD_NAME";
      readonly skill: SkillId;
      readonly name: string;
      readonly reason: string;
      readonly source: Place;
    }
  | {
      readonly code: "UNKNOWN_ID";
      readonly what: "skill" | "profile";
      readonly id: string;
      readonly source: Place;
    }
  | UnknownName
  /** `seen`: how many divisions the credentials may see. */
  | {
      readonly code: "UNKNOWN_DIVISION";
      readonly skill: SkillId;
      readonly name: string;
      readonly nearest?: string;
      readonly seen: "all" | "some" | "none";
      readonly source: Place;
    }
  | {
      readonly code: "TOO_MANY_SKILLS";
      readonly user: string;
      readonly named: boolean;
      readonly count: Count;
    }
  /** This target has no ledger, and the ledger of a target that was removed from the repository is for this organisation. */
  | { readonly code: "OTHER_LEDGER"; readonly target: string }
  /** Another target's ledger is for the same organisation. */
  | { readonly code: "SHARED_ORG"; readonly target: string }
  /** A complete list that lacks much of what existed at the last apply according to the ledger. */
  | {
      readonly code: "MANY_GONE";
      readonly list: "skills" | "users" | "profiles";
      readonly gone: Count;
      readonly known: Count;
    }
  /** The YAML names nothing, but the ledger does. */
  | { readonly code: "NOTHING_DESIRED"; readonly assignments: Count }
  | {
      readonly code: "TOO_MANY_REMOVALS";
      readonly removals: Count;
      /** Assignments and entries in the ledger, and those of exclusive skills in the organisation. */
      readonly known: Count;
      readonly usersLosing: Count;
      readonly maxRemovals: number;
      readonly maxUsersLosing: Count;
    }
  /** A skill with holders is deleted. */
  | {
      readonly code: "SKILL_DELETE";
      readonly skill: SkillId;
      readonly holders: Count;
      readonly manual: Count;
    }
  /** A skill is replaced by a new one, or merged into an existing one. */
  | {
      readonly code: "SKILL_REPLACE";
      readonly skill: SkillId;
      readonly replacedBy: SkillId;
      readonly holders: Count;
      readonly manual: Count;
      readonly merge: boolean;
    }
  | { readonly code: "PROTECTED"; readonly skill: SkillId }
  /** Something refers to a skill to delete, or that could not be found out. */
  | { readonly code: "IN_USE"; readonly skill: SkillId; readonly references: References }
  /** A previous skill is live and was never applied by this program. */
  | {
      readonly code: "PREVIOUS_UNMANAGED";
      readonly skill: SkillId;
      readonly name: string;
      readonly source: Place;
    }
  /** A previous name is also the name of another entry that renames nothing, or two entries swap names. */
  | {
      readonly code: "PREVIOUS_PRESENT";
      readonly skill: SkillId;
      readonly name: string;
      readonly isSwap: boolean;
      readonly source: Place;
    }
  /** A skill is deleted while a similar one is created. */
  | {
      readonly code: "MAYBE_RENAME";
      readonly old: SkillId;
      readonly oldName: string;
      readonly skill: SkillId;
      readonly source: Place;
    }
  /** A skill that stays goes from some holders to none; `day`: only on that day, when the last end has passed. */
  | {
      readonly code: "UNCOVERED";
      readonly skill: SkillId;
      readonly before: Count;
      readonly day?: string;
    };

export type RefusalCode = Refusal["code"];

/** A name that the YAML uses and the organisation doesn't know. */
export interface UnknownName {
  readonly code: "UNKNOWN_USER" | "UNKNOWN_GROUP" | "UNKNOWN_PROFILE";
  readonly name: string;
  /** The nearest name in the organisation, or the e-mail of the person whose name was written. */
  readonly nearest?: string;
  readonly source: Place;
}

// ── Outcome ──────────────────────────────────────────────────────────────────────────────────────────

/** The outcome of one change. */
export type ChangeOutcome =
  /** Live holds what the plan asked for; `how` is set if this run didn't write it. */
  | { readonly result: "done"; readonly change: string; readonly how?: "adopted" | "already-applied" }
  /** Genesys refused it, or its answer never came. */
  | { readonly result: "failed"; readonly change: string; readonly reason: string }
  /** Sent, with an unknown outcome. */
  | { readonly result: "unsettled"; readonly change: string; readonly reason: string }
  /** Not tried. */
  | { readonly result: "skipped"; readonly change: string; readonly why: Skip };

export type Skip =
  /** The value changed after the plan was made; `found` is the live value, null for nothing. */
  | { readonly kind: "changed-since-plan"; readonly found: Value | null }
  /** A value that must be read before it is overwritten could not be read: a user's skills or a profile's entry. */
  | { readonly kind: "not-seen" }
  /** It needs something that failed. */
  | { readonly kind: "dependency"; readonly on: string }
  /** The skill has holders that the plan doesn't know, or holders who still lack the skill that replaces it. */
  | { readonly kind: "holders"; readonly count: number; readonly replacedBy?: SkillId }
  /**
   * Users reached a higher proficiency of the skill after the plan was made than the plan gave them of its
   * replacement; `gains` are the ids of the changes that gave it.
   */
  | { readonly kind: "levels"; readonly gains: readonly string[] }
  /** Something refers to the skill that didn't when the plan was made, or references can't be looked up. */
  | { readonly kind: "in-use"; readonly references: References }
  /** The apply stopped first. */
  | { readonly kind: "stopped" };

export interface OperationOutcome {
  readonly operation: Operation;
  readonly changes: readonly ChangeOutcome[];
}

export interface ApplyReport {
  /** One for each operation of the plan, in its order. */
  readonly outcomes: readonly OperationOutcome[];
  /** Changes that were done but that reads don't show yet. */
  readonly notVisible: readonly NotVisible[];
  /** Whether the apply was stopped before its end. */
  readonly stopped: boolean;
  /** Live ids of the skills that it created or adopted, by `new:<slug>`. */
  readonly createdIds: ReadonlyMap<SkillId, string>;
  /** Errors thrown by bugs in this program: each failed one operation, and the apply went on. */
  readonly bugs: readonly unknown[];
}

/** A change that reads don't show yet. Reads can lag up to a minute behind writes, so this is no error. */
export interface NotVisible {
  readonly operation: Operation;
  readonly change: string;
}
