/** Whether a run on GitHub that is named in a ledger's lease still runs. */
import { decode } from "../genesys/answer.ts";
import { readFields, readList, readNumber, readOptionalText, readText } from "../genesys/decode.ts";
import { ApiError } from "../http/error.ts";
import type { Lease } from "../ledger/lease.ts";
import { createGitHubTransport } from "./transport.ts";

/** Whoever waits for that run asks again in a minute. */
const DEADLINE_SECONDS = 20;

/**
 * Asks GitHub whether the job of a lease is over (`actions: read`); undefined where this is no run of GitHub Actions
 * with a token. The answer is false where it is not over, or where nobody can say.
 */
export function runsOnGitHub(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): ((lease: Lease) => Promise<boolean>) | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token, GITHUB_SERVER_URL: server } = env;
  if (env["GITHUB_ACTIONS"] !== "true" || !repository || !token) return undefined;
  const [owner = "", repo = ""] = repository.split("/");
  const apiUrl = env["GITHUB_API_URL"] ?? "https://api.github.com";
  const send = createGitHubTransport({ apiUrl, token, deadlineSeconds: DEADLINE_SECONDS, signal });
  return async ({ github, host, url }) => {
    // Another repository's run has a number of its own.
    if (!github || url !== `${server ?? ""}/${repository}/actions/runs/${github.run}`) return false;
    try {
      const answer = await send({
        method: "GET",
        path: "/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs",
        parameters: { owner, repo, run_id: github.run, attempt_number: github.attempt },
        query: { per_page: 100 },
      });
      const { total, jobs } = decode(answer, decodeJobs);
      // Only the runner's name tells which of the jobs it is, where the lease doesn't name the job.
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
