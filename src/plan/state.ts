/** All subjects with their rows, as they go from step to step. */
import type { ProfileSubject, SkillSubject, UserSubject } from "./rows.ts";

export interface SubjectRows {
  readonly skills: readonly SkillSubject[];
  readonly profiles: readonly ProfileSubject[];
  /** Active users. */
  readonly users: readonly UserSubject[];
  readonly inactive: readonly UserSubject[];
}
