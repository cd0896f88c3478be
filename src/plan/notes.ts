/** The notes of a plan. */
import type {
  Desired,
  DriftLeft,
  Live,
  Note,
  Operation,
  Plan,
  SkillId,
  UnmanagedAssignment,
  Value,
} from "../model.ts";
import type { Decision } from "./decide.ts";
import { decide } from "./decide.ts";
import { uncoveredSkills } from "./guards/guards.ts";
import { referencesOf } from "./policy/policies.ts";
import type { ProfileSubject, Row, UserSubject, SubjectRows } from "./rows.ts";
import type { UserSubjects } from "./subjects/users.ts";

interface NoteInputs {
  readonly subjects: SubjectRows;
  readonly operations: readonly Operation[];
  readonly desired: Desired;
  readonly live: Live;
  readonly hasLedger: boolean;
  /** Live skills that a rename names; these don't count as unmanaged. */
  readonly reserved: ReadonlySet<string>;
  /** Whether the YAML of the applied revision named the user. */
  readonly wasNamed: (userId: string) => boolean;
  readonly complete: UserSubjects["complete"];
  /** Notes of earlier steps. */
  readonly earlier: readonly Note[];
}

export function noteAll(inputs: NoteInputs): Note[] {
  const { subjects, operations, desired, live, earlier } = inputs;
  const counts = countRows(subjects);
  const notes: Note[] = [
    ...earlier,
    ...stillUsed(inputs),
    ...notSearched(operations),
    ...driftLeft(subjects),
    ...keptByGroups(inputs),
  ];
  if (live.dialect === "cloud") notes.push(...otherNames(subjects));
  if (counts.adoptedSkills + counts.adopted > 0) {
    notes.push({ code: "ADOPTED", skills: counts.adoptedSkills, assignments: counts.adopted });
  }
  if (counts.goneSkills + counts.gone > 0) {
    notes.push({ code: "ALREADY_GONE", skills: counts.goneSkills, assignments: counts.gone });
  }
  const names = unmanagedNames(inputs);
  if (names.length > 0) notes.push({ code: "UNMANAGED_SKILLS", names });
  if (counts.unmanaged > 0) {
    const { unmanaged: count, unmanagedUsers, firstUnmanaged: first } = counts;
    notes.push({ code: "UNMANAGED_ASSIGNMENTS", count, users: unmanagedUsers, first });
  }
  if (desired.settings.guard.uncovered === "warn") {
    const bare = uncoveredSkills({ desired, subjects, operations });
    notes.push(...bare.map((refusal) => ({ ...refusal, code: "NOW_UNCOVERED" }) as const));
  }
  if (counts.unsettled > 0) notes.push({ code: "UNSETTLED", count: counts.unsettled });
  if (live.view === "limited") notes.push({ code: "LIMITED_VIEW" });
  return notes;
}

/** People who were taken out of the YAML, often because they left their team, and whose groups still give them skills. */
function keptByGroups({ subjects, wasNamed, complete }: NoteInputs): Note[] {
  return subjects.users.flatMap((subject): Note[] => {
    const { user, ref, lots } = subject;
    const isNamed = lots.some(({ sources }) => sources.some(({ group }) => group === undefined));
    if (lots.length === 0 || isNamed || !wasNamed(user.id)) return [];
    const { rows } = complete(subject);
    const kept = rows.filter(({ assignment }) => assignment !== undefined);
    const groups = kept.flatMap(({ assignment }) => assignment?.group?.name ?? []);
    if (kept.length === 0) return [];
    const skills = kept.flatMap(({ field }) => (field.kind === "skill" ? field.id : []));
    return [{ code: "KEPT_BY_GROUP", user: ref, groups: [...new Set(groups)].sort(), skills }];
  });
}

/** The plan's data says what happens on the days to come; the note says on how many days. */
export function noteSchedule({ length: days }: Plan["scheduled"]): Note[] {
  return days > 0 ? [{ code: "SCHEDULED", days }] : [];
}

// ── Counts ───────────────────────────────────────────────────────────────────────────────────────────

/** How many manual assignments a note names. */
const FIRST = 3;

interface RowCounts {
  readonly adoptedSkills: number;
  readonly adopted: number;
  readonly goneSkills: number;
  readonly gone: number;
  readonly unmanaged: number;
  readonly unmanagedUsers: number;
  readonly firstUnmanaged: readonly UnmanagedAssignment[];
  readonly unsettled: number;
}

/** Counts rows. Manual profile entries don't count as unmanaged, because they are no assignments. */
function countRows({ skills, profiles, users }: SubjectRows): RowCounts {
  const existence = skills.flatMap(({ rows }) => rows.filter(({ field }) => field.kind === "existence"));
  const assigned = profiles.flatMap(({ rows }) => rows.filter(({ field }) => field.kind === "skill"));
  let [adopted, gone, unmanaged, unmanagedUsers, unsettled] = [0, 0, 0, 0, 0];
  const count = (row: Row): boolean => {
    if (row.mark === "unsettled") unsettled++;
    if (row.mark) return false;
    const verdict = decide(row);
    if (isAdopted(row, verdict)) adopted++;
    if (verdict.kind === "already-gone") gone++;
    return verdict.kind === "unmanaged";
  };
  for (const row of assigned) count(row);
  const firstUnmanaged: UnmanagedAssignment[] = [];
  for (const { ref: user, named, rows } of users) {
    let own = 0;
    for (const row of rows) {
      if (!count(row)) continue;
      own++;
      const { field, live } = row;
      if (firstUnmanaged.length === FIRST || field.kind !== "skill" || live === undefined) continue;
      firstUnmanaged.push({ user, named, skill: field.id, proficiency: Number(live) });
    }
    unmanaged += own;
    unmanagedUsers += Number(own > 0);
  }
  return {
    adoptedSkills: existence.filter((row) => !row.mark && isAdopted(row)).length,
    goneSkills: existence.filter((row) => !row.mark && decide(row).kind === "already-gone").length,
    ...{ adopted, gone, unmanaged, unmanagedUsers, firstUnmanaged, unsettled },
  };
}

/** There already, and ours from now on. */
function isAdopted(row: Row, verdict: Decision = decide(row)): boolean {
  if (row.migration?.kind === "new" && row.migration.manual) return false;
  return verdict.kind === "nothing" ? verdict.adopted : verdict.kind === "update" && row.ledger === undefined;
}

function unmanagedNames({ subjects, reserved }: NoteInputs): string[] {
  return subjects.skills
    .filter(({ id, entry, item, live, state }) => {
      return live && !entry && !item && state === "live" && !reserved.has(id);
    })
    .map(({ name }) => name)
    .sort();
}

// ── Renames and deletes ──────────────────────────────────────────────────────────────────────────────

/** Old skills without remaining holders to migrate that something still refers to. */
function stillUsed({ subjects, live }: NoteInputs): Note[] {
  if (subjects.skills.every(({ replacedBy }) => replacedBy === undefined)) return [];
  const waiting = new Map<SkillId, number>();
  for (const { rows } of subjects.users) {
    for (const { mark, migration } of rows) {
      if (mark !== "migrating" || migration?.kind !== "new") continue;
      waiting.set(migration.from, (waiting.get(migration.from) ?? 0) + 1);
    }
  }
  return subjects.skills.flatMap(({ id, replacedBy, rows: [existence] }): Note[] => {
    if (replacedBy === undefined || existence?.mark !== "migrating") return [];
    const references = referencesOf(id, live);
    return [{ code: "STILL_USED", skill: id, replacedBy, references, waiting: waiting.get(id) ?? 0 }];
  });
}

/** The note about places that can't be searched, for the skills that these operations delete. */
export function notSearched(operations: readonly Operation[]): Note[] {
  const skills = operations.flatMap(({ subject, deletion }) => (deletion ? [subject.id] : []));
  return skills.length > 0 ? [{ code: "NOT_SEARCHED", skills }] : [];
}

/** Notes about different names: the `cloud` API can't rename. */
function otherNames({ skills }: SubjectRows): Note[] {
  return skills.flatMap(({ id, entry, live, isReleased }) =>
    entry && live && !isReleased && entry.name !== live.name
      ? [{ code: "NAME_DIFFERS", skill: id, desired: entry.name, live: live.name } as const]
      : [],
  );
}

// ── Drift that is only reported ──────────────────────────────────────────────────────────────────────

function driftLeft({ users, profiles }: SubjectRows): Note[] {
  return [
    ...profiles.filter(isDrifting).flatMap(profileDrift),
    ...users.filter(isDrifting).flatMap(userDrift),
  ];
}

function isDrifting({ rows }: ProfileSubject | UserSubject): boolean {
  return rows.some(({ mark }) => mark === "reported");
}

function userDrift({ user, ref, named, rows }: UserSubject): DriftLeft[] {
  const about = { subject: { kind: "user", id: user.id } as const, holder: ref, named };
  return rows.flatMap((row) => leftRow(row, about));
}

function profileDrift({ id, name, rows }: ProfileSubject): DriftLeft[] {
  const about = { subject: { kind: "profile", id } as const, holder: name, named: true };
  return rows.flatMap((row) => leftRow(row, about));
}

function leftRow(
  { field, mark, ledger, live }: Row,
  about: Pick<DriftLeft, "subject" | "holder" | "named">,
): DriftLeft[] {
  if (mark !== "reported" || field.kind !== "skill" || ledger === undefined) return [];
  return [
    {
      code: "DRIFT_LEFT",
      ...about,
      skill: field.id,
      applied: level(ledger),
      live: live === undefined ? null : level(live),
    },
  ];
}

function level(value: Value): number | true {
  return typeof value === "string" ? Number(value) : value;
}
