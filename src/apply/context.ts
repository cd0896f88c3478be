/** What all operations of one apply share: the way to the organisation, and what this run knows by now. */
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
  /** What the plan was made from. */
  readonly live: PlannedLive;
  readonly reader: Reader;
  /** A writer that asks before each attempt of each request, when its turn has come. */
  readonly writer: (mayBeSent: () => Promise<boolean>) => Writer;
  readonly clock: Clock;
  readonly requestsPerMinute: number;
  /** For how many seconds a read may still show what was there before a write. */
  readonly staleSeconds: number;
  /** By the clock. What is read `staleSeconds` later is newer than the plan. */
  readonly startedAt: number;
  /** When this run last wrote, by the clock; long ago before the first time. */
  lastWriteAt: number;
  /** Live ids of the skills that were created or adopted, by `new:<slug>`. */
  readonly createdIds: Map<SkillId, string>;
  /** Skills that somebody was to be given and wasn't. */
  readonly notGiven: Set<SkillId>;
  /** Keys of the fields that were to be changed and weren't. */
  readonly notChanged: Set<string>;
  /** Live ids of skills that turned out to be deleted after the plan was made. */
  readonly deletedSkills: Set<string>;
  readonly ownWrites: OwnWrites;
  readonly bugs: unknown[];
  /** True from the moment on from which nothing new is sent. */
  readonly isStopped: () => boolean;
  /** Whether a write may leave now: the apply is not stopped, and holds its ledger. */
  readonly mayWrite: () => Promise<boolean>;
  /** Waits until a write may leave. Throws NotSent where the apply is stopped. */
  readonly permit: () => Promise<void>;
  /** Waits so many milliseconds, or until the apply is stopped. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Taken once, however often it is asked for. Throws NotSent where the apply was stopped before. */
  readonly lastLook: () => Promise<LastLook>;
  /** The live ids of all skills, not older than twenty seconds. */
  readonly skillIds: () => Promise<ReadonlySet<string>>;
}

/** As the lists showed it when the plan was made. */
export type PlannedLive = Pick<Live, "skills" | "profiles" | "users" | "divisions">;

/** The apply is stopped: nothing new is sent. */
export class NotSent extends Error {
  override readonly name = "NotSent";
}

/** The sentence of an error that the apply can go on after; a bug is thrown on, and any error once it is stopped. */
export function reasonOf(error: unknown, { isStopped }: Pick<ApplyContext, "isStopped">): string {
  if (isStopped()) throw error instanceof Failure || error instanceof ApiError ? new NotSent() : error;
  if (error instanceof Failure) return error.problems.map(({ message }) => message).join(" ");
  if (error instanceof ApiError) return error.message;
  throw error;
}

/** The live id of a skill; undefined where it was to be created and wasn't. */
export function liveIdOf(
  skill: SkillId,
  { createdIds }: Pick<ApplyContext, "createdIds">,
): string | undefined {
  return isNewSkillId(skill) ? createdIds.get(skill) : skill;
}

/** The entities of a list. Throws Failure where it is incomplete. */
export function wholeOf<T>(listing: Listing<T>): readonly T[] {
  if (listing.kind === "incomplete") throw new Failure({ code: "INCOMPLETE", message: listing.reason });
  return listing.entities;
}

/** Milliseconds after a look at which a write that still waits for its turn is not sent. */
const LOOK_ENDS = 30_000;

/**
 * Sends one write for all these changes, by what was seen at `seenAt`, and notes how it ended. Throws NotSent, and
 * what the write throws; kind `not-sent` where it had to wait so long that somebody must look again. An answer that
 * never came leaves open whether they were done.
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

/** The write was not sent, and no earlier attempt of it either. */
export function isNotSent(error: unknown): error is ApiError {
  return error instanceof ApiError && error.kind === "not-sent" && !error.mayBeDone;
}

/** Whether a failed write certainly changed nothing. A Failure for the network doesn't tell whether it was sent. */
function isClear(error: unknown): boolean {
  if (error instanceof ApiError) return !error.mayBeDone;
  if (!(error instanceof Failure)) return false;
  return !error.problems.some(({ code }) => code === "NO_ANSWER" || code === "UNREACHABLE");
}

// ── What this run wrote itself ───────────────────────────────────────────────────────────────────────

/** A read may be older than what this run wrote: then it shows the value before, and ours is there. */
export interface OwnWrites {
  note(change: Change): void;
  /** The value of a field, where a read shows `read`. */
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

/** What a change is about, as one text. */
export function keyOf(subject: Subject, field: Field): string {
  return `${subject.kind} ${subject.id}\n${field.kind} ${"id" in field ? field.id : ""}`;
}
