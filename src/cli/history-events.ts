/** The history of a skill or a person from the ledger's log: one event for each changed value. */
import { changeKey } from "../ledger/message.ts";
import type { HistoryStep, SkillStep, UserStep } from "../ledger/history.ts";
import type { Cause, LedgerSkill, LedgerUser, WriteRecord } from "../model.ts";
import type { HistoryEvent } from "../report/history/render.ts";

/** Newest first. `since` is a day; default: all. */
export function historyEvents(
  steps: readonly HistoryStep[],
  { skills, since = "" }: { skills: ReadonlySet<string> | undefined; since: string | undefined },
): HistoryEvent[] {
  const emails = emailsIn(steps);
  return steps.flatMap((step) => {
    const at = new Date(step.at).toISOString();
    if (at.slice(0, 10) < since) return [];
    const facts = [
      ...step.skills.flatMap((one) => skillFacts(one, step)),
      ...step.users
        .flatMap((one) => userFacts(one, step, emails))
        .filter(({ skill }) => skills?.has(skill.id) ?? true),
    ];
    const { commit, revision, author, pullRequests } = step;
    return facts.map((fact) => ({
      day: at.slice(0, 10),
      at,
      ...fact,
      commit,
      revision,
      author,
      pullRequests,
    }));
  });
}

type Fact = Pick<HistoryEvent, "user" | "skill" | "field" | "from" | "to" | "written" | "cause">;

// ── People ───────────────────────────────────────────────────────────────────────────────────────────

/** The last e-mail of each user: the ledger drops it with the last line that names the user. */
function emailsIn(steps: readonly HistoryStep[]): ReadonlyMap<string, string> {
  const emails = new Map<string, string>();
  for (const { id, before, after } of steps.flatMap(({ users }) => users)) {
    const email = after?.email ?? before?.email;
    if (email !== undefined && !emails.has(id)) emails.set(id, email);
  }
  return emails;
}

function userFacts(
  { id, before, after }: UserStep,
  step: HistoryStep,
  emails: ReadonlyMap<string, string>,
): Fact[] {
  const done = newlyDone(before, after);
  const skills = new Set([
    ...Object.keys(before?.assignments ?? {}),
    ...Object.keys(after?.assignments ?? {}),
    ...[...done.keys()].flatMap((key) => (key.startsWith(SKILL) ? [key.slice(SKILL.length)] : [])),
  ]);
  const user = { id, email: emails.get(id) ?? null };
  return [...skills].flatMap((skill): Fact[] => {
    const end = endFact(user, skill, { before, after }, step);
    const record = done.get(SKILL + skill);
    const [was, is] = [before?.assignments[skill], after?.assignments[skill]];
    const from = record ? record.before : (was?.proficiency ?? null);
    const to = record ? (record.values.at(-1) ?? null) : (is?.proficiency ?? null);
    if (from === to) return end;
    const name = (is ?? was ?? record)?.name ?? skill;
    const isDeleted = to === null && step.causes?.deleted.includes(skill) === true;
    const isResolved = !record && isOpen(before, SKILL + skill);
    const cause = record || isDeleted ? causeOf(step, skill, id) : null;
    const written = record !== undefined || isDeleted || isResolved;
    return [{ user, skill: { id: skill, name }, field: "assignment", from, to, written, cause }, ...end];
  });
}

/** The change of an assignment's end; a lost assignment has no event for its end. */
function endFact(
  user: Fact["user"],
  skill: string,
  { before, after }: Pick<UserStep, "before" | "after">,
  step: HistoryStep,
): Fact[] {
  const is = after?.assignments[skill];
  const [from, to] = [before?.assignments[skill]?.until ?? null, is?.until ?? null];
  if (!is || from === to || user === null) return [];
  const cause = causeOf(step, skill, user.id);
  return [{ user, skill: { id: skill, name: is.name }, field: "until", from, to, written: true, cause }];
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

const TEXTS = ["name", "description", "division", "protected"] as const;

function skillFacts({ id, before, after }: SkillStep, step: HistoryStep): Fact[] {
  const item = after ?? before;
  if (!item) return [];
  const done = newlyDone(before, after);
  const about = { user: null, skill: { id, name: item.name } };
  if (!before || !after) {
    const isWritten = after ? done.has("existence") : step.causes?.deleted.includes(id) === true;
    const cause = isWritten ? causeOf(step, id) : null;
    const [from, to] = [before && true, after && true] as const;
    return [{ ...about, field: "existence", from, to, written: isWritten, cause }];
  }
  return TEXTS.flatMap((field): Fact[] => {
    const record = done.get(field);
    const from = record ? record.before : before[field] || null;
    const to = record ? (record.values.at(-1) ?? null) : after[field] || null;
    if (from === to) return [];
    return [
      { ...about, field, from, to, written: record !== undefined, cause: record ? causeOf(step, id) : null },
    ];
  });
}

// ── Records ──────────────────────────────────────────────────────────────────────────────────────────

type Recorded = LedgerUser | LedgerSkill | null;

const SKILL = "skill ";

/** The writes that this step records as done, by field. */
function newlyDone(before: Recorded, after: Recorded): ReadonlyMap<string, WriteRecord> {
  const known = new Set((before?.records ?? []).map((record) => JSON.stringify(record)));
  const done = (after?.records ?? []).filter(
    (record) => record.outcome === "done" && !known.has(JSON.stringify(record)),
  );
  return new Map(done.map((record) => [keyOf(record), record]));
}

/** Whether the outcome of a write was unknown, so that this step settles an interrupted apply. */
function isOpen(before: Recorded, key: string): boolean {
  return (before?.records ?? []).some((record) => record.outcome !== "done" && keyOf(record) === key);
}

function keyOf({ field }: WriteRecord): string {
  return field.kind === "skill" ? SKILL + field.id : field.kind;
}

function causeOf({ causes }: HistoryStep, skill: string, holder?: string): Cause | null {
  return causes ? (causes.others.get(changeKey(skill, holder)) ?? causes.usual) : null;
}
