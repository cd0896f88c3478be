/** Asks git about the checked-out commit and its history. */
import { posix, sep } from "node:path";
import type { Ledger } from "../model.ts";
import { fetchRefs, unreachable } from "./branches.ts";
import type { Git, GitOptions } from "./git.ts";
import { mustRun, openGit } from "./git.ts";
import type { Order, RevisionFacts } from "./revision-rule.ts";

export interface HeadRevision {
  /** The full hash. */
  readonly commit: string;
  /** Changed and untracked files under the directory, relative to `cwd`, sorted. */
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
  // Without optional locks git doesn't refresh the index.
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
 * Whether commit `a` is `b` or an ancestor of it. `unknown` if this clone lacks one of them, or is shallow and may lack
 * the commits between them.
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

interface RevisionQuestion {
  readonly cwd: string;
  /** The folder of the YAML, relative to `cwd`. */
  readonly dir: string;
  /** The remote whose default branch must hold the commit; null for none. */
  readonly remote: string | null;
  readonly ledger: Pick<Ledger, "applied" | "attempted"> | null;
  /** Default: that of the process. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Finds the facts for `judgeRevision` about the checked-out commit. Completes a shallow clone if needed. Throws
 * `Failure` LEDGER_UNREACHABLE.
 */
export async function findRevisionFacts(question: RevisionQuestion): Promise<RevisionFacts> {
  const { cwd, dir, remote, ledger, env } = question;
  const head = await headRevision(cwd, dir, env);
  const orderTo = async (revision: string | null | undefined) => {
    if (!revision || !head) return null;
    return { revision, order: await orderOf(question, head.commit, revision) };
  };
  return {
    head,
    applied: await orderTo(ledger?.applied?.revision),
    attempted: await orderTo(ledger?.attempted?.revision),
    defaultBranch: remote !== null && head ? await askDefaultBranch(question, remote, head.commit) : null,
  };
}

/** How `head` relates to a commit of the ledger. */
async function orderOf(question: RevisionQuestion, head: string, revision: string): Promise<Order> {
  if (head === revision) return "same";
  const follows = await isAncestorWhole(question, revision, head);
  if (follows === "yes") return "follows";
  const precedes = await isAncestorWhole(question, head, revision);
  if (precedes === "yes") return "precedes";
  return follows === "no" && precedes === "no" ? "apart" : "unknown";
}

/** Whether the remote's default branch contains the commit; null if the remote has no default branch. */
async function askDefaultBranch(
  question: RevisionQuestion,
  remote: string,
  head: string,
): Promise<RevisionFacts["defaultBranch"]> {
  const git = openGit(gitOptions(question.cwd, question.env));
  const answer = await git(["ls-remote", "--quiet", "--symref", "--end-of-options", remote, "HEAD"]);
  if (answer.code !== 0) throw unreachable(remote, answer);
  const name = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(answer.stdout)?.[1] ?? "HEAD";
  const tip = /^([0-9a-f]+)\tHEAD$/m.exec(answer.stdout)?.[1];
  if (tip === undefined) return null;
  if ((await git(["cat-file", "-e", `${tip}^{commit}`])).code !== 0) {
    const ref = `refs/genesys-skills/default/${remote}`;
    const fetched = await fetchRefs(git, remote, [`+HEAD:${ref}`]);
    if (fetched.code !== 0) throw unreachable(remote, fetched);
  }
  return { name, holdsHead: await isAncestorWhole(question, head, tip) };
}

/** Like `isAncestor`, but completes a shallow clone if that is why git can't tell. */
async function isAncestorWhole({ cwd, remote, env }: RevisionQuestion, a: string, b: string) {
  const answer = await isAncestor(cwd, a, b, env);
  if (answer !== "unknown" || remote === null) return answer;
  await deepen(cwd, remote, env);
  return isAncestor(cwd, a, b, env);
}

/** The text of a file in a commit, or null if either is missing; `path` is relative to `cwd`. */
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

/** The files under `dir` in a commit, relative to `dir`; empty if the commit is missing. */
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

/** Fetches the missing commits of a shallow clone; doesn't touch the work tree, index and branches. */
async function deepen(cwd: string, remote: string, env?: NodeJS.ProcessEnv): Promise<void> {
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

/** Whether `text` is a full hash, which git can't mistake for an option or a ref. */
function isHash(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

function gitOptions(cwd: string, env: NodeJS.ProcessEnv | undefined): GitOptions {
  return env === undefined ? { cwd } : { cwd, env };
}
