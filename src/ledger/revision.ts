/** What git knows of the revision that stands in the work tree, and of those before it. */
import { posix, sep } from "node:path";
import type { Git, GitOptions } from "./git.ts";
import { mustRun, openGit } from "./git.ts";

export interface HeadRevision {
  /** The full hash. */
  readonly commit: string;
  /** Files under the directory that differ from the commit or that it lacks, relative to `cwd`, sorted. */
  readonly dirty: readonly string[];
}

/** The commit checked out in `cwd`, or null without a repository or a first commit; `dir` is relative to `cwd`. */
export async function headRevision(
  cwd: string,
  dir = ".",
  env?: NodeJS.ProcessEnv,
): Promise<HeadRevision | null> {
  const git = openGit(gitOptions(cwd, env));
  const head = await git(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  if (head.code !== 0) return null;
  return { commit: head.stdout.trim(), dirty: await listDirty(git, dir) };
}

async function listDirty(git: Git, dir: string): Promise<string[]> {
  // Without optional locks git only looks: it would refresh the index otherwise.
  const command = [
    "--no-optional-locks",
    "status",
    "--porcelain=v1",
    "-z",
    "--no-renames",
    "--untracked-files=all",
  ];
  const status = await mustRun(git, [...command, "--", dir]);
  const prefix = (await mustRun(git, ["rev-parse", "--show-prefix"])).trim();
  return status
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => posix.relative(prefix, entry.slice(3)))
    .sort();
}

/**
 * Whether commit `a` is `b` or an ancestor of it. `unknown` where this clone can't tell: it lacks one of the
 * two, or it is shallow and the way between them may be in what it lacks.
 */
export async function isAncestor(
  cwd: string,
  a: string,
  b: string,
  env?: NodeJS.ProcessEnv,
): Promise<"yes" | "no" | "unknown"> {
  if (!isHash(a) || !isHash(b)) return "unknown";
  if (a === b) return "yes";
  const git = openGit(gitOptions(cwd, env));
  const answer = await git(["merge-base", "--is-ancestor", a, b]);
  if (answer.code === 0) return "yes";
  if (answer.code !== 1) return "unknown";
  const shallow = await git(["rev-parse", "--is-shallow-repository"]);
  return shallow.stdout.trim() === "false" ? "no" : "unknown";
}

/** The text of a file as it stood in a commit, or null where either is not to be had; `path` is relative to `cwd`. */
export async function showFile(
  cwd: string,
  revision: string,
  path: string,
  env?: NodeJS.ProcessEnv,
): Promise<string | null> {
  if (!isHash(revision)) return null;
  const inTree = `./${path.split(sep).join("/")}`;
  const answer = await openGit(gitOptions(cwd, env))(["cat-file", "blob", `${revision}:${inTree}`]);
  return answer.code === 0 ? answer.stdout : null;
}

/** The files under `dir` as they stood in a commit, relative to `dir`; empty where the commit is not to be had. */
export async function listFiles(
  cwd: string,
  revision: string,
  dir: string,
  env?: NodeJS.ProcessEnv,
): Promise<string[]> {
  if (!isHash(revision)) return [];
  const git = openGit(gitOptions(cwd, env));
  const answer = await git(["ls-tree", "-r", "-z", "--name-only", revision, "--", `./${dir}`]);
  const prefix = posix.normalize(`${dir.split(sep).join("/")}/`);
  const paths = answer.code === 0 ? answer.stdout.split("\0") : [];
  return paths.filter((path) => path !== "").map((path) => posix.relative(prefix, path));
}

/** Fetches what a shallow clone lacks; the work tree, index and branches stay as they are. */
export async function deepen(cwd: string, remote: string, env?: NodeJS.ProcessEnv): Promise<void> {
  const git = openGit(gitOptions(cwd, env));
  await git([
    "fetch",
    "--quiet",
    "--unshallow",
    "--no-tags",
    "--no-write-fetch-head",
    "--end-of-options",
    remote,
  ]);
}

/** Whether `text` is a full hash, which git can't take for an option or a ref. */
function isHash(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

function gitOptions(cwd: string, env: NodeJS.ProcessEnv | undefined): GitOptions {
  return env === undefined ? { cwd } : { cwd, env };
}
