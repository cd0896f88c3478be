/**
 * Step 1: `managed: false` releases a skill. Its entry leaves desired, and the ledger forgets the skill, its holders
 * and its unsettled writes, so that no later step can decide anything about it.
 */
import type { Desired, DesiredSkill, Ledger, LedgerSkill, Live, Slug } from "../model.ts";
import { forgetSkills } from "./delta.ts";
import { findItems, match } from "./match/match.ts";
import { liveSkills } from "./match/recover.ts";

export interface Release {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  /** The released entries, with their ledger items. */
  readonly released: readonly { readonly entry: DesiredSkill; readonly item: LedgerSkill | undefined }[];
}

/** Removes released skills from desired and ledger. References to them are allowed and ignored. */
export function release(desired: Desired, ledger: Ledger | null, live: Live): Release {
  const entries = desired.skills.filter(({ managed }) => !managed);
  if (entries.length === 0) return { desired, ledger, released: [] };
  const objects = liveSkills(live);
  const found = findItems(desired.skills, ledger?.skills ?? []);
  const ids = new Map(objects.map(({ id, name }) => [name, id]));
  // An item whose name only folds alike is another skill if a skill with exactly the name is live.
  const isOther = ({ name }: DesiredSkill, item: LedgerSkill): boolean =>
    item.name !== name && ids.has(name) && ids.get(name) !== item.id;
  const items = new Map(
    entries.flatMap((entry): [Slug, LedgerSkill][] => {
      const item = found.get(entry.slug);
      return item && !isOther(entry, item) ? [[entry.slug, item]] : [];
    }),
  );
  const slugs = new Set(entries.map(({ slug }) => slug));
  // Also by the live name, since the ledger may have recorded another.
  const { pairs } = match({ entries: desired.skills, items: ledger?.skills ?? [], objects });
  const names = new Set(entries.map(({ name }) => name));
  const named = ledger?.skills.filter(({ name }) => names.has(name)) ?? [];
  const forgotten = new Set([
    ...named.map(({ id }) => id),
    ...entries.flatMap(({ slug, id }) =>
      [items.get(slug)?.id ?? [], id ?? [], pairs.get(slug)?.id ?? []].flat(),
    ),
  ]);
  return {
    desired: withoutSkills(desired, slugs),
    ledger: ledger && forgetSkills(ledger, forgotten),
    released: entries.map((entry) => ({ entry, item: items.get(entry.slug) })),
  };
}

/** Entries and items to match, including released ones. */
export function withReleased({
  skills,
  items,
  released,
}: {
  readonly skills: readonly DesiredSkill[];
  readonly items: readonly LedgerSkill[];
  readonly released: Release["released"];
}): { readonly entries: readonly DesiredSkill[]; readonly items: readonly LedgerSkill[] } {
  return {
    entries: [...skills, ...released.map(({ entry }) => entry)],
    items: [...items, ...released.flatMap(({ item }) => item ?? [])],
  };
}

function withoutSkills(desired: Desired, slugs: ReadonlySet<Slug>): Desired {
  const stays = ({ skill }: { readonly skill: Slug }): boolean => !slugs.has(skill);
  return {
    ...desired,
    skills: desired.skills.filter(({ slug }) => !slugs.has(slug)),
    profiles: desired.profiles.map((profile) => ({ ...profile, entries: profile.entries.filter(stays) })),
    users: desired.users.map((user) => ({ ...user, sources: user.sources.filter(stays) })),
    groups: desired.groups.map((group) => ({ ...group, sources: group.sources.filter(stays) })),
  };
}
