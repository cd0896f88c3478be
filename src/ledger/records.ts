/** Write records without an outcome. */
import type { Ledger, WriteRecord } from "../model.ts";

/** Whether the ledger has a write record without an outcome. */
export function hasOpenRecords(ledger: Ledger): boolean {
  return [ledger.skills, ledger.profiles, ledger.users].some((items) => items.some(isOpen));
}

/**
 * Marks every record without an outcome as `over` after a run has ended, so that any later read shows whether the write
 * happened. The caller must have waited until no request of that run can be in flight.
 */
export function closeRecords(ledger: Ledger): Ledger {
  if (!hasOpenRecords(ledger)) return ledger;
  return {
    ...ledger,
    skills: ledger.skills.map(closeItem),
    profiles: ledger.profiles.map(closeItem),
    users: ledger.users.map(closeItem),
  };
}

interface WithRecords {
  readonly records?: readonly WriteRecord[];
}

/** Returns an item without open records unchanged, so that a commit needn't compare it. */
function closeItem<T extends WithRecords>(item: T): T {
  if (!item.records || !isOpen(item)) return item;
  return { ...item, records: item.records.map((one) => (one.outcome ? one : { ...one, outcome: "over" })) };
}

function isOpen({ records = [] }: WithRecords): boolean {
  return records.some(({ outcome }) => outcome === undefined);
}
