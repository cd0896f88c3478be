/** The commit that a pull request is merged into. */
import { openGit } from "../ledger/git.ts";
import { Failure } from "../problem.ts";
import type { Event } from "./event.ts";

/**
 * The first parent of the tested merge; in a merge queue the commit below the group, which for the second entry is the
 * first entry's. Null if this run is not for a pull request. Throws Failure NOT_THE_MERGE if something else is checked
 * out, since the author controls the first parent of a merge at the end of a branch.
 */
export async function baseOf(event: Event, cwd: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (event.kind !== "pull-request" && event.kind !== "merge-group") return null;
  const [planned, below] = event.kind === "pull-request" ? ["HEAD^2", "HEAD^1"] : ["HEAD", event.below];
  const base = await commitAt(below, cwd, env);
  if (base !== null && (await commitAt(planned, cwd, env)) === event.head) return base;
  throw new Failure({
    code: "NOT_THE_MERGE",
    message: `The checked-out commit is not the merge of ${event.head.slice(0, 12)} that GitHub made for this run, or its history is missing.`,
    hint: "Use actions/checkout without ref and with fetch-depth: 0, as plan.yml does.",
  });
}

async function commitAt(name: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const git = openGit({ cwd, env });
  const { code, stdout } = await git(["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
  return code === 0 ? stdout.trim() : null;
}
