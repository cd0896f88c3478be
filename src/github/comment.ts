/** One comment per kind, target and folder on a pull request: found by marker and author, and updated in place. */
import { isAmbiguous } from "../http/error.ts";
import type { Comment, GitHub } from "./github.ts";
import { isBy } from "./login.ts";
import type { MarkerKind, Topic } from "./marker.ts";
import { isAbout } from "./marker.ts";

export interface Upsert extends Topic {
  readonly kind: Exclude<MarkerKind, "drift">;
  /** The pull request. */
  readonly pull: number;
  /** The text, with the marker as its first line. */
  readonly body: string;
  /** The assumed login of our token. */
  readonly login: string;
}

export interface Upserted {
  readonly action: "created" | "updated" | "unchanged";
  readonly url: string;
  /** The login of our token according to GitHub, if it differs from the assumed one. */
  readonly realLogin?: string;
}

/** Writes the comment. Throws ApiError. */
export async function upsertComment(github: GitHub, upsert: Upsert): Promise<Upserted> {
  const own = await ownComments(github, upsert);
  return own.length > 0 ? keepOldest(github, own, upsert.body) : create(github, upsert);
}

/** Our comments of one kind and topic, oldest first. */
export async function ownComments(
  github: GitHub,
  { kind, pull, login, ...topic }: Omit<Upsert, "body">,
): Promise<Comment[]> {
  const comments = await github.listComments(pull);
  return comments
    .filter(({ author, body }) => isBy(login, author) && isAbout(kind, topic, body))
    .sort((a, b) => a.id - b.id);
}

/** Updates the oldest of our comments and deletes the others. */
async function keepOldest(
  github: GitHub,
  [oldest, ...younger]: readonly Comment[],
  body: string,
): Promise<Upserted> {
  for (const { id } of younger) await github.deleteComment(id);
  if (!oldest) return { action: "created", url: "" };
  if (normal(oldest.body) === normal(body)) return { action: "unchanged", url: oldest.url };
  await github.updateComment(oldest.id, body);
  return { action: "updated", url: oldest.url };
}

/** The body for comparison: GitHub may change line endings and trailing white space. */
export function normal(body: string): string {
  return body.replace(/\r\n/g, "\n").trimEnd();
}

/**
 * Creates the comment. Two runs may both create one, so each lists the comments again afterwards, keeps the oldest and
 * deletes the others. The answer to a create names its author, which is our real login.
 */
async function create(github: GitHub, upsert: Upsert): Promise<Upserted> {
  const created = await createOnce(github, upsert);
  const login = created?.author ?? upsert.login;
  const own = await ownComments(github, { ...upsert, login });
  const kept = await keepOldest(github, own, upsert.body);
  const isOurs = own.length === 0 || own[0]?.id === created?.id;
  return {
    ...kept,
    ...(created && isOurs && { action: "created", url: created.url }),
    ...(!isBy(login, upsert.login) && { realLogin: login }),
  };
}

/** Creates the comment; null if the answer was lost but the comment exists. */
async function createOnce(github: GitHub, upsert: Upsert): Promise<Comment | null> {
  try {
    return await github.createComment(upsert.pull, upsert.body);
  } catch (error) {
    if (isAmbiguous(error) && (await ownComments(github, upsert)).length > 0) return null;
    throw error;
  }
}
