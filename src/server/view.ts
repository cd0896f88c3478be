/** A snapshot made ready to be asked: everything is worked out once, when it has been read. */
import { setImmediate as breathe } from "node:timers/promises";
import type { Dialect, Live, RefusalCode } from "../model.ts";
import { indexFacts } from "../report/explain/fact-index.ts";
import type { Impact } from "../report/impact/facts.ts";
import { impactOf } from "../report/impact/impact.ts";
import { impactCsv } from "../report/impact/csv.ts";
import { thinFirst } from "../report/impact/words.ts";
import type { PlannedRows } from "../report/planned-rows.ts";
import type {
  CoverageEntity,
  CoverageTotals,
  PageOf,
  ProfileEntity,
  SkillDetail,
  SkillEntity,
} from "./facts.ts";
import { describeProfiles } from "./profiles.ts";
import type { PageRequest } from "./search.ts";
import { search } from "./search.ts";
import { indexSkills } from "./search-index.ts";
import type { ListedSkill } from "./skills.ts";
import { coverageOf, describeSkill, listSkills, toSearchable } from "./skills.ts";

/** The planner's result for one reading, and when the organisation was asked. */
export interface PlannedSnapshot extends PlannedRows {
  readonly readAt: Date;
}

export interface SnapshotView {
  readonly about: About;
  search(query: string, page: PageRequest): PageOf<SkillEntity>;
  /** By key or id, else by slug or exact name; null where none has it, or more than one. */
  skill(ref: string): SkillDetail | null;
  readonly profiles: readonly ProfileEntity[];
  readonly coverage: { readonly totals: CoverageTotals; readonly entities: readonly CoverageEntity[] };
  readonly impactCsv: string;
}

/** The context of the facts. */
export interface About {
  readonly readAt: Date;
  readonly target: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
  readonly hasLedger: boolean;
  /** Why the plan of this target is refused now. */
  readonly refusals: readonly RefusalCode[];
  /** Lists that could not be read to their end. */
  readonly incomplete: readonly string[];
  readonly view: Live["view"];
}

/** Takes seconds for a large organisation, so it lets others go first between its steps. */
export async function prepareView({ readAt, ...facts }: PlannedSnapshot): Promise<SnapshotView> {
  const { desired, live, plan } = facts;
  const index = indexFacts(facts);
  await breathe();
  const impact = impactOf(facts, { withPlan: false });
  await breathe();
  const skills = listSkills(index, impact);
  const searchIndex = indexSkills(skills.map(toSearchable));
  await breathe();
  const byRef = skillsByRef(skills);
  return {
    about: {
      ...{ readAt, target: desired.target, organization: live.organization, dialect: live.dialect },
      hasLedger: plan.hasLedger,
      refusals: [...new Set(plan.refusals.map(({ code }) => code))],
      ...{ incomplete: impact.incomplete, view: live.view },
    },
    search(query, page) {
      const { total, places } = search(searchIndex, query, page);
      return { ...page, total, entities: places.flatMap((place) => skills[place]?.entity ?? []) };
    },
    skill(ref) {
      const found = byRef.get(ref);
      return found ? describeSkill(found, index) : null;
    },
    profiles: describeProfiles(index, skills),
    coverage: coverageIn(impact, skills),
    impactCsv: impactCsv(impact),
  };
}

/** Keys and ids are one skill's each; a slug or a name that several have says of none which is meant. */
function skillsByRef(skills: readonly ListedSkill[]): Map<string, ListedSkill> {
  const byName = new Map<string, ListedSkill | null>();
  for (const skill of skills) {
    const { slug, name } = skill.entity;
    for (const ref of new Set([slug, name])) byName.set(ref, byName.has(ref) ? null : skill);
  }
  const named = [...byName].flatMap(([ref, skill]) => (skill ? [[ref, skill] as const] : []));
  return new Map([
    ...named,
    ...skills.map((skill) => [skill.entity.key, skill] as const),
    ...skills.map((skill) => [skill.subject.id, skill] as const),
  ]);
}

function coverageIn(impact: Impact, skills: readonly ListedSkill[]): SnapshotView["coverage"] {
  const entities = new Map(skills.map(({ entity }) => [entity.id, entity]));
  const { assignmentsNow: assignments, ...totals } = impact.totals;
  return {
    totals: {
      ...{ skills: totals.skills, profiles: totals.profiles, users: totals.users, assignments },
      ...{ uncovered: totals.uncovered, thin: totals.thin },
    },
    entities: thinFirst(impact.skills).flatMap((skill): CoverageEntity[] => {
      const entity = entities.get(skill.id);
      if (!entity) return [];
      const { id, key, name, slug } = entity;
      const { total: holders, spread } = skill.now;
      return [{ id, key, name, slug, holders, coverage: coverageOf(skill), spread }];
    }),
  };
}
