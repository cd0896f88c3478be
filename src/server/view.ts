/** A snapshot made ready to be asked: everything is worked out once, when it has been read. */
import { setImmediate as breathe } from "node:timers/promises";
import type { Dialect, Live, RefusalCode } from "../model.ts";
import type { Worlds } from "../plan/explain/worlds-index.ts";
import { indexWorlds } from "../plan/explain/worlds-index.ts";
import type { Impact } from "../report/impact/facts.ts";
import { impactOf } from "../report/impact/impact.ts";
import { impactCsv } from "../report/impact/csv.ts";
import { thinFirst } from "../report/impact/words.ts";
import type {
  CoverageEntity,
  CoverageTotals,
  PageOf,
  ProfileEntity,
  SkillDetail,
  SkillEntity,
} from "./facts.ts";
import { listProfiles } from "./profiles.ts";
import type { Page } from "./search.ts";
import { search } from "./search.ts";
import { indexSkills } from "./search-index.ts";
import type { ListedSkill } from "./skills.ts";
import { coverageOf, describeSkill, listSkills, rowsOfSkills, toSearchable } from "./skills.ts";

/** The three worlds and their plan, and when the organisation was asked. */
export interface Snapshot extends Worlds {
  readonly readAt: Date;
}

export interface View {
  readonly about: About;
  search(query: string, page: Page): PageOf<SkillEntity>;
  /** By id, slug, key or exact name; null where there is none. */
  skill(ref: string): SkillDetail | null;
  readonly profiles: readonly ProfileEntity[];
  readonly coverage: { readonly totals: CoverageTotals; readonly entities: readonly CoverageEntity[] };
  readonly impactCsv: string;
}

/** What a reader must know beside the facts. */
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
export async function prepareView({ readAt, ...worlds }: Snapshot): Promise<View> {
  const { desired, live, plan, ledger } = worlds;
  const index = indexWorlds(worlds);
  await breathe();
  const impact = impactOf({ desired, live, plan: null });
  await breathe();
  const skills = listSkills(index, impact);
  const searchIndex = indexSkills(skills.map(toSearchable));
  await breathe();
  const rows = rowsOfSkills(index);
  const byRef = skillsByRef(skills);
  return {
    about: {
      ...{ readAt, target: desired.target, organization: live.organization, dialect: live.dialect },
      hasLedger: ledger !== null,
      refusals: [...new Set(plan.refusals.map(({ code }) => code))],
      ...{ incomplete: impact.incomplete, view: live.view },
    },
    search(query, page) {
      const { total, places } = search(searchIndex, query, page);
      return { ...page, total, entities: places.flatMap((place) => skills[place]?.entity ?? []) };
    },
    skill(ref) {
      const found = byRef.get(ref);
      return found ? describeSkill(found, index, rows) : null;
    },
    profiles: listProfiles(index, impact, skills),
    coverage: coverageIn(impact, skills),
    impactCsv: impactCsv(impact),
  };
}

/** An id is nobody's slug or name, and a slug that two have means the one that the YAML names. */
function skillsByRef(skills: readonly ListedSkill[]): Map<string, ListedSkill> {
  const named = skills.filter(({ known }) => known.desired);
  const refs = [
    ...skills.map((skill) => [skill.entity.id ?? "", skill] as const),
    ...[...named, ...skills].map((skill) => [skill.entity.slug, skill] as const),
    ...[...named, ...skills].map((skill) => [skill.entity.name, skill] as const),
  ];
  return new Map(refs.filter(([ref]) => ref !== "").reverse());
}

function coverageIn(impact: Impact, skills: readonly ListedSkill[]): View["coverage"] {
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
