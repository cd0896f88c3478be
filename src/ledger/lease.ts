/** The lease of a running apply, stored in `run.json`: its identity, and a counter that shows that it is alive. */
import { hostname } from "node:os";
import type { Count, Ordinal, RecordedName } from "../model.ts";
import { printable } from "../text.ts";

/** The file run.json: the apply that is running. It is there from before its first write until it has ended. */
export interface Lease extends RunIdentity {
  /**
   * Random, so that no two runs are ever taken for one.
   *
   * @minLength 1
   * @maxLength 200
   */
  readonly run: string;
  /** How often the run has renewed its lease: every renewal is another commit. */
  readonly renewals: Count;
}

/** The person, machine and job that apply. Only `github` is for programs; the rest is for people. */
export interface RunIdentity {
  readonly actor?: RecordedName;
  readonly host?: RecordedName;
  /**
   * @minLength 1
   * @maxLength 2000
   */
  readonly url?: string;
  /** The job on GitHub; absent elsewhere. */
  readonly github?: GithubJob;
}

/** The ids with which the API can be asked whether a job is over. A rerun keeps its run id and gets another attempt. */
export interface GithubJob {
  readonly run: Ordinal;
  readonly attempt: Ordinal;
  /** Of the job itself; absent where the workflow doesn't pass it on. */
  readonly job?: Ordinal;
}

/** The identity of this process; on GitHub from the runner's variables, without `job`, which they lack. */
export function identityOf(env: NodeJS.ProcessEnv, actor: string | undefined): RunIdentity {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  const [run, attempt] = [env["GITHUB_RUN_ID"], env["GITHUB_RUN_ATTEMPT"]].map(Number);
  const isJob = isNumber(run) && isNumber(attempt);
  return {
    ...(actor ? { actor } : {}),
    host: env["RUNNER_NAME"] || hostname() || "unknown",
    ...(server && repository && isNumber(run) ? { url: `${server}/${repository}/actions/runs/${run}` } : {}),
    ...(isJob ? { github: { run, attempt } } : {}),
  };
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value > 0;
}

/** `octocat on runner-3 (https://…)`: names from outside, safe to print. */
export function describeLease(lease: RunIdentity): string {
  const where = lease.host === undefined ? "" : ` on ${printable(lease.host)}`;
  const link = lease.url === undefined ? "" : ` (${printable(lease.url, 500)})`;
  return `${printable(lease.actor ?? "somebody")}${where}${link}`;
}
