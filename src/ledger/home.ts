/** Where one target's ledger lives, and what reading, writing and losing a race there mean. */
import { Failure } from "../problem.ts";
import type { LedgerBranches, Tips } from "./branches.ts";
import { branchOf } from "./branches.ts";
import type { Author } from "./commit.ts";
import { authorOrProgram, LEDGER_FILE, writeCommit } from "./commit.ts";
import type { LedgerFile } from "./file.ts";
import { broken, MAX_LEDGER_BYTES, parseLedger, serialiseLedger, tooLarge } from "./file.ts";
import type { Git } from "./git.ts";
import { mustRun, whatGitSaid } from "./git.ts";
import type { RunIdentity } from "./intent.ts";
import { describeRun } from "./intent.ts";

export interface LedgerHome {
  readonly git: Git;
  readonly branches: LedgerBranches;
  readonly target: string;
  readonly author: Author | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The file in the commit `tip`. Throws `Failure` LEDGER_BROKEN, LEDGER_VERSION. */
export async function readAt(git: Git, target: string, tip: string): Promise<LedgerFile> {
  const where = `${LEDGER_FILE} on ${branchOf(target)}`;
  const size = await git(["cat-file", "-s", `${tip}:${LEDGER_FILE}`]);
  if (size.code !== 0) throw broken(where, whatGitSaid(size));
  if (Number(size.stdout) > MAX_LEDGER_BYTES) throw tooLarge(where);
  return parseLedger(await mustRun(git, ["cat-file", "blob", `${tip}:${LEDGER_FILE}`]), where);
}

/** Commits the file on top of `parent`, where no branch points to it yet; answers the commit's hash. */
export async function commitOnto(
  { git, author, now }: LedgerHome,
  parent: string | null,
  file: LedgerFile,
  message: string,
): Promise<string> {
  const content = serialiseLedger(file);
  return writeCommit(git, { content, message, parent, author: authorOrProgram(author), at: now() });
}

/** Whose intent stands in the commit `tip`; null where none does or that can't be read. */
export async function runAt(home: LedgerHome, tip: string | null): Promise<RunIdentity | null> {
  if (tip === null) return null;
  const tips: Tips = new Map([[home.target, tip]]);
  try {
    await home.branches.bring(tips);
    return (await readAt(home.git, home.target, tip)).intent?.run ?? null;
  } catch (error) {
    // It only makes a message better.
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** Another apply is at work: its intent is younger than six minutes. */
export function applyAtWork(target: string, run: RunIdentity): Failure {
  return new Failure({
    code: "APPLY_AT_WORK",
    message: `Another apply of ${target} is at work: ${describeRun(run)}.`,
    hint: "Wait until it has ended. If you know that it is dead, go on with --take-over.",
  });
}

/** An intent that nobody renews is soon taken for a dead run's. */
export function renewalFailed(target: string, cause: unknown): Failure {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Failure({
    code: "RENEWAL_FAILED",
    message: `The ledger of ${target} could not be renewed twice in a row, so this apply stops writing: ${why}`,
    hint: "What is left shows in the next plan.",
  });
}

/** The end of a run that can't be written down: its intent stands, and what became of it shows in the organisation. */
export function leftOpen(target: string, cause: Failure): Failure {
  return new Failure(
    cause.problems.map((problem) => ({
      ...problem,
      message: `${problem.message} So ${branchOf(target)} still says that this apply is at work, and not what it did.`,
      hint: `${problem.hint ?? ""} Then apply again, with --take-over in the next six minutes and without it afterwards: it sees in the organisation what was done, and writes it down.`.trim(),
    })),
  );
}

/** The branch has another tip than the one that was read. */
export function ledgerMoved(target: string, by: RunIdentity | null): Failure {
  const who = by === null ? "" : ` by the apply of ${describeRun(by)}`;
  return new Failure({
    code: "LEDGER_MOVED",
    message: `The ledger of ${target} was moved${who} after this command read it; nothing was overwritten.`,
    hint: "Plan again, now from the new ledger.",
  });
}

/** Whether `error` is a `Failure` with one of these codes. */
export function failedWith(error: unknown, ...codes: readonly string[]): error is Failure {
  return error instanceof Failure && error.problems.some((problem) => codes.includes(problem.code));
}
