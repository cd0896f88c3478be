/**
 * A plan as its readers see it: who gains, loses and changes what, seen from the skill, the profile and the person.
 * It is worked out once; text, Markdown, comments and annotations only put it into their form.
 */
import type { Change, Deletion, Holder, Operation, Plan, SkillId } from "../../model.ts";
import { changesOf } from "../../plan/changes.ts";
import { isLoss, isMove } from "../../plan/summary.ts";
import { byText } from "../../text.ts";

export interface PlanView {
  readonly plan: Plan;
  /** Skills that change themselves or in who holds them, sorted by name, then id. */
  readonly skills: readonly SkillView[];
  /** Sorted by name, then id. */
  readonly profiles: readonly ProfileView[];
  /** With what is done to each of them as a user; the holders of a deleted skill stand there. Order of the plan. */
  readonly people: readonly PersonView[];
  /** Sorted by the name of the new skill. */
  readonly renames: readonly RenameView[];
  /** Skills by who loses them, those that most people lose first; losses in a rename are none. */
  readonly losses: readonly LossView[];
}

export interface Person {
  readonly id: string;
  /** The display name; the e-mail or id where there is none. */
  readonly name: string;
  /** The e-mail, or the id where there is none: how lists write them. */
  readonly ref: string;
  /** The YAML or the ledger names them, and not only a group of theirs. */
  readonly named: boolean;
  /** The plan takes a skill from them: then what others read names them, too. */
  readonly isLosing: boolean;
}

/** A change of one user's skill. */
export interface HolderChange {
  readonly person: Person;
  readonly change: Change;
}

/**
 * The meaning of such a change to people. `move`: they are given the new skill of a rename. `handover`: they
 * give up its old skill in exchange.
 */
export type Role = "gain" | "update" | "loss" | "move" | "handover";

export interface SkillView {
  readonly id: SkillId;
  readonly name: string;
  /** That it is created or deleted; null where it stays. */
  readonly existence: Change | null;
  readonly deletion: Deletion | null;
  /** Its name, description and division. */
  readonly texts: readonly Change[];
  readonly holders: Readonly<Record<Role, readonly HolderChange[]>>;
  readonly profiles: readonly { readonly name: string; readonly change: Change }[];
}

export interface ProfileView {
  readonly id: string;
  readonly name: string;
  readonly texts: readonly Change[];
  readonly entries: readonly Change[];
}

export interface PersonView {
  readonly person: Person;
  readonly changes: readonly Change[];
}

export interface RenameView {
  readonly to: SkillId;
  /** Skills whose holders get the new one, sorted by name. */
  readonly from: readonly SkillId[];
  readonly isCreated: boolean;
  /** Holders who are given the new skill; of those, who will have it manually. */
  readonly moves: number;
  readonly manual: number;
  /** Holders of both who are raised to the higher proficiency. */
  readonly raises: number;
  /** Holders at the limit of skills who give up the old one in exchange. */
  readonly handovers: number;
  readonly deleted: readonly SkillId[];
  /** Old skills that stay because something still refers to them. */
  readonly staying: readonly SkillId[];
}

export interface LossView {
  /** Skills that the same people lose, sorted by name. */
  readonly skills: readonly SkillView[];
  /** Sorted by e-mail. */
  readonly people: readonly Person[];
  /** One for each of the skills and people. */
  readonly changes: readonly Change[];
}

export function planView(plan: Plan): PlanView {
  const operations = plan.stages.flat();
  const people = peopleOf(operations);
  const skills = skillViews(plan, operations, people);
  return {
    plan,
    skills,
    profiles: profileViews(operations),
    people: operations.flatMap(({ subject, changes }) => {
      const person = subject.kind === "user" ? people.get(subject.id) : undefined;
      return person ? [{ person, changes }] : [];
    }),
    renames: renameViews(plan, skills),
    losses: lossViews(skills),
  };
}

/** Null for what is no assignment of a user. */
export function roleOf(change: Change): Role | null {
  const { subject, field, verb } = change;
  if (subject.kind !== "user" || field.kind !== "skill") return null;
  if (verb === "remove") return isLoss(change) ? "loss" : "handover";
  if (isMove(change)) return "move";
  return verb === "add" ? "gain" : "update";
}

// ── People ───────────────────────────────────────────────────────────────────────────────────────────

/** Everybody whom the operations touch, by id; the holders of deleted skills too. */
export function peopleOf(operations: readonly Operation[]): ReadonlyMap<string, Person> {
  const losing = new Set(
    changesOf(operations)
      .filter((change) => roleOf(change) === "loss")
      .map(({ subject }) => subject.id),
  );
  const users = operations.flatMap(({ subject, name, email = "", named = true }) =>
    subject.kind === "user" ? [{ id: subject.id, name, email, named }] : [],
  );
  const holders = operations.flatMap(({ deletion }) => deletion?.holders ?? []);
  return new Map([...holders, ...users].map((user) => [user.id, personOf(user, losing)]));
}

function personOf(
  { id, name, email, named }: Pick<Holder, "id" | "name" | "email" | "named">,
  losing: ReadonlySet<string>,
): Person {
  return { id, name: name || email || id, ref: email || id, named, isLosing: losing.has(id) };
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

interface SkillDraft {
  existence: Change | null;
  deletion: Deletion | null;
  readonly texts: Change[];
  readonly holders: Record<Role, HolderChange[]>;
  readonly profiles: { readonly name: string; readonly change: Change }[];
}

function skillViews(
  plan: Plan,
  operations: readonly Operation[],
  people: ReadonlyMap<string, Person>,
): SkillView[] {
  const drafts = new Map<SkillId, SkillDraft>();
  const draftOf = (id: SkillId): SkillDraft => {
    const draft = drafts.get(id) ?? newDraft();
    drafts.set(id, draft);
    return draft;
  };
  for (const { subject, deletion } of operations) {
    if (deletion) draftOf(subject.id).deletion = deletion;
  }
  const profileNames = new Map(
    operations.flatMap(({ subject, name }) => (subject.kind === "profile" ? [[subject.id, name]] : [])),
  );
  for (const change of changesOf(operations)) {
    const { subject, field } = change;
    if (field.kind !== "skill") {
      if (subject.kind !== "skill") continue;
      const draft = draftOf(subject.id);
      if (field.kind === "existence") draft.existence = change;
      else addText(draft.texts, change);
      continue;
    }
    const role = roleOf(change);
    const draft = draftOf(field.id);
    const person = people.get(subject.id);
    if (role !== null && person) draft.holders[role].push({ person, change });
    else draft.profiles.push({ name: profileNames.get(subject.id) ?? subject.id, change });
  }
  return [...drafts].map(([id, draft]) => ({ id, name: plan.skills[id]?.name ?? id, ...draft })).sort(byName);
}

/** Of a name that goes through another in between, only where it ends is told. */
function addText(texts: Change[], change: Change): void {
  const at = texts.findIndex(({ field }) => field.kind === change.field.kind);
  const known = texts[at];
  if (known) texts[at] = { ...change, before: known.before };
  else texts.push(change);
}

function newDraft(): SkillDraft {
  const holders = { gain: [], update: [], loss: [], move: [], handover: [] };
  return { existence: null, deletion: null, texts: [], holders, profiles: [] };
}

function byName(a: { name: string; id: string }, b: { name: string; id: string }): number {
  return byText(a.name, b.name) || byText(a.id, b.id);
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

function profileViews(operations: readonly Operation[]): ProfileView[] {
  return operations
    .filter(({ subject }) => subject.kind === "profile")
    .map(({ subject: { id }, name, changes }) => ({
      ...{ id, name },
      texts: changes.filter(({ field }) => field.kind !== "skill"),
      entries: changes.filter(({ field }) => field.kind === "skill"),
    }))
    .sort(byName);
}

// ── Renames ──────────────────────────────────────────────────────────────────────────────────────────

function renameViews(plan: Plan, skills: readonly SkillView[]): RenameView[] {
  const byNew = new Map<SkillId, SkillId[]>();
  const pair = (from: SkillId, to: SkillId): void => {
    const known = byNew.get(to) ?? [];
    byNew.set(to, known.includes(from) ? known : [...known, from]);
  };
  for (const { id, existence, holders } of skills) {
    for (const { change } of [...holders.move, ...holders.update]) {
      if (change.rename && "from" in change.rename) pair(change.rename.from, id);
    }
    for (const change of [...(existence ? [existence] : []), ...holders.handover.map((one) => one.change)]) {
      if (change.rename && "to" in change.rename) pair(id, change.rename.to);
    }
  }
  const skillById = new Map(skills.map((skill) => [skill.id, skill]));
  const nameOf = (id: SkillId): string => plan.skills[id]?.name ?? id;
  return [...byNew]
    .map(([to, from]) =>
      renameView(plan, skillById, { to, from: from.sort((a, b) => byText(nameOf(a), nameOf(b))) }),
    )
    .sort((a, b) => byText(nameOf(a.to), nameOf(b.to)) || byText(a.to, b.to));
}

function renameView(
  { notes }: Plan,
  skillById: ReadonlyMap<SkillId, SkillView>,
  { to, from }: { readonly to: SkillId; readonly from: readonly SkillId[] },
): RenameView {
  const next = skillById.get(to);
  const olds = from.flatMap((id) => skillById.get(id) ?? []);
  const { move = [], update = [] } = next?.holders ?? {};
  return {
    ...{ to, from },
    isCreated: next?.existence?.verb === "create",
    moves: move.length,
    manual: move.filter(({ change }) => change.manual).length,
    raises: update.filter(({ change }) => change.rename !== undefined).length,
    handovers: olds.reduce((sum, { holders }) => sum + holders.handover.length, 0),
    deleted: olds.filter(({ existence }) => existence?.verb === "delete").map(({ id }) => id),
    staying: notes.flatMap((note) =>
      note.code === "STILL_USED" && note.replacedBy === to ? [note.skill] : [],
    ),
  };
}

// ── Losses ───────────────────────────────────────────────────────────────────────────────────────────

function lossViews(skills: readonly SkillView[]): LossView[] {
  const byPeople = new Map<string, { skills: SkillView[]; people: Person[]; changes: Change[] }>();
  for (const skill of skills) {
    const { loss } = skill.holders;
    if (loss.length === 0) continue;
    const people = loss
      .map(({ person }) => person)
      .sort((a, b) => byText(a.ref, b.ref) || byText(a.id, b.id));
    const key = people.map(({ id }) => id).join("\n");
    const view = byPeople.get(key) ?? { skills: [], people, changes: [] };
    byPeople.set(key, view);
    view.skills.push(skill);
    view.changes.push(...loss.map(({ change }) => change));
  }
  return [...byPeople.values()].sort((a, b) => b.people.length - a.people.length);
}
