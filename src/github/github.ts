/** The calls to GitHub for one repository; answers are read field by field. */
import { decode } from "../genesys/answer.ts";
import type { Fields } from "../genesys/decode.ts";
import { ApiError, isGone } from "../http/error.ts";
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
  readonly state: string;
  readonly author: string | null;
  readonly title: string;
  readonly body: string;
  readonly url: string;
}

/** The fields of an issue to set. */
interface IssueFields {
  readonly title?: string;
  readonly body?: string;
  readonly state?: "open" | "closed";
}

export interface GitHub {
  /** `owner/name`. */
  readonly repository: string;
  /** All comments, oldest first. */
  listComments(issue: number): Promise<Comment[]>;
  createComment(issue: number, body: string): Promise<Comment>;
  updateComment(id: number, body: string): Promise<void>;
  /** A comment that is already gone is no error. */
  deleteComment(id: number): Promise<void>;
  /** Null if there is no such pull request. */
  findPull(number: number): Promise<Pull | null>;
  /** The pull requests of a commit in GitHub's index; empty if it doesn't know the commit yet. */
  pullsOfCommit(commit: string): Promise<Pull[]>;
  /** Open issues without pull requests, oldest first. */
  listOpenIssues(): Promise<Issue[]>;
  createIssue(title: string, body: string): Promise<Issue>;
  updateIssue(number: number, fields: IssueFields): Promise<void>;
  readIssue(number: number): Promise<Issue>;
  /** The login that set each current label of the issue, by label in lower case. */
  labelSetters(issue: number): Promise<ReadonlyMap<string, string>>;
  /** `admin`, `write`, `read` or `none`. */
  permissionOf(login: string): Promise<string>;
  /** Whether the repository has a label with this name. */
  hasLabel(name: string): Promise<boolean>;
  /** Only for labels that the repository has; others may be created by this. */
  addLabel(issue: number, name: string): Promise<void>;
  /** A label that is not on the issue is no error. */
  removeLabel(issue: number, name: string): Promise<void>;
  /** The token's login; null for an app's token, which may not ask. */
  whoAmI(): Promise<string | null>;
}

interface GitHubOptions extends GitHubTransportOptions {
  /** `owner/name`. */
  readonly repository: string;
}

const REPO = "/repos/{owner}/{repo}";
const PER_PAGE = 100;
const MAX_PAGES = 200;

/** Every function throws ApiError. */
export function openGitHub(options: GitHubOptions): GitHub {
  const send = createGitHubTransport(options);
  const [owner = "", repo = ""] = options.repository.split("/");
  const ask = (request: GitHubRequest) =>
    send({ ...request, parameters: { owner, repo, ...request.parameters } });

  return {
    repository: options.repository,
    listComments: (issue) =>
      readPages(
        ask,
        {
          method: "GET",
          path: `${REPO}/issues/{issue_number}/comments`,
          parameters: { issue_number: issue },
        },
        readComment,
      ),
    createComment: (issue, body) =>
      readOne(
        ask,
        {
          method: "POST",
          path: `${REPO}/issues/{issue_number}/comments`,
          parameters: { issue_number: issue },
          body: { body },
        },
        readComment,
      ),
    updateComment: async (id, body) => {
      const path = `${REPO}/issues/comments/{comment_id}`;
      await ask({ method: "PATCH", path, parameters: { comment_id: id }, body: { body } });
    },
    deleteComment: async (id) => {
      const path = `${REPO}/issues/comments/{comment_id}`;
      await orNothing(ask({ method: "DELETE", path, parameters: { comment_id: id } }));
    },
    findPull: (number) =>
      orNothing(
        readOne(
          ask,
          { method: "GET", path: `${REPO}/pulls/{pull_number}`, parameters: { pull_number: number } },
          readPull,
        ),
      ),
    pullsOfCommit: (commit) => readPullsOfCommit(ask, commit),
    listOpenIssues: async () => {
      const request: GitHubRequest = {
        method: "GET",
        path: `${REPO}/issues`,
        query: { state: "open", sort: "created", direction: "asc" },
      };
      const issues = await readPages(ask, request, (from) => (isPull(from) ? null : readIssueOf(from)));
      return issues.filter((issue) => issue !== null);
    },
    createIssue: (title, body) =>
      readOne(ask, { method: "POST", path: `${REPO}/issues`, body: { title, body } }, readIssueOf),
    updateIssue: async (number, fields) => {
      const path = `${REPO}/issues/{issue_number}`;
      await ask({ method: "PATCH", path, parameters: { issue_number: number }, body: fields });
    },
    readIssue: (number) =>
      readOne(
        ask,
        { method: "GET", path: `${REPO}/issues/{issue_number}`, parameters: { issue_number: number } },
        readIssueOf,
      ),
    labelSetters: (issue) => readLabelSetters(ask, issue),
    permissionOf: async (login) => {
      const path = `${REPO}/collaborators/{username}/permission`;
      const request = { method: "GET", path, parameters: { username: login } } as const;
      return (await orNothing(readOne(ask, request, (from) => readText(from, "permission")))) ?? "none";
    },
    hasLabel: async (name) => {
      const path = `${REPO}/labels/{name}`;
      return (await orNothing(ask({ method: "GET", path, parameters: { name } }))) !== null;
    },
    addLabel: async (issue, name) => {
      const path = `${REPO}/issues/{issue_number}/labels`;
      await ask({ method: "POST", path, parameters: { issue_number: issue }, body: { labels: [name] } });
    },
    removeLabel: async (issue, name) => {
      const path = `${REPO}/issues/{issue_number}/labels/{name}`;
      await orNothing(ask({ method: "DELETE", path, parameters: { issue_number: issue, name } }));
    },
    whoAmI: () => readLogin(ask),
  };
}

// ── Asking ───────────────────────────────────────────────────────────────────────────────────────────

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

/** For a commit that its index doesn't know yet, GitHub answers an empty list, 404 or 422 (seen after squash merges). */
async function readPullsOfCommit(send: GitHubSend, commit: string): Promise<Pull[]> {
  const path = `${REPO}/commits/{commit_sha}/pulls`;
  try {
    return await readPages(send, { method: "GET", path, parameters: { commit_sha: commit } }, readPull);
  } catch (error) {
    if (error instanceof ApiError && [404, 409, 410, 422].includes(error.status ?? 0)) return [];
    throw error;
  }
}

async function readLabelSetters(send: GitHubSend, issue: number): Promise<ReadonlyMap<string, string>> {
  const path = `${REPO}/issues/{issue_number}/timeline`;
  const request: GitHubRequest = { method: "GET", path, parameters: { issue_number: issue } };
  const setters = new Map<string, string>();
  for (const change of await readPages(send, request, readLabelChange)) {
    if (change === null) continue;
    setters.delete(change.label);
    if (change.setter !== undefined) setters.set(change.label, change.setter);
  }
  return setters;
}

async function readLogin(send: GitHubSend): Promise<string | null> {
  try {
    return await readOne(send, { method: "GET", path: "/user" }, (from) => readText(from, "login"));
  } catch (error) {
    if (error instanceof ApiError && [401, 403, 404].includes(error.status ?? 0)) return null;
    throw error;
  }
}

/** Null if GitHub answers that it doesn't exist. */
export async function orNothing<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
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

/** The list of issues includes pull requests. */
function isPull(from: Fields): boolean {
  return readOptionalFields(from, "pull_request") !== undefined;
}

function readIssueOf(from: Fields): Issue {
  return {
    number: readNumber(from, "number"),
    state: readText(from, "state"),
    author: readAuthor(from),
    title: readText(from, "title"),
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
