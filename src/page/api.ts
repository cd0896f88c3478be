/**
 * The answers of the API that the page uses, made of the reports' facts. `npm run schemas` writes schemas/api.json from
 * these types, which the OpenAPI document shows.
 */
import type { Count, Ordinal, Place, Proficiency } from "../model.ts";
import type { AssignmentCounts, AssignmentFact, UserFact } from "../report/explain/assignment.ts";
import type { EntryFact, ProfileExplanation, ProfileFact } from "../report/explain/profile.ts";
import type { ProfileUse, SkillStanding } from "../report/explain/skill.ts";
import type { HistorySubject } from "../report/history/find.ts";
import type { HistoryEvent } from "../report/history/render.ts";
import type { Coverage, Holders, Impact, ImpactTotals, ProfileLink } from "../report/impact/facts.ts";
import type { ScheduleFact } from "../report/schedule-facts.ts";

/** One page of a list; `total` counts all pages. */
export interface PageOf<T> {
  readonly page: Ordinal;
  /**
   * @asType integer
   * @minimum 1
   * @maximum 100
   */
  readonly size: number;
  /** Of all pages. */
  readonly total: Count;
  readonly entities: readonly T[];
}

/** Why a request was refused. */
export interface RefusalAnswer {
  readonly error: {
    /** For programs; it stays the same. */
    readonly code: string;
    /** For people; it may change. */
    readonly message: string;
    /** The parameter that is wrong. */
    readonly parameter?: string;
  };
}

/** What the next 60 days bring once the plan is applied. */
export interface Schedule {
  readonly days: readonly ScheduleFact[];
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

interface SkillKey {
  /** Null if the organisation doesn't have the skill yet. */
  readonly id: string | null;
  /** For /api/skills/{skill}: the slug if it is unique, else the id, or new:<slug> if there is none yet. */
  readonly key: string;
  readonly name: string;
  readonly slug: string;
}

/** Holders now: none, one or two, or more. */
export type LiveCoverage = Exclude<Coverage, "gone">;

interface SkillFields extends SkillKey {
  readonly description: string | null;
  /** Its name; null if the skill has none. */
  readonly division: string | null;
  /** Whether the YAML names it, releases it (managed: false), or has dropped it; unmanaged: only the organisation has it. */
  readonly standing: SkillStanding;
  readonly coverage: LiveCoverage;
}

/** The id is that of the routing profile; with the cloud API, which has none, the slug in the YAML. */
export type ProfileOfSkill = Pick<ProfileLink, "id" | "name" | "inherited">;

/** A skill in search results. */
export interface SkillEntity extends SkillFields {
  /** The profiles that give it, sorted by name. */
  readonly profiles: readonly ProfileOfSkill[];
  /** How many users hold it now. */
  readonly holders: Count;
}

/** One user and the skill. */
export interface HolderEntity
  extends
    Pick<UserFact, "name" | "state">,
    Pick<AssignmentFact, "now" | "wanted" | "after" | "why" | "sources"> {
  /** E-mail, or the id of a user without one. */
  readonly user: string;
  /** The reasons in words, a line for each, the decisive one first. */
  readonly because: readonly string[];
}

export interface SkillDetail extends SkillFields {
  /** The line of the YAML that declares it. */
  readonly source: Place | null;
  readonly protected: boolean;
  /** Only the YAML says who holds it. */
  readonly exclusive: boolean;
  /** Its name in the organisation, if it differs. */
  readonly liveName: string | null;
  /** Names and ids of the possible skills, if it is not clear which one is meant. */
  readonly couldBe: readonly string[];
  /** Names of the skills that it replaces. */
  readonly renames: readonly string[];
  /** Name of the skill that replaces it. */
  readonly renamedTo: string | null;
  readonly profiles: readonly (ProfileOfSkill & Partial<Omit<ProfileUse, "profile">>)[];
  /** Numbers of users now, and changes with the next apply. */
  readonly counts: AssignmentCounts;
  /** Users who hold it, are to hold it or are to lose it; sorted by e-mail. */
  readonly holders: readonly HolderEntity[];
  /** What the next 60 days bring for it. */
  readonly scheduled: readonly ScheduleFact[];
}

// ── History, profiles, coverage, health ──────────────────────────────────────────────────────────────

export interface HistoryEntity extends Omit<HistoryEvent, "cause" | "commit"> {
  /** The change and its cause in words. */
  readonly words: string;
}

export interface HistoryPage extends PageOf<HistoryEntity> {
  /** What the name means. */
  readonly subjects: readonly Omit<HistorySubject, "before">[];
}

export interface ProfileEntity
  extends ProfileFact, Pick<ProfileExplanation, "description" | "standing" | "extends" | "extendedBy"> {
  readonly source: Place | null;
  /** How many active users are members in the YAML. */
  readonly members: Count;
  readonly skills: readonly ProfileSkill[];
}

interface ProfileSkill extends Pick<EntryFact, "why" | "now"> {
  /** Null if search doesn't know the skill. */
  readonly key: string | null;
  readonly name: string;
  /** The profile that it is inherited from; null for the profile's own. */
  readonly from: string | null;
  readonly proficiency: Proficiency | null;
}

export interface CoverageEntity extends SkillKey {
  readonly holders: Count;
  readonly coverage: LiveCoverage;
  /** The number of holders at each proficiency, sorted by proficiency. */
  readonly spread: Holders["spread"];
}

export interface CoveragePage extends PageOf<CoverageEntity> {
  readonly totals: Pick<ImpactTotals, "skills" | "profiles" | "users" | "uncovered" | "thin"> & {
    readonly assignments: Count;
  };
}

/** The context of a snapshot's facts. */
export interface About extends Pick<
  Impact,
  "target" | "organization" | "dialect" | "refusals" | "incomplete" | "view"
> {
  readonly hasLedger: boolean;
}

export interface HealthAnswer {
  /**
   * stale: the last reading failed; starting: nothing has been read yet; unavailable: the first reading failed.
   */
  readonly status: "ok" | "stale" | "starting" | "unavailable";
  readonly refreshing: boolean;
  /** @exclusiveMinimum 0 */
  readonly refreshSeconds: number;
  /** ISO 8601. */
  readonly readAt: string | null;
  /** Seconds since the snapshot was read. */
  readonly ageSeconds: Count | null;
  /** The error of the last reading; null if it succeeded. */
  readonly failure: {
    /** ISO 8601. */
    readonly at: string;
    readonly code: string;
    /** Only with the token. */
    readonly message?: string;
  } | null;
  /** Only with the token. */
  readonly snapshot?: About | null;
}

/** All of them, in the order of the OpenAPI document. */
export interface Answers {
  readonly search: PageOf<SkillEntity>;
  readonly skill: SkillDetail;
  readonly profiles: PageOf<ProfileEntity>;
  readonly coverage: CoveragePage;
  readonly schedule: Schedule;
  readonly history: HistoryPage;
  readonly health: HealthAnswer;
  readonly refusal: RefusalAnswer;
}

/** The data inside an impact report: the facts, and the time (ISO) of reading, if known. */
export interface ReportData {
  readonly impact: Impact;
  readonly readAt?: string;
}
