/** Organisations for reports, what a plan makes of them, and what a careful person would count in them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDesired } from "../../src/desired/load.ts";
import type { Desired, Ledger, Live, LiveUser } from "../../src/model.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Impact, SkillImpact } from "../../src/report/impact/facts.ts";
import type { PlannedRows } from "../../src/report/planned-rows.ts";
import { byText, slugOf } from "../../src/text.ts";

/** `yaml` as the only file of a repository. */
export async function desiredOf(yaml: string): Promise<Desired> {
  const dir = await mkdtemp(join(tmpdir(), "impact-"));
  try {
    await writeFile(join(dir, "skills.yaml"), yaml);
    return (await loadDesired({ dir })).desired;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Proficiencies by name of the skill, by e-mail. */
export type LivePeople = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Ids are made from the names; a skill that somebody holds need not be listed. */
export function liveOf(
  people: LivePeople,
  facts: Partial<Live> & { skillNames?: readonly string[] } = {},
): Live {
  const { skillNames = [], ...rest } = facts;
  const names = new Set([...skillNames, ...Object.values(people).flatMap((skills) => Object.keys(skills))]);
  const users = Object.entries(people).map(([email, skills]): LiveUser => {
    const held = Object.entries(skills).map(([name, level]) => [idOf(name), level] as const);
    return { id: `user-${email}`, name: email, email, skills: new Map(held) };
  });
  return {
    organization: { id: "org", name: "Contact Centre" },
    dialect: "cloud",
    view: "whole",
    skills: complete(
      [...names].map((name) => ({ id: idOf(name), name, slug: slugOf(name), state: "active" as const })),
    ),
    users: complete(users),
    groups: complete([]),
    groupNames: [],
    profiles: complete([]),
    absentUsers: [],
    absentSkills: [],
    references: new Map(),
    requests: 0,
    ...rest,
  };
}

export function idOf(name: string): string {
  return `id of ${name}`;
}

export function complete<T>(entities: readonly T[]): { kind: "complete"; entities: readonly T[] } {
  return { kind: "complete", entities };
}

/** Everything that `live` holds, as if this program had applied it. */
export function ledgerOf(live: Live): Ledger {
  const names = new Map(live.skills.entities.map(({ id, name }) => [id, name]));
  const byId = (a: { id: string }, b: { id: string }): number => byText(a.id, b.id);
  return {
    version: 2,
    target: "default",
    organization: live.organization.id,
    dialect: live.dialect,
    applied: null,
    attempted: null,
    skills: live.skills.entities
      .map(({ id, slug, name }) => ({ id, slug, name, protected: false }))
      .sort(byId),
    profiles: [],
    users: live.users.entities
      .map(({ id, email, skills }) => ({
        id,
        email,
        assignments: Object.fromEntries(
          [...skills].map(([skill, proficiency]) => [
            skill,
            { name: names.get(skill) ?? skill, proficiency },
          ]),
        ),
      }))
      .sort(byId),
    replacements: [],
  };
}

const GUARDS = "TOO_MANY_REMOVALS SKILL_DELETE SKILL_REPLACE UNCOVERED IN_USE MAYBE_RENAME NOTHING_DESIRED";

/** What the planner makes of the three, all its guards allowed. */
export function factsOf(
  desired: Desired,
  live: Live,
  ledger: Ledger | null = null,
  allow: ReadonlySet<string> = new Set(GUARDS.split(" ")),
): PlannedRows {
  const { plan: made, rows } = plan({ desired, ledger, live, allow, requestsPerMinute: 300 });
  return { rows, plan: made, live, desired };
}

export function skillNamed(impact: Impact, name: string): SkillImpact {
  const found = impact.skills.find((skill) => skill.name === name);
  if (!found) throw new Error(`The report has no skill ${name}.`);
  return found;
}

/** Holders of one skill by proficiency, found by asking every user: slow, and easy to believe. */
export function recount(live: Live, skillId: string): { proficiency: number; holders: number }[] {
  const late = live.absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  const levels = [...live.users.entities, ...late].flatMap(({ skills }) => skills.get(skillId) ?? []);
  const distinct = [...new Set(levels)].sort((a, b) => a - b);
  return distinct.map((proficiency) => ({
    proficiency,
    holders: levels.filter((level) => level === proficiency).length,
  }));
}
