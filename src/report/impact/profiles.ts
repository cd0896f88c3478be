/** Links profiles and skills: profiles of the YAML with `cloud`, else those of the organisation. */
import { groupBy } from "../../group-by.ts";
import type { Change, LiveProfile, SkillId } from "../../model.ts";
import { memberFinder } from "../planned-rows.ts";
import type { ProfileView } from "../plan/view.ts";
import { byName } from "../plan/view.ts";
import type { PlannedRows } from "../planned-rows.ts";
import type { ProfileImpact, ProfileLink } from "./facts.ts";

interface LinkedProfile {
  readonly profile: ProfileImpact;
  /** Its skills, own and inherited. */
  readonly links: readonly SkillLink[];
}

interface SkillLink extends Pick<ProfileLink, "inherited" | "outcome"> {
  readonly skill: SkillId;
}

interface LinkedProfiles {
  /** Sorted by name. */
  readonly profiles: readonly ProfileImpact[];
  /** By skill; sorted by name of the profile. */
  readonly links: ReadonlyMap<SkillId, readonly ProfileLink[]>;
}

/** `views` are the profiles that the plan changes; empty without a plan. */
export function profilesOf(facts: PlannedRows, views: readonly ProfileView[]): LinkedProfiles {
  const linked = facts.live.dialect === "cloud" ? profilesOfYaml(facts) : profilesOfLive(facts, views);
  linked.sort((a, b) => byName(a.profile, b.profile));
  const links = linked.flatMap(({ profile: { id, name }, links }) =>
    links.map(({ skill, ...link }) => [skill, { id, name, ...link }] as const),
  );
  const bySkill = groupBy(links, ([skill]) => skill);
  return {
    profiles: linked.map(({ profile }) => profile),
    links: new Map([...bySkill].map(([skill, found]) => [skill, found.map(([, link]) => link)])),
  };
}

function profilesOfYaml(facts: PlannedRows): LinkedProfile[] {
  const findMembers = memberFinder(facts);
  return facts.desired.profiles.map((profile) => {
    const { slug: id, name, entries } = profile;
    return {
      profile: { id, name, extends: profile.extends, members: findMembers(profile).count },
      links: entries.flatMap(({ skill: slug, distance }) => {
        const skill = facts.rows.skillBySlug.get(slug)?.id;
        return skill === undefined ? [] : { skill, inherited: distance > 0, outcome: "stays" as const };
      }),
    };
  });
}

// ── The organisation's ───────────────────────────────────────────────────────────────────────────────

/** The own skills of a live profile, before and after the plan. */
interface OwnSkills {
  readonly now: ReadonlySet<SkillId>;
  readonly after: ReadonlySet<SkillId>;
}

function profilesOfLive(facts: PlannedRows, views: readonly ProfileView[]): LinkedProfile[] {
  const profiles = facts.live.profiles.entities;
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const changes = new Map(views.map(({ id, entries }) => [id, entries]));
  const own = new Map(
    profiles.map((profile) => [profile.id, ownSkills(profile, changes.get(profile.id) ?? [])]),
  );
  const entries = new Map(facts.rows.profiles.map(({ id, entry }) => [id, entry]));
  const findMembers = memberFinder(facts);
  return profiles.map((profile) => {
    const { id, name, parent } = profile;
    const isKnown = parent !== undefined && byId.has(parent);
    return {
      profile: {
        ...{ id, name, extends: isKnown ? [parent] : [] },
        members: findMembers(entries.get(id)).count,
      },
      links: linksOf(profile, byId, own),
    };
  });
}

function ownSkills({ skills }: LiveProfile, changes: readonly Change[]): OwnSkills {
  const after = new Set(skills);
  for (const { field, verb } of changes) {
    if (field.kind !== "skill") continue;
    if (verb === "add") after.add(field.id);
    if (verb === "remove") after.delete(field.id);
  }
  return { now: new Set(skills), after };
}

/** The skills of a profile and of its ancestors; stops at a cycle of parents. */
function linksOf(
  { id, parent }: LiveProfile,
  byId: ReadonlyMap<string, LiveProfile>,
  own: ReadonlyMap<string, OwnSkills>,
): SkillLink[] {
  const now = new Set(own.get(id)?.now);
  const after = new Set(own.get(id)?.after);
  const itself = new Set([...now, ...after]);
  const seen = new Set([id]);
  for (let next = parent; next !== undefined && !seen.has(next); next = byId.get(next)?.parent) {
    seen.add(next);
    for (const skill of own.get(next)?.now ?? []) now.add(skill);
    for (const skill of own.get(next)?.after ?? []) after.add(skill);
  }
  return [...new Set([...now, ...after])].map((skill) => ({
    skill,
    inherited: !itself.has(skill),
    outcome: !after.has(skill) ? "loses" : now.has(skill) ? "stays" : "gains",
  }));
}
