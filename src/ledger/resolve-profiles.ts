/** Which entries of routing profiles are ours after a run that died. */
import type { Ledger, LedgerProfile, Live, LiveProfile, Slug } from "../model.ts";
import type { Intent, Unfinished, Why } from "./intent.ts";
import type { LiveIds } from "./resolve-skills.ts";
import { resolveTexts } from "./resolve-skills.ts";

/** The profiles' entries that are ours; adds to `unfinished` what the run left. */
export function resolveProfiles(
  old: Ledger,
  intent: Intent,
  live: Live,
  ids: LiveIds,
  unfinished: Unfinished[],
): LedgerProfile[] {
  const profiles = new Map(old.profiles.map((profile) => [profile.slug, profile]));
  const sets = new Map(intent.sets.profiles.map((profile) => [profile.slug, profile]));
  const removes = new Map(intent.removes.profiles.map((profile) => [profile.slug, profile]));
  for (const slug of new Set([...sets.keys(), ...removes.keys()])) {
    const meant = sets.get(slug);
    const held = profiles.get(slug);
    const base = held ?? (meant && { slug, id: meant.id, name: meant.name, skills: [] });
    if (base === undefined) continue;
    const found = live.profiles.entities.find((profile) => profile.id === base.id);
    const ours = new Set(base.skills);
    const { skills: removed = [], gone = [] } = removes.get(slug) ?? {};
    for (const [skill, wanted] of wantedEntries(meant?.skills ?? [], removed)) {
      // What was gone before the run is no longer ours, though the run itself may have given it again by hand.
      if (!wanted && gone.includes(skill)) {
        ours.delete(skill);
        continue;
      }
      const why = judgeEntry(found, ids.get(skill), wanted);
      if (why !== undefined) unfinished.push({ kind: "entry", profile: slug, skill, why });
      else if (wanted) ours.add(skill);
      else ours.delete(skill);
    }
    const texts = meant && found ? resolveTexts(meant, held, found) : {};
    if (held !== undefined || ours.size > 0) profiles.set(slug, { ...base, ...texts, skills: [...ours] });
  }
  return [...profiles.values()];
}

function wantedEntries(added: readonly Slug[], removed: readonly Slug[]): ReadonlyMap<Slug, boolean> {
  return new Map([
    ...removed.map((skill) => [skill, false] as const),
    ...added.map((skill) => [skill, true] as const),
  ]);
}

/** An entry is there or not, so nothing but "reached" and "not reached" can be told. */
function judgeEntry(
  found: LiveProfile | undefined,
  skill: string | undefined,
  wanted: boolean,
): Why | undefined {
  if (found === undefined) return "unknown";
  const there = skill !== undefined && found.skills.includes(skill);
  return there === wanted ? undefined : "not-reached";
}
