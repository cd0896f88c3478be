/**
 * The guards: rules that refuse a plan. Each rule is one function, which sees the finished operations and rows and
 * returns what must not happen unless it is allowed.
 */
import type {
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
import { isNewSkillId, byText } from "../../text.ts";
import { changesOf } from "../changes.ts";
import { decide } from "../decide.ts";
import { isInUse, referencesOf } from "../policy/policies.ts";
import { heldAfter, MAX_SKILLS_PER_USER } from "../rename/migrate.ts";
import type { Row, SkillSubject, UserSubject, SubjectRows } from "../rows.ts";
import { isLoss, summarize } from "../summary.ts";
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
export interface PlanDraft {
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

/** Refuses too many removals: at least 5 and more than the allowed share, or more users than allowed. */
export function refuseTooManyRemovals({
  desired,
  ledger,
  operations,
  subjects,
}: Pick<PlanDraft, "desired" | "ledger" | "operations"> & {
  readonly subjects: Pick<SubjectRows, "users">;
}): Refusal[] {
  const { maxRemovals, maxUsersLosing } = desired.settings.guard;
  const removals = changesOf(operations).filter(isLoss).length;
  const { usersLosing } = summarize(operations);
  const known = countAssignments(ledger) + countBesides(subjects);
  // A division, because 100 * 0.29 is less than 29 in floating point, and the exact share must pass.
  const isTooMuch = removals >= TOO_MANY_AT_LEAST && removals / known > maxRemovals;
  return isTooMuch || usersLosing > maxUsersLosing
    ? [{ code: "TOO_MANY_REMOVALS", removals, known, usersLosing, maxRemovals, maxUsersLosing }]
    : [];
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
  const counts = ({ item }: UserSubject, { exclusive, field, ledger, live }: Row): boolean =>
    ledger === undefined
      ? exclusive !== undefined && live !== undefined
      : field.kind === "skill" && item?.assignments[field.id] === undefined;
  return users.reduce((sum, user) => sum + user.rows.filter((row) => counts(user, row)).length, 0);
}

const uncovered: DraftRule = (draft) =>
  draft.desired.settings.guard.uncovered === "warn" ? [] : uncoveredSkills(draft);

/** Remaining skills that lose their last holder. */
export function uncoveredSkills({
  subjects: { skills, users },
  operations,
}: Pick<PlanDraft, "subjects" | "operations">): Extract<Refusal, { code: "UNCOVERED" }>[] {
  const lost = new Map<SkillId, number>();
  const gained = new Set<SkillId>();
  for (const { subject, field, verb } of changesOf(operations)) {
    if (subject.kind !== "user" || field.kind !== "skill") continue;
    if (verb === "add") gained.add(field.id);
    if (verb === "remove") lost.set(field.id, (lost.get(field.id) ?? 0) + 1);
  }
  const isAtRisk = ({ id, entry }: SkillSubject): boolean =>
    entry !== undefined && lost.has(id) && !gained.has(id);
  const before = new Map(skills.filter(isAtRisk).map(({ id }) => [id, 0]));
  if (before.size === 0) return [];
  for (const { user } of users) {
    for (const id of user.skills.keys()) {
      const held = before.get(id);
      if (held !== undefined) before.set(id, held + 1);
    }
  }
  return [...before]
    .filter(([id, held]) => held > 0 && held === lost.get(id))
    .map(([skill, held]) => ({ code: "UNCOVERED", skill, before: held }));
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
