/** Rows with a write record: the outcome may be unknown, or reads may be older than the write. */
import type { Field, LiveProfile, LiveSkill, Value } from "../../model.ts";
import type { Row } from "../rows.ts";

/**
 * Applies a row's write record:
 * - Without an outcome it is unknown whether the write happened: the row is left out.
 * - `over`: live shows whether it happened. The intended value belongs to the ledger, the value before only if it did
 * before the write. Any other value was set manually, and the row leaves the ledger.
 * `isManual`: a rename wrote the intended value for a manual holder.
 * - `done`: while reads may be old, the value before counts as the value after.
 */
export function readRecord(row: Row, readsMayBeOld: boolean, isManual = false): Row {
  const { record, live = null } = row;
  if (!record) return row;
  switch (record.outcome) {
    case undefined:
      return { ...row, desired: row.live, mark: "unsettled" };
    case "over": {
      if (record.values.includes(live)) return ownedAs(row, isManual ? null : live);
      return live === record.before && record.wasOurs ? row : ownedAs(row, null);
    }
    case "done": {
      const meant = record.values.at(-1) ?? null;
      const isOld = readsMayBeOld && live === record.before && live !== meant;
      return isOld ? { ...row, live: meant ?? undefined } : row;
    }
  }
}

/** Whether live still shows the value before our last write, so that the row waits for a newer read. */
export function isReadOld(
  { record }: Pick<Row, "record">,
  live: Value | null,
  readsMayBeOld: boolean,
): boolean {
  if (!readsMayBeOld || record?.outcome !== "done") return false;
  return live === record.before && live !== (record.values.at(-1) ?? null);
}

/** The live value of one field of a skill or profile; `object` is undefined if it doesn't exist. */
export function shownBy(object: LiveSkill | LiveProfile | undefined, field: Field): Value | null {
  if (!object) return null;
  switch (field.kind) {
    case "existence":
      return true;
    case "skill":
      return "skills" in object && object.skills.includes(field.id) ? true : null;
    case "until":
      return null;
    case "division":
      return "division" in object ? (object.division ?? null) : null;
    case "name":
    case "description":
      return object[field.kind] ?? null;
  }
}

function ownedAs(row: Row, value: Value | null): Row {
  const { record, item } = row;
  if (!record || value === null) return { ...row, ledger: undefined, item: undefined };
  if (record.field.kind !== "skill" || typeof value !== "number") return { ...row, ledger: value };
  const { name, group, until } = record;
  const given = { name, proficiency: value, ...(group && { group }), ...(until !== undefined && { until }) };
  return { ...row, ledger: value, item: item ?? given };
}
