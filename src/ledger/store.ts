/** The ledger of one target: read it, and write it around an apply. */
import type { Ledger } from "../model.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { RunStart, RunWorld } from "./begin.ts";
import { beginRun, recordLedger } from "./begin.ts";
import { branchOf, chooseRemote, isTargetName, localBranches, remoteBranches } from "./branches.ts";
import type { Author } from "./commit.ts";
import { cleanAuthor, findAuthor } from "./commit.ts";
import type { Git } from "./git.ts";
import { openGit, whatGitSaid } from "./git.ts";
import type { LedgerHome } from "./home.ts";
import type { AppliedFacts } from "./message.ts";
import type { OtherLedger } from "./other-ledgers.ts";
import { readOtherLedgers } from "./other-ledgers.ts";
import type { LedgerState, NoLedger } from "./read.ts";
import { readLastSeen, readLedger } from "./read.ts";
import type { Run } from "./run.ts";

export interface LedgerStoreOptions extends Partial<RunWorld> {
  /** Anywhere in the repository. */
  readonly cwd: string;
  readonly target: string;
  /** The remote that holds the ledgers. Default: `origin` where it exists; null: this repository alone. */
  readonly remote?: string | null;
  /** Default: `GITHUB_ACTOR`, else git's `user.name`. */
  readonly author?: Author;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
  /** How long one git command may take, in milliseconds. Default: two minutes. */
  readonly timeout?: number;
}

export interface LedgerStore {
  readonly kind: "store";
  /** `ledger/production`. */
  readonly branch: string;
  /** Null where the ledger lives in this repository alone. */
  readonly remote: string | null;
  /**
   * Reads the ledger, from the remote where there is one. Throws `Failure` LEDGER_UNREACHABLE, LEDGER_BROKEN,
   * LEDGER_VERSION, LEDGER_TARGET, LEDGER_NOT_PUSHED: none of these is ever "no ledger".
   */
  read(): Promise<LedgerState>;
  /** The ledger as this clone saw it last, without asking the remote: for estimates only. */
  readLastSeen(): Promise<LedgerState>;
  /** Commits the intent on top of what was read. Throws `Failure` APPLY_AT_WORK, LEDGER_MOVED. */
  begin(from: LedgerState, start: RunStart): Promise<Run>;
  /**
   * Writes a ledger for which nothing was written to the organisation, so that it needs no intent; null where
   * it is as it was read. Throws `Failure` APPLY_AT_WORK, LEDGER_MOVED.
   */
  record(from: LedgerState, ledger: Ledger, facts: AppliedFacts, takeOver?: boolean): Promise<string | null>;
  /** The ledgers of other targets, by name. Throws `Failure` LEDGER_UNREACHABLE. */
  others(): Promise<readonly OtherLedger[]>;
}

/**
 * The store of a target's ledger, or `none` where there is no git repository. Throws `Failure` GIT_MISSING,
 * GIT_FAILED, UNKNOWN_REMOTE, BAD_TARGET.
 */
export async function openLedgerStore(options: LedgerStoreOptions): Promise<LedgerStore | NoLedger> {
  const { target, env = process.env, now = Date.now } = options;
  if (!isTargetName(target)) throw badTarget(target);
  const git = openGit(options);
  if (!(await isRepository(git))) return { kind: "none", why: "no-git" };
  const remote = await chooseRemote(git, options.remote);
  const branches = remote === null ? localBranches(git) : remoteBranches(git, remote);
  const author = options.author ? cleanAuthor(options.author) : await findAuthor(git, env);
  const home: LedgerHome = { git, branches, target, author, now };
  const world: RunWorld = { ...options, env };
  return {
    kind: "store",
    branch: branchOf(target),
    remote,
    read: () => readLedger(home),
    readLastSeen: () => readLastSeen(home),
    begin: (from, start) => beginRun(home, world, from, start),
    record: (from, ledger, facts, takeOver) => recordLedger(home, env, from, ledger, facts, takeOver),
    others: () => readOtherLedgers(git, branches, target),
  };
}

/** A repository that git refuses to read (another owner's, a broken one) is not "no repository". */
async function isRepository(git: Git): Promise<boolean> {
  const answer = await git(["rev-parse", "--git-dir"]);
  if (answer.code === 0) return true;
  if (answer.stderr.includes("not a git repository (or any")) return false;
  throw new Failure({
    code: "GIT_FAILED",
    message: `The repository can't be read: ${whatGitSaid(answer)}.`,
    hint: "Make sure that `git status` works here, then try again.",
  });
}

function badTarget(target: string): Failure {
  return new Failure({
    code: "BAD_TARGET",
    message: `"${printable(target)}" is not a target's name: lower-case letters, digits and hyphens are.`,
  });
}
