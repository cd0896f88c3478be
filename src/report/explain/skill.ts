/** Explains a skill: its holders now and after the next apply, and the profiles that give it. */
import type { Place, Proficiency } from "../../model.ts";
import type { SkillSubject } from "../../plan/rows.ts";
import { byText } from "../../text.ts";
import type { ScheduleFact } from "../schedule-facts.ts";
import { scheduleFacts } from "../schedule-facts.ts";
import type { AssignmentCounts, AssignmentFact, SkillFact } from "./assignment.ts";
import { assignmentOf, assignmentsOfAbsent, countAssignments, skillFact } from "./assignment.ts";
import type { FactIndex } from "./fact-index.ts";
import { bySkillName } from "./fact-index.ts";
import type { ProfileFact } from "./profile.ts";

export interface SkillExplanation {
  readonly kind: "skill";
  readonly skill: SkillFact;
  readonly state: SkillSubject["state"];
  readonly description: string | null;
  readonly division: string | null;
  readonly standing: SkillStanding;
  readonly source?: Place;
  readonly protected: boolean;
  readonly exclusive: boolean;
  /** Its name in the organisation, if it differs. */
  readonly liveName?: string;
  /** Live skills that could each be meant; nothing is created until the YAML names one. */
  readonly couldBe: readonly { readonly id: string; readonly name: string }[];
  /** The live skills that it replaces. */
  readonly renames: readonly SkillFact[];
  /** The skill that replaces it. */
  readonly renamedTo?: SkillFact;
  /** Sorted by name of profile. */
  readonly profiles: readonly ProfileUse[];
  readonly counts: AssignmentCounts;
  /** Sorted by e-mail; users who aren't active last. */
  readonly assignments: readonly AssignmentFact[];
  /** How many users `assignments` leaves out, because the YAML doesn't name them and others may read this. */
  readonly unnamed: number;
  /** What the next 60 days bring for it, once the plan is applied. */
  readonly scheduled: readonly ScheduleFact[];
}

/** `dropped`: only in the ledger; `unmanaged`: only in the organisation. */
export type SkillStanding = "yaml" | "released" | "dropped" | "unmanaged";

/** A profile that gives a skill. */
export interface ProfileUse {
  readonly profile: Pick<ProfileFact, "slug" | "name">;
  /** Name of the ancestor that names the skill; absent if the profile names it itself. */
  readonly from?: string;
  readonly proficiency?: Proficiency;
  readonly source: Place;
}

export function explainSkill(skill: SkillSubject, index: FactIndex): SkillExplanation {
  const { entry, item, live, state, name } = skill;
  const { skillById } = index.rows;
  const assignments = assignmentsOfSkill(skill, index);
  const renamedTo = skillById.get(skill.replacedBy ?? "");
  return {
    kind: "skill",
    skill: skillFact(skill),
    state,
    description: descriptionOf(skill),
    division: divisionOf(skill),
    standing: standingOf(skill),
    ...(entry && { source: entry.source }),
    protected: entry?.protected ?? item?.protected ?? false,
    exclusive: entry?.exclusive ?? false,
    ...(live && live.name !== name && { liveName: live.name }),
    couldBe: couldBe(skill, index),
    renames: (index.replacedBy.get(skill.id) ?? []).map(skillFact).sort(bySkillName),
    ...(renamedTo && { renamedTo: skillFact(renamedTo) }),
    profiles: profilesWith(skill, index),
    counts: countAssignments(assignments),
    assignments,
    unnamed: 0,
    scheduled: scheduleFacts(index.plan, { skill: skill.id }),
  };
}

export function standingOf({ entry, item, isReleased }: SkillSubject): SkillStanding {
  if (isReleased) return "released";
  if (entry) return "yaml";
  return item ? "dropped" : "unmanaged";
}

export function descriptionOf({ entry, live, item }: SkillSubject): string | null {
  return entry?.description ?? live?.description ?? item?.description ?? null;
}

/** The name in the organisation, if there is one. */
export function divisionOf({ entry, live, item }: SkillSubject): string | null {
  return live?.division ?? entry?.division ?? item?.division ?? null;
}

function couldBe({ state, entry }: SkillSubject, { plan }: FactIndex): SkillExplanation["couldBe"] {
  if (state !== "unclear") return [];
  return plan.refusals.flatMap((refusal) =>
    refusal.code === "AMBIGUOUS" && refusal.what === "skill" && refusal.name === entry?.name
      ? refusal.candidates
      : [],
  );
}

function assignmentsOfSkill(skill: SkillSubject, index: FactIndex): AssignmentFact[] {
  return [
    ...(index.usersOf.get(skill.id) ?? []).flatMap((user) => assignmentOf(user, skill, index) ?? []),
    ...index.rows.absent
      .filter(({ sources }) => sources.some((source) => source.skill === skill.entry?.slug))
      .flatMap((user) => assignmentsOfAbsent(user, index))
      .filter((one) => one.wanted !== null && one.skill.slug === skill.slug),
  ];
}

function profilesWith(
  { entry: skill }: SkillSubject,
  { profileEntries, profileName }: FactIndex,
): ProfileUse[] {
  return (skill ? (profileEntries.get(skill.slug) ?? []) : [])
    .map(({ profile: { slug, name }, entry: { from, distance, proficiency, source } }) => ({
      profile: { slug, name },
      ...(distance > 0 && { from: profileName(from) }),
      ...(proficiency !== undefined && { proficiency }),
      source,
    }))
    .sort((a, b) => byText(a.profile.name, b.profile.name));
}
