/** Finds the live group that a name or id in the YAML means. */
import type { DesiredGroup, GroupRef, Ledger, Listing, LiveGroup, Refusal } from "../../model.ts";
import { byText, nearest } from "../../text.ts";
import { match } from "./match.ts";

export interface MatchedGroups {
  /** By the reference in the YAML. */
  readonly byRef: ReadonlyMap<string, LiveGroup>;
  readonly refusals: readonly Refusal[];
}

/** A name whose ledger id is live means that group; `names` are the names of all groups, for suggestions. */
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
  const objects = live.entities.toSorted((a, b) => byText(a.id, b.id));
  const items = recordedGroups(ledger);
  const together = match({ entries: entries.filter(({ id }) => id === undefined), items, objects });
  // Unlike a skill, a group may be referred to in several ways: by id, by name, in another case.
  const pairs = new Map(together.pairs);
  const unclear = new Map<string, readonly LiveGroup[]>();
  for (const entry of entries.filter(({ slug }) => !pairs.has(slug))) {
    const alone = match({ entries: [entry], items, objects });
    const [object, open] = [alone.pairs.get(entry.slug), alone.unclear.get(entry.slug)];
    if (object) pairs.set(entry.slug, object);
    else if (open) unclear.set(entry.slug, open.candidates);
  }
  const refusals = groups.flatMap(({ group, source }): Refusal[] => {
    const candidates = unclear.get(group);
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

/** The groups that the ledger's assignments came through, each once. */
function recordedGroups(ledger: Ledger | null): (GroupRef & { readonly slug: string })[] {
  const groups = new Map<string, GroupRef & { readonly slug: string }>();
  for (const { assignments } of ledger?.users ?? []) {
    for (const { group } of Object.values(assignments)) {
      if (group) groups.set(group.id, { ...group, slug: group.name });
    }
  }
  return [...groups.values()].sort((a, b) => byText(a.id, b.id));
}
