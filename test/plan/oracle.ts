/**
 * What is ours after an apply, told apart from the planner: everything that the YAML wants and live has, and
 * of what was not done whatever the ledger said before. Also answers who is wanted to hold what, and why.
 */
import type {
  Desired,
  DesiredProfile,
  DesiredSkill,
  Ledger,
  LedgerAssignment,
  LedgerProfile,
  LedgerSkill,
  LedgerUser,
  Live,
  LiveProfile,
  LiveUser,
  Plan,
  Slug,
  Wish,
} from "../../src/model.ts";
import { byText } from "../../src/text.ts";

export interface World {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
}

/** The users of an organisation, in the list or found beside it. */
export function peopleOf(live: Live): LiveUser[] {
  const beside = live.absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  const inList = new Set(live.users.entities.map(({ id }) => id));
  return [...live.users.entities, ...beside.filter(({ id }) => !inList.has(id))];
}

/** A wish for one user, and the group that it came through. */
export interface Carried extends Wish {
  readonly group?: string;
}

/** Every wish of the YAML for this user, but those for skills that it lets go. */
export function wishesFor(user: LiveUser, { desired, ledger, live }: World): Carried[] {
  const released = new Set(desired.skills.filter(({ managed }) => !managed).map(({ slug }) => slug));
  const own = desired.users.filter(({ user: ref }) => isMeant(ref, user, ledger, live));
  const theirs = desired.groups.filter(({ group }) =>
    live.groups.entities.some(
      ({ id, name, members }) => (name === group || id === group) && members.includes(user.id),
    ),
  );
  const wishes: Carried[] = [
    ...own.flatMap(({ wishes }) => wishes),
    ...theirs.flatMap(({ group, wishes }) => wishes.map((wish) => ({ ...wish, group }))),
  ];
  return wishes.filter(({ skill }) => !released.has(skill));
}

/** By id or e-mail, or by the e-mail that the ledger knows them by, where nobody else has it now. */
function isMeant(ref: string, user: LiveUser, ledger: Ledger | null, live: Live): boolean {
  if (ref === user.id || ref === user.email) return true;
  const known = ledger?.users.find(({ email }) => email === ref);
  return known?.id === user.id && !peopleOf(live).some(({ email }) => email === ref);
}

/** The live skill that a YAML skill is, once the plan is applied. */
export function liveIdOf({ slug, name }: DesiredSkill, plan: Plan, after: Live): string | undefined {
  return plan.skills[slug]?.id ?? after.skills.entities.find((skill) => skill.name === name)?.id;
}

interface Parts extends World {
  readonly plan: Plan;
  /** Live after the apply. */
  readonly after: Live;
  /** The planned changes that were not done, as `holder slug` or `skill slug`. */
  readonly undone: ReadonlySet<string>;
  readonly managed: readonly DesiredSkill[];
  readonly ids: ReadonlyMap<Slug, string>;
  /** Whether the ledger's entry for a skill speaks of the skill that now has its slug. */
  readonly stillCounts: (skill: Slug) => boolean;
}

export function ledgerAfter(world: World, plan: Plan, after: Live, done: ReadonlySet<string>): Ledger {
  const { desired, ledger, live } = world;
  const managed = desired.skills.filter((skill) => skill.managed);
  const ids = new Map(
    managed.flatMap((skill) => {
      const id = liveIdOf(skill, plan, after);
      return id === undefined ? [] : [[skill.slug, id] as const];
    }),
  );
  const oldIds = new Map(ledger?.skills.map(({ slug, id }) => [slug, id]));
  const stillCounts = (skill: Slug): boolean => {
    const [id, oldId] = [ids.get(skill), oldIds.get(skill)];
    return id === undefined || oldId === undefined || oldId === null || id === oldId;
  };
  const parts = { ...world, plan, after, undone: undoneOf(plan, done), managed, ids, stillCounts };
  return {
    version: 1,
    target: desired.target,
    organization: live.organization.id,
    dialect: live.dialect,
    revision: null,
    skills: skillsAfter(parts).toSorted((a, b) => byText(a.slug, b.slug)),
    profiles: profilesAfter(parts).toSorted((a, b) => byText(a.slug, b.slug)),
    users: usersAfter(parts).toSorted((a, b) => byText(a.id, b.id)),
  };
}

function undoneOf(plan: Plan, done: ReadonlySet<string>): Set<string> {
  const undone = new Set<string>();
  for (const operation of plan.stages.flat()) {
    switch (operation.kind) {
      case "create-skill":
      case "update-skill":
        break;
      case "update-profile":
        for (const { fingerprint, skill } of operation.entries) {
          if (!done.has(fingerprint)) undone.add(`${operation.id} ${skill}`);
        }
        break;
      case "update-user":
        for (const { fingerprint, skill } of operation.changes) {
          if (!done.has(fingerprint)) undone.add(`${operation.id} ${skill}`);
        }
        break;
    }
  }
  return undone;
}

function skillsAfter({ ledger, managed, ids, after, undone }: Parts): LedgerSkill[] {
  const owed = new Set([...undone].map((key) => key.slice(key.indexOf(" ") + 1)));
  const here = managed.flatMap(({ slug, name, description, protected: isProtected }): LedgerSkill[] => {
    const id = ids.get(slug);
    const old = ledger?.skills.find((entry) => entry.slug === slug);
    if (id === undefined) return old ? [old] : [];
    const found = after.skills.entities.find((skill) => skill.id === id);
    const isWritten = description !== undefined && found?.description === description;
    return [
      { slug, id, name: found?.name ?? name, protected: isProtected, ...(isWritten && { description }) },
    ];
  });
  const leaving = (ledger?.skills ?? []).filter(
    ({ slug }) => owed.has(slug) && !managed.some((skill) => skill.slug === slug),
  );
  return [...here, ...leaving];
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

function usersAfter(parts: Parts): LedgerUser[] {
  const { ledger, live, after } = parts;
  const people = peopleOf(after);
  const present = new Set(people.map(({ id }) => id));
  const deleted = new Set(
    live.absentUsers.flatMap((absent) => (absent.state === "deleted" ? [absent.id] : [])),
  );
  const away = (ledger?.users ?? []).filter(({ id }) => !present.has(id) && !deleted.has(id));
  const here = people.map((user) => userAfter(user, parts));
  return [...here.filter(({ assignments }) => Object.keys(assignments).length > 0), ...away];
}

function userAfter(user: LiveUser, parts: Parts): LedgerUser {
  const { desired, ledger, live, ids, undone, stillCounts } = parts;
  const old = ledger?.users.find(({ id }) => id === user.id)?.assignments ?? {};
  const oldOf = (skill: Slug): LedgerAssignment | undefined => (stillCounts(skill) ? old[skill] : undefined);
  const wishes = wishesFor(user, parts);
  const assignments = new Map<Slug, LedgerAssignment>();
  for (const skill of new Set(wishes.map((wish) => wish.skill))) {
    const proficiency = user.skills.get(ids.get(skill) ?? "");
    const kept = oldOf(skill);
    const isLeft = desired.settings.drift === "report" && isDrift(skill, kept, parts, user);
    if (undone.has(`${user.id} ${skill}`) || isLeft || proficiency === undefined) {
      if (kept) assignments.set(skill, kept);
      continue;
    }
    const groups = wishes.filter((wish) => wish.skill === skill).map(({ group }) => group);
    const group = groups.includes(undefined) ? undefined : groups.toSorted()[0];
    assignments.set(skill, { proficiency, ...(group !== undefined && { group }) });
  }
  for (const skill of Object.keys(old)) {
    const kept = oldOf(skill);
    if (kept && undone.has(`${user.id} ${skill}`)) assignments.set(skill, kept);
  }
  const refs = desired.users.map(({ user: ref }) => ref).filter((ref) => isMeant(ref, user, ledger, live));
  // A former e-mail is kept for as long as the YAML names the user by it, or they would be lost next time.
  const email =
    refs.find((ref) => ref.includes("@") && ref !== user.email) ?? refs.find((ref) => ref === user.email);
  return {
    id: user.id,
    ...(email !== undefined && { email }),
    assignments: Object.fromEntries(assignments),
  };
}

/** Whether somebody changed by hand what was applied, and the plan leaves it. */
function isDrift(skill: Slug, kept: LedgerAssignment | undefined, { plan }: Parts, user: LiveUser): boolean {
  return (
    kept !== undefined &&
    plan.notes.some(
      (note) =>
        note.code === "DRIFT_LEFT" &&
        note.kind === "user" &&
        note.skill === skill &&
        note.holder === (user.email || user.id),
    )
  );
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

function profilesAfter(parts: Parts): LedgerProfile[] {
  const { desired, ledger, after } = parts;
  if (after.dialect === "cloud") return [];
  const here = desired.profiles.flatMap((profile): LedgerProfile[] => {
    const live = profileMeant(profile, parts);
    return live ? [profileAfter(profile, live, parts)] : [];
  });
  const taken = new Set(here.map(({ id }) => id));
  const away = (ledger?.profiles ?? []).filter(
    ({ id, skills }) => !taken.has(id) && skills.some((skill) => parts.undone.has(`${id} ${skill}`)),
  );
  return [...here, ...away];
}

/** By the ledger's id, else by exact name, else by the only one of its slug. */
export function profileMeant(
  { slug, name }: DesiredProfile,
  { ledger, after }: Pick<Parts, "ledger" | "after">,
): LiveProfile | undefined {
  const known = ledger?.profiles.find((entry) => entry.slug === slug)?.id;
  const profiles = after.profiles.entities;
  return (
    profiles.find(({ id }) => id === known) ??
    profiles.find((profile) => profile.name === name) ??
    profiles.find((profile) => profile.slug === slug)
  );
}

/** Whether live already gives the profile what `from` has, through its parents. */
export function isInherited(
  from: Slug,
  profile: LiveProfile,
  world: Pick<Parts, "desired" | "ledger" | "after">,
): boolean {
  const ancestor = world.desired.profiles.find(({ slug }) => slug === from);
  const wanted = ancestor && profileMeant(ancestor, world)?.id;
  const seen = new Set<string>();
  for (let id = profile.parent; id !== undefined && !seen.has(id); ) {
    if (id === wanted) return true;
    seen.add(id);
    id = world.after.profiles.entities.find((other) => other.id === id)?.parent;
  }
  return false;
}

function profileAfter(profile: DesiredProfile, live: LiveProfile, parts: Parts): LedgerProfile {
  const { slug, name, description, entries } = profile;
  const { ledger, ids, plan, undone, stillCounts } = parts;
  const old = ledger?.profiles.find((entry) => entry.id === live.id);
  const owned = new Set(old?.skills.filter(stillCounts));
  const held = new Set(live.skills);
  const skills = new Set<Slug>();
  const wanted = entries.filter(({ distance, from }) => distance === 0 || !isInherited(from, live, parts));
  for (const { skill } of wanted.filter((entry) => ids.has(entry.skill))) {
    const isLeft = plan.notes.some(
      (note) => note.code === "DRIFT_LEFT" && note.skill === skill && note.holder === live.name,
    );
    const isSettled = !undone.has(`${live.id} ${skill}`) && !isLeft;
    if (isSettled ? held.has(ids.get(skill) ?? "") : owned.has(skill)) skills.add(skill);
  }
  for (const skill of owned) if (undone.has(`${live.id} ${skill}`)) skills.add(skill);
  const isWritten = description !== undefined && live.description === description;
  return {
    slug,
    id: live.id,
    name: live.name === name ? name : live.name,
    ...(isWritten && { description }),
    skills: [...skills].sort(byText),
  };
}
