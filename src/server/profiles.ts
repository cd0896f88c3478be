/** The profiles of a snapshot as the API tells of them. */

import type { Index } from "../plan/explain/worlds-index.ts";
import type { EntryFact } from "../plan/explain/profile.ts";
import { explainProfile, knowProfiles } from "../plan/explain/profile.ts";
import type { Impact } from "../report/impact/facts.ts";
import { byText } from "../text.ts";
import type { ProfileEntity, SkillOfProfile } from "./facts.ts";
import type { ListedSkill } from "./skills.ts";

/** The profiles that the organisation or the YAML has, sorted by name. */
export function listProfiles(index: Index, impact: Impact, skills: readonly ListedSkill[]): ProfileEntity[] {
  const keys = new Map(skills.map(({ known, entity }) => [known.fact, entity.key]));
  const members = new Map(impact.profiles.map((profile) => [profile.id, profile.members]));
  const nobody = withoutUsers(index);
  return knowProfiles(index)
    .filter(({ desired, live, row }) => desired ?? live ?? row?.live)
    .map((known) => {
      const { profile, description, standing, origin = null, ...facts } = explainProfile(known, nobody);
      return {
        ...profile,
        ...{ description, standing, origin },
        ...{ extends: facts.extends, extendedBy: facts.extendedBy },
        members: members.get(profile.id ?? profile.slug) ?? 0,
        skills: facts.entries.map((entry) => toSkill(entry, keys.get(entry.skill) ?? null)),
      };
    })
    .sort((a, b) => byText(a.name.toLowerCase(), b.name.toLowerCase()) || byText(a.slug, b.slug));
}

/** The impact has counted the members of all profiles in one pass, so nobody need be looked at for each again. */
function withoutUsers(index: Index): Index {
  const users = { ...index.joined.users, rows: [] };
  return { ...index, joined: { ...index.joined, users }, absentees: [] };
}

function toSkill({ skill, from, proficiency, why, now }: EntryFact, key: string | null): SkillOfProfile {
  return { key, name: skill.name, from: from ?? null, proficiency: proficiency ?? null, why, now };
}
