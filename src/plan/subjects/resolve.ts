/** Resolves all assignment sources of one user to one assignment for each skill. */
import type { AssignmentSource, GroupRef, SkillId } from "../../model.ts";
import { byText } from "../../text.ts";
import type { CarriedSource, ResolvedAssignment } from "../rows.ts";

/** Sources that reach a user the same way: the user's own, or those of one group. */
export interface SourceLot {
  readonly sources: readonly AssignmentSource[];
  readonly group?: GroupRef;
}

/** By skill; ignores sources whose skill `idOf` doesn't know. */
export function resolveSources(
  lots: readonly SourceLot[],
  idOf: (slug: string) => SkillId | undefined,
): Map<SkillId, ResolvedAssignment> {
  const resolved = new Map<SkillId, Draft>();
  for (const { sources, group } of lots) {
    for (const source of sources) {
      const id = idOf(source.skill);
      if (id === undefined) continue;
      const carried = group ? { ...source, group } : source;
      const known = resolved.get(id);
      if (known) known.sources.push(carried);
      else resolved.set(id, { sources: [carried] });
    }
  }
  for (const draft of resolved.values()) settle(draft);
  return resolved;
}

/** What is resolved once all sources are in it. */
type Draft = { -readonly [Key in keyof ResolvedAssignment]: ResolvedAssignment[Key] } & {
  readonly sources: CarriedSource[];
};

function settle(draft: Draft): void {
  const { sources } = draft;
  if (sources.length > 1) sources.sort(byStrength);
  const proficiency = sources[0]?.proficiency;
  const group = throughGroups(sources);
  const until = lastDay(sources);
  if (proficiency !== undefined) draft.proficiency = proficiency;
  if (group) draft.group = group;
  if (until !== undefined) draft.until = until;
}

function lastDay(sources: readonly AssignmentSource[]): string | undefined {
  let last: string | undefined;
  for (const { until } of sources) {
    if (until === undefined) return undefined;
    if (last === undefined || until > last) last = until;
  }
  return last;
}

/** The group that the ledger records, if all sources are groups: the first by name, then id. */
function throughGroups(sources: readonly CarriedSource[]): GroupRef | undefined {
  let first: GroupRef | undefined;
  for (const { group } of sources) {
    if (!group) return undefined;
    if (!first || byGroup(group, first) < 0) first = group;
  }
  return first;
}

function byGroup(a: GroupRef, b: GroupRef): number {
  return byText(a.name, b.name) || byText(a.id, b.id);
}

/**
 * The closest source with a proficiency decides; among equally close ones the highest proficiency. Places break the
 * remaining ties, so that the order of files doesn't matter.
 */
function byStrength(a: CarriedSource, b: CarriedSource): number {
  const named = Number(b.proficiency !== undefined) - Number(a.proficiency !== undefined);
  return (
    named ||
    a.via.closeness - b.via.closeness ||
    (b.proficiency ?? 0) - (a.proficiency ?? 0) ||
    byText(a.source.file, b.source.file) ||
    a.source.line - b.source.line ||
    a.source.column - b.source.column ||
    byText(a.group?.name ?? "", b.group?.name ?? "") ||
    byText(a.group?.id ?? "", b.group?.id ?? "")
  );
}
