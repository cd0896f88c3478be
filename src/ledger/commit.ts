/** A commit whose tree holds one file, made without a work tree or an index. */
import type { Git } from "./git.ts";
import { mustRun } from "./git.ts";

export interface Author {
  readonly name: string;
  readonly email: string;
}

export interface LedgerCommit {
  readonly content: string;
  readonly message: string;
  /** Null for the first of the branch. */
  readonly parent: string | null;
  readonly author: Author;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export const LEDGER_FILE = "ledger.json";

const COMMITTER: Author = { name: "genesys-skills", email: "genesys-skills@noreply.invalid" };

/** Writes the commit into the repository's objects, where nothing points to it yet; answers its hash. */
export async function writeCommit(git: Git, commit: LedgerCommit): Promise<string> {
  const blob = await hashOf(git, ["hash-object", "-w", "--stdin"], commit.content);
  const tree = await hashOf(git, ["mktree"], `100644 blob ${blob}\t${LEDGER_FILE}\n`);
  const parent = commit.parent === null ? [] : ["-p", commit.parent];
  // Plumbing never signs by itself, whatever `commit.gpgsign` says: nobody may be there to unlock a key.
  return hashOf(git, ["commit-tree", tree, ...parent, "-F", "-"], commit.message, identity(commit));
}

async function hashOf(
  git: Git,
  args: string[],
  stdin: string,
  env: Record<string, string> = {},
): Promise<string> {
  return (await mustRun(git, args, { stdin, env })).trim();
}

function identity({ author, at }: LedgerCommit): Record<string, string> {
  const date = `${Math.floor(at / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: COMMITTER.name,
    GIT_COMMITTER_EMAIL: COMMITTER.email,
    GIT_COMMITTER_DATE: date,
  };
}

/** Who applies: `GITHUB_ACTOR`, else git's own `user.name`, else nobody that is known. */
export async function findAuthor(git: Git, env: NodeJS.ProcessEnv): Promise<Author | null> {
  const actor = env["GITHUB_ACTOR"];
  if (actor) return cleanAuthor({ name: actor, email: `${actor}@users.noreply.github.com` });
  const name = (await git(["config", "--get", "user.name"])).stdout.trim();
  const email = (await git(["config", "--get", "user.email"])).stdout.trim();
  return cleanAuthor({ name, email });
}

/** The author as git accepts it, or null where nothing of the name is left; `COMMITTER` stands in for nobody. */
export function cleanAuthor({ name, email }: Author): Author | null {
  // Git refuses a name that consists only of these, and cuts it at the others.
  const clean = (text: string) =>
    text.replace(/[\p{Cc}<>]/gu, "").replace(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, "");
  const cleanName = clean(name);
  return cleanName === "" ? null : { name: cleanName, email: clean(email) || COMMITTER.email };
}

/** `author`, or the program itself where nobody is known. */
export function authorOrProgram(author: Author | null): Author {
  return author ?? COMMITTER;
}
