/** Counts the holders of live and created skills, now and after the plan. */
import type { SkillId } from "../../model.ts";
import type { SkillSubject, UserSubject } from "../../plan/rows.ts";
import { byText } from "../../text.ts";
import type { HolderRole, SkillView } from "../plan/view.ts";
import type { PlannedRows } from "../planned-rows.ts";
import { heldSkills, proficiencyOf } from "../planned-rows.ts";
import type { Coverage, Holders, People, PersonChange, ProfileLink, SkillImpact } from "./facts.ts";

/** The number of holders at each proficiency. */
type Spread = Map<number, number>;

/** One user's proficiency in one skill, before and after; null if the user doesn't have it. */
interface HolderStep {
  readonly user: UserSubject;
  readonly before: number | null;
  readonly after: number | null;
}

/** The users whose assignment changes, by kind of change. */
type Steps = Readonly<Record<"gains" | "losses" | "changes" | "moves", readonly HolderStep[]>>;

/** One skill while it is counted. */
export interface SkillCounts {
  readonly subject: SkillSubject;
  /** The plan's changes of it; undefined if there are none. */
  readonly view: SkillView | undefined;
  readonly name: string;
  readonly outcome: SkillImpact["outcome"];
  readonly now: Spread;
  readonly after: Spread;
  readonly steps: Steps;
}

/** By skill id. */
export type CountsBySkill = ReadonlyMap<SkillId, SkillCounts>;

/** `views` are the skills that the plan changes; empty without a plan. */
export function countSkills({ rows }: PlannedRows, views: readonly SkillView[]): CountsBySkill {
  const viewOf = new Map(views.map((view) => [view.id, view]));
  const users = new Map(rows.users.map((user) => [user.user.id, user]));
  const spreads = new Map<SkillId, Spread>();
  for (const user of rows.users) {
    for (const [id, proficiency] of heldSkills(user)) {
      const spread = spreads.get(id) ?? new Map<number, number>();
      spreads.set(id, spread);
      add(spread, proficiency, 1);
    }
  }
  return new Map(
    rows.skills.flatMap((subject) => {
      const view = viewOf.get(subject.id);
      if (!subject.live && view?.existence?.verb !== "create") return [];
      return [
        [
          subject.id,
          countSkill(subject, view, { users, now: spreads.get(subject.id) ?? new Map<number, number>() }),
        ] as const,
      ];
    }),
  );
}

interface Counted {
  readonly now: Spread;
  /** Active users by id. Inactive holders take no calls, so they aren't counted. */
  readonly users: ReadonlyMap<string, UserSubject>;
}

function countSkill(
  subject: SkillSubject,
  view: SkillView | undefined,
  { now, users }: Counted,
): SkillCounts {
  const { live } = subject;
  const isDeleted = view?.existence?.verb === "delete";
  const steps = view ? stepsOf(view, users) : { gains: [], losses: [], changes: [], moves: [] };
  const after: Spread = new Map(isDeleted ? [] : now);
  for (const { before, after: next } of isDeleted ? [] : Object.values(steps).flat()) {
    if (before !== null) add(after, before, -1);
    if (next !== null) add(after, next, 1);
  }
  return {
    ...{ subject, view, name: nameAfter(view) ?? live?.name ?? subject.name },
    outcome: isDeleted ? "deleted" : live ? "stays" : "created",
    ...{ now, after, steps },
  };
}

function nameAfter(view: SkillView | undefined): string | undefined {
  const after = view?.texts.find(({ field }) => field.kind === "name")?.after;
  return typeof after === "string" ? after : undefined;
}

function add(spread: Spread, proficiency: number, holders: number): void {
  const sum = (spread.get(proficiency) ?? 0) + holders;
  if (sum > 0) spread.set(proficiency, sum);
  else spread.delete(proficiency);
}

/** The steps of a skill's holders; holders of a replaced skill move to the new one. */
function stepsOf({ id: skill, holders, deletion }: SkillView, users: Counted["users"]): Steps {
  const steps = (...roles: readonly HolderRole[]): HolderStep[] =>
    roles.flatMap((role) =>
      holders[role].flatMap(({ person, change: { before, after } }) => {
        const user = users.get(person.id);
        return user ? [{ user, before: proficiencyOf(before), after: proficiencyOf(after) }] : [];
      }),
    );
  const [losses, moves] = [steps("loss"), steps("move", "handover")];
  const gone = new Set([...losses, ...moves].map(({ user }) => user));
  const replaced = (deletion?.replacedBy === undefined ? [] : deletion.holders).flatMap(
    ({ id }): HolderStep[] => {
      const user = users.get(id);
      if (!user || gone.has(user)) return [];
      return [{ user, before: heldSkills(user).get(skill) ?? null, after: null }];
    },
  );
  return { gains: steps("gain"), losses, changes: steps("update"), moves: [...moves, ...replaced] };
}

// ── The finished fact ────────────────────────────────────────────────────────────────────────────────

interface SkillContext extends Pick<PlannedRows, "live"> {
  readonly links: readonly ProfileLink[];
  readonly nameEveryone: boolean;
  readonly countsBySkill: CountsBySkill;
}

export function finishSkill(counts: SkillCounts, context: SkillContext): SkillImpact {
  const { subject, view, name, outcome, steps } = counts;
  const { links, live, nameEveryone, countsBySkill } = context;
  const people = (who: keyof Steps): People => peopleOf(steps[who], nameEveryone);
  const references = live.references.get(subject.id);
  const successor = view?.deletion?.replacedBy;
  const after = holdersOf(counts.after);
  return {
    ...{ id: subject.live?.id ?? null, slug: subject.slug, name },
    ...(nameAfter(view) !== undefined && { previousName: subject.live?.name ?? subject.name }),
    outcome,
    ...(successor !== undefined && { replacedBy: countsBySkill.get(successor)?.name ?? successor }),
    ...{ named: subject.entry !== undefined, profiles: links, now: holdersOf(counts.now), after },
    ...{
      gains: people("gains"),
      losses: people("losses"),
      changes: people("changes"),
      moves: people("moves"),
    },
    coverage: coverageOf(outcome, after),
    ...(references && { references }),
  };
}

/** Users that the YAML doesn't name are only counted, unless `nameEveryone`. */
function peopleOf(steps: readonly HolderStep[], nameEveryone: boolean): People {
  const named = steps
    .filter(({ user }) => nameEveryone || user.named)
    .map(({ user, before, after }): PersonChange => ({ user: user.ref, before, after }));
  return {
    total: steps.length,
    named: named.sort((a, b) => byText(a.user, b.user)),
    others: steps.length - named.length,
  };
}

function holdersOf(spread: Spread): Holders {
  const sorted = [...spread].sort(([a], [b]) => a - b);
  return {
    total: sorted.reduce((sum, [, holders]) => sum + holders, 0),
    spread: sorted.map(([proficiency, holders]) => ({ proficiency, holders })),
  };
}

/** A skill with this many holders may have none during a holiday. */
const THIN = 2;

function coverageOf(outcome: SkillImpact["outcome"], { total }: Holders): Coverage {
  if (outcome === "deleted") return "gone";
  if (total === 0) return "none";
  return total <= THIN ? "thin" : "good";
}
