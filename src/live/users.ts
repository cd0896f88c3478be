/** Users with all that they hold: what an answer leaves out is asked for, never taken for nothing. */
import pLimit from "p-limit";
import type { UserBody, UserSkillBody } from "../genesys/bodies.ts";
import { ApiError } from "../genesys/error.ts";
import type { Reader } from "../genesys/reader.ts";
import type { Listing, LiveUser } from "../model.ts";

const SIDE_BY_SIDE = 8;

/**
 * The users with their skills. Genesys expands `skills` "with best effort": where they are missing, that user
 * is read alone; where that fails too, the list is incomplete.
 */
export async function completeUsers(reader: Reader, listing: Listing<UserBody>): Promise<Listing<LiveUser>> {
  const limit = pLimit(SIDE_BY_SIDE);
  try {
    const entities = await Promise.all(
      listing.entities.map(async (user) => {
        const skills = user.skills ?? (await limit(() => reader.userSkills(user.id)));
        return toUser(user, skills);
      }),
    );
    return { ...listing, entities };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const entities = listing.entities.flatMap((user) => (user.skills ? [toUser(user, user.skills)] : []));
    const reason = `The list of users came without the skills of some, and reading those failed: ${error.message}`;
    return { kind: "incomplete", entities, reason };
  }
}

function toUser(user: UserBody, skills: readonly UserSkillBody[]): LiveUser {
  return {
    id: user.id,
    name: user.name,
    email: user.email.toLowerCase(),
    skills: new Map(skills.map(({ id, proficiency }) => [id, proficiency])),
  };
}
