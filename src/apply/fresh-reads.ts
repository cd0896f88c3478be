/**
 * Reads users before they are written. One request reads as many users as can be written in twenty seconds, so that the
 * values are still recent when the last of them is written.
 */
import type { Proficiencies } from "../genesys/bodies.ts";
import { isWithoutProficiency } from "../genesys/error.ts";
import { isGone } from "../http/error.ts";
import type { Change, Operation } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { MAX_ASSIGNMENTS_AT_ONCE } from "../genesys/writer.ts";
import { isWritten } from "../plan/changes.ts";

export interface UserLooks {
  /** The skills of an active user, read within the last twenty seconds; null if they can't be read. Throws ApiError, Failure. */
  heldBy(userId: string): Promise<SeenSkills | null>;
  /** The user needn't be read again. */
  finish(userId: string): void;
}

/** A user's skills, and when they were read, by the clock. */
export interface SeenSkills {
  readonly skills: Proficiencies;
  readonly at: number;
}

/** How many milliseconds a look is valid. */
export const LOOK_LASTS = 20_000;
/** Ids per request. Genesys's limit is not documented. */
export const USERS_PER_LOOK = 50;

interface LookLot {
  /** Ids of the users who are not written yet. */
  readonly waiting: Set<string>;
  look?: Look;
}

interface Look {
  readonly users: Promise<(userId: string) => Promise<SeenSkills | null>>;
  /** When the answer came, by the clock; infinite until then. */
  at: number;
}

/** Plans the looks for the users of one stage, in the order in which they are written. */
export function planLooks(operations: readonly Operation[], context: ApplyContext): UserLooks {
  const lotOf = new Map<string, LookLot>();
  for (const ids of lotsOf(operations, context.requestsPerMinute)) {
    const lot: LookLot = { waiting: new Set(ids) };
    for (const id of ids) lotOf.set(id, lot);
  }
  return {
    async heldBy(userId) {
      const lot = lotOf.get(userId) ?? { waiting: new Set([userId]) };
      if (!lot.look || context.clock.now() - lot.look.at > LOOK_LASTS) lot.look = look(lot, context);
      const { users } = lot.look;
      return (await users)(userId);
    },
    finish: (userId) => lotOf.get(userId)?.waiting.delete(userId),
  };
}

/** Splits the users into lots that can be written in twenty seconds, with at least one user each. */
function lotsOf(operations: readonly Operation[], requestsPerMinute: number): string[][] {
  const writesPerLook = Math.floor((requestsPerMinute * LOOK_LASTS) / 60_000);
  const lots: string[][] = [];
  let writes = Infinity;
  for (const operation of operations) {
    const own = requestsOf(operation.changes).length;
    if (own === 0) continue;
    if (writes + own > writesPerLook || (lots.at(-1)?.length ?? 0) >= USERS_PER_LOOK) {
      lots.push([]);
      writes = 0;
    }
    lots.at(-1)?.push(operation.subject.id);
    writes += own;
  }
  return lots;
}

function look({ waiting }: LookLot, context: ApplyContext): Look {
  const users = readMany([...waiting], context);
  const taken: Look = { users, at: Infinity };
  const arrive = (): void => {
    taken.at = context.clock.now();
  };
  users.then(arrive, arrive);
  return taken;
}

/** Reads users together; a user who is missing or has no skills in the answer is read separately, once. */
async function readMany(
  ids: readonly string[],
  context: ApplyContext,
): Promise<(userId: string) => Promise<SeenSkills | null>> {
  const found = await context.reader.usersById(ids, "any");
  const at = context.clock.now();
  const alone = new Map<string, Promise<SeenSkills | null>>();
  return async (userId) => {
    const user = found.get(userId);
    if (user && user.state !== "active") return null;
    if (user?.skills) return { skills: user.skills, at };
    const reading = alone.get(userId) ?? readAlone(userId, context);
    alone.set(userId, reading);
    return reading;
  };
}

/** Reads the skills of one user; null if the user doesn't exist or the answer is incomplete. */
export async function readAlone(userId: string, { reader, clock }: ApplyContext): Promise<SeenSkills | null> {
  try {
    return { skills: await reader.userSkills(userId), at: clock.now() };
  } catch (error) {
    if (isGone(error) || isWithoutProficiency(error)) return null;
    throw error;
  }
}

/**
 * The changes of one user, as each request carries them, in the plan's order: what is given up to fifty at once,
 * losses one by one. Of an end only the ledger is told.
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
