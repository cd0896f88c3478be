/** What a run is about to do, written down before its first write, and how its age tells whether it still lives. */
import type { LedgerAssignment, LedgerProfile, LedgerReplace, LedgerSkill, Slug } from "../model.ts";
import { printable } from "../text.ts";

export interface Intent {
  readonly run: RunIdentity;
  /** The commit that the run applies. */
  readonly revision: string | null;
  readonly sets: IntentSets;
  readonly removes: IntentRemovals;
  /** The renames as they stand when the run begins, with everybody who is still to be given the new skill. */
  readonly replaces?: readonly LedgerReplace[];
  /** Fingerprints of the operations that are done: it tells people how far the run came. */
  readonly done: readonly string[];
}

/** Who is at work, where, and since when; times are ISO 8601 in UTC. */
export interface RunIdentity {
  readonly id: string;
  readonly actor?: string;
  readonly host?: string;
  readonly url?: string;
  readonly startedAt: string;
  readonly renewedAt: string;
}

/**
 * What the run means to set, and what it calls ours as it found it. Every skill that an assignment or a
 * profile's entry here speaks of is in `skills` or in the old ledger.
 */
export interface IntentSets {
  /** Those to create have the id null. */
  readonly skills: readonly LedgerSkill[];
  /** With only those of its skills that the run adds or adopts. */
  readonly profiles: readonly LedgerProfile[];
  readonly users: readonly IntentUser[];
}

export interface IntentUser {
  readonly id: string;
  /** Only where the YAML names the user by it. */
  readonly email?: string;
  readonly assignments: Readonly<Record<Slug, IntentAssignment>>;
}

export interface IntentAssignment extends LedgerAssignment {
  /** The proficiency that live had when the run was planned; null where the user lacked the skill. */
  readonly before: number | null;
}

export interface IntentRemovals {
  readonly skills: readonly Slug[];
  readonly profiles: readonly IntentRemovalProfile[];
  readonly users: readonly IntentRemovalUser[];
}

export interface IntentRemovalProfile {
  readonly slug: Slug;
  readonly skills: readonly Slug[];
  /** Those of them that live lacked already when the run was planned; absent where there are none. */
  readonly gone?: readonly Slug[];
}

export interface IntentRemovalUser {
  readonly id: string;
  readonly assignments: Readonly<Record<Slug, { readonly before: number | null }>>;
}

/** Something that the dead run meant to do and that live does not show. */
export type Unfinished =
  | { readonly kind: "skill"; readonly skill: Slug; readonly why: Why }
  | { readonly kind: "entry"; readonly profile: Slug; readonly skill: Slug; readonly why: Why }
  | { readonly kind: "assignment"; readonly user: string; readonly skill: Slug; readonly why: Why };

/** Never reached; set by hand since, and so not ours; or live could not say, and the old ledger holds. */
export type Why = "not-reached" | "by-hand" | "unknown";

/** How often a running apply renews its intent, in milliseconds. */
export const RENEW_EVERY = 2 * 60_000;

/** A run that has not renewed its intent for longer than this, in milliseconds, is dead. */
export const DEAD_AFTER = 6 * 60_000;

/** Milliseconds since the run renewed its intent; 0 where its clock is ahead of ours. */
export function intentAge(intent: Intent, now: number): number {
  return Math.max(0, now - Date.parse(intent.run.renewedAt));
}

/** `octocat on runner-3 (https://…), since 2026-01-31T08:00:00Z`: names from outside, safe to print. */
export function describeRun(run: RunIdentity): string {
  const where = run.host === undefined ? "" : ` on ${printable(run.host)}`;
  const link = run.url === undefined ? "" : ` (${printable(run.url, 500)})`;
  return `${printable(run.actor ?? "somebody")}${where}${link}, since ${printable(run.startedAt)}`;
}
