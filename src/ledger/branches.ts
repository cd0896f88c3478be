/**
 * The branches `ledger/<target>`, which live in the remote if there is one, else in this repository. Lists them,
 * fetches their commits, and moves them forward from the tips that were read.
 */
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { Git, GitAnswer } from "./git.ts";
import { gitMessage, maskCredentials, mustRun } from "./git.ts";

/** The hash of the last commit of each ledger branch, by target. */
export type Tips = ReadonlyMap<string, string>;

/** Moves a branch to a commit from its tip, or from null if the branch must not exist yet. */
export interface Move {
  readonly target: string;
  readonly from: string | null;
  readonly to: string;
}

type MoveResult =
  | { readonly kind: "moved" }
  /** Another run moved one of them first; `tips` are the current tips. */
  | { readonly kind: "lost"; readonly tips: Tips };

export interface LedgerBranches {
  /** Null if the ledgers live in this repository. */
  readonly remote: string | null;
  /** Lists every ledger branch. Throws `Failure` LEDGER_UNREACHABLE. */
  list(): Promise<Tips>;
  /** Lists the branches that this clone knows, without asking the remote. */
  listLastSeen(): Promise<Tips>;
  /** Makes the commits of these tips available locally. Throws `Failure` LEDGER_UNREACHABLE. */
  bring(tips: Tips): Promise<void>;
  /** Moves all of these branches, or none. Throws `Failure` LEDGER_REFUSED, LEDGER_UNREACHABLE. */
  move(moves: readonly Move[]): Promise<MoveResult>;
}

const HEADS = "refs/heads/ledger/";
const NO_COMMIT = "0";

/** `ledger/production`. */
export function branchOf(target: string): string {
  return `ledger/${target}`;
}

export function isTargetName(text: string): boolean {
  return /^[a-z0-9-]{1,100}$/.test(text);
}

/** The ledgers of a repository without a remote. */
export function localBranches(git: Git): LedgerBranches {
  const list = () => refsUnder(git, HEADS);
  return {
    remote: null,
    list,
    listLastSeen: list,
    bring: () => Promise.resolve(),
    async move(moves) {
      const answer = await updateRefs(git, moves, (target) => `${HEADS}${target}`);
      if (answer.code === 0) return { kind: "moved" };
      const tips = await list();
      if (isStillThere(moves, tips)) throw refused(moves, gitMessage(answer));
      return { kind: "lost", tips };
    },
  };
}

/** The ledgers in this remote. Fetched commits are kept under our own refs; no branch is touched. */
export function remoteBranches(git: Git, remote: string): LedgerBranches {
  const seen = `refs/genesys-skills/seen/${remote}/`;

  async function list(): Promise<Tips> {
    const answer = await git(["ls-remote", "--quiet", "--end-of-options", remote, `${HEADS}*`]);
    if (answer.code !== 0) throw unreachable(remote, answer);
    return tipsFrom(answer.stdout, "\t", HEADS);
  }

  async function bring(tips: Tips): Promise<void> {
    const known = await refsUnder(git, seen);
    const unknown = [...tips].filter(([target, tip]) => known.get(target) !== tip);
    const missing: string[] = [];
    for (const [target, tip] of unknown) if (!(await hasCommit(git, tip))) missing.push(target);
    if (missing.length > 0) {
      const refspecs = missing.map((target) => `+${HEADS}${target}:${seen}${target}`);
      const answer = await fetchRefs(git, remote, refspecs);
      // Another command in this clone may hold the lock of a ref and have fetched the commits itself.
      for (const target of missing)
        if (!(await hasCommit(git, tips.get(target) ?? ""))) throw unreachable(remote, answer);
    }
    await rememberTips(unknown.map(([target, to]) => ({ target, to })));
  }

  /** Stores the tips, so that they needn't be fetched again and a branch that the remote loses is noticed. */
  async function rememberTips(tips: readonly Pick<Move, "target" | "to">[]): Promise<void> {
    const lines = tips.map(({ target, to }) => `update ${seen}${target} ${to}\n`);
    if (lines.length > 0) await git(["update-ref", "--stdin"], { stdin: lines.join("") });
  }

  const push = (moves: readonly Move[]) =>
    git([
      // The files of a first commit have nothing to be a delta of, so searching for deltas only costs time.
      ...(moves.some(({ from }) => from === null) ? ["-c", "pack.window=0"] : []),
      ...["push", "--porcelain", "--no-signed", "--no-follow-tags", "--recurse-submodules=no"],
      ...(moves.length > 1 ? ["--atomic"] : []),
      ...["--end-of-options", remote, ...moves.map(({ target, to }) => `${to}:${HEADS}${target}`)],
    ]);

  return {
    remote,
    list,
    bring,
    async listLastSeen() {
      const tracked = await refsUnder(git, `refs/remotes/${remote}/ledger/`);
      return new Map([...tracked, ...(await refsUnder(git, seen))]);
    },
    async move(moves) {
      for (let tries = 1; ; tries++) {
        const answer = await push(moves);
        // The remote's current branches decide, even if the answer to the push was lost.
        const tips = answer.code === 0 ? null : await list();
        if (tips === null || moves.every(({ target, to }) => tips.get(target) === to)) {
          await rememberTips(moves);
          return { kind: "moved" };
        }
        if (!isStillThere(moves, tips)) return { kind: "lost", tips };
        if (tries === 3 || !metALock(answer)) throw refused(moves, rejection(answer));
      }
    },
  };
}

/** Fetches refs without touching FETCH_HEAD, tags or submodules. */
export function fetchRefs(git: Git, remote: string, refspecs: readonly string[]): Promise<GitAnswer> {
  // Without --depth, which would cut the history of a full clone. A shallow clone is not deepened by a branch that
  // shares no commit with the others.
  return git([
    ...["fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--recurse-submodules=no"],
    ...["--end-of-options", remote, ...refspecs],
  ]);
}

/** Moves refs of this repository from their old values, all or none. */
function updateRefs(git: Git, moves: readonly Move[], refOf: (target: string) => string): Promise<GitAnswer> {
  const lines = moves.map(({ target, from, to }) => {
    // Zeros require that the ref does not exist yet.
    return `update ${refOf(target)} ${to} ${from ?? NO_COMMIT.repeat(to.length)}\n`;
  });
  return git(["update-ref", "-m", "genesys-skills", "--stdin"], { stdin: lines.join("") });
}

function isStillThere(moves: readonly Move[], tips: Tips): boolean {
  return moves.every(({ target, from }) => (tips.get(target) ?? null) === from);
}

/** Whether another push was updating the branch, so that it isn't known yet which one wins. */
function metALock(answer: GitAnswer): boolean {
  return /cannot lock ref|failed to (?:lock|update ref)|already exists|incorrect old value/.test(
    answer.stdout + answer.stderr,
  );
}

async function refsUnder(git: Git, prefix: string): Promise<Tips> {
  return tipsFrom(
    await mustRun(git, ["for-each-ref", "--format=%(objectname) %(refname)", prefix]),
    " ",
    prefix,
  );
}

/** Parses hashes and refs; skips other branches under `ledger/`. */
function tipsFrom(text: string, separator: string, prefix: string): Tips {
  const lines = text.split("\n").map((line) => line.split(separator));
  return new Map(
    lines.flatMap(([hash, ref]) => {
      const target = ref?.startsWith(prefix) ? ref.slice(prefix.length) : "";
      return hash !== undefined && isTargetName(target) ? [[target, hash] as const] : [];
    }),
  );
}

async function hasCommit(git: Git, hash: string): Promise<boolean> {
  return (await git(["cat-file", "-e", `${hash}^{commit}`])).code === 0;
}

/** Why the remote refused: the line that `push --porcelain` marks with `!`, or else git's error message. */
function rejection(answer: GitAnswer): string {
  const line = answer.stdout.split("\n").find((text) => text.startsWith("!\t"));
  const why = line?.split("\t")[2];
  const message = gitMessage(answer);
  return why === undefined ? message : `${printable(maskCredentials(why), 300)}; ${message}`;
}

function refused(moves: readonly Move[], why: string): Failure {
  const branches = moves.map(({ target }) => branchOf(target)).join(" and ");
  return new Failure({
    code: "LEDGER_REFUSED",
    message: `The branch ${branches} could not be written: ${why}.`,
    hint: "Allow apply to push to ledger/**: on GitHub the job needs `contents: write`, and no ruleset may block it.",
  });
}

/** The failure for a remote that can't be reached. This must not look like a remote without a ledger. */
export function unreachable(remote: string, answer: GitAnswer): Failure {
  return new Failure({
    code: "LEDGER_UNREACHABLE",
    message: `The remote "${printable(remote)}", which holds the ledger, could not be reached: ${gitMessage(answer)}.`,
    hint: `Make sure that \`git fetch ${printable(remote)}\` works here, then try again.`,
  });
}

/**
 * The remote that was asked for, else `origin`, else the only one; null for none. Throws `Failure` UNKNOWN_REMOTE, and
 * WHICH_REMOTE if there are several and none is called `origin`.
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

/** The URL of a remote, without credentials; empty if git has none. */
export async function remoteAddress(git: Git, remote: string): Promise<string> {
  const answer = await git(["remote", "get-url", "--push", "--end-of-options", remote]);
  return printable(maskCredentials(answer.stdout.trim()), 300);
}

function unknownRemote(asked: string, remotes: readonly string[]): Failure {
  return new Failure({
    code: "UNKNOWN_REMOTE",
    message: `The repository has no remote called "${printable(maskCredentials(asked))}".`,
    hint: remotes.length === 0 ? "It has no remotes." : `It has: ${listNames(remotes)}.`,
  });
}

function listNames(remotes: readonly string[]): string {
  return remotes.map((name) => printable(name)).join(", ");
}
