/**
 * Reads users before they are written. One request reads as many users as can be written in twenty seconds, so that the
 * values are still recent when the last of them is written.
 */
import type { Proficiencies } from "../genesys/bodies.ts";
import { isWithoutProficiency } from "../genesys/error.ts";
import { MAX_ASSIGNMENTS_AT_ONCE } from "../genesys/writer.ts";
import { isGone } from "../http/error.ts";
import type { Change, Operation } from "../model.ts";
import { isWritten } from "../plan/changes.ts";
import type { ApplyContext } from "./context.ts";
import { FRESH_MS } from "./context.ts";

export type FreshReads = ReturnType<typeof planFreshReads>;

/** A user's skills, and when they were read, by the clock. */
export interface HeldSkills {
  readonly skills: Proficiencies;
  readonly readAt: number;
}

/** Ids per request. Genesys's limit is not documented. */
export const USERS_PER_READ = 50;

/** Users who are read together. */
interface Lot {
  /** Ids of the users who are not written yet. */
  readonly waiting: Set<string>;
  users?: Promise<(userId: string) => Promise<HeldSkills | null>>;
  /** When the answer came, by the clock; infinite until then. */
  readAt: number;
}

/** Plans the reads for the users of one stage, in the order in which they are written. */
export function planFreshReads(operations: readonly Operation[], context: ApplyContext) {
  const { clock } = context;
  const lotOf = new Map<string, Lot>();
  for (const ids of lotsOf(operations, context.requestsPerMinute)) {
    const lot: Lot = { waiting: new Set(ids), readAt: Infinity };
    for (const id of ids) lotOf.set(id, lot);
  }
  return {
    /** The skills of an active user, read within the last twenty seconds; null if they can't be read. Throws ApiError, Failure. */
    async heldBy(userId: string): Promise<HeldSkills | null> {
      const lot = lotOf.get(userId) ?? { waiting: new Set([userId]), readAt: Infinity };
      if (!lot.users || clock.now() - lot.readAt > FRESH_MS) {
        lot.readAt = Infinity;
        lot.users = readTogether([...lot.waiting], context).finally(() => {
          lot.readAt = clock.now();
        });
      }
      return (await lot.users)(userId);
    },
    /** The user needn't be read again. */
    finish(userId: string): void {
      lotOf.get(userId)?.waiting.delete(userId);
    },
  };
}

/** Splits the users into lots that can be written in twenty seconds, with at least one user each. */
function lotsOf(operations: readonly Operation[], requestsPerMinute: number): string[][] {
  const writesPerRead = Math.floor((requestsPerMinute * FRESH_MS) / 60_000);
  const lots: string[][] = [];
  let writes = Infinity;
  for (const operation of operations) {
    const own = requestsOf(operation.changes).length;
    if (own === 0) continue;
    if (writes + own > writesPerRead || (lots.at(-1)?.length ?? 0) >= USERS_PER_READ) {
      lots.push([]);
      writes = 0;
    }
    lots.at(-1)?.push(operation.subject.id);
    writes += own;
  }
  return lots;
}

/** Reads users together; a user who is missing or has no skills in the answer is read separately, once. */
async function readTogether(
  ids: readonly string[],
  context: ApplyContext,
): Promise<(userId: string) => Promise<HeldSkills | null>> {
  const found = await context.reader.usersById(ids, "any");
  const readAt = context.clock.now();
  const alone = new Map<string, Promise<HeldSkills | null>>();
  return async (userId) => {
    const user = found.get(userId);
    if (user && user.state !== "active") return null;
    if (user?.skills) return { skills: user.skills, readAt };
    const reading = alone.get(userId) ?? readAlone(userId, context);
    alone.set(userId, reading);
    return reading;
  };
}

/** Reads the skills of one user; null if the user doesn't exist or the answer is incomplete. */
export async function readAlone(userId: string, { reader, clock }: ApplyContext): Promise<HeldSkills | null> {
  try {
    return { skills: await reader.userSkills(userId), readAt: clock.now() };
  } catch (error) {
    if (isGone(error) || isWithoutProficiency(error)) return null;
    throw error;
  }
}

/**
 * The changes of one user, as each request carries them, in the plan's order: gains and updates up to fifty at once,
 * losses one by one. An end is written to the ledger alone.
 */
export function requestsOf(changes: readonly Change[]): Change[][] {
  const lots: Change[][] = [];
  for (const change of changes) {
    if (!isWritten(change)) continue;
    const last = lots.at(-1);
    const fits = change.after !== null && last?.[0]?.after != null && last.length < MAX_ASSIGNMENTS_AT_ONCE;
    if (last && fits) last.push(change);
    else lots.push([change]);
  }
  return lots;
}
