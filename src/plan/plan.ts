/**
 * The planner: computes from desired, ledger and live a plan, the ledger after it, and the rows that both come from. It
 * uses no clock, file, network or environment, and the same input gives the same bytes. The premise: only positive
 * evidence causes a change. What desired doesn't name is removed only if the ledger holds it, and an incomplete list
 * proves nothing. README.md beside this file explains the six steps.
 */
import type {
  Desired,
  Ledger,
  Live,
  LiveSkill,
  Note,
  Operation,
  OtherLedger,
  Plan,
  PlannedSkill,
  Refusal,
  SkillId,
  Value,
} from "../model.ts";
import { changesOf } from "./changes.ts";
import { costOf } from "./cost.ts";
import type { AttemptedYaml, Dates } from "./dates.ts";
import { readDates } from "./dates.ts";
import type { Delta } from "./delta.ts";
import { planFingerprint } from "./fingerprint.ts";
import { ALLOWABLE } from "./guards/allowable.ts";
import { refuseDraft, refuseInputs } from "./guards/guards.ts";
import { buildDelta } from "./ledger-after.ts";
import { noteAll, noteSchedule } from "./notes.ts";
import { decideRows, toStages, withheldOperations } from "./operations.ts";
import { applyPolicies } from "./policy/policies.ts";
import { isReadOld, shownBy } from "./policy/records.ts";
import { leaveUnscheduled } from "./policy/scheduled.ts";
import { withhold } from "./policy/withhold.ts";
import { liveSkills, recoverSkills, showOwnSkills } from "./match/recover.ts";
import type { Previous } from "./previous.ts";
import { readPrevious } from "./previous.ts";
import type { Release } from "./release.ts";
import { release } from "./release.ts";
import type { Renames } from "./rename/find.ts";
import { findRenames } from "./rename/find.ts";
import type { Row, Rows, SubjectRows, UserSubject } from "./rows.ts";
import { scheduleDays } from "./schedule.ts";
import type { ProfileSubjects } from "./subjects/profiles.ts";
import { profileSubjects } from "./subjects/profiles.ts";
import type { SkillSubjects } from "./subjects/skills.ts";
import { skillSubjects } from "./subjects/skills.ts";
import type { UserSubjects } from "./subjects/users.ts";
import { userSubjects } from "./subjects/users.ts";
import { summarize } from "./summary.ts";
import type { ChangeContext, RowOwner } from "./to-change.ts";
import { toChange } from "./to-change.ts";

export interface PlanInputs {
  readonly desired: Desired;
  /** Null if nothing was applied before: then nothing can be removed. */
  readonly ledger: Ledger | null;
  readonly live: Live;
  /**
   * The YAML of the applied revision, so that a removal can point at the line that asked for the assignment. It is called
   * only if that is needed.
   */
  readonly previous?: () => Desired | undefined;
  /** The day for which `desired` was read, `YYYY-MM-DD`. Without one, no end that the ledger holds has passed. */
  readonly day?: string;
  /** Where the day is another than the one that was recorded with it: what the days of its lines explain. */
  readonly attempted?: () => AttemptedYaml | undefined;
  /** `desired` is the YAML of the applied revision. Default false. */
  readonly isUnedited?: boolean;
  /** Codes of refusals that somebody allows on purpose. */
  readonly allow: ReadonlySet<string>;
  /** Whether IN_USE is allowed for this skill. Default: for none. */
  readonly allowsInUse?: (skill: SkillId) => boolean;
  /** The rate limit, for the cost. */
  readonly requestsPerMinute: number;
  /** The ledgers of the repository's other targets. Default: none. */
  readonly otherLedgers?: readonly OtherLedger[];
  /** `live` is estimated from the ledger: what the ledger lacks is unknown, not absent. Default false. */
  readonly isEstimate?: boolean;
  /** Ids of changes to withhold. Default: none. */
  readonly withheld?: ReadonlySet<string>;
  /** Only what is due by a date is done, and no guard is asked but whether things can be compared. Default false. */
  readonly isScheduled?: boolean;
  /** Reads may be older than the last write. Default false. */
  readonly readsMayBeOld?: boolean;
}

export interface Planned {
  readonly plan: Plan;
  readonly delta: Delta;
  readonly rows: Rows;
  /** The rows that the planner decided on: without those of assignments on which desired, ledger and live agree. */
  readonly subjects: SubjectRows;
  /** The plan changes or forgets a value that live shows from before the last write. */
  readonly isReadOld: boolean;
}

/** The skills of desired, ledger and live: steps 1 and 2, and of step 3 what concerns skills. */
export interface MatchedSkills {
  readonly released: Release;
  readonly renames: Renames;
  readonly skills: SkillSubjects;
}

export function matchSkills(inputs: Pick<PlanInputs, "desired" | "ledger" | "live">): MatchedSkills {
  const { desired, ledger, live } = inputs;
  // With what a dead run created, renamed or finished.
  const released = release(desired, recoverSkills(ledger, live), live);
  const renames = findRenames(released, live);
  return { released, renames, skills: skillSubjects(released, live, renames) };
}

/**
 * Runs the six steps. The plan is empty if a refusal says that desired, ledger and live can't be compared. `known`: the
 * skills of these inputs, if they were matched already.
 */
export function plan(read: PlanInputs, known?: MatchedSkills): Planned {
  const inputs = read.readsMayBeOld ? { ...read, live: showOwnSkills(read.ledger, read.live) } : read;
  const found = known && inputs === read ? known : matchSkills(inputs);
  const { released, renames } = found;
  const matched = matchSubjects(found, inputs);
  const { subjects, context } = makeRows(released, matched, inputs);
  const operations = decideRows(subjects, context, inputs.live);
  const parts = { released, renames, matched, subjects, context, operations };
  return { ...toPlanned(parts, inputs), isReadOld: hasOldReads(parts, read) };
}

/** The skills that a plan of these inputs may delete, for which references must be looked up. */
export function skillsThatMayGo(inputs: PlanInputs, { skills } = matchSkills(inputs)): LiveSkill[] {
  const { ledger, live } = inputs;
  if (!ledger || live.view === "limited") return [];
  return skills.all.flatMap(({ entry, item, live: skill, state }) =>
    skill && item && !entry && state === "live" ? [skill] : [],
  );
}

function isAllowed(code: Refusal["code"], { allow }: PlanInputs): boolean {
  return allow.has(code) && ALLOWABLE.includes(code);
}

// ── Match ────────────────────────────────────────────────────────────────────────────────────────────

interface Matched {
  readonly skills: SkillSubjects;
  readonly profiles: ProfileSubjects;
  readonly users: UserSubjects;
  readonly previous: Previous;
  readonly dates: Dates;
}

function matchSubjects({ released, skills }: MatchedSkills, inputs: PlanInputs): Matched {
  const { desired, ledger } = released;
  const { live } = inputs;
  const previous = readPrevious(inputs.previous, ledger, live, skills);
  const { day, attempted, previous: applied, isUnedited = false } = inputs;
  return {
    ...{ skills, previous },
    dates: readDates({ ...{ day, attempted, applied, isUnedited, desired }, ...{ ledger, live, skills } }),
    profiles: profileSubjects(desired.profiles, ledger, live, skills),
    users: userSubjects({
      ...{ desired, ledger, live, skills, wasNamed: previous.wasNamed },
      needsAllRows: inputs.isScheduled === true,
    }),
  };
}

// ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────

function makeRows(
  { desired, ledger }: Release,
  matched: Matched,
  inputs: PlanInputs,
): { readonly subjects: SubjectRows; readonly context: ChangeContext } {
  const { skills, profiles, users, previous, dates } = matched;
  const context = { target: desired.target, skills, groupAsks: users.groupAsks, previous, dates };
  const judged = applyPolicies(
    {
      ...{ skills: skills.all, profiles: profiles.all },
      ...{ users: users.active, inactive: users.inactive },
    },
    {
      ...{ settings: desired.settings, live: inputs.live, groupAsks: (skill) => users.groupAsks(skill) },
      ...{ hasLedger: ledger !== null, isEstimate: inputs.isEstimate === true },
      readsMayBeOld: inputs.readsMayBeOld === true,
      mayDeleteInUse: (skill) => isAllowed("IN_USE", inputs) || inputs.allowsInUse?.(skill) === true,
      begun: begunReplacements(ledger),
    },
  );
  const due = inputs.isScheduled ? leaveUnscheduled(judged, context) : judged;
  return { subjects: withhold(due, inputs.withheld ?? new Set(), context), context };
}

function begunReplacements(ledger: Ledger | null): ReadonlySet<SkillId> {
  return new Set(ledger?.replacements.map(({ id }) => id));
}

// ── Plan ─────────────────────────────────────────────────────────────────────────────────────────────

interface Parts {
  readonly released: Release;
  readonly renames: Renames;
  readonly matched: Matched;
  readonly subjects: SubjectRows;
  readonly context: ChangeContext;
  /** The decided operations, even if the inputs can't be compared. */
  readonly operations: readonly Operation[];
}

function toPlanned(parts: Parts, inputs: PlanInputs): Omit<Planned, "isReadOld"> {
  const { released, renames, matched, subjects } = parts;
  const { desired, ledger } = released;
  const inputRefusals = refuseInputs({ ...inputs, otherLedgers: inputs.otherLedgers ?? [] });
  const isComparable = inputRefusals.every(({ code }) => isAllowed(code, inputs));
  const stages = isComparable ? toStages(parts.operations) : [];
  const operations = stages.flat();
  const draft = {
    desired,
    ledger,
    live: inputs.live,
    operations,
    subjects,
    begun: begunReplacements(ledger),
  };
  const refusals =
    isComparable && !inputs.isScheduled
      ? [...inputRefusals, ...matchRefusals(parts), ...refuseDraft(draft)]
      : inputRefusals;
  const rows = toRows(subjects, matched);
  const scheduled = isComparable
    ? scheduleDays({
        ...{ desired, subjects, skills: matched.skills, users: matched.users },
        isEstimate: inputs.isEstimate === true,
      })
    : [];
  return {
    plan: {
      version: 2,
      target: desired.target,
      organization: inputs.live.organization,
      dialect: inputs.live.dialect,
      hasLedger: inputs.ledger !== null,
      isEstimate: inputs.isEstimate === true,
      skills: isComparable ? plannedSkills(draft) : {},
      stages,
      withheld: isComparable ? withheldOperations(subjects) : [],
      scheduled,
      notes: isComparable ? [...notesOf(parts, operations, inputs), ...noteSchedule(scheduled)] : [],
      refusals: refusals.filter(({ code }) => !isAllowed(code, inputs)),
      allowed: refusals.filter(({ code }) => isAllowed(code, inputs)),
      summary: summarize(operations),
      cost: costOf(operations, inputs.requestsPerMinute),
      fingerprint: planFingerprint(changesOf(operations)),
    },
    delta: buildDelta({
      ...{ subjects, operations, absent: matched.users.absent, spent: renames.spent },
      ...{ target: desired.target, ledger, live: inputs.live, skillById: rows.skillById },
      readsMayBeOld: inputs.readsMayBeOld === true,
    }),
    ...{ rows, subjects },
  };
}

function matchRefusals({ renames, matched: { skills, profiles, users } }: Parts): Refusal[] {
  return [...renames.refusals, ...skills.refusals, ...profiles.refusals, ...users.refusals];
}

function notesOf(
  { released, renames, matched, subjects }: Parts,
  operations: readonly Operation[],
  inputs: PlanInputs,
): Note[] {
  const { skills, profiles, users, previous } = matched;
  return noteAll({
    ...{ subjects, operations, desired: released.desired, live: inputs.live },
    ...{ hasLedger: released.ledger !== null, reserved: renames.reserved },
    ...{ wasNamed: previous.wasNamed, complete: users.complete },
    earlier: [...renames.notes, ...skills.notes, ...profiles.notes, ...users.notes],
  });
}

/** Every skill that a change, note or refusal may speak of. */
function plannedSkills({
  subjects: { skills },
  begun,
}: {
  readonly subjects: SubjectRows;
  readonly begun: ReadonlySet<SkillId>;
}): Record<SkillId, PlannedSkill> {
  return Object.fromEntries(
    skills
      .filter(({ entry, item }) => entry ?? item)
      .map(({ id, name, slug, live }) => [
        id,
        { name, slug, isLive: live !== undefined, ...(begun.has(id) && { isBeingReplaced: true }) },
      ]),
  );
}

/** The rows that no plan needs are made when something reads users. */
function toRows({ skills, profiles, users, inactive }: SubjectRows, matched: Matched): Rows {
  const { complete } = matched.users;
  let active: readonly UserSubject[] | undefined;
  let others: readonly UserSubject[] | undefined;
  return {
    ...{ skills, profiles },
    get users() {
      return (active ??= users.map(complete));
    },
    get inactive() {
      return (others ??= inactive.map(complete));
    },
    skillById: new Map(skills.map((skill) => [skill.id, skill])),
    skillBySlug: new Map(
      skills.flatMap((skill) => (skill.entry ? [[skill.entry.slug, skill] as const] : [])),
    ),
    absent: matched.users.absent,
    groups: matched.users.groups,
  };
}

/** Whether a changed or forgotten row shows a value from before our last write. */
function hasOldReads({ subjects, context }: Parts, { live, readsMayBeOld = false }: PlanInputs): boolean {
  if (!readsMayBeOld) return false;
  const shown = new Map(liveSkills(live).map((skill) => [skill.id, skill]));
  const dependsOn = (row: Row, live: Value | null, owner: RowOwner): boolean => {
    if (!isReadOld(row, live, readsMayBeOld)) return false;
    return toChange(row, owner, context) !== null || (row.ledger !== undefined && row.desired === undefined);
  };
  return (
    subjects.users.some((user) =>
      user.rows.some((row) => {
        const live = row.field.kind === "skill" ? (user.user.skills.get(row.field.id) ?? null) : null;
        return dependsOn(row, live, { subject: { kind: "user", id: user.user.id }, user });
      }),
    ) ||
    subjects.skills.some((skill) =>
      skill.rows.some((row) =>
        dependsOn(row, shownBy(shown.get(skill.id), row.field), {
          subject: { kind: "skill", id: skill.id },
          skill,
        }),
      ),
    ) ||
    subjects.profiles.some(({ id, live: profile, rows }) =>
      rows.some((row) => {
        return dependsOn(row, shownBy(profile, row.field), { subject: { kind: "profile", id } });
      }),
    )
  );
}
