/** The login of our token: only comments and issues of this login are trusted. */
import type { GitHub } from "./github.ts";

/** The login of a workflow's own token. */
const WORKFLOW_LOGIN = "github-actions[bot]";

/**
 * `GENESYS_SKILLS_LOGIN` if it is set, which is needed for the token of your own app (`my-app[bot]`), since nothing
 * distinguishes it from a workflow's token. Otherwise asks GitHub, which answers only for people's tokens, not for a
 * workflow's.
 */
export async function ownLogin(github: GitHub, env: NodeJS.ProcessEnv): Promise<string> {
  const named = env["GENESYS_SKILLS_LOGIN"]?.trim() ?? "";
  if (named !== "") return named;
  return (await github.whoAmI()) ?? WORKFLOW_LOGIN;
}

/** Whether the author is this login, ignoring case. */
export function isBy(login: string, author: string | null): boolean {
  return author !== null && author.toLowerCase() === login.toLowerCase();
}
