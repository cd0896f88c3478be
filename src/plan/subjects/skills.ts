/** Steps 3 and 4 for skills: every entry, live skill and ledger item belongs to one subject, with rows. */
import type {
  DesiredSkill,
  Dialect,
  LedgerSkill,
  Live,
  LiveSkill,
  Note,
  Refusal,
  SkillId,
  Slug,
  TextField,
  Value,
} from "../../model.ts";
import { isNewSkillId, newSkillId, byText, slugOf } from "../../text.ts";
import { findDivision, unknownDivisions } from "../match/divisions.ts";
import { match } from "../match/match.ts";
import { liveSkills } from "../match/recover.ts";
import { withoutFreeName } from "../names.ts";
import type { Release } from "../release.ts";
import { withReleased } from "../release.ts";
import type { Renames } from "../rename/find.ts";
import type { Row, SkillSubject } from "../rows.ts";
import { plainRow } from "../rows.ts";

export interface SkillSubjects {
  /** Sorted by name, then id. */
  readonly all: readonly SkillSubject[];
  readonly byId: ReadonlyMap<SkillId, SkillSubject>;
  /** The subject of each entry, by slug. */
  readonly bySlug: ReadonlyMap<Slug, SkillSubject>;
  /** The ledger's items of skills that were deleted manually and will be created again, by the new id. */
  readonly lostItems: ReadonlyMap<SkillId, LedgerSkill>;
  /** Whether the ledger's skill is dead and an entry of the YAML takes its place. */
  readonly isLost: (id: SkillId) => boolean;
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

export function skillSubjects(
  { desired, ledger, released }: Release,
  live: Live,
  renames: Renames,
): SkillSubjects {
  const objects = liveSkills(live);
  const items = ledger?.skills ?? [];
  // Released skills are matched too, so that no other entry matches them.
  const letGo = new Set(released.map(({ entry }) => entry.slug));
  const matched = match({
    ...withReleased({ skills: desired.skills, items, released }),
    objects,
    ...{ decided: renames.inPlace, reserved: renames.reserved },
  });
  const candidates = [...matched.unclear.values()].flatMap((one) => one.candidates);
  const pairing: Pairing = {
    ...{ renames, pairs: matched.pairs, itemOf: matched.items },
    itemById: new Map(items.map((item) => [item.id, item])),
    liveById: new Map(objects.map((object) => [object.id, object])),
    unclear: new Set([...matched.unclear.keys(), ...matched.unknownIds.map(({ slug }) => slug)]),
    contested: new Set(candidates.map(({ id }) => id)),
    isUnseen: findUnseen(live),
  };
  const wanted = desired.skills.map((entry) => entrySubject(entry, pairing));
  const used = new Set(wanted.flatMap(({ item }) => item?.id ?? []));
  const dropped = items.filter(({ id }) => !used.has(id)).map((item) => itemSubject(item, pairing));
  const claimed = new Set([...wanted, ...dropped].map(({ id }) => id));
  const rest = objects.filter(({ id }) => !claimed.has(id));
  const left = releasedSubjects(released, matched.pairs);
  const gone = new Set(left.map(({ id }) => id));
  const unmanaged = rest.filter(({ id }) => !gone.has(id)).map((object) => liveSubject(object, pairing));
  const targets = renameTargets(renames, wanted);
  const recorded = desired.skills.flatMap(({ slug }) => matched.items.get(slug) ?? []);
  const lost = new Set(recorded.filter((item) => !isOpen(item, pairing)).map(({ id }) => id));
  const isLost = (id: SkillId): boolean => lost.has(id) && !pairing.liveById.has(id) && !isNewSkillId(id);
  const stuck = live.dialect === "profiles" ? stuckNames(wanted, objects) : new Set<SkillId>();
  const all = [...wanted, ...dropped, ...left, ...unmanaged]
    .map((bare): SkillSubject => {
      // Named one by one: objects that begin with a spread have a hidden class each, which takes time and memory.
      const { id, name, slug, state, entry, item, live: object, isReleased } = bare;
      const rows = state === "dead" && isLost(id) ? [] : rowsOf(bare, live, stuck);
      const replacedBy = targets.get(id);
      return { id, name, slug, state, entry, item, live: object, isReleased, replacedBy, rows };
    })
    .sort((a, b) => byText(a.name, b.name) || byText(a.id, b.id));
  return {
    all,
    byId: new Map(all.map((subject) => [subject.id, subject])),
    bySlug: new Map(all.flatMap((subject) => (subject.entry ? [[subject.entry.slug, subject]] : []))),
    lostItems: lostItems(wanted, pairing),
    isLost,
    notes: [...recreated(wanted, pairing), ...inactive(wanted), ...notFree(wanted, stuck)],
    refusals: [
      ...[...matched.unclear.values()]
        .filter(({ entry }) => !letGo.has(entry.slug))
        .map((one) => ambiguous(one.entry, one.candidates)),
      ...matched.unknownIds
        .filter(({ slug }) => !letGo.has(slug))
        .map(({ id = "", source }): Refusal => {
          return { code: "UNKNOWN_ID", what: "skill", id, source };
        }),
      ...similarNames(all, renames),
      ...takenNames(all, live.dialect, stuck),
      ...oddNames(wanted),
      ...unknownDivisions(wanted, live),
    ],
  };
}

interface Pairing {
  readonly renames: Renames;
  readonly itemById: ReadonlyMap<SkillId, LedgerSkill>;
  readonly liveById: ReadonlyMap<string, LiveSkill>;
  /** By slug of the entry. */
  readonly pairs: ReadonlyMap<Slug, LiveSkill>;
  readonly itemOf: ReadonlyMap<Slug, LedgerSkill>;
  /** Slugs of entries that may mean several skills, or whose id is not live. */
  readonly unclear: ReadonlySet<Slug>;
  /** Ids of the skills that such an entry may mean. */
  readonly contested: ReadonlySet<string>;
  /** Whether it is unknown if an unlisted skill is live. */
  readonly isUnseen: (id: SkillId) => boolean;
}

/** Skills that a look-up could not find out about; with a limited view, everything that the list lacks. */
function findUnseen({ absentSkills, view }: Live): (id: SkillId) => boolean {
  if (view === "limited") return () => true;
  const unknown = new Set(absentSkills.flatMap(({ id, state }) => (state === "unknown" ? [id] : [])));
  return (id) => unknown.has(id);
}

// ── Subjects ─────────────────────────────────────────────────────────────────────────────────────────

type Bare = Omit<SkillSubject, "rows" | "replacedBy">;

function entrySubject(entry: DesiredSkill, pairing: Pairing): Bare {
  const { slug, name } = entry;
  const object = pairing.pairs.get(slug);
  const recorded = pairing.itemOf.get(slug);
  if (object) {
    const item = pairing.itemById.get(object.id);
    return { id: object.id, name, slug, entry, isReleased: false, state: "live", item, live: object };
  }
  const bare = { name, slug, entry, isReleased: false, live: undefined };
  const id = newSkillId(slug);
  if (pairing.unclear.has(slug)) return { ...bare, id, state: "unclear", item: undefined };
  if (pairing.renames.waiting.has(slug)) return { ...bare, id, state: "waiting", item: undefined };
  if (recorded && isOpen(recorded, pairing))
    return { ...bare, id: recorded.id, state: "unseen", item: recorded };
  return { ...bare, id, state: "new", item: recorded && isNewSkillId(recorded.id) ? recorded : undefined };
}

/** Whether it is unknown if an unlisted skill was created or still exists. */
function isOpen({ id, records = [] }: LedgerSkill, { liveById, isUnseen }: Pairing): boolean {
  if (records.some(({ field, outcome }) => field.kind === "existence" && outcome === undefined)) return true;
  return !isNewSkillId(id) && !liveById.has(id) && isUnseen(id);
}

/** A skill in the ledger that no entry means any more. */
function itemSubject(item: LedgerSkill, pairing: Pairing): Bare {
  const { slug, name } = item;
  const object = pairing.liveById.get(item.id);
  const bare = { slug, entry: undefined, item, isReleased: false };
  if (!object) {
    return { ...bare, id: item.id, name, state: isOpen(item, pairing) ? "unseen" : "dead", live: undefined };
  }
  const isPaused = pairing.renames.paused.has(object.id);
  const state = pairing.contested.has(object.id) ? "unclear" : isPaused ? "waiting" : "live";
  return { ...bare, id: object.id, name: object.name, state, live: object };
}

/** A skill that is only live. */
function liveSubject(live: LiveSkill, { contested }: Pairing): Bare {
  const { id, name, slug } = live;
  const state = contested.has(id) ? "unclear" : "live";
  return { id, name, slug, state, entry: undefined, item: undefined, live, isReleased: false };
}

function releasedSubjects(released: Release["released"], pairs: ReadonlyMap<Slug, LiveSkill>): Bare[] {
  return released.map(({ entry, item }) => {
    const live = pairs.get(entry.slug);
    const { slug, name } = entry;
    const id = live?.id ?? newSkillId(slug);
    return { id, name, slug, entry, item, live, state: live ? "live" : "dead", isReleased: true };
  });
}

/** The new skill of each old one, by live id. */
function renameTargets(renames: Renames, wanted: readonly Bare[]): ReadonlyMap<SkillId, SkillId> {
  return new Map(
    wanted.flatMap(({ id, slug }) => (renames.bySlug.get(slug)?.olds ?? []).map(({ live }) => [live.id, id])),
  );
}

function lostItems(
  wanted: readonly Bare[],
  { itemOf, liveById }: Pairing,
): ReadonlyMap<SkillId, LedgerSkill> {
  return new Map(
    wanted.flatMap(({ id, slug, state }): [SkillId, LedgerSkill][] => {
      const item = state === "new" ? itemOf.get(slug) : undefined;
      return item && !liveById.has(item.id) ? [[id, item]] : [];
    }),
  );
}

// ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────

function rowsOf(subject: Bare, { dialect, divisions }: Live, stuck: ReadonlySet<SkillId>): Row[] {
  const { id, state, entry, item, live, isReleased } = subject;
  const isJudged = state === "live" || state === "new" || state === "dead";
  if (!isJudged || isReleased || !(entry ?? item)) return [];
  const is = (there: unknown): true | undefined => (there === undefined ? undefined : true);
  const existence = plainRow({
    field: { kind: "existence" },
    // A skill that isn't live and whose creation was never confirmed must be created.
    ledger: is(state === "new" ? undefined : item),
    desired: is(entry),
    live: is(live),
    source: entry?.source,
    record: item?.records?.find(({ field }) => field.kind === "existence"),
  });
  if (!entry) return [existence];
  if (dialect === "cloud") {
    const division = entry.division && findDivision(entry.division, divisions?.entities ?? []);
    const names = { ledger: item?.division, desired: division ? division.name : undefined };
    const row = textRow("division", { ...names, live: live && (live.division ?? "") }, subject);
    return [existence, ...row];
  }
  const name = textRow("name", { ledger: item?.name, desired: entry.name, live: live?.name }, subject);
  const texts = { ledger: item?.description, desired: entry.description };
  const description = textRow("description", { ...texts, live: live && (live.description ?? "") }, subject);
  return [existence, ...(live && !stuck.has(id) ? name : []), ...description];
}

/** Skills that can't get their entry's name, because another live skill keeps it. */
function stuckNames(wanted: readonly Bare[], objects: readonly LiveSkill[]): ReadonlySet<SkillId> {
  const misnamed = wanted.flatMap(({ id, entry, live }) =>
    entry && live && live.name !== entry.name ? [{ id, name: live.name, desired: entry.name }] : [],
  );
  return withoutFreeName(misnamed, objects);
}

/** The row of a text; none if the YAML doesn't name the text. */
export function textRow(
  kind: TextField,
  texts: Pick<Row, "live"> & { readonly ledger: Value | undefined; readonly desired: Value | undefined },
  { entry, item }: TextOwner,
): Row[] {
  if (texts.desired === undefined || (texts.desired === "" && texts.live === undefined)) return [];
  const record = item?.records?.find(({ field }) => field.kind === kind);
  return [plainRow({ field: { kind }, ...texts, source: entry?.source, record })];
}

interface TextOwner {
  readonly entry: Pick<DesiredSkill, "source"> | undefined;
  readonly item: Pick<LedgerSkill, "records"> | undefined;
}

// ── Notes and refusals ─────────────────────────────────────────────────────────────────────────

/** Notes skills that were deleted and created again manually. */
function recreated(wanted: readonly Bare[], { itemOf, liveById }: Pairing): Note[] {
  return wanted.flatMap(({ slug, name, live }) => {
    const recorded = itemOf.get(slug);
    const isDead = recorded && !isNewSkillId(recorded.id) && !liveById.has(recorded.id);
    return live && isDead ? [{ code: "RECREATED", what: "skill", name } as const] : [];
  });
}

function inactive(wanted: readonly Bare[]): Note[] {
  return wanted.flatMap(({ id, entry, live }) =>
    entry && live?.state === "inactive"
      ? [{ code: "INACTIVE_SKILL", skill: id, source: entry.source } as const]
      : [],
  );
}

function notFree(wanted: readonly Bare[], stuck: ReadonlySet<SkillId>): Note[] {
  return wanted.flatMap(({ id, entry }) =>
    entry && stuck.has(id) ? [{ code: "NAME_NOT_FREE", skill: id, name: entry.name } as const] : [],
  );
}

function ambiguous({ name, source }: DesiredSkill, candidates: readonly LiveSkill[]): Refusal {
  const found = candidates.map((live) => ({ id: live.id, name: live.name }));
  return {
    ...{ code: "AMBIGUOUS", what: "skill", name, source },
    candidates: found.sort((a, b) => byText(a.name, b.name) || byText(a.id, b.id)),
  };
}

/** Refuses to create a skill whose name differs from an unmanaged one only in punctuation. */
function similarNames(all: readonly SkillSubject[], { reserved }: Renames): Refusal[] {
  const bySlug = new Map(
    all.flatMap(({ entry, item, live, state }): [Slug, LiveSkill][] => {
      const isUnmanaged = live && !entry && !item && state === "live" && !reserved.has(live.id);
      return isUnmanaged ? [[live.slug, live]] : [];
    }),
  );
  return all.flatMap(({ id, entry, state, isReleased }) => {
    const live = state === "new" && !isReleased && entry ? bySlug.get(slugOf(entry.name)) : undefined;
    if (!entry || !live) return [];
    const { name, source } = entry;
    return [
      { code: "SIMILAR_NAME", skill: id, name, live: { id: live.id, name: live.name }, source } as const,
    ];
  });
}

/**
 * Refuses to create a skill whose name is taken by a skill that another entry means, unless this plan renames that
 * skill.
 */
function takenNames(all: readonly SkillSubject[], dialect: Dialect, stuck: ReadonlySet<SkillId>): Refusal[] {
  const byName = new Map(
    all.flatMap(({ id, entry, live, isReleased }): [string, LiveSkill][] => {
      const isFreed = dialect === "profiles" && !isReleased && entry?.name !== live?.name && !stuck.has(id);
      return entry && live && !isFreed ? [[live.name, live]] : [];
    }),
  );
  return all.flatMap(({ entry, state, isReleased }) => {
    const taken = state === "new" && !isReleased && entry ? byName.get(entry.name) : undefined;
    return entry && taken ? [ambiguous(entry, [taken])] : [];
  });
}

function oddNames(wanted: readonly Bare[]): Refusal[] {
  return wanted.flatMap(({ id, entry, state }) => {
    if (state !== "new" || entry?.oddName === undefined) return [];
    const { name, oddName: reason, source } = entry;
    return [{ code: "ODD_NAME", skill: id, name, reason, source } as const];
  });
}
