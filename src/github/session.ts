/**
 * A run on GitHub with access to GitHub: the repository, the event, and the login of our token. Only comments and issues
 * of this login are trusted.
 */
import type { Clock } from "../http/clock.ts";
import { ApiError } from "../http/error.ts";
import { Failure } from "../problem.ts";
import type { Run } from "./event.ts";
import { readRun } from "./event.ts";
import type { GitHub } from "./github.ts";
import { openGitHub } from "./github.ts";
import { describeGitHubError } from "./transport.ts";

export interface Session {
  readonly run: Run;
  readonly github: GitHub;
  /** The login of our token. */
  readonly login: string;
  /** The folder of the YAML, relative to the repository's top. */
  readonly dir: string;
  readonly clock?: Clock;
}

interface SessionOptions {
  readonly dir: string;
  /** Default: the system's. `now` must be the time since 1970 in milliseconds. */
  readonly clock?: Clock;
}

/** Throws Failure NOT_ON_GITHUB, NO_GITHUB_TOKEN, NO_EVENT or GITHUB. */
export async function openSession(env: NodeJS.ProcessEnv, options: SessionOptions): Promise<Session> {
  const run = await readRun(env);
  if (!run) {
    throw new Failure({
      code: "NOT_ON_GITHUB",
      message: "This is not a run of GitHub Actions, so there is no pull request.",
      hint: "Remove --comment, --reviewed and --issue, or run it in a workflow.",
    });
  }
  const token = env["GITHUB_TOKEN"] ?? "";
  if (token === "") {
    throw new Failure({
      code: "NO_GITHUB_TOKEN",
      message: "GITHUB_TOKEN is not set, so GitHub can't be reached.",
      hint: "Give the step the workflow's token: env: GITHUB_TOKEN: ${{ github.token }}.",
    });
  }
  const github = openGitHub({ apiUrl: run.apiUrl, token, repository: run.repository, ...options });
  return { run, github, login: await ownLogin(github, env), ...options };
}

/** The login of a workflow's own token. */
const WORKFLOW_LOGIN = "github-actions[bot]";

/**
 * `GENESYS_SKILLS_LOGIN` if it is set, which is needed for the token of your own app (`my-app[bot]`), since nothing
 * distinguishes it from a workflow's token. Otherwise asks GitHub, which answers only for people's tokens, not for a
 * workflow's.
 */
const ownLogin = orFailure(async (github: GitHub, env: NodeJS.ProcessEnv): Promise<string> => {
  const named = env["GENESYS_SKILLS_LOGIN"]?.trim() ?? "";
  return named === "" ? ((await github.whoAmI()) ?? WORKFLOW_LOGIN) : named;
});

/** Whether the author is this login, ignoring case. */
export function isBy(login: string, author: string | null): boolean {
  return author !== null && author.toLowerCase() === login.toLowerCase();
}

/** The same function, but an error of GitHub becomes the Failure GITHUB. */
export function orFailure<A extends readonly unknown[], T>(
  ask: (...given: A) => Promise<T>,
): (...given: A) => Promise<T> {
  return async (...given) => {
    try {
      return await ask(...given);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new Failure({
        code: "GITHUB",
        message: describeGitHubError(error),
        hint: "Run it again when GitHub answers; what was done so far stays done.",
      });
    }
  };
}
