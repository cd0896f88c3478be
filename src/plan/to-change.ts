/** Turns the verdict on one row into a change, with its cause, its source and its hash. */
import type { Cause, Change, SkillId, Subject, Value } from "../model.ts";
import { decide } from "./decide.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Dates } from "./dates.ts";
import type { Previous } from "./previous.ts";
import type { Row, SkillSubject, UserSubject } from "./rows.ts";
import type { SkillSubjects } from "./subjects/skills.ts";
import type { UserSubjects } from "./subjects/users.ts";

/** The context for the changes of one plan. */
export interface ChangeContext {
  readonly target: string;
  readonly skills: Pick<SkillSubjects, "byId" | "lostItems">;
  readonly groupAsks: UserSubjects["groupAsks"];
  readonly previous: Previous;
  readonly dates: Dates;
}

/** The parts of a row's subject that its change needs. */
export interface RowOwner {
  readonly subject: Subject;
  readonly user?: UserSubject;
  readonly skill?: SkillSubject;
}

/** The change of a row; null if there is nothing to do. */
export function toChange(row: Row, owner: RowOwner, context: ChangeContext): Change | null {
  const verdict = decide(row);
  if (verdict.kind !== "add" && verdict.kind !== "update" && verdict.kind !== "remove") return null;
  const { subject, user, skill } = owner;
  const isEnd = row.field.kind === "until";
  const isExistence = row.field.kind === "existence";
  const verb =
    verdict.kind === "add" && isExistence
      ? "create"
      : verdict.kind === "remove" && isExistence
        ? "delete"
        : isEnd
          ? "update"
          : verdict.kind;
  const after = verdict.kind === "remove" ? null : isExistence && skill ? skill.name : verdict.after;
  const before = verdict.kind === "add" || verdict.before === "" ? null : verdict.before;
  const takesAway =
    (isEnd
      ? after !== null && (before === null || after < before)
      : verdict.kind === "remove" || (verdict.kind === "update" && verdict.overwrites && before !== null)) ||
    user?.isOtherPerson === true;
  const replacedBy = verb === "delete" ? skill?.replacedBy : undefined;
  const source = row.source ?? previousSource(row, owner, context);
  const rename = renameOf(row, replacedBy, verdict.kind);
  const until = isGain(row) ? row.assignment?.until : undefined;
  return {
    id: fingerprint(
      {
        ...{ target: context.target, subject, field: row.field, verb, after, takesAway },
        ...(replacedBy !== undefined && { replacedBy }),
      },
      (id) => context.skills.byId.get(id)?.slug ?? id,
    ),
    ...{ subject, field: row.field, verb, before, after },
    cause: causeOf({ cause: verdict.cause, after, row }, owner, context),
    takesAway,
    ...(source && { source }),
    ...(rename && { rename }),
    ...(row.migration?.kind === "new" && row.migration.manual && { manual: true }),
    ...(until !== undefined && { until }),
  };
}

/** What comes with its end: neither live nor the ledger has it yet, and no other skill is given up for it. */
export function isGain({ item, live, migration }: Row): boolean {
  return item === undefined && live === undefined && migration === undefined;
}

function renameOf(row: Row, replacedBy: SkillId | undefined, kind: string): Change["rename"] {
  if (replacedBy !== undefined) return { to: replacedBy };
  const { migration } = row;
  // If the old skill is gone already, it can't be named.
  const isGone = row.field.kind === "skill" && migration?.kind === "new" && migration.from === row.field.id;
  if (migration?.kind === "new" && kind !== "remove") return isGone ? undefined : { from: migration.from };
  return migration?.kind === "old" && kind === "remove" && migration.isSwap
    ? { to: migration.to }
    : undefined;
}

function previousSource(row: Row, { subject }: RowOwner, { previous }: ChangeContext): Change["source"] {
  if ("id" in row.field) return previous.sourceOf(subject, row.field.id, row.item?.group);
  return row.field.kind === "existence" ? previous.sourceOf(subject, subject.id) : undefined;
}

/**
 * An edit that only a change of a group's members explains has the cause `membership`. Assignments of a skill that was
 * deleted manually come back with the skill, as `drift`. A text that was empty or has another spelling is no manual
 * work.
 */
function causeOf(
  { cause, after, row }: { readonly cause: Cause; readonly after: Value | null; readonly row: Row },
  { subject, user }: RowOwner,
  context: ChangeContext,
): Cause {
  const { field, ledger, live, assignment, item } = row;
  const { dates } = context;
  if (field.kind === "until") return dates.causeOfEnd(subject.id, field.id, after);
  if (after === null && dates.isOver(item?.until) && row.exclusive !== "deletion") return "schedule";
  if (field.kind === "existence") return context.skills.lostItems.has(subject.id) ? "drift" : cause;
  if (field.kind !== "skill") {
    const isNobodys = ledger === undefined && (live === undefined || live === "" || field.kind === "name");
    return isNobodys ? "edit" : cause;
  }
  if (row.migration?.kind === "new") return ledger === undefined && live !== undefined ? "conflict" : "edit";
  if (cause !== "edit" || !user) return cause;
  if (after !== null && dates.explain(subject.id, field, after)) return "schedule";
  const lost = context.skills.lostItems.get(field.id);
  if (lost && user.item?.assignments[lost.id]) return "drift";
  if (assignment) return assignment.group !== undefined && live === undefined ? "membership" : cause;
  const isStillAsked = item?.group !== undefined && context.groupAsks(field.id, item.group);
  return isStillAsked ? "membership" : cause;
}
