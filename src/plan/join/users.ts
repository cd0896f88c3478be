/** Pairs the users of the YAML and the ledger with the live ones, and carries every wish to its user. */
import type {
  DesiredGroup,
  DesiredUser,
  LedgerAssignment,
  LedgerUser,
  Live,
  LiveGroup,
  LiveUser,
  Note,
  Refusal,
  Slug,
} from "../../model.ts";
import { byText, nearest } from "../../text.ts";
import type { Directory } from "./directory.ts";
import { findUser, openDirectory, suggestUsers } from "./directory.ts";
import type { JoinedSkills } from "./skills.ts";
import type { CarriedWish, Want } from "./merge.ts";
import { mergeWishes } from "./merge.ts";

/** One user and skill as the three worlds know it. */
export interface AssignmentCell {
  readonly skill: Slug;
  readonly ledger?: LedgerAssignment;
  readonly desired?: Want;
  /** Proficiency. */
  readonly live?: number;
}

export interface UserRow {
  readonly user: LiveUser;
  /** Whether the YAML names this user, and not only a group of theirs. */
  readonly named: boolean;
  /** The e-mail by which the YAML still names the user, where it is a former one. */
  readonly formerEmail?: string;
  /** Sorted by slug. */
  readonly cells: readonly AssignmentCell[];
}

export interface JoinedUsers {
  /** Sorted by e-mail. */
  readonly rows: readonly UserRow[];
  /** Inactive users who hold anything, as they would be judged if they came back; empty where nobody listed them. */
  readonly inactive: readonly UserRow[];
  /** Ids of ledger users who are not in the list; what the ledger says of them stays. */
  readonly away: ReadonlySet<string>;
  readonly notes: readonly Note[];
  readonly refusals: readonly Refusal[];
}

export function joinUsers(
  desired: { readonly users: readonly DesiredUser[]; readonly groups: readonly DesiredGroup[] },
  ledger: readonly LedgerUser[],
  live: Live,
  skills: JoinedSkills,
): JoinedUsers {
  const directory = openDirectory(live, ledger);
  const named = carryToNamedUsers(desired.users, directory);
  const grouped = carryToMembers(desired.groups, live, directory);
  return {
    rows: joinRows(directory, named, grouped.wishes, skills),
    inactive: joinInactive(desired, ledger, live, skills, directory),
    away: new Set(ledger.filter(({ id }) => !directory.byId.has(id)).map(({ id }) => id)),
    notes: [...named.notes, ...leaversOfLedger(ledger, directory, named.leavers)],
    refusals: [...refuseStrangers(named.strangers, directory), ...grouped.refusals],
  };
}

function joinRows(
  directory: Directory,
  named: NamedUsers,
  grouped: Carried,
  skills: JoinedSkills,
): UserRow[] {
  const wants = mergePerUser(named.wishes, grouped);
  return [...directory.byId.values()]
    .sort((a, b) => byText(a.email, b.email) || byText(a.id, b.id))
    .map((user) => {
      const sides = { wants: wants.get(user.id), entry: directory.ledgerById.get(user.id) };
      return joinUser(user, sides, named, skills);
    });
}

/** Who was made inactive or active while the lists were read counts as active. */
function joinInactive(
  desired: Parameters<typeof joinUsers>[0],
  ledger: readonly LedgerUser[],
  live: Live,
  skills: JoinedSkills,
  active: Directory,
): UserRow[] {
  const listed = live.inactiveUsers?.entities ?? [];
  const entities = listed.filter((user) => user.skills.size > 0 && !active.byId.has(user.id));
  if (entities.length === 0) return [];
  const directory = openDirectory(
    { ...live, users: { kind: "complete", entities }, absentUsers: [] },
    ledger,
  );
  const named = carryToNamedUsers(desired.users, directory);
  return joinRows(directory, named, carryToMembers(desired.groups, live, directory).wishes, skills);
}

type Carried = Map<string, CarriedWish[]>;

interface NamedUsers {
  readonly wishes: Carried;
  readonly ids: ReadonlySet<string>;
  /** By user id. */
  readonly formerEmails: ReadonlyMap<string, string>;
  /** Ids of ledger users whose leaving has been noted already. */
  readonly leavers: ReadonlySet<string>;
  /** Those whose names lead to nobody. */
  readonly strangers: readonly DesiredUser[];
  readonly notes: readonly Note[];
}

/** Every wish for a user by name, by user id; who left or is called otherwise by now becomes a note. */
export function carryToNamedUsers(users: readonly DesiredUser[], directory: Directory): NamedUsers {
  const wishes: Carried = new Map();
  const leavers = new Set<string>();
  const formerEmails = new Map<string, string>();
  const strangers: DesiredUser[] = [];
  const notes: Note[] = [];
  for (const named of users) {
    const found = findUser(named.user, directory);
    if (found.kind === "found") {
      if (found.isFormer) {
        formerEmails.set(found.user.id, named.user);
        notes.push({ code: "EMAIL_CHANGED", from: named.user, to: found.user.email, origin: named.origin });
      }
      carry(wishes, found.user.id, named.wishes);
    } else if (found.kind === "left") {
      if (found.id !== undefined) leavers.add(found.id);
      notes.push({ code: "LEFT_ORG", user: named.user, state: found.state, origin: named.origin });
    } else {
      strangers.push(named);
    }
  }
  return { wishes, ids: new Set(wishes.keys()), formerEmails, leavers, strangers, notes };
}

function refuseStrangers(strangers: readonly DesiredUser[], directory: Directory): Refusal[] {
  const names = strangers.map(({ user }) => user);
  const suggestions = suggestUsers(names, directory);
  return strangers.map(({ user, origin }, at) => {
    const suggestion = suggestions[at];
    return {
      code: "UNKNOWN_USER",
      name: user,
      origin,
      ...(suggestion !== undefined && { nearest: suggestion }),
    };
  });
}

/** Users that only the ledger knows, and that the organisation no longer lists as active. */
function leaversOfLedger(
  ledger: readonly LedgerUser[],
  directory: Directory,
  noted: ReadonlySet<string>,
): Note[] {
  return ledger
    .filter(({ id }) => !directory.byId.has(id) && !noted.has(id))
    .map(({ id, email }) => {
      const absent = directory.absent.get(id.toLowerCase());
      const state = absent && absent.state !== "active" ? absent.state : "unknown";
      return { code: "LEFT_ORG", user: email ?? id, state };
    });
}

/** Every wish for a group's active members, by user id; a group that live lacks becomes a refusal. */
export function carryToMembers(
  groups: readonly DesiredGroup[],
  live: Live,
  directory: Directory,
): { wishes: Carried; refusals: Refusal[] } {
  const byName = new Map<string, LiveGroup>();
  for (const group of live.groups.entities) byName.set(group.id, group).set(group.name, group);
  const wishes: Carried = new Map();
  const refusals: Refusal[] = [];
  for (const { group: name, wishes: wished, origin } of groups) {
    const group = byName.get(name);
    if (!group) {
      const suggestion = nearest(name, live.groupNames.toSorted(byText));
      refusals.push({
        code: "UNKNOWN_GROUP",
        name,
        origin,
        ...(suggestion !== undefined && { nearest: suggestion }),
      });
      continue;
    }
    // A member who isn't active has no row, and nothing is carried to them.
    for (const id of group.members) if (directory.byId.has(id)) carry(wishes, id, wished, name);
  }
  return { wishes, refusals };
}

function carry(carried: Carried, userId: string, wishes: DesiredUser["wishes"], group?: string): void {
  const own = carried.get(userId) ?? [];
  own.push(...wishes.map((wish) => ({ wish, ...(group !== undefined && { group }) })));
  carried.set(userId, own);
}

function mergePerUser(...sources: readonly Carried[]): Map<string, Map<Slug, Want>> {
  const ids = new Set(sources.flatMap((source) => [...source.keys()]));
  return new Map([...ids].map((id) => [id, mergeWishes(sources.flatMap((source) => source.get(id) ?? []))]));
}

function joinUser(
  user: LiveUser,
  { wants, entry }: { wants: ReadonlyMap<Slug, Want> | undefined; entry: LedgerUser | undefined },
  { ids, formerEmails }: NamedUsers,
  skills: JoinedSkills,
): UserRow {
  const held = heldBySlug(user, skills);
  const owned = ownedBySlug(entry, skills);
  const slugs = new Set([...(wants?.keys() ?? []), ...owned.keys(), ...held.keys()]);
  const cells = [...slugs].sort(byText).map((skill): AssignmentCell => {
    const [ledger, desired, live] = [owned.get(skill), wants?.get(skill), held.get(skill)];
    return {
      skill,
      ...(ledger !== undefined && { ledger }),
      ...(desired !== undefined && { desired }),
      ...(live !== undefined && { live }),
    };
  });
  const formerEmail = formerEmails.get(user.id);
  return { user, named: ids.has(user.id), ...(formerEmail !== undefined && { formerEmail }), cells };
}

/** What the user holds of the skills that the YAML or the ledger knows. */
function heldBySlug(user: LiveUser, skills: JoinedSkills): Map<Slug, number> {
  const held = new Map<Slug, number>();
  for (const [id, proficiency] of user.skills) {
    const row = skills.byLiveId.get(id);
    if (row) held.set(row.slug, proficiency);
  }
  return held;
}

function ownedBySlug(entry: LedgerUser | undefined, skills: JoinedSkills): Map<Slug, LedgerAssignment> {
  return new Map(
    Object.entries(entry?.assignments ?? {}).flatMap(([written, assignment]) => {
      const slug = skills.slugOfEntry(written);
      return slug === undefined ? [] : [[slug, assignment] as const];
    }),
  );
}
