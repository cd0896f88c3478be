/** What every write of one apply shares. */
import { ApiError } from "../genesys/error.ts";
import type { Reader } from "../genesys/reader.ts";
import type { Writer } from "../genesys/writer.ts";
import type { GainSkill, Listing, LiveUser, References, Slug } from "../model.ts";
import { Failure } from "../problem.ts";

export interface ApplyContext {
  readonly reader: Reader;
  readonly writer: Writer;
  /** Ids by slug; grows as skills are created. */
  readonly skillIds: Map<Slug, string>;
  /** The skills that somebody was to be given and wasn't. */
  readonly notGiven: Set<Slug>;
  /** The skills that turned out to be deleted after the plan was made. */
  readonly deletedSkills: Set<Slug>;
  /** True from the moment on in which what is in flight is finished and nothing more is written. */
  readonly isStopped: () => boolean;
  /** Waits so many milliseconds, or until the apply is stopped. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Taken once, however often it is asked for; null where the apply was stopped before. */
  readonly lastLook: () => Promise<LastLook | null>;
}

/** What the organisation holds after the last write, before anything is deleted. */
export interface LastLook {
  readonly users: Listing<LiveUser>;
  /** Absent where they could not be listed for the plan either, and somebody allowed that. */
  readonly inactiveUsers?: Listing<LiveUser>;
  /** What the plan gave by hand because of a rename, by user id. */
  readonly givenByHand: ReadonlyMap<string, readonly GainSkill[]>;
  /** What refers to the skills that are to go, by their id. */
  readonly references: ReadonlyMap<string, References>;
}

/** The sentence of an error that the apply can go on after; anything else is a bug and is thrown on. */
export function reasonOf(error: unknown): string {
  if (error instanceof Failure) return error.problems.map(({ message }) => message).join(" ");
  if (error instanceof ApiError) return error.message;
  throw error;
}
