import type { Slug } from "../model.ts";
import type { NamedEntry } from "./names.ts";
import type { ImportedUser } from "./people.ts";

/** A profile before its proficiencies are agreed on. */
export interface ProfileSketch {
  readonly named: NamedEntry;
  /** Slug of the profile that it extends. */
  readonly parent?: Slug;
  /** Ids of the skills that it names itself. */
  readonly skills: readonly string[];
  /** Who has it, sorted. */
  readonly members: readonly ImportedUser[];
}
