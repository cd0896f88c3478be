/** Users with all that they hold: what an answer leaves out is asked for, never taken for nothing. */
import pLimit from "p-limit";
import type { Proficiencies, UserBody } from "../genesys/bodies.ts";
import { isWithoutProficiency } from "../genesys/error.ts";
import type { Reader } from "../genesys/reader.ts";
import { ApiError } from "../http/error.ts";
import type { Listing, LiveUser } from "../model.ts";
import { count } from "../text.ts";

const SIDE_BY_SIDE = 8;

/**
 * The users with their skills. Genesys expands `skills` "with best effort": where they are missing, or one of
 * them has no proficiency, that user is read alone. The list is incomplete where that doesn't help either;
 * its reason says how many users it lacks.
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
    `The list of users came without the skills of ${count(lacking, "user")}, ` +
    `and reading each alone did not bring them: ${failure.message}`;
  return { kind: "incomplete", entities, reason };
}

interface ReadAlone {
  /** By user id. */
  readonly read: ReadonlyMap<string, Proficiencies>;
  /** Something that went wrong. */
  readonly failure: ApiError | undefined;
}

/** What the users hold, as far as single reads tell; none is begun after one that failed altogether. */
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
