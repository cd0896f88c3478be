import type { Slug } from "../model.ts";
import type { Named } from "./names.ts";
import type { Person } from "./people.ts";

/** A profile before anybody has said how well its skills are mastered. */
export interface ProfileSketch {
  readonly named: Named;
  /** Slug of the profile that it extends. */
  readonly parent?: Slug;
  /** Ids of the skills that it names itself. */
  readonly skills: readonly string[];
  /** Who has it, sorted. */
  readonly members: readonly Person[];
}
