/** Executes a plan on a live value: what an apply does to an organisation, without the organisation. */
import { isText } from "../../src/plan/changes.ts";
import type { Outcomes } from "../../src/plan/delta.ts";
import type {
  Change,
  Deletion,
  Listing,
  Live,
  LiveProfile,
  LiveSkill,
  LiveUser,
  Operation,
  Plan,
  SkillId,
} from "../../src/model.ts";
import { MAX_SKILLS_PER_USER } from "../../src/plan/rename/migrate.ts";
import { slugOf } from "../../src/text.ts";

export interface Applied {
  readonly live: Live;
  /** Ids of the changes that were done; one that needs a skill which isn't there is not. */
  readonly done: ReadonlySet<string>;
  /** Of the skills that were created or found by name, by `new:<slug>`. */
  readonly createdIds: ReadonlyMap<SkillId, string>;
}

/** What came of it, for the ledger. */
export function settlementOf({ done, createdIds }: Applied): Outcomes {
  return { createdIds, outcomeOf: (change) => (done.has(change) ? "done" : "not-done") };
}

interface State {
  readonly plan: Plan;
  readonly ids: Map<SkillId, string>;
  readonly done: Set<string>;
}

/** Executes these operations in this order; by default all of the plan. */
export function applyInMemory(plan: Plan, live: Live, operations = plan.stages.flat()): Applied {
  const state: State = { plan, ids: new Map(), done: new Set() };
  const after = operations.reduce((world, operation) => execute(operation, world, state), live);
  return { live: after, done: state.done, createdIds: state.ids };
}

/** The live id of a skill; undefined where it was not made. */
function idOf(skill: SkillId, { plan, ids }: State): string | undefined {
  return ids.get(skill) ?? (plan.skills[skill]?.isLive === false ? undefined : skill);
}

function execute(operation: Operation, live: Live, state: State): Live {
  const { subject, changes, deletion } = operation;
  if (deletion) return deleteSkill(operation, deletion, live, state);
  switch (subject.kind) {
    case "skill":
      return changes.some(({ verb }) => verb === "create")
        ? createSkill(operation, live, state)
        : {
            ...live,
            skills: replace(live.skills, subject.id, (skill) => editTexts(skill, changes, state, live)),
          };
    case "profile":
      return {
        ...live,
        profiles: replace(live.profiles, subject.id, (one) => editProfile(one, changes, state)),
      };
    case "user": {
      const edit = (user: LiveUser): LiveUser => editUser(user, changes, state);
      return {
        ...live,
        users: replace(live.users, subject.id, edit),
        absentUsers: live.absentUsers.map((absent) =>
          absent.state === "active" && absent.user.id === subject.id
            ? { ...absent, user: edit(absent.user) }
            : absent,
        ),
      };
    }
  }
}

/** A name that is taken is refused, unless it is that of a skill which the plan doesn't know: that one is adopted. */
function createSkill({ subject, name, changes }: Operation, live: Live, { plan, ids, done }: State): Live {
  const taken = live.skills.entities.find((skill) => skill.name === name);
  if (taken && plan.skills[taken.id]) return live;
  const description = changes.find(({ field }) => field.kind === "description")?.after ?? null;
  const division = changes.find(({ field }) => field.kind === "division")?.after;
  const made: LiveSkill = taken ?? {
    ...{ id: `made-${subject.id.replace("new:", "")}`, name, slug: slugOf(name), state: "active" },
    ...(live.dialect === "profiles" && { description: description === null ? null : String(description) }),
    ...(typeof division === "string" && { division }),
  };
  ids.set(subject.id, made.id);
  for (const { id } of changes) done.add(id);
  if (taken) return live;
  return { ...live, skills: { ...live.skills, entities: [...live.skills.entities, made] } };
}

/** Stopped where the skill that replaces it isn't made, by a holder too many, or by one who lacks that skill. */
function deleteSkill({ subject, changes }: Operation, deletion: Deletion, live: Live, state: State): Live {
  const { id } = subject;
  const { replacedBy, holders } = deletion;
  const newId = replacedBy === undefined ? undefined : idOf(replacedBy, state);
  if (replacedBy !== undefined && newId === undefined) return live;
  const known = new Set(holders.map((holder) => holder.id));
  const isSafe = (user: LiveUser): boolean =>
    newId === undefined ? known.has(user.id) : user.skills.has(newId);
  const users = live.users.entities;
  const beside = live.absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  if ([...users, ...beside].some((user) => user.skills.has(id) && !isSafe(user))) return live;
  for (const change of changes) state.done.add(change.id);
  const without = (user: LiveUser): LiveUser => {
    return { ...user, skills: new Map([...user.skills].filter(([skill]) => skill !== id)) };
  };
  return {
    ...live,
    skills: { ...live.skills, entities: live.skills.entities.filter((skill) => skill.id !== id) },
    users: { ...live.users, entities: users.map(without) },
    ...(live.inactiveUsers && {
      inactiveUsers: { ...live.inactiveUsers, entities: live.inactiveUsers.entities.map(without) },
    }),
    absentUsers: live.absentUsers.map((absent) =>
      absent.state === "active" ? { ...absent, user: without(absent.user) } : absent,
    ),
    profiles: {
      ...live.profiles,
      entities: live.profiles.entities.map((profile) => {
        return { ...profile, skills: profile.skills.filter((skill) => skill !== id) };
      }),
    },
  };
}

/** A value that is no longer what the plan saw is left, and so is a name that another skill has. */
function editTexts<
  T extends {
    readonly name: string;
    readonly slug: string;
    readonly description?: string | null;
    readonly division?: string;
  },
>(entity: T, changes: readonly Change[], { done }: State, { skills }: Pick<Live, "skills">): T {
  let edited = entity;
  for (const { id, field, before, after } of changes) {
    if (!isText(field)) continue;
    const isTaken = field.kind === "name" && skills.entities.some(({ name }) => name === after);
    if (isTaken || (edited[field.kind] || null) !== before) continue;
    edited = { ...edited, [field.kind]: after };
    done.add(id);
  }
  return { ...edited, slug: slugOf(edited.name) };
}

/** A profile may be called as a skill is. */
const NO_SKILLS: Pick<Live, "skills"> = { skills: { kind: "complete", entities: [] } };

function editProfile(profile: LiveProfile, changes: readonly Change[], state: State): LiveProfile {
  const skills = new Set(profile.skills);
  for (const { id, field, verb } of changes) {
    const skill = field.kind === "skill" ? idOf(field.id, state) : undefined;
    if (skill === undefined) continue;
    state.done.add(id);
    if (verb === "add") skills.add(skill);
    else skills.delete(skill);
  }
  return { ...editTexts(profile, changes, state, NO_SKILLS), skills: [...skills] };
}

function editUser(user: LiveUser, changes: readonly Change[], state: State): LiveUser {
  const skills = new Map(user.skills);
  for (const { id, field, verb, before, after } of changes) {
    // Of an end only the ledger is told.
    if (field.kind === "until") state.done.add(id);
    const skill = field.kind === "skill" ? idOf(field.id, state) : undefined;
    const isRefused = verb === "add" && skills.size >= MAX_SKILLS_PER_USER;
    if (skill === undefined || isRefused || (skills.get(skill) ?? null) !== before) continue;
    state.done.add(id);
    if (verb === "remove") skills.delete(skill);
    else skills.set(skill, Number(after));
  }
  return { ...user, skills };
}

/** The listing with the entity of that id edited. */
function replace<T extends { readonly id: string }>(
  listing: Listing<T>,
  id: string,
  edit: (entity: T) => T,
): Listing<T> {
  return {
    ...listing,
    entities: listing.entities.map((entity) => (entity.id === id ? edit(entity) : entity)),
  };
}
