/** What every write of one apply shares. */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, isVersionMismatch } from "../genesys/error.ts";
import type { Reader } from "../genesys/reader.ts";
import type { Writer } from "../genesys/writer.ts";
import type { Listing, LiveUser, References, Slug } from "../model.ts";
import { Failure } from "../problem.ts";

export interface ApplyContext {
  readonly reader: Reader;
  readonly writer: Writer;
  /** Ids by slug; grows as skills are created. */
  readonly skillIds: Map<Slug, string>;
  /** The skills that somebody was to be given and wasn't. */
  readonly notGiven: Set<Slug>;
  /** True from the moment on in which what is in flight is finished and nothing more is written. */
  readonly isStopped: () => boolean;
  /** Taken once, however often it is asked for. */
  readonly lastLook: () => Promise<LastLook>;
}

/** What the organisation holds after the last write, before anything is deleted. */
export interface LastLook {
  readonly users: Listing<LiveUser>;
  /** Absent where they could not be listed for the plan either, and somebody allowed that. */
  readonly inactiveUsers?: Listing<LiveUser>;
  /** What refers to the skills that are to go, by their id. */
  readonly references: ReadonlyMap<string, References>;
}

const MISMATCH_RETRIES = 5;
const MISMATCH_DELAY_MS = 500;

/**
 * Runs `attempt`, which reads and then writes, again where someone else wrote in between.
 * Source: the vendor's Terraform provider retries 409, 408 and "does not match the current version".
 */
export async function retryMismatch<T>(attempt: (isFirst: boolean) => Promise<T>): Promise<T> {
  for (let round = 0; ; round++) {
    try {
      return await attempt(round === 0);
    } catch (error) {
      if (!isVersionMismatch(error) || round === MISMATCH_RETRIES) throw error;
      await sleep(MISMATCH_DELAY_MS * (round + 1));
    }
  }
}

/** The sentence of an error that the apply can go on after; anything else is a bug and is thrown on. */
export function reasonOf(error: unknown): string {
  if (error instanceof Failure) return error.problems.map(({ message }) => message).join(" ");
  if (error instanceof ApiError) return error.message;
  throw error;
}
