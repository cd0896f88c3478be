/**
 * The shapes that every folder shares: what the YAML says (Desired), what the organisation holds (Live),
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

/** The live id of a skill, or `new:<slug>` for one that the organisation doesn't have yet. */
export type SkillId = string;

/** A position in a file, for people: line and column start at 1; `file` is as the user would type it. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The commit in which it stood there; absent for the files as they are now. */
  readonly revision?: string;
}

// ── Settings ─────────────────────────────────────────────────────────────────────────────────────────

/** `settings.yaml` with every default filled in. */
export interface Settings {
  readonly api: "auto" | Dialect;
  /** The id of the organisation that the target must be; unchecked when absent. */
  readonly organization?: string;
  /** The IANA time zone in which the days of `from` and `until` begin and end; by default UTC. */
  readonly timeZone?: string;
  /** Proficiency of a new assignment that names none. Default 1. */
  readonly defaultProficiency: number;
  /** Requests a minute; by default 300 for `cloud` and 100 for `profiles`. */
  readonly requestsPerMinute?: number;
  /** For how many seconds one request may be tried again; by default 900. */
  readonly deadlineSeconds?: number;
  /** For how many seconds reads may go on showing what was there before a write. Default 60. */
  readonly staleSeconds: number;
  /** Whether only the repository says who holds a skill that doesn't say so itself. Default false. */
  readonly exclusive: boolean;
  /** `restore` puts back what someone changed manually, `report` leaves it and says so. Default `restore`. */
  readonly drift: "restore" | "report";
  readonly guard: GuardSettings;
}

/** The thresholds at which a plan is refused until somebody allows it on purpose. */
export interface GuardSettings {
  /** Share of the ledger's assignments that one plan may remove, 0 to 1. Default 0.3. */
  readonly maxRemovals: number;
  /** Users that one plan may take a skill from. Default 25. */
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
  /** The slug stands in the YAML, and is not computed from the name. */
  readonly slugWritten: boolean;
  readonly name: string;
  /** The live skill that is meant, where its name alone doesn't say so. */
  readonly id?: string;
  readonly description?: string;
  /** Name or id of the division; absent: whatever it is. */
  readonly division?: string;
  /** Names that the skill had before, newest last. */
  readonly previously: readonly string[];
  readonly protected: boolean;
  readonly exclusive: boolean;
  readonly managed: boolean;
  /** Why the name is hard to tell from another on a screen; absent for an ordinary name. */
  readonly oddName?: string;
  readonly source: Place;
}

export interface DesiredProfile {
  readonly slug: Slug;
  /** The slug stands in the YAML, and is not computed from the name. */
  readonly slugWritten: boolean;
  readonly name: string;
  readonly id?: string;
  readonly description?: string;
  /** False where only an `assign_to_profiles` names it: then the organisation must have it. */
  readonly declared: boolean;
  /** The profiles that it extends itself, in the order of the file. */
  readonly extends: readonly Slug[];
  /** Its own skills and those of every ancestor; of one skill only the closest, sorted by skill. */
  readonly entries: readonly ProfileEntry[];
  readonly members: { readonly users: readonly string[]; readonly groups: readonly string[] };
  readonly source: Place;
}

/** A skill in a profile. */
export interface ProfileEntry {
  readonly skill: Slug;
  /** Absent: any proficiency will do. */
  readonly proficiency?: number;
  /** The profile that names the skill: the profile itself (distance 0) or an ancestor. */
  readonly from: Slug;
  /** Steps of `extends` between the profile and `from`. */
  readonly distance: number;
  readonly source: Place;
}

/** A user that the YAML names, by e-mail or id as written but in lower case, with every source that names them. */
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
  /** Absent: any proficiency will do. */
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
  /** All groups of each name or id that was asked for: one name may be that of several groups. */
  readonly groups: Listing<LiveGroup>;
  /** The names of all groups, to suggest the nearest; empty where no group was asked for. */
  readonly groupNames: readonly string[];
  /** Read only where the YAML names one; empty where the credentials may not see any. */
  readonly divisions?: Listing<Division>;
  /** Complete and empty with `cloud`, which has none. */
  readonly profiles: Listing<LiveProfile>;
  /** Users that the YAML or the ledger names and the list of active users lacks. */
  readonly absentUsers: readonly AbsentUser[];
  /** What refers to a skill, by skill id; looked up only for those that are about to be deleted. */
  readonly references: ReadonlyMap<string, References>;
  /** The requests that reading all this took. */
  readonly requests: number;
}

/** A list that was read to its end, or one that wasn't: a short list is never an empty world. */
export type Listing<T> =
  | { readonly kind: "complete"; readonly entities: readonly T[] }
  | { readonly kind: "incomplete"; readonly entities: readonly T[]; readonly reason: string };

/** A skill that is there; a deleted one is in no list. */
export interface LiveSkill {
  readonly id: string;
  readonly name: string;
  readonly slug: Slug;
  readonly state: "active" | "inactive";
  /** Only with `profiles`; null where it was never set. */
  readonly description?: string | null;
  /** Name of its division, where it has one. */
  readonly division?: string;
}

export interface Division {
  readonly id: string;
  readonly name: string;
}

/**
 * A skill that the list lacks, looked up by its id. `live`: it is there, whatever the list says. `unknown`:
 * this client may not read it, or sees some divisions only, so that nobody knows whether it is there.
 */
export type AbsentSkill =
  | { readonly id: string; readonly state: "live"; readonly skill: LiveSkill }
  | { readonly id: string; readonly state: "deleted" | "unknown" };

export interface LiveUser {
  readonly id: string;
  readonly name: string;
  /** In lower case; empty where the user has none. */
  readonly email: string;
  /** Names, where the answer has them. */
  readonly division?: string;
  readonly department?: string;
  /** Proficiency by skill id. */
  readonly skills: ReadonlyMap<string, number>;
}

export interface LiveGroup {
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "inactive";
  /** User ids of its individuals. */
  readonly members: readonly string[];
}

export interface LiveProfile {
  readonly id: string;
  readonly name: string;
  readonly slug: Slug;
  readonly description: string | null;
  readonly parent?: string;
  /** Ids of the skills that it names itself. */
  readonly skills: readonly string[];
}

/** What refers to a skill beside the people who hold it. */
export type References =
  | { readonly kind: "known"; readonly flows: readonly string[]; readonly skillGroups: readonly string[] }
  | { readonly kind: "unknown"; readonly reason: string };

/** A user outside the list of active users; `ref` is what the YAML or the ledger calls them. */
export type AbsentUser =
  | {
      readonly ref: string;
      readonly state: "inactive" | "deleted";
      readonly id: string;
      /** Empty where the answer names none, like `email`, which is in lower case. */
      readonly name: string;
      readonly email: string;
    }
  /** In the organisation and active, though the list didn't have them. */
  | { readonly ref: string; readonly state: "active"; readonly user: LiveUser }
  | { readonly ref: string; readonly state: "unknown" };

// ── Ledger ───────────────────────────────────────────────────────────────────────────────────────────

/** What this program last applied to one target. Skills and profiles are known by their live ids. */
export interface Ledger {
  readonly version: 2;
  readonly target: string;
  /** Id of the organisation. */
  readonly organization: string;
  readonly dialect: Dialect;
  /** What was applied last, whole; null before the first. */
  readonly applied: AppliedRevision | null;
  /** What an apply began with last, whether or not all of it was done. */
  readonly attempted: AppliedRevision | null;
  /** The target whose ledger took this one over; then this one counts for nothing. */
  readonly movedTo?: string;
  /** Sorted by id. */
  readonly skills: readonly LedgerSkill[];
  /** Sorted by id. */
  readonly profiles: readonly LedgerProfile[];
  /** Sorted by id. */
  readonly users: readonly LedgerUser[];
  /** Renames that are not finished, sorted by old id. */
  readonly replacements: readonly Replacement[];
  /**
   * Reviewed changes that were carried out since `applied`, sorted by pull request: their review counts no more.
   * Absent where there are none.
   */
  readonly carriedOut?: readonly CarriedOut[];
}

/** What was carried out of the plan that was reviewed on one pull request. */
export interface CarriedOut {
  readonly pull: number;
  /** `reviewHash` of each change, sorted. */
  readonly hashes: readonly string[];
}

/** A commit whose YAML was applied, for one day. */
export interface AppliedRevision {
  /** Null where the YAML was in no commit. */
  readonly revision: string | null;
  /** `YYYY-MM-DD`, in the settings' time zone. */
  readonly day: string;
  /** The YAML differed from the commit. */
  readonly uncommitted?: true;
}

/**
 * One write in the file of its subject. Without an outcome nobody knows yet whether it happened. `over`: the run
 * that meant it has ended, so any later reading says whether it happened. `done`: it happened, and reads that are
 * older may not show it yet.
 */
export interface WriteRecord {
  readonly field: Field;
  /** Of the skill that is assigned, or of the subject. */
  readonly name: string;
  /** What live held; null for nothing. */
  readonly before: Value | null;
  /** The value before was ours. */
  readonly wasOurs: boolean;
  /** What was meant, by each run that wrote it in turn; null for nothing. */
  readonly values: readonly (Value | null)[];
  readonly outcome?: "over" | "done";
  /** Of an assignment that came through groups alone. */
  readonly group?: GroupRef;
  /** Of a gain: the last day that it comes with. */
  readonly until?: string;
}

/** A skill whose holders are given another until it is deleted. That it is replaced was allowed once. */
export interface Replacement {
  /** Live id and name of the old skill. */
  readonly id: string;
  readonly name: string;
  /** Live id of the new skill, or `new:<slug>` until it is made. */
  readonly to: SkillId;
  /** `in-use`: everybody has the new skill, and something still refers to the old one. */
  readonly state: "migrating" | "in-use";
}

export interface LedgerSkill {
  /** Live id, or `new:<slug>` for a skill whose making is not confirmed. */
  readonly id: SkillId;
  /** As the YAML wrote it when it was applied. */
  readonly name: string;
  readonly slug: Slug;
  /** The slug stood in the YAML, and was not computed from the name. */
  readonly slugWritten?: true;
  /** Only where the YAML names one and the dialect keeps it. */
  readonly description?: string;
  /** Name of the division; only where the YAML names one and the dialect keeps it. */
  readonly division?: string;
  readonly protected: boolean;
  /** Skills that this one has replaced, oldest first: these names never act as `previously` again. */
  readonly renamedFrom?: readonly { readonly name: string; readonly id: string }[];
  readonly records?: readonly WriteRecord[];
}

export interface LedgerProfile {
  readonly id: string;
  readonly name: string;
  readonly slug: Slug;
  readonly slugWritten?: true;
  /** Only where the YAML names one. */
  readonly description?: string;
  /** Its own entries that are ours, sorted by id. */
  readonly skills: readonly { readonly id: SkillId; readonly name: string }[];
  readonly records?: readonly WriteRecord[];
}

export interface LedgerUser {
  readonly id: string;
  /** Only where the YAML names the user by it. */
  readonly email?: string;
  /** The user was no active user of the organisation at the last apply. */
  readonly absent?: true;
  /** By skill id. */
  readonly assignments: Readonly<Record<SkillId, LedgerAssignment>>;
  /** What the user is to be given when they are active again, by the id of the new skill. */
  readonly migrations?: Readonly<Record<SkillId, PendingMigration>>;
  readonly records?: readonly WriteRecord[];
}

export interface LedgerAssignment {
  /** Of the skill. */
  readonly name: string;
  readonly proficiency: number;
  /** Set where it came through groups alone; the first of them by name. */
  readonly group?: GroupRef;
  /** The last day, `YYYY-MM-DD`, as it was reviewed. Absent: it has no end. */
  readonly until?: string;
  /** Its removal was reviewed while the user was away, and is due when they are back. */
  readonly reviewed?: true;
}

export interface GroupRef {
  readonly id: string;
  readonly name: string;
}

/** The proficiency of an old skill that was deleted while its holder was away. */
export interface PendingMigration {
  /** Of the new skill. */
  readonly name: string;
  readonly proficiency: number;
  /** The old skill was held manually, so the new one will be too. */
  readonly manual: boolean;
}

/** The ledger of another target in the same repository. */
export interface OtherLedger {
  readonly target: string;
  /** The organisation's id, or null where the ledger can't be read. */
  readonly organization: string | null;
  /** Whether the repository still has that target. */
  readonly isInRepository: boolean;
}

// ── Plan ─────────────────────────────────────────────────────────────────────────────────────────────

/** What is to be done so that live says what desired says: a value, compared, shown and executed as it is. */
export interface Plan {
  readonly version: 2;
  readonly target: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
  /** False: as far as anybody knows nothing was ever applied, so the plan removes nothing. */
  readonly hasLedger: boolean;
  /** True: made without the organisation, from what the ledger holds; it can't be applied. */
  readonly isEstimate: boolean;
  /** Every skill that a change, note or refusal speaks of. */
  readonly skills: Readonly<Record<SkillId, PlannedSkill>>;
  /** In order; the operations of one stage may run side by side. */
  readonly stages: readonly (readonly Operation[])[];
  /** What was left out because no reviewed plan holds it, or because it depends on such a change. */
  readonly withheld: readonly Operation[];
  /** What the next 60 days bring once this plan is applied: the days on which something changes, in order. */
  readonly scheduled: readonly ScheduledDay[];
  readonly notes: readonly Note[];
  /** Why the plan must not be applied as it stands; empty when it may. */
  readonly refusals: readonly Refusal[];
  /** Refusals that somebody allowed on purpose. */
  readonly allowed: readonly Refusal[];
  readonly summary: Summary;
  readonly cost: Cost;
  /** One short hash over all that would be changed, whatever the order. */
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
  /** Of its entry in the YAML, or computed from its name. */
  readonly slug: Slug;
  /** False until the plan has created it: then its id is `new:<slug>`. */
  readonly isLive: boolean;
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
  /** At the rate limit. */
  readonly seconds: Count;
}

/**
 * Why a change is planned: the YAML was edited; a day that it names has come; a group's members changed; somebody
 * changed it manually and it is put back; or manual work that the YAML never named is overwritten.
 */
export type Cause = "edit" | "schedule" | "membership" | "drift" | "conflict";

/** What a change is about. A skill that is not made yet has the id `new:<slug>`. */
export type Subject =
  | { readonly kind: "skill"; readonly id: SkillId }
  | { readonly kind: "profile"; readonly id: string }
  | { readonly kind: "user"; readonly id: string };

/** One field of a subject: that a skill exists, a text, what is assigned to a user or a profile, or until when. */
export type Field = { readonly kind: "existence" } | { readonly kind: TextField } | Assigned | AssignmentEnd;

/** A skill has all three; a profile has no division. */
export type TextField = "name" | "description" | "division";

/** What a user or a profile can be given. */
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

/** The one shape of what a plan changes. Absence is null. */
export interface Change {
  /**
   * Fingerprint of what is changed and its value after, never of why.
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
  /** It removes, deletes or replaces something, or overwrites a value that is not the ledger's. */
  readonly takesAway: boolean;
  /** The line that asks for it, or asked until now; absent where no file can be named. */
  readonly source?: Place;
  /** Part of a rename: the old skill that an `add` or `update` stands for, the new one for all others. */
  readonly rename?: { readonly from: SkillId } | { readonly to: SkillId };
  /** The holder will have the new skill of a rename manually, as they had the old one: the ledger won't hold it. */
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
  /** Of the subject, as live has it; of a new skill as the YAML has it. */
  readonly name: string;
  /** Only of users; empty where they have none. */
  readonly email?: string;
  /** Only of users: whether the YAML or the ledger names them. Reports only count the others. */
  readonly named?: boolean;
  /**
   * In the order of execution. The deletion of a skill comes with the removals of its holders.
   *
   * @minItems 1
   */
  readonly changes: readonly Change[];
  /** Only where the skill is deleted. */
  readonly deletion?: Deletion;
}

/** What must hold right before a skill is deleted. */
export interface Deletion {
  /** The skill that everybody who holds this one must hold by then; absent for a plain delete. */
  readonly replacedBy?: SkillId;
  /** Users who hold it now, sorted by id. */
  readonly holders: readonly Holder[];
  /** False where inactive users could not be listed. */
  readonly inactiveListed: boolean;
}

export interface Holder {
  readonly id: string;
  readonly name: string;
  /** Empty where they have none. */
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
  /** Skills, assignments and profile entries that were there already and are ours from now on. */
  | { readonly code: "ADOPTED"; readonly skills: Count; readonly assignments: Count }
  /** Live skills that no YAML names. */
  | { readonly code: "UNMANAGED_SKILLS"; readonly names: readonly string[] }
  /** Manual assignments of the YAML's skills, which stay. */
  | {
      readonly code: "UNMANAGED_ASSIGNMENTS";
      readonly count: Count;
      readonly users: Count;
      readonly first: readonly UnmanagedAssignment[];
    }
  /** What only the ledger still holds. */
  | { readonly code: "ALREADY_GONE"; readonly skills: Count; readonly assignments: Count }
  | DriftLeft
  /** A skill or profile that was made anew manually under a name of ours. */
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
  /** An e-mail that belongs to another person than at the last apply; ids of both. */
  | {
      readonly code: "EMAIL_REUSED";
      readonly email: string;
      readonly before: string;
      readonly now: string;
      readonly source: Place;
    }
  /** A user whom the YAML or the ledger names and who is no active user of the organisation; skipped. */
  | {
      readonly code: "LEFT_ORG";
      readonly user: string;
      readonly state: "inactive" | "deleted" | "unknown";
      /** Every line that names them; empty where only the ledger does. */
      readonly sources: readonly Place[];
    }
  /** `previously` names skills that are gone, or that were replaced before. */
  | { readonly code: "PREVIOUSLY_DONE"; readonly skill: SkillId; readonly previously: readonly string[] }
  /** A change of name that waits while another skill has the name. */
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
  /** Places that may refer to a skill that goes, and that nobody can search. */
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

/** A skill that the YAML names, held manually. */
export interface UnmanagedAssignment {
  /** E-mail, else id. */
  readonly user: string;
  /** Whether the YAML or the ledger names the user. */
  readonly named: boolean;
  readonly skill: SkillId;
  readonly proficiency: number;
}

/** A value that somebody changed or removed manually, left so because `drift` is `report`. */
export interface DriftLeft {
  readonly code: "DRIFT_LEFT";
  readonly subject: Subject;
  /** E-mail or id of the user, name of the profile. */
  readonly holder: string;
  readonly named: boolean;
  readonly skill: SkillId;
  /** What was applied last, and what is there now; null where it is gone. */
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
  /** Nothing says which of several live objects or users is meant. */
  | {
      readonly code: "AMBIGUOUS";
      readonly what: "skill" | "profile" | "group" | "user";
      readonly name: string;
      readonly candidates: readonly { readonly id: string; readonly name: string }[];
      readonly source: Place;
    }
  /** A live skill that pairs with nothing differs from the name of a skill to create by punctuation alone. */
  | {
      readonly code: "SIMILAR_NAME";
      readonly skill: SkillId;
      readonly name: string;
      readonly live: { readonly id: string; readonly name: string };
      readonly source: Place;
    }
  /** A name that would be hard to tell from another on a screen. */
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
  /** The organisation stands in the ledger of a target that the repository no longer has, and this one has none. */
  | { readonly code: "OTHER_LEDGER"; readonly target: string }
  /** The organisation stands in another target's ledger too. */
  | { readonly code: "SHARED_ORG"; readonly target: string }
  /** A complete list that lacks much of what the ledger holds and was there at the last apply. */
  | {
      readonly code: "MANY_GONE";
      readonly list: "skills" | "users" | "profiles";
      readonly gone: Count;
      readonly known: Count;
    }
  /** The YAML names nothing at all, and the ledger does. */
  | { readonly code: "NOTHING_DESIRED"; readonly assignments: Count }
  | {
      readonly code: "TOO_MANY_REMOVALS";
      readonly removals: Count;
      /** Assignments and entries in the ledger and, of exclusive skills, in the organisation. */
      readonly known: Count;
      readonly usersLosing: Count;
      readonly maxRemovals: number;
      readonly maxUsersLosing: Count;
    }
  /** A skill is deleted, and its holders lose it. */
  | {
      readonly code: "SKILL_DELETE";
      readonly skill: SkillId;
      readonly holders: Count;
      readonly manual: Count;
    }
  /** A skill is replaced by a new one, or merged into one that is there. */
  | {
      readonly code: "SKILL_REPLACE";
      readonly skill: SkillId;
      readonly replacedBy: SkillId;
      readonly holders: Count;
      readonly manual: Count;
      readonly merge: boolean;
    }
  | { readonly code: "PROTECTED"; readonly skill: SkillId }
  /** A skill to delete is still referred to, or nobody could find out. */
  | { readonly code: "IN_USE"; readonly skill: SkillId; readonly references: References }
  /** A previous skill is live and was never applied by this program. */
  | {
      readonly code: "PREVIOUS_UNMANAGED";
      readonly skill: SkillId;
      readonly name: string;
      readonly source: Place;
    }
  /** A name is previous in one entry and the name of another that renames nothing, or two entries swap names. */
  | {
      readonly code: "PREVIOUS_PRESENT";
      readonly skill: SkillId;
      readonly name: string;
      readonly isSwap: boolean;
      readonly source: Place;
    }
  /** One skill goes while a similar one comes. */
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
  /** The nearest name that the organisation does know, or the e-mail of the person whose name was written. */
  readonly nearest?: string;
  readonly source: Place;
}

// ── Outcome ──────────────────────────────────────────────────────────────────────────────────────────

/** What became of one change: the past tense of a plan. */
export type ChangeOutcome =
  /** Live says what the plan asked for; `how` is set where it took no write, or another's. */
  | { readonly result: "done"; readonly change: string; readonly how?: "adopted" | "already-applied" }
  /** Genesys refused it, or its answer never came. */
  | { readonly result: "failed"; readonly change: string; readonly reason: string }
  /** Sent, and nobody knows whether it happened. */
  | { readonly result: "unsettled"; readonly change: string; readonly reason: string }
  /** Not tried. */
  | { readonly result: "skipped"; readonly change: string; readonly why: Skip };

export type Skip =
  /** Someone changed the value after the plan was made; `found` is what is there now, null for nothing. */
  | { readonly kind: "changed-since-plan"; readonly found: Value | null }
  /** What must not be overwritten unseen could not be read: the user's skills, or an entry that a profile had. */
  | { readonly kind: "not-seen" }
  /** It needs something that failed. */
  | { readonly kind: "dependency"; readonly on: string }
  /** Users hold the skill who, when the plan was made, didn't, or who still lack the one that replaces it. */
  | { readonly kind: "holders"; readonly count: number; readonly replacedBy?: SkillId }
  /**
   * Users had a higher proficiency of the skill by then than the plan gave them of the one that replaces it;
   * `gains` are the ids of the changes that gave it.
   */
  | { readonly kind: "levels"; readonly gains: readonly string[] }
  /** Something refers to the skill that, when the plan was made, didn't, or nobody can say any more. */
  | { readonly kind: "in-use"; readonly references: References }
  /** The apply was stopped before it. */
  | { readonly kind: "stopped" };

export interface OperationOutcome {
  readonly operation: Operation;
  readonly changes: readonly ChangeOutcome[];
}

export interface ApplyReport {
  /** One for each operation of the plan, in its order. */
  readonly outcomes: readonly OperationOutcome[];
  /** What was done and still doesn't show when read again. */
  readonly notVisible: readonly NotVisible[];
  /** Whether it was stopped before the end. */
  readonly stopped: boolean;
  /** Live ids of the skills that it created or adopted, by `new:<slug>`. */
  readonly createdIds: ReadonlyMap<SkillId, string>;
  /** What was thrown by mistakes in this program: each failed one operation, and the apply went on. */
  readonly bugs: readonly unknown[];
}

/** Reads can lag behind writes by up to a minute, so this is said and is no error. */
export interface NotVisible {
  readonly operation: Operation;
  readonly change: string;
}
