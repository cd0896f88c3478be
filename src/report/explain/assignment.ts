/** One user and one skill, now and after the next apply, with every reason why. */
import type { Place, SkillId, Slug } from "../../model.ts";
import { resolveSources } from "../../plan/subjects/resolve.ts";
import type { AbsentSubject, CarriedSource, Mark, Row, SkillSubject, UserSubject } from "../../plan/rows.ts";
import type { MemberState } from "../members.ts";
import { proficiencyOf } from "../planned-rows.ts";
import type { FactIndex } from "./fact-index.ts";
import { bySkillName } from "./fact-index.ts";

export interface SkillFact {
  readonly slug: Slug;
  readonly name: string;
  /** Null where the organisation doesn't have the skill. */
  readonly id: string | null;
}

export interface UserFact {
  /** E-mail, or the id of a user who has none; where the user isn't found, what the YAML calls them. */
  readonly ref: string;
  readonly id: string | null;
  /** Null where the user isn't in the list of active users. */
  readonly name: string | null;
  /** Whether the YAML or the ledger names the user, and not only a group of theirs. */
  readonly named: boolean;
  readonly state: MemberState;
  /** The e-mail by which the YAML still names the user, where they have another one now. */
  readonly previousEmail?: string;
}

export interface AssignmentFact {
  readonly user: UserFact;
  readonly skill: SkillFact;
  /** Proficiency; null where the user doesn't hold the skill. */
  readonly now: number | null;
  /** `any` where the YAML wants the skill at whatever proficiency; null where it doesn't want it. */
  readonly wanted: number | "any" | null;
  /** The proficiency applied last; null where the ledger doesn't have it. */
  readonly applied: number | null;
  /** Proficiency after the next apply; null for not held. */
  readonly after: number | null;
  readonly why: AssignmentWhy;
  /** Name of the skill that this one is renamed from or to, where `why` is `renamed`. */
  readonly other?: string;
  /** How the next apply treats a manual change to what the YAML wants. */
  readonly manual?: "put-back" | "overwritten" | "left";
  /** Why the next apply leaves it as it is, whatever the YAML says. */
  readonly pending?: Exclude<Mark, "reported" | "migrating">;
  /** Every source in the YAML, the one that decides first. */
  readonly sources: readonly SourceFact[];
  /** Where the YAML of the last apply asked for what it no longer wants. */
  readonly previousSource?: Place;
}

/**
 * - `yaml`: the YAML wants it.
 * - `manual`: no YAML wants it, so it stays.
 * - `exclusive`: no YAML wants it, and only the YAML says who has this skill, so it goes.
 * - `dropped`: it is ours until the next apply, and the YAML no longer wants it.
 * - `left-group`: likewise, because the user is no longer in the group that the YAML gives it to.
 * - `renamed`: it comes or goes with the rename of a skill.
 * - `deleted`: it goes with the skill.
 * - `let-go`: `managed: false`, so it stays.
 */
type AssignmentWhy =
  "yaml" | "manual" | "exclusive" | "dropped" | "left-group" | "renamed" | "deleted" | "let-go";

/** One line of the YAML that wants a user to hold a skill. */
export interface SourceFact {
  readonly via: "user" | "group" | "profile";
  /** The group that carried it to the user, to whom the line or the profile belongs. */
  readonly group?: string;
  /** Name of the profile whose member the user is. */
  readonly profile?: string;
  /** Name of the profile that names the skill, where it is an ancestor. */
  readonly from?: string;
  /** Absent: any proficiency will do. */
  readonly proficiency?: number;
  /** The first and the last day on which it counts, where the YAML names one. */
  readonly firstDay?: string;
  readonly lastDay?: string;
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

/** All that a user holds, is to hold or is to lose, sorted by name of skill. */
export function assignmentsOf(subject: UserSubject, index: FactIndex): AssignmentFact[] {
  const own = subject.rows.flatMap(({ field }) => (field.kind === "skill" ? field.id : []));
  return [...new Set([...own, ...subject.user.skills.keys()])]
    .flatMap((id) => {
      const skill = index.rows.skillById.get(id);
      return (skill && assignmentOf(subject, skill, index)) ?? [];
    })
    .sort((a, b) => bySkillName(a.skill, b.skill));
}

/** Null where the user neither holds the skill nor is to hold it. */
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

/** The other skill of a rename. A holder who loses the old one without getting the new has no part in it. */
function renamedWith({ row, change }: Judged): SkillId | undefined {
  if (change) return change.rename && ("from" in change.rename ? change.rename.from : change.rename.to);
  return row?.migration?.kind === "old" ? row.migration.to : undefined;
}

function whyUnwanted({ skill, row, change, isDeleted }: Judged, other: SkillId | undefined): AssignmentWhy {
  if (other !== undefined) return "renamed";
  if (skill.isReleased) return "let-go";
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

/** The wanted and the applied assignments of somebody who isn't there; nothing changes until they are back. */
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

/** Assignments by what the next apply makes of them. */
export interface AssignmentCounts {
  readonly now: number;
  readonly gaining: number;
  readonly losing: number;
  readonly changing: number;
  /** Held now manually, or let go of; those that stay. */
  readonly manual: number;
}

export function countAssignments(assignments: readonly AssignmentFact[]): AssignmentCounts {
  const count = (is: (one: AssignmentFact) => boolean): number => assignments.filter(is).length;
  return {
    now: count(({ now }) => now !== null),
    gaining: count(({ now, after }) => now === null && after !== null),
    losing: count(({ now, after }) => now !== null && after === null),
    changing: count(({ now, after }) => now !== null && after !== null && now !== after),
    manual: count(({ after, now, why }) => {
      return now !== null && after !== null && (why === "manual" || why === "let-go");
    }),
  };
}
