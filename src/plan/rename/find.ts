/**
 * Step 2: what `previously` means now. Each previous name of each entry is one small state machine:
 *
 *   ours, live, new name not live   replace: the new skill is created (with `profiles`: the old one is renamed),
 *                                   every holder is migrated, and the old one is deleted
 *   ours, live, new name live       merge: holders who lack the new skill are migrated, and the old one is deleted
 *   not ours, live                  refused, or left alone where that is allowed
 *   not live, or replaced before    done: a previous name acts once
 *
 * "New name live" does not count a skill that is itself the old skill of another rename of this plan: of a chain
 * (A to B, B to C) only what has a free name is done, and a later plan does the rest. What was begun in an earlier
 * apply stands in the ledger as a replacement and goes on, whether or not the YAML still names the old skill.
 */
import type {
  DesiredSkill,
  Dialect,
  Ledger,
  LedgerSkill,
  LiveSkill,
  Note,
  Refusal,
  Replacement,
  Slug,
} from "../../model.ts";
import { foldName } from "../../text.ts";
import { findItems, match } from "../match/match.ts";

/** A live skill of ours whose holders are to have another instead. */
export interface OldSkill {
  readonly live: LiveSkill;
  readonly item: LedgerSkill;
  /** An earlier apply began it, so that nobody is asked again. */
  readonly isBegun: boolean;
}

/** One entry of the YAML that takes the place of old skills. */
export interface Rename {
  readonly entry: DesiredSkill;
  readonly olds: readonly OldSkill[];
  /** The new skill is there already. */
  readonly isMerge: boolean;
}

export interface Renames {
  /** By slug of the new skill's entry. */
  readonly bySlug: ReadonlyMap<Slug, Rename>;
  /** Old skills that become the new one by another name (`profiles`): ids by slug of the entry. */
  readonly inPlace: ReadonlyMap<Slug, string>;
  /** Entries whose new skill can't be made yet, and the old skills that wait with them. */
  readonly waiting: ReadonlySet<Slug>;
  /** Ids of all live skills that some `previously` means: no name pairs with them. */
  readonly reserved: ReadonlySet<string>;
  /** Ids of old skills of ours that stay as they are until a later plan. */
  readonly paused: ReadonlySet<string>;
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

export interface RenameInputs {
  readonly skills: readonly DesiredSkill[];
  readonly ledger: Ledger | null;
  readonly live: readonly LiveSkill[];
  readonly dialect: Dialect;
  /** The credentials see only some divisions: nothing is replaced. */
  readonly isLimited: boolean;
}

/** What one entry's previous names come to. */
interface Found {
  readonly entry: DesiredSkill;
  readonly ours: readonly OldSkill[];
  /** Live, and never applied by this program. */
  readonly unmanaged: readonly LiveSkill[];
  readonly gone: readonly string[];
  /** Names that another entry has which renames nothing, or which takes its own name from this one. */
  readonly present: readonly { readonly name: string; readonly isSwap: boolean }[];
}

export function findRenames(inputs: RenameInputs): Renames {
  const index = indexInputs(inputs);
  const named = inputs.skills.map((entry) => findOne(entry, index));
  const found = followReplacements(
    named.map((one) => withoutPresent(one, named, index)),
    index,
  );
  const olds = new Map(found.flatMap(({ entry, ours }) => ours.map(({ live }) => [live.id, entry] as const)));
  const unmanaged = found.flatMap((one) => one.unmanaged.map(({ id }) => id));
  const reserved = new Set([...olds.keys(), ...unmanaged]);
  const own = ownSkills(inputs, reserved);
  const inPlace = inputs.dialect === "profiles" ? renamedInPlace(found, own) : new Map<Slug, string>();
  const waiting = waitingEntries(found, { ...inputs, own, reserved, inPlace });
  const refusals = found.flatMap((one) => refuse(one, own.get(one.entry.slug)));
  const bySlug = new Map(
    found.flatMap(({ entry, ours }) => {
      const left = ours.filter(({ live }) => live.id !== inPlace.get(entry.slug));
      const isMerge = own.has(entry.slug) || inPlace.has(entry.slug);
      return left.length === 0 || waiting.has(entry.slug)
        ? []
        : [[entry.slug, { entry, olds: left, isMerge }] as const];
    }),
  );
  const paused = found.flatMap(({ entry, ours }) => (waiting.has(entry.slug) ? ours : []));
  return {
    bySlug,
    inPlace,
    waiting,
    reserved,
    paused: new Set(paused.map(({ live }) => live.id)),
    notes: found.flatMap((one) => noteOne(one, own.get(one.entry.slug), waiting, inputs)),
    refusals,
  };
}

// ── One entry ────────────────────────────────────────────────────────────────────────────────────────

interface Index {
  readonly inputs: RenameInputs;
  /** What the ledger recorded under each entry's name, by slug. */
  readonly items: ReadonlyMap<Slug, LedgerSkill>;
  readonly liveById: ReadonlyMap<string, LiveSkill>;
  readonly entryByName: ReadonlyMap<string, DesiredSkill>;
  readonly replacements: readonly Replacement[];
}

function indexInputs(inputs: RenameInputs): Index {
  return {
    inputs,
    items: findItems(inputs.skills, inputs.ledger?.skills ?? []),
    liveById: new Map(inputs.live.map((skill) => [skill.id, skill])),
    entryByName: new Map(inputs.skills.map((entry) => [foldName(entry.name), entry])),
    replacements: inputs.ledger?.replacements ?? [],
  };
}

function findOne(entry: DesiredSkill, index: Index): Found {
  const [ours, unmanaged, gone] = [new Map<string, OldSkill>(), new Map<string, LiveSkill>(), [] as string[]];
  for (const name of previousNames(entry, index)) {
    const live = oldSkill(name, entry, index);
    const item = live && index.inputs.ledger?.skills.find(({ id }) => id === live.id);
    if (!live) gone.push(name);
    else if (item) ours.set(live.id, { live, item, isBegun: isBegun(live.id, index) });
    else unmanaged.set(live.id, live);
  }
  return { entry, ours: [...ours.values()], unmanaged: [...unmanaged.values()], gone, present: [] };
}

/**
 * A previous name that is still the name of an entry means that entry's skill, unless that entry is renamed itself.
 * Where the API can't rename, two entries can't swap their names in one plan either.
 */
function withoutPresent(one: Found, all: readonly Found[], index: Index): Found {
  const present = new Map<string, boolean>();
  for (const name of previousNames(one.entry, index)) {
    const other = all.find(({ entry }) => entry === index.entryByName.get(foldName(name)));
    if (!other || other === one || isBegunUnder(name, one)) continue;
    const isSwap = index.inputs.dialect === "cloud" && leadsTo(other, one.entry, all, index);
    if (other.ours.length === 0 || isSwap) present.set(name, isSwap);
  }
  if (present.size === 0) return one;
  const folded = new Set([...present.keys()].map(foldName));
  const isPresent = (name: string): boolean => folded.has(foldName(name));
  return {
    ...one,
    ours: one.ours.filter(({ item }) => !isPresent(item.name)),
    unmanaged: one.unmanaged.filter(({ name }) => !isPresent(name)),
    gone: one.gone.filter((name) => !isPresent(name)),
    present: [...present].map(([name, isSwap]) => ({ name, isSwap })),
  };
}

function isBegunUnder(name: string, { ours }: Found): boolean {
  return ours.some(({ item, isBegun }) => isBegun && foldName(item.name) === foldName(name));
}

/** A name that differs by folding alone is the same name, and one that the ledger says is replaced never acts again. */
function previousNames(entry: DesiredSkill, index: Index): string[] {
  const replaced = new Set(index.items.get(entry.slug)?.renamedFrom?.map(({ name }) => foldName(name)));
  return entry.previously.filter((name) => {
    const folded = foldName(name);
    return folded !== foldName(entry.name) && !replaced.has(folded);
  });
}

/** The live skill that the ledger recorded under that name, else a live one of exactly that name. */
function oldSkill(name: string, entry: DesiredSkill, index: Index): LiveSkill | undefined {
  const items = index.inputs.ledger?.skills ?? [];
  const recorded =
    items.find((item) => item.name === name && index.liveById.has(item.id)) ??
    items.find((item) => foldName(item.name) === foldName(name) && index.liveById.has(item.id));
  const found =
    (recorded && index.liveById.get(recorded.id)) ?? index.inputs.live.find((live) => live.name === name);
  return found && !isMeantByAnother(found, name, entry, index) ? found : undefined;
}

/** Whether the skill is what the entry itself, or another entry under a name that isn't `name`, means already. */
function isMeantByAnother({ id }: LiveSkill, name: string, entry: DesiredSkill, index: Index): boolean {
  if (entry.id === id || index.items.get(entry.slug)?.id === id) return true;
  return index.inputs.skills.some(
    (other) =>
      other !== entry &&
      (other.id === id ||
        (index.items.get(other.slug)?.id === id && foldName(other.name) !== foldName(name))),
  );
}

function isBegun(id: string, { replacements }: Index): boolean {
  return replacements.some((replacement) => replacement.id === id);
}

// ── What earlier applies began ───────────────────────────────────────────────────────────────────────

/** Adds to each entry the old skills that an earlier apply began to replace by it, or by what it replaces now. */
function followReplacements(found: readonly Found[], index: Index): Found[] {
  const entryOf = new Map(
    found.flatMap(({ entry }) => {
      const id = entry.id ?? index.items.get(entry.slug)?.id;
      return id === undefined ? [] : [[id, entry.slug] as const];
    }),
  );
  const successor = new Map(found.flatMap(({ entry, ours }) => ours.map((old) => [old.live.id, entry.slug])));
  const begun = new Map<Slug, OldSkill[]>();
  for (const { id, to } of index.replacements) {
    const slug = successor.get(to) ?? entryOf.get(to) ?? newSlug(to);
    const [live, item] = [index.liveById.get(id), index.inputs.ledger?.skills.find((one) => one.id === id)];
    const isWanted = entryOf.has(id) && !successor.has(id);
    if (slug === undefined || !live || !item || isWanted) continue;
    begun.set(slug, [...(begun.get(slug) ?? []), { live, item, isBegun: true }]);
  }
  return found.map((one) => {
    const known = new Set(one.ours.map(({ live }) => live.id));
    const more = (begun.get(one.entry.slug) ?? []).filter(({ live }) => !known.has(live.id));
    return more.length === 0 ? one : { ...one, ours: [...more, ...one.ours] };
  });
}

/** The slug of a skill that a replacement was begun for and that was not made yet. */
function newSlug(id: string): Slug | undefined {
  return id.startsWith("new:") ? id.slice("new:".length) : undefined;
}

// ── Where the new skill stands ───────────────────────────────────────────────────────────────────────

/** The live skill of each entry, by slug, old skills of renames left out. */
function ownSkills(
  { skills, ledger, live }: RenameInputs,
  reserved: ReadonlySet<string>,
): ReadonlyMap<Slug, LiveSkill> {
  return match({ entries: skills, items: ledger?.skills ?? [], objects: live, reserved }).pairs;
}

/** With `profiles` the newest previous skill is given the new name, unless that is there already. */
function renamedInPlace(
  found: readonly Found[],
  own: ReadonlyMap<Slug, LiveSkill>,
): ReadonlyMap<Slug, string> {
  return new Map(
    found.flatMap(({ entry, ours }) => {
      const newest = ours.filter(({ isBegun }) => !isBegun).at(-1);
      return newest && !own.has(entry.slug) && entry.id === undefined
        ? [[entry.slug, newest.live.id] as const]
        : [];
    }),
  );
}

interface Standing extends RenameInputs {
  readonly own: ReadonlyMap<Slug, LiveSkill>;
  readonly reserved: ReadonlySet<string>;
  readonly inPlace: ReadonlyMap<Slug, string>;
}

/** Entries whose new skill has to be made and can't be: an old skill has the name, or nothing may be replaced. */
function waitingEntries(found: readonly Found[], standing: Standing): ReadonlySet<Slug> {
  const { live, own, reserved, inPlace, isLimited } = standing;
  const renamed = new Set(inPlace.values());
  const taken = new Set(
    live.filter(({ id }) => reserved.has(id) && !renamed.has(id)).map(({ name }) => foldName(name)),
  );
  return new Set(
    found.flatMap(({ entry, ours }) => {
      if (ours.length === 0) return [];
      const isReplaced = ours.some((old) => old.live.id !== inPlace.get(entry.slug));
      const isTaken = !own.has(entry.slug) && taken.has(foldName(entry.name));
      return isTaken || (isLimited && isReplaced) ? [entry.slug] : [];
    }),
  );
}

// ── What is said and refused ─────────────────────────────────────────────────────────────────────────

function refuse({ entry, unmanaged, present }: Found, own: LiveSkill | undefined): Refusal[] {
  const { slug, source } = entry;
  const skill = own?.id ?? `new:${slug}`;
  return [
    ...present.map((one): Refusal => ({ code: "PREVIOUS_PRESENT", skill, ...one, source })),
    ...unmanaged.map(({ name }): Refusal => ({ code: "PREVIOUS_UNMANAGED", skill, name, source })),
  ];
}

/** Whether the old skills of `from` are, over however many renames, what `to` is called now. */
function leadsTo(from: Found, to: DesiredSkill, all: readonly Found[], index: Index): boolean {
  const seen = new Set<Found>();
  const queue = [from];
  for (let one = queue.pop(); one; one = queue.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    for (const { item } of one.ours) {
      const entry = index.entryByName.get(foldName(item.name));
      if (entry === to) return true;
      const next = all.find((other) => other.entry === entry);
      if (next) queue.push(next);
    }
  }
  return false;
}

function noteOne(
  { entry, gone, unmanaged, ours }: Found,
  own: LiveSkill | undefined,
  waiting: ReadonlySet<Slug>,
  { isLimited }: RenameInputs,
): Note[] {
  const skill = own?.id ?? `new:${entry.slug}`;
  const notes: Note[] = unmanaged.map(({ name }) => ({ code: "PREVIOUS_LEFT", skill, name }));
  if (waiting.has(entry.slug) && !isLimited) notes.push({ code: "NAME_NOT_FREE", skill, name: entry.name });
  if (gone.length > 0 && ours.length === 0) notes.push({ code: "PREVIOUSLY_DONE", skill, previously: gone });
  return notes;
}
