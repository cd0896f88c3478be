/**
 * The types of the impact report, which shows the effect of a plan on the people who route calls. All formats encode
 * this value. Without a plan, "after" equals "now".
 */
import type { Count, Dialect, Live, References, Slug } from "../../model.ts";
import type { ScheduleFact } from "../schedule-facts.ts";

export interface Impact {
  readonly version: 1;
  readonly target: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
  readonly hasPlan: boolean;
  /** True: made without the organisation, from the ledger. */
  readonly isEstimate: boolean;
  /** Codes of the plan's refusals. */
  readonly refusals: readonly string[];
  /** Incomplete lists, because of which the counts may be too low. */
  readonly incomplete: readonly string[];
  /** `limited` where the credentials see only some divisions. */
  readonly view: Live["view"];
  readonly totals: ImpactTotals;
  /** Sorted by name. */
  readonly profiles: readonly ProfileImpact[];
  /** Sorted by slug. */
  readonly skills: readonly SkillImpact[];
  /** What the next 60 days bring once the plan is applied. */
  readonly schedule: readonly ScheduleFact[];
}

export interface ImpactTotals {
  /** After the plan, like `profiles`, `uncovered` and `thin`. */
  readonly skills: Count;
  readonly profiles: Count;
  /** Active users. */
  readonly users: Count;
  readonly assignmentsNow: Count;
  readonly assignmentsAfter: Count;
  /** Users who gain, lose, or keep at another proficiency at least one skill; a move is none of these. */
  readonly usersGaining: Count;
  readonly usersLosing: Count;
  readonly usersChanging: Count;
  /** Skills that nobody holds now. */
  readonly uncoveredNow: Count;
  readonly uncovered: Count;
  readonly thin: Count;
}

export interface SkillImpact {
  /** Null until the plan has created it. */
  readonly id: string | null;
  readonly slug: Slug;
  /** After the plan. */
  readonly name: string;
  /** Set if the plan renames it. */
  readonly previousName?: string;
  readonly outcome: "stays" | "created" | "deleted";
  /** Name of the replacing skill, if it is deleted by a rename. */
  readonly replacedBy?: string;
  /** Whether the YAML names it. */
  readonly named: boolean;
  readonly profiles: readonly ProfileLink[];
  readonly now: Holders;
  readonly after: Holders;
  readonly gains: People;
  readonly losses: People;
  /** Users who keep it at another proficiency. */
  readonly changes: People;
  /** Users who move from or to another skill by a rename, without gain or loss. */
  readonly moves: People;
  readonly coverage: Coverage;
  /** Absent if they were not looked up. */
  readonly references?: References;
}

/** Holders after the plan: none, one or two (`thin`), or more; `gone` if the skill is deleted. */
export type Coverage = "none" | "thin" | "good" | "gone";

export interface Holders {
  readonly total: Count;
  /** Sorted by proficiency. */
  readonly spread: readonly { readonly proficiency: number; readonly holders: Count }[];
}

/** Some users: those that may be named, and the number of the others. */
export interface People {
  readonly total: Count;
  /** Sorted by user. */
  readonly named: readonly PersonChange[];
  readonly others: Count;
}

export interface PersonChange {
  /** E-mail, or the id of a user who has none. */
  readonly user: string;
  /** Proficiency; null if the user doesn't have the skill. */
  readonly before: number | null;
  readonly after: number | null;
}

/** A profile that names a skill. */
export interface ProfileLink {
  /** The live profile's id; with `cloud`, which has no profiles, the slug. */
  readonly id: string;
  readonly name: string;
  /** Whether only an ancestor names the skill. */
  readonly inherited: boolean;
  readonly outcome: "stays" | "gains" | "loses";
}

export interface ProfileImpact {
  readonly id: string;
  readonly name: string;
  /** Ids of the profiles that it extends directly. */
  readonly extends: readonly string[];
  /** Active users who are members in the YAML, by name or through a group. */
  readonly members: Count;
}

export interface ImpactOptions {
  /** False: only the current organisation, without the plan. Default true. */
  readonly withPlan?: boolean;
  /** Whether to name users that neither the YAML nor the ledger names. Default false. */
  readonly nameEveryone?: boolean;
}
