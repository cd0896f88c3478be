/**
 * What a plan should come to, told apart from the planner and as plainly as can be: of every user and every live
 * skill, of every routing profile and every live skill, whether it is held afterwards and whether it is ours.
 * It knows no renames, and no plans in which something is ambiguous.
 */
import type {
  AssignmentSource,
  DesiredProfile,
  GroupRef,
  Ledger,
  LedgerAssignment,
  LedgerUser,
  Live,
  LiveProfile,
  LiveUser,
  SkillId,
  Slug,
} from "../../src/model.ts";
import type { World } from "./scenario.ts";

/** What one holder should have afterwards, and what is ours of it, both by skill id. */
export interface Outcome<Value, Owned> {
  readonly held: ReadonlyMap<SkillId, Value>;
  readonly ours: ReadonlyMap<SkillId, Owned>;
}

// ── People ───────────────────────────────────────────────────────────────────────────────────────────

/** The users of an organisation, in the list or found beside it. */
export function peopleOf(live: Live): LiveUser[] {
  const beside = live.absentUsers.flatMap((absent) => (absent.state === "active" ? [absent.user] : []));
  const inList = new Set(live.users.entities.map(({ id }) => id));
  const found = new Map(beside.filter(({ id }) => !inList.has(id)).map((user) => [user.id, user]));
  return [...live.users.entities, ...found.values()];
}

/** An assignment source for one user, and the group that it came through. */
interface Carried extends AssignmentSource {
  readonly group?: GroupRef;
}

/** Every source of the YAML for this user. */
function sourcesFor(user: LiveUser, { desired, ledger, live }: World): Carried[] {
  const own = desired.users.filter(({ user: ref }) => isMeant(ref, user, ledger, live));
  const theirs = live.groups.entities.filter(({ members }) => members.includes(user.id));
  return [
    ...own.flatMap(({ sources }) => sources),
    ...theirs.flatMap(({ id, name }) =>
      desired.groups
        .filter(({ group }) => group === name)
        .flatMap(({ sources }) => sources.map((source) => ({ ...source, group: { id, name } }))),
    ),
  ];
}

/** By id or e-mail, or by the e-mail that the ledger knows them by, where nobody else has it now. */
export function isMeant(ref: string, user: LiveUser, ledger: Ledger | null, live: Live): boolean {
  if (ref === user.id || ref === user.email) return true;
  const known = ledger?.users.find(({ email }) => email === ref);
  return known?.id === user.id && !peopleOf(live).some(({ email }) => email === ref);
}

/** The proficiency that the closest source names, the highest of equally close ones; undefined for any. */
function levelOf(sources: readonly Carried[]): number | undefined {
  const naming = sources.filter(({ proficiency }) => proficiency !== undefined);
  const closest = Math.min(...naming.map(({ via }) => via.closeness));
  const levels = naming
    .filter(({ via }) => via.closeness === closest)
    .map(({ proficiency = 0 }) => proficiency);
  return levels.length > 0 ? Math.max(...levels) : undefined;
}

// ── Skills ───────────────────────────────────────────────────────────────────────────────────────────

/** What becomes of the skills, and what the ledger may still say of them. */
export interface Skills {
  /** Live ids by slug, of what the YAML names and doesn't let go, and of what is made for it. */
  readonly asked: ReadonlyMap<Slug, string>;
  /** Live ids of what goes, with every holder. */
  readonly deleted: ReadonlySet<string>;
  /** Live ids of what only the YAML says who holds. */
  readonly exclusive: ReadonlySet<string>;
  /** Ids in the ledger of what isn't let go and may be live for all that anybody can see. */
  readonly unseen: ReadonlySet<SkillId>;
  /** Ids of what is let go. */
  readonly released: ReadonlySet<SkillId>;
}

/** `after` is live once the plan is done: there the skills are that it made. */
export function skillsOf({ desired, ledger, live }: World, after: Live): Skills {
  const letGo = new Set(desired.skills.filter(({ managed }) => !managed).map(({ name }) => name));
  const items = ledger?.skills ?? [];
  const names = desired.skills.map(({ name }) => name);
  const pairs = pairUp(names, items, live.skills.entities);
  // What is let go is known by the name in the ledger, and by that in the organisation.
  const released = new Set([
    ...items.filter(({ name }) => letGo.has(name)).map(({ id }) => id),
    ...pairs.filter(([name]) => letGo.has(name)).map(([, id]) => id),
  ]);
  const known = items.filter(({ id }) => !released.has(id));
  const entries = desired.skills.filter(({ managed }) => managed);
  const asked = new Map(pairs.filter(([name]) => !letGo.has(name)));
  const isLive = (id: SkillId): boolean => live.skills.entities.some((skill) => skill.id === id);
  const unseen = known.filter(({ id }) => {
    const found = live.absentSkills.find((absent) => absent.id === id);
    return !id.startsWith("new:") && !isLive(id) && (live.view === "limited" || found?.state === "unknown");
  });
  for (const { name } of entries) {
    const made = after.skills.entities.find((skill) => skill.name === name && !isLive(skill.id));
    if (!asked.has(name) && made && unseen.every((item) => item.name !== name)) asked.set(name, made.id);
  }
  const wanted = new Set(asked.values());
  const going = known
    .filter(({ name }) => !asked.has(name))
    .map((item) => madeId(item, known, live))
    .filter((id) => isLive(id) && !wanted.has(id));
  return {
    asked: new Map(entries.flatMap(({ slug, name }) => [[slug, asked.get(name) ?? ""] as const])),
    deleted: new Set(live.view === "limited" ? [] : going),
    exclusive: new Set(
      entries.flatMap(({ exclusive, name }) => (exclusive && ledger ? (asked.get(name) ?? []) : [])),
    ),
    unseen: new Set(unseen.map(({ id }) => id)),
    released,
  };
}

/** What a run that died may have made is known by exactly its name, where only one has that. */
function madeId({ id, name }: Named, items: readonly Named[], live: Live): string {
  if (!id.startsWith("new:")) return id;
  const free = live.skills.entities.filter((skill) => items.every((item) => item.id !== skill.id));
  const [found, ...others] = free.filter((skill) => skill.name === name);
  return found && others.length === 0 ? found.id : id;
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly state?: "active" | "inactive";
}

/** By the id that the ledger has under the entry's name, else by exactly that name, else by its letters. */
function pairUp(
  names: readonly string[],
  items: readonly Named[],
  objects: readonly Named[],
): [string, string][] {
  const pairs = new Map<string, string>();
  const pair = (isMeant: (name: string, object: Named) => boolean): void => {
    for (const name of names.filter((name) => !pairs.has(name))) {
      const free = objects.filter(({ id }) => ![...pairs.values()].includes(id));
      const found = free.filter((object) => isMeant(name, object));
      const [first] = [...found.filter(({ state }) => state !== "inactive"), ...found];
      if (first) pairs.set(name, first.id);
    }
  };
  pair((name, { id }) => items.some((item) => item.name === name && item.id === id));
  pair((name, object) => object.name === name);
  pair((name, object) => object.name.toLowerCase() === name.toLowerCase());
  return [...pairs];
}

// ── Users ────────────────────────────────────────────────────────────────────────────────────────────

/** What an earlier apply did: the ledger's assignment, or what a write of a run that is over has left. */
function appliedTo(
  user: LiveUser,
  item: LedgerUser | undefined,
  { released }: Skills,
): Map<SkillId, LedgerAssignment> {
  const applied = new Map(Object.entries(item?.assignments ?? {}));
  for (const { field, name, outcome, values, before, wasOurs } of item?.records ?? []) {
    if (field.kind !== "skill" || outcome !== "over") continue;
    const now = user.skills.get(field.id) ?? null;
    const known = applied.get(field.id);
    applied.delete(field.id);
    if (values.includes(now)) {
      if (now !== null) applied.set(field.id, { ...(known ?? { name }), proficiency: now });
    } else if (now === before && wasOurs && known) applied.set(field.id, known);
  }
  for (const id of released) applied.delete(id);
  return applied;
}

/** Skills of which nobody knows yet whether the user was given or denied them. */
export function openWrites(item: LedgerUser | undefined, { released }: Skills): Set<SkillId> {
  return new Set(
    (item?.records ?? []).flatMap(({ field, outcome }) =>
      field.kind === "skill" && outcome === undefined && !released.has(field.id) ? [field.id] : [],
    ),
  );
}

export function userOutcome(user: LiveUser, world: World, skills: Skills): Outcome<number, LedgerAssignment> {
  const { settings } = world.desired;
  const item = world.ledger?.users.find(({ id }) => id === user.id);
  const applied = appliedTo(user, item, skills);
  const open = openWrites(item, skills);
  const sources = sourcesFor(user, world);
  const held = new Map(user.skills);
  const ours = new Map<SkillId, LedgerAssignment>();
  const asksFor = (id: SkillId): Carried[] => sources.filter(({ skill }) => skills.asked.get(skill) === id);

  for (const id of user.skills.keys()) {
    if (skills.deleted.has(id)) held.delete(id);
    else if (!open.has(id) && asksFor(id).length === 0 && (applied.has(id) || skills.exclusive.has(id)))
      held.delete(id);
  }
  for (const [id, assignment] of Object.entries(item?.assignments ?? {})) {
    const isOpen = open.has(id) && (held.has(id) || [...skills.asked.values()].includes(id));
    if (skills.unseen.has(id) || (isOpen && !skills.deleted.has(id))) ours.set(id, assignment);
  }
  for (const { slug, name } of world.desired.skills) {
    const id = skills.asked.get(slug) ?? "";
    const mine = asksFor(id);
    if (id === "" || mine.length === 0 || open.has(id)) continue;
    const [level, before, last] = [levelOf(mine), user.skills.get(id), applied.get(id)];
    const isAsApplied = last !== undefined && (level === undefined || level === last.proficiency);
    const isDrift = before === undefined || (level !== undefined && before !== level);
    if (settings.drift === "report" && isAsApplied && isDrift) {
      ours.set(id, last);
      continue;
    }
    const after = level ?? before ?? settings.defaultProficiency;
    held.set(id, after);
    const groups = mine.flatMap(({ group }) => group ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
    const [group] = groups.length === mine.length ? groups : [];
    ours.set(id, { name, proficiency: after, ...(group && { group }) });
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
  const applied = new Set(
    world.ledger?.profiles
      .find(({ id }) => id === live.id)
      ?.skills.flatMap(({ id }) => (skills.released.has(id) ? [] : [id])),
  );
  const asked = new Set(
    (profile?.entries ?? [])
      .filter(({ distance, from }) => distance === 0 || !isInherited(from, live, world))
      .flatMap(({ skill }) => skills.asked.get(skill) || []),
  );
  const held = new Set(live.skills);
  for (const id of live.skills) {
    if (skills.deleted.has(id) || (!asked.has(id) && applied.has(id))) held.delete(id);
  }
  const isReported = world.desired.settings.drift === "report";
  for (const id of asked) if (!(isReported && applied.has(id))) held.add(id);
  const unseen = [...applied].filter((id) => skills.unseen.has(id));
  const there = (ids: Iterable<SkillId>): Map<SkillId, true> => new Map([...ids].map((id) => [id, true]));
  return { held: there(held), ours: there([...asked, ...unseen]) };
}

/** Undefined where live has none or the YAML no such profile. */
export function profileMeant(
  { name }: DesiredProfile,
  { desired, ledger, live }: World,
): LiveProfile | undefined {
  const names = desired.profiles.map((profile) => profile.name);
  const [, id] =
    pairUp(names, ledger?.profiles ?? [], live.profiles.entities).find(([one]) => one === name) ?? [];
  return live.profiles.entities.find((profile) => profile.id === id);
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
