/** The calls to GitHub for one repository; answers are read field by field. */
import { decode } from "../genesys/answer.ts";
import type { Fields } from "../genesys/decode.ts";
import { ApiError } from "../http/error.ts";
import {
  readFields,
  readList,
  readNumber,
  readOptionalFields,
  readOptionalText,
  readText,
  WrongShape,
} from "../genesys/decode.ts";
import type { GitHubRequest, GitHubSend, GitHubTransportOptions } from "./transport.ts";
import { createGitHubTransport, nextQuery } from "./transport.ts";

/** A comment on an issue or pull request. */
export interface Comment {
  readonly id: number;
  /** Login of its author; null if the account was deleted. */
  readonly author: string | null;
  readonly body: string;
  readonly url: string;
}

export interface Pull {
  readonly number: number;
  readonly state: string;
  /** The last commit of its branch. */
  readonly head: string;
  /** The branch that it is merged into. */
  readonly base: string;
  readonly isMerged: boolean;
  /** Its commit on the base branch, once merged. */
  readonly mergeCommit: string | null;
  readonly labels: readonly string[];
}

export interface Issue {
  readonly number: number;
  readonly author: string | null;
  readonly body: string;
  readonly url: string;
}

/** The calls for one repository; each throws ApiError. */
export type GitHub = ReturnType<typeof openGitHub>;

const REPO = "/repos/{owner}/{repo}";
const COMMENTS = `${REPO}/issues/{issue_number}/comments`;
const COMMENT = `${REPO}/issues/comments/{comment_id}`;
const ISSUE = `${REPO}/issues/{issue_number}`;
const LABELS = `${ISSUE}/labels`;

const PER_PAGE = 100;
const MAX_PAGES = 200;

export function openGitHub(options: GitHubTransportOptions) {
  const send = createGitHubTransport(options);
  return {
    /** `owner/name`. */
    repository: options.repository,

    /** All comments, oldest first. */
    listComments: (issue: number): Promise<Comment[]> =>
      readPages(send, get(COMMENTS, { issue_number: issue }), readComment),

    createComment: (issue: number, body: string): Promise<Comment> =>
      readOne(
        send,
        { method: "POST", path: COMMENTS, parameters: { issue_number: issue }, body: { body } },
        readComment,
      ),

    async updateComment(id: number, body: string): Promise<void> {
      await send({ method: "PATCH", path: COMMENT, parameters: { comment_id: id }, body: { body } });
    },

    /** A comment that is already gone is no error. */
    async deleteComment(id: number): Promise<void> {
      await orNothing(send({ method: "DELETE", path: COMMENT, parameters: { comment_id: id } }));
    },

    /** Null if there is no such pull request. */
    findPull: (pull_number: number): Promise<Pull | null> =>
      orNothing(readOne(send, get(`${REPO}/pulls/{pull_number}`, { pull_number }), readPull)),

    /**
     * The pull requests of a commit in GitHub's index. For a commit that the index doesn't know yet, GitHub answers an
     * empty list, 404 or 422 (seen after squash merges).
     */
    pullsOfCommit: (commit_sha: string): Promise<Pull[]> =>
      or(
        [],
        [404, 409, 410, 422],
        readPages(send, get(`${REPO}/commits/{commit_sha}/pulls`, { commit_sha }), readPull),
      ),

    /** Open issues without pull requests, oldest first. */
    async listOpenIssues(): Promise<Issue[]> {
      const query = { state: "open", sort: "created", direction: "asc" };
      const issues = await readPages(send, { ...get(`${REPO}/issues`), query }, (from) =>
        readOptionalFields(from, "pull_request") ? null : readIssue(from),
      );
      return issues.filter((issue) => issue !== null);
    },

    createIssue: (title: string, body: string): Promise<Issue> =>
      readOne(send, { method: "POST", path: `${REPO}/issues`, body: { title, body } }, readIssue),

    async updateIssue(number: number, fields: { body?: string; state?: "open" | "closed" }): Promise<void> {
      await send({ method: "PATCH", path: ISSUE, parameters: { issue_number: number }, body: fields });
    },

    readIssue: (issue_number: number): Promise<Issue> =>
      readOne(send, get(ISSUE, { issue_number }), readIssue),

    /** The login that set each current label of the issue, by label in lower case. */
    async labelSetters(issue_number: number): Promise<ReadonlyMap<string, string>> {
      const setters = new Map<string, string>();
      const changes = await readPages(send, get(`${ISSUE}/timeline`, { issue_number }), readLabelChange);
      for (const change of changes) {
        if (change === null) continue;
        setters.delete(change.label);
        if (change.setter !== undefined) setters.set(change.label, change.setter);
      }
      return setters;
    },

    /** `admin`, `write`, `read` or `none`. */
    async permissionOf(username: string): Promise<string> {
      const request = get(`${REPO}/collaborators/{username}/permission`, { username });
      return (await orNothing(readOne(send, request, (from) => readText(from, "permission")))) ?? "none";
    },

    /** Whether the repository has a label with this name. */
    hasLabel: async (name: string): Promise<boolean> =>
      (await orNothing(send(get(`${REPO}/labels/{name}`, { name })))) !== null,

    /** Only for labels that the repository has; others may be created by this. */
    async addLabel(issue: number, name: string): Promise<void> {
      await send({
        method: "POST",
        path: LABELS,
        parameters: { issue_number: issue },
        body: { labels: [name] },
      });
    },

    /** A label that is not on the issue is no error. */
    async removeLabel(issue: number, name: string): Promise<void> {
      const parameters = { issue_number: issue, name };
      await orNothing(send({ method: "DELETE", path: `${LABELS}/{name}`, parameters }));
    },

    /** The token's login; null for an app's token, which may not ask. */
    whoAmI: (): Promise<string | null> =>
      or(
        null,
        [401, 403, 404],
        readOne(send, get("/user"), (from) => readText(from, "login")),
      ),
  };
}

// ── Asking ───────────────────────────────────────────────────────────────────────────────────────────

export function get(path: string, parameters: NonNullable<GitHubRequest["parameters"]> = {}): GitHubRequest {
  return { method: "GET", path, parameters };
}

/** Reads one object. Also throws ApiError if a field is wrong. */
export async function readOne<T>(
  send: GitHubSend,
  request: GitHubRequest,
  read: (from: Fields) => T,
): Promise<T> {
  return decode(await send(request), (body) => read(readFields(body)));
}

/** Reads all pages of a list. */
export async function readPages<T>(
  send: GitHubSend,
  request: GitHubRequest,
  read: (from: Fields) => T,
): Promise<T[]> {
  const all: T[] = [];
  let query: GitHubRequest["query"] | null = { ...request.query, per_page: PER_PAGE };
  for (let page = 0; query !== null; page++) {
    const answer = await send({ ...request, query });
    if (page === MAX_PAGES) throw answer.unusable(`more than ${MAX_PAGES} pages`);
    all.push(...decode(answer, (list) => readList(readFields({ list }), "list", read)));
    query = nextQuery(answer);
  }
  return all;
}

/** `instead` if GitHub answers with one of these. */
async function or<T, I>(instead: I, statuses: readonly number[], asking: Promise<T>): Promise<T | I> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ApiError && statuses.includes(error.status ?? 0)) return instead;
    throw error;
  }
}

/** Null if GitHub answers that it doesn't exist. */
export function orNothing<T>(asking: Promise<T>): Promise<T | null> {
  return or(null, [404, 410], asking);
}

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────

function readComment(from: Fields): Comment {
  return {
    id: readNumber(from, "id"),
    author: readAuthor(from),
    body: readOptionalText(from, "body") ?? "",
    url: readText(from, "html_url"),
  };
}

function readPull(from: Fields): Pull {
  const [head, base] = [readOptionalFields(from, "head"), readOptionalFields(from, "base")];
  if (!head || !base) throw new WrongShape(`${from.at()} lacks head or base`);
  return {
    number: readNumber(from, "number"),
    state: readText(from, "state"),
    head: readText(head, "sha"),
    base: readText(base, "ref"),
    isMerged: readOptionalText(from, "merged_at") !== undefined,
    mergeCommit: readOptionalText(from, "merge_commit_sha") ?? null,
    labels: readList(from, "labels", (label) => readText(label, "name")),
  };
}

function readIssue(from: Fields): Issue {
  return {
    number: readNumber(from, "number"),
    author: readAuthor(from),
    body: readOptionalText(from, "body") ?? "",
    url: readText(from, "html_url"),
  };
}

/** Null for an entry of the timeline that isn't about a label. */
function readLabelChange(from: Fields): { readonly label: string; readonly setter?: string } | null {
  const event = readOptionalText(from, "event");
  const label = readOptionalFields(from, "label");
  if (!label || (event !== "labeled" && event !== "unlabeled")) return null;
  // The account may have been deleted.
  const actor = readOptionalFields(from, "actor");
  return {
    label: readText(label, "name").toLowerCase(),
    ...(event === "labeled" && actor && { setter: readText(actor, "login") }),
  };
}

function readAuthor(from: Fields): string | null {
  const user = readOptionalFields(from, "user");
  return user ? readText(user, "login") : null;
}
