/**
 * Computes the impact of a plan on the people who route calls: each skill with its profiles, its holders now and after,
 * and the users who gain and lose it, in one pass over users and operations.
 */
import type { Live } from "../../model.ts";
import { byText } from "../../text.ts";
import { planView } from "../plan/view.ts";
import type { PlannedRows } from "../planned-rows.ts";
import { scheduleFacts } from "../schedule-facts.ts";
import type { Impact, ImpactOptions, ImpactTotals, SkillImpact } from "./facts.ts";
import { describeProfiles } from "./profiles.ts";
import type { SkillCounts } from "./skills.ts";
import { countSkills, finishSkill } from "./skills.ts";

/** Users that neither the YAML nor the ledger names are only counted. */
export function impactOf(
  facts: PlannedRows,
  { withPlan = true, nameEveryone = false }: ImpactOptions = {},
): Impact {
  const { desired, live, plan, rows } = facts;
  const view = planView(withPlan ? plan : { ...plan, stages: [] });
  const countsBySkill = countSkills(facts, view.skills);
  const { profiles, links } = describeProfiles(facts, view.profiles, countsBySkill);
  const all = [...countsBySkill.values()];
  const skills = all
    .map((skill) => finishSkill(skill, { links: links.get(skill) ?? [], live, nameEveryone, countsBySkill }))
    .sort((a, b) => byText(a.slug, b.slug) || byText(a.id ?? "", b.id ?? ""));
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
    totals: totalsOf(skills, all, { users: rows.users.length, profiles: profiles.length }),
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
  countsBySkill: readonly SkillCounts[],
  counted: Pick<ImpactTotals, "users" | "profiles">,
): ImpactTotals {
  const sum = (number: (skill: SkillImpact) => number): number =>
    skills.reduce((total, skill) => total + number(skill), 0);
  const number = (is: (skill: SkillImpact) => boolean): number => skills.filter(is).length;
  const usersOf = (who: "gains" | "losses" | "changes"): number =>
    new Set(countsBySkill.flatMap(({ steps }) => steps[who].map(({ user }) => user))).size;
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
