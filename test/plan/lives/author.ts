/** The YAML of a life as its author keeps it, and the desired state that it comes to. */
import type {
  AssignmentSource,
  Desired,
  DesiredProfile,
  Place,
  ProfileEntry,
  Slug,
} from "../../../src/model.ts";
import { byText, slugOf } from "../../../src/text.ts";

export interface Author {
  entries: Entry[];
  bundles: Bundle[];
  drift: "restore" | "report";
  /** Of skills that don't say so themselves. */
  exclusive: boolean;
}

/** One entry under `skills:`; each map is by what the line names, with the proficiency that it names. */
export interface Entry {
  name: string;
  slug: string | undefined;
  id: string | undefined;
  previously: string[];
  protected: boolean;
  exclusive: boolean;
  managed: boolean;
  readonly users: Map<string, number | undefined>;
  readonly groups: Map<string, number | undefined>;
  readonly bundles: Map<string, number | undefined>;
}

/** One entry under `profiles:`. */
export interface Bundle {
  readonly name: string;
  extends: string | undefined;
  readonly users: Set<string>;
  readonly groups: Set<string>;
}

export function newEntry(name: string): Entry {
  return {
    ...{ name, slug: undefined, id: undefined, previously: [] },
    ...{ protected: false, exclusive: false, managed: true },
    ...{ users: new Map(), groups: new Map(), bundles: new Map() },
  };
}

export function slugOfEntry({ slug, name }: Entry): Slug {
  return slug ?? slugOf(name);
}

/** The loader refuses a previous name that is the entry's own, or that stands twice. */
export function tidyPrevious({ entries }: Author): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    entry.previously = entry.previously.filter((name) => {
      const isRepeated = seen.has(name) || name === entry.name;
      seen.add(name);
      return !isRepeated;
    });
  }
}

/** What the loader would make of it. */
export function desiredOf(author: Author): Desired {
  const { entries, bundles, drift } = author;
  let line = 0;
  const place = (): Place => ({ file: "skills/skills.yaml", line: ++line, column: 5 });
  const places = new Map<unknown, Place>([...entries, ...bundles].map((one) => [one, place()]));
  const placeOf = (one: unknown): Place => places.get(one) ?? place();
  const own = new Map(bundles.map((bundle) => [bundle.name, ownEntries(bundle, entries, place)]));
  const entriesOf = (bundle: Bundle): ProfileEntry[] => allEntries(bundle, author, own);
  const users = new Map<string, AssignmentSource[]>();
  const groups = new Map<string, AssignmentSource[]>();
  const add = (map: typeof users, ref: string, sources: readonly AssignmentSource[]): void => {
    map.set(ref, [...(map.get(ref) ?? []), ...sources]);
  };
  for (const entry of entries) {
    const skill = slugOfEntry(entry);
    for (const [ref, level] of entry.users)
      add(users, ref, [{ skill, ...named(level), via: { kind: "user", closeness: 0 }, source: place() }]);
    for (const [ref, level] of entry.groups)
      add(groups, ref, [{ skill, ...named(level), via: { kind: "group", closeness: 1 }, source: place() }]);
  }
  for (const bundle of bundles) {
    const profile = slugOf(bundle.name);
    const sources = entriesOf(bundle).map(({ distance, from, ...one }): AssignmentSource => {
      return { ...one, via: { kind: "profile", closeness: 2 + distance, profile, from } };
    });
    for (const ref of bundle.users) add(users, ref, sources);
    for (const ref of bundle.groups) add(groups, ref, sources);
  }
  const sorted = (map: typeof users): [string, AssignmentSource[]][] =>
    [...map].sort(([a], [b]) => byText(a, b));
  return {
    target: "default",
    settings: settingsOf(drift, author.exclusive),
    skills: entries
      .map((entry) => ({
        slug: slugOfEntry(entry),
        slugWritten: entry.slug !== undefined,
        name: entry.name,
        ...(entry.id !== undefined && { id: entry.id }),
        previously: [...entry.previously],
        protected: entry.protected,
        exclusive: entry.exclusive || author.exclusive,
        managed: entry.managed,
        source: placeOf(entry),
      }))
      .sort((a, b) => byText(a.slug, b.slug)),
    profiles: bundles
      .map((bundle): DesiredProfile => ({
        slug: slugOf(bundle.name),
        slugWritten: false,
        name: bundle.name,
        declared: true,
        extends: bundle.extends === undefined ? [] : [slugOf(bundle.extends)],
        entries: closestOnly(entriesOf(bundle)),
        members: { users: [...bundle.users].sort(byText), groups: [...bundle.groups].sort(byText) },
        source: placeOf(bundle),
      }))
      .sort((a, b) => byText(a.slug, b.slug)),
    users: sorted(users).map(([user, sources]) => ({ user, sources, source: sources[0]?.source ?? place() })),
    groups: sorted(groups).map(([group, sources]) => {
      return { group, sources, source: sources[0]?.source ?? place() };
    }),
  };
}

function settingsOf(drift: Author["drift"], exclusive: boolean): Desired["settings"] {
  return {
    ...{ api: "auto", defaultProficiency: 1, staleSeconds: 60, exclusive, drift },
    guard: { maxRemovals: 0.3, maxUsersLosing: 25, uncovered: "refuse" },
  };
}

function named(proficiency: number | undefined): { readonly proficiency?: number } {
  return proficiency === undefined ? {} : { proficiency };
}

function ownEntries({ name }: Bundle, entries: readonly Entry[], place: () => Place): ProfileEntry[] {
  const from = slugOf(name);
  return entries
    .filter(({ bundles }) => bundles.has(name))
    .map((entry) => {
      const skill = slugOfEntry(entry);
      return { skill, ...named(entry.bundles.get(name)), from, distance: 0, source: place() };
    })
    .sort((a, b) => byText(a.skill, b.skill));
}

/** Its own entries and those of its ancestors. */
function allEntries(
  bundle: Bundle,
  { bundles }: Author,
  own: ReadonlyMap<string, ProfileEntry[]>,
): ProfileEntry[] {
  const all: ProfileEntry[] = [];
  let distance = 0;
  for (let at: Bundle | undefined = bundle; at; distance++) {
    const { name, extends: parent }: Bundle = at;
    all.push(...(own.get(name) ?? []).map((entry) => ({ ...entry, distance })));
    at = bundles.find((one) => one.name === parent);
  }
  return all.sort((a, b) => byText(a.skill, b.skill) || a.distance - b.distance);
}

/** One for each skill: the closest, with the proficiency of the closest that names one. */
function closestOnly(entries: readonly ProfileEntry[]): ProfileEntry[] {
  return [...new Set(entries.map(({ skill }) => skill))].flatMap((skill) => {
    const all = entries.filter((entry) => entry.skill === skill);
    const [closest] = all;
    const level = all.find(({ proficiency }) => proficiency !== undefined)?.proficiency;
    return closest ? [{ ...closest, ...named(level) }] : [];
  });
}
