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
  LiveUser,
  Note,
  Slug,
} from "../model.ts";

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
  const begun = retarget(ledger?.replaces ?? [], desired);
  const renamers = desired.skills.filter(({ slug, previously }) => previously.length > 0 || begun.has(slug));
  let renamedLedger = ledger;
  const renames: Rename[] = [];
  const notes: Note[] = [];
  for (const skill of renamers) {
    const found = findOne(skill, renamedLedger, live, begun.get(skill.slug) ?? []);
    if (found.kind === "in-place" && renamedLedger)
      renamedLedger = rekey(renamedLedger, found.from, skill.slug);
    if (found.kind === "done") notes.push(doneNote(skill));
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

function doneNote({ slug, previously }: DesiredSkill): Note {
  return { code: "PREVIOUSLY_DONE", skill: slug, previously: previously.map(({ name }) => name) };
}

// ── Unfinished ones ──────────────────────────────────────────────────────────────────────────────────

/** By the slug of the skill that the YAML has now in the new one's place: a chain may have gone on. */
function retarget(replaces: readonly LedgerReplace[], desired: Desired): Map<Slug, LedgerReplace[]> {
  const successors = new Map(desired.skills.map(({ slug }) => [slug, slug]));
  for (const { slug, previously } of desired.skills) {
    for (const former of previously) if (!successors.has(former.slug)) successors.set(former.slug, slug);
  }
  const byTarget = new Map<Slug, LedgerReplace[]>();
  for (const replace of replaces) {
    const target = successors.get(replace.to);
    if (target !== undefined) byTarget.set(target, [...(byTarget.get(target) ?? []), replace]);
  }
  return byTarget;
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
): Found {
  const own = findNew(skill, ledger, live);
  const entries = formerEntries(skill, ledger, live);
  const candidates = [...formerSkills(skill, ledger, live), ...begunSkills(begun, live)];
  const same = entries.find(({ id }) => own !== undefined && own.id === id);
  const inPlace = same ?? (live.dialect === "profiles" && !own ? entries.at(-1) : undefined);
  const selfId = own?.id ?? inPlace?.id;
  const olds = toOldSkills(candidates, selfId, ledger, begun);
  const rename: Rename = { to: skill.slug, olds, pending: pendingOf(begun, selfId) };
  if (inPlace) return { kind: "in-place", from: inPlace.slug, rename };
  if (own && begun.length === 0) return { kind: "done" };
  return { kind: "replace", rename };
}

/** The live skill that has the new name already. */
function findNew(skill: DesiredSkill, ledger: Ledger | null, live: Live): LiveSkill | undefined {
  const { entities } = live.skills;
  const owned = ledger?.skills.find(({ slug }) => slug === skill.slug)?.id;
  return (
    entities.find(({ id }) => id === owned || id === skill.id) ??
    entities.find(({ name }) => name === skill.name) ??
    entities.find(({ slug }) => slug === skill.slug)
  );
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

function pendingOf(begun: readonly LedgerReplace[], selfId: string | undefined): Map<string, number> {
  const pending = new Map<string, number>();
  for (const record of begun.filter(({ id }) => id !== selfId)) {
    for (const { id, proficiency } of record.pending) {
      pending.set(id, Math.max(proficiency, pending.get(id) ?? 0));
    }
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

// ── Who moves ────────────────────────────────────────────────────────────────────────────────────────

/** What one user brings along for one new skill. */
export interface Move {
  readonly to: Slug;
  /** The highest of the old skills' proficiencies. */
  readonly proficiency: number;
  /** The old skills that the user holds; empty where only an earlier run owed them the new one. */
  readonly from: readonly OldSkill[];
}

/** By new slug; the user's skills are looked at once. */
export function movesOf(user: LiveUser, { byNew, byOldId }: Renames): Map<Slug, Move> {
  const moves = new Map<Slug, Move>();
  for (const [id, proficiency] of user.skills) {
    const found = byOldId.get(id);
    if (!found) continue;
    const { rename, old } = found;
    const known = moves.get(rename.to);
    const highest = Math.max(proficiency, known?.proficiency ?? 0);
    moves.set(rename.to, { to: rename.to, proficiency: highest, from: [...(known?.from ?? []), old] });
  }
  for (const { to, pending } of byNew.values()) {
    const proficiency = pending.get(user.id);
    if (proficiency !== undefined && !moves.has(to)) moves.set(to, { to, proficiency, from: [] });
  }
  return moves;
}
