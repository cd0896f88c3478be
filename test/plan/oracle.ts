/**
 * What a plan should come to, told apart from the planner and as plainly as can be: of every user and every live
 * skill, of every routing profile and every live skill, whether it is held afterwards and whether it is ours.
 */
import type {
  Desired,
  DesiredProfile,
  Ledger,
  LedgerAssignment,
  Live,
  LiveProfile,
  LiveUser,
  Plan,
  Slug,
  Wish,
} from "../../src/model.ts";

export interface World {
  readonly desired: Desired;
  readonly ledger: Ledger | null;
  readonly live: Live;
}

/** What one holder should have afterwards: the value by live skill id, and what is ours of it by slug. */
export interface Outcome<Value, Owned> {
  readonly held: ReadonlyMap<string, Value>;
  readonly ours: ReadonlyMap<Slug, Owned>;
}

// ── People ───────────────────────────────────────────────────────────────────────────────────────────

/** The users of an organisation, in the list or found beside it. */
export function peopleOf(live: Live): LiveUser[] {
  const beside = live.absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  const inList = new Set(live.users.entities.map(({ id }) => id));
  return [...live.users.entities, ...beside.filter(({ id }) => !inList.has(id))];
}

/** A wish for one user, and the group that it came through. */
interface Carried extends Wish {
  readonly group?: string;
}

/** Every wish of the YAML for this user. */
function wishesFor(user: LiveUser, { desired, ledger, live }: World): Carried[] {
  const own = desired.users.filter(({ user: ref }) => isMeant(ref, user, ledger, live));
  const theirs = desired.groups.filter(({ group }) =>
    live.groups.entities.some(({ name, members }) => name === group && members.includes(user.id)),
  );
  return [
    ...own.flatMap(({ wishes }) => wishes),
    ...theirs.flatMap(({ group, wishes }) => wishes.map((wish) => ({ ...wish, group }))),
  ];
}

/** By id or e-mail, or by the e-mail that the ledger knows them by, where nobody else has it now. */
export function isMeant(ref: string, user: LiveUser, ledger: Ledger | null, live: Live): boolean {
  if (ref === user.id || ref === user.email) return true;
  const known = ledger?.users.find(({ email }) => email === ref);
  return known?.id === user.id && !peopleOf(live).some(({ email }) => email === ref);
}

/** The proficiency that the closest source names, the highest of equally close ones; undefined for any. */
function wantedLevel(wishes: readonly Carried[]): number | undefined {
  const naming = wishes.filter(({ proficiency }) => proficiency !== undefined);
  const closest = Math.min(...naming.map(({ via }) => via.closeness));
  const levels = naming
    .filter(({ via }) => via.closeness === closest)
    .map(({ proficiency = 0 }) => proficiency);
  return levels.length > 0 ? Math.max(...levels) : undefined;
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

/** The skills of the YAML that are live once the plan is done, and what the plan may do with all others. */
export interface Skills {
  /** Live ids by slug, of what the YAML names and doesn't let go. */
  readonly wanted: ReadonlyMap<Slug, string>;
  /** Live ids of what goes. */
  readonly deleted: ReadonlySet<string>;
  /** Live ids of what only the YAML says who holds. */
  readonly exclusive: ReadonlySet<string>;
  /** The live id that an entry of the ledger speaks of. */
  readonly owned: ReadonlyMap<Slug, string>;
}

export function skillsOf({ desired, ledger }: World, plan: Plan, after: Live): Skills {
  const managed = desired.skills.filter((skill) => skill.managed);
  const released = new Set(desired.skills.filter((skill) => !skill.managed).map(({ slug }) => slug));
  const byName = new Map(after.skills.entities.map(({ name, id }) => [name, id]));
  const created = plan.stages.flat().flatMap((one) => (one.kind === "create-skill" ? one.skill : []));
  const idOf = (slug: Slug, name: string): string | undefined =>
    plan.skills[slug]?.id ?? (created.includes(slug) ? byName.get(name) : undefined);
  const wanted = new Map(
    managed.flatMap(({ slug, name }) => {
      const id = idOf(slug, name);
      return id === undefined ? [] : [[slug, id] as const];
    }),
  );
  const entries = (ledger?.skills ?? []).filter(({ slug }) => !released.has(slug));
  return {
    wanted,
    deleted: new Set(plan.stages.flat().flatMap((one) => (one.kind === "delete-skill" ? one.id : []))),
    exclusive: new Set(
      managed.flatMap((skill) => (skill.exclusive && ledger ? (wanted.get(skill.slug) ?? []) : [])),
    ),
    owned: new Map(
      entries.flatMap(({ slug, id }) => {
        // A skill that someone deleted is made again and given again, and so the entry speaks of the new one.
        if (created.includes(slug)) return [[slug, wanted.get(slug) ?? ""] as const];
        // No row of its own: the YAML followed a rename.
        const row = plan.skills[slug] ?? { id };
        const found = id === null || row.id === id ? (row.id ?? undefined) : undefined;
        return found === undefined ? [] : [[slug, found] as const];
      }),
    ),
  };
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

export function userOutcome(user: LiveUser, world: World, skills: Skills): Outcome<number, LedgerAssignment> {
  const { settings } = world.desired;
  const entry = world.ledger?.users.find(({ id }) => id === user.id);
  const old = new Map<string, LedgerAssignment>();
  for (const [slug, assignment] of Object.entries(entry?.assignments ?? {})) {
    const id = skills.owned.get(slug);
    if (id !== undefined) old.set(id, assignment);
  }
  const wishes = wishesFor(user, world);
  const held = new Map(user.skills);
  const ours = new Map<Slug, LedgerAssignment>();

  for (const id of user.skills.keys()) {
    const isWanted = wishes.some(({ skill }) => skills.wanted.get(skill) === id);
    if (skills.deleted.has(id)) held.delete(id);
    else if (!isWanted && (old.has(id) || skills.exclusive.has(id))) held.delete(id);
  }
  for (const [slug, id] of skills.wanted) {
    const mine = wishes.filter(({ skill }) => skill === slug);
    if (mine.length === 0) continue;
    const [level, before, applied] = [wantedLevel(mine), user.skills.get(id), old.get(id)];
    const isAsApplied = applied !== undefined && (level === undefined || level === applied.proficiency);
    const isDrift = before === undefined || (level !== undefined && before !== level);
    if (settings.drift === "report" && applied && isAsApplied && isDrift) {
      ours.set(slug, applied);
      continue;
    }
    const after = level ?? before ?? settings.defaultProficiency;
    held.set(id, after);
    const [group] = mine.map((wish) => wish.group ?? "").sort();
    ours.set(slug, { proficiency: after, ...(group && { group }) });
  }
  return { held, ours };
}

// ── Profiles ─────────────────────────────────────────────────────────────────────────────────────────

export function profileOutcome(
  live: LiveProfile,
  profile: DesiredProfile | undefined,
  world: World,
  skills: Skills,
): Outcome<true, true> {
  const old = new Set(
    world.ledger?.profiles
      .find(({ id }) => id === live.id)
      ?.skills.flatMap((slug) => skills.owned.get(slug) ?? []),
  );
  const wanted = new Map(
    (profile?.entries ?? [])
      .filter(({ distance, from }) => distance === 0 || !isInherited(from, live, world))
      .flatMap(({ skill }) => {
        const id = skills.wanted.get(skill);
        return id === undefined ? [] : [[skill, id] as const];
      }),
  );
  const held = new Map(live.skills.map((id) => [id, true as const]));
  for (const id of live.skills) {
    const isWanted = [...wanted.values()].includes(id);
    if (skills.deleted.has(id) || (!isWanted && old.has(id))) held.delete(id);
  }
  const isReported = world.desired.settings.drift === "report";
  for (const id of wanted.values()) if (!(isReported && old.has(id))) held.set(id, true);
  return { held, ours: new Map([...wanted.keys()].map((slug) => [slug, true as const])) };
}

/** By the ledger's id, else by exact name, else by slug; undefined where live has none or the YAML no such profile. */
export function profileMeant(
  { slug, name }: DesiredProfile,
  { ledger, live }: World,
): LiveProfile | undefined {
  const known = ledger?.profiles.find((entry) => entry.slug === slug)?.id;
  const profiles = live.profiles.entities;
  return (
    profiles.find(({ id }) => id === known) ??
    profiles.find((profile) => profile.name === name) ??
    profiles.find((profile) => profile.slug === slug)
  );
}

/** Whether live already gives the profile what `from` has, through its parents. */
function isInherited(from: Slug, profile: LiveProfile, world: World): boolean {
  const ancestor = world.desired.profiles.find(({ slug }) => slug === from);
  const wanted = ancestor && profileMeant(ancestor, world)?.id;
  const seen = new Set<string>();
  for (let id = profile.parent; id !== undefined && !seen.has(id);) {
    if (id === wanted) return true;
    seen.add(id);
    id = world.live.profiles.entities.find((other) => other.id === id)?.parent;
  }
  return false;
}
