/**
 * Where the branches `ledger/<target>` live: in the remote where there is one, else in this repository.
 * Both can list them, bring their commits here, and move one forward from a tip that was read.
 */
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { Git, GitAnswer } from "./git.ts";
import { maskCredentials, mustRun, whatGitSaid } from "./git.ts";

/** The hash of the last commit of each ledger branch, by target. */
export type Tips = ReadonlyMap<string, string>;

export type Move =
  | { readonly kind: "moved" }
  /** Somebody else moved the branch first; its tip is null where they deleted it. */
  | { readonly kind: "lost"; readonly tip: string | null };

export interface LedgerBranches {
  /** Null where the ledgers live in this repository. */
  readonly remote: string | null;
  /** Asks for every ledger branch. Throws `Failure` LEDGER_UNREACHABLE. */
  list(): Promise<Tips>;
  /** The same as far as this clone knows without asking anybody. */
  listLastSeen(): Promise<Tips>;
  /** Makes the commits of these tips readable here. Throws `Failure` LEDGER_UNREACHABLE. */
  bring(tips: Tips): Promise<void>;
  /** Moves the branch to the commit `to` if its tip is still `from` (null: there is no branch). Throws `Failure` LEDGER_REFUSED. */
  moveForward(target: string, from: string | null, to: string): Promise<Move>;
}

const HEADS = "refs/heads/ledger/";

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
    async moveForward(target, from, to) {
      // An empty old value demands that the ref does not exist yet.
      const answer = await git(["update-ref", "-m", "genesys-skills", `${HEADS}${target}`, to, from ?? ""]);
      if (answer.code === 0) return { kind: "moved" };
      const tip = (await list()).get(target) ?? null;
      if (tip === from) throw refused(target, whatGitSaid(answer));
      return { kind: "lost", tip };
    },
  };
}

/** The ledgers in a remote of this name; what was fetched is kept under refs of our own, no branch is touched. */
export function remoteBranches(git: Git, remote: string): LedgerBranches {
  const seen = `refs/genesys-skills/${remote}/`;

  async function list(): Promise<Tips> {
    const answer = await git(["ls-remote", "--quiet", "--end-of-options", remote, `${HEADS}*`]);
    if (answer.code !== 0) throw unreachable(remote, answer);
    return tipsFrom(answer.stdout, "\t", HEADS);
  }

  async function bring(tips: Tips): Promise<void> {
    const missing: string[] = [];
    for (const [target, tip] of tips) if (!(await hasCommit(git, tip))) missing.push(target);
    if (missing.length === 0) return;
    const refspecs = missing.map((target) => `+${HEADS}${target}:${seen}${target}`);
    const answer = await fetch(refspecs);
    // Another command in this clone may hold the lock of a ref and have brought the commits itself.
    for (const target of missing)
      if (!(await hasCommit(git, tips.get(target) ?? ""))) throw unreachable(remote, answer);
  }

  // Without --depth: it would cut the history of a full clone, and a shallow one is not deepened by a branch
  // that shares no commit with the others.
  const fetch = (refspecs: readonly string[]) =>
    git([
      ...["fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--recurse-submodules=no"],
      ...["--end-of-options", remote, ...refspecs],
    ]);

  const push = (target: string, to: string) =>
    git([
      ...["push", "--porcelain", "--no-signed", "--no-follow-tags", "--recurse-submodules=no"],
      ...["--end-of-options", remote, `${to}:${HEADS}${target}`],
    ]);

  return {
    remote,
    list,
    bring,
    async listLastSeen() {
      const tracked = await refsUnder(git, `refs/remotes/${remote}/ledger/`);
      return new Map([...tracked, ...(await refsUnder(git, seen))]);
    },
    async moveForward(target, from, to) {
      for (let tries = 1; ; tries++) {
        const answer = await push(target, to);
        // What the remote holds now is the answer, whatever became of the one to the push.
        const tip = answer.code === 0 ? to : ((await list()).get(target) ?? null);
        if (tip === to) {
          // Saves a later fetch; should it fail, nothing is lost.
          await git(["update-ref", `${seen}${target}`, to]);
          return { kind: "moved" };
        }
        if (tip !== from) return { kind: "lost", tip };
        if (tries === 3 || !metALock(answer)) throw refused(target, rejection(answer));
      }
    },
  };
}

/** Another push holds the branch at this very moment, so that nobody can say yet who wins. */
function metALock(answer: GitAnswer): boolean {
  return /cannot lock ref|failed to (?:lock|update ref)|already exists|incorrect old value/.test(
    answer.stdout + answer.stderr,
  );
}

/** The remote that holds the ledgers: the one that was asked for, else `origin` where it exists, else none. */
export async function chooseRemote(git: Git, asked: string | null | undefined): Promise<string | null> {
  if (asked === null) return null;
  const remotes = (await mustRun(git, ["remote"])).split("\n").filter((name) => name !== "");
  const wanted = asked ?? "origin";
  if (remotes.includes(wanted)) return wanted;
  if (asked === undefined) return null;
  const known = remotes.map((name) => printable(name)).join(", ");
  throw new Failure({
    code: "UNKNOWN_REMOTE",
    message: `The repository has no remote called "${printable(maskCredentials(asked))}".`,
    hint: known === "" ? "It has no remotes at all." : `It has: ${known}.`,
  });
}

async function refsUnder(git: Git, prefix: string): Promise<Tips> {
  return tipsFrom(
    await mustRun(git, ["for-each-ref", "--format=%(objectname) %(refname)", prefix]),
    " ",
    prefix,
  );
}

/** Other branches under `ledger/` are none of ours. */
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

/** The line that `push --porcelain` marks with `!` says why the remote refused; otherwise git's complaint does. */
function rejection(answer: GitAnswer): string {
  const line = answer.stdout.split("\n").find((text) => text.startsWith("!\t"));
  const why = line?.split("\t")[2];
  const said = whatGitSaid(answer);
  return why === undefined ? said : `${printable(maskCredentials(why), 300)}; ${said}`;
}

function refused(target: string, why: string): Failure {
  return new Failure({
    code: "LEDGER_REFUSED",
    message: `The branch ${branchOf(target)} could not be written: ${why}.`,
    hint: "Whoever applies must be allowed to push to ledger/**: on GitHub the job needs `contents: write`, and no ruleset may stop it.",
  });
}

function unreachable(remote: string, answer: GitAnswer): Failure {
  return new Failure({
    code: "LEDGER_UNREACHABLE",
    message: `The remote "${printable(remote)}", which holds the ledger, could not be asked: ${whatGitSaid(answer)}.`,
    hint: `Make sure that \`git fetch ${printable(remote)}\` works here, then try again.`,
  });
}
