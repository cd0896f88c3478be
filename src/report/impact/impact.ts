/**
 * Computes the impact of a plan on the people who route calls: each skill with its profiles, its holders now and after,
 * and the users who gain and lose it, in one pass over users and operations.
 */
import type { Live, SkillId } from "../../model.ts";
import type { UserSubject } from "../../plan/rows.ts";
import { byText } from "../../text.ts";
import type { HolderRole, SkillView } from "../plan/view.ts";
import { planView } from "../plan/view.ts";
import type { PlannedRows } from "../planned-rows.ts";
import { heldSkills, proficiencyOf } from "../planned-rows.ts";
import { scheduleFacts } from "../schedule-facts.ts";
import type {
  Coverage,
  Holders,
  Impact,
  ImpactOptions,
  ImpactTotals,
  People,
  PersonChange,
  SkillImpact,
} from "./facts.ts";
import { profilesOf } from "./profiles.ts";

/** Users that neither the YAML nor the ledger names are only counted. */
export function impactOf(
  facts: PlannedRows,
  { withPlan = true, nameEveryone = false }: ImpactOptions = {},
): Impact {
  const { desired, live, plan, rows } = facts;
  const view = planView(withPlan ? plan : { ...plan, stages: [] });
  const viewOf = new Map(view.skills.map((skill) => [skill.id, skill]));
  const users = new Map(rows.users.map((user) => [user.user.id, user]));
  const { profiles, links } = profilesOf(facts, view.profiles);
  const spreads = countHolders(rows.users);
  const nameOf = (id: SkillId): string => {
    const subject = rows.skillById.get(id);
    return nameAfter(viewOf.get(id)) ?? subject?.live?.name ?? subject?.name ?? id;
  };

  const counted = rows.skills
    .filter(({ id, live }) => live ?? viewOf.get(id)?.existence?.verb === "create")
    .map((subject) => {
      const changed = viewOf.get(subject.id);
      const steps = stepsOf(changed, users);
      const [now, after] = [spreads.get(subject.id) ?? new Map<number, number>(), new Map<number, number>()];
      const isDeleted = changed?.existence?.verb === "delete";
      if (!isDeleted) moveHolders(now, after, steps);
      const people = (who: keyof Steps): People => peopleOf(steps[who], nameEveryone);
      const outcome = isDeleted ? "deleted" : subject.live ? "stays" : "created";
      const successor = changed?.deletion?.replacedBy;
      const references = live.references.get(subject.id);
      const profileLinks = links.get(subject.id) ?? [];
      const fact: SkillImpact = {
        ...{ id: subject.live?.id ?? null, slug: subject.slug, name: nameOf(subject.id) },
        ...(nameAfter(changed) !== undefined && { previousName: subject.live?.name ?? subject.name }),
        outcome,
        ...(successor !== undefined && { replacedBy: nameOf(successor) }),
        named: subject.entry !== undefined,
        profiles: isDeleted ? profileLinks.map((link) => ({ ...link, outcome: "loses" })) : profileLinks,
        ...{ now: holdersOf(now), after: holdersOf(after) },
        ...{ gains: people("gains"), losses: people("losses") },
        ...{ changes: people("changes"), moves: people("moves") },
        coverage: coverageOf(outcome, holdersOf(after)),
        ...(references && { references }),
      };
      return { fact, steps };
    });
  const skills = counted
    .map(({ fact }) => fact)
    .sort((a, b) => byText(a.slug, b.slug) || byText(a.id ?? "", b.id ?? ""));
  const allSteps = counted.map(({ steps }) => steps);
  return {
    version: 1,
    target: desired.target,
    organization: live.organization,
    dialect: live.dialect,
    hasPlan: withPlan,
    isEstimate: withPlan && plan.isEstimate,
    refusals: withPlan ? [...new Set(plan.refusals.map(({ code }) => code))] : [],
    incomplete: incompleteLists(live),
    view: live.view,
    totals: totalsOf(skills, allSteps, { users: rows.users.length, profiles: profiles.length }),
    profiles,
    skills,
    schedule: scheduleFacts(plan),
  };
}

function incompleteLists(live: Live): string[] {
  return (["skills", "users", "groups", "profiles"] as const).filter(
    (list) => live[list].kind === "incomplete",
  );
}

function totalsOf(
  skills: readonly SkillImpact[],
  steps: readonly Steps[],
  counted: Pick<ImpactTotals, "users" | "profiles">,
): ImpactTotals {
  const sum = (number: (skill: SkillImpact) => number): number =>
    skills.reduce((total, skill) => total + number(skill), 0);
  const number = (is: (skill: SkillImpact) => boolean): number => skills.filter(is).length;
  const usersOf = (who: keyof Steps): number =>
    new Set(steps.flatMap((one) => one[who].map(({ user }) => user))).size;
  return {
    ...counted,
    skills: number(({ outcome }) => outcome !== "deleted"),
    assignmentsNow: sum(({ now }) => now.total),
    assignmentsAfter: sum(({ after }) => after.total),
    usersGaining: usersOf("gains"),
    usersLosing: usersOf("losses"),
    usersChanging: usersOf("changes"),
    uncoveredNow: number(({ outcome, now }) => outcome !== "created" && now.total === 0),
    uncovered: number(({ coverage }) => coverage === "none"),
    thin: number(({ coverage }) => coverage === "thin"),
  };
}

function nameAfter(view: SkillView | undefined): string | undefined {
  const after = view?.texts.find(({ field }) => field.kind === "name")?.after;
  return typeof after === "string" ? after : undefined;
}

// ── Holders ──────────────────────────────────────────────────────────────────────────────────────────

/** The number of holders at each proficiency. */
type Spread = Map<number, number>;

function countHolders(users: readonly UserSubject[]): ReadonlyMap<SkillId, Spread> {
  const spreads = new Map<SkillId, Spread>();
  for (const user of users) {
    for (const [id, proficiency] of heldSkills(user)) {
      const spread = spreads.get(id) ?? new Map<number, number>();
      spreads.set(id, spread);
      add(spread, proficiency, 1);
    }
  }
  return spreads;
}

function add(spread: Spread, proficiency: number, holders: number): void {
  const sum = (spread.get(proficiency) ?? 0) + holders;
  if (sum > 0) spread.set(proficiency, sum);
  else spread.delete(proficiency);
}

/** Fills `after` with the holders who are there `now`, each at the proficiency after their step. */
function moveHolders(now: Spread, after: Spread, steps: Steps): void {
  for (const [proficiency, holders] of now) after.set(proficiency, holders);
  for (const { before, after: next } of Object.values(steps).flat()) {
    if (before !== null) add(after, before, -1);
    if (next !== null) add(after, next, 1);
  }
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

// ── Steps ────────────────────────────────────────────────────────────────────────────────────────────

/** One user's proficiency in one skill, before and after; null if the user doesn't have it. */
interface HolderStep {
  readonly user: UserSubject;
  readonly before: number | null;
  readonly after: number | null;
}

/** The users whose assignment changes, by kind of change. */
type Steps = Readonly<Record<"gains" | "losses" | "changes" | "moves", readonly HolderStep[]>>;

/** Holders of a replaced skill move to the new one. Inactive holders take no calls, so they aren't counted. */
function stepsOf(view: SkillView | undefined, active: ReadonlyMap<string, UserSubject>): Steps {
  if (!view) return { gains: [], losses: [], changes: [], moves: [] };
  const { id: skill, holders, deletion } = view;
  const steps = (...roles: readonly HolderRole[]): HolderStep[] =>
    roles.flatMap((role) =>
      holders[role].flatMap(({ person, change: { before, after } }) => {
        const user = active.get(person.id);
        return user ? [{ user, before: proficiencyOf(before), after: proficiencyOf(after) }] : [];
      }),
    );
  const [losses, moves] = [steps("loss"), steps("move", "handover")];
  const gone = new Set([...losses, ...moves].map(({ user }) => user));
  const replaced = deletion?.replacedBy === undefined ? [] : deletion.holders;
  const others = replaced.flatMap(({ id }): HolderStep[] => {
    const user = active.get(id);
    if (!user || gone.has(user)) return [];
    return [{ user, before: heldSkills(user).get(skill) ?? null, after: null }];
  });
  return { gains: steps("gain"), losses, changes: steps("update"), moves: [...moves, ...others] };
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
