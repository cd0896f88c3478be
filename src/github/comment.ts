/** One comment per kind, target and folder on a pull request: found by marker and author, and updated in place. */
import { isAmbiguous } from "../http/error.ts";
import type { Comment, GitHub } from "./github.ts";
import type { MarkerKind, Topic } from "./marker.ts";
import { isAbout } from "./marker.ts";
import { isBy } from "./session.ts";

export interface Upsert extends Topic {
  readonly kind: Exclude<MarkerKind, "drift">;
  /** The pull request. */
  readonly pull: number;
  /** The text, with the marker as its first line. */
  readonly body: string;
  /** The assumed login of our token. */
  readonly login: string;
}

interface Upserted {
  readonly action: "created" | "updated" | "unchanged";
  readonly url: string;
  /** All comments of the pull request, as they were listed last and are after this. */
  readonly comments: readonly Comment[];
  /** Set where GitHub says that our token writes under another login than was believed. */
  readonly realLogin?: string;
}

/** Writes the comment. Throws ApiError. */
export async function upsertComment(github: GitHub, upsert: Upsert): Promise<Upserted> {
  const comments = await github.listComments(upsert.pull);
  return ownAmong(comments, upsert).length > 0
    ? keepOldest(github, comments, upsert)
    : create(github, upsert);
}

/** Our comments of one kind and topic, oldest first. */
export async function ownComments(github: GitHub, about: Omit<Upsert, "body">): Promise<Comment[]> {
  return ownAmong(await github.listComments(about.pull), about);
}

function ownAmong(
  comments: readonly Comment[],
  { kind, login, ...topic }: Pick<Upsert, "kind" | "login" | "target" | "dir">,
): Comment[] {
  return comments
    .filter(({ author, body }) => isBy(login, author) && isAbout(kind, topic, body))
    .sort((a, b) => a.id - b.id);
}

/** The oldest of our comments gets the body, and the others go. */
async function keepOldest(github: GitHub, all: readonly Comment[], upsert: Upsert): Promise<Upserted> {
  const [oldest, ...younger] = ownAmong(all, upsert);
  for (const { id } of younger) await github.deleteComment(id);
  const comments = all.filter((comment) => !younger.includes(comment));
  if (!oldest) return { action: "created", url: "", comments };
  const { id, url } = oldest;
  if (normal(oldest.body) === normal(upsert.body)) return { action: "unchanged", url, comments };
  await github.updateComment(id, upsert.body);
  return { action: "updated", url, comments: withBody(comments, id, upsert.body) };
}

/** The comments, of which one has another body now. */
export function withBody(comments: readonly Comment[], id: number, body: string): Comment[] {
  return comments.map((comment) => (comment.id === id ? { ...comment, body } : comment));
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
  const comments = await github.listComments(upsert.pull);
  const own = ownAmong(comments, { ...upsert, login });
  const kept = await keepOldest(github, comments, { ...upsert, login });
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
