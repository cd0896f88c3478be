/** Counts holders: of every live skill and every one that the plan creates, now and after the plan. */
import type { AssignmentChange, CreateSkill, DeleteSkill, Live, Operation, Plan, Slug } from "../../model.ts";
import type { Coverage, Holders, ImpactWorlds, ProfileLink, SkillImpact } from "./facts.ts";
import { pairSkills } from "./pairing.ts";
import type { HolderStep, KnownPeople } from "./people.ts";
import { toPeople } from "./people.ts";

/** How many hold a skill at each proficiency. */
type Spread = Map<number, number>;

/** One skill while it is counted. */
export interface SkillDraft {
  readonly id: string | null;
  readonly slug: Slug;
  name: string;
  formerName?: string;
  outcome: SkillImpact["outcome"];
  replacedBy?: string;
  readonly named: boolean;
  readonly now: Spread;
  readonly after: Spread;
  readonly gains: HolderStep[];
  readonly losses: HolderStep[];
  readonly changes: HolderStep[];
  readonly moves: HolderStep[];
}

export interface DraftSkills {
  readonly all: readonly SkillDraft[];
  readonly byId: ReadonlyMap<string, SkillDraft>;
  /** By the slug that the YAML and the plan use. */
  readonly bySlug: ReadonlyMap<Slug, SkillDraft>;
}

export function draftSkills(worlds: ImpactWorlds, people: KnownPeople): DraftSkills {
  const drafts = draftAll(worlds);
  for (const { skills } of people.users) {
    for (const [id, proficiency] of skills) {
      const draft = drafts.byId.get(id);
      if (!draft) continue;
      add(draft.now, proficiency, 1);
      add(draft.after, proficiency, 1);
    }
  }
  for (const operation of worlds.plan?.stages.flat() ?? []) foresee(operation, drafts, people);
  return drafts;
}

function draftAll(worlds: ImpactWorlds): DraftSkills {
  const { desired, live, plan } = worlds;
  const wanted = new Set(desired.skills.map(({ slug }) => slug));
  const paired = pairSkills(worlds);
  const slugs = new Map([...paired].map(([slug, id]) => [id, slug]));
  const byId = new Map(
    live.skills.entities.map(({ id, name, slug: own }) => {
      const slug = slugs.get(id);
      const named = slug !== undefined && wanted.has(slug);
      return [id, newDraft({ id, name, slug: slug ?? own, named, outcome: "stays" })];
    }),
  );
  const created = createdBy(plan).map(({ skill: slug, name }) =>
    newDraft({ id: null, name, slug, named: true, outcome: "created" }),
  );
  const bySlug = new Map(created.map((draft) => [draft.slug, draft]));
  for (const [slug, id] of paired) {
    const draft = byId.get(id);
    if (draft) bySlug.set(slug, draft);
  }
  return { all: [...byId.values(), ...created], byId, bySlug };
}

function createdBy(plan: Plan | null): CreateSkill[] {
  return (plan?.stages.flat() ?? []).filter((operation) => operation.kind === "create-skill");
}

function newDraft(about: Pick<SkillDraft, "id" | "slug" | "name" | "named" | "outcome">): SkillDraft {
  return { ...about, now: new Map(), after: new Map(), gains: [], losses: [], changes: [], moves: [] };
}

function add(spread: Spread, proficiency: number, holders: number): void {
  const sum = (spread.get(proficiency) ?? 0) + holders;
  if (sum > 0) spread.set(proficiency, sum);
  else spread.delete(proficiency);
}

// ── What the plan does ───────────────────────────────────────────────────────────────────────────────

/** The stages run in order and deletes come last, so each operation finds what the former ones left. */
function foresee(operation: Operation, { byId, bySlug }: DraftSkills, people: KnownPeople): void {
  switch (operation.kind) {
    case "create-skill":
    case "update-profile":
      return;
    case "update-skill": {
      const draft = byId.get(operation.id);
      const renamed = operation.changes.find(({ field }) => field === "name");
      if (draft && renamed) Object.assign(draft, { formerName: draft.name, name: renamed.after });
      return;
    }
    case "update-user":
      for (const change of operation.changes) {
        const draft = bySlug.get(change.skill);
        if (draft) foreseeAssignment(draft, operation.id, change);
      }
      return;
    case "delete-skill": {
      const draft = byId.get(operation.id);
      const heir = operation.replacedBy === undefined ? undefined : bySlug.get(operation.replacedBy);
      if (draft) foreseeDelete(draft, operation, { heir, people });
    }
  }
}

function foreseeAssignment(draft: SkillDraft, id: string, change: AssignmentChange): void {
  switch (change.kind) {
    case "gain":
      add(draft.after, change.after, 1);
      draft[change.from === undefined ? "gains" : "moves"].push({ id, before: null, after: change.after });
      return;
    case "change":
      add(draft.after, change.before, -1);
      add(draft.after, change.after, 1);
      draft.changes.push({ id, before: change.before, after: change.after });
      return;
    case "lose":
      add(draft.after, change.before, -1);
      draft.losses.push({ id, before: change.before, after: null });
  }
}

/**
 * Whoever holds a skill until it is deleted loses it, or has moved to the skill that replaces it. Inactive users
 * hold it too, but route nothing: they count neither now nor after.
 */
function foreseeDelete(
  draft: SkillDraft,
  { holders, replacedBy }: DeleteSkill,
  { heir, people }: { readonly heir: SkillDraft | undefined; readonly people: KnownPeople },
): void {
  draft.outcome = "deleted";
  if (replacedBy !== undefined) draft.replacedBy = heir?.name ?? replacedBy;
  draft.after.clear();
  const lost = new Set(draft.losses.map(({ id }) => id));
  const steps = holders
    .filter((id) => people.byId.has(id) && !lost.has(id))
    .map((id) => ({ id, before: people.byId.get(id)?.skills.get(draft.id ?? "") ?? null, after: null }));
  for (const step of steps) draft[replacedBy === undefined ? "losses" : "moves"].push(step);
}

// ── The finished fact ────────────────────────────────────────────────────────────────────────────────

export interface SkillContext {
  readonly links: readonly ProfileLink[];
  readonly people: KnownPeople;
  readonly nameEveryone: boolean;
  readonly live: Live;
}

export function finishSkill(
  draft: SkillDraft,
  { links, people, nameEveryone, live }: SkillContext,
): SkillImpact {
  const { id, slug, name, formerName, outcome, replacedBy, named } = draft;
  const who = (steps: readonly HolderStep[]) => toPeople(steps, people, nameEveryone);
  const references = id === null ? undefined : live.references.get(id);
  const after = holdersOf(draft.after);
  return {
    ...{ id, slug, name },
    ...(formerName !== undefined && { formerName }),
    outcome,
    ...(replacedBy !== undefined && { replacedBy }),
    ...{ named, profiles: links, now: holdersOf(draft.now), after },
    gains: who(draft.gains),
    losses: who(draft.losses),
    changes: who(draft.changes),
    moves: who(draft.moves),
    coverage: coverageOf(outcome, after),
    ...(references && { references }),
  };
}

function holdersOf(spread: Spread): Holders {
  const sorted = [...spread].sort(([a], [b]) => a - b);
  return {
    total: sorted.reduce((sum, [, holders]) => sum + holders, 0),
    spread: sorted.map(([proficiency, holders]) => ({ proficiency, holders })),
  };
}

/** A skill with this many holders can lose its last one to a holiday. */
const THIN = 2;

function coverageOf(outcome: SkillImpact["outcome"], { total }: Holders): Coverage {
  if (outcome === "deleted") return "gone";
  if (total === 0) return "none";
  return total <= THIN ? "thin" : "good";
}
