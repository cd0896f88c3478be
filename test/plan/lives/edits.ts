/** What an author may do to the YAML in one step. Each answers what it did, or undefined where it can't be done. */
import { foldName, slugOf } from "../../../src/text.ts";
import type { Author, Entry } from "./author.ts";
import { newEntry, slugOfEntry } from "./author.ts";
import type { Organisation } from "./organisation.ts";
import type { Random } from "./random.ts";
import { drawNamedLevel } from "./random.ts";

/** Names of which several share a slug, or differ by case alone. An entry never has a name that differs so from another's. */
export const NAMES: readonly string[] = [
  ...["C", "C++", "C#", "Sales (EU)", "Sales EU", "sales eu", "Billing", "billing", "BILLING"],
  ...["Billing T1", "Billing Tier 1", "Chat", "Chat!", "Voice", "Returns", "returns", "Café", "Cafe"],
];

export type Edit = (author: Author, organisation: Organisation, random: Random) => string | undefined;

const addPerson: Edit = (author, organisation, random) => {
  const entry = random.pick(author.entries);
  const person = random.pick([...organisation.users.values()].filter(({ state }) => state === "active"));
  if (!entry || !person) return undefined;
  const ref = random.chance(0.15) ? person.id : person.email;
  const level = drawNamedLevel(random);
  entry.users.set(ref, level);
  return `${entry.name}: ${ref} at ${level ?? "any"}`;
};

const removePerson: Edit = ({ entries }, _, random) => {
  const entry = random.pick(entries.filter(({ users }) => users.size > 0));
  const ref = entry && random.pick(entry.users.keys());
  if (!entry || ref === undefined) return undefined;
  entry.users.delete(ref);
  return `${entry.name}: without ${ref}`;
};

const changeLevel: Edit = ({ entries }, _, random) => {
  const entry = random.pick(entries.filter(({ users }) => users.size > 0));
  const ref = entry && random.pick(entry.users.keys());
  if (!entry || ref === undefined) return undefined;
  const level = drawNamedLevel(random);
  entry.users.set(ref, level);
  return `${entry.name}: ${ref} now at ${level ?? "any"}`;
};

export const addSkill: Edit = (author, organisation, random) => {
  const live = [...organisation.skills.values()].map(({ name }) => name);
  const name = random.pick(random.chance(0.3) ? live : NAMES);
  if (name === undefined || author.entries.some((entry) => foldName(entry.name) === foldName(name)))
    return undefined;
  const entry = newEntry(name);
  if (!hasFreeSlug(entry, author)) entry.slug = freeSlug(author, random);
  author.entries.push(entry);
  const people = random.shuffle([...organisation.users.values()].filter(({ state }) => state === "active"));
  for (const { email } of people.slice(0, random.below(4))) entry.users.set(email, drawNamedLevel(random));
  return `new ${describe(entry)} for ${[...entry.users].map(([ref, level]) => `${ref} at ${level ?? "any"}`).join(", ") || "nobody"}`;
};

const removeSkill: Edit = (author, _, random) => {
  const entry = random.pick(author.entries);
  if (!entry) return undefined;
  author.entries = author.entries.filter((one) => one !== entry);
  return `without ${entry.name}`;
};

const rename: Edit = (author, _, random) => {
  const entry = random.pick(author.entries.filter(({ managed }) => managed));
  const name = random.pick(NAMES);
  if (!entry || name === undefined || !isFree(name, author)) return undefined;
  const old = entry.name;
  return renameTo(entry, name, author, random) ? `${old} is called ${name} now (previously)` : undefined;
};

const renameSilently: Edit = (author, _, random) => {
  const entry = random.pick(author.entries);
  const name = random.pick(NAMES);
  if (!entry || name === undefined || !isFree(name, author)) return undefined;
  const old = entry.name;
  entry.name = name;
  mendSlug(entry, author, random);
  return `${old} is called ${name} now`;
};

const renameBack: Edit = (author, _, random) => {
  const entry = random.pick(author.entries.filter(({ previously }) => previously.length > 0));
  const name = entry?.previously.at(-1);
  if (!entry || name === undefined || !isFree(name, author)) return undefined;
  const old = entry.name;
  entry.previously = entry.previously.filter((one) => one !== name);
  return renameTo(entry, name, author, random) ? `${old} is called ${name} again (previously)` : undefined;
};

const merge: Edit = (author, _, random) => {
  const [kept, gone] = random.shuffle(author.entries.filter(({ managed }) => managed));
  if (!kept || !gone) return undefined;
  author.entries = author.entries.filter((one) => one !== gone);
  kept.previously.push(...gone.previously, gone.name);
  if (random.chance(0.5)) {
    for (const [ref, level] of gone.users) if (!kept.users.has(ref)) kept.users.set(ref, level);
    for (const [ref, level] of gone.groups) if (!kept.groups.has(ref)) kept.groups.set(ref, level);
  }
  return `${gone.name} becomes part of ${kept.name}`;
};

const chain: Edit = (author, _, random) => {
  const [first, second] = random.shuffle(author.entries.filter(({ managed }) => managed));
  const name = random.pick(NAMES);
  if (!first || !second || name === undefined || !isFree(name, author)) return undefined;
  const [from, between] = [first.name, second.name];
  if (!renameTo(second, name, author, random)) return undefined;
  second.previously = second.previously.filter((one) => one !== from);
  first.previously = first.previously.filter((one) => one !== between);
  renameTo(first, between, author, random);
  return `${from} is called ${between} now, and ${between} is called ${name} (previously)`;
};

const swap: Edit = (author, _, random) => {
  const [first, second] = random.shuffle(author.entries.filter(({ managed }) => managed));
  if (!first || !second) return undefined;
  const [one, two] = [first.name, second.name];
  [first.name, second.name] = [two, one];
  first.previously = [...first.previously.filter((name) => name !== two), one];
  second.previously = [...second.previously.filter((name) => name !== one), two];
  for (const entry of [first, second]) entry.id = undefined;
  first.slug = freeSlug(author, random);
  second.slug = freeSlug(author, random);
  return `${one} and ${two} swap their names (previously)`;
};

const forgetPrevious: Edit = ({ entries }, _, random) => {
  const entry = random.pick(entries.filter(({ previously }) => previously.length > 0));
  if (!entry) return undefined;
  entry.previously = [];
  return `${entry.name}: no previously`;
};

const writeSlug: Edit = (author, _, random) => {
  const entry = random.pick(author.entries);
  if (!entry) return undefined;
  entry.slug = entry.slug === undefined || random.chance(0.5) ? freeSlug(author, random) : undefined;
  mendSlug(entry, author, random);
  return `${entry.name}: slug ${entry.slug ?? "computed"}`;
};

const writeId: Edit = (author, { skills }, random) => {
  const entry = random.pick(author.entries);
  if (!entry) return undefined;
  const isOthers = (name: string): boolean =>
    author.entries.some((one) => one !== entry && one.name === name);
  const named = [...skills.values()].filter(
    ({ name }) => foldName(name) === foldName(entry.name) && !isOthers(name),
  );
  const id = entry.id === undefined ? random.pick(named)?.id : undefined;
  if (id !== undefined && author.entries.some((one) => one.id === id)) return undefined;
  if (entry.id === id) return undefined;
  entry.id = id;
  return `${entry.name}: ${id === undefined ? "no id" : `id ${id}`}`;
};

const toggleManaged: Edit = ({ entries }, _, random) => {
  const entry = random.pick(entries);
  if (!entry) return undefined;
  entry.managed = !entry.managed;
  if (!entry.managed) entry.previously = [];
  return `${entry.name}: managed ${entry.managed}`;
};

const toggleExclusive: Edit = ({ entries }, _, random) => {
  const entry = random.pick(entries);
  if (!entry) return undefined;
  entry.exclusive = !entry.exclusive;
  return `${entry.name}: exclusive ${entry.exclusive}`;
};

const toggleProtected: Edit = ({ entries }, _, random) => {
  const entry = random.pick(entries);
  if (!entry) return undefined;
  entry.protected = !entry.protected && random.chance(0.4);
  return `${entry.name}: protected ${entry.protected}`;
};

const toggleDrift: Edit = (author) => {
  author.drift = author.drift === "report" ? "restore" : "report";
  return `drift: ${author.drift}`;
};

const toggleAllExclusive: Edit = (author, _, random) => {
  author.exclusive = !author.exclusive && random.chance(0.3);
  return `exclusive: ${author.exclusive}`;
};

const toggleBundleEntry: Edit = ({ entries, bundles }, _, random) => {
  const [entry, bundle] = [random.pick(entries), random.pick(bundles)];
  if (!entry || !bundle) return undefined;
  if (entry.bundles.delete(bundle.name)) return `profile ${bundle.name} without ${entry.name}`;
  const level = drawNamedLevel(random);
  entry.bundles.set(bundle.name, level);
  return `profile ${bundle.name} with ${entry.name} at ${level ?? "any"}`;
};

const toggleBundleMember: Edit = ({ bundles }, { users, groups }, random) => {
  const [bundle, person, group] = [
    random.pick(bundles),
    random.pick(users.values()),
    random.pick(groups.values()),
  ];
  if (!bundle || !person || !group) return undefined;
  const [members, ref] =
    random.chance(0.7) && person.state === "active"
      ? [bundle.users, person.email]
      : [bundle.groups, group.name];
  if (members.delete(ref)) return `profile ${bundle.name}: ${ref} is no member`;
  members.add(ref);
  return `profile ${bundle.name}: ${ref} is a member`;
};

const toggleExtends: Edit = ({ bundles: [first, second] }) => {
  if (!first || !second) return undefined;
  second.extends = second.extends === undefined ? first.name : undefined;
  return `profile ${second.name} extends ${second.extends ?? "nothing"}`;
};

const toggleGroup: Edit = ({ entries }, { groups }, random) => {
  const [entry, group] = [random.pick(entries), random.pick(groups.values())];
  if (!entry || !group) return undefined;
  const ref = random.chance(0.15) ? group.id : group.name;
  if (entry.groups.delete(ref)) return `${entry.name}: without group ${ref}`;
  const level = drawNamedLevel(random);
  entry.groups.set(ref, level);
  return `${entry.name}: group ${ref} at ${level ?? "any"}`;
};

/** The common ones stand more than once. */
export const EDITS: readonly Edit[] = [
  ...[addPerson, addPerson, addPerson, removePerson, removePerson, removePerson, changeLevel, changeLevel],
  ...[
    addSkill,
    addSkill,
    removeSkill,
    rename,
    rename,
    rename,
    renameSilently,
    renameBack,
    merge,
    chain,
    swap,
  ],
  ...[forgetPrevious, writeSlug, writeId, toggleManaged, toggleExclusive, toggleProtected, toggleDrift],
  ...[toggleAllExclusive, toggleBundleEntry, toggleBundleEntry, toggleBundleMember, toggleBundleMember],
  ...[toggleExtends, toggleGroup, toggleGroup],
];

// ── Names and slugs ──────────────────────────────────────────────────────────────────────────────────

function renameTo(entry: Entry, name: string, author: Author, random: Random): boolean {
  const old = entry.name;
  if (author.entries.some((one) => one !== entry && one.previously.includes(old))) return false;
  entry.name = name;
  entry.id = undefined;
  entry.previously = [...entry.previously.filter((one) => one !== old && one !== name), old];
  mendSlug(entry, author, random);
  return true;
}

/** The loader refuses two entries whose names differ by case alone. */
function isFree(name: string, { entries }: Author): boolean {
  return !entries.some((entry) => foldName(entry.name) === foldName(name) || entry.previously.includes(name));
}

function hasFreeSlug(entry: Entry, { entries }: Author): boolean {
  return !entries.some((one) => one !== entry && slugOfEntry(one) === slugOfEntry(entry));
}

/** The loader refuses two entries with one slug, so the author writes another. */
function mendSlug(entry: Entry, author: Author, random: Random): void {
  if (!hasFreeSlug(entry, author)) entry.slug = freeSlug(author, random);
}

function freeSlug({ entries }: Author, random: Random): string {
  const used = new Set(entries.map(slugOfEntry));
  const free = ["c", "cpp", "csharp", "sales-eu", "billing", "chat", "one", "two", "three", "four", "five"];
  const wide = Array.from({ length: entries.length + 1 }, (_, at) => `slug-${at}`);
  return random.pick([...free, ...wide].filter((slug) => !used.has(slug))) ?? slugOf("none");
}

function describe({ name, slug }: Entry): string {
  return slug === undefined ? name : `${name} (slug ${slug})`;
}
