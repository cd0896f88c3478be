/** What goes wrong between us and GitHub, as facts: no request, no configuration and no cause, which hold the token. */
import { printable } from "../text.ts";

export type GitHubMethod = "GET" | "POST" | "PATCH" | "DELETE";

export interface GitHubFacts {
  readonly method: GitHubMethod;
  /** The template of the path: `/repos/{owner}/{repo}/issues`. */
  readonly path: string;
  /** Absent where no whole answer came. */
  readonly status?: number;
  /** What GitHub or the network said. */
  readonly said: string;
}

export class GitHubError extends Error {
  override readonly name = "GitHubError";
  readonly method: GitHubMethod;
  readonly path: string;
  readonly status: number | undefined;

  constructor({ method, path, status, said }: GitHubFacts) {
    super(printable(`${method} ${path}: ${status === undefined ? "" : `${status} `}${said}`, 600));
    this.method = method;
    this.path = path;
    this.status = status;
  }
}

/** What was asked of GitHub is not there, or no longer. */
export function isAbsent(error: unknown): error is GitHubError {
  return error instanceof GitHubError && (error.status === 404 || error.status === 410);
}

/** The sentence of an error, with what to do where GitHub refuses the token. */
export function gitHubTrouble(error: GitHubError): string {
  if (error.status === 401) return `${error.message}. GITHUB_TOKEN is missing or no longer valid.`;
  if (error.status !== 403 && error.status !== 404) return error.message;
  return `${error.message}. Check the job's permissions: pull-requests: write for comments, issues: write for the drift issue, contents: read for the rest.`;
}
