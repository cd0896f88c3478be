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

/** Resolves `previous` with the current skills and users, once that is asked for; empty if git doesn't have it. */
export function readPrevious(
  previous: (() => Desired | undefined) | undefined,
  ledger: Ledger | null,
  live: Live,
  skills: SkillSubjects,
): Previous {
  let known: Previous | undefined;
  const read = (): Previous => (known ??= indexYaml(previous?.(), ledger, live, skills));
  return {
    sourceOf: (subject, skill, group) => read().sourceOf(subject, skill, group),
    wasNamed: (userId) => previous !== undefined && read().wasNamed(userId),
  };
}

function indexYaml(
  yaml: Desired | undefined,
  ledger: Ledger | null,
  live: Live,
  skills: SkillSubjects,
): Previous {
  if (!yaml) return { sourceOf: () => undefined, wasNamed: () => false };
  const knownId = idsOf(yaml, ledger, skills);
  const idOf = (slug: string): SkillId => knownId(slug) ?? slug;
  const sources = new Map<string, Place>();
  for (const { slug, source } of yaml.skills) sources.set(keyOf("skill", "", idOf(slug)), source);
  for (const { group, sources: lines } of yaml.groups) {
    for (const { skill, source } of lines) sources.set(keyOf("group", group, idOf(skill)), source);
  }
  const profileIds = new Map(ledger?.profiles.map(({ id, name }) => [name, id]));
  for (const { name, entries } of yaml.profiles) {
    const id = profileIds.get(name) ?? "";
    for (const { skill, source } of entries) sources.set(keyOf("profile", id, idOf(skill)), source);
  }
  const { named } = matchUsers(yaml.users, ledger, live);
  const ownSource = (userId: string, skill: SkillId): Place | undefined => {
    const lines = named.get(userId)?.flatMap((entry) => entry.sources);
    return lines?.find((line) => idOf(line.skill) === skill)?.source;
  };
  return {
    sourceOf: (subject, skill, group) =>
      (subject.kind === "user"
        ? ownSource(subject.id, skill)
        : sources.get(keyOf(subject.kind, subject.kind === "skill" ? "" : subject.id, skill))) ??
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
