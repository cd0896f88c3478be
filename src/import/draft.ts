/** What the files of a live organisation are to say: its skills, who holds them, and profiles. */
import type { Live, LiveSkill } from "../model.ts";
import { byText } from "../text.ts";
import { findProfiles } from "./find-profiles.ts";
import type { LeftOut } from "./left-out.ts";
import type { Levels } from "./levels.ts";
import { agreeOnLevels } from "./levels.ts";
import type { NamedEntry } from "./names.ts";
import { nameAll } from "./names.ts";
import type { ImportedUser } from "./people.ts";
import { readPeople } from "./people.ts";
import type { ProfileSketch } from "./profile.ts";
import type { TakenOver } from "./take-over.ts";
import { takeOverProfiles } from "./take-over.ts";

export interface ImportDraft {
  /** Sorted by slug. */
  readonly skills: readonly DraftSkill[];
  /** Sorted by slug. */
  readonly profiles: readonly DraftProfile[];
  readonly leftOut: readonly LeftOut[];
  /** Users whom the files name, and what they hold together. */
  readonly users: number;
  readonly assignments: number;
  /** Users whose skills all stand in lines of their own. */
  readonly withoutProfile: number;
}

export interface DraftSkill {
  readonly named: NamedEntry;
  readonly users: readonly DraftUser[];
}

/** A user in a list; the proficiency is absent in a profile's members. */
export interface DraftUser {
  readonly ref: string;
  readonly name?: string;
  readonly proficiency?: number;
}

export interface DraftProfile {
  readonly named: NamedEntry;
  /** What it extends, as files refer to it. */
  readonly extends?: string;
  /** As files refer to them, by slug; the proficiency is absent where most members don't agree on one. */
  readonly skills: readonly { readonly skill: string; readonly proficiency?: number }[];
  readonly members: readonly DraftUser[];
}

/** Every list of `live` must be complete. The order of its lists makes no difference. */
export function draftImport(live: Live): ImportDraft {
  const { entities } = live.skills;
  const { byId: named, leftOut: unnamed } = nameAll(entities, "skill", live.dialect);
  const known = new Map<string, LiveSkill>(entities.map((skill) => [skill.id, skill]));
  const { people, leftOut: unsaid } = readPeople(live.users.entities, new Set(named.keys()), known);
  const { profiles, leftOut: unextended } = profilesOf(live, people, named);
  const levels = agreeOnLevels(profiles, people);
  const members = new Set(profiles.flatMap((profile) => profile.members));
  return {
    skills: draftSkills(named, levels),
    profiles: draftProfiles(profiles, named, levels),
    leftOut: [...unnamed, ...unextended, ...unsaid],
    users: people.length,
    assignments: people.reduce((sum, { held }) => sum + held.size, 0),
    withoutProfile: people.filter((person) => !members.has(person)).length,
  };
}

function profilesOf(
  live: Live,
  people: readonly ImportedUser[],
  skills: ReadonlyMap<string, NamedEntry>,
): TakenOver {
  switch (live.dialect) {
    case "cloud":
      return { profiles: findProfiles(people, skills), leftOut: [] };
    case "profiles":
      return takeOverProfiles(live.profiles.entities, people, skills);
  }
}

function draftSkills(named: ReadonlyMap<string, NamedEntry>, { ownLines }: Levels): DraftSkill[] {
  const drafts = [...named].map(([id, named]): DraftSkill => {
    const users = (ownLines.get(id) ?? []).map((person) => ({
      ...userOf(person),
      proficiency: person.held.get(id) ?? 0,
    }));
    return { named, users };
  });
  return drafts.sort((a, b) => byText(a.named.slug, b.named.slug));
}

function draftProfiles(
  profiles: readonly ProfileSketch[],
  skills: ReadonlyMap<string, NamedEntry>,
  { ofProfiles }: Levels,
): DraftProfile[] {
  const bySlug = new Map(profiles.map(({ named }) => [named.slug, named]));
  const drafts = profiles.map((profile): DraftProfile => {
    const { named, parent, members } = profile;
    const extended = bySlug.get(parent ?? "")?.reference;
    const levels = ofProfiles.get(named.slug);
    const entries = profile.skills
      .flatMap((id) => {
        const skill = skills.get(id);
        const proficiency = levels?.get(id);
        return skill ? [{ skill, ...(proficiency !== undefined && { proficiency }) }] : [];
      })
      .sort((a, b) => byText(a.skill.slug, b.skill.slug));
    return {
      named,
      ...(extended !== undefined && { extends: extended }),
      skills: entries.map(({ skill, ...entry }) => ({ skill: skill.reference, ...entry })),
      members: members.map(userOf),
    };
  });
  return drafts.sort((a, b) => byText(a.named.slug, b.named.slug));
}

function userOf({ ref, name }: ImportedUser): DraftUser {
  return { ref, ...(name !== undefined && { name }) };
}
