/** The skills of a snapshot as the API tells of them. */
import type { DesiredProfile } from "../model.ts";
import type { Index, KnownSkill } from "../plan/explain/worlds-index.ts";
import type { SkillExplanation } from "../plan/explain/skill.ts";
import { explainSkill } from "../plan/explain/skill.ts";
import type { Holding } from "../plan/explain/holding.ts";
import type { UserRow } from "../plan/join/users.ts";
import { whyLines } from "../report/explain/why.ts";
import type { Impact, SkillImpact } from "../report/impact/facts.ts";
import { PLAIN } from "../report/paint.ts";
import type { Coverage, Holder, ProfileOfSkill, SkillDetail, SkillEntity } from "./facts.ts";
import type { Searchable } from "./search-index.ts";

/** One skill, as it is followed through the worlds and as it is answered. */
export interface ListedSkill {
  readonly known: KnownSkill;
  readonly entity: SkillEntity;
}

/** A path below `/api/skills` that is no skill. */
const TAKEN = "search";

/** The skills that the organisation or the YAML has, sorted by name. */
export function listSkills(index: Index, impact: Impact): ListedSkill[] {
  const listed = index.skills.filter(({ live, desired }) => live ?? desired?.managed);
  const byId = new Map(impact.skills.map((skill) => [skill.id, skill]));
  const waiting = profilesOfMissing(index);
  const slugs = new Map<string, number>();
  for (const { slug } of listed) slugs.set(slug, (slugs.get(slug) ?? 0) + 1);
  return listed.map((known) => {
    const { slug, name, id } = known.fact;
    const isOwn = slug !== "" && slug !== TAKEN && slugs.get(slug) === 1;
    const seen = id === null ? undefined : byId.get(id);
    const holders = seen?.now.total ?? 0;
    const entity = {
      ...{ id, key: isOwn ? slug : (id ?? name), name, slug },
      description: descriptionOf(known),
      standing: standingOf(known),
      profiles: seen ? seen.profiles.map(toProfile) : (waiting.get(slug) ?? []),
      holders,
      coverage: coverageOf(seen),
    };
    return { known, entity };
  });
}

function descriptionOf({ desired, live, ledger }: KnownSkill): string | null {
  return desired?.description ?? live?.description ?? ledger?.description ?? null;
}

function standingOf({ desired, ledger }: KnownSkill): SkillExplanation["standing"] {
  if (desired) return desired.managed ? "yaml" : "let-go";
  return ledger ? "dropped" : "by-hand";
}

function toProfile({ id, name, inherited }: SkillImpact["profiles"][number]): ProfileOfSkill {
  return { id, name, inherited };
}

/** Of a skill that the organisation has; what "after" says of it is the same as now. */
export function coverageOf(skill: SkillImpact | undefined): Coverage {
  const coverage = skill?.coverage ?? "none";
  return coverage === "gone" ? "none" : coverage;
}

/** With `cloud` a profile is only the YAML's, so that it gives a skill before there is one. */
function profilesOfMissing({ worlds, skills }: Index): Map<string, ProfileOfSkill[]> {
  const { desired, live } = worlds;
  const found = new Map<string, ProfileOfSkill[]>();
  if (live.dialect !== "cloud") return found;
  const missing = new Set(skills.filter((skill) => !skill.live).map(({ slug }) => slug));
  for (const profile of desired.profiles) noteMissing(profile, missing, found);
  return found;
}

function noteMissing(
  { slug: id, name, entries }: DesiredProfile,
  missing: ReadonlySet<string>,
  found: Map<string, ProfileOfSkill[]>,
): void {
  for (const { skill, distance } of entries) {
    if (!missing.has(skill)) continue;
    const known = found.get(skill) ?? [];
    known.push({ id, name, inherited: distance > 0 });
    found.set(skill, known);
  }
}

export function toSearchable({ known, entity }: ListedSkill): Searchable {
  const { name, slug, profiles, description } = entity;
  const names = [known.live?.name, known.desired?.name].filter((one) => one !== undefined && one !== name);
  return {
    ...{ name, slug, description },
    otherNames: names.filter((one) => one !== undefined),
    profiles: profiles.map((profile) => profile.name),
  };
}

// ── One skill with its holders ───────────────────────────────────────────────────────────────────────

/** The users that a skill is about, so that explaining one skill needn't look at everybody. */
export type RowsOfSkills = ReadonlyMap<KnownSkill, readonly UserRow[]>;

/** One pass over all users. */
export function rowsOfSkills({ joined, skillByLiveId, skillBySlug, changes }: Index): RowsOfSkills {
  const rows = new Map<KnownSkill, UserRow[]>();
  for (const row of joined.users.rows) {
    const touched = new Set([
      ...row.cells.map(({ skill }) => skillBySlug.get(skill)),
      ...[...row.user.skills.keys()].map((id) => skillByLiveId.get(id)),
      ...[...(changes.get(row.user.id)?.keys() ?? [])].map((slug) => skillBySlug.get(slug)),
    ]);
    for (const skill of touched) {
      if (!skill) continue;
      const known = rows.get(skill);
      if (known) known.push(row);
      else rows.set(skill, [row]);
    }
  }
  return rows;
}

export function describeSkill({ known, entity }: ListedSkill, index: Index, rows: RowsOfSkills): SkillDetail {
  const users = { ...index.joined.users, rows: rows.get(known) ?? [] };
  const facts = explainSkill(known, { ...index, joined: { ...index.joined, users } });
  return {
    ...entity,
    origin: facts.origin ?? null,
    protected: facts.protected,
    exclusive: facts.exclusive,
    liveName: facts.liveName ?? null,
    couldBe: facts.couldBe,
    renames: facts.renames.map(({ name }) => name),
    renamedTo: facts.renamedTo?.name ?? null,
    profiles: entity.profiles.map((profile) => ({ ...profile, ...useOf(profile, facts) })),
    counts: facts.counts,
    holders: facts.holdings.map(toHolder),
  };
}

/** What the YAML says of a profile that gives the skill; nothing of those made by hand. */
function useOf({ name }: ProfileOfSkill, { profiles }: SkillExplanation) {
  const use = profiles.find(({ profile }) => profile.name === name);
  if (!use) return {};
  const { from, proficiency, origin } = use;
  return { ...(from !== undefined && { from }), ...(proficiency !== undefined && { proficiency }), origin };
}

function toHolder(holding: Holding): Holder {
  const { user, now, wanted, after, why, wishes } = holding;
  return {
    ...{ user: user.ref, name: user.name, state: user.state },
    ...{ now, wanted, after, why },
    because: whyLines(holding, "user", PLAIN),
    sources: wishes,
  };
}
