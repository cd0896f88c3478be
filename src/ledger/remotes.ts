/** The remote that holds the ledgers. */
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { Git } from "./git.ts";
import { maskCredentials, mustRun } from "./git.ts";

/**
 * The remote that was asked for, else `origin`, else the only one; null for none. Throws `Failure` UNKNOWN_REMOTE,
 * and WHICH_REMOTE where there are several and none is called `origin`.
 */
export async function chooseRemote(git: Git, asked: string | null | undefined): Promise<string | null> {
  if (asked === null) return null;
  const remotes = (await mustRun(git, ["remote"])).split("\n").filter((name) => name !== "");
  if (asked !== undefined) {
    if (remotes.includes(asked)) return asked;
    throw unknownRemote(asked, remotes);
  }
  const [only, another] = remotes;
  if (only === undefined) return null;
  if (another === undefined) return only;
  if (remotes.includes("origin")) return "origin";
  throw new Failure({
    code: "WHICH_REMOTE",
    message: `The repository has several remotes and none called origin: ${listNames(remotes)}. One of them must hold the ledger.`,
    hint: "Name it: --remote NAME.",
  });
}

/** The address of a remote, without credentials; empty where git knows none. */
export async function remoteAddress(git: Git, remote: string): Promise<string> {
  const answer = await git(["remote", "get-url", "--push", "--end-of-options", remote]);
  return printable(maskCredentials(answer.stdout.trim()), 300);
}

function unknownRemote(asked: string, remotes: readonly string[]): Failure {
  return new Failure({
    code: "UNKNOWN_REMOTE",
    message: `The repository has no remote called "${printable(maskCredentials(asked))}".`,
    hint: remotes.length === 0 ? "It has no remotes at all." : `It has: ${listNames(remotes)}.`,
  });
}

function listNames(remotes: readonly string[]): string {
  return remotes.map((name) => printable(name)).join(", ");
}
