/**
 * The shapes of the impact report: what a plan means for the people who route calls. One value for every format;
 * without a plan "after" says the same as "now".
 */
import type { Count, Dialect, Live, References, Slug } from "../../model.ts";
import type { ScheduleFact } from "../schedule-facts.ts";

export interface Impact {
  readonly version: 1;
  readonly target: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
  readonly hasPlan: boolean;
  /** True: made without the organisation, from what the ledger believes. */
  readonly isEstimate: boolean;
  /** Codes of the reasons why the plan must not be applied as it stands. */
  readonly refusals: readonly string[];
  /** Lists that could not be read to their end, so that what is counted may be too little. */
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
  /** Where the plan renames it. */
  readonly previousName?: string;
  readonly outcome: "stays" | "created" | "deleted";
  /** Name of the skill that its holders have instead, where it is deleted for a rename. */
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
  /** Users who come from or go to another skill by a rename: no gain and no loss. */
  readonly moves: People;
  readonly coverage: Coverage;
  /** Absent where nobody looked. */
  readonly references?: References;
}

/** How many hold a skill after the plan: nobody, one or two, or more; `gone` where the skill is deleted. */
export type Coverage = "none" | "thin" | "good" | "gone";

export interface Holders {
  readonly total: Count;
  /** Sorted by proficiency. */
  readonly spread: readonly { readonly proficiency: number; readonly holders: Count }[];
}

/** Some users: those that may be named, and how many there are besides. */
export interface People {
  readonly total: Count;
  /** Sorted by user. */
  readonly named: readonly PersonChange[];
  readonly others: Count;
}

export interface PersonChange {
  /** E-mail, or the id of a user who has none. */
  readonly user: string;
  /** Proficiency; null where the user doesn't hold the skill. */
  readonly before: number | null;
  readonly after: number | null;
}

/** A profile that names a skill. */
export interface ProfileLink {
  /** The live profile's id; with `cloud`, which has none, the slug of the YAML's. */
  readonly id: string;
  readonly name: string;
  /** Whether an ancestor names the skill, and not the profile itself. */
  readonly inherited: boolean;
  readonly outcome: "stays" | "gains" | "loses";
}

export interface ProfileImpact {
  readonly id: string;
  readonly name: string;
  /** Ids of the profiles that it extends itself. */
  readonly extends: readonly string[];
  /** Active users whom the YAML makes its members, by name or through a group. */
  readonly members: Count;
}

export interface ImpactOptions {
  /** False: the organisation as it is, whatever is planned. Default true. */
  readonly withPlan?: boolean;
  /** Whether users are named whom neither the YAML nor the ledger names. Default false. */
  readonly nameEveryone?: boolean;
}
