/** Pairs the skills of the YAML and the ledger with the live ones: by id, then by exact name, then by slug. */
import type { DesiredSkill, LedgerSkill, LiveSkill, Note, Refusal, Slug } from "../../model.ts";
import { byText } from "../../text.ts";

/** One skill as the three worlds know it. */
export interface SkillRow {
  readonly slug: Slug;
  readonly desired?: DesiredSkill;
  readonly ledger?: LedgerSkill;
  readonly live?: LiveSkill;
}

export interface JoinedSkills {
  /** Sorted by slug. */
  readonly rows: readonly SkillRow[];
  readonly bySlug: ReadonlyMap<Slug, SkillRow>;
  readonly byLiveId: ReadonlyMap<string, SkillRow>;
  /** Live skills that no row has. */
  readonly strangers: readonly LiveSkill[];
  /**
   * The slug by which the rows know what the ledger calls `slug`: another where the YAML followed a rename.
   * Undefined where somebody made the skill anew by hand: what the ledger says of the old one doesn't count for it.
   */
  readonly slugOfEntry: (slug: Slug) => Slug | undefined;
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

interface Draft {
  slug: Slug;
  desired?: DesiredSkill;
  ledger?: LedgerSkill;
  live?: LiveSkill;
}

/**
 * Each pass claims live skills that no earlier pass has claimed, so one live skill never answers for two.
 * A skill matched by slug alone is adopted, never created a second time. What the ledger knows under a slug that
 * left the YAML keeps its live skill unless the YAML asks for that by its present name: then the entry follows.
 */
export function joinSkills(
  desired: readonly DesiredSkill[],
  ledger: readonly LedgerSkill[],
  live: readonly LiveSkill[],
): JoinedSkills {
  const drafts = draftRows(desired, ledger);
  const [wanted, dropped] = [drafts.filter(isWanted), drafts.filter((draft) => !isWanted(draft))];
  const unclaimed = new Map(live.toSorted((a, b) => byText(a.id, b.id)).map((skill) => [skill.id, skill]));
  const refusals: Refusal[] = [];

  claimByLedger(wanted, unclaimed);
  claimByDeclaredId(wanted, unclaimed, refusals);
  claimByName(wanted, unclaimed);
  claimByLedger(dropped, unclaimed, ({ id, name }, skill) => id === skill.id && name === skill.name);
  claimBySlug(wanted, unclaimed, refusals);
  claimByLedger(dropped, unclaimed);
  refusals.push(...refuseTakenNames(wanted, live), ...refuseOtherIds(wanted));

  const recreated = wanted.filter(isRecreated);
  const followed = followEntries(dropped, wanted);
  const rows = drafts.filter(({ slug }) => !followed.has(slug)).map(forgetDeadEntry);
  const anew = new Set(recreated.map(({ slug }) => slug));
  return {
    rows,
    bySlug: new Map(rows.map((row) => [row.slug, row])),
    byLiveId: new Map(rows.flatMap((row) => (row.live ? [[row.live.id, row] as const] : []))),
    strangers: [...unclaimed.values()],
    slugOfEntry: (slug) => followed.get(slug) ?? (anew.has(slug) ? undefined : slug),
    notes: recreated.map(({ slug, live }) => {
      return { code: "RECREATED", what: "skill", name: live?.name ?? slug };
    }),
    refusals,
  };
}

function isWanted({ desired }: Draft): boolean {
  return desired !== undefined;
}

function draftRows(desired: readonly DesiredSkill[], ledger: readonly LedgerSkill[]): Draft[] {
  const drafts = new Map<Slug, Draft>(
    desired.map((skill) => [skill.slug, { slug: skill.slug, desired: skill }]),
  );
  for (const entry of ledger) {
    const draft = drafts.get(entry.slug);
    if (draft) draft.ledger = entry;
    else drafts.set(entry.slug, { slug: entry.slug, ledger: entry });
  }
  return [...drafts.values()].sort((a, b) => byText(a.slug, b.slug));
}

type Unclaimed = Map<string, LiveSkill>;

function claim(draft: Draft, unclaimed: Unclaimed, skill: LiveSkill | undefined): void {
  if (!skill) return;
  draft.live = skill;
  unclaimed.delete(skill.id);
}

/** The ledger's id wins, whatever the skill is called now; what is left then an entry without an id yet claims by its name. */
function claimByLedger(
  drafts: readonly Draft[],
  unclaimed: Unclaimed,
  isTheirs: (entry: LedgerSkill, skill: LiveSkill) => boolean = () => true,
): void {
  const byName = new Map([...unclaimed.values()].map((skill) => [skill.name, skill]));
  const claimAll = (find: (entry: LedgerSkill) => LiveSkill | undefined): void => {
    for (const draft of drafts) {
      const skill = draft.ledger && !draft.live ? find(draft.ledger) : undefined;
      if (draft.ledger && skill && unclaimed.has(skill.id) && isTheirs(draft.ledger, skill))
        claim(draft, unclaimed, skill);
    }
  };
  claimAll(({ id }) => (id === null ? undefined : unclaimed.get(id)));
  claimAll(({ id, name }) => (id === null ? byName.get(name) : undefined));
}

function claimByDeclaredId(drafts: readonly Draft[], unclaimed: Unclaimed, refusals: Refusal[]): void {
  for (const draft of drafts) {
    const id = draft.desired?.id;
    if (draft.live || id === undefined || !draft.desired) continue;
    const skill = unclaimed.get(id);
    if (skill) claim(draft, unclaimed, skill);
    else refusals.push({ code: "UNKNOWN_ID", what: "skill", id, origin: draft.desired.origin });
  }
}

function claimByName(drafts: readonly Draft[], unclaimed: Unclaimed): void {
  const byName = new Map([...unclaimed.values()].map((skill) => [skill.name, skill]));
  for (const draft of drafts) {
    if (draft.desired && !draft.live && draft.desired.id === undefined) {
      claim(draft, unclaimed, byName.get(draft.desired.name));
    }
  }
}

function claimBySlug(drafts: readonly Draft[], unclaimed: Unclaimed, refusals: Refusal[]): void {
  const bySlug = new Map<Slug, LiveSkill[]>();
  for (const skill of unclaimed.values()) bySlug.set(skill.slug, [...(bySlug.get(skill.slug) ?? []), skill]);
  for (const draft of drafts) {
    if (!draft.desired || draft.live || draft.desired.id !== undefined) continue;
    const [skill, ...others] = bySlug.get(draft.slug) ?? [];
    if (others.length === 0) claim(draft, unclaimed, skill);
    else refusals.push(ambiguous(draft.desired, bySlug.get(draft.slug) ?? []));
  }
}

/** A name that live has already can't be created, and whose it is now nobody can know. */
function refuseTakenNames(drafts: readonly Draft[], live: readonly LiveSkill[]): Refusal[] {
  const names = new Set(live.map(({ name }) => name));
  return drafts.flatMap(({ desired, live: claimed }) => {
    if (!desired || claimed || desired.id !== undefined || !names.has(desired.name)) return [];
    return [{ code: "AMBIGUOUS", skill: desired.slug, names: [desired.name], origin: desired.origin }];
  });
}

/** Two ids for one skill, both of them sure of themselves. */
function refuseOtherIds(drafts: readonly Draft[]): Refusal[] {
  return drafts.flatMap(({ desired, live }) => {
    if (desired?.id === undefined || !live || live.id === desired.id) return [];
    const { id, name, origin } = desired;
    return [{ code: "OTHER_ID", what: "skill", name, id, known: live.id, origin }];
  });
}

/**
 * Gives an entry whose slug left the YAML to the wanted skill that is now what it was written for: somebody
 * renamed it by hand and in the YAML, or changed its slug. Answers the new slugs by the old ones.
 */
function followEntries(dropped: readonly Draft[], wanted: readonly Draft[]): Map<Slug, Slug> {
  const followed = new Map<Slug, Slug>();
  for (const { slug, ledger, live } of dropped) {
    if (!ledger || live) continue;
    const heir = wanted.find(
      (draft) =>
        (draft.ledger === undefined || isDead(draft.ledger, draft.live)) &&
        (ledger.id === null ? draft.live?.name === ledger.name : draft.live?.id === ledger.id),
    );
    if (!heir) continue;
    heir.ledger = ledger;
    followed.set(slug, heir.slug);
  }
  return followed;
}

function ambiguous(skill: DesiredSkill, candidates: readonly LiveSkill[]): Refusal {
  const names = candidates.map(({ name }) => name).sort(byText);
  return { code: "AMBIGUOUS", skill: skill.slug, names, origin: skill.origin };
}

/** The ledger's skill is gone, and another now answers to its name: that one was made by hand. */
function isRecreated({ ledger, live }: Draft): boolean {
  return isDead(ledger, live) && live !== undefined;
}

function isDead(ledger: LedgerSkill | undefined, live: LiveSkill | undefined): boolean {
  return ledger !== undefined && ledger.id !== null && ledger.id !== live?.id;
}

function forgetDeadEntry(draft: Draft): SkillRow {
  if (!isRecreated(draft)) return draft;
  const { ledger, ...row } = draft;
  return row;
}
