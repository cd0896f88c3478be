/** Under which login our token writes: only what this login wrote is believed. */
import type { GitHub } from "./github.ts";

/** The login of the token that a workflow is given. */
const WORKFLOW_LOGIN = "github-actions[bot]";

/**
 * `GENESYS_SKILLS_LOGIN` where it is set: needed with the token of an app of one's own (`my-app[bot]`), which can
 * be told from a workflow's token by nothing. Else GitHub is asked, which answers for people's tokens; a workflow's
 * own token may not ask.
 */
export async function ownLogin(github: GitHub, env: NodeJS.ProcessEnv): Promise<string> {
  const named = env["GENESYS_SKILLS_LOGIN"]?.trim() ?? "";
  if (named !== "") return named;
  return (await github.whoAmI()) ?? WORKFLOW_LOGIN;
}

/** Logins are the same in any case. */
export function isBy(login: string, author: string | null): boolean {
  return author !== null && author.toLowerCase() === login.toLowerCase();
}
