/** The state that all operations of one apply share, and the sending of a write. */
import type { Reader } from "../genesys/reader.ts";
import type { Writer } from "../genesys/writer.ts";
import type { Clock } from "../http/clock.ts";
import { ApiError, isGone } from "../http/error.ts";
import type { Change, Field, Listing, Live, Plan, SkillId, Subject, Value } from "../model.ts";
import { Failure } from "../problem.ts";
import { isNewSkillId } from "../text.ts";
import type { DeleteFacts } from "./deletions.ts";
import type { OutcomeLog } from "./outcome.ts";

export interface ApplyContext {
  readonly plan: Plan;
  /** The live state that the plan was made from. */
  readonly live: PlannedLive;
  readonly reader: Reader;
  /** A writer that calls `mayBeSent` before each attempt of each request, when its turn has come. */
  readonly writer: (mayBeSent: () => Promise<boolean>) => Writer;
  readonly clock: Clock;
  readonly requestsPerMinute: number;
  /** How many seconds after a write reads may still show the value before it. */
  readonly staleSeconds: number;
  /** By the clock. A read `staleSeconds` later is newer than the plan. */
  readonly startedAt: number;
  /** Live ids of the skills that were created or adopted, by `new:<slug>`. */
  readonly createdIds: Map<SkillId, string>;
  /** Skills with a planned assignment that was not made. */
  readonly notGiven: Set<SkillId>;
  /** Keys of fields with a planned change that was not made. */
  readonly notChanged: Set<string>;
  /** Live ids of skills that were deleted after the plan was made. */
  readonly deletedSkills: Set<string>;
  readonly ownWrites: OwnWrites;
  readonly bugs: unknown[];
  /** Whether the apply is stopped, so that nothing new is sent. */
  readonly isStopped: () => boolean;
  /** Whether a write may be sent now: the apply is not stopped, and holds its ledger. */
  readonly mayWrite: () => Promise<boolean>;
  /** Waits until a write may be sent. Throws Stopped. */
  readonly waitUntilMayWrite: () => Promise<void>;
  /** Waits this many milliseconds, or until the apply is stopped. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Reads once and caches the result. Throws Stopped. */
  readonly deleteFacts: () => Promise<DeleteFacts>;
  /** The live ids of all skills, not older than twenty seconds. */
  readonly skillIds: () => Promise<ReadonlySet<string>>;
}

/** The context of one operation. */
export interface OperationContext extends ApplyContext {
  readonly log: OutcomeLog;
}

/** The lists that the plan was made from. */
export type PlannedLive = Pick<Live, "skills" | "profiles" | "users" | "divisions">;

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

type CreatedIds = Pick<ApplyContext, "createdIds">;

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
interface OwnWrites {
  /** When this run last wrote, by the clock; long ago before the first time. */
  lastAt: number;
  note(changes: readonly Change[]): void;
  /** The current value of the field with this key, of which a read showed `read`. */
  correct(subject: Subject, field: string, read: Value | null): Value | null;
}

export function createOwnWrites(clock: Clock, staleSeconds: number, created: CreatedIds): OwnWrites {
  const writes = new Map<string, { readonly change: Change; readonly at: number }>();
  return {
    lastAt: Number.NEGATIVE_INFINITY,
    note(changes) {
      for (const change of changes)
        writes.set(keyOf(change.subject, fieldKey(change.field, created)), { change, at: clock.now() });
    },
    correct(subject, field, read) {
      const own = writes.get(keyOf(subject, field));
      const isOlder = own?.change.before === read && clock.now() < own.at + staleSeconds * 1000;
      return own && isOlder ? own.change.after : read;
    },
  };
}
