/** Says of live skills and profiles what they are called in a file, so that each stands for one thing. */
import type { Dialect, Slug } from "../model.ts";
import { byText, foldName, slugOf } from "../text.ts";
import type { LeftOut } from "./left-out.ts";

/** An entity to name; `description` only where the organisation keeps one. */
export interface Nameable {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null;
}

/** How an entry begins. */
export interface NamedEntry {
  readonly name: string;
  /** The slug that the entry has, whether it is written or follows from the name. */
  readonly slug: Slug;
  readonly hasOwnSlug: boolean;
  readonly description?: string;
  /** Only where the name alone doesn't say which one is meant. */
  readonly id?: string;
  /** The reference that other entries use: its name, slug or id. */
  readonly reference: string;
  /** How Genesys spells it, where no file can. */
  readonly spelled?: string;
}

export interface NamedEntries {
  /** By id, in the order of their names. */
  readonly byId: ReadonlyMap<string, NamedEntry>;
  readonly leftOut: readonly LeftOut[];
}

// Controls, line separators, bidirectional controls and zero-width spaces. The joiners U+200C and U+200D are not
// among them: Persian and Indian scripts and emoji need them.
const INVISIBLE = /[\p{Cc}\p{Surrogate}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

const MAX_NAME = 500;
const MAX_DESCRIPTION = 5000;
/** Characters that are kept of a name, or of a slug that gets a number. */
const KEPT = 100;

/**
 * Names every entity. With `cloud`, where a name is never written back, one that no file can hold is spelled
 * otherwise and told by its id; with `profiles` the other spelling would rename it, so it is left out.
 */
export function nameAll(
  entities: readonly Nameable[],
  what: "skill" | "profile",
  dialect: Dialect,
): NamedEntries {
  const leftOut: LeftOut[] = [];
  const spelled = entities
    .map((entity) => ({ ...entity, written: spell(entity.name) }))
    .sort((a, b) => byText(a.written, b.written) || byText(a.name, b.name) || byText(a.id, b.id));
  const named = spelled.filter(({ name, written }) => {
    const canStand = name === written || (dialect === "cloud" && written !== "");
    if (!canStand) leftOut.push({ code: "NAME", what, name });
    return canStand;
  });
  const slugs = giveSlugs(
    named.map(({ written }) => written),
    what,
  );
  const keys = countKeys(named.map(({ id, written }, at) => [written, slugs[at] ?? "", id]));
  const names = countKeys(named.map(({ written }) => [foldName(written)]));
  const byId = new Map<string, NamedEntry>();
  named.forEach(({ id, name, description, written }, at) => {
    const slug = slugs[at] ?? "";
    const reference = [written, slug, id].find((key) => keys.get(key) === 1);
    const needsId = name !== written || names.get(foldName(written)) !== 1 || reference === id;
    if (reference === undefined || (needsId && !isId(id))) {
      leftOut.push({ code: "UNCLEAR", what, name });
      return;
    }
    const isTold = description !== undefined && description !== null && description !== "";
    if (isTold && !isPlain(description)) leftOut.push({ code: "DESCRIPTION", what, name });
    byId.set(id, {
      name: written,
      slug,
      hasOwnSlug: slug !== slugOf(written),
      reference,
      ...(isTold && isPlain(description) && { description }),
      ...(needsId && { id }),
      ...(name !== written && { spelled: name }),
    });
  });
  return { byId, leftOut };
}

/** Names for profiles that the organisation doesn't know: each made from the names of two skills, and unlike all others. */
export function inventNames(pairs: readonly (readonly string[])[]): NamedEntry[] {
  const taken = new Set<string>();
  const giveNumber = numbererOf(taken);
  const names = pairs.map((parts) => {
    const plain = parts.map((part) => cut(part).trim()).join(" + ");
    if (taken.has(plain)) return giveNumber(plain, 2, (number) => `${plain} ${number}`);
    taken.add(plain);
    return plain;
  });
  const slugs = giveSlugs(names, "profile");
  return names.map((name, at) => {
    const slug = slugs[at] ?? "";
    return { name, slug, hasOwnSlug: slug !== slugOf(name), reference: slug };
  });
}

/** The name without what a file's names may not hold; the name itself where it holds nothing of it. */
function spell(name: string): string {
  const visible = name.normalize("NFC").replace(new RegExp(INVISIBLE, "gu"), " ");
  if (name.length <= MAX_NAME && visible === name && name.trim() === name) return name;
  return cut(visible.replace(/\s+/gu, " ").trim()).trim();
}

function cut(text: string): string {
  const points = Array.from(text);
  return points.length > KEPT ? points.slice(0, KEPT).join("") : text;
}

/** The slug of each name; of several that come to the same the first has it, and the others get a number. */
function giveSlugs(names: readonly string[], what: "skill" | "profile"): Slug[] {
  const giveNumber = numbererOf(new Set(names.map(slugOf)));
  const given = new Set<Slug>();
  return names.map((name) => {
    const own = slugOf(name);
    if (own !== "" && own !== "__proto__" && !given.has(own)) {
      given.add(own);
      return own;
    }
    const base = slugOf(cut(own)) || what;
    return giveNumber(own, own === "" ? 1 : 2, (number) => `${base}-${number}`);
  });
}

/** Takes the first text with a number that isn't taken; `key` says which texts are counted on from the last one. */
function numbererOf(
  taken: Set<string>,
): (key: string, first: number, textOf: (number: number) => string) => string {
  const next = new Map<string, number>();
  return (key, first, textOf) => {
    let number = next.get(key) ?? first;
    while (taken.has(textOf(number))) number++;
    next.set(key, number + 1);
    taken.add(textOf(number));
    return textOf(number);
  };
}

/** How many entries go by each key; one that has the same key twice counts once. */
function countKeys(entries: readonly (readonly string[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of entries.flatMap((keys) => [...new Set(keys)]))
    counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Whether a file can hold it as an id. */
export function isId(id: string): boolean {
  return id.length <= 100 && /^[A-Za-z0-9_-]+$/u.test(id);
}

/** Whether a description can stand in a file and be read there: lines and tabs are fine, what can't be seen is not. */
function isPlain(description: string): boolean {
  return description.length <= MAX_DESCRIPTION && !INVISIBLE.test(description.replace(/[\n\t]/gu, " "));
}
