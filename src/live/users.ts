/** Users with all their skills: skills that an answer leaves out are read separately, never taken as none. */
import pLimit from "p-limit";
import type { Proficiencies, UserBody } from "../genesys/bodies.ts";
import { isWithoutProficiency } from "../genesys/error.ts";
import type { Reader } from "../genesys/reader.ts";
import { ApiError } from "../http/error.ts";
import type { Listing, LiveUser } from "../model.ts";
import { count } from "../text.ts";

const SIDE_BY_SIDE = 8;

/**
 * Completes the users with their skills. Genesys expands `skills` "with best effort": a user whose skills or
 * proficiencies are missing is read separately. If that fails too, the list is incomplete, and its reason says how many
 * users are missing.
 */
export async function completeUsers(reader: Reader, listing: Listing<UserBody>): Promise<Listing<LiveUser>> {
  const { read, failure } = await readAlone(
    reader,
    listing.entities.filter(({ skills }) => !skills),
  );
  const entities = listing.entities.flatMap((user) => {
    const skills = user.skills ?? read.get(user.id);
    return skills ? [toUser(user, skills)] : [];
  });
  const lacking = listing.entities.length - entities.length;
  if (lacking === 0 || failure === undefined) return { ...listing, entities };
  const reason =
    `The list of users lacks the skills of ${count(lacking, "user")}, ` +
    `and they could not be read one by one: ${failure.message}`;
  return { kind: "incomplete", entities, reason };
}

interface ReadAlone {
  /** By user id. */
  readonly read: ReadonlyMap<string, Proficiencies>;
  /** The last error. */
  readonly failure: ApiError | undefined;
}

/** Reads the skills of each user; begins no further read after an error other than a missing proficiency. */
async function readAlone(reader: Reader, users: readonly UserBody[]): Promise<ReadAlone> {
  const limit = pLimit(SIDE_BY_SIDE);
  const read = new Map<string, Proficiencies>();
  let failure: ApiError | undefined;
  let isFailing = false;
  const readOne = async ({ id }: UserBody): Promise<void> => {
    if (isFailing) return;
    try {
      read.set(id, await reader.userSkills(id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failure = error;
      isFailing ||= !isWithoutProficiency(error);
    }
  };
  await Promise.all(users.map((user) => limit(() => readOne(user))));
  return { read, failure };
}

function toUser({ state: _, ...user }: UserBody, skills: Proficiencies): LiveUser {
  return { ...user, email: user.email.toLowerCase(), skills };
}
