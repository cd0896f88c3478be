/** The state that all operations of one apply share. */
import type { Reader } from "../genesys/reader.ts";
import type { Writer } from "../genesys/writer.ts";
import type { Clock } from "../http/clock.ts";
import { ApiError } from "../http/error.ts";
import type { Change, Field, Listing, Live, Plan, SkillId, Subject, Value } from "../model.ts";
import { Failure } from "../problem.ts";
import type { LastLook } from "./deletions.ts";
import type { OutcomeLog } from "./outcome.ts";
import { isNewSkillId } from "../text.ts";

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
  /** When this run last wrote, by the clock; long ago before the first time. */
  lastWriteAt: number;
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
  /** Waits until a write may be sent. Throws NotSent if the apply is stopped. */
  readonly permit: () => Promise<void>;
  /** Waits this many milliseconds, or until the apply is stopped. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Reads once and caches the result. Throws NotSent if the apply was stopped first. */
  readonly lastLook: () => Promise<LastLook>;
  /** The live ids of all skills, not older than twenty seconds. */
  readonly skillIds: () => Promise<ReadonlySet<string>>;
}

/** The lists that the plan was made from. */
export type PlannedLive = Pick<Live, "skills" | "profiles" | "users" | "divisions">;

/** The apply is stopped: nothing new is sent. */
export class NotSent extends Error {
  override readonly name = "NotSent";
}

/** The message of an error after which the apply can go on. Rethrows bugs, and throws once the apply is stopped. */
export function reasonOf(error: unknown, { isStopped }: Pick<ApplyContext, "isStopped">): string {
  if (isStopped()) throw error instanceof Failure || error instanceof ApiError ? new NotSent() : error;
  if (error instanceof Failure) return error.problems.map(({ message }) => message).join(" ");
  if (error instanceof ApiError) return error.message;
  throw error;
}

/** The live id of a skill; undefined if the skill was not created. */
export function liveIdOf(
  skill: SkillId,
  { createdIds }: Pick<ApplyContext, "createdIds">,
): string | undefined {
  return isNewSkillId(skill) ? createdIds.get(skill) : skill;
}

/** The entities of a list. Throws Failure if it is incomplete. */
export function wholeOf<T>(listing: Listing<T>): readonly T[] {
  if (listing.kind === "incomplete") throw new Failure({ code: "INCOMPLETE", message: listing.reason });
  return listing.entities;
}

/** How many milliseconds after the look a write may still be sent. */
const LOOK_ENDS = 30_000;

/**
 * Sends one write for all these changes, based on values read at `seenAt`, and records how it ended. Throws NotSent and
 * the errors of the write; kind `not-sent` if it waited so long that the values must be read again. A lost answer
 * leaves the outcome unclear.
 */
export async function send<T>(
  changes: readonly Change[],
  write: (writer: Writer) => Promise<T>,
  log: OutcomeLog,
  context: ApplyContext,
  seenAt = Infinity,
): Promise<T> {
  const isSeenLongAgo = (): boolean => context.clock.now() - seenAt > LOOK_ENDS;
  const writer = context.writer(async () => !isSeenLongAgo() && (await context.mayWrite()));
  for (;;) {
    await context.permit();
    log.sending(changes);
    try {
      const answer = await write(writer);
      log.answered(changes, true);
      for (const change of changes) context.ownWrites.note(change);
      return answer;
    } catch (error) {
      log.answered(changes, isClear(error));
      if (!isNotSent(error) || isSeenLongAgo()) throw error;
    } finally {
      context.lastWriteAt = context.clock.now();
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

// ── The run's own writes ───────────────────────────────────────────────────────────────────────

/** Corrects reads that are older than the run's own writes. */
interface OwnWrites {
  note(change: Change): void;
  /** The current value of a field for which a read showed `read`. */
  see(subject: Subject, field: Field, read: Value | null): Value | null;
}

export function createOwnWrites(
  clock: Clock,
  staleSeconds: number,
  idOf: (skill: SkillId) => string | undefined,
): OwnWrites {
  const resolved = (field: Field): Field =>
    "id" in field ? { ...field, id: idOf(field.id) ?? field.id } : field;
  const writes = new Map<string, { readonly change: Change; readonly at: number }>();
  return {
    note: (change) => writes.set(keyOf(change.subject, resolved(change.field)), { change, at: clock.now() }),
    see(subject, field, read) {
      const own = writes.get(keyOf(subject, resolved(field)));
      const isOlder = own?.change.before === read && clock.now() < own.at + staleSeconds * 1000;
      return own && isOlder ? own.change.after : read;
    },
  };
}

/** The key of a change's subject and field. */
export function keyOf(subject: Subject, field: Field): string {
  return `${subject.kind} ${subject.id}\n${field.kind} ${"id" in field ? field.id : ""}`;
}
