/** Writes commits without a work tree or an index, with one process; no branch points to them yet. */
import { Failure } from "../problem.ts";
import type { FileChange } from "./content.ts";
import type { Git } from "./git.ts";
import { gitMessage } from "./git.ts";

export interface Author {
  readonly name: string;
  readonly email: string;
}

interface LedgerCommit {
  /** Changed files; all others stay as in the parent. */
  readonly changes: readonly FileChange[];
  readonly message: string;
  /** Null for the first of an orphan history. */
  readonly parent: string | null;
  /** Null if the author is unknown: then the program is the author. */
  readonly author: Author | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const COMMITTER: Author = { name: "genesys-skills", email: "genesys-skills@noreply.invalid" };

/**
 * Writes a commit and returns its hash. The private `ref` keeps it from being garbage-collected until `dropRef`.
 * Throws `Failure` GIT_FAILED.
 */
export async function writeCommit(git: Git, ref: string, commit: LedgerCommit): Promise<string> {
  // fast-import ignores `commit.gpgsign`, which could wait for a passphrase. Without deltas a large ledger is read in
  // half the time and is hardly larger. --force, because the ref may point to a commit that lost its race.
  const answer = await git(["fast-import", "--quiet", "--done", "--force", "--depth=0"], {
    stdin: streamOf(ref, commit),
  });
  const hash = answer.stdout.trim();
  if (answer.code === 0 && /^[0-9a-f]{40,64}$/.test(hash)) return hash;
  throw new Failure({
    code: "GIT_FAILED",
    message: `git fast-import failed: ${gitMessage(answer)}`,
    hint: "Make sure that git can write to this repository and that the disk is not full, then try again.",
  });
}

/** Deletes the ref of a commit that is now on a branch, or that isn't needed. */
export async function dropRef(git: Git, ref: string): Promise<void> {
  await git(["update-ref", "-d", ref]);
}

/** The input of fast-import. Paths are plain ASCII (see `userPath`) and need no quotes. */
function streamOf(ref: string, { changes, message, parent, author, at }: LedgerCommit): string {
  const date = `${Math.floor(at / 1000)} +0000`;
  return [
    `commit ${ref}\nmark :1\n`,
    `author ${identity(author ?? COMMITTER)} ${date}\ncommitter ${identity(COMMITTER)} ${date}\n`,
    data(message),
    parent === null ? "" : `from ${parent}\n`,
    ...changes.map(({ path, text }) =>
      text === null ? `D ${path}\n` : `M 100644 inline ${path}\n${data(text)}`,
    ),
    "\nget-mark :1\ndone\n",
  ].join("");
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function identity({ name, email }: Author): string {
  return `${name} <${email}>`;
}

/** The person who applies: `GITHUB_ACTOR`, else git's `user.name`, else null. */
export async function findAuthor(git: Git, env: NodeJS.ProcessEnv): Promise<Author | null> {
  const actor = env["GITHUB_ACTOR"];
  if (actor) return cleanAuthor({ name: actor, email: `${actor}@users.noreply.github.com` });
  const name = (await git(["config", "--get", "user.name"])).stdout.trim();
  const email = (await git(["config", "--get", "user.email"])).stdout.trim();
  return cleanAuthor({ name, email });
}

/** The author in a form that git accepts, or null if nothing of the name is left. */
export function cleanAuthor({ name, email }: Author): Author | null {
  // Git refuses a name that consists only of these characters, and strips them from its ends.
  const clean = (text: string) =>
    text.replace(/[\p{Cc}<>]/gu, "").replace(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, "");
  const cleanName = clean(name);
  return cleanName === "" ? null : { name: cleanName, email: clean(email) || COMMITTER.email };
}
