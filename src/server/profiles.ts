/** The profiles of a snapshot as the API tells of them. */
import type { FactIndex } from "../report/explain/fact-index.ts";
import type { EntryFact } from "../report/explain/profile.ts";
import { explainProfile, listProfiles } from "../report/explain/profile.ts";
import { byText } from "../text.ts";
import type { ProfileEntity, SkillOfProfile } from "./facts.ts";
import type { ListedSkill } from "./skills.ts";

/** The profiles that the organisation or the YAML has, sorted by name. */
export function describeProfiles(index: FactIndex, skills: readonly ListedSkill[]): ProfileEntity[] {
  const keys = new Map(skills.map(({ entity }) => [entity.id ?? `slug ${entity.slug}`, entity.key]));
  return listProfiles(index)
    .map((known): ProfileEntity => {
      const { profile, description, standing, source = null, ...facts } = explainProfile(known, index);
      return {
        ...profile,
        ...{ description, standing, source },
        ...{ extends: facts.extends, extendedBy: facts.extendedBy },
        members: facts.members.count,
        skills: facts.entries.map((entry) => toSkill(entry, keys)),
      };
    })
    .sort((a, b) => byText(a.name.toLowerCase(), b.name.toLowerCase()) || byText(a.slug, b.slug));
}

function toSkill(entry: EntryFact, keys: ReadonlyMap<string, string>): SkillOfProfile {
  const { skill, from = null, proficiency = null, why, now } = entry;
  return {
    key: keys.get(skill.id ?? `slug ${skill.slug}`) ?? null,
    name: skill.name,
    from,
    proficiency,
    why,
    now,
  };
}
