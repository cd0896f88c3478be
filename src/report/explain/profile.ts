/** Explains a profile: its skills with their sources, and its members. */
import type { DesiredProfile, LiveProfile, Place, SkillId, Slug } from "../../model.ts";
import type { ProfileSubject, Row } from "../../plan/rows.ts";
import { byText } from "../../text.ts";
import type { MemberFacts, PlannedRows } from "../planned-rows.ts";
import type { SkillFact } from "./assignment.ts";
import { skillFact } from "./assignment.ts";
import type { FactIndex } from "./fact-index.ts";
import { bySkillName } from "./fact-index.ts";

export interface ProfileFact {
  readonly slug: Slug;
  readonly name: string;
  /** The id of the routing profile; null if there is none. */
  readonly id: string | null;
}

export interface ProfileExplanation {
  readonly kind: "profile";
  readonly profile: ProfileFact;
  readonly description: string | null;
  /** `undeclared`: only in `assign_to_profiles`; `dropped`: only in the ledger; `unmanaged`: only in the organisation. */
  readonly standing: "declared" | "undeclared" | "dropped" | "unmanaged";
  readonly source?: Place;
  /** Names, in the order of the file. */
  readonly extends: readonly string[];
  /** Names of the profiles that extend it directly, sorted. */
  readonly extendedBy: readonly string[];
  /** Sorted by name of skill. */
  readonly entries: readonly EntryFact[];
  readonly members: MemberFacts;
}

/** A skill of a profile. */
export interface EntryFact {
  readonly skill: SkillFact;
  /** Name of the ancestor that names the skill; absent if the profile names it itself. */
  readonly from?: string;
  readonly proficiency?: number;
  /** The line that asks for it, if any. */
  readonly source?: Place;
  /** `dropped`: in the ledger, but the YAML doesn't ask for it any more. */
  readonly why: "yaml" | "manual" | "dropped";
  /** The state in the routing profile; null if the organisation doesn't have it. */
  readonly now: "there" | "missing" | "through-parent" | null;
}

/** A profile in the YAML, the ledger or the organisation. */
interface KnownProfile {
  readonly slug: Slug;
  readonly entry: DesiredProfile | undefined;
  readonly live: LiveProfile | undefined;
  /** Absent if the planner decides nothing about it. */
  readonly subject?: ProfileSubject;
}

/** The planner's profiles, profiles of the YAML without a routing profile, and unmanaged routing profiles. */
export function listProfiles({ rows, desired, live }: PlannedRows): KnownProfile[] {
  const slugs = new Set(rows.profiles.map(({ entry }) => entry?.slug));
  const ids = new Set(rows.profiles.map(({ id }) => id));
  return [
    ...rows.profiles.map((subject) => ({ ...subject, subject })),
    ...desired.profiles
      .filter(({ slug }) => !slugs.has(slug))
      .map((entry) => ({ slug: entry.slug, entry, live: undefined })),
    ...live.profiles.entities
      .filter(({ id }) => !ids.has(id))
      .map((live) => ({ slug: live.slug, entry: undefined, live })),
  ];
}

export function explainProfile(known: KnownProfile, index: FactIndex): ProfileExplanation {
  const { slug, entry, live } = known;
  return {
    kind: "profile",
    profile: { slug, name: entry?.name ?? live?.name ?? slug, id: live?.id ?? null },
    description: entry?.description ?? live?.description ?? null,
    standing: standingOf(known),
    ...(entry && { source: entry.source }),
    extends: entry?.extends.map(index.profileName) ?? [],
    extendedBy: index.desired.profiles
      .filter((other) => entry && other.extends.includes(slug))
      .map(({ name }) => name)
      .sort(byText),
    entries: entriesOf(known, index),
    members: index.findMembers(entry),
  };
}

function standingOf({ entry, subject }: KnownProfile): ProfileExplanation["standing"] {
  if (entry) return entry.declared ? "declared" : "undeclared";
  return subject?.item ? "dropped" : "unmanaged";
}

function entriesOf({ entry, subject, live }: KnownProfile, { rows, profileName }: FactIndex): EntryFact[] {
  const rowOf = new Map(
    subject?.rows.flatMap((row) => (row.field.kind === "skill" ? [[row.field.id, row] as const] : [])),
  );
  const wanted = new Map<SkillId, EntryFact>();
  for (const { skill: slug, from, distance, proficiency, source } of entry?.entries ?? []) {
    const skill = rows.skillBySlug.get(slug);
    if (!skill || skill.isReleased) continue;
    wanted.set(skill.id, {
      skill: skillFact(skill),
      ...(distance > 0 && { from: profileName(from) }),
      ...(proficiency !== undefined && { proficiency }),
      source,
      why: "yaml",
      now: live ? nowOf(rowOf.get(skill.id), distance) : null,
    });
  }
  const unwanted = (live?.skills ?? []).flatMap((id): EntryFact[] => {
    const skill = wanted.has(id) ? undefined : rows.skillById.get(id);
    const isOurs = rowOf.get(id)?.ledger !== undefined;
    return skill ? [{ skill: skillFact(skill), why: isOurs ? "dropped" : "manual", now: "there" }] : [];
  });
  return [...wanted.values(), ...unwanted].sort((a, b) => bySkillName(a.skill, b.skill));
}

/** The state of an entry; a routing profile may inherit it from its parent. */
function nowOf(row: Row | undefined, distance: number): EntryFact["now"] {
  if (row?.live !== undefined) return "there";
  return distance > 0 && row?.desired === undefined ? "through-parent" : "missing";
}
