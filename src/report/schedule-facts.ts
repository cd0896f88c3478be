/** What the next 60 days bring, with names in place of ids: for text, `explain`, the page and the HTML report. */
import type { Day, Place, Plan, Proficiency, ScheduledChange, SkillId } from "../model.ts";
import { printable } from "../text.ts";
import type { Paint } from "./paint.ts";
import { dayWords, placeWords } from "./words.ts";

/** A day on which something begins, or on the day before which something ended. */
export interface ScheduleFact {
  readonly day: Day;
  readonly changes: readonly ScheduledAssignment[];
  /** Skills that nobody holds from this day on. */
  readonly uncovered: readonly Pick<ScheduledAssignment, "skillId" | "skill">[];
}

/** A gain where `before` is null, a loss where `after` is, else another proficiency. */
export interface ScheduledAssignment {
  /** E-mail, else id; what the YAML calls somebody whom the organisation doesn't have. */
  readonly user: string;
  /** The display name. */
  readonly name: string;
  /** Its name. */
  readonly skill: string;
  readonly skillId: SkillId;
  readonly before: Proficiency | null;
  readonly after: Proficiency | null;
  readonly source: Place;
}

/** `about`: only what concerns this user or this skill. */
export function scheduleFacts(
  { scheduled, skills }: Pick<Plan, "scheduled" | "skills">,
  about: { readonly user?: string; readonly skill?: SkillId } = {},
): ScheduleFact[] {
  const nameOf = (id: SkillId): string => skills[id]?.name ?? id;
  const isMeant = ({ user, skill }: ScheduledChange): boolean =>
    (about.user === undefined || user === about.user) && (about.skill === undefined || skill === about.skill);
  return scheduled.flatMap(({ day, changes, uncovered }) => {
    const meant = changes.filter(isMeant);
    const bare = new Set(meant.map(({ skill }) => skill));
    if (meant.length === 0) return [];
    return {
      day,
      changes: meant.map(({ user, name, email, skill, before, after, source }) => {
        const assigned = { skill: nameOf(skill), skillId: skill };
        return { user: email || (user ?? name), name, ...assigned, before, after, source };
      }),
      uncovered: uncovered
        .filter(({ skill }) => bare.has(skill))
        .map(({ skill }) => ({ skill: nameOf(skill), skillId: skill })),
    };
  });
}

/** A few lines for each day. */
export function scheduleText(facts: readonly ScheduleFact[], paint: Paint): string[] {
  return facts.flatMap(({ day, changes, uncovered }) => [
    `  ${paint.bold(dayWords(day))}`,
    ...changes.map((change) => {
      const { user, source } = change;
      return `    ${changeWords(change, paint)}  ${printable(user)}  ${paint.dim(placeWords(source))}`;
    }),
    ...uncovered.map(
      ({ skill }) =>
        `    ${paint.red(`! On ${dayWords(day)} nobody will be left with ${printable(skill, 120)}.`)}`,
    ),
  ]);
}

function changeWords({ skill, before, after }: ScheduledAssignment, paint: Paint): string {
  const name = printable(skill);
  if (after === null) return `${paint.red("-")} ${name} (was at ${before})`;
  if (before === null) return `${paint.green("+")} ${name} at ${after}`;
  return `${paint.yellow("~")} ${name} ${before} → ${after}`;
}
