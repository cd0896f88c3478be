/** One user and one skill, now and after the next apply, with every reason why. */
import type { Count, Day, Place, Proficiency, SkillId, Slug } from "../../model.ts";
import { resolveSources } from "../../plan/subjects/resolve.ts";
import type { AbsentSubject, CarriedSource, Mark, Row, SkillSubject, UserSubject } from "../../plan/rows.ts";
import type { MemberState } from "../planned-rows.ts";
import { proficiencyOf } from "../planned-rows.ts";
import type { FactIndex } from "./fact-index.ts";
import { bySkillName } from "./fact-index.ts";

export interface SkillFact {
  readonly slug: Slug;
  readonly name: string;
  /** Null if the organisation doesn't have the skill. */
  readonly id: string | null;
}

export interface UserFact {
  /** E-mail, or the id of a user without one; for an unknown user, the reference in the YAML. */
  readonly ref: string;
  readonly id: string | null;
  /** Null if the user isn't in the list of active users. */
  readonly name: string | null;
  /** Whether the YAML or the ledger names the user, and not only a group of theirs. */
  readonly named: boolean;
  readonly state: MemberState;
  /** The user's previous e-mail, if the YAML still uses it. */
  readonly previousEmail?: string;
}

export interface AssignmentFact {
  readonly user: UserFact;
  readonly skill: SkillFact;
  /** Proficiency; null if the user doesn't hold the skill. */
  readonly now: Proficiency | null;
  /** `any` if the YAML asks for the skill without a proficiency; null if it doesn't ask for it. */
  readonly wanted: Proficiency | "any" | null;
  /** The proficiency applied last; null if the ledger doesn't have it. */
  readonly applied: Proficiency | null;
  /** After the next apply; null for not held. */
  readonly after: Proficiency | null;
  readonly why: AssignmentWhy;
  /** Name of the skill that this one is renamed from or to, if `why` is `renamed`. */
  readonly other?: string;
  /** How the next apply treats a manual change of a desired value. */
  readonly manual?: "put-back" | "overwritten" | "left";
  /** Why the next apply leaves it unchanged although the YAML differs. */
  readonly pending?: Exclude<Mark, "reported" | "migrating">;
  /** Every source in the YAML, the one that decides first. */
  readonly sources: readonly SourceFact[];
  /** The line in the YAML of the last apply that asked for it. */
  readonly previousSource?: Place;
}

/**
 * - `yaml`: the YAML asks for it.
 * - `manual`: the YAML doesn't ask for it, so it stays.
 * - `exclusive`: the YAML doesn't ask for it, and the skill is exclusive, so it is removed.
 * - `dropped`: in the ledger, but the YAML doesn't ask for it any more.
 * - `left-group`: likewise, because the user left the group that the YAML gives it to.
 * - `renamed`: added or removed by the rename of a skill.
 * - `deleted`: removed with the skill.
 * - `released`: `managed: false`, so it stays.
 */
export type AssignmentWhy =
  "yaml" | "manual" | "exclusive" | "dropped" | "left-group" | "renamed" | "deleted" | "released";

/** One line of the YAML that asks for an assignment. */
export interface SourceFact {
  readonly via: "user" | "group" | "profile";
  /** The group that carried it to the user, to whom the line or the profile belongs. */
  readonly group?: string;
  /** Name of the profile whose member the user is. */
  readonly profile?: string;
  /** Name of the ancestor profile that names the skill, if it is an ancestor. */
  readonly from?: string;
  /** Absent: any proficiency. */
  readonly proficiency?: Proficiency;
  /** The first and the last day on which it counts, where the YAML names one. */
  readonly firstDay?: Day;
  readonly lastDay?: Day;
  readonly source: Place;
}

export function skillFact({ slug, name, live }: SkillSubject): SkillFact {
  return { slug, name, id: live?.id ?? null };
}

export function userFact({ user, ref, named, state, namedEmail }: UserSubject): UserFact {
  const { id, name, email } = user;
  const isPrevious = namedEmail !== undefined && namedEmail !== email;
  return { ref, id, name, named, state, ...(isPrevious && { previousEmail: namedEmail }) };
}

export function absentFact({ ref, id, named, state }: AbsentSubject): UserFact {
  return { ref, id, name: null, named, state };
}

// ── Active users ─────────────────────────────────────────────────────────────────────────────────────

/** All current, desired and lost assignments of a user, sorted by name of skill. */
export function assignmentsOf(subject: UserSubject, index: FactIndex): AssignmentFact[] {
  const own = subject.rows.flatMap(({ field }) => (field.kind === "skill" ? field.id : []));
  return [...new Set([...own, ...subject.user.skills.keys()])]
    .flatMap((id) => {
      const skill = index.rows.skillById.get(id);
      return (skill && assignmentOf(subject, skill, index)) ?? [];
    })
    .sort((a, b) => bySkillName(a.skill, b.skill));
}

/** Null if the user has the skill neither now nor after the plan. */
export function assignmentOf(
  subject: UserSubject,
  skill: SkillSubject,
  index: FactIndex,
): AssignmentFact | null {
  const row = subject.rows.find(({ field }) => field.kind === "skill" && field.id === skill.id);
  const change = index.findChange({ kind: "user", id: subject.user.id }, { kind: "skill", id: skill.id });
  const now = proficiencyOf(row ? row.live : subject.user.skills.get(skill.id));
  const wanted = row?.assignment;
  if (now === null && !wanted && !change) return null;
  const judged: Judged = { skill, row, change, isDeleted: isDeleted(skill, index) };
  const other = wanted ? undefined : renamedWith(judged);
  const manual = manualOf(judged);
  return {
    user: userFact(subject),
    skill: skillFact(skill),
    now,
    wanted: wanted ? (wanted.proficiency ?? "any") : null,
    applied: proficiencyOf(row?.ledger),
    after: change ? proficiencyOf(change.after) : judged.isDeleted ? null : now,
    why: wanted ? "yaml" : whyUnwanted(judged, other),
    ...(other !== undefined && { other: index.rows.skillById.get(other)?.name ?? other }),
    ...(manual && { manual }),
    ...(isPending(row?.mark) && { pending: row.mark }),
    sources: sourceFacts(wanted?.sources ?? [], index),
    ...(change?.verb === "remove" && change.source && { previousSource: change.source }),
  };
}

/** The planner's facts about one user and one skill. */
interface Judged {
  readonly skill: SkillSubject;
  readonly row: Row | undefined;
  readonly change: ReturnType<FactIndex["findChange"]>;
  readonly isDeleted: boolean;
}

function isDeleted({ id }: SkillSubject, { findChange }: FactIndex): boolean {
  return findChange({ kind: "skill", id }, { kind: "existence" })?.verb === "delete";
}

/** The other skill of a rename, if the assignment is part of the rename. */
function renamedWith({ row, change }: Judged): SkillId | undefined {
  if (change) return change.rename && ("from" in change.rename ? change.rename.from : change.rename.to);
  return row?.migration?.kind === "old" ? row.migration.to : undefined;
}

function whyUnwanted({ skill, row, change, isDeleted }: Judged, other: SkillId | undefined): AssignmentWhy {
  if (other !== undefined) return "renamed";
  if (skill.isReleased) return "released";
  if (isDeleted && row?.exclusive !== "setting") return "deleted";
  if (row?.ledger === undefined) return change ? "exclusive" : "manual";
  return change?.cause === "membership" ? "left-group" : "dropped";
}

function manualOf({ row, change }: Judged): AssignmentFact["manual"] {
  if (row?.mark === "reported") return "left";
  if (!row?.assignment) return undefined;
  if (change?.cause === "drift") return "put-back";
  return change?.cause === "conflict" ? "overwritten" : undefined;
}

function isPending(mark: Mark | undefined): mark is NonNullable<AssignmentFact["pending"]> {
  return mark !== undefined && mark !== "reported" && mark !== "migrating";
}

// ── Absent users ─────────────────────────────────────────────────────────────────────────────────────

/** The desired and applied assignments of an absent user; nothing changes until they return. */
export function assignmentsOfAbsent(subject: AbsentSubject, index: FactIndex): AssignmentFact[] {
  const { skillById, skillBySlug } = index.rows;
  const wanted = resolveSources([subject], (slug) => skillBySlug.get(slug)?.id);
  const applied = subject.item?.assignments ?? {};
  return [...new Set([...wanted.keys(), ...Object.keys(applied)])]
    .map((id): AssignmentFact => {
      const [skill, asked, item] = [skillById.get(id), wanted.get(id), applied[id]];
      return {
        user: absentFact(subject),
        skill: skill ? skillFact(skill) : { slug: "", name: item?.name ?? id, id: null },
        ...{ now: null, after: null },
        wanted: asked ? (asked.proficiency ?? "any") : null,
        applied: item?.proficiency ?? null,
        why: asked ? "yaml" : "dropped",
        sources: sourceFacts(asked?.sources ?? [], index),
      };
    })
    .sort((a, b) => bySkillName(a.skill, b.skill));
}

function sourceFacts(sources: readonly CarriedSource[], { profileName }: FactIndex): SourceFact[] {
  return sources.map(({ via, group, proficiency, source, from, until }) => ({
    via: via.kind,
    ...(group !== undefined && { group: group.name }),
    ...(via.kind === "profile" && { profile: profileName(via.profile) }),
    ...(via.kind === "profile" && via.from !== via.profile && { from: profileName(via.from) }),
    ...(proficiency !== undefined && { proficiency }),
    ...(from !== undefined && { firstDay: from }),
    ...(until !== undefined && { lastDay: until }),
    source,
  }));
}

// ── Counting ─────────────────────────────────────────────────────────────────────────────────────────

/** Counts of assignments by the effect of the next apply. */
export interface AssignmentCounts {
  readonly now: Count;
  readonly gaining: Count;
  readonly losing: Count;
  readonly changing: Count;
  /** Manual or released assignments that stay. */
  readonly manual: Count;
}

export function countAssignments(assignments: readonly AssignmentFact[]): AssignmentCounts {
  const count = (is: (one: AssignmentFact) => boolean): number => assignments.filter(is).length;
  return {
    now: count(({ now }) => now !== null),
    gaining: count(({ now, after }) => now === null && after !== null),
    losing: count(({ now, after }) => now !== null && after === null),
    changing: count(({ now, after }) => now !== null && after !== null && now !== after),
    manual: count(({ after, now, why }) => {
      return now !== null && after !== null && (why === "manual" || why === "released");
    }),
  };
}
