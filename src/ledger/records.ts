/** Writes whose outcome the ledger doesn't know. */
import type { Ledger, WriteRecord } from "../model.ts";

/** Whether the ledger holds a write without an outcome. */
export function hasOpenRecords(ledger: Ledger): boolean {
  return [ledger.skills, ledger.profiles, ledger.users].some((items) => items.some(isOpen));
}

/**
 * The ledger after a run that is over: every record without outcome is marked `over`, so that any later reading
 * says whether the write happened. For whoever has waited until no request of that run can be under way.
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

/** An item without an open record stays the same object, so that a commit needn't look into it. */
function closeItem<T extends WithRecords>(item: T): T {
  if (!item.records || !isOpen(item)) return item;
  return { ...item, records: item.records.map((one) => (one.outcome ? one : { ...one, outcome: "over" })) };
}

function isOpen({ records = [] }: WithRecords): boolean {
  return records.some(({ outcome }) => outcome === undefined);
}
