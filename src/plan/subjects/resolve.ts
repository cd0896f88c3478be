/** Resolves all assignment sources of one user to one assignment for each skill. */
import type { AssignmentSource, GroupRef, SkillId } from "../../model.ts";
import { groupBy } from "../../group-by.ts";
import { byText } from "../../text.ts";
import type { CarriedSource, ResolvedAssignment } from "../rows.ts";

/** Sources that reach a user the same way: the user's own, or those of one group. */
export interface SourceLot {
  readonly sources: readonly CarriedSource[];
}

/** By skill; ignores sources whose skill `idOf` doesn't know. */
export function resolveSources(
  lots: readonly SourceLot[],
  idOf: (slug: string) => SkillId | undefined,
): Map<SkillId, ResolvedAssignment> {
  const sources = lots.flatMap((lot) => lot.sources);
  const bySkill = groupBy(sources, ({ skill }) => idOf(skill));
  return new Map([...bySkill].map(([id, own]) => [id, resolve(own)]));
}

/** The assignment that these sources of one skill ask for. */
export function resolve(unsorted: readonly CarriedSource[]): ResolvedAssignment {
  const sources = unsorted.length > 1 ? unsorted.toSorted(byStrength) : unsorted;
  const proficiency = sources[0]?.proficiency;
  const group = throughGroups(sources);
  const until = lastDay(sources);
  return {
    sources,
    ...(proficiency !== undefined && { proficiency }),
    ...(group && { group }),
    ...(until !== undefined && { until }),
  };
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
