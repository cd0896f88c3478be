/** The rows of ends: the last day of each assignment of a user. */
import type { Row } from "../rows.ts";
import { plainRow } from "../rows.ts";
import { isGain } from "../to-change.ts";

/**
 * One row for each assignment that stays and has an end in the ledger or in desired. A gain has none, since its end comes
 * with it. An assignment in ledger or live gets an end only by a change of its own, which a review can see.
 */
export function endRows(rows: readonly Row[]): Row[] {
  return rows.flatMap((row) => {
    const { field, item, desired, assignment, migration } = row;
    if (field.kind !== "skill" || !assignment || desired === undefined || !isJudged(row)) return [];
    if (isGain(row) || (migration?.kind === "new" && migration.manual)) return [];
    const ledger = item ? item.until : untilOfOld(row, rows);
    const { until } = assignment;
    if (ledger === undefined && until === undefined) return [];
    const [first] = assignment.sources;
    const source = (assignment.sources.find((one) => one.until === until) ?? first)?.source;
    const end = { kind: "until", id: field.id } as const;
    return plainRow({ field: end, ledger, desired: until, live: ledger, source, assignment, item });
  });
}

/** Rows whose live value is uncertain have no end yet. */
function isJudged({ mark }: Row): boolean {
  return mark === undefined || mark === "reported";
}

/** The new skill of a rename ends when the old one was to. */
function untilOfOld({ migration }: Row, rows: readonly Row[]): string | undefined {
  if (migration?.kind !== "new") return undefined;
  return rows.find(({ field }) => field.kind === "skill" && field.id === migration.from)?.item?.until;
}
