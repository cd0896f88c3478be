/** Which live group a name or id in the YAML means. */
import type { DesiredGroup, GroupRef, Ledger, Listing, LiveGroup, Refusal } from "../../model.ts";
import { byText, nearest } from "../../text.ts";
import { match } from "./match.ts";

export interface MatchedGroups {
  /** By what the YAML calls them. */
  readonly byRef: ReadonlyMap<string, LiveGroup>;
  readonly refusals: readonly Refusal[];
}

/** A name whose ledger id is live means that group; `names` are those of all groups, to suggest the nearest. */
export function matchGroups(
  groups: readonly DesiredGroup[],
  ledger: Ledger | null,
  live: Listing<LiveGroup>,
  names: readonly string[],
): MatchedGroups {
  const ids = new Set(live.entities.map(({ id }) => id));
  const entries = groups.map(({ group }) => {
    return { slug: group, slugWritten: false, name: group, id: ids.has(group) ? group : undefined };
  });
  const { pairs, unclear } = match({ entries, items: recordedGroups(ledger), objects: live.entities });
  const refusals = groups.flatMap(({ group, source }): Refusal[] => {
    const candidates = unclear.get(group)?.candidates;
    if (candidates) {
      return [
        { code: "AMBIGUOUS", what: "group", name: group, candidates: candidates.map(identify), source },
      ];
    }
    if (pairs.has(group)) return [];
    const suggestion = nearest(group, names.toSorted(byText));
    return [
      {
        code: "UNKNOWN_GROUP",
        name: group,
        source,
        ...(suggestion !== undefined && { nearest: suggestion }),
      },
    ];
  });
  return { byRef: pairs, refusals };
}

function identify({ id, name }: LiveGroup): { id: string; name: string } {
  return { id, name };
}

/** The groups through which the ledger's assignments came, each once. */
function recordedGroups(ledger: Ledger | null): (GroupRef & { readonly slug: string })[] {
  const groups = new Map<string, GroupRef & { readonly slug: string }>();
  for (const { assignments } of ledger?.users ?? []) {
    for (const { group } of Object.values(assignments)) {
      if (group) groups.set(group.id, { ...group, slug: group.name });
    }
  }
  return [...groups.values()].sort((a, b) => byText(a.id, b.id));
}
