/** Links profiles and skills: profiles of the YAML with `cloud`, else those of the organisation. */
import type { Change, LiveProfile } from "../../model.ts";
import { byText } from "../../text.ts";
import { memberFinder } from "../members.ts";
import type { ProfileView } from "../plan/view.ts";
import type { PlannedRows } from "../planned-rows.ts";
import type { ProfileImpact, ProfileLink } from "./facts.ts";
import type { SkillCounts, CountsBySkill } from "./skills.ts";

interface DescribedProfiles {
  /** Sorted by name. */
  readonly profiles: readonly ProfileImpact[];
  /** By skill; sorted by name of the profile. */
  readonly links: ReadonlyMap<SkillCounts, readonly ProfileLink[]>;
}

type LinkSink = (skill: SkillCounts | undefined, link: ProfileLink) => void;

/** `views` are the profiles that the plan changes; empty without a plan. */
export function describeProfiles(
  facts: PlannedRows,
  views: readonly ProfileView[],
  countsBySkill: CountsBySkill,
): DescribedProfiles {
  const links = new Map<SkillCounts, ProfileLink[]>();
  const link: LinkSink = (skill, found) => {
    if (!skill) return;
    const known = links.get(skill) ?? [];
    known.push(skill.outcome === "deleted" ? { ...found, outcome: "loses" } : found);
    links.set(skill, known);
  };
  const profiles =
    facts.live.dialect === "cloud"
      ? profilesOfYaml(facts, countsBySkill, link)
      : profilesOfLive(facts, views, countsBySkill, link);
  for (const found of links.values()) found.sort(byName);
  return { profiles: profiles.sort(byName), links };
}

function byName(a: { name: string; id: string }, b: { name: string; id: string }): number {
  return byText(a.name, b.name) || byText(a.id, b.id);
}

// ── The YAML's ───────────────────────────────────────────────────────────────────────────────────────

function profilesOfYaml(facts: PlannedRows, countsBySkill: CountsBySkill, link: LinkSink): ProfileImpact[] {
  const findMembers = memberFinder(facts);
  const { desired, rows } = facts;
  return desired.profiles.map((profile) => {
    const { slug: id, name, entries } = profile;
    for (const { skill, distance } of entries) {
      const counts = countsBySkill.get(rows.skillBySlug.get(skill)?.id ?? "");
      link(counts, { id, name, inherited: distance > 0, outcome: "stays" });
    }
    return { id, name, extends: profile.extends, members: findMembers(profile).count };
  });
}

// ── The organisation's ───────────────────────────────────────────────────────────────────────────────

/** The own skills of a live profile, before and after the plan. */
interface Own {
  readonly now: ReadonlySet<SkillCounts>;
  readonly after: ReadonlySet<SkillCounts>;
}

function profilesOfLive(
  facts: PlannedRows,
  views: readonly ProfileView[],
  countsBySkill: CountsBySkill,
  link: LinkSink,
): ProfileImpact[] {
  const profiles = facts.live.profiles.entities;
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const changes = new Map(views.map(({ id, entries }) => [id, entries]));
  const own = new Map(
    profiles.map((profile) => [profile.id, ownSkills(profile, changes.get(profile.id) ?? [], countsBySkill)]),
  );
  const entries = new Map(facts.rows.profiles.map(({ id, entry }) => [id, entry]));
  const findMembers = memberFinder(facts);
  return profiles.map((profile) => {
    const { id, name, parent } = profile;
    for (const found of linksOf(profile, byId, own)) link(found.skill, found.link);
    const isKnown = parent !== undefined && byId.has(parent);
    return { id, name, extends: isKnown ? [parent] : [], members: findMembers(entries.get(id)).count };
  });
}

function ownSkills({ skills }: LiveProfile, changes: readonly Change[], countsBySkill: CountsBySkill): Own {
  const now = new Set(skills.flatMap((skill) => countsBySkill.get(skill) ?? []));
  const after = new Set(now);
  for (const { field, verb } of changes) {
    const counts = field.kind === "skill" ? countsBySkill.get(field.id) : undefined;
    if (counts && verb === "add") after.add(counts);
    if (counts && verb === "remove") after.delete(counts);
  }
  return { now, after };
}

/** The skills of a profile and of its ancestors; stops at a cycle of parents. */
function linksOf(
  { id, name, parent }: LiveProfile,
  byId: ReadonlyMap<string, LiveProfile>,
  own: ReadonlyMap<string, Own>,
): { readonly skill: SkillCounts; readonly link: ProfileLink }[] {
  const now = new Set(own.get(id)?.now);
  const after = new Set(own.get(id)?.after);
  const itself = new Set([...now, ...after]);
  const seen = new Set([id]);
  for (let next = parent; next !== undefined && !seen.has(next); next = byId.get(next)?.parent) {
    seen.add(next);
    for (const skill of own.get(next)?.now ?? []) now.add(skill);
    for (const skill of own.get(next)?.after ?? []) after.add(skill);
  }
  return [...new Set([...now, ...after])].map((skill) => {
    const outcome = !after.has(skill) ? "loses" : now.has(skill) ? "stays" : "gains";
    return { skill, link: { id, name, inherited: !itself.has(skill), outcome } };
  });
}
