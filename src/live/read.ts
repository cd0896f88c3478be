/** Reads an organisation with one request per page; every list is complete or marked as incomplete. */
import pLimit from "p-limit";
import type { Existing, GroupBody, ProfileBody, SkillBody } from "../genesys/bodies.ts";
import type { Connection } from "../genesys/connect.ts";
import type { Reader } from "../genesys/reader.ts";
import type { AbsentSkill, Listing, Live, LiveGroup, LiveProfile, LiveSkill } from "../model.ts";
import type { LedgerUserRef } from "./absent.ts";
import { readAbsentUsers } from "./absent.ts";
import { completeUsers } from "./users.ts";
import { isNewSkillId, byText, foldName, slugOf } from "../text.ts";
import { exists } from "../genesys/bodies.ts";
import { ApiError } from "../http/error.ts";

/** What to read in addition to the lists. */
export interface Wanted {
  /** Names or ids of the groups that the YAML names. */
  readonly groups: readonly string[];
  /** Ids of the groups that the ledger's assignments came through. */
  readonly ledgerGroups: readonly string[];
  /** Whether the YAML names a division. Default false. */
  readonly divisions?: boolean;
  /** E-mails or ids of the users that the YAML names. */
  readonly users: readonly string[];
  /** The users of the ledger. */
  readonly ledgerUsers: readonly LedgerUserRef[];
  /** Ids of the skills of the ledger; ids that begin with `new:` are not looked up. */
  readonly ledgerSkills: readonly string[];
}

type What = "skills" | "users" | "profiles" | "groups" | "absent users";

/** Called after each list. */
type OnProgress = (read: { readonly what: What; readonly count: number }) => void;

/**
 * Reads the organisation. Groups are read only if some are wanted. Throws Failure for errors that only the user can
 * fix; any other error makes a list incomplete.
 */
export async function readLive(
  connection: Pick<Connection, "organization" | "dialect" | "view" | "reader" | "requests">,
  wanted: Wanted,
  onProgress: OnProgress = () => undefined,
): Promise<Live> {
  const { organization, dialect, view, reader } = connection;
  const tell = async <T>(
    what: What,
    reading: Promise<T>,
    listOf: (read: T) => Listing<unknown>,
  ): Promise<T> => {
    const read = await reading;
    onProgress({ what, count: listOf(read).entities.length });
    return read;
  };
  const [skills, users, profiles, groups, divisions] = await Promise.all([
    tell("skills", readSkills(connection, wanted.ledgerSkills), (read) => read.skills),
    tell("users", readUsers(reader, wanted), (read) => read.users),
    tell("profiles", readProfiles(reader), (read) => read),
    tell("groups", readGroups(reader, wanted.groups, wanted.ledgerGroups), (read) => read.groups),
    wanted.divisions && dialect === "cloud" ? reader.listDivisions() : undefined,
  ]);
  onProgress({ what: "absent users", count: users.absentUsers.length });
  const requests = connection.requests();
  const whole = { organization, dialect, view, profiles, references: new Map(), requests };
  return { ...whole, ...skills, ...users, ...groups, ...(divisions && { divisions }) };
}

/** Reads the active users, and the named users who aren't among them. */
async function readUsers(reader: Reader, wanted: Wanted): Promise<Pick<Live, "users" | "absentUsers">> {
  const users = await completeUsers(reader, await reader.listUsers());
  // Nobody is known to be absent from an incomplete list.
  if (users.kind === "incomplete") return { users, absentUsers: [] };
  const absent = await readAbsentUsers(reader, users.entities, wanted.users, wanted.ledgerUsers);
  if (absent.kind === "complete") return { users, absentUsers: absent.entities };
  return { users: { ...absent, entities: users.entities }, absentUsers: [] };
}

async function readProfiles(reader: Reader): Promise<Listing<LiveProfile>> {
  const listing = await reader.listProfiles();
  return { ...listing, entities: listing.entities.map(toProfile) };
}

function toProfile({ id, name, description, parent, skills }: ProfileBody): LiveProfile {
  return { id, name, slug: slugOf(name), description, ...(parent === undefined ? {} : { parent }), skills };
}

const SIDE_BY_SIDE = 8;

/**
 * Reads every group with one of these names (folded) or ids, with its members, and the names of all groups. If several
 * groups share a name, the planner decides which one is meant. A group that can't be read is left out. Sends no
 * request if nothing is wanted.
 */
async function readGroups(
  reader: Reader,
  wanted: readonly string[],
  ledgerIds: readonly string[],
): Promise<Pick<Live, "groups" | "groupNames">> {
  const ids = new Set([...wanted, ...ledgerIds]);
  if (ids.size === 0) return { groups: { kind: "complete", entities: [] }, groupNames: [] };
  const names = new Set(wanted.map(foldName));
  const listing = await reader.listGroups();
  const named = listing.entities.filter(({ id, name }) => ids.has(id) || names.has(foldName(name)));
  const limit = pLimit(SIDE_BY_SIDE);
  const read = await Promise.all(named.map((group) => limit(() => readGroup(reader, group))));
  const groups = read.filter((group) => group !== undefined);
  const entities = groups.flatMap((group) => group.entities);
  const broken = [listing, ...groups].find((part) => part.kind === "incomplete");
  return {
    groups: broken ? { ...broken, entities } : { kind: "complete", entities },
    groupNames: listing.entities.map(({ name }) => name),
  };
}

/** A listing with the one group, or undefined if it can't be read. */
async function readGroup(
  reader: Reader,
  { id, name, state }: Existing<GroupBody>,
): Promise<Listing<LiveGroup> | undefined> {
  const individuals = await reader.groupIndividuals(id);
  if (!individuals) return undefined;
  if (individuals.kind === "incomplete") return { ...individuals, entities: [] };
  const members = individuals.entities.map((user) => user.id);
  return { ...individuals, entities: [{ id, name, state, members }] };
}

type Source = Pick<Connection, "dialect" | "view" | "reader">;

/**
 * Reads all skills, and looks up by id those of `ledgerIds` that the complete list lacks, because a list may omit
 * existing skills. If the look-up fails, the list is incomplete. Nothing is known to be absent from an incomplete list.
 */
async function readSkills(
  connection: Source,
  ledgerIds: readonly string[],
): Promise<Pick<Live, "skills" | "absentSkills">> {
  const { reader, dialect } = connection;
  const listing = await reader.listSkills();
  const skills = { ...listing, entities: listing.entities.map((skill) => toSkill(skill, dialect)) };
  if (skills.kind === "incomplete") return { skills, absentSkills: [] };
  const listed = new Set(skills.entities.map(({ id }) => id));
  const missing = [...new Set(ledgerIds)].filter((id) => !isNewSkillId(id) && !listed.has(id));
  const absent = await readAbsentSkills(connection, missing.sort(byText));
  if (absent.kind === "complete") return { skills, absentSkills: absent.entities };
  return { skills: { ...absent, entities: skills.entities }, absentSkills: [] };
}

async function readAbsentSkills(
  { reader, dialect, view }: Source,
  ids: readonly string[],
): Promise<Listing<AbsentSkill>> {
  if (ids.length === 0) return { kind: "complete", entities: [] };
  try {
    const found = await reader.skillsById(ids);
    const entities = ids.map((id): AbsentSkill => {
      const skill = found.get(id);
      // For a client that sees only some divisions, an invisible skill looks like a deleted one.
      if (skill === undefined) return { id, state: view === "limited" ? "unknown" : "deleted" };
      if (skill === "unreadable") return { id, state: "unknown" };
      return exists(skill) ? { id, state: "live", skill: toSkill(skill, dialect) } : { id, state: "deleted" };
    });
    return { kind: "complete", entities };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reason = `Skills that the list lacks could not be looked up: ${error.message}`;
    return { kind: "incomplete", entities: [], reason };
  }
}

function toSkill(skill: Existing<SkillBody>, dialect: Live["dialect"]): LiveSkill {
  const { id, name, state, description, division } = skill;
  return {
    ...{ id, name, slug: slugOf(name), state },
    ...(dialect === "profiles" && { description }),
    ...(division !== undefined && { division }),
  };
}
