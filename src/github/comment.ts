/** One comment per kind, target and folder on a pull request: found by marker and author, changed in place, made once. */
import { isAmbiguous } from "../http/error.ts";
import type { Comment, GitHub } from "./github.ts";
import { isBy } from "./login.ts";
import type { MarkerKind, Topic } from "./marker.ts";
import { isAbout } from "./marker.ts";

export interface Upsert extends Topic {
  readonly kind: Exclude<MarkerKind, "drift">;
  /** The pull request. */
  readonly pull: number;
  /** With the marker as its first line. */
  readonly body: string;
  /** Under which our token is believed to write. */
  readonly login: string;
}

export interface Upserted {
  readonly action: "created" | "updated" | "unchanged";
  readonly url: string;
  /** Set where GitHub says that our token writes under another login than was believed. */
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

/** The oldest of our comments gets the body, and the others go. */
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

/** The body as it compares: GitHub may change line ends, and drop white space at the end. */
export function normal(body: string): string {
  return body.replace(/\r\n/g, "\n").trimEnd();
}

/**
 * Two runs may both find none and both create; each looks again afterwards, keeps the oldest and deletes the rest.
 * The answer to a create names its author, which is who we really are.
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

/** Null where no answer came: the comment may be there all the same, and the next look says so. */
async function createOnce(github: GitHub, upsert: Upsert): Promise<Comment | null> {
  try {
    return await github.createComment(upsert.pull, upsert.body);
  } catch (error) {
    if (isAmbiguous(error) && (await ownComments(github, upsert)).length > 0) return null;
    throw error;
  }
}
