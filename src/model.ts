/**
 * The shapes that every folder shares: what the YAML says (Desired), what the organisation holds (Live),
 * what was applied last (Ledger), and what is to be done about the difference (Plan).
 * This file imports nothing and computes nothing.
 */

// ── Words ────────────────────────────────────────────────────────────────────────────────────────────

/** The kind of API that an organisation answers with. */
export type Dialect = "cloud" | "profiles";

/** The stable key of a skill or profile, computed from its name: `billing-tier-1`. */
export type Slug = string;

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
  /** `restore` puts back what someone changed by hand, `report` leaves it and says so. Default `restore`. */
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

/** What the YAML says for one target: every reference resolved to a slug, every inheritance flattened. */
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
}

export interface DesiredSkill {
  readonly slug: Slug;
  readonly name: string;
  /** The live skill that is meant, where its name alone doesn't say so. */
  readonly id?: string;
  readonly description?: string;
  /** Former names, newest last. */
  readonly previously: readonly FormerName[];
  readonly protected: boolean;
  readonly exclusive: boolean;
  readonly managed: boolean;
  readonly origin: Place;
}

export interface FormerName {
  readonly name: string;
  readonly slug: Slug;
}

export interface DesiredProfile {
  readonly slug: Slug;
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
  readonly origin: Place;
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
  readonly origin: Place;
}

/** A user that the YAML names, by e-mail or id as written but in lower case, with all that it wishes for them. */
export interface DesiredUser {
  readonly user: string;
  readonly wishes: readonly Wish[];
  /** Where the user is named first. */
  readonly origin: Place;
}

/** A Genesys group that the YAML names, by name or id as written, with all that it wishes for its members. */
export interface DesiredGroup {
  readonly group: string;
  readonly wishes: readonly Wish[];
  readonly origin: Place;
}

/** One source that wants a user, or a group's members, to hold a skill. */
export interface Wish {
  readonly skill: Slug;
  /** Absent: any proficiency will do. */
  readonly proficiency?: number;
  readonly via: Via;
  readonly origin: Place;
}

/** Through what a wish reaches a user; `closeness` ranks it, 0 is the closest. */
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
  /** Active users. */
  readonly users: Listing<LiveUser>;
  /** Inactive users; listed only where a skill is about to be deleted. */
  readonly inactiveUsers?: Listing<LiveUser>;
  /** Only the groups that were asked for and exist. */
  readonly groups: Listing<LiveGroup>;
  /** The names of all groups, to suggest the nearest; empty where no group was asked for. */
  readonly groupNames: readonly string[];
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

export interface LiveSkill {
  readonly id: string;
  readonly name: string;
  readonly slug: Slug;
  /** Only with `profiles`; null where it was never set. */
  readonly description?: string | null;
}

export interface LiveUser {
  readonly id: string;
  readonly name: string;
  /** In lower case; empty where the user has none. */
  readonly email: string;
  /** Proficiency by skill id. */
  readonly skills: ReadonlyMap<string, number>;
}

export interface LiveGroup {
  readonly id: string;
  readonly name: string;
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
      readonly email: string;
    }
  /** In the organisation and active, though the list didn't have them. */
  | { readonly ref: string; readonly state: "active"; readonly user: LiveUser }
  | { readonly ref: string; readonly state: "unknown" };

// ── Ledger ───────────────────────────────────────────────────────────────────────────────────────────

/** What this program last applied to one target. */
export interface Ledger {
  readonly version: 1;
  readonly target: string;
  /** Id of the organisation. */
  readonly organization: string;
  readonly dialect: Dialect;
  /** The commit that was applied last. */
  readonly revision: string | null;
  /** Sorted by slug. */
  readonly skills: readonly LedgerSkill[];
  /** Sorted by slug. */
  readonly profiles: readonly LedgerProfile[];
  /** Sorted by id. */
  readonly users: readonly LedgerUser[];
  /** Renames that are not finished, sorted by old id; absent where there are none. */
  readonly replaces?: readonly LedgerReplace[];
}

/** A skill whose holders are being given another, until it is deleted. */
export interface LedgerReplace {
  /** Id and name of the old skill. */
  readonly id: string;
  readonly name: string;
  /** Slug of the new one. */
  readonly to: Slug;
  /** Whether the old skill is ours to delete; a stranger's is copied and left. */
  readonly ours: boolean;
  /** Who has still to be given the new skill, sorted by user id. */
  readonly pending: readonly PendingHolder[];
}

export interface PendingHolder {
  /** User id. */
  readonly id: string;
  readonly proficiency: number;
}

export interface LedgerSkill {
  readonly slug: Slug;
  /** Null where the run that created it didn't live to learn its id. */
  readonly id: string | null;
  readonly name: string;
  /** Only where the YAML names one and the dialect keeps it. */
  readonly description?: string;
  readonly protected: boolean;
}

export interface LedgerProfile {
  readonly slug: Slug;
  readonly id: string;
  readonly name: string;
  /** Only where the YAML names one. */
  readonly description?: string;
  readonly skills: readonly Slug[];
}

export interface LedgerUser {
  readonly id: string;
  /** Only where the YAML names the user by it. */
  readonly email?: string;
  /** By slug of the skill. */
  readonly assignments: Readonly<Record<Slug, LedgerAssignment>>;
}

export interface LedgerAssignment {
  readonly proficiency: number;
  /** Set where it came from this group's members alone. */
  readonly group?: string;
}

/** The ledger of another target in the same repository. */
export interface OtherLedger {
  readonly target: string;
  /** The organisation's id, or null where the ledger can't be read. */
  readonly organization: string | null;
  /** The command that makes it the ledger of the target that asks. */
  readonly renameCommand: string;
}

// ── Plan ─────────────────────────────────────────────────────────────────────────────────────────────

/** What is to be done to make live say what desired says: a value, compared and shown and executed as it is. */
export interface Plan {
  readonly version: 1;
  readonly target: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
  /** False: nothing was ever applied as far as anybody knows, so the plan only adds. */
  readonly hasLedger: boolean;
  /** True: made without the organisation, from what the ledger believes; it can't be applied. */
  readonly isEstimate: boolean;
  /** Every skill that an operation, note or refusal speaks of, by slug. */
  readonly skills: Readonly<Record<Slug, PlannedSkill>>;
  /** In order; the operations of one stage may run side by side. */
  readonly stages: readonly (readonly Operation[])[];
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

export interface PlannedSkill {
  readonly name: string;
  /** Null until the plan has created it. */
  readonly id: string | null;
}

export interface Summary {
  /** Skills, assignments and profile entries. */
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly usersGaining: number;
  readonly usersLosing: number;
}

export interface Cost {
  readonly requests: number;
  /** At the rate limit. */
  readonly seconds: number;
}

/**
 * Why a change is planned: the YAML was edited; a group's members changed; someone changed it by hand and it
 * is put back; or work by hand that the YAML never saw is overwritten.
 */
export type Cause = "edit" | "membership" | "drift" | "conflict";

/** What every planned change carries, whatever it changes. */
export interface Change {
  readonly cause: Cause;
  /** The line that asks for it; absent where no file can be named. */
  readonly origin?: Place;
  /** Over what is changed and the value after, never over why. */
  readonly fingerprint: string;
}

export type Operation = CreateSkill | UpdateSkill | UpdateProfile | UpdateUser | DeleteSkill;

export interface CreateSkill extends Change {
  readonly kind: "create-skill";
  readonly skill: Slug;
  readonly name: string;
  readonly description?: string;
}

/** Only with `profiles`. */
export interface UpdateSkill {
  readonly kind: "update-skill";
  readonly skill: Slug;
  readonly id: string;
  readonly changes: readonly FieldChange[];
}

/** Only with `profiles`. */
export interface UpdateProfile {
  readonly kind: "update-profile";
  readonly profile: Slug;
  readonly id: string;
  readonly name: string;
  readonly changes: readonly FieldChange[];
  readonly entries: readonly EntryChange[];
}

export interface UpdateUser {
  readonly kind: "update-user";
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Whether the YAML names the user, or did when it was last applied; if not, reports only count them. */
  readonly named: boolean;
  readonly changes: readonly AssignmentChange[];
}

/** Runs after everything else; before it the holders are looked at once more. */
export interface DeleteSkill extends Change {
  readonly kind: "delete-skill";
  readonly skill: Slug;
  readonly id: string;
  readonly name: string;
  /** The skill that everybody who holds this one must hold by then; absent for a plain delete. */
  readonly replacedBy?: Slug;
  /** Ids of the users who hold it now, sorted. */
  readonly holders: readonly string[];
  /** How many of the holders were given it by hand. */
  readonly byHand: number;
  /**
   * Those holders who are inactive, sorted: they are given the skill that replaces this one when they come back.
   * Absent where inactive users could not be listed.
   */
  readonly inactive?: readonly string[];
}

/** A name or description; `patch` is RFC 6902 with a `test` first. */
export interface FieldChange extends Change {
  readonly field: "name" | "description";
  readonly before: string | null;
  readonly after: string;
  readonly patch: readonly PatchStep[];
}

/** A skill that a routing profile gains or loses. */
export interface EntryChange extends Change {
  readonly kind: "gain" | "lose";
  readonly skill: Slug;
  /** It had the old skill by hand, and will have the new one by hand: it is not ours. */
  readonly byHand?: true;
  readonly patch: readonly PatchStep[];
}

/** A skill that a user gains, keeps at another proficiency, or loses; `patch` is RFC 6902 with a `test` first. */
export type AssignmentChange = GainSkill | ChangeProficiency | LoseSkill;

export interface GainSkill extends Change {
  readonly kind: "gain";
  readonly skill: Slug;
  readonly after: number;
  /** The old skill that they hold, where the gain is part of a rename. */
  readonly from?: Slug;
  /** They held the old skill by hand, and will hold the new one by hand: it is not ours. */
  readonly byHand?: true;
  readonly patch: readonly PatchStep[];
}

export interface ChangeProficiency extends Change {
  readonly kind: "change";
  readonly skill: Slug;
  readonly before: number;
  readonly after: number;
  readonly patch: readonly PatchStep[];
}

export interface LoseSkill extends Change {
  readonly kind: "lose";
  readonly skill: Slug;
  readonly before: number;
  /** The new skill, where the loss is part of a rename and so no removal. */
  readonly to?: Slug;
  readonly patch: readonly PatchStep[];
}

/** The RFC 6902 operations that plans use; the value null stands for "not there". */
export type PatchStep =
  | { readonly op: "test"; readonly path: string; readonly value: string | number | boolean | null }
  | { readonly op: "add"; readonly path: string; readonly value: string | number | boolean }
  | { readonly op: "replace"; readonly path: string; readonly value: string | number | boolean }
  | { readonly op: "remove"; readonly path: string };

/** Something that a plan says without doing it. */
export type Note =
  /** Skills, assignments and profile entries that were there already and are ours from now on. */
  | { readonly code: "ADOPTED"; readonly skills: number; readonly assignments: number }
  /** Live skills that no YAML names. */
  | { readonly code: "UNMANAGED_SKILLS"; readonly names: readonly string[] }
  /** Assignments of the YAML's skills that were made by hand and stay. */
  | { readonly code: "UNMANAGED_ASSIGNMENTS"; readonly count: number; readonly users: number }
  /** What the ledger holds and nobody else does any more. */
  | { readonly code: "ALREADY_GONE"; readonly skills: number; readonly assignments: number }
  /** An assignment that someone changed or removed by hand, left so because `drift` is `report`. */
  | DriftLeft
  /** A skill or profile that was made anew by hand under a name of ours. */
  | { readonly code: "RECREATED"; readonly what: "skill" | "profile"; readonly name: string }
  /** A skill that live spells otherwise, and that the `cloud` API cannot rename. */
  | { readonly code: "NAME_DIFFERS"; readonly skill: Slug; readonly desired: string; readonly live: string }
  /** The YAML's e-mail is a former one of this user's. */
  | { readonly code: "EMAIL_CHANGED"; readonly from: string; readonly to: string; readonly origin: Place }
  /** A user that the YAML or the ledger names and who is no active user of the organisation; skipped. */
  | {
      readonly code: "LEFT_ORG";
      readonly user: string;
      readonly state: "inactive" | "deleted" | "unknown";
      readonly origin?: Place;
    }
  /** `previously` names a skill that is still there beside the new one, or is long gone; nothing to do. */
  | { readonly code: "PREVIOUSLY_DONE"; readonly skill: Slug; readonly previously: readonly string[] }
  /** The old skill of a rename stays until nothing refers to it. */
  | {
      readonly code: "STILL_USED";
      readonly skill: Slug;
      readonly replacedBy: Slug;
      readonly references: References;
      /** Holders who are at the limit of skills, and get the new one when the old one goes. */
      readonly waiting: number;
    }
  /** An old skill that is not ours: its holders get the new one too, and it stays. */
  | { readonly code: "COPIED"; readonly name: string; readonly to: Slug; readonly holders: number }
  /** Places that may refer to a skill that goes, and that nobody can search. */
  | { readonly code: "NOT_SEARCHED"; readonly skills: readonly Slug[] }
  /** A skill that stays goes from some holders to none, and settings say only to warn. */
  | { readonly code: "NOW_UNCOVERED"; readonly skill: Slug; readonly before: number }
  /** What takes away or overwrites and is in no reviewed plan, with what depends on it; left for somebody to look at. */
  | { readonly code: "HELD_BACK"; readonly changes: number; readonly about: readonly string[] }
  /** What a run that died meant to do and didn't; it is planned again. */
  | { readonly code: "UNFINISHED"; readonly run: string; readonly count: number }
  /** The credentials see only some divisions. */
  | { readonly code: "LIMITED_VIEW" };

export interface DriftLeft {
  readonly code: "DRIFT_LEFT";
  readonly kind: "user" | "profile";
  /** E-mail of the user, or name of the profile. */
  readonly holder: string;
  readonly named: boolean;
  readonly skill: Slug;
  /** What was applied last, and what is there now; null where it is gone. */
  readonly applied: number | true;
  readonly live: number | true | null;
}

/** A reason why a plan must not be applied as it stands. */
export type Refusal =
  | { readonly code: "INCOMPLETE"; readonly list: string; readonly reason: string }
  | {
      readonly code: "WRONG_ORG";
      readonly by: "settings" | "ledger";
      readonly expected: string;
      readonly found: string;
    }
  | {
      readonly code: "WRONG_DIALECT";
      readonly expected: Dialect;
      readonly found: Dialect;
    }
  | {
      readonly code: "AMBIGUOUS";
      readonly skill: Slug;
      readonly names: readonly string[];
      readonly origin: Place;
    }
  | {
      readonly code: "UNKNOWN_ID";
      readonly what: "skill" | "profile";
      readonly id: string;
      readonly origin: Place;
    }
  /** The YAML says by its id which one is meant, and the ledger knows it by another that is still live. */
  | {
      readonly code: "OTHER_ID";
      readonly what: "skill" | "profile";
      readonly name: string;
      readonly id: string;
      /** The ledger's. */
      readonly known: string;
      readonly origin: Place;
    }
  | UnknownName
  | {
      readonly code: "TOO_MANY_SKILLS";
      readonly user: string;
      readonly named: boolean;
      readonly count: number;
    }
  /** The organisation stands in another target's ledger, and this target has none. */
  | { readonly code: "OTHER_LEDGER"; readonly target: string; readonly renameCommand: string }
  /** The organisation stands in another target's ledger too. */
  | { readonly code: "SHARED_ORG"; readonly target: string }
  /** A complete list that lacks much of what the ledger holds. */
  | {
      readonly code: "MANY_GONE";
      readonly list: "skills" | "users" | "profiles";
      readonly gone: number;
      readonly known: number;
    }
  /** The YAML names nothing at all, and the ledger does. */
  | { readonly code: "NOTHING_DESIRED"; readonly assignments: number }
  | {
      readonly code: "TOO_MANY_REMOVALS";
      readonly removals: number;
      /** Assignments in the ledger. */
      readonly known: number;
      readonly usersLosing: number;
      readonly maxRemovals: number;
      readonly maxUsersLosing: number;
    }
  /** A skill is deleted, and its holders lose it. */
  | { readonly code: "SKILL_DELETE"; readonly skill: Slug; readonly holders: number; readonly byHand: number }
  /** A skill is replaced by a new one, because the API can't rename. */
  | {
      readonly code: "SKILL_REPLACE";
      readonly skill: Slug;
      readonly replacedBy: Slug;
      readonly holders: number;
    }
  | { readonly code: "PROTECTED"; readonly skill: Slug }
  /** A skill to delete is still referred to, or nobody could find out. */
  | { readonly code: "IN_USE"; readonly skill: Slug; readonly references: References }
  /** A skill with holders goes while a similar one comes. */
  | {
      readonly code: "MAYBE_RENAME";
      readonly old: Slug;
      readonly oldName: string;
      readonly skill: Slug;
      readonly origin: Place;
    }
  /** A skill that stays goes from some holders to none. */
  | { readonly code: "UNCOVERED"; readonly skill: Slug; readonly before: number };

export type RefusalCode = Refusal["code"];

/** A name that the YAML uses and the organisation doesn't know. */
export interface UnknownName {
  readonly code: "UNKNOWN_USER" | "UNKNOWN_GROUP" | "UNKNOWN_PROFILE";
  readonly name: string;
  /** The nearest name that the organisation does know. */
  readonly nearest?: string;
  readonly origin: Place;
}

// ── Outcome ──────────────────────────────────────────────────────────────────────────────────────────

/** What became of one change: the past tense of a plan. */
export type ChangeOutcome =
  /** Live says what the plan asked for; `how` is set where it took no write, or another's. */
  | { readonly result: "done"; readonly fingerprint: string; readonly how?: "adopted" | "was-so" }
  /** Genesys refused it, or its answer never came. */
  | { readonly result: "failed"; readonly fingerprint: string; readonly reason: string }
  /** Not tried. */
  | { readonly result: "skipped"; readonly fingerprint: string; readonly why: Skip };

export type Skip =
  /** Someone changed the value after the plan was made; `found` is what is there now, null for nothing. */
  | { readonly kind: "moved"; readonly found: string | number | boolean | null }
  /** It needs something that failed. */
  | { readonly kind: "dependency"; readonly on: string }
  /** Users hold the skill who, when the plan was made, didn't, or who still lack the one that replaces it. */
  | { readonly kind: "holders"; readonly count: number; readonly replacedBy?: Slug }
  /**
   * Users had a higher proficiency of the skill by then than the plan gave them of the one that replaces it; `gains`
   * are the fingerprints of what they were given.
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
  /** Ids of the skills that it created or adopted, by slug. */
  readonly createdIds: ReadonlyMap<Slug, string>;
}

/** Reads can lag behind writes by up to a minute, so this is said and not an error. */
export interface NotVisible {
  readonly operation: Operation;
  readonly fingerprint: string;
}
