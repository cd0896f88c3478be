/** The lines and users in the YAML of the applied revision, to explain what a plan takes away. */
import type { Desired, GroupRef, Ledger, Live, Place, SkillId, Subject } from "../model.ts";
import { findItems } from "./match/match.ts";
import { matchUsers } from "./match/users.ts";
import type { SkillSubjects } from "./subjects/skills.ts";

export interface Previous {
  /** The line that asked for the assignment; `group` is the group that it came through according to the ledger. */
  readonly sourceOf: (subject: Subject, skill: SkillId, group?: GroupRef) => Place | undefined;
  /** Whether that YAML named the user. */
  readonly wasNamed: (userId: string) => boolean;
}

const NONE: Previous = { sourceOf: () => undefined, wasNamed: () => false };

/** Resolves `previous` with the current skills and users; empty if git doesn't have it. */
export function readPrevious(
  previous: Desired | undefined,
  ledger: Ledger | null,
  live: Live,
  skills: SkillSubjects,
): Previous {
  if (!previous) return NONE;
  const knownId = idsOf(previous, ledger, skills);
  const idOf = (slug: string): SkillId => knownId(slug) ?? slug;
  const sources = new Map<string, Place>();
  for (const { slug, source } of previous.skills) sources.set(keyOf("skill", "", idOf(slug)), source);
  for (const { group, sources: lines } of previous.groups) {
    for (const { skill, source } of lines) sources.set(keyOf("group", group, idOf(skill)), source);
  }
  const { named } = matchUsers(previous.users, ledger, live);
  for (const [id, entries] of named) {
    for (const { skill, source } of entries.flatMap((entry) => entry.sources).reverse()) {
      sources.set(keyOf("user", id, idOf(skill)), source);
    }
  }
  const profileIds = new Map(ledger?.profiles.map(({ id, name }) => [name, id]));
  for (const { name, entries } of previous.profiles) {
    const id = profileIds.get(name) ?? "";
    for (const { skill, source } of entries) sources.set(keyOf("profile", id, idOf(skill)), source);
  }
  return {
    sourceOf: (subject, skill, group) =>
      sources.get(keyOf(subject.kind, subject.kind === "skill" ? "" : subject.id, skill)) ??
      (group &&
        (sources.get(keyOf("group", group.name, skill)) ?? sources.get(keyOf("group", group.id, skill)))),
    wasNamed: (userId) => named.has(userId),
  };
}

/** Today's ids of the slugs of an earlier YAML. */
export function idsOf(
  yaml: Desired,
  ledger: Ledger | null,
  skills: SkillSubjects,
): (slug: string) => SkillId | undefined {
  const items = findItems(yaml.skills, ledger?.skills ?? []);
  return (slug) => items.get(slug)?.id ?? skills.bySlug.get(slug)?.id;
}

function keyOf(kind: string, holder: string, skill: SkillId): string {
  return `${kind}\n${holder}\n${skill}`;
}
