/** A run on GitHub with access to GitHub: the repository, our login, and the event. */
import type { Clock } from "../http/clock.ts";
import { ApiError } from "../http/error.ts";
import { Failure } from "../problem.ts";
import type { Run } from "./event.ts";
import { readRun } from "./event.ts";
import type { GitHub } from "./github.ts";
import { openGitHub } from "./github.ts";
import { ownLogin } from "./login.ts";
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
  return { run, github, login: await orFailure(ownLogin(github, env)), ...options };
}

/** Converts errors of GitHub to the Failure GITHUB. */
export async function orFailure<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Failure({
      code: "GITHUB",
      message: describeGitHubError(error),
      hint: "Run it again when GitHub answers; what was done so far stays done.",
    });
  }
}
