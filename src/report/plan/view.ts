/**
 * The view of a plan for all reports: gains, losses and other changes by skill, by profile and by person. It is
 * computed once; text, Markdown, comments and annotations only render it.
 */
import type { Change, Deletion, Holder, Operation, Plan, SkillId } from "../../model.ts";
import { changesOf, isEndSet } from "../../plan/changes.ts";
import { isLoss, isMove } from "../../plan/summary.ts";
import { byText } from "../../text.ts";
import { groupBy } from "../../group-by.ts";

export interface PlanView {
  readonly plan: Plan;
  /** Skills that change or whose holders change, sorted by name, then id. */
  readonly skills: readonly SkillView[];
  /** Sorted by name, then id. */
  readonly profiles: readonly ProfileView[];
  /** Users and their own changes, in the order of the plan. Holders of a deleted skill are listed with the skill. */
  readonly people: readonly PersonView[];
  /** Sorted by the name of the new skill. */
  readonly renames: readonly RenameView[];
  /** Losses of skills, grouped by the people who lose them, largest group first; renames cause no losses. */
  readonly losses: readonly LossView[];
}

export interface AffectedPerson {
  readonly id: string;
  /** The display name, else the e-mail, else the id. */
  readonly name: string;
  /** The e-mail, else the id: used in lists. */
  readonly ref: string;
  /** The YAML or the ledger names the user, and not only one of their groups. */
  readonly named: boolean;
  /** The plan takes a skill from them, now or on a day that it sets, so output that others read names them too. */
  readonly isLosing: boolean;
}

/** A change of one user's skill. */
export interface HolderChange {
  readonly person: AffectedPerson;
  readonly change: Change;
}

/**
 * The meaning of such a change to people. `move`: they are given the new skill of a rename. `handover`: they
 * give up its old skill in exchange. `end`: they keep it until another day than before.
 */
export type HolderRole = "gain" | "update" | "loss" | "move" | "handover" | "end";

export interface SkillView {
  readonly id: SkillId;
  readonly name: string;
  /** Its creation or deletion; null if it is neither created nor deleted. */
  readonly existence: Change | null;
  readonly deletion: Deletion | null;
  /** Its name, description and division. */
  readonly texts: readonly Change[];
  readonly holders: Readonly<Record<HolderRole, readonly HolderChange[]>>;
  readonly profiles: readonly { readonly name: string; readonly change: Change }[];
}

export interface ProfileView {
  readonly id: string;
  readonly name: string;
  readonly texts: readonly Change[];
  readonly entries: readonly Change[];
}

interface PersonView {
  readonly person: AffectedPerson;
  readonly changes: readonly Change[];
}

export interface RenameView {
  readonly to: SkillId;
  /** Skills whose holders get the new one, sorted by name. */
  readonly from: readonly SkillId[];
  /** `create`: by a new skill. `merge`: into one that is there. `go-on`: what an earlier apply began is finished. */
  readonly kind: "create" | "merge" | "go-on";
  /** Holders who are given the new skill; of those, who will have it manually. */
  readonly moves: number;
  readonly manual: number;
  /** Holders of both who get the higher proficiency. */
  readonly raises: number;
  /** Holders at the limit of skills who lose the old one in exchange. */
  readonly handovers: number;
  readonly deleted: readonly SkillId[];
  /** Old skills that stay because something still refers to them. */
  readonly staying: readonly SkillId[];
}

export interface LossView {
  /** Skills that the same people lose, sorted by name. */
  readonly skills: readonly SkillView[];
  /** Sorted by e-mail. */
  readonly people: readonly AffectedPerson[];
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

/** Null if the change is not about a user's skill. */
export function roleOf(change: Change): HolderRole | null {
  const { subject, field, verb } = change;
  if (subject.kind !== "user") return null;
  if (field.kind === "until") return "end";
  if (field.kind !== "skill") return null;
  if (verb === "remove") return isLoss(change) ? "loss" : "handover";
  if (isMove(change)) return "move";
  return verb === "add" ? "gain" : "update";
}

export function nameOf({ skills }: Plan, id: SkillId): string {
  return skills[id]?.name ?? id;
}

/** Whether output that others read may name the person. */
export function isNamed({ named, isLosing }: AffectedPerson): boolean {
  return named || isLosing;
}

// ── People ───────────────────────────────────────────────────────────────────────────────────────────

/** All users that the operations affect, by id, including holders of deleted skills. */
export function peopleOf(operations: readonly Operation[]): ReadonlyMap<string, AffectedPerson> {
  const losing = new Set(
    changesOf(operations)
      .filter((change) => roleOf(change) === "loss" || isEndSet(change))
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
): AffectedPerson {
  return { id, name: name || email || id, ref: email || id, named, isLosing: losing.has(id) };
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

function skillViews(
  plan: Plan,
  operations: readonly Operation[],
  people: ReadonlyMap<string, AffectedPerson>,
): SkillView[] {
  const deletions = new Map(operations.map(({ subject, deletion }) => [subject.id, deletion]));
  const profileNames = new Map(
    operations.flatMap(({ subject, name }) => (subject.kind === "profile" ? [[subject.id, name]] : [])),
  );
  const bySkill = groupBy(changesOf(operations), ({ subject, field }) =>
    "id" in field ? field.id : subject.kind === "skill" ? subject.id : null,
  );
  return [...bySkill]
    .map(([id, changes]): SkillView => {
      const own = changes.filter(({ field }) => !("id" in field));
      const holders: Record<HolderRole, HolderChange[]> = {
        ...{ gain: [], update: [], loss: [], move: [], handover: [], end: [] },
      };
      for (const change of changes) {
        const [role, person] = [roleOf(change), people.get(change.subject.id)];
        if (role !== null && person) holders[role].push({ person, change });
      }
      return {
        ...{ id, name: nameOf(plan, id), holders, deletion: deletions.get(id) ?? null },
        existence: own.find(({ field }) => field.kind === "existence") ?? null,
        texts: mergeTexts(own.filter(({ field }) => field.kind !== "existence")),
        profiles: changes.flatMap((change) => {
          const { subject, field } = change;
          if (subject.kind !== "profile" || !("id" in field)) return [];
          return { name: profileNames.get(subject.id) ?? subject.id, change };
        }),
      };
    })
    .sort(byName);
}

/** A name that changes twice is shown as one change, from the first to the last. */
function mergeTexts(changes: readonly Change[]): Change[] {
  return [...groupBy(changes, ({ field }) => field.kind).values()].flatMap((same) => {
    const [first, last] = [same[0], same.at(-1)];
    return first && last ? { ...last, before: first.before } : [];
  });
}

/** Orders by name, then id. */
export function byName(a: { name: string; id: string }, b: { name: string; id: string }): number {
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
  const pairs = skills.flatMap(({ id, existence, holders }) => [
    ...[...holders.move, ...holders.update].flatMap(({ change: { rename } }) =>
      rename && "from" in rename ? [{ from: rename.from, to: id }] : [],
    ),
    ...[existence, ...holders.handover.map(({ change }) => change)].flatMap((change) =>
      change?.rename && "to" in change.rename ? [{ from: id, to: change.rename.to }] : [],
    ),
  ]);
  const skillById = new Map(skills.map((skill) => [skill.id, skill]));
  const byNameOf = (a: SkillId, b: SkillId): number => byText(nameOf(plan, a), nameOf(plan, b));
  return [...groupBy(pairs, ({ to }) => to)]
    .map(([to, found]): RenameView => {
      const from = [...new Set(found.map((pair) => pair.from))].sort(byNameOf);
      const olds = from.flatMap((id) => skillById.get(id) ?? []);
      const { existence, holders: { move, update } = { move: [], update: [] } } = skillById.get(to) ?? {};
      const isBegun = from.some((id) => plan.skills[id]?.isBeingReplaced);
      return {
        ...{ to, from },
        kind: existence?.verb === "create" ? "create" : isBegun ? "go-on" : "merge",
        moves: move.length,
        manual: move.filter(({ change }) => change.manual).length,
        raises: update.filter(({ change }) => change.rename !== undefined).length,
        handovers: olds.reduce((sum, { holders }) => sum + holders.handover.length, 0),
        deleted: olds.filter((old) => old.existence?.verb === "delete").map(({ id }) => id),
        staying: plan.notes.flatMap((note) =>
          note.code === "STILL_USED" && note.replacedBy === to ? [note.skill] : [],
        ),
      };
    })
    .sort((a, b) => byNameOf(a.to, b.to) || byText(a.to, b.to));
}

// ── Losses ───────────────────────────────────────────────────────────────────────────────────────────

function lossViews(skills: readonly SkillView[]): LossView[] {
  const losses = skills.flatMap((skill) => {
    const { loss } = skill.holders;
    const people = loss.map(({ person }) => person);
    people.sort((a, b) => byText(a.ref, b.ref) || byText(a.id, b.id));
    return loss.length > 0 ? [{ skill, people, changes: loss.map(({ change }) => change) }] : [];
  });
  return [...groupBy(losses, ({ people }) => people.map(({ id }) => id).join("\n")).values()]
    .map((same) => ({
      skills: same.map(({ skill }) => skill),
      people: same[0]?.people ?? [],
      changes: same.flatMap(({ changes }) => changes),
    }))
    .sort((a, b) => b.people.length - a.people.length);
}
