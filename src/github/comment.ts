/** One comment per target and kind on a pull request: found by marker and author, changed in place, made once. */
import { GitHubError } from "./error.ts";
import type { Comment, GitHub } from "./github.ts";
import { isBy } from "./login.ts";
import type { MarkerKind } from "./marker.ts";
import { markedTarget } from "./marker.ts";

export interface Upsert {
  readonly kind: Exclude<MarkerKind, "drift">;
  readonly target: string;
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

/** Writes the comment. Throws GitHubError. */
export async function upsertComment(github: GitHub, upsert: Upsert): Promise<Upserted> {
  const [oldest] = await ownComments(github, upsert);
  return oldest ? settle(github, oldest, upsert.body) : create(github, upsert);
}

/** Our comments of one kind and target, oldest first. */
export async function ownComments(
  github: GitHub,
  { kind, target, pull, login }: Omit<Upsert, "body">,
): Promise<Comment[]> {
  const comments = await github.listComments(pull);
  return comments
    .filter(({ author, body }) => isBy(login, author) && markedTarget(kind, body) === target)
    .sort((a, b) => a.id - b.id);
}

async function settle(github: GitHub, comment: Comment, body: string): Promise<Upserted> {
  // GitHub keeps what it is given, save the line ends of a form and white space at the end.
  if (normal(comment.body) === normal(body)) return { action: "unchanged", url: comment.url };
  await github.updateComment(comment.id, body);
  return { action: "updated", url: comment.url };
}

/** The body as it compares. */
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
  const [oldest, ...younger] = await ownComments(github, { ...upsert, login });
  // Deleted by the other run already, or a list that doesn't have it yet.
  if (!oldest) return { action: "created", url: created?.url ?? "", ...realLogin(login, upsert) };
  const settled = await settle(github, oldest, upsert.body);
  for (const { id } of younger) await github.deleteComment(id);
  const action = oldest.id === created?.id ? "created" : settled.action;
  return { ...settled, action, ...realLogin(login, upsert) };
}

/** Null where no answer came: the comment may be there all the same, and the next look says so. */
async function createOnce(github: GitHub, upsert: Upsert): Promise<Comment | null> {
  try {
    return await github.createComment(upsert.pull, upsert.body);
  } catch (error) {
    const isLost = error instanceof GitHubError && (error.status === undefined || error.status >= 500);
    if (isLost && (await ownComments(github, upsert)).length > 0) return null;
    throw error;
  }
}

function realLogin(login: string, believed: Upsert): { readonly realLogin?: string } {
  return isBy(login, believed.login) ? {} : { realLogin: login };
}
