/** Reads an organisation: as few requests as there are pages, and every list either whole or known not to be. */
import pLimit from "p-limit";
import { slugOf } from "../desired/slug.ts";
import type { GroupBody, ProfileBody, SkillBody } from "../genesys/bodies.ts";
import type { Connection } from "../genesys/connect.ts";
import type { Reader } from "../genesys/reader.ts";
import type { Listing, Live, LiveGroup, LiveProfile, LiveSkill } from "../model.ts";
import type { LedgerUserRef } from "./absent.ts";
import { readAbsentUsers } from "./absent.ts";
import { completeUsers } from "./users.ts";

/** What is wanted beside the lists. */
export interface Wanted {
  /** Names or ids of the groups that the YAML names. */
  readonly groups: readonly string[];
  /** E-mails or ids of the users that the YAML names. */
  readonly users: readonly string[];
  /** The users of the ledger. */
  readonly ledgerUsers: readonly LedgerUserRef[];
}

/** Told each time something has been read. */
export type OnProgress = (read: {
  readonly what: "skills" | "users" | "profiles" | "groups" | "absent users";
  readonly count: number;
}) => void;

const SIDE_BY_SIDE = 8;

/**
 * The organisation as it is now. Groups are asked for only where some are named. Throws Failure where only the
 * user can help; whatever else keeps a list from being read whole makes that list incomplete.
 */
export async function readLive(
  connection: Pick<Connection, "organization" | "dialect" | "view" | "reader" | "requests">,
  wanted: Wanted,
  onProgress: OnProgress = () => undefined,
): Promise<Live> {
  const { organization, dialect, view, reader } = connection;
  const tell = <T>(what: Parameters<OnProgress>[0]["what"], listing: Listing<T>): Listing<T> => {
    onProgress({ what, count: listing.entities.length });
    return listing;
  };
  const [skills, { users, absentUsers }, profiles, { groups, groupNames }] = await Promise.all([
    reader.listSkills().then((list) =>
      tell(
        "skills",
        mapListing(list, (skill) => toSkill(skill, dialect)),
      ),
    ),
    readUsers(reader, wanted).then((read) => ({ ...read, users: tell("users", read.users) })),
    reader.listProfiles().then((list) => tell("profiles", mapListing(list, toProfile))),
    readGroups(reader, wanted.groups).then((read) => ({ ...read, groups: tell("groups", read.groups) })),
  ]);
  onProgress({ what: "absent users", count: absentUsers.length });
  const requests = connection.requests();
  return {
    organization,
    dialect,
    view,
    skills,
    users,
    groups,
    groupNames,
    profiles,
    absentUsers,
    references: new Map(),
    requests,
  };
}

/** The active users, and what became of those that are named and aren't among them. */
async function readUsers(reader: Reader, wanted: Wanted): Promise<Pick<Live, "users" | "absentUsers">> {
  const users = await completeUsers(reader, await reader.listUsers());
  // Next to a list that isn't whole, nobody can be said to be absent from it.
  if (users.kind === "incomplete") return { users, absentUsers: [] };
  const absent = await readAbsentUsers(reader, users.entities, wanted.users, wanted.ledgerUsers);
  if (absent.kind === "complete") return { users, absentUsers: absent.entities };
  return { users: { ...absent, entities: users.entities }, absentUsers: [] };
}

/** The groups of these names or ids, with their individuals; one that can't be read is left out. */
async function readGroups(
  reader: Reader,
  wanted: readonly string[],
): Promise<Pick<Live, "groups" | "groupNames">> {
  if (wanted.length === 0) return { groups: { kind: "complete", entities: [] }, groupNames: [] };
  const listing = await reader.listGroups();
  const refs = new Set(wanted);
  const named = listing.entities.filter((group) => refs.has(group.name) || refs.has(group.id));
  const limit = pLimit(SIDE_BY_SIDE);
  const read = await Promise.all(named.map((group) => limit(() => readGroup(reader, group))));
  const groups = read.filter((group) => group !== undefined);
  const entities = groups.flatMap((group) => group.entities);
  const broken = [listing, ...groups].find((part) => part.kind === "incomplete");
  return {
    groups: broken ? { ...broken, entities } : { kind: "complete", entities },
    groupNames: listing.entities.map((group) => group.name),
  };
}

/** A listing of the one group, or undefined where it can't be read. */
async function readGroup(reader: Reader, group: GroupBody): Promise<Listing<LiveGroup> | undefined> {
  const individuals = await reader.groupIndividuals(group.id);
  if (!individuals) return undefined;
  if (individuals.kind === "incomplete") return { ...individuals, entities: [] };
  const members = individuals.entities.map((user) => user.id);
  return { ...individuals, entities: [{ id: group.id, name: group.name, members }] };
}

function toSkill(skill: SkillBody, dialect: Live["dialect"]): LiveSkill {
  const { id, name, description } = skill;
  return { id, name, slug: slugOf(name), ...(dialect === "profiles" ? { description } : {}) };
}

function toProfile({ id, name, description, parent, skills }: ProfileBody): LiveProfile {
  return { id, name, slug: slugOf(name), description, ...(parent === undefined ? {} : { parent }), skills };
}

function mapListing<A, B>(listing: Listing<A>, map: (entity: A) => B): Listing<B> {
  return { ...listing, entities: listing.entities.map(map) };
}
