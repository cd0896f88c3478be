/** How well a profile's skills are mastered, and what a user needs a line of their own for. */
import { findDistances } from "../desired/inherit.ts";
import type { Slug } from "../model.ts";
import { commonest, MIN_EQUAL } from "./find-profiles.ts";
import type { ImportedUser } from "./people.ts";
import type { ProfileSketch } from "./profile.ts";

export interface Levels {
  /** By slug of the profile and id of the skill; absent where most of its members don't agree. */
  readonly ofProfiles: ReadonlyMap<Slug, ReadonlyMap<string, number>>;
  /** By id of the skill: who needs a line of their own, in the order of `people`. */
  readonly ownLines: ReadonlyMap<string, readonly ImportedUser[]>;
}

/** A profile that gives somebody a skill, and how many steps of `extends` away it is. */
interface Giver {
  readonly profile: Slug;
  readonly distance: number;
}

export function agreeOnLevels(profiles: readonly ProfileSketch[], people: readonly ImportedUser[]): Levels {
  const giversOf = indexGivers(profiles, people);
  const ofProfiles = nameLevels(profiles, people, giversOf);
  const ownLines = new Map<string, ImportedUser[]>();
  for (const person of people) {
    for (const [skill, level] of person.held) {
      if (levelThrough(giversOf(person, skill), skill, ofProfiles) === level) continue;
      const lines = ownLines.get(skill);
      if (lines) lines.push(person);
      else ownLines.set(skill, [person]);
    }
  }
  return { ofProfiles, ownLines };
}

type GiversOf = (person: ImportedUser, skill: string) => readonly Giver[];

function indexGivers(profiles: readonly ProfileSketch[], people: readonly ImportedUser[]): GiversOf {
  const bySlug = new Map(profiles.map((profile) => [profile.named.slug, profile]));
  const givers = new Map(people.map((person) => [person, new Map<string, Giver[]>()]));
  for (const { named, members } of profiles) {
    const parentsOf = (slug: Slug): Slug[] => {
      const parent = bySlug.get(slug)?.parent;
      return parent === undefined ? [] : [parent];
    };
    const distances = findDistances(named.slug, parentsOf);
    for (const [profile, distance] of distances) {
      for (const skill of bySlug.get(profile)?.skills ?? []) {
        for (const member of members) {
          const own = givers.get(member);
          const known = own?.get(skill);
          if (known) known.push({ profile, distance });
          else own?.set(skill, [{ profile, distance }]);
        }
      }
    }
  }
  return (person, skill) => givers.get(person)?.get(skill) ?? [];
}

/** Each profile is asked about those whom no closer one gives the skill to. */
function nameLevels(
  profiles: readonly ProfileSketch[],
  people: readonly ImportedUser[],
  giversOf: GiversOf,
): Map<Slug, Map<string, number>> {
  const votes = new Map(profiles.map(({ named }) => [named.slug, new Map<string, number[]>()]));
  for (const person of people) {
    for (const [skill, level] of person.held) {
      for (const { profile } of closest(giversOf(person, skill))) {
        const ofProfile = votes.get(profile);
        const known = ofProfile?.get(skill);
        if (known) known.push(level);
        else ofProfile?.set(skill, [level]);
      }
    }
  }
  return new Map([...votes].map(([slug, bySkill]) => [slug, new Map([...bySkill].flatMap(agreed))]));
}

function agreed([skill, levels]: readonly [string, readonly number[]]): [string, number][] {
  const { level, times } = commonest(levels);
  return times >= MIN_EQUAL && times > levels.length / 2 ? [[skill, level]] : [];
}

/** The closest of those that name a proficiency decides, of equally close ones the highest. */
function levelThrough(
  givers: readonly Giver[],
  skill: string,
  levels: ReadonlyMap<Slug, ReadonlyMap<string, number>>,
): number | undefined {
  const naming = givers.filter(({ profile }) => levels.get(profile)?.has(skill));
  const found = closest(naming).map(({ profile }) => levels.get(profile)?.get(skill) ?? 0);
  return found.length > 0 ? Math.max(...found) : undefined;
}

function closest(givers: readonly Giver[]): Giver[] {
  const nearest = Math.min(...givers.map(({ distance }) => distance));
  return givers.filter(({ distance }) => distance === nearest);
}
