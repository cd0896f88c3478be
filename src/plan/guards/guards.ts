/**
 * The guards: rules that refuse a plan. Each rule is one function, which sees the finished operations and rows and
 * returns what must not happen unless it is allowed.
 */
import type {
  AssignmentSource,
  Change,
  Desired,
  Ledger,
  LedgerSkill,
  Listing,
  Live,
  Operation,
  OtherLedger,
  Refusal,
  RefusalCode,
  SkillId,
} from "../../model.ts";
import { groupBy } from "../../group-by.ts";
import { addDays, isNewSkillId, byText } from "../../text.ts";
import { changesOf, isEndPassed, isEndSet } from "../changes.ts";
import { FOREVER } from "../dates.ts";
import { decide } from "../decide.ts";
import { isInUse, referencesOf } from "../policy/policies.ts";
import { heldAfter, MAX_SKILLS_PER_USER } from "../rename/migrate.ts";
import type { Row, UserSubject, SubjectRows } from "../rows.ts";
import { isLoss } from "../summary.ts";
import { findMaybeRenames } from "./likeness.ts";

/** Refusals after which nothing can be compared; the plan is then empty, which means nothing. */
export const NOT_COMPARED: readonly RefusalCode[] = [
  "INCOMPLETE",
  "WRONG_ORG",
  "WRONG_DIALECT",
  "OTHER_LEDGER",
  "SHARED_ORG",
  "MANY_GONE",
];

// ── Before the rows: is this the right organisation, and complete? ──────────────────────────────────

interface GuardInputs {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
  readonly otherLedgers: readonly OtherLedger[];
}

type InputRule = (inputs: GuardInputs) => readonly Refusal[];

const incomplete: InputRule = ({ live }) => {
  const lists: [string, Listing<unknown>][] = [
    ["skills", live.skills],
    ["users", live.users],
    ["groups", live.groups],
    ...(live.divisions ? [["divisions", live.divisions] as [string, Listing<unknown>]] : []),
    ["profiles", live.profiles],
  ];
  return lists.flatMap(([list, listing]) =>
    listing.kind === "incomplete" ? [{ code: "INCOMPLETE", list, reason: listing.reason } as const] : [],
  );
};

const wrongOrganization: InputRule = ({ desired, ledger, live }) => {
  const found = live.organization.id;
  const refusals: Refusal[] = [];
  const { organization } = desired.settings;
  if (organization !== undefined && organization.toLowerCase() !== found.toLowerCase()) {
    refusals.push({ code: "WRONG_ORG", by: "settings", expected: organization, found });
  }
  if (ledger && ledger.organization !== found) {
    refusals.push({ code: "WRONG_ORG", by: "ledger", expected: ledger.organization, found });
  }
  return refusals;
};

const wrongDialect: InputRule = ({ ledger, live }) =>
  ledger && ledger.dialect !== live.dialect
    ? [{ code: "WRONG_DIALECT", expected: ledger.dialect, found: live.dialect }]
    : [];

/** One organisation has one ledger: with two, each target would see the other's work as manual. */
const otherLedger: InputRule = ({ ledger, live, otherLedgers }) => {
  const others = otherLedgers.filter(({ organization }) => organization === live.organization.id);
  return others.map(({ target, isInRepository }) =>
    ledger || isInRepository ? { code: "SHARED_ORG", target } : { code: "OTHER_LEDGER", target },
  );
};

const MANY_GONE_AT_LEAST = 2;
const MANY_GONE_SHARE = 0.2;

/**
 * A complete list may still come from the wrong organisation, or from one whose data is being moved. Counts only what
 * existed at the last apply.
 */
const manyGone: InputRule = ({ ledger, live }) => {
  if (!ledger) return [];
  const here = live.absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  const late = live.absentSkills.filter(({ state }) => state !== "deleted");
  const made = ledger.skills.filter((skill) => !isNewSkillId(skill.id) && !mayBeDeleted(skill));
  const lists = [
    { list: "skills", kind: live.skills.kind, known: made, live: [...live.skills.entities, ...late] },
    {
      list: "users",
      kind: live.users.kind,
      known: ledger.users.filter(({ absent, email, assignments }) => {
        return absent === undefined && (email !== undefined || Object.keys(assignments).length > 0);
      }),
      live: [...live.users.entities, ...here],
    },
    {
      list: "profiles",
      kind: live.profiles.kind,
      known: ledger.profiles,
      live: live.profiles.entities,
    },
  ] as const;
  return lists.flatMap(({ list, kind, known, live }) => {
    // An incomplete list proves nothing, and is refused as INCOMPLETE.
    if (kind === "incomplete") return [];
    const ids = new Set<string>(live.map(({ id }) => id));
    const gone = known.filter(({ id }) => !ids.has(id)).length;
    const isMany = gone >= MANY_GONE_AT_LEAST && gone / known.length >= MANY_GONE_SHARE;
    return isMany ? [{ code: "MANY_GONE", list, gone, known: known.length } as const] : [];
  });
};

/** Whether a run of ours tried to delete the skill. */
function mayBeDeleted({ records = [] }: LedgerSkill): boolean {
  return records.some(({ field, values }) => field.kind === "existence" && values.includes(null));
}

const INPUT_RULES: readonly InputRule[] = [
  incomplete,
  wrongOrganization,
  wrongDialect,
  otherLedger,
  manyGone,
];

export function refuseInputs(inputs: GuardInputs): Refusal[] {
  return INPUT_RULES.flatMap((rule) => rule(inputs));
}

// ── After the table: does the plan do more than its author meant? ─────────────────────────────────────────────

/** Everything that a rule may look at. */
interface PlanDraft {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
  readonly operations: readonly Operation[];
  readonly subjects: SubjectRows;
  /** Ids of old skills whose replacement an earlier apply began. */
  readonly begun: ReadonlySet<SkillId>;
}

type DraftRule = (draft: PlanDraft) => readonly Refusal[];

const nothingDesired: DraftRule = ({ desired, ledger }) => {
  const isEmpty = desired.skills.length === 0 && desired.profiles.length === 0;
  const assignments = countAssignments(ledger);
  const holds = ledger !== null && (ledger.skills.length > 0 || assignments > 0);
  return isEmpty && holds ? [{ code: "NOTHING_DESIRED", assignments }] : [];
};

const TOO_MANY_AT_LEAST = 5;

/**
 * The share and the number of removals that one plan may make: at least 5, more than a share, or more users. An end
 * counts in the plan that sets it, and no more on its day.
 */
export function refuseTooManyRemovals({
  desired,
  ledger,
  operations,
  subjects,
}: Pick<PlanDraft, "desired" | "ledger" | "operations"> & {
  readonly subjects: Pick<SubjectRows, "users">;
}): Refusal[] {
  const { maxRemovals, maxUsersLosing } = desired.settings.guard;
  const losses = changesOf(operations).filter((change) => isEndSet(change) || isAskedLoss(change));
  const removals = losses.length;
  const losing = losses.flatMap(({ subject }) => (subject.kind === "user" ? subject.id : []));
  const usersLosing = new Set(losing).size;
  const known = countAssignments(ledger) + countBesides(subjects);
  // A division, because 100 * 0.29 is less than 29 in floating point, and the exact share must pass.
  const isTooMuch = removals >= TOO_MANY_AT_LEAST && removals / known > maxRemovals;
  return isTooMuch || usersLosing > maxUsersLosing
    ? [{ code: "TOO_MANY_REMOVALS", removals, known, usersLosing, maxRemovals, maxUsersLosing }]
    : [];
}

function isAskedLoss(change: Change): boolean {
  return isLoss(change) && !isEndPassed(change);
}

/** Assignments of users and entries of profiles. */
function countAssignments(ledger: Ledger | null): number {
  if (!ledger) return 0;
  const held = ledger.users.reduce((sum, { assignments }) => sum + Object.keys(assignments).length, 0);
  return held + ledger.profiles.reduce((sum, { skills }) => sum + skills.length, 0);
}

/**
 * Counts assignments that may be lost although the ledger lacks them: manual ones of exclusive or deleted skills, and
 * those that a dead run assigned.
 */
function countBesides({ users }: Pick<SubjectRows, "users">): number {
  const counts = ({ item }: UserSubject, { exclusive, field, ledger, live, record }: Row): boolean =>
    ledger === undefined
      ? exclusive !== undefined && live !== undefined
      : record !== undefined && field.kind === "skill" && item?.assignments[field.id] === undefined;
  let sum = 0;
  for (const user of users) for (const row of user.rows) sum += Number(counts(user, row));
  return sum;
}

const uncovered: DraftRule = (draft) =>
  draft.desired.settings.guard.uncovered === "warn" ? [] : uncoveredSkills(draft);

/** Skills that stay and go from some holders to none: with this plan, or on a later day because of it. */
export function uncoveredSkills({
  desired,
  subjects: { skills, users },
  operations,
}: Pick<PlanDraft, "desired" | "subjects" | "operations">): Extract<Refusal, { code: "UNCOVERED" }>[] {
  const own = changesOf(operations).filter(({ subject, field }) => subject.kind === "user" && "id" in field);
  const asked = new Set(
    own
      .filter((change) => isEndSet(change) || (change.verb === "remove" && !isEndPassed(change)))
      .flatMap(({ field }) => ("id" in field ? field.id : [])),
  );
  const atRisk = skills.filter(({ id, entry }) => entry !== undefined && asked.has(id));
  if (atRisk.length === 0) return [];
  const changes = groupBy(own, ({ subject }) => subject.id);
  const lastDays = readLastDays(users, new Set(atRisk.map(({ id }) => id)), changes);
  const dated = (desired.dated?.users ?? []).flatMap(({ sources }) => sources);
  const later = groupBy(dated, ({ skill, from }) => (from === undefined ? null : skill));
  return atRisk.flatMap(({ id: skill, slug }): Extract<Refusal, { code: "UNCOVERED" }>[] => {
    const { before, after } = lastDays.get(skill) ?? { before: [], after: [] };
    if (before.length === 0) return [];
    if (after.length === 0) return [{ code: "UNCOVERED", skill, before: before.length }];
    const [was, is] = [lastOf(before), continued(lastOf(after), later.get(slug) ?? [])];
    if (is === FOREVER || is >= was) return [];
    return [{ code: "UNCOVERED", skill, before: after.length, day: addDays(is, 1) }];
  });
}

/** The last day of each holder of a skill, before the plan and after it. */
interface LastDays {
  readonly before: string[];
  readonly after: string[];
}

/** User by user: going through all users for each skill would take their product. */
function readLastDays(
  users: readonly UserSubject[],
  atRisk: ReadonlySet<SkillId>,
  changes: ReadonlyMap<string, readonly Change[]>,
): ReadonlyMap<SkillId, LastDays> {
  const read = new Map<SkillId, LastDays>([...atRisk].map((id) => [id, { before: [], after: [] }]));
  for (const user of users) {
    const own = changes.get(user.user.id) ?? [];
    const changed = own.flatMap(({ field }) => ("id" in field ? field.id : []));
    for (const skill of new Set([...user.user.skills.keys(), ...changed])) {
      const days = read.get(skill);
      if (!days) continue;
      const ofSkill = own.filter(({ field }) => "id" in field && field.id === skill);
      const { before, after } = lastDaysOf(user, skill, ofSkill);
      if (before !== null) days.before.push(before);
      if (after !== null) days.after.push(after);
    }
  }
  return read;
}

/** The last day on which a user has the skill, before the plan and after it; null where they don't have it. */
function lastDaysOf(
  { user, rows }: UserSubject,
  skill: SkillId,
  changes: readonly Change[],
): { readonly before: string | null; readonly after: string | null } {
  const row = rows.find(({ field }) => field.kind === "skill" && field.id === skill);
  // Reads that are older than our own writes are right in the row.
  const isHeld = row ? row.live !== undefined : user.skills.has(skill);
  const before = row?.item?.until ?? FOREVER;
  const end = changes.find(({ field }) => field.kind === "until");
  const given = changes.find(({ field }) => field.kind === "skill");
  const after = end ? (end.after as string | null) : (given?.until ?? (given && !isHeld ? null : before));
  const isLost = given?.verb === "remove";
  return { before: isHeld ? before : null, after: isLost ? null : (after ?? FOREVER) };
}

/** The last day on which somebody has the skill, where lines that begin later take over from those that have it now. */
function continued(last: string, later: readonly AssignmentSource[]): string {
  if (last === FOREVER) return last;
  const next = later
    .filter(({ from = "" }) => from <= addDays(last, 1))
    .map(({ until = FOREVER }) => until)
    .filter((until) => until > last);
  return next.length === 0 ? last : continued(lastOf(next), later);
}

function lastOf(days: readonly string[]): string {
  return days.reduce((last, day) => (day > last ? day : last), "");
}

const tooManySkills: DraftRule = ({ subjects }) =>
  subjects.users.flatMap((user) => {
    if (user.user.skills.size + user.rows.length <= MAX_SKILLS_PER_USER) return [];
    const count = heldAfter(user, user.rows);
    const isGaining = user.rows.some((row) => decide(row).kind === "add");
    if (!isGaining || count <= MAX_SKILLS_PER_USER) return [];
    return [{ code: "TOO_MANY_SKILLS", user: user.ref, named: user.named, count } as const];
  });

/** Refuses deletes and replacements of skills; a rename that was allowed once is finished without asking again. */
const skillsThatGo: DraftRule = ({ subjects, operations, live, begun }) => {
  const deletes = new Map(
    operations.flatMap(({ subject, deletion }) => (deletion ? [[subject.id, deletion] as const] : [])),
  );
  return subjects.skills.flatMap((skill): Refusal[] => {
    const { id, item, replacedBy, rows } = skill;
    const deletion = deletes.get(id);
    const isKept = rows[0]?.mark === "migrating";
    if (!item || (!deletion && !isKept)) return [];
    const holders = holdersOf(id, subjects);
    const references = referencesOf(id, live);
    const refusals: Refusal[] = item.protected ? [{ code: "PROTECTED", skill: id }] : [];
    if (replacedBy === undefined) refusals.push({ code: "SKILL_DELETE", skill: id, ...holders });
    else if (!begun.has(id)) {
      const merge = subjects.skills.some((one) => one.id === replacedBy && one.live !== undefined);
      refusals.push({ code: "SKILL_REPLACE", skill: id, replacedBy, ...holders, merge });
    }
    if (deletion && isInUse(references)) refusals.push({ code: "IN_USE", skill: id, references });
    return refusals;
  });
};

function holdersOf(skill: SkillId, { users, inactive }: SubjectRows): { holders: number; manual: number } {
  let [holders, manual] = [0, 0];
  for (const { user, rows } of [...users, ...inactive]) {
    if (!user.skills.has(skill)) continue;
    holders++;
    const row = rows.find(({ field }) => field.kind === "skill" && field.id === skill);
    if (row?.ledger === undefined) manual++;
  }
  return { holders, manual };
}

const maybeRenames: DraftRule = ({ subjects, operations }) => findMaybeRenames(subjects, operations);

const DRAFT_RULES: readonly DraftRule[] = [
  nothingDesired,
  refuseTooManyRemovals,
  uncovered,
  tooManySkills,
  skillsThatGo,
  maybeRenames,
];

export function refuseDraft(draft: PlanDraft): Refusal[] {
  return DRAFT_RULES.flatMap((rule) => rule(draft)).sort((a, b) => byText(a.code, b.code));
}
