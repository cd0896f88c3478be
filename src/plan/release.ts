/**
 * Step 1: `managed: false` lets a skill go. Its entry leaves desired, and the ledger forgets it, its holders and
 * its unsettled writes, so that nothing later can decide anything about it.
 */
import type { Desired, DesiredSkill, Ledger, LedgerSkill, SkillId, Slug } from "../model.ts";
import { findItems } from "./match/match.ts";

export interface Release {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  /** The entries that are let go, with what the ledger held of them. */
  readonly released: readonly { readonly entry: DesiredSkill; readonly item: LedgerSkill | undefined }[];
}

/** References to a released skill are allowed and count for nothing. */
export function release(desired: Desired, ledger: Ledger | null): Release {
  const entries = desired.skills.filter(({ managed }) => !managed);
  if (entries.length === 0) return { desired, ledger, released: [] };
  const items = findItems(desired.skills, ledger?.skills ?? []);
  const slugs = new Set(entries.map(({ slug }) => slug));
  const ids = new Set(entries.flatMap(({ slug, id }) => [items.get(slug)?.id ?? [], id ?? []].flat()));
  return {
    desired: withoutSkills(desired, slugs),
    ledger: ledger && forgetSkills(ledger, ids),
    released: entries.map((entry) => ({ entry, item: items.get(entry.slug) })),
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

/** The ledger without these skills, their holders and their records. */
export function forgetSkills(ledger: Ledger, ids: ReadonlySet<SkillId>): Ledger {
  const isAbout = ({ field }: { readonly field: { readonly kind: string; readonly id?: string } }): boolean =>
    field.kind === "skill" && ids.has(field.id ?? "");
  return {
    ...ledger,
    skills: ledger.skills.filter(({ id }) => !ids.has(id)),
    profiles: ledger.profiles.map((profile) => ({
      ...profile,
      skills: profile.skills.filter(({ id }) => !ids.has(id)),
      ...(profile.records && { records: profile.records.filter((record) => !isAbout(record)) }),
    })),
    users: ledger.users.map((user) => ({
      ...user,
      assignments: withoutKeys(user.assignments, ids),
      ...(user.migrations && { migrations: withoutKeys(user.migrations, ids) }),
      ...(user.records && { records: user.records.filter((record) => !isAbout(record)) }),
    })),
    replacements: ledger.replacements.filter(({ id, to }) => !ids.has(id) && !ids.has(to)),
  };
}

function withoutKeys<T>(record: Readonly<Record<string, T>>, keys: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.has(key)));
}
