/** Chooses unambiguous names for skills and profiles in files. */
import { countEach } from "../group-by.ts";
import type { Dialect, Slug } from "../model.ts";
import { byText, foldName, slugOf } from "../text.ts";
import type { LeftOut } from "./left-out.ts";

/** An entity to name; `description` only if the organisation keeps one. */
export interface Nameable {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
  /** Only if it must be written. */
  readonly division?: string;
}

/** The keys of an entry in the YAML. */
interface TakenEntry {
  readonly name: string;
  readonly slug: Slug;
  readonly id?: string;
}

/** The names and texts of an entry. */
export interface NamedEntry extends TakenEntry {
  /** The slug differs from the one computed from the name, and must be written. */
  readonly hasOwnSlug: boolean;
  readonly description?: string;
  readonly division?: string;
  /** How other entries refer to it: by name, slug or id. */
  readonly reference: string;
  /** The name in Genesys, if it can't be written in a file. */
  readonly spelled?: string;
}

// Controls, line separators, bidirectional controls and zero-width spaces. The joiners U+200C and U+200D are not
// among them: Persian and Indian scripts and emoji need them.
const INVISIBLE = /[\p{Cc}\p{Surrogate}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

const MAX_NAME = 500;
const MAX_DESCRIPTION = 5000;
/** How many characters are kept of a changed name, and of a slug that gets a number. */
const KEPT = 100;

/** Not usable as a reference: as a key it would merge a mapping. */
const MERGE = "<<";

/**
 * Names every entity without conflicts with the `taken` entries; by id, in the order of the names. With `cloud`, where
 * a name is never written back, a name that can't be written in a file is changed, and the entry gets its id. With
 * `profiles` the changed name would rename the skill, so it is left out.
 */
export function nameAll(
  entities: readonly Nameable[],
  { what, dialect, taken }: { what: "skill" | "profile"; dialect: Dialect; taken: readonly TakenEntry[] },
): { readonly byId: Map<string, NamedEntry>; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const byId = new Map<string, NamedEntry>();
  const named = entities
    .map((entity) => ({ ...entity, written: spell(entity.name) }))
    .sort((a, b) => byText(a.written, b.written) || byText(a.name, b.name) || byText(a.id, b.id))
    .filter(({ name, written }) => {
      const canStand = name === written || (dialect === "cloud" && written !== "");
      if (!canStand) leftOut.push({ code: "NAME", what, name });
      return canStand;
    });
  const giveSlug = sluggerFor([
    ...taken.map(({ slug }) => slug),
    ...named.map(({ written }) => slugOf(written)),
  ]);
  const own = new Set(taken.map(({ slug }) => slug));
  const entries = named.map((entity) => ({ ...entity, slug: giveSlug(entity.written, what, own) }));
  const keys = countKeys([
    ...taken.map(keysOf),
    ...entries.map(({ written, slug, id }) => [written, slug, id]),
  ]);
  const names = countEach(
    [...taken.map(({ name }) => name), ...named.map(({ written }) => written)].map(foldName),
  );
  const withoutId = new Set(taken.flatMap(({ name, id }) => (id === undefined ? [foldName(name)] : [])));
  const takenKeys = new Set(taken.flatMap(keysOf));
  for (const { id, name, description, division, written, slug } of entries) {
    const reference = [written, slug, id].find((key) => keys.get(key) === 1 && key !== MERGE);
    const needsId = name !== written || names.get(foldName(written)) !== 1 || reference === id;
    // References in the YAML to this name must not become ambiguous.
    const isRival = takenKeys.has(written) || withoutId.has(foldName(written));
    if (reference === undefined || (needsId && !isId(id)) || isRival) {
      leftOut.push({ code: "UNCLEAR", what, name });
      continue;
    }
    const hasDescription = description !== undefined && description !== null && description !== "";
    if (hasDescription && !isPlain(description)) leftOut.push({ code: "DESCRIPTION", what, name });
    byId.set(id, {
      name: written,
      slug,
      hasOwnSlug: slug !== slugOf(written),
      reference,
      ...(hasDescription && isPlain(description) && { description }),
      ...(division !== undefined && spell(division) === division && { division }),
      ...(needsId && { id }),
      ...(name !== written && { spelled: name }),
    });
  }
  return { byId, leftOut };
}

/** Names for new profiles, different from each other and from those `taken`. */
export function inventNames(wanted: readonly string[], taken: readonly TakenEntry[]): NamedEntry[] {
  const keys = new Set(taken.flatMap(keysOf).map(foldName));
  const slugs = new Set(taken.map(({ slug }) => slug));
  return wanted.map((text) => {
    const plain = cut(spell(text).replace(/\s+/gu, " ")) || "Profile";
    let name = plain;
    for (let number = 2; keys.has(foldName(name)) || isTaken(name); number++) name = `${plain} ${number}`;
    const slug = slugOf(name);
    keys.add(foldName(name));
    slugs.add(slug);
    return { name, slug, hasOwnSlug: false, reference: name };
  });

  function isTaken(name: string): boolean {
    const slug = slugOf(name);
    return slug === "" || slug === "__proto__" || slugs.has(slug) || keys.has(slug);
  }
}

/** How other entries can refer to an entry: the first of name, slug and id that is unique. */
export function referencesTo(entries: readonly TakenEntry[]): (entry: TakenEntry) => string {
  const keys = countKeys(entries.map(keysOf));
  return (entry) => keysOf(entry).find((key) => keys.get(key) === 1 && key !== MERGE) ?? entry.slug;
}

function keysOf({ name, slug, id }: TakenEntry): string[] {
  return [name, slug, ...(id === undefined ? [] : [id])];
}

/** The name without characters that names in files may not have. */
function spell(name: string): string {
  const visible = name.normalize("NFC").replace(new RegExp(INVISIBLE, "gu"), " ");
  if (name.length <= MAX_NAME && visible === name && name.trim() === name) return name;
  return cut(visible.replace(/\s+/gu, " ").trim());
}

function cut(text: string): string {
  return Array.from(text).slice(0, KEPT).join("").trim();
}

/** Gives each name its computed slug, or one with a number if that is taken. */
function sluggerFor(used: readonly Slug[]): (name: string, what: string, given: Set<Slug>) => Slug {
  const taken = new Set(used);
  const next = new Map<Slug, number>();
  return (name, what, given) => {
    const own = slugOf(name);
    if (own !== "" && own !== "__proto__" && !given.has(own)) {
      given.add(own);
      return own;
    }
    const base = slugOf(cut(own)) || what;
    let number = next.get(base) ?? (own === "" ? 1 : 2);
    while (taken.has(`${base}-${number}`)) number++;
    next.set(base, number + 1);
    taken.add(`${base}-${number}`);
    return `${base}-${number}`;
  };
}

/** How many entries have each key; an entry that repeats a key counts once. */
function countKeys(entries: readonly (readonly string[])[]): Map<string, number> {
  return countEach(entries.flatMap((keys) => [...new Set(keys)]));
}

/** Whether it can be written as an id. */
export function isId(id: string): boolean {
  return id.length <= 100 && /^[A-Za-z0-9_-]+$/u.test(id);
}

/** Whether a description can be written in a file: lines and tabs are allowed, invisible characters are not. */
function isPlain(description: string): boolean {
  return description.length <= MAX_DESCRIPTION && !INVISIBLE.test(description.replace(/[\n\t]/gu, " "));
}
