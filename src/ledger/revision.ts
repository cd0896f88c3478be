/** Asks git about the checked-out commit and its history. */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Ledger } from "../model.ts";
import { fetchRefs, unreachable } from "./branches.ts";
import type { Git, GitOptions } from "./git.ts";
import { mustRun, openGit, openGitBytes } from "./git.ts";
import type { Order, RevisionFacts } from "./revision-rule.ts";
import { readObjects } from "./snapshot.ts";

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

/**
 * The texts of the files under `cwd` in a commit, by path; empty if git lacks the commit. One process reads them all,
 * without those whose text is the same as `known` gives for the path.
 */
export async function readFiles(
  cwd: string,
  revision: string,
  known: (path: string) => string | undefined,
  env?: NodeJS.ProcessEnv,
): Promise<Map<string, string>> {
  if (!isHash(revision)) return new Map();
  const options = gitOptions(cwd, env);
  const listing = await openGit(options)(["ls-tree", "-r", "-z", revision, "--", "."]);
  const blobs = listing.code === 0 ? listing.stdout.matchAll(/ blob ([0-9a-f]+)\t([^\0]+)/gu) : [];
  const files = new Map<string, string>();
  const missing: { readonly path: string; readonly blob: string }[] = [];
  for (const [, blob = "", path = ""] of blobs) {
    const text = known(path);
    if (text !== undefined && blobOf(text, blob.length) === blob) files.set(path, text);
    else missing.push({ path, blob });
  }
  if (missing.length === 0) return files;
  const texts = await readObjects(
    openGitBytes(options),
    missing.map(({ blob }) => blob),
  );
  for (const { path } of missing) {
    const text = texts.next().value ?? null;
    if (text !== null) files.set(path, text);
  }
  return files;
}

/** The id that git gives to a text: 40 digits of SHA-1, or 64 of SHA-256. */
function blobOf(text: string, digits: number): string {
  const hash = createHash(digits === 40 ? "sha1" : "sha256");
  return hash.update(`blob ${Buffer.byteLength(text)}\0${text}`).digest("hex");
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
