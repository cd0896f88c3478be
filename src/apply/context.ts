/** The state that all operations of one apply share, and the sending of a write. */
import type { Connection } from "../genesys/connect.ts";
import type { Writer } from "../genesys/writer.ts";
import type { Clock } from "../http/clock.ts";
import { systemClock } from "../http/clock.ts";
import { ApiError, isGone } from "../http/error.ts";
import type { Change, Field, Listing, Live, Plan, SkillId, Subject, Value } from "../model.ts";
import { Failure } from "../problem.ts";
import { isNewSkillId } from "../text.ts";
import type { OutcomeLog } from "./outcome.ts";

export interface ContextOptions {
  /** The lists that the plan was made from. */
  readonly live: Pick<Live, "skills" | "profiles" | "users" | "divisions">;
  /**
   * Once aborted, nothing new is sent, waits end, and requests in flight get three seconds. Pass the same signal to the
   * connection, so that waiting requests are not sent either.
   */
  readonly stop?: AbortSignal;
  /** Called before each write; false: not now. It is called again for a quarter of an hour, then the apply stops. */
  readonly mayWrite?: () => Promise<boolean>;
  /**
   * How many seconds a read may be out of date. The read-back waits for at most this time. The holders of a skill are
   * listed this time after the last write, before it is deleted. Default 60.
   */
  readonly staleSeconds?: number;
  /** Called before the apply waits this many seconds, so that it misses no holder of a skill to delete. */
  readonly onWaitForReads?: (seconds: number) => void;
  /** For tests. */
  readonly clock?: Clock;
}

const STALE_SECONDS = 60;
/** How many milliseconds a read is fresh. */
export const FRESH_MS = 20_000;
/** Milliseconds between attempts to renew the ledger's lease, and until they are given up. */
const [LEASE_PAUSE, LEASE_DEADLINE] = [10_000, 900_000];

export type ApplyContext = Readonly<ReturnType<typeof createContext>>;

export function createContext(plan: Plan, connection: Connection, options: ContextOptions) {
  const { live, stop, staleSeconds = STALE_SECONDS, clock = systemClock, onWaitForReads } = options;
  const { reader, requestsPerMinute } = connection;
  const createdIds = new Map<SkillId, string>();
  let isLost = false;
  const isStopped = (): boolean => isLost || stop?.aborted === true;
  const refuseStopped = (): void => {
    if (isStopped()) throw new Stopped();
  };
  const mayWrite = async (): Promise<boolean> => !isStopped() && ((await options.mayWrite?.()) ?? true);
  const pause = async (milliseconds: number): Promise<void> => {
    if (milliseconds <= 0 || stop?.aborted) return;
    try {
      await clock.sleep(milliseconds, stop ?? new AbortController().signal);
    } catch (error) {
      if (!stop?.aborted) throw error;
    }
  };
  return {
    plan,
    live,
    reader,
    /** A writer that calls `mayBeSent` before each attempt of each request, when its turn has come. */
    writer: (mayBeSent: () => Promise<boolean>): Writer => connection.writer(mayBeSent),
    clock,
    requestsPerMinute,
    staleSeconds,
    onWaitForReads,
    /** By the clock. A read `staleSeconds` later is newer than the plan. */
    startedAt: clock.now(),
    /** Live ids of the skills that were created or adopted, by `new:<slug>`. */
    createdIds,
    /** Skills with a planned assignment that was not made. */
    notGiven: new Set<SkillId>(),
    /** Keys of fields with a planned change that was not made. */
    notChanged: new Set<string>(),
    /** Live ids of skills that were deleted after the plan was made. */
    deletedSkills: new Set<string>(),
    ownWrites: createOwnWrites(clock, staleSeconds, { createdIds }),
    bugs: [] as unknown[],
    /** Whether the apply is stopped, so that nothing new is sent. */
    isStopped,
    /** Throws Stopped if the apply is stopped. */
    refuseStopped,
    /** Whether a write may be sent now: the apply is not stopped, and holds its ledger. */
    mayWrite,
    /** Waits until a write may be sent. Throws Stopped. */
    async waitUntilMayWrite(): Promise<void> {
      for (let waited = 0; !(await mayWrite()); waited += LEASE_PAUSE) {
        if (waited >= LEASE_DEADLINE) isLost = true;
        refuseStopped();
        await pause(LEASE_PAUSE);
      }
      refuseStopped();
    },
    /** Waits this many milliseconds, or until the apply is stopped. */
    pause,
    /** The live ids of all skills, not older than twenty seconds. */
    skillIds: cached(clock, FRESH_MS, async (): Promise<ReadonlySet<string>> => {
      const listed = wholeOf(await reader.listSkills()).map(({ id }) => id);
      // A list may not show yet what this run created.
      return new Set([...listed, ...createdIds.values()]);
    }),
  };
}

/** Caches the result of `work` for some milliseconds. */
export function cached<T>(clock: Clock, milliseconds: number, work: () => Promise<T>): () => Promise<T> {
  let last: { readonly result: Promise<T>; readonly at: number } | undefined;
  return () => {
    if (!last || clock.now() - last.at > milliseconds) last = { result: work(), at: clock.now() };
    return last.result;
  };
}

/** The context of one operation. */
export interface OperationContext extends ApplyContext {
  readonly log: OutcomeLog;
}

/** The apply is stopped: nothing new is sent. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** The message of an error after which the apply can go on. Rethrows bugs, and throws once the apply is stopped. */
export function reasonOf(error: unknown, { isStopped }: Pick<ApplyContext, "isStopped">): string {
  if (isStopped()) throw error instanceof Failure || error instanceof ApiError ? new Stopped() : error;
  if (error instanceof Failure) return error.problems.map(({ message }) => message).join(" ");
  if (error instanceof ApiError) return error.message;
  throw error;
}

interface CreatedIds {
  readonly createdIds: ReadonlyMap<SkillId, string>;
}

/** The live id of a skill; undefined if the skill was not created. */
export function liveIdOf(skill: SkillId, { createdIds }: CreatedIds): string | undefined {
  return isNewSkillId(skill) ? createdIds.get(skill) : skill;
}

/** The key of a field within its subject: its kind, and the live id of a skill. */
export function fieldKey(field: Field, created: CreatedIds): string {
  return "id" in field ? `${field.kind} ${liveIdOf(field.id, created) ?? field.id}` : field.kind;
}

/** The key of a subject and one of its fields. */
export function keyOf({ kind, id }: Subject, field: string): string {
  return `${kind} ${id}\n${field}`;
}

/** The entities of a list. Throws Failure if it is incomplete. */
export function wholeOf<T>(listing: Listing<T>): readonly T[] {
  if (listing.kind === "incomplete") throw new Failure({ code: "INCOMPLETE", message: listing.reason });
  return listing.entities;
}

// ── Writing ──────────────────────────────────────────────────────────────────────────────────────────

/** How many milliseconds after the read of a value its write may still be sent. */
const READ_EXPIRES = 30_000;

/**
 * Sends one write for all these changes, based on values read at `readAt`, and records how it ended. Throws Stopped and
 * the errors of the write; kind `not-sent` if it waited so long that the values must be read again. A lost answer
 * leaves the outcome unclear.
 */
export async function send<T>(
  changes: readonly Change[],
  write: (writer: Writer) => Promise<T>,
  context: OperationContext,
  readAt = Infinity,
): Promise<T> {
  const { log, ownWrites, clock } = context;
  const isExpired = (): boolean => clock.now() - readAt > READ_EXPIRES;
  const writer = context.writer(async () => !isExpired() && (await context.mayWrite()));
  for (;;) {
    await context.waitUntilMayWrite();
    log.sending(changes);
    try {
      const answer = await write(writer);
      log.answered(changes, true);
      ownWrites.note(changes);
      return answer;
    } catch (error) {
      log.answered(changes, isClear(error));
      if (!isNotSent(error) || isExpired()) throw error;
    } finally {
      ownWrites.lastAt = clock.now();
    }
  }
}

/** Whether no attempt of the write was sent. */
export function isNotSent(error: unknown): error is ApiError {
  return error instanceof ApiError && error.kind === "not-sent" && !error.mayBeDone;
}

/** Whether a failed write certainly changed nothing. After a network Failure that is unknown. */
function isClear(error: unknown): boolean {
  if (error instanceof ApiError) return !error.mayBeDone;
  if (!(error instanceof Failure)) return false;
  return !error.problems.some(({ code }) => code === "NO_ANSWER" || code === "UNREACHABLE");
}

/** Waits for a request that removes something. Returns false if that was gone already. */
export async function awaitRemoval(request: Promise<void>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Corrects reads that are older than the run's own writes. */
function createOwnWrites(clock: Clock, staleSeconds: number, created: CreatedIds) {
  const writes = new Map<string, { readonly change: Change; readonly at: number }>();
  return {
    /** When this run last wrote, by the clock; long ago before the first time. */
    lastAt: Number.NEGATIVE_INFINITY,
    note(changes: readonly Change[]): void {
      for (const change of changes)
        writes.set(keyOf(change.subject, fieldKey(change.field, created)), { change, at: clock.now() });
    },
    /** The current value of the field with this key, for which a read showed `read`. */
    correct(subject: Subject, field: string, read: Value | null): Value | null {
      const own = writes.get(keyOf(subject, field));
      const isOlder = own?.change.before === read && clock.now() < own.at + staleSeconds * 1000;
      return own && isOlder ? own.change.after : read;
    },
  };
}
