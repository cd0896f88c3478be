/**
 * The look before every write to a user. One request reads as many users as can be written in twenty seconds, so
 * that what is seen of the last of them is hardly older than what is seen of the first.
 */
import type { Proficiencies } from "../genesys/bodies.ts";
import { isWithoutProficiency } from "../genesys/error.ts";
import { isGone } from "../http/error.ts";
import type { Change, Operation } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { MAX_ASSIGNMENTS_AT_ONCE } from "../genesys/writer.ts";

export interface UserLooks {
  /** What an active user holds, by a look of the last twenty seconds; null where nobody can see it. Throws ApiError, Failure. */
  heldBy(userId: string): Promise<SeenSkills | null>;
  /** The user needs no further look. */
  finish(userId: string): void;
}

/** What a user holds, and when that was seen, by the clock. */
export interface SeenSkills {
  readonly skills: Proficiencies;
  readonly at: number;
}

/** Milliseconds for which a look counts. */
export const LOOK_LASTS = 20_000;
/** Ids in one request; how many Genesys takes is not documented. */
export const USERS_PER_LOOK = 50;

interface LookLot {
  /** Ids of the users who are still to be written. */
  readonly waiting: Set<string>;
  look?: Look;
}

interface Look {
  readonly users: Promise<(userId: string) => Promise<SeenSkills | null>>;
  /** When its answer came, by the clock; in the future until it came. */
  at: number;
}

/** The looks for the users of one stage, who are written in this order. */
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

/** Ids of users, as many together as twenty seconds of writing take, and at least one. */
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

/** Who is missing in the answer, or came without skills, is read alone, once. */
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

/** What one user holds; null where there is no such user, or the answer doesn't say. */
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
    if (change.field.kind === "until") continue;
    const last = lots.at(-1);
    const fits = change.after !== null && last?.[0]?.after != null && last.length < MAX_ASSIGNMENTS_AT_ONCE;
    if (last && fits) last.push(change);
    else lots.push([change]);
  }
  return lots;
}
