/** Decides what becomes of skills that are ours and that the YAML no longer names. */
import type {
  DeleteSkill,
  LedgerSkill,
  Live,
  LiveSkill,
  Note,
  References,
  Refusal,
  Slug,
} from "../../model.ts";
import { byText } from "../../text.ts";
import { fingerprint } from "../fingerprint.ts";
import type { FormerOrigin } from "./former.ts";
import type { Joined } from "../join/join.ts";
import type { Fate } from "./terms.ts";

/** A skill that is to go: ours, live, and named by no YAML. */
export interface DoomedSkill {
  readonly slug: Slug;
  readonly ledger: LedgerSkill;
  readonly live: LiveSkill;
  /** The skill that takes its place. */
  readonly replacedBy?: Slug;
  /** Whether an earlier run began to replace it. */
  readonly isBegun: boolean;
}

/** Nobody can say who holds a skill where only some divisions are seen, so there none is to go. */
export function doomedSkills(joined: Joined, live: Live): DoomedSkill[] {
  return live.view === "limited" ? [] : droppedSkills(joined);
}

/** Skills of ours that the YAML no longer names. */
function droppedSkills({ skills, renames }: Joined): DoomedSkill[] {
  return skills.rows.flatMap((row) => {
    if (row.desired || !row.ledger || !row.live) return [];
    const found = renames.byOldId.get(row.live.id);
    const replacedBy = found?.rename.to;
    const { slug, ledger, live } = row;
    return [
      {
        slug,
        ledger,
        live,
        isBegun: found?.old.isBegun === true,
        ...(replacedBy !== undefined && { replacedBy }),
      },
    ];
  });
}

export interface Fates {
  readonly fates: ReadonlyMap<Slug, Fate>;
  readonly operations: readonly DeleteSkill[];
  readonly refusals: readonly Refusal[];
  readonly notes: readonly Note[];
}

export interface DeleteTerms {
  readonly target: string;
  /** Whether `code` is allowed on purpose. */
  readonly isAllowed: (code: Refusal["code"]) => boolean;
  readonly formerOrigin: FormerOrigin;
}

export function decideFates(joined: Joined, live: Live, terms: DeleteTerms): Fates {
  const isLimited = live.view === "limited";
  const doomed = droppedSkills(joined)
    .filter(({ replacedBy }) => !isLimited || replacedBy !== undefined)
    .map((skill) => ({ skill, fate: isLimited ? ("replaced-later" as const) : fateOf(skill, live, terms) }));
  const going = doomed.filter(({ fate }) => fate !== "replaced-later").map(({ skill }) => skill);
  const holders = findHolders(
    doomed.map(({ skill }) => skill),
    joined,
  );
  return {
    fates: new Map(doomed.map(({ skill, fate }) => [skill.slug, fate])),
    operations: going.map((skill) => deleteSkill(skill, holders, live, terms)),
    refusals: doomed.flatMap(({ skill, fate }) => refuse(skill, fate, live, holders)),
    notes: [
      ...doomed.flatMap(({ skill, fate }) =>
        fate === "replaced-later" && !isLimited ? [stillUsed(skill, live)] : [],
      ),
      ...(going.length > 0 ? [{ code: "NOT_SEARCHED", skills: going.map(({ slug }) => slug) } as const] : []),
    ],
  };
}

function fateOf(skill: DoomedSkill, live: Live, { isAllowed }: DeleteTerms): Fate {
  if (skill.replacedBy === undefined) return "deleted";
  return isInUse(referencesOf(skill, live)) && !isAllowed("IN_USE") ? "replaced-later" : "replaced";
}

// ── What refers to it ────────────────────────────────────────────────────────────────────────────────

const NOT_LOOKED_UP: References = { kind: "unknown", reason: "nobody looked it up" };

function referencesOf({ live: { id } }: DoomedSkill, { references }: Live): References {
  return references.get(id) ?? NOT_LOOKED_UP;
}

/** What can't be found out counts as in use. */
function isInUse(references: References): boolean {
  return references.kind === "unknown" || references.flows.length + references.skillGroups.length > 0;
}

function stillUsed(skill: DoomedSkill, live: Live): Note {
  const references = referencesOf(skill, live);
  return {
    code: "STILL_USED",
    skill: skill.slug,
    replacedBy: skill.replacedBy ?? "",
    references,
    waiting: 0,
  };
}

// ── Who holds it ─────────────────────────────────────────────────────────────────────────────────────

interface Holders {
  readonly ids: readonly string[];
  readonly byHand: number;
  readonly inactive: readonly string[];
}

/** By slug; every user's skills are looked at once. */
function findHolders(doomed: readonly DoomedSkill[], { users }: Joined): ReadonlyMap<Slug, Holders> {
  const holders = new Map(
    doomed.map(({ slug }) => [slug, { ids: [] as string[], byHand: 0, inactive: [] as string[] }]),
  );
  if (doomed.length === 0) return holders;
  const away = new Set(users.inactive);
  for (const row of [...users.rows, ...users.inactive]) {
    for (const { skill, live, ledger } of row.cells) {
      const found = live === undefined ? undefined : holders.get(skill);
      if (!found) continue;
      found.ids.push(row.user.id);
      if (away.has(row)) found.inactive.push(row.user.id);
      if (!ledger) found.byHand++;
    }
  }
  for (const { ids, inactive } of holders.values()) {
    ids.sort(byText);
    inactive.sort(byText);
  }
  return holders;
}

const NOBODY: Holders = { ids: [], byHand: 0, inactive: [] };

function deleteSkill(
  skill: DoomedSkill,
  holders: ReadonlyMap<Slug, Holders>,
  { inactiveUsers }: Live,
  terms: DeleteTerms,
): DeleteSkill {
  const { slug, live, replacedBy } = skill;
  const { ids, byHand, inactive } = holders.get(slug) ?? NOBODY;
  const origin = terms.formerOrigin("", slug);
  return {
    kind: "delete-skill",
    skill: slug,
    id: live.id,
    name: live.name,
    ...(replacedBy !== undefined && { replacedBy }),
    holders: ids,
    byHand,
    ...(inactiveUsers?.kind === "complete" && { inactive }),
    cause: "edit",
    ...(origin && { origin }),
    // That a skill is replaced was reviewed doesn't mean that its holders may lose it.
    fingerprint: fingerprint({ target: terms.target, kind: "delete-skill", slug, after: replacedBy ?? null }),
  };
}

// ── Guards ───────────────────────────────────────────────────────────────────────────────────────────

/** A rename that was allowed once is finished without asking again. */
function refuse(skill: DoomedSkill, fate: Fate, live: Live, holders: ReadonlyMap<Slug, Holders>): Refusal[] {
  const { slug, ledger, replacedBy, isBegun } = skill;
  const { ids, byHand } = holders.get(slug) ?? NOBODY;
  const references = referencesOf(skill, live);
  const refusals: Refusal[] = ledger.protected ? [{ code: "PROTECTED", skill: slug }] : [];
  if (fate === "deleted") refusals.push({ code: "SKILL_DELETE", skill: slug, holders: ids.length, byHand });
  else if (!isBegun && replacedBy !== undefined)
    refusals.push({ code: "SKILL_REPLACE", skill: slug, replacedBy, holders: ids.length });
  if (fate !== "replaced-later" && isInUse(references))
    refusals.push({ code: "IN_USE", skill: slug, references });
  return refusals;
}
