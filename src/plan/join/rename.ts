/**
 * Renames. Where the API renames (`profiles`), the ledger's entry moves to the new slug before the worlds are
 * joined, and the rest follows by itself. Where it doesn't (`cloud`), and where several old skills become one,
 * the new skill is created, everybody who holds an old one gets it, and then the old ones are deleted.
 *
 * The premise: nobody is lost. Who holds an old skill gets the new one, whoever gave it to them; who was still
 * to be given it when a run died is written down in the ledger (`replaces`) until they hold it.
 */
import type {
  Desired,
  DesiredSkill,
  FormerName,
  Ledger,
  LedgerReplace,
  LedgerSkill,
  Live,
  LiveSkill,
  Note,
  Slug,
} from "../../model.ts";

/** A live skill whose holders are to get another. */
export interface OldSkill {
  readonly id: string;
  readonly name: string;
  /** Its key in rows, cells and plans. */
  readonly slug: Slug;
  /** In the ledger, and so deleted in the end; a stranger's is copied and left. */
  readonly ours: boolean;
  /** Whether an earlier run began it. */
  readonly isBegun: boolean;
}

/** One new skill that takes the place of old ones. */
export interface Rename {
  readonly to: Slug;
  readonly olds: readonly OldSkill[];
  /** What earlier runs began and didn't finish; the old skill of one may be gone by now. */
  readonly begun: readonly LedgerReplace[];
  /** Proficiency by user id of those whom an earlier run still owed the new skill. */
  readonly pending: ReadonlyMap<string, number>;
}

export interface Renames {
  /** With the entries that are renamed in place under their new slug. */
  readonly ledger: Ledger | null;
  readonly byNew: ReadonlyMap<Slug, Rename>;
  readonly byOldId: ReadonlyMap<string, { readonly rename: Rename; readonly old: OldSkill }>;
  readonly byOldSlug: ReadonlyMap<Slug, Rename>;
  readonly notes: readonly Note[];
}

/** What the YAML's `previously` and the ledger's unfinished renames ask for. */
export function findRenames(desired: Desired, ledger: Ledger | null, live: Live): Renames {
  const replaces = ledger?.replaces ?? [];
  const isPlain = replaces.length === 0 && desired.skills.every(({ previously }) => previously.length === 0);
  const present = isPlain ? new Map<Slug, LiveSkill>() : findPresent(desired.skills, ledger, live);
  const begun = retarget(replaces, desired, ledger, present);
  const renamers = desired.skills.filter(({ slug, previously }) => previously.length > 0 || begun.has(slug));
  let renamedLedger = ledger;
  const renames: Rename[] = [];
  const notes: Note[] = [];
  for (const skill of renamers) {
    const found = findOne(skill, renamedLedger, live, begun.get(skill.slug) ?? [], present);
    if (found.kind === "in-place" && renamedLedger)
      renamedLedger = rekey(renamedLedger, found.from, skill.slug);
    if (found.kind === "done" && !isAskedFor(skill, present.get(skill.slug))) notes.push(doneNote(skill));
    const rename = found.kind === "done" ? null : found.rename;
    if (rename && (rename.olds.length > 0 || rename.pending.size > 0)) renames.push(rename);
  }
  return {
    ledger: renamedLedger,
    byNew: new Map(renames.map((rename) => [rename.to, rename])),
    byOldId: new Map(
      renames.flatMap((rename) => rename.olds.map((old) => [old.id, { rename, old }] as const)),
    ),
    byOldSlug: new Map(renames.flatMap((rename) => rename.olds.map(({ slug }) => [slug, rename] as const))),
    notes,
  };
}

/** A former name that differs from the new one in spelling alone: the same key, and so the same skill. */
function isAskedFor({ name, previously }: DesiredSkill, own: LiveSkill | undefined): boolean {
  return own !== undefined && own.name !== name && previously.some((former) => former.name === own.name);
}

function doneNote({ slug, previously }: DesiredSkill): Note {
  return { code: "PREVIOUSLY_DONE", skill: slug, previously: previously.map(({ name }) => name) };
}

// ── Unfinished ones ──────────────────────────────────────────────────────────────────────────────────

/** By the slug of the skill that the YAML has now in the new one's place: a chain may have gone on. */
function retarget(
  replaces: readonly LedgerReplace[],
  desired: Desired,
  ledger: Ledger | null,
  present: ReadonlyMap<Slug, LiveSkill>,
): Map<Slug, LedgerReplace[]> {
  const successors = new Map(desired.skills.map(({ slug }) => [slug, slug]));
  for (const { slug, previously } of desired.skills) {
    for (const former of previously) if (!successors.has(former.slug)) successors.set(former.slug, slug);
  }
  const byId = new Map([...present].map(([slug, { id }]) => [id, slug]));
  for (const { slug, id } of ledger?.skills ?? []) {
    const heir = byId.get(id ?? "");
    if (heir !== undefined && !successors.has(slug)) successors.set(slug, heir);
  }
  const byTarget = new Map<Slug, LedgerReplace[]>();
  for (const replace of replaces) {
    const target = successors.get(replace.to);
    if (target !== undefined) byTarget.set(target, [...(byTarget.get(target) ?? []), replace]);
  }
  return byTarget;
}

/** The live skills that have the YAML's names already, by slug. */
function findPresent(
  skills: readonly DesiredSkill[],
  ledger: Ledger | null,
  { skills: { entities } }: Live,
): Map<Slug, LiveSkill> {
  const owned = new Map(ledger?.skills.map(({ slug, id }) => [slug, id]));
  const byId = new Map(entities.map((skill) => [skill.id, skill]));
  const byName = new Map(entities.map((skill) => [skill.name, skill]));
  const bySlug = new Map(entities.map((skill) => [skill.slug, skill]));
  return new Map(
    skills.flatMap(({ slug, id = "", name }) => {
      const found = byId.get(owned.get(slug) ?? "") ?? byId.get(id) ?? byName.get(name) ?? bySlug.get(slug);
      return found ? [[slug, found] as const] : [];
    }),
  );
}

// ── One skill ────────────────────────────────────────────────────────────────────────────────────────

type Found =
  /** The new name is there already and nothing is unfinished. */
  | { readonly kind: "done" }
  | { readonly kind: "replace"; readonly rename: Rename }
  /** The ledger's entry `from` is the skill itself; others may have to be moved to it. */
  | { readonly kind: "in-place"; readonly from: Slug; readonly rename: Rename };

function findOne(
  skill: DesiredSkill,
  ledger: Ledger | null,
  live: Live,
  begun: readonly LedgerReplace[],
  present: ReadonlyMap<Slug, LiveSkill>,
): Found {
  const own = present.get(skill.slug);
  // What another skill of the YAML is now is nobody's old one, though it had the name once.
  const taken = new Set([...present].flatMap(([slug, { id }]) => (slug === skill.slug ? [] : [id])));
  const isFree = ({ id }: { readonly id: string }): boolean => !taken.has(id);
  const entries = formerEntries(skill, ledger, live).filter(isFree);
  const same = entries.find(({ id }) => own !== undefined && own.id === id);
  const inPlace = same ?? (live.dialect === "profiles" && !own ? entries.at(-1) : undefined);
  const selfId = own?.id ?? inPlace?.id;
  const begunOlds = begunSkills(begun, live);
  const isOver = own !== undefined && same === undefined && begunOlds.length === 0;
  const former = isOver ? [] : formerSkills(skill, ledger, live);
  const left = begun.filter(({ id }) => id !== selfId);
  const olds = toOldSkills([...former, ...begunOlds].filter(isFree), selfId, ledger, left);
  const rename: Rename = { to: skill.slug, olds, begun: left, pending: pendingOf(left) };
  if (inPlace) return { kind: "in-place", from: inPlace.slug, rename };
  return isOver && begun.length === 0 ? { kind: "done" } : { kind: "replace", rename };
}

/** A ledger entry whose skill is still live. */
type LiveEntry = LedgerSkill & { readonly id: string };

/** The ledger's live skills under the former names, in their order, where the ledger doesn't have the new one. */
function formerEntries(skill: DesiredSkill, ledger: Ledger | null, live: Live): LiveEntry[] {
  const entries = ledger?.skills ?? [];
  if (entries.some(({ slug }) => slug === skill.slug)) return [];
  const liveIds = new Set(live.skills.entities.map(({ id }) => id));
  const isLive = (entry: LedgerSkill): entry is LiveEntry => entry.id !== null && liveIds.has(entry.id);
  return skill.previously.flatMap((former) =>
    entries.filter((entry) => isNamed(entry, former)).filter(isLive),
  );
}

/** Live skills that a former name means: the ledger's, whatever they are called now, else those of that name. */
function formerSkills(skill: DesiredSkill, ledger: Ledger | null, live: Live): LiveSkill[] {
  const { entities } = live.skills;
  return skill.previously.flatMap((former) => {
    const entry = ledger?.skills.find((one) => isNamed(one, former));
    const owned = entry && entities.find(({ id }) => id === entry.id);
    if (owned) return owned;
    return (
      entities.find(({ name }) => name === former.name) ??
      entities.find(({ slug }) => slug === former.slug) ??
      []
    );
  });
}

function begunSkills(begun: readonly LedgerReplace[], live: Live): LiveSkill[] {
  const ids = new Set(begun.map(({ id }) => id));
  return live.skills.entities.filter(({ id }) => ids.has(id));
}

function isNamed(entry: LedgerSkill, former: FormerName): boolean {
  return entry.slug === former.slug || entry.name === former.name;
}

function toOldSkills(
  candidates: readonly LiveSkill[],
  selfId: string | undefined,
  ledger: Ledger | null,
  begun: readonly LedgerReplace[],
): OldSkill[] {
  const entries = new Map(ledger?.skills.map((entry) => [entry.id, entry]));
  const records = new Set(begun.map(({ id }) => id));
  const distinct = new Map(candidates.filter(({ id }) => id !== selfId).map((skill) => [skill.id, skill]));
  return [...distinct.values()].map(({ id, name, slug }) => {
    const entry = entries.get(id);
    return { id, name, slug: entry?.slug ?? slug, ours: entry !== undefined, isBegun: records.has(id) };
  });
}

function pendingOf(begun: readonly LedgerReplace[]): Map<string, number> {
  const pending = new Map<string, number>();
  for (const { id, proficiency } of begun.flatMap((record) => record.pending)) {
    pending.set(id, Math.max(proficiency, pending.get(id) ?? 0));
  }
  return pending;
}

/** The same ledger with the skill `from` called `to`: entry, assignments and profiles. */
function rekey(ledger: Ledger, from: Slug, to: Slug): Ledger {
  const renamed = (slug: Slug): Slug => (slug === from ? to : slug);
  return {
    ...ledger,
    skills: ledger.skills.map((skill) => ({ ...skill, slug: renamed(skill.slug) })),
    profiles: ledger.profiles.map((profile) => ({ ...profile, skills: profile.skills.map(renamed) })),
    users: ledger.users.map((user) => ({
      ...user,
      assignments: Object.fromEntries(
        Object.entries(user.assignments).map(([slug, assignment]) => [renamed(slug), assignment]),
      ),
    })),
  };
}
