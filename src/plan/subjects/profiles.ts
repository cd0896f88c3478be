/**
 * Steps 3 and 4 for profiles. Only the `profiles` dialect has routing profiles. With `cloud` a profile exists only in
 * git, and its members get its skills as assignments, so there is nothing to match.
 */
import type {
  DesiredProfile,
  Ledger,
  LedgerProfile,
  Live,
  LiveProfile,
  Note,
  Place,
  Refusal,
  SkillId,
  Slug,
  UnknownName,
} from "../../model.ts";
import { byText, foldName, nearest } from "../../text.ts";
import { match } from "../match/match.ts";
import type { ProfileSubject, Row } from "../rows.ts";
import { plainRow } from "../rows.ts";
import type { SkillSubjects } from "./skills.ts";
import { textRow } from "./skills.ts";

export interface ProfileSubjects {
  /** The profiles of the YAML and the ledger, and others that have the old skill of a rename. */
  readonly all: readonly ProfileSubject[];
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

export function profileSubjects(
  desired: readonly DesiredProfile[],
  ledger: Ledger | null,
  live: Live,
  skills: SkillSubjects,
): ProfileSubjects {
  if (live.dialect === "cloud") return { all: [], notes: [], refusals: undeclared(desired) };
  const items = ledger?.profiles ?? [];
  const objects = live.profiles.entities.toSorted((a, b) => byText(a.id, b.id));
  const byId = new Map(objects.map((object) => [object.id, object]));
  const itemById = new Map(items.map((item) => [item.id, item]));
  const entries = desired.map((profile) => withMeantId(profile, byId));
  const { pairs, unclear, unknownIds, items: itemOf } = match({ entries, items, objects });
  const wanted = desired.flatMap((entry) => {
    const object = pairs.get(entry.slug);
    if (!object) return [];
    const item = itemById.get(object.id);
    return [subjectOf({ live: object, entry, item }, wantedEntries(entry, object, pairs, byId), skills)];
  });
  const kept = new Set(wanted.map(({ id }) => id));
  const contested = new Set(
    [...unclear.values()].flatMap(({ candidates }) => candidates.map(({ id }) => id)),
  );
  const others = objects
    .filter(({ id }) => !kept.has(id) && !contested.has(id))
    .map((object) => ({ live: object, entry: undefined, item: itemById.get(object.id) }))
    .filter(({ live: object, item }) => item ?? object.skills.some((id) => skills.byId.get(id)?.replacedBy))
    .map((pair) => subjectOf(pair, new Map(), skills));
  const names = objects.map(({ name }) => name);
  return {
    all: [...wanted, ...others].sort((a, b) => byText(a.name, b.name) || byText(a.id, b.id)),
    notes: desired.flatMap(({ slug, name }) => {
      const [item, object] = [itemOf.get(slug), pairs.get(slug)];
      const isDead = item && !byId.has(item.id);
      return isDead && object ? [{ code: "RECREATED", what: "profile", name } as const] : [];
    }),
    refusals: [
      ...[...unclear.values()].map(({ entry: { name, source }, candidates }): Refusal => {
        const found = candidates.map((one) => ({ id: one.id, name: one.name }));
        return { code: "AMBIGUOUS", what: "profile", name, candidates: found, source };
      }),
      ...unknownIds.map(({ id = "", source }): Refusal => ({
        code: "UNKNOWN_ID",
        what: "profile",
        id,
        source,
      })),
      ...desired
        .filter(({ slug, id }) => id === undefined && !pairs.has(slug) && !unclear.has(slug))
        .map((profile) => unknown(profile, names)),
    ],
  };
}

/** Recognises an id in the place of a name, for a profile that only skills refer to. */
function withMeantId(profile: DesiredProfile, byId: ReadonlyMap<string, LiveProfile>): DesiredProfile {
  return profile.id === undefined && byId.has(profile.name) ? { ...profile, id: profile.name } : profile;
}

/** Refuses undeclared profiles, which can't be found without routing profiles. */
function undeclared(desired: readonly DesiredProfile[]): Refusal[] {
  const declared = desired.filter((profile) => profile.declared).map(({ name }) => name);
  return desired.filter((profile) => !profile.declared).map((profile) => unknown(profile, declared));
}

function unknown({ name, source }: DesiredProfile, names: readonly string[]): UnknownName {
  const suggestion = nearest(name, names.toSorted(byText));
  return { code: "UNKNOWN_PROFILE", name, source, ...(suggestion !== undefined && { nearest: suggestion }) };
}

/**
 * The skills that the live profile must contain itself: its own, and those of ancestors in the YAML that aren't
 * ancestors in live. (The API can't set a profile's parent.)
 */
function wantedEntries(
  entry: DesiredProfile,
  live: LiveProfile,
  pairs: ReadonlyMap<Slug, LiveProfile>,
  byId: ReadonlyMap<string, LiveProfile>,
): Map<Slug, Place> {
  const ancestors = ancestorsOf(live, byId);
  const own = entry.entries.filter(
    ({ distance, from }) => distance === 0 || !ancestors.has(pairs.get(from)?.id ?? ""),
  );
  return new Map(own.map(({ skill, source }) => [skill, source]));
}

/** Ids of the live profile's ancestors; stops at a cycle in live. */
function ancestorsOf(profile: LiveProfile, byId: ReadonlyMap<string, LiveProfile>): Set<string> {
  const ancestors = new Set<string>();
  for (
    let parent = profile.parent;
    parent !== undefined && !ancestors.has(parent);
    parent = byId.get(parent)?.parent
  ) {
    ancestors.add(parent);
  }
  return ancestors;
}

interface Pair {
  readonly live: LiveProfile;
  readonly entry: DesiredProfile | undefined;
  readonly item: LedgerProfile | undefined;
}

/** A profile that left the YAML is never deleted; it only loses entries that the ledger holds. */
function subjectOf(pair: Pair, wanted: ReadonlyMap<Slug, Place>, skills: SkillSubjects): ProfileSubject {
  const { live, entry, item } = pair;
  const { id, slug } = live;
  return {
    ...{ id, name: live.name, slug: entry?.slug ?? slug, entry, item, live },
    rows: [...textRows(pair), ...entryRows(pair, wanted, skills)],
  };
}

function textRows({ live, entry, item }: Pair): Row[] {
  if (!entry?.declared) return [];
  const isOtherName = entry.id === undefined || foldName(entry.name) !== foldName(entry.id);
  const name = { ledger: item?.name, desired: entry.name, live: live.name };
  const texts = { ledger: item?.description, desired: entry.description, live: live.description ?? "" };
  return [
    ...(isOtherName ? textRow("name", name, { entry, item }) : []),
    ...textRow("description", texts, { entry, item }),
  ];
}

/** One row for each skill of the profile in live, desired or ledger. */
function entryRows({ live, item }: Pair, wanted: ReadonlyMap<Slug, Place>, skills: SkillSubjects): Row[] {
  const asked = new Map<SkillId, Place>();
  for (const [slug, source] of wanted) {
    const subject = skills.bySlug.get(slug);
    if (subject) asked.set(subject.id, source);
  }
  const owned = new Set(item?.skills.map((skill) => skill.id));
  const held = new Set(live.skills);
  const is = (there: boolean): true | undefined => there || undefined;
  return [...new Set([...asked.keys(), ...owned, ...held])]
    .flatMap((id) => {
      const subject = skills.byId.get(id);
      return subject && !subject.isReleased && (subject.entry ?? subject.item) ? [subject] : [];
    })
    .sort((a, b) => byText(a.name, b.name) || byText(a.id, b.id))
    .map(({ id, state }) => {
      const [ledger, desired, there] = [is(owned.has(id)), is(asked.has(id)), is(held.has(id))];
      const isJudged = state === "live" || state === "new" || state === "dead";
      return plainRow({
        field: { kind: "skill", id },
        ...{ ledger, desired: isJudged ? desired : there, live: there },
        mark: isJudged ? undefined : "unseen",
        source: asked.get(id),
        record: item?.records?.find(({ field }) => field.kind === "skill" && field.id === id),
      });
    });
}
