/** The skills and profiles of a snapshot in the form of the API. */
import type { Slug } from "../model.ts";
import type {
  HolderEntity,
  LiveCoverage,
  ProfileEntity,
  ProfileOfSkill,
  SkillDetail,
  SkillEntity,
} from "../page/api.ts";
import type { SkillSubject } from "../plan/rows.ts";
import type { AssignmentFact } from "../report/explain/assignment.ts";
import type { FactIndex } from "../report/explain/fact-index.ts";
import { explainProfile, listProfiles } from "../report/explain/profile.ts";
import type { SkillExplanation } from "../report/explain/skill.ts";
import { descriptionOf, divisionOf, explainSkill, standingOf } from "../report/explain/skill.ts";
import { whyLines } from "../report/explain/why.ts";
import type { Impact, SkillImpact } from "../report/impact/facts.ts";
import { PLAIN } from "../report/paint.ts";
import { byText } from "../text.ts";
import type { Searchable } from "./search.ts";

/** A skill of the planner, and its form in the API. */
export interface ListedSkill {
  readonly subject: SkillSubject;
  readonly entity: SkillEntity;
}

/** A path below `/api/skills` that is not a skill. */
const TAKEN = "search";

/** The skills of the organisation and the YAML, sorted by name. */
export function listSkills(index: FactIndex, impact: Impact): ListedSkill[] {
  const listed = index.rows.skills.filter(({ live, entry, isReleased }) => live ?? (entry && !isReleased));
  const byId = new Map(impact.skills.map((skill) => [skill.id, skill]));
  const waiting = profilesOfMissing(index);
  const slugs = new Map<string, number>();
  for (const { slug } of listed) slugs.set(slug, (slugs.get(slug) ?? 0) + 1);
  return listed.map((subject) => {
    const { id, slug, name, live } = subject;
    const isOwn = slug !== "" && slug !== TAKEN && slugs.get(slug) === 1;
    const counted = live && byId.get(live.id);
    const entity = {
      ...{ id: live?.id ?? null, key: isOwn ? slug : id, name, slug },
      description: descriptionOf(subject),
      division: divisionOf(subject),
      standing: standingOf(subject),
      profiles: counted ? counted.profiles.map(toProfile) : (waiting.get(slug) ?? []),
      holders: counted?.now.total ?? 0,
      coverage: coverageOf(counted),
    };
    return { subject, entity };
  });
}

function toProfile({ id, name, inherited }: SkillImpact["profiles"][number]): ProfileOfSkill {
  return { id, name, inherited };
}

/** The current coverage of a live skill; without a plan, "after" equals "now". */
export function coverageOf(skill: SkillImpact | undefined): LiveCoverage {
  const coverage = skill?.coverage ?? "none";
  return coverage === "gone" ? "none" : coverage;
}

/** The profiles of skills that don't exist yet: with `cloud`, profiles exist only in the YAML. */
function profilesOfMissing({ desired, live, rows }: FactIndex): Map<Slug, ProfileOfSkill[]> {
  const found = new Map<Slug, ProfileOfSkill[]>();
  if (live.dialect !== "cloud") return found;
  for (const { slug: id, name, entries } of desired.profiles) {
    for (const { skill, distance } of entries) {
      if (rows.skillBySlug.get(skill)?.live) continue;
      const known = found.get(skill) ?? [];
      known.push({ id, name, inherited: distance > 0 });
      found.set(skill, known);
    }
  }
  return found;
}

export function toSearchable({ subject, entity }: ListedSkill): Searchable {
  const { name, slug, profiles, description } = entity;
  const names = [subject.live?.name, subject.entry?.name].filter((one) => one !== undefined);
  return {
    ...{ name, slug, description },
    otherNames: names.filter((one) => one !== name),
    profiles: profiles.map((profile) => profile.name),
  };
}

// ── One skill with its holders ───────────────────────────────────────────────────────────────────────

export function describeSkill({ subject, entity }: ListedSkill, index: FactIndex): SkillDetail {
  const facts = explainSkill(subject, index);
  const { holders: _, ...skill } = entity;
  return {
    ...skill,
    source: facts.source ?? null,
    protected: facts.protected,
    exclusive: facts.exclusive,
    liveName: facts.liveName ?? null,
    couldBe: facts.couldBe.map(({ id, name }) => `${name} (id ${id})`),
    renames: facts.renames.map(({ name }) => name),
    renamedTo: facts.renamedTo?.name ?? null,
    profiles: entity.profiles.map((profile) => ({ ...profile, ...useOf(profile, facts) })),
    counts: facts.counts,
    holders: facts.assignments.map(toHolder),
    scheduled: facts.scheduled,
  };
}

/** The YAML's facts about a profile that gives the skill; empty for unmanaged profiles. */
function useOf({ name }: ProfileOfSkill, { profiles }: SkillExplanation) {
  const use = profiles.find(({ profile }) => profile.name === name);
  if (!use) return {};
  const { profile: _, ...about } = use;
  return about;
}

function toHolder(assignment: AssignmentFact): HolderEntity {
  const { user, now, wanted, after, why, sources } = assignment;
  const { ref, name, state } = user;
  const because = whyLines(assignment, "user", PLAIN);
  return { user: ref, name, state, now, wanted, after, why, because, sources };
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

/** The profiles of the organisation and the YAML, sorted by name. */
export function describeProfiles(index: FactIndex, skills: readonly ListedSkill[]): ProfileEntity[] {
  const keyOf = new Map(skills.map(({ entity }) => [entity.id ?? `slug ${entity.slug}`, entity.key]));
  return listProfiles(index)
    .map((known): ProfileEntity => {
      const { profile, description, standing, source = null, ...facts } = explainProfile(known, index);
      return {
        ...{ ...profile, description, standing, source },
        ...{ extends: facts.extends, extendedBy: facts.extendedBy, members: facts.members.count },
        skills: facts.entries.map(({ skill, from = null, proficiency = null, why, now }) => ({
          key: keyOf.get(skill.id ?? `slug ${skill.slug}`) ?? null,
          name: skill.name,
          ...{ from, proficiency, why, now },
        })),
      };
    })
    .sort((a, b) => byText(a.name.toLowerCase(), b.name.toLowerCase()) || byText(a.slug, b.slug));
}
