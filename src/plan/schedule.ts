/**
 * What the next days bring: the days on which a line of the YAML begins or has ended, who gains and loses what then,
 * and which skills nobody holds from then on. Only users whom a line with days names are looked at.
 */
import type {
  AssignmentSource,
  Desired,
  LiveUser,
  ScheduledChange,
  ScheduledDay,
  SkillId,
} from "../model.ts";
import { addDays, byText } from "../text.ts";
import { FOREVER } from "./dates.ts";
import { decide } from "./decide.ts";
import type { ResolvedAssignment, SubjectRows, UserSubject } from "./rows.ts";
import type { SourceLot } from "./subjects/resolve.ts";
import { resolveSources } from "./subjects/resolve.ts";
import type { SkillSubjects } from "./subjects/skills.ts";
import type { UserSubjects } from "./subjects/users.ts";

/** How many days after the day of the plan are read. */
const DAYS_AHEAD = 60;

interface ScheduleInputs {
  readonly desired: Desired;
  readonly skills: SkillSubjects;
  readonly users: Pick<UserSubjects, "named" | "dated" | "groupLots" | "groupAsks">;
  /** The subjects from which the plan is decided. */
  readonly subjects: SubjectRows;
  /** The members of groups are unknown, so users may keep a skill through a group. */
  readonly isEstimate: boolean;
}

/** A user whom a line with days names, with all sources that ask for their skills on any day. */
interface DatedPerson {
  readonly user: LiveUser | undefined;
  /** The e-mail or id in the YAML. */
  readonly ref: string;
  readonly lots: readonly SourceLot[];
}

export function scheduleDays(inputs: ScheduleInputs): ScheduledDay[] {
  const { skills, subjects } = inputs;
  const people = findPeople(inputs);
  if (people.length === 0) return [];
  const held = new Map(subjects.users.map((user) => [user.user.id, user]));
  const byDay = new Map<string, ScheduledChange[]>();
  for (const person of people) {
    const subject = person.user && held.get(person.user.id);
    for (const [day, changes] of changesOfPerson(person, holdingOf(subject), inputs)) {
      const known = byDay.get(day);
      if (known) known.push(...changes);
      else byDay.set(day, changes);
    }
  }
  const days = [...byDay].sort(([a], [b]) => byText(a, b));
  const counts = countHolders(
    new Set(days.flatMap(([, changes]) => changes.filter(isLoss).map(({ skill }) => skill))),
    subjects,
  );
  const nameOf = (skill: SkillId): string => skills.byId.get(skill)?.name ?? skill;
  return days.map(([day, changes]) => ({
    day,
    changes: changes.sort(
      (a, b) =>
        byText(a.email || a.name, b.email || b.name) ||
        byText(a.user ?? "", b.user ?? "") ||
        byText(nameOf(a.skill), nameOf(b.skill)) ||
        byText(a.skill, b.skill),
    ),
    uncovered: uncover(changes, counts).sort((a, b) => byText(nameOf(a.skill), nameOf(b.skill))),
  }));
}

function isLoss({ after }: ScheduledChange): boolean {
  return after === null;
}

// ── People ───────────────────────────────────────────────────────────────────────────────────────────

/** One for each user. Absent users are skipped, as in the plan. */
function findPeople(inputs: ScheduleInputs): DatedPerson[] {
  const { desired, users } = inputs;
  const later = users.dated;
  if (!later) return [];
  const refs = new Set(desired.dated?.users.map(({ user }) => user));
  const active = new Map(later.users.map((user) => [user.id, user]));
  const known = [...later.named].flatMap(([id, entries]): DatedPerson[] => {
    const user = active.get(id);
    const others = (users.named.get(id) ?? []).filter((entry) => !refs.has(entry.user));
    const lots = [...entries, ...others, ...(users.groupLots.get(id) ?? [])];
    return user ? [{ user, ref: user.email || user.id, lots }] : [];
  });
  const unknown = later.absent
    .filter(({ state }) => state === "unknown")
    .map(({ ref, sources }) => ({ user: undefined, ref, lots: [{ sources }] }));
  return [...known, ...unknown];
}

/** The skills of a user once the plan is applied. */
interface Holding {
  readonly held: Map<SkillId, number>;
  /** Whether the user keeps the skill on that day although no line asks for it, because its end is withheld. */
  readonly keeps: (skill: SkillId, day: string) => boolean;
}

function holdingOf(subject: UserSubject | undefined): Holding {
  if (!subject) return { held: new Map(), keeps: () => false };
  const ends = new Map(
    subject.ends.flatMap(({ field, mark, ledger = FOREVER }) =>
      field.kind === "until" && mark === "withheld" ? [[field.id, ledger]] : [],
    ),
  );
  return { held: heldAfterPlan(subject), keeps: (skill, day) => (ends.get(skill) ?? "") >= day };
}

/** The skills of the user once the plan is applied. */
function heldAfterPlan({ user, rows }: UserSubject): Map<SkillId, number> {
  const held = new Map(user.skills);
  for (const row of rows) {
    if (row.field.kind !== "skill") continue;
    const decision = decide(row);
    if (decision.kind === "remove") held.delete(row.field.id);
    if (decision.kind === "add" || decision.kind === "update") held.set(row.field.id, Number(decision.after));
  }
  return held;
}

// ── Days ─────────────────────────────────────────────────────────────────────────────────────────────

function changesOfPerson(
  { user, ref, lots }: DatedPerson,
  { held, keeps }: Holding,
  { desired, skills, users, isEstimate }: ScheduleInputs,
): Map<string, ScheduledChange[]> {
  const today = desired.dated?.day ?? "";
  const idOf = (slug: string): SkillId | undefined => {
    const skill = skills.bySlug.get(slug);
    const isJudged = skill?.state === "live" || skill?.state === "new";
    return isJudged && !skill.isReleased ? skill.id : undefined;
  };
  const email = user?.email ?? (ref.includes("@") ? ref : "");
  const about = { user: user?.id ?? null, name: user?.name || ref, email };
  const byDay = new Map<string, ScheduledChange[]>();
  let before = resolveSources(lotsOn(today, lots), idOf);
  for (const day of turningDays(today, lots)) {
    const after = resolveSources(lotsOn(day, lots), idOf);
    const changes: ScheduledChange[] = [];
    for (const skill of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(skill), after.get(skill)];
      const has = held.get(skill) ?? null;
      const level = levelAfter(was, is, has, desired.settings.defaultProficiency);
      const source = (is ?? was)?.sources[0]?.source;
      if (level === has || !source) continue;
      if (level === null && isEstimate && users.groupAsks(skill)) continue;
      if (level === null && keeps(skill, day)) continue;
      changes.push({ ...about, skill, before: has, after: level, source });
      if (level === null) held.delete(skill);
      else held.set(skill, level);
    }
    if (changes.length > 0) byDay.set(day, changes);
    before = after;
  }
  return byDay;
}

/** The proficiency from a day on. A value that no day changes stays as it is, even if it was changed manually. */
function levelAfter(
  was: ResolvedAssignment | undefined,
  is: ResolvedAssignment | undefined,
  has: number | null,
  fresh: number,
): number | null {
  if (!is) return null;
  if (!was) return is.proficiency ?? has ?? fresh;
  if (has === null || was.proficiency === is.proficiency) return has;
  return is.proficiency ?? has;
}

/** The days to come on which a source begins, or the first without one; in order. */
function turningDays(today: string, lots: readonly SourceLot[]): string[] {
  const last = addDays(today, DAYS_AHEAD);
  const days = lots.flatMap(({ sources }) =>
    sources.flatMap(({ from, until }) => [from ?? [], until === undefined ? [] : addDays(until, 1)].flat()),
  );
  return [...new Set(days)].filter((day) => day > today && day <= last).sort(byText);
}

function lotsOn(day: string, lots: readonly SourceLot[]): SourceLot[] {
  const counts = ({ from, until }: AssignmentSource): boolean =>
    (from === undefined || from <= day) && (until === undefined || day <= until);
  return lots.map((lot) => ({ ...lot, sources: lot.sources.filter(counts) }));
}

// ── Coverage ─────────────────────────────────────────────────────────────────────────────────────────

/** The number of holders of each skill once the plan is applied, manual holders included. */
function countHolders(skills: ReadonlySet<SkillId>, { users }: SubjectRows): Map<SkillId, number> {
  const counts = new Map([...skills].map((skill) => [skill, 0]));
  if (skills.size === 0) return counts;
  for (const user of users) {
    for (const skill of heldAfterPlan(user).keys()) {
      const count = counts.get(skill);
      if (count !== undefined) counts.set(skill, count + 1);
    }
  }
  return counts;
}

/** Adds the changes of a day to the counts; returns the skills that lose their last holder on it. */
function uncover(
  changes: readonly ScheduledChange[],
  counts: Map<SkillId, number>,
): { skill: SkillId; before: number }[] {
  const earlier = new Map(counts);
  for (const { skill, before, after } of changes) {
    const count = counts.get(skill);
    if (count !== undefined) counts.set(skill, count + Number(after !== null) - Number(before !== null));
  }
  return [...counts].flatMap(([skill, count]) => {
    const before = earlier.get(skill) ?? 0;
    return before > 0 && count === 0 ? [{ skill, before }] : [];
  });
}
