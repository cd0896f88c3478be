/**
 * The policies of one row, as data before the table: `exclusive`, deletions, `drift: report`, estimates. None of
 * them leaves a trace: what a marked row is in the ledger it stays.
 */
import type { Settings } from "../../model.ts";
import { decide } from "../decide.ts";
import type { Row } from "../rows.ts";

/** A row that is left as live has it; the ledger keeps what it has. */
export function leaveAlone(row: Row, mark: NonNullable<Row["mark"]>): Row {
  return { ...row, desired: row.live, exclusive: undefined, mark };
}

/** `drift: report`: where ledger and desired agree and somebody changed live manually, live stays. */
export function reportDrift(row: Row, drift: Settings["drift"]): Row {
  const { ledger, desired, live, mark } = row;
  if (drift === "restore" || mark || ledger === undefined || desired === undefined || live === ledger)
    return row;
  const isAny = typeof desired === "object";
  if (isAny ? live !== undefined : desired !== ledger) return row;
  return leaveAlone(row, "reported");
}

/** An estimate doesn't know who is in a group, so nobody loses what some group may give them. */
export function leaveUncertain(row: Row, mayBeGiven: boolean): Row {
  return mayBeGiven && !row.mark && decide(row).kind === "remove" ? leaveAlone(row, "estimated") : row;
}

/** The same array where no row changed. */
export function mapRows(rows: readonly Row[], change: (row: Row) => Row): readonly Row[] {
  const mapped = rows.map(change);
  return mapped.every((row, index) => row === rows[index]) ? rows : mapped;
}
