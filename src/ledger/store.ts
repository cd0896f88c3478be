/** Reads the ledger of one target, and writes it before and after an apply. */
import type { Ledger } from "../model.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { RecordFacts, RunFacts } from "./begin.ts";
import { beginRun, recordLedger } from "./begin.ts";
import {
  branchOf,
  chooseRemote,
  isTargetName,
  localBranches,
  remoteAddress,
  remoteBranches,
} from "./branches.ts";
import type { LedgerClock } from "./clock.ts";
import { systemLedgerClock } from "./clock.ts";
import type { Author } from "./commit.ts";
import { cleanAuthor, findAuthor } from "./commit.ts";
import type { Git, GitOptions } from "./git.ts";
import { gitMessage, openGit, openGitBytes } from "./git.ts";
import type { HistoryQuery, HistoryStep } from "./history.ts";
import { readHistory, readLedgerAt } from "./history.ts";
import type { LedgerHome } from "./home.ts";
import { contentAt, noteSighting } from "./home.ts";
import type { SharingOptions, TargetLedger } from "./other-ledgers.ts";
import { readOtherLedgers } from "./other-ledgers.ts";
import type { LedgerState, ReadOptions } from "./read.ts";
import { readLastSeen, readLedger } from "./read.ts";
import type { LedgerRun } from "./run.ts";
import type { TurnOptions } from "./turn.ts";
import { waitForTurn } from "./turn.ts";

export interface LedgerStoreOptions extends GitOptions {
  readonly target: string;
  /** The remote that holds the ledgers. Default: `origin`, else the only remote; null: only this repository. */
  readonly remote?: string | null;
  /** Default: `GITHUB_ACTOR`, else git's `user.name`. */
  readonly author?: Author;
  /** Default: the system's clocks. */
  readonly clock?: LedgerClock;
}

export interface LedgerStore {
  readonly target: string;
  /** `ledger/production`. */
  readonly branch: string;
  /** Null if the ledger lives only in this repository. */
  readonly remote: string | null;
  readonly clock: LedgerClock;
  /** A sentence about the ledger's location, for the confirmation before an apply. */
  describeHome(): Promise<string>;
  /**
   * Reads the ledger, from the remote if there is one. Throws `Failure` LEDGER_UNREACHABLE, LEDGER_BROKEN,
   * LEDGER_VERSION, LEDGER_TARGET, LEDGER_GONE, LEDGER_NOT_PUSHED; none of these means "no ledger".
   */
  read(options?: ReadOptions): Promise<LedgerState>;
  /** Reads the ledger as this clone last saw it, without asking the remote: only for estimates. */
  readLastSeen(): Promise<LedgerState>;
  /**
   * Reads the history of users, newest first: one step for each commit that changed one of their files. Empty without a
   * branch. Throws `Failure` like `read`.
   */
  history(query?: HistoryQuery): Promise<readonly HistoryStep[]>;
  /**
   * Reads the ledger at a moment, in milliseconds since 1970; null if there was none. Throws `Failure` like `read`.
   */
  readAt(moment: number): Promise<Ledger | null>;
  /** The current tip of the branch; null if there is none. Throws `Failure` LEDGER_UNREACHABLE. */
  tip(): Promise<string | null>;
  /**
   * Commits `intent`, a ledger with records without outcome, on top of `state`, which comes from `waitForTurn`. Throws
   * `Failure` APPLY_RUNNING, LEDGER_MOVED, SHARED_ORG, and withdraws the intent.
   */
  begin(state: LedgerState, intent: Ledger, run: RunFacts, options?: SharingOptions): Promise<LedgerRun>;
  /**
   * Writes a ledger when nothing is written to the organisation. Returns the commit's hash, or null if the ledger is
   * unchanged. Throws `Failure` APPLY_RUNNING, LEDGER_MOVED, SHARED_ORG.
   */
  record(
    state: LedgerState,
    ledger: Ledger,
    facts: RecordFacts,
    options?: SharingOptions,
  ): Promise<string | null>;
  /** The ledgers of other targets, by name. Throws `Failure` LEDGER_UNREACHABLE. */
  others(): Promise<readonly TargetLedger[]>;
  /**
   * Takes over the ledger of another target (OTHER_LEDGER, allowed) when no run holds it: the first commit of `begin` or
   * `record` starts from its tip and marks it as moved. Throws `Failure` like `waitForTurn`.
   */
  adopt(other: string, options: TurnOptions): Promise<LedgerState>;
}

/**
 * Opens the store of a target's ledger; null if there is no git repository. Throws `Failure` GIT_MISSING, GIT_FAILED,
 * UNKNOWN_REMOTE, WHICH_REMOTE, BAD_TARGET.
 */
export async function openLedgerStore(options: LedgerStoreOptions): Promise<LedgerStore | null> {
  const { target, env = process.env, clock = systemLedgerClock } = options;
  if (!isTargetName(target)) throw badTarget(target);
  const git = openGit(options);
  if (!(await isRepository(git))) return null;
  const remote = await chooseRemote(git, options.remote);
  const branches = remote === null ? localBranches(git) : remoteBranches(git, remote);
  const author = options.author ? cleanAuthor(options.author) : await findAuthor(git, env);
  const common = { git, bytes: openGitBytes(options), branches, author, clock };
  return storeOf({ ...common, target, firstSeen: new Map(), memory: { last: null } }, env);
}

function storeOf(home: LedgerHome, env: NodeJS.ProcessEnv): LedgerStore {
  const { git, branches, target, clock } = home;
  return {
    target,
    branch: branchOf(target),
    remote: branches.remote,
    clock,
    describeHome: () => describeHome(git, target, branches.remote),
    read: (options) => readLedger(home, options),
    readLastSeen: () => readLastSeen(home),
    history: (query = {}) => readHistory(home, query),
    readAt: (moment) => readLedgerAt(home, moment),
    async tip() {
      const tip = (await branches.list()).get(target) ?? null;
      if (tip !== null) noteSighting(home, tip);
      return tip;
    },
    begin: (state, intent, run, options = {}) => beginRun(home, env, state, intent, run, options),
    record: (state, ledger, facts, options = {}) => recordLedger(home, state, ledger, facts, options),
    others: () => readOtherLedgers(home),
    async adopt(other, options) {
      const otherHome = { ...home, target: other, memory: { last: null } };
      const { ledger, tip, ...state } = await waitForTurn(storeOf(otherHome, env), options);
      if (ledger === null || tip === null) throw nothingToAdopt(other);
      const adopts = { target: other, tip, content: await contentAt(otherHome, tip) };
      return { ...state, ledger: { ...ledger, target }, tip: null, adopts };
    },
  };
}

async function describeHome(git: Git, target: string, remote: string | null): Promise<string> {
  const branch = branchOf(target);
  if (remote === null)
    return `The ledger goes to the branch ${branch} of this clone only, which has no remote.`;
  const address = await remoteAddress(git, remote);
  return `The ledger goes to the branch ${branch} of ${printable(remote)} (${address}).`;
}

/** Throws for a repository that git refuses to read (broken, or another owner's): that is not "no repository". */
async function isRepository(git: Git): Promise<boolean> {
  const answer = await git(["rev-parse", "--git-dir"]);
  if (answer.code === 0) return true;
  if (answer.stderr.includes("not a git repository (or any")) return false;
  throw new Failure({
    code: "GIT_FAILED",
    message: `The repository can't be read: ${gitMessage(answer)}.`,
    hint: "Make sure that `git status` works here, then try again.",
  });
}

function nothingToAdopt(other: string): Failure {
  return new Failure({
    code: "LEDGER_MOVED",
    message: `The target ${printable(other)} doesn't have a ledger any more.`,
    hint: "Plan again.",
  });
}

function badTarget(target: string): Failure {
  return new Failure({
    code: "BAD_TARGET",
    message: `"${printable(target)}" is not a valid target name; use lower-case letters, digits and hyphens.`,
  });
}
