/** The commit that a pull request is merged into. */
import { openGit } from "../ledger/git.ts";
import type { Event } from "./event.ts";

/**
 * The first parent of the tested merge, and in a merge queue the commit below the group: the first entry's for the
 * second. Null where what is checked out is no merge, or its parent is not there.
 */
export async function baseOf(event: Event, cwd: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (event.kind === "merge-group") return event.below === "" ? null : commitAt(event.below, cwd, env);
  if (event.kind !== "pull-request" || (await commitAt("HEAD^2", cwd, env)) === null) return null;
  return commitAt("HEAD^1", cwd, env);
}

async function commitAt(name: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const git = openGit({ cwd, env });
  const { code, stdout } = await git(["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
  return code === 0 ? stdout.trim() : null;
}
