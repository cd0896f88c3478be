/** Reads an organisation: as few requests as there are pages, and every list either whole or known not to be. */
import type { ProfileBody } from "../genesys/bodies.ts";
import type { Connection } from "../genesys/connect.ts";
import type { Reader } from "../genesys/reader.ts";
import type { Listing, Live, LiveProfile } from "../model.ts";
import type { LedgerUserRef } from "./absent.ts";
import { readAbsentUsers } from "./absent.ts";
import { readGroups } from "./groups.ts";
import { readSkills } from "./skills.ts";
import { completeUsers } from "./users.ts";
import { slugOf } from "../text.ts";

/** What is wanted beside the lists. */
export interface Wanted {
  /** Names or ids of the groups that the YAML names. */
  readonly groups: readonly string[];
  /** Ids of the groups through which the ledger's assignments came. */
  readonly ledgerGroups: readonly string[];
  /** E-mails or ids of the users that the YAML names. */
  readonly users: readonly string[];
  /** The users of the ledger. */
  readonly ledgerUsers: readonly LedgerUserRef[];
  /** Ids of the skills of the ledger; those that begin with `new:` are no ids yet, and asked for nowhere. */
  readonly ledgerSkills: readonly string[];
}

type What = "skills" | "users" | "profiles" | "groups" | "absent users";

/** Told each time something has been read. */
export type OnProgress = (read: { readonly what: What; readonly count: number }) => void;

/**
 * The organisation as it is now. Groups are asked for only where some are wanted. Throws Failure where only
 * the user can help; whatever else keeps a list from being read whole makes that list incomplete.
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
  const [skills, users, profiles, groups] = await Promise.all([
    tell("skills", readSkills(connection, wanted.ledgerSkills), (read) => read.skills),
    tell("users", readUsers(reader, wanted), (read) => read.users),
    tell("profiles", readProfiles(reader), (read) => read),
    tell("groups", readGroups(reader, wanted.groups, wanted.ledgerGroups), (read) => read.groups),
  ]);
  onProgress({ what: "absent users", count: users.absentUsers.length });
  const requests = connection.requests();
  const whole = { organization, dialect, view, profiles, references: new Map(), requests };
  return { ...whole, ...skills, ...users, ...groups };
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

async function readProfiles(reader: Reader): Promise<Listing<LiveProfile>> {
  const listing = await reader.listProfiles();
  return { ...listing, entities: listing.entities.map(toProfile) };
}

function toProfile({ id, name, description, parent, skills }: ProfileBody): LiveProfile {
  return { id, name, slug: slugOf(name), description, ...(parent === undefined ? {} : { parent }), skills };
}
