/**
 * Step 2: resolves `previously`. Each previous name of each entry is in one of these states:
 *
 *   ours, live, new name not live   replace: the new skill is created (with `profiles`: the old one is renamed),
 *                                   every holder is migrated, and the old one is deleted
 *   ours, live, new name live       merge: holders who lack the new skill are migrated, and the old one is deleted
 *   not ours, live                  refused, or left alone where that is allowed
 *   not live, or replaced before    done: a previous name acts once
 *
 * "New name live" ignores the old skill of another rename in this plan: in a chain (A to B, B to C) only renames to a
 * free name are done, and a later plan does the rest. A rename that an earlier apply began is in the ledger as a
 * replacement and continues, whether or not the YAML still names the old skill.
 */
import type {
  DesiredSkill,
  Dialect,
  Ledger,
  LedgerSkill,
  Live,
  LiveSkill,
  Note,
  Refusal,
  Replacement,
  Slug,
} from "../../model.ts";
import { isNewSkillId, newSkillId, slugOfNewSkill, foldName } from "../../text.ts";
import type { Match } from "../match/match.ts";
import { findItems, match } from "../match/match.ts";
import { liveSkills } from "../match/recover.ts";
import type { Release } from "../release.ts";
import { withReleased } from "../release.ts";

/** A live skill in the ledger whose holders get another skill instead. */
interface OldSkill {
  readonly live: LiveSkill;
  readonly item: LedgerSkill;
  /** An earlier apply began it, so it needs no new permission. */
  readonly isBegun: boolean;
}

/** An entry of the YAML that replaces old skills. */
interface Rename {
  readonly entry: DesiredSkill;
  readonly olds: readonly OldSkill[];
  /** The new skill exists already. */
  readonly isMerge: boolean;
}

export interface Renames {
  /** By slug of the new skill's entry. */
  readonly bySlug: ReadonlyMap<Slug, Rename>;
  /** Old skills that are renamed in place (`profiles`): ids by the entry's slug. */
  readonly inPlace: ReadonlyMap<Slug, string>;
  /** Entries whose skill can't be created yet, because the old skill of a rename has the name. */
  readonly waiting: ReadonlySet<Slug>;
  /** Ids of all live skills that a `previously` means: they are not matched by name. */
  readonly reserved: ReadonlySet<string>;
  /** Ids of old skills in the ledger that stay as they are until a later plan. */
  readonly paused: ReadonlySet<string>;
  /**
   * Previous names that must never act again, by slug: those that the ledger recorded for a skill with the entry's name
   * that no other entry means; and, with an empty id, names of no skill that another entry has now.
   */
  readonly spent: ReadonlyMap<Slug, NonNullable<LedgerSkill["renamedFrom"]>>;
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

const NO_RENAMES: Renames = {
  ...{ bySlug: new Map(), inPlace: new Map(), spent: new Map() },
  ...{ waiting: new Set(), reserved: new Set(), paused: new Set() },
  ...{ notes: [], refusals: [] },
};

interface RenameInputs {
  readonly skills: readonly DesiredSkill[];
  readonly released: Release["released"];
  readonly ledger: Ledger | null;
  readonly live: readonly LiveSkill[];
  readonly dialect: Dialect;
  /** The credentials see only some divisions: nothing is replaced. */
  readonly isLimited: boolean;
  /** Ids of skills that may or may not be live. */
  readonly unseen: ReadonlySet<string>;
}

/** The skills that one entry's previous names mean. */
interface NamedSkills {
  readonly entry: DesiredSkill;
  readonly ours: readonly OldSkill[];
  /** Live skills that this program never applied. */
  readonly unmanaged: readonly LiveSkill[];
  readonly gone: readonly string[];
  /** Names of another entry that renames nothing, or that swaps names with this one. */
  readonly present: readonly { readonly name: string; readonly isSwap: boolean }[];
}

export function findRenames({ desired, released, ledger }: Release, live: Live): Renames {
  const isRenamed = ledger?.skills.some(({ renamedFrom }) => renamedFrom !== undefined) ?? false;
  const isBegun = ledger !== null && ledger.replacements.length > 0;
  const isAsked = desired.skills.some(({ previously }) => previously.length > 0);
  if (!isRenamed && !isBegun && !isAsked) return NO_RENAMES;
  const unseen = live.absentSkills.flatMap(({ id, state }) => (state === "unknown" ? [id] : []));
  const inputs: RenameInputs = {
    ...{ skills: desired.skills, released, ledger, dialect: live.dialect },
    ...{ live: liveSkills(live), isLimited: live.view === "limited", unseen: new Set(unseen) },
  };
  const index = indexInputs(inputs);
  const named = inputs.skills.map((entry) => findOne(entry, index));
  const found = followReplacements(
    named.map((one) => withoutPresent(one, named, index)),
    index,
  );
  const olds = new Map(found.flatMap(({ entry, ours }) => ours.map(({ live }) => [live.id, entry] as const)));
  const reserved = new Set([...olds.keys(), ...unmanagedIds(found, inputs)]);
  const { pairs: own, unclear } = ownSkills(inputs, reserved);
  const isOpen = (slug: Slug): boolean => !own.has(slug) && !unclear.has(slug);
  const { inPlace, waiting } = freeToRename(found, isOpen, { ...inputs, own, reserved });
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
    spent: new Map(found.map((one) => [one.entry.slug, spentNames(one, index)])),
    notes: found.flatMap((one) => noteOne(one, own.get(one.entry.slug), waiting, inputs)),
    refusals,
  };
}

/** Ids of unmanaged skills; if several have the name, any may be meant. */
function unmanagedIds(found: readonly NamedSkills[], { live, ledger }: RenameInputs): string[] {
  const names = new Set(found.flatMap((one) => one.unmanaged.map(({ name }) => name)));
  const known = new Set(ledger?.skills.map(({ id }) => id));
  return live.flatMap(({ id, name }) => (names.has(name) && !known.has(id) ? [id] : []));
}

// ── One entry ────────────────────────────────────────────────────────────────────────────────────────

interface Index {
  readonly inputs: RenameInputs;
  /** What the ledger recorded under each entry's name, by slug. */
  readonly items: ReadonlyMap<Slug, LedgerSkill>;
  readonly liveById: ReadonlyMap<string, LiveSkill>;
  /** By folded name. */
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

function findOne(entry: DesiredSkill, index: Index): NamedSkills {
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
 * Removes previous names that are still the name of another entry, unless that entry is renamed itself. If the API
 * can't rename, two entries can't swap their names in one plan either.
 */
function withoutPresent(one: NamedSkills, all: readonly NamedSkills[], index: Index): NamedSkills {
  const present = new Map<string, boolean>();
  for (const name of previousNames(one.entry, index)) {
    const other = all.find(({ entry }) => entry === index.entryByName.get(foldName(name)));
    if (!other || other === one || isBegunUnder(name, one) || isApart(name, other, one, index)) continue;
    const isSwap = index.inputs.dialect === "cloud" && leadsTo(other, one.entry, all, index);
    const isById = index.inputs.ledger?.skills.some(
      (item) => item.id === other.entry.id && item.name === name,
    );
    if (other.ours.length === 0 || isSwap || isById) present.set(name, isSwap);
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

/** Whether the two names only fold alike, and each has a live skill with exactly its name. */
function isApart(name: string, other: NamedSkills, { ours, unmanaged }: NamedSkills, index: Index): boolean {
  const { entry } = other;
  const old = [...ours.map(({ live }) => live), ...unmanaged].find((live) => live.name === name);
  if (!old || entry.name === name || index.items.get(entry.slug)?.id === old.id) return false;
  const recorded = index.items.get(entry.slug)?.id ?? "";
  return index.liveById.has(recorded) || index.inputs.live.some((live) => live.name === entry.name);
}

/** Previous names that must not act again: otherwise the next plan would take a skill that another entry creates now. */
function spentNames({ entry, gone }: NamedSkills, index: Index): { name: string; id: string }[] {
  const { inputs, entryByName } = index;
  const item = index.items.get(entry.slug);
  if (inputs.isLimited || entry.previously.length === 0) return [...(item?.renamedFrom ?? [])];
  // What a skill that is gone had replaced is noted at the one that is made in its place.
  const lost = oldItems(entry, index).filter(({ id }) => !index.liveById.has(id) && !inputs.unseen.has(id));
  const noted = [item ?? [], lost].flat().flatMap(({ renamedFrom = [] }) => renamedFrom);
  const items = inputs.ledger?.skills ?? [];
  const passed = gone.filter((name) => {
    const other = entryByName.get(foldName(name));
    const isOpen = items.some(
      ({ id, name: known }) =>
        foldName(known) === foldName(name) && (isNewSkillId(id) || inputs.unseen.has(id)),
    );
    return other !== undefined && other !== entry && !isOpen;
  });
  return [...noted, ...passed.map((name) => ({ name, id: "" }))];
}

function isBegunUnder(name: string, { ours }: NamedSkills): boolean {
  return ours.some(({ item, isBegun }) => isBegun && foldName(item.name) === foldName(name));
}

/**
 * The previous names that still act. Not the entry's own folded name, and not a name that the ledger says was replaced
 * by the entry's skill or by one that the entry replaces now.
 */
function previousNames(entry: DesiredSkill, index: Index): string[] {
  if (entry.previously.length === 0) return [];
  const spent = [index.items.get(entry.slug) ?? [], oldItems(entry, index)]
    .flat()
    .flatMap((item) => item.renamedFrom ?? []);
  const exact = new Set(spent.map(({ name }) => name));
  const folded = new Set(spent.map(({ name }) => foldName(name)));
  const isOther = (name: string): boolean =>
    index.inputs.ledger?.skills.some((item) => item.name === name && index.liveById.has(item.id)) === true;
  return entry.previously.filter((name) => {
    const isSpent = exact.has(name) || (folded.has(foldName(name)) && !isOther(name));
    return foldName(name) !== foldName(entry.name) && !isSpent;
  });
}

/** The ledger's items for the entry's previous names, without names that are spent. */
function oldItems({ previously }: DesiredSkill, { inputs }: Index): LedgerSkill[] {
  if (previously.length === 0) return [];
  const previous = new Set(previously);
  const named = inputs.ledger?.skills.filter((item) => previous.has(item.name)) ?? [];
  return named.filter(
    ({ name }) => !named.some(({ renamedFrom = [] }) => renamedFrom.some((from) => from.name === name)),
  );
}

/** The live skill that the ledger recorded under the name, else one with exactly the name, else with the folded name. */
function oldSkill(name: string, entry: DesiredSkill, index: Index): LiveSkill | undefined {
  const items = index.inputs.ledger?.skills ?? [];
  const isFree = (live: LiveSkill): boolean => !isMeantByAnother(live, name, entry, index);
  const recorded = (isNamed: (item: LedgerSkill) => boolean): LiveSkill | undefined =>
    items.flatMap((item) => (isNamed(item) && index.liveById.get(item.id)) || []).find(isFree);
  // A name that only folds alike may be another entry's previous name.
  const isNamed = index.inputs.skills.some(
    (other) => other !== entry && other.previously.some((one) => foldName(one) === foldName(name)),
  );
  return (
    recorded((item) => item.name === name) ??
    index.inputs.live.find((live) => live.name === name && isFree(live)) ??
    (isNamed ? undefined : recorded((item) => foldName(item.name) === foldName(name)))
  );
}

/** Whether the entry itself, or another entry under another name, already means the skill. */
function isMeantByAnother({ id }: LiveSkill, name: string, entry: DesiredSkill, index: Index): boolean {
  const own = index.items.get(entry.slug);
  const recorded = index.inputs.ledger?.skills.find((item) => item.id === id)?.name ?? name;
  // An item that shares only the written slug was recorded under the previous name.
  if (entry.id === id || (own?.id === id && foldName(own.name) !== foldName(name))) return true;
  return index.inputs.skills.some((other) => {
    const item = index.items.get(other.slug);
    if (other === entry || other.name === name) return other !== entry && other.id === id;
    // Among names that fold alike, the exact one counts.
    const isOther = foldName(other.name) !== foldName(name) || item?.name === other.name;
    return (
      other.id === id ||
      (item?.id === id && isOther) ||
      (recorded !== name && other.previously.includes(recorded))
    );
  });
}

function isBegun(id: string, { replacements }: Index): boolean {
  return replacements.some((replacement) => replacement.id === id);
}

// ── What earlier applies began ───────────────────────────────────────────────────────────────────────

/** Adds to each entry the old skills that an earlier apply began to replace with it, or with a skill it replaces now. */
function followReplacements(found: readonly NamedSkills[], index: Index): NamedSkills[] {
  const entryOf = new Map(
    found.flatMap(({ entry }) => {
      const id = entry.id ?? index.items.get(entry.slug)?.id;
      return id === undefined ? [] : [[id, entry.slug] as const];
    }),
  );
  const successor = new Map(found.flatMap(({ entry, ours }) => ours.map((old) => [old.live.id, entry.slug])));
  const begun = new Map<Slug, OldSkill[]>();
  for (const { id, to } of index.replacements) {
    const slug = successor.get(to) ?? entryOf.get(to) ?? slugOfNewSkill(to);
    const [live, item] = [index.liveById.get(id), index.inputs.ledger?.skills.find((one) => one.id === id)];
    // An entry that means the old skill, or lists it in `previously`, overrides the ledger.
    const isMeant = entryOf.has(id) || successor.has(id);
    if (slug === undefined || !live || !item || isMeant) continue;
    begun.set(slug, [...(begun.get(slug) ?? []), { live, item, isBegun: true }]);
  }
  return found.map((one) => {
    const known = new Set(one.ours.map(({ live }) => live.id));
    const more = (begun.get(one.entry.slug) ?? []).filter(({ live }) => !known.has(live.id));
    return more.length === 0 ? one : { ...one, ours: [...more, ...one.ours] };
  });
}

// ── The state of the new skill ───────────────────────────────────────────────────────────────────────

/** Matches entries with live skills, without the old skills of renames. */
function ownSkills(
  { skills, released, ledger, live }: RenameInputs,
  reserved: ReadonlySet<string>,
): Match<DesiredSkill, LedgerSkill, LiveSkill> {
  const all = withReleased({ skills, items: ledger?.skills ?? [], released });
  return match({ ...all, objects: live, reserved });
}

/** With `profiles` the newest previous skill gets the new name, unless a skill has it already. */
function renamedInPlace(
  found: readonly NamedSkills[],
  isOpen: (slug: Slug) => boolean,
): ReadonlyMap<Slug, string> {
  return new Map(
    found.flatMap(({ entry, ours }) => {
      const newest = ours.filter(({ isBegun }) => !isBegun).at(-1);
      return newest && isOpen(entry.slug) && entry.id === undefined
        ? [[entry.slug, newest.live.id] as const]
        : [];
    }),
  );
}

interface Standing extends RenameInputs {
  readonly own: ReadonlyMap<Slug, LiveSkill>;
  readonly reserved: ReadonlySet<string>;
}

/** Decides what is renamed in place and what waits. A waiting skill blocks its name for others, so this repeats. */
function freeToRename(
  found: readonly NamedSkills[],
  isOpen: (slug: Slug) => boolean,
  standing: Standing,
): Pick<Renames, "inPlace" | "waiting"> {
  let inPlace = standing.dialect === "profiles" ? renamedInPlace(found, isOpen) : new Map<Slug, string>();
  for (;;) {
    const waiting = waitingEntries(found, inPlace, standing);
    const left = new Map([...inPlace].filter(([slug]) => !waiting.has(slug)));
    if (left.size === inPlace.size) return { inPlace, waiting };
    inPlace = left;
  }
}

/** Entries whose skill can't be created: an old skill has the name, or nothing may be replaced. */
function waitingEntries(
  found: readonly NamedSkills[],
  inPlace: ReadonlyMap<Slug, string>,
  { live, own, reserved, isLimited }: Standing,
): ReadonlySet<Slug> {
  const renamed = new Set(inPlace.values());
  const taken = new Set(
    live.filter(({ id }) => reserved.has(id) && !renamed.has(id)).map(({ name }) => foldName(name)),
  );
  return new Set(
    found.flatMap(({ entry, ours }) => {
      const isReplaced = ours.some((old) => old.live.id !== inPlace.get(entry.slug));
      const isTaken = !own.has(entry.slug) && taken.has(foldName(entry.name));
      return isTaken || (isLimited && isReplaced) ? [entry.slug] : [];
    }),
  );
}

// ── Notes and refusals ─────────────────────────────────────────────────────────────────────────

function refuse({ entry, unmanaged, present }: NamedSkills, own: LiveSkill | undefined): Refusal[] {
  const { slug, source } = entry;
  const skill = own?.id ?? newSkillId(slug);
  return [
    ...present.map((one): Refusal => ({ code: "PREVIOUS_PRESENT", skill, ...one, source })),
    ...unmanaged.map(({ name }): Refusal => ({ code: "PREVIOUS_UNMANAGED", skill, name, source })),
  ];
}

/** Whether the old skills of `from` lead to the current name of `to` through any number of renames. */
function leadsTo(from: NamedSkills, to: DesiredSkill, all: readonly NamedSkills[], index: Index): boolean {
  const seen = new Set<NamedSkills>();
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
  { entry, gone, unmanaged, ours }: NamedSkills,
  own: LiveSkill | undefined,
  waiting: ReadonlySet<Slug>,
  { isLimited }: RenameInputs,
): Note[] {
  const skill = own?.id ?? newSkillId(entry.slug);
  const notes: Note[] = unmanaged.map(({ name }) => ({ code: "PREVIOUS_LEFT", skill, name }));
  if (waiting.has(entry.slug) && !isLimited) notes.push({ code: "NAME_NOT_FREE", skill, name: entry.name });
  if (gone.length > 0 && ours.length === 0) notes.push({ code: "PREVIOUSLY_DONE", skill, previously: gone });
  return notes;
}
