/** What an apply on a schedule does: only what is due by a date. Everything else stays as it is, in the ledger too. */
import type { Change, SkillId } from "../../model.ts";
import type { Row, SubjectRows } from "../rows.ts";
import { leaveAlone, mapRows } from "../rows.ts";
import type { ChangeContext, RowOwner } from "../to-change.ts";
import { toChange } from "../to-change.ts";
import { withheldRow } from "./withhold.ts";

/**
 * What is due and would overwrite what nobody reviewed, or needs a skill that is not made yet, waits for an apply of
 * the YAML; the plan shows it as withheld.
 */
export function leaveUnscheduled(subjects: SubjectRows, context: ChangeContext): SubjectRows {
  const isMade = (id: SkillId): boolean =>
    subjects.skills.some((skill) => skill.id === id && skill.live !== undefined);
  const mayDo = ({ verb, takesAway, field }: Change): boolean =>
    verb === "remove" || (!takesAway && "id" in field && isMade(field.id));
  const judge = (row: Row, owner: RowOwner): Row => {
    if (row.mark) return row;
    const change = toChange(row, owner, context);
    if (change?.cause === "schedule") return mayDo(change) ? row : withheldRow(row, change);
    // What has ended is forgotten though somebody has taken it away already: else it would be due for ever.
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
