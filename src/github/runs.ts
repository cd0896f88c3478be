/** Checks whether the GitHub run in a ledger's lease is still running. */
import { decode } from "../genesys/answer.ts";
import { readFields, readList, readNumber, readOptionalText, readText } from "../genesys/decode.ts";
import { ApiError } from "../http/error.ts";
import type { Lease } from "../ledger/lease.ts";
import { createGitHubTransport } from "./transport.ts";

/** Short, because a waiting run asks again in a minute. */
const DEADLINE_SECONDS = 20;

/**
 * Returns a function that asks GitHub whether the job of a lease is over (`actions: read`), or undefined outside GitHub
 * Actions or without a token. The function returns false if the job is not over or that is unknown.
 */
export function runsOnGitHub(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): ((lease: Lease) => Promise<boolean>) | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token, GITHUB_SERVER_URL: server } = env;
  if (env["GITHUB_ACTIONS"] !== "true" || !repository || !token) return undefined;
  const apiUrl = env["GITHUB_API_URL"] ?? "https://api.github.com";
  const send = createGitHubTransport({
    apiUrl,
    token,
    repository,
    deadlineSeconds: DEADLINE_SECONDS,
    signal,
  });
  return async ({ github, host, url }) => {
    // Another repository's run may have the same number.
    if (!github || url !== `${server ?? ""}/${repository}/actions/runs/${github.run}`) return false;
    try {
      const answer = await send({
        method: "GET",
        path: "/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs",
        parameters: { run_id: github.run, attempt_number: github.attempt },
        query: { per_page: 100 },
      });
      const { total, jobs } = decode(answer, decodeJobs);
      // If the lease doesn't name the job, only the runner's name identifies it.
      const own = jobs.filter(({ id, runner }) => (github.job ? id === github.job : runner === host));
      const isKnown = own.length > 0 && total <= jobs.length;
      return isKnown && own.every(({ isCompleted }) => isCompleted);
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  };
}

interface Jobs {
  readonly total: number;
  readonly jobs: readonly { id: number; runner: string | undefined; isCompleted: boolean }[];
}

function decodeJobs(body: unknown): Jobs {
  const fields = readFields(body);
  return {
    total: readNumber(fields, "total_count"),
    jobs: readList(fields, "jobs", (job) => ({
      id: readNumber(job, "id"),
      runner: readOptionalText(job, "runner_name"),
      isCompleted: readText(job, "status") === "completed",
    })),
  };
}
