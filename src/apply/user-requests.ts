/** How many requests write one user's assignments, and what each of them carries. */
import { MAX_ASSIGNMENTS_AT_ONCE } from "../genesys/writer.ts";
import type { Change } from "../model.ts";

/**
 * The changes of one user, as each request carries them, in the plan's order: what is given up to fifty at once,
 * losses one by one.
 */
export function requestsOf(changes: readonly Change[]): Change[][] {
  const lots: Change[][] = [];
  for (const change of changes) {
    const last = lots.at(-1);
    const fits = change.after !== null && last?.[0]?.after != null && last.length < MAX_ASSIGNMENTS_AT_ONCE;
    if (last && fits) last.push(change);
    else lots.push([change]);
  }
  return lots;
}
