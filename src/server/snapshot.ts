/**
 * All answers of the API about one reading of the organisation, computed once. It is compact plain data, so that a
 * worker thread can build it, and the server keeps no plan in memory.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { About, CoverageEntity, CoveragePage, PageOf, ProfileEntity, Schedule } from "../page/api.ts";
import type { FactIndex } from "../report/explain/fact-index.ts";
import { indexFacts } from "../report/explain/fact-index.ts";
import { impactCsv } from "../report/impact/csv.ts";
import type { Impact } from "../report/impact/facts.ts";
import { impactOf } from "../report/impact/impact.ts";
import { thinFirst } from "../report/impact/words.ts";
import type { PlannedRows } from "../report/planned-rows.ts";
import type { PageRequest, SearchIndex } from "./search.ts";
import { createSearch, indexSkills } from "./search.ts";
import type { ListedSkill } from "./skills.ts";
import { coverageOf, describeProfiles, describeSkill, listSkills, toSearchable } from "./skills.ts";

export interface SearchSnapshot {
  /** When the organisation was read. */
  readonly readAt: Date;
  readonly about: About;
  /** The JSON of each skill, as a search answers with it. */
  readonly skills: readonly string[];
  readonly index: SearchIndex;
  /** The place in `skills` by key, id, slug or name. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** The deflated JSON of the skills' details, in lots. */
  readonly details: readonly Uint8Array<ArrayBuffer>[];
  readonly profiles: readonly ProfileEntity[];
  readonly coverage: Pick<CoveragePage, "totals" | "entities">;
  readonly impactCsv: string;
  readonly schedule: Schedule;
}

/** The input of a snapshot: the planner's result for one reading. */
export interface PlannedSnapshot extends PlannedRows {
  readonly readAt: Date;
}

/** Builds a snapshot, which takes seconds for a large organisation. */
export function takeSnapshot({ readAt, ...facts }: PlannedSnapshot): SearchSnapshot {
  const { desired, live, plan } = facts;
  const { factIndex, impact, listed } = describeSkills(facts);
  return {
    readAt,
    about: {
      ...{ target: desired.target, organization: live.organization, dialect: live.dialect },
      hasLedger: plan.hasLedger,
      refusals: [...new Set(plan.refusals.map(({ code }) => code))],
      ...{ incomplete: impact.incomplete, view: live.view },
    },
    skills: listed.map(({ entity }) => JSON.stringify(entity)),
    index: indexSkills(listed.map(toSearchable)),
    placeOf: placesOf(listed),
    details: packDetails(listed, factIndex),
    profiles: describeProfiles(factIndex, listed),
    coverage: coverageIn(impact, listed),
    impactCsv: impactCsv(impact),
    schedule: { days: impact.schedule },
  };
}

function describeSkills(facts: PlannedRows) {
  const factIndex = indexFacts(facts);
  const impact = impactOf(facts, { withPlan: false });
  return { factIndex, impact, listed: listSkills(factIndex, impact) };
}

/** One search without a snapshot, and the incomplete lists. */
export function searchOnce(facts: PlannedRows, query: string, page: PageRequest) {
  const { impact, listed } = describeSkills(facts);
  const { total, places } = createSearch(indexSkills(listed.map(toSearchable)))(query, page);
  const entities = places.flatMap((place) => listed[place]?.entity ?? []);
  return { found: { ...page, total, entities }, incomplete: impact.incomplete };
}

/** Skills by key, id, and unique slug or name. */
function placesOf(listed: readonly ListedSkill[]): Map<string, number> {
  const byName = new Map<string, number | null>();
  listed.forEach(({ entity: { slug, name } }, place) => {
    for (const ref of new Set([slug, name])) byName.set(ref, byName.has(ref) ? null : place);
  });
  const named = [...byName].flatMap(([ref, place]) => (place === null ? [] : [[ref, place] as const]));
  return new Map([
    ...named,
    ...listed.map(({ entity }, place) => [entity.key, place] as const),
    ...listed.map(({ subject }, place) => [subject.id, place] as const),
  ]);
}

/** Deflates them in lots: zlib answers even the shortest text with a buffer of 16 KB. */
function packDetails(listed: readonly ListedSkill[], index: FactIndex): SearchSnapshot["details"] {
  return Array.from({ length: Math.ceil(listed.length / LOT) }, (_, lot) => {
    const texts = listed
      .slice(lot * LOT, (lot + 1) * LOT)
      .map((skill) => JSON.stringify(describeSkill(skill, index)));
    return new Uint8Array(deflateRawSync(texts.join("\n"), { level: 1 }));
  });
}

/** How many skills' details are deflated together. */
const LOT = 8;

/** JSON has no line breaks between its values. */
function unpackDetail(details: SearchSnapshot["details"], place: number): string | null {
  const lot = details[Math.floor(place / LOT)];
  return lot ? (inflateRawSync(lot).toString().split("\n")[place % LOT] ?? null) : null;
}

function coverageIn(impact: Impact, listed: readonly ListedSkill[]): SearchSnapshot["coverage"] {
  const entities = new Map(listed.map(({ entity }) => [entity.id, entity]));
  const { skills, profiles, users, assignmentsNow: assignments, uncovered, thin } = impact.totals;
  return {
    totals: { skills, profiles, users, assignments, uncovered, thin },
    entities: thinFirst(impact.skills).flatMap((skill): CoverageEntity[] => {
      const entity = entities.get(skill.id);
      if (!entity) return [];
      const { id, key, name, slug } = entity;
      const { total: holders, spread } = skill.now;
      return [{ id, key, name, slug, holders, coverage: coverageOf(skill), spread }];
    }),
  };
}

// ── Answers ──────────────────────────────────────────────────────────────────────────────────────────

/** A snapshot that can be asked. */
export interface SnapshotView extends Pick<SearchSnapshot, "readAt" | "about" | "impactCsv" | "schedule"> {
  /** The JSON of a page of skills. */
  search(query: string, page: PageRequest): string;
  /** The JSON of a skill's details, by key, id, or unique slug or name; null if there is none. */
  skill(ref: string): string | null;
  profiles(page: PageRequest): PageOf<ProfileEntity>;
  coverage(page: PageRequest): CoveragePage;
}

export function viewOf(snapshot: SearchSnapshot): SnapshotView {
  const { readAt, about, skills, placeOf, details, profiles, coverage } = snapshot;
  const search = createSearch(snapshot.index);
  return {
    ...{ readAt, about, impactCsv: snapshot.impactCsv, schedule: snapshot.schedule },
    search(query, page) {
      const { total, places } = search(query, page);
      const head = JSON.stringify({ ...page, total }).slice(0, -1);
      return `${head},"entities":[${places.map((place) => skills[place]).join(",")}]}`;
    },
    skill(ref) {
      const place = placeOf.get(ref);
      return place === undefined ? null : unpackDetail(details, place);
    },
    profiles: (page) => pageOf(profiles, page),
    coverage: (page) => ({ ...pageOf(coverage.entities, page), totals: coverage.totals }),
  };
}

function pageOf<T>(all: readonly T[], { page, size }: PageRequest): PageOf<T> {
  return { page, size, total: all.length, entities: all.slice((page - 1) * size, page * size) };
}
