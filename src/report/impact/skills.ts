/** Counts holders: of every live skill and every one that the plan creates, now and after the plan. */
import type { Change, Operation, SkillId } from "../../model.ts";
import type { SkillSubject, UserSubject } from "../../plan/rows.ts";
import { byText } from "../../text.ts";
import type { PlannedRows } from "../planned-rows.ts";
import { heldSkills, proficiencyOf } from "../planned-rows.ts";
import type { Coverage, Holders, People, PersonChange, ProfileLink, SkillImpact } from "./facts.ts";

/** How many hold a skill at each proficiency. */
type Spread = Map<number, number>;

/** One user's proficiency in one skill, before and after; null stands for not held. */
interface HolderStep {
  readonly user: UserSubject;
  readonly before: number | null;
  readonly after: number | null;
}

/** One skill while it is counted. */
export interface SkillDraft {
  readonly subject: SkillSubject;
  name: string;
  previousName?: string;
  outcome: SkillImpact["outcome"];
  replacedBy?: string;
  readonly now: Spread;
  readonly after: Spread;
  readonly gains: HolderStep[];
  readonly losses: HolderStep[];
  readonly changes: HolderStep[];
  readonly moves: HolderStep[];
}

/** By skill id. */
export type SkillDrafts = ReadonlyMap<SkillId, SkillDraft>;

/** `operations` are those of the plan, in their order; none for the organisation as it is. */
export function draftSkills({ rows }: PlannedRows, operations: readonly Operation[]): SkillDrafts {
  const created = new Set(
    operations.flatMap(({ changes }) =>
      changes.flatMap(({ verb, subject }) => (verb === "create" ? subject.id : [])),
    ),
  );
  const drafts = new Map(
    rows.skills.flatMap((subject) => {
      const { id, live } = subject;
      return live || created.has(id) ? [[id, newDraft(subject)] as const] : [];
    }),
  );
  for (const user of rows.users) {
    for (const [id, proficiency] of heldSkills(user)) {
      const draft = drafts.get(id);
      if (!draft) continue;
      add(draft.now, proficiency, 1);
      add(draft.after, proficiency, 1);
    }
  }
  const users = new Map(rows.users.map((user) => [user.user.id, user]));
  for (const operation of operations) {
    for (const change of operation.changes) foresee(change, operation, { drafts, users });
  }
  return drafts;
}

function newDraft(subject: SkillSubject): SkillDraft {
  const { live, name } = subject;
  return {
    subject,
    name: live?.name ?? name,
    outcome: live ? "stays" : "created",
    ...{ now: new Map(), after: new Map(), gains: [], losses: [], changes: [], moves: [] },
  };
}

function add(spread: Spread, proficiency: number, holders: number): void {
  const sum = (spread.get(proficiency) ?? 0) + holders;
  if (sum > 0) spread.set(proficiency, sum);
  else spread.delete(proficiency);
}

// ── What the plan does ───────────────────────────────────────────────────────────────────────────────

interface Counted {
  readonly drafts: SkillDrafts;
  /** Active users by id: inactive ones hold skills too, but route nothing, so they count neither now nor after. */
  readonly users: ReadonlyMap<string, UserSubject>;
}

/** Deletes come last, so each change finds what those before it left. */
function foresee(change: Change, { deletion }: Operation, { drafts, users }: Counted): void {
  const { subject, field, verb, after } = change;
  const draft = drafts.get(field.kind === "skill" ? field.id : subject.id);
  if (!draft) return;
  if (subject.kind === "user") {
    const user = users.get(subject.id);
    if (user) foreseeAssignment(draft, user, change);
  } else if (field.kind === "name" && typeof after === "string") {
    draft.previousName ??= draft.name;
    draft.name = after;
  } else if (verb === "delete") {
    draft.outcome = "deleted";
    draft.after.clear();
    const successor = deletion?.replacedBy;
    if (deletion === undefined || successor === undefined) return;
    draft.replacedBy = drafts.get(successor)?.name ?? successor;
    const gone = new Set([...draft.losses, ...draft.moves].map(({ user }) => user));
    for (const { id } of deletion.holders) {
      const user = users.get(id);
      if (user && !gone.has(user)) draft.moves.push({ user, before: heldBy(user, draft), after: null });
    }
  }
}

function foreseeAssignment(draft: SkillDraft, user: UserSubject, { rename, ...change }: Change): void {
  const [before, after] = [proficiencyOf(change.before), proficiencyOf(change.after)];
  if (before !== null) add(draft.after, before, -1);
  if (after !== null) add(draft.after, after, 1);
  const kind =
    before !== null && after !== null ? "changes" : rename ? "moves" : after === null ? "losses" : "gains";
  draft[kind].push({ user, before, after });
}

function heldBy(user: UserSubject, { subject }: SkillDraft): number | null {
  return heldSkills(user).get(subject.id) ?? null;
}

// ── The finished fact ────────────────────────────────────────────────────────────────────────────────

export interface SkillContext extends Pick<PlannedRows, "live"> {
  readonly links: readonly ProfileLink[];
  readonly nameEveryone: boolean;
}

export function finishSkill(draft: SkillDraft, { links, live, nameEveryone }: SkillContext): SkillImpact {
  const { subject, name, previousName, outcome, replacedBy } = draft;
  const people = (steps: readonly HolderStep[]): People => peopleOf(steps, nameEveryone);
  const references = live.references.get(subject.id);
  const after = holdersOf(draft.after);
  return {
    ...{ id: subject.live?.id ?? null, slug: subject.slug, name },
    ...(previousName !== undefined && { previousName }),
    outcome,
    ...(replacedBy !== undefined && { replacedBy }),
    ...{ named: subject.entry !== undefined, profiles: links, now: holdersOf(draft.now), after },
    gains: people(draft.gains),
    losses: people(draft.losses),
    changes: people(draft.changes),
    moves: people(draft.moves),
    coverage: coverageOf(outcome, after),
    ...(references && { references }),
  };
}

/** Users whom nobody names are counted, unless everyone is to be named. */
function peopleOf(steps: readonly HolderStep[], nameEveryone: boolean): People {
  const named = steps
    .filter(({ user }) => nameEveryone || user.named)
    .map(({ user, before, after }): PersonChange => ({ user: user.ref, before, after }));
  return {
    total: steps.length,
    named: named.sort((a, b) => byText(a.user, b.user)),
    others: steps.length - named.length,
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
