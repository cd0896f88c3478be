/** An apply on a schedule changes only what is due by a date. Everything else stays as it is, in the ledger too. */
import type { Change, SkillId } from "../../model.ts";
import type { Row, SubjectRows } from "../rows.ts";
import { leaveAlone, mapRows } from "../rows.ts";
import type { ChangeContext, RowOwner } from "../to-change.ts";
import { toChange } from "../to-change.ts";
import { withheldRow } from "./withhold.ts";

/**
 * A due change waits for an apply of the YAML if it would overwrite a value that no review covers, or if its skill does
 * not exist yet. The plan shows it as withheld.
 */
export function leaveUnscheduled(subjects: SubjectRows, context: ChangeContext): SubjectRows {
  const existing = new Set<SkillId>(subjects.skills.flatMap(({ id, live }) => (live ? [id] : [])));
  const mayDo = ({ verb, takesAway, field }: Change): boolean =>
    verb === "remove" || (!takesAway && "id" in field && existing.has(field.id));
  const judge = (row: Row, owner: RowOwner): Row => {
    if (row.mark) return row;
    const change = toChange(row, owner, context);
    if (change?.cause === "schedule") return mayDo(change) ? row : withheldRow(row, change);
    // An assignment that ended and was removed manually is forgotten. Otherwise it would be due for ever.
    const isGone = !change && row.live === undefined && context.dates.isOver(row.item?.until);
    return isGone && row.desired === undefined ? row : leaveAlone(row, "withheld");
  };
  const leave = (row: Row): Row => (row.mark ? row : leaveAlone(row, "withheld"));
  const left = <T extends { readonly rows: readonly Row[] }>(subject: T): T => {
    return { ...subject, rows: mapRows(subject.rows, leave) };
  };
  return {
    skills: subjects.skills.map(left),
    profiles: subjects.profiles.map(left),
    inactive: subjects.inactive.map(left),
    users: subjects.users.map((user) => {
      const owner = { subject: { kind: "user", id: user.user.id } as const, user };
      const both = (row: Row): Row => judge(row, owner);
      return { ...user, rows: mapRows(user.rows, both), ends: mapRows(user.ends, both) };
    }),
  };
}
