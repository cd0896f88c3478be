/** Executes a plan on a live value: what an apply does to an organisation, without the organisation. */
import { slugOf } from "../../src/desired/slug.ts";
import type {
  DeleteSkill,
  Listing,
  Live,
  LiveProfile,
  LiveSkill,
  LiveUser,
  Operation,
  Plan,
  Slug,
  UpdateProfile,
  UpdateSkill,
  UpdateUser,
} from "../../src/model.ts";
import { MAX_SKILLS_PER_USER } from "../../src/plan/operations/order.ts";

export interface Applied {
  readonly live: Live;
  /** Fingerprints of what was done; a change that needs a skill which isn't there is not done. */
  readonly done: ReadonlySet<string>;
  /** Of the skills that were created or found by name, by slug. */
  readonly createdIds: ReadonlyMap<Slug, string>;
}

/** Executes these operations in this order; by default all of the plan. */
export function applyInMemory(plan: Plan, live: Live, operations = plan.stages.flat()): Applied {
  const done = new Set<string>();
  const ids = new Map(
    Object.entries(plan.skills).flatMap(([slug, { id }]) => (id === null ? [] : [[slug, id]])),
  );
  const after = operations.reduce((world, operation) => execute(operation, world, ids, done), live);
  const createdIds = new Map([...ids].filter(([slug]) => plan.skills[slug]?.id === null));
  return { live: after, done, createdIds };
}

function execute(operation: Operation, live: Live, ids: Map<Slug, string>, done: Set<string>): Live {
  switch (operation.kind) {
    case "create-skill": {
      const { name, skill: slug, fingerprint } = operation;
      // A name that is taken is answered with 409, and the applier adopts the skill that has it.
      const taken = live.skills.entities.find((skill) => skill.name === name);
      const skill = taken ?? createdSkill(operation, live);
      ids.set(slug, skill.id);
      done.add(fingerprint);
      if (taken) return live;
      return { ...live, skills: { ...live.skills, entities: [...live.skills.entities, skill] } };
    }
    case "update-skill":
      return {
        ...live,
        skills: replace(live.skills, operation.id, (skill) => editSkill(skill, operation, done)),
      };
    case "update-profile":
      return {
        ...live,
        profiles: replace(live.profiles, operation.id, (profile) =>
          editProfile(profile, operation, ids, done),
        ),
      };
    case "update-user": {
      const edit = (user: LiveUser): LiveUser => editUser(user, operation, ids, done);
      return {
        ...live,
        users: replace(live.users, operation.id, edit),
        absentUsers: live.absentUsers.map((absent) =>
          absent.state === "active" && absent.user.id === operation.id
            ? { ...absent, user: edit(absent.user) }
            : absent,
        ),
      };
    }
    case "delete-skill":
      return deleteSkill(operation, live, ids, done);
  }
}

/** Stopped by a holder too many, or by one who lacks the skill that replaces it. */
function deleteSkill(
  { id, replacedBy, holders, fingerprint }: DeleteSkill,
  live: Live,
  ids: ReadonlyMap<Slug, string>,
  done: Set<string>,
): Live {
  const newId = replacedBy === undefined ? undefined : ids.get(replacedBy);
  const isSafe = (user: LiveUser): boolean =>
    replacedBy === undefined ? holders.includes(user.id) : newId !== undefined && user.skills.has(newId);
  const users = live.users.entities;
  const beside = live.absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  if ([...users, ...beside].some((user) => user.skills.has(id) && !isSafe(user))) return live;
  done.add(fingerprint);
  const without = (user: LiveUser): LiveUser => {
    return { ...user, skills: new Map([...user.skills].filter(([skill]) => skill !== id)) };
  };
  return {
    ...live,
    skills: { ...live.skills, entities: live.skills.entities.filter((skill) => skill.id !== id) },
    users: { ...live.users, entities: users.map(without) },
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

function createdSkill(operation: Extract<Operation, { kind: "create-skill" }>, live: Live): LiveSkill {
  const { name, description = null } = operation;
  const id = `made-${operation.skill}`;
  return { id, name, slug: slugOf(name), ...(live.dialect === "profiles" && { description }) };
}

function editSkill(skill: LiveSkill, { changes }: UpdateSkill, done: Set<string>): LiveSkill {
  for (const { fingerprint } of changes) done.add(fingerprint);
  return named({ ...skill, ...Object.fromEntries(changes.map(({ field, after }) => [field, after])) });
}

function editProfile(
  profile: LiveProfile,
  { changes, entries }: UpdateProfile,
  ids: ReadonlyMap<Slug, string>,
  done: Set<string>,
): LiveProfile {
  const skills = new Set(profile.skills);
  for (const { fingerprint, kind, skill } of entries) {
    const id = ids.get(skill);
    if (id === undefined) continue;
    done.add(fingerprint);
    if (kind === "gain") skills.add(id);
    else skills.delete(id);
  }
  for (const { fingerprint } of changes) done.add(fingerprint);
  const fields = Object.fromEntries(changes.map(({ field, after }) => [field, after]));
  return named({ ...profile, ...fields, skills: [...skills] });
}

function editUser(
  user: LiveUser,
  { changes }: UpdateUser,
  ids: ReadonlyMap<Slug, string>,
  done: Set<string>,
): LiveUser {
  const skills = new Map(user.skills);
  for (const change of changes) {
    const id = ids.get(change.skill);
    const isRefused = change.kind === "gain" && skills.size >= MAX_SKILLS_PER_USER;
    if (id === undefined || isRefused) continue;
    done.add(change.fingerprint);
    if (change.kind === "lose") skills.delete(id);
    else skills.set(id, change.after);
  }
  return { ...user, skills };
}

function named<T extends { readonly name: string; readonly slug: Slug }>(entity: T): T {
  return { ...entity, slug: slugOf(entity.name) };
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
