/** The shapes of the API's answers. `openapi-schemas.ts` describes the same to others. */
import type { Place } from "../model.ts";
import type { AssignmentCounts, AssignmentFact, SourceFact, UserFact } from "../report/explain/assignment.ts";
import type { EntryFact, ProfileExplanation } from "../report/explain/profile.ts";
import type { ProfileUse, SkillStanding } from "../report/explain/skill.ts";
import type { Coverage, ImpactTotals } from "../report/impact/facts.ts";

/** One page of a list. */
export interface PageOf<T> {
  readonly page: number;
  readonly size: number;
  /** Of all pages. */
  readonly total: number;
  readonly entities: readonly T[];
}

/** The ways to name a skill. */
export interface SkillKey {
  /** Null where the organisation doesn't have the skill yet. */
  readonly id: string | null;
  /** Its key for `/api/skills/{skill}`: the slug where that is its own, else the id, or `new:<slug>`. */
  readonly key: string;
  readonly name: string;
  readonly slug: string;
}

/** How many hold a skill now: nobody, one or two, or more. */
export type LiveCoverage = Exclude<Coverage, "gone">;

/** A skill as search finds it. */
export interface SkillEntity extends SkillKey {
  readonly description: string | null;
  readonly standing: SkillStanding;
  /** The profiles that give it, sorted by name. */
  readonly profiles: readonly ProfileOfSkill[];
  /** Users who hold it now. */
  readonly holders: number;
  readonly coverage: LiveCoverage;
}

export interface ProfileOfSkill {
  /** The routing profile's id; with the `cloud` API, which has none, the slug of the YAML's. */
  readonly id: string;
  readonly name: string;
  readonly inherited: boolean;
}

/** A skill with who holds it and why. */
export interface SkillDetail extends Omit<SkillEntity, "profiles" | "holders"> {
  readonly source: Place | null;
  readonly protected: boolean;
  readonly exclusive: boolean;
  /** Its name in the organisation, where that is another. */
  readonly liveName: string | null;
  /** Names and ids of skills of which nobody can tell which is meant. */
  readonly couldBe: readonly string[];
  /** Names of the skills whose place it takes, and of the one that takes its place. */
  readonly renames: readonly string[];
  readonly renamedTo: string | null;
  readonly profiles: readonly (ProfileOfSkill &
    Partial<Pick<ProfileUse, "from" | "proficiency" | "source">>)[];
  readonly counts: AssignmentCounts;
  /** Everybody who holds it, is to hold it or is to lose it; sorted by e-mail. */
  readonly holders: readonly HolderEntity[];
}

/** One user and the skill. */
export interface HolderEntity {
  /** E-mail, or the id of a user who has none. */
  readonly user: string;
  /** Null where the user isn't in the list of active users. */
  readonly name: string | null;
  readonly state: UserFact["state"];
  /** Proficiency now, as the YAML wants it, and after the next apply; null for not held. */
  readonly now: number | null;
  readonly wanted: AssignmentFact["wanted"];
  readonly after: number | null;
  readonly why: AssignmentFact["why"];
  /** The same in words, a line for each reason; the one that decides first. */
  readonly because: readonly string[];
  readonly sources: readonly SourceFact[];
}

export interface ProfileEntity {
  /** Of the routing profile; null where the organisation has none. */
  readonly id: string | null;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly standing: ProfileExplanation["standing"];
  readonly source: Place | null;
  /** Names of the profiles that it extends, and of those that extend it. */
  readonly extends: readonly string[];
  readonly extendedBy: readonly string[];
  /** Active users whom the YAML makes its members. */
  readonly members: number;
  readonly skills: readonly SkillOfProfile[];
}

export interface SkillOfProfile extends Pick<EntryFact, "why" | "now"> {
  /** Null where search doesn't know the skill. */
  readonly key: string | null;
  readonly name: string;
  /** Name of the profile that it is inherited from; null for the profile's own. */
  readonly from: string | null;
  readonly proficiency: number | null;
}

export interface CoverageEntity extends SkillKey {
  readonly holders: number;
  readonly coverage: LiveCoverage;
  /** How many hold it at each proficiency, sorted by proficiency. */
  readonly spread: readonly { readonly proficiency: number; readonly holders: number }[];
}

export interface CoverageTotals extends Pick<
  ImpactTotals,
  "skills" | "profiles" | "users" | "uncovered" | "thin"
> {
  readonly assignments: number;
}
