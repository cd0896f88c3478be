/**
 * The matcher: finds the live object that an entry of the YAML means. Skills, profiles and groups are all matched here.
 *
 * An entry is matched by the first of: `id:` in the YAML; the id that the ledger recorded under the entry's own name;
 * exactly the same name; the same name folded. Punctuation counts: `C`, `C++` and `C#` are three skills with the same
 * slug, so a slug never matches anything. What stays unclear is refused, never guessed.
 */

import { groupBy } from "../../group-by.ts";
import { foldName } from "../../text.ts";
import { nameBetween } from "../names.ts";

/** The parts of a YAML entry that matching needs. */
export interface MatchEntry {
  readonly slug: string;
  readonly slugWritten: boolean;
  readonly name: string;
  readonly id?: string | undefined;
}

/** The parts of a ledger item that matching needs. */
export interface MatchItem {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly slugWritten?: true | undefined;
}

/** The parts of a live object that matching needs. */
export interface MatchObject {
  readonly id: string;
  readonly name: string;
  readonly state?: "active" | "inactive";
}

interface MatchInputs<E extends MatchEntry, I extends MatchItem, O extends MatchObject> {
  readonly entries: readonly E[];
  readonly items: readonly I[];
  readonly objects: readonly O[];
  /** Pairs that a rename has decided: ids by the entry's slug. */
  readonly decided?: ReadonlyMap<string, string>;
  /** Ids of objects that only `id:` may match: the old skills of renames. */
  readonly reserved?: ReadonlySet<string>;
}

export interface Match<E extends MatchEntry, I extends MatchItem, O extends MatchObject> {
  /** The object of each entry, by slug. */
  readonly pairs: ReadonlyMap<string, O>;
  /** Entries that may mean several objects, with these objects, by slug. */
  readonly unclear: ReadonlyMap<string, { readonly entry: E; readonly candidates: readonly O[] }>;
  /** Entries whose `id:` is not live. */
  readonly unknownIds: readonly E[];
  /** What the ledger recorded under each entry's name, by slug. */
  readonly items: ReadonlyMap<string, I>;
  /** Objects that no entry means and none may mean. */
  readonly unpaired: readonly O[];
}

/**
 * The ledger's item for each entry, by slug. Found by the exact name first, then by the folded name, then by the
 * temporary name of a rename, and by slug only if both wrote the same `slug:`. Of several items the first counts.
 */
export function findItems<I extends MatchItem>(
  entries: readonly MatchEntry[],
  items: readonly I[],
): Map<string, I> {
  const found = new Map<string, I>();
  const claimed = new Set<I>();
  const claim = (
    keyOfItem: (item: I) => string | null,
    keyOfEntry: (entry: MatchEntry) => string | null,
  ): void => {
    const byKey = indexFirst(
      items.filter((item) => !claimed.has(item)),
      keyOfItem,
    );
    for (const [key, [entry, ...others]] of groupBy(
      entries.filter(({ slug }) => !found.has(slug)),
      keyOfEntry,
    )) {
      const item = byKey.get(key);
      // An item that may belong to several entries belongs to none.
      if (!item || !entry || others.length > 0) continue;
      found.set(entry.slug, item);
      claimed.add(item);
    }
  };
  claim(
    ({ name }) => name,
    ({ name }) => name,
  );
  claim(
    ({ name }) => foldName(name),
    ({ name }) => foldName(name),
  );
  claim(
    ({ name }) => name,
    ({ name }) => nameBetween(name),
  );
  claim(
    ({ slug, slugWritten }) => (slugWritten ? slug : null),
    ({ slug, slugWritten }) => (slugWritten ? slug : null),
  );
  return found;
}

/** Pairs every entry with at most one object, and every object with at most one entry. */
export function match<E extends MatchEntry, I extends MatchItem, O extends MatchObject>(
  inputs: MatchInputs<E, I, O>,
): Match<E, I, O> {
  const { entries, objects, decided = new Map<string, string>(), reserved = new Set<string>() } = inputs;
  const items = findItems(entries, inputs.items);
  const byId = new Map(objects.map((object) => [object.id, object]));
  const free = new Map(byId);
  const pairs = new Map<string, O>();
  const unclear = new Map<string, { entry: E; candidates: readonly O[] }>();
  const unknownIds: E[] = [];
  const pair = (entry: E, object: O): void => {
    pairs.set(entry.slug, object);
    free.delete(object.id);
  };
  const isOpen = (entry: E): boolean => !pairs.has(entry.slug) && !unclear.has(entry.slug);

  for (const entry of entries.filter(({ id }) => id !== undefined)) {
    const object = byId.get(entry.id ?? "");
    if (!object) unknownIds.push(entry);
    else if (free.has(object.id)) pair(entry, object);
    else unclear.set(entry.slug, { entry, candidates: [object] });
  }
  for (const id of reserved) free.delete(id);
  for (const entry of entries) {
    const object = isOpen(entry) ? byId.get(decided.get(entry.slug) ?? "") : undefined;
    if (object && entry.id === undefined) pair(entry, object);
  }
  const open = entries.filter((entry) => entry.id === undefined && isOpen(entry));
  const recorded = new Map(
    open.flatMap((entry) => {
      const object = byId.get(items.get(entry.slug)?.id ?? "");
      return object ? [[entry.slug, object] as const] : [];
    }),
  );
  pairByItem(open, recorded, free, pair, (entry, candidates) =>
    unclear.set(entry.slug, { entry, candidates }),
  );
  // While the old skill of a rename has exactly this name, the entry waits and matches no other skill.
  const taken = new Set(objects.flatMap(({ id, name }) => (reserved.has(id) ? [name] : [])));
  const isFree = ({ name }: E): boolean => !taken.has(name);
  for (const keyOf of [(name: string) => name, foldName]) {
    const byKey = groupBy([...free.values()], ({ name }) => keyOf(name));
    const left = keyOf === foldName ? open.filter(isFree) : open;
    for (const [key, claiming] of groupBy(left.filter(isOpen), ({ name }) => keyOf(name))) {
      const named = byKey.get(key) ?? [];
      const active = named.filter(isActive);
      const candidates = active.length > 0 ? active : named;
      const [[only, ...others], [entry, ...rivals]] = [candidates, claiming];
      if (only && entry && others.length + rivals.length === 0) pair(entry, only);
      else if (only) for (const one of claiming) unclear.set(one.slug, { entry: one, candidates });
    }
  }
  for (const { candidates } of unclear.values()) for (const { id } of candidates) free.delete(id);
  return { pairs, unclear, unknownIds, items, unpaired: [...free.values()] };
}

/**
 * Pairs by the ledger's item. Leaves an entry open if its object has another name now or is the old skill of a rename,
 * and an unclaimed object has exactly the entry's name.
 */
function pairByItem<E extends MatchEntry, O extends MatchObject>(
  open: readonly E[],
  recorded: ReadonlyMap<string, O>,
  free: ReadonlyMap<string, O>,
  pair: (entry: E, object: O) => void,
  leaveOpen: (entry: E, candidates: readonly O[]) => void,
): void {
  const claimed = new Set([...recorded.values()].map(({ id }) => id));
  const byName = groupBy(
    [...free.values()].filter((object) => isActive(object) && !claimed.has(object.id)),
    ({ name }) => name,
  );
  for (const entry of open) {
    const object = recorded.get(entry.slug);
    if (!object) continue;
    const isFree = free.has(object.id);
    const others = isFree && object.name === entry.name ? [] : (byName.get(entry.name) ?? []);
    if (others.length > 0) leaveOpen(entry, [object, ...others]);
    else if (isFree) pair(entry, object);
  }
}

function isActive({ state = "active" }: MatchObject): boolean {
  return state === "active";
}

function indexFirst<T>(values: readonly T[], keyOf: (value: T) => string | null): Map<string, T> {
  const index = new Map<string, T>();
  for (const value of values) {
    const key = keyOf(value);
    if (key !== null && !index.has(key)) index.set(key, value);
  }
  return index;
}
