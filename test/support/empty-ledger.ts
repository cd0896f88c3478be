import type { Ledger } from "../../src/model.ts";

/** A ledger that holds nothing yet. */
export function emptyLedger(target: string, organization: string, dialect: Ledger["dialect"]): Ledger {
  return {
    ...{ version: 2, target, organization, dialect, applied: null, attempted: null },
    ...{ skills: [], profiles: [], users: [], replacements: [] },
  };
}
