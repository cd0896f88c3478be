/** The ledger's failures that several files use. */
import { Failure } from "../problem.ts";
import { branchOf } from "./branches.ts";
import type { RunIdentity } from "./lease.ts";
import { describeLease } from "./lease.ts";

/** Whether `error` is a `Failure` with one of these codes. */
export function failedWith(error: unknown, ...codes: readonly string[]): error is Failure {
  return error instanceof Failure && error.problems.some((problem) => codes.includes(problem.code));
}

/** Another apply holds the lease, and this one must not wait. */
export function applyRunning(target: string, lease: RunIdentity): Failure {
  return new Failure(
    {
      code: "APPLY_RUNNING",
      message: `Another apply of ${target} is running: ${describeLease(lease)}.`,
      hint: "Apply again: without --no-wait, it waits until the other apply has ended. If you know that the other is dead, use --take-over.",
    },
    3,
  );
}

/** The branch moved after it was read. */
export function ledgerMoved(target: string, by: RunIdentity | null): Failure {
  const run = by === null ? "" : ` by the apply of ${describeLease(by)}`;
  return new Failure({
    code: "LEDGER_MOVED",
    message: `The ledger of ${target} was moved${run} after this command read it; nothing was overwritten.`,
    hint: "Plan again, from the new ledger.",
  });
}

/** The end of a run can't be written: its lease and records stay, and show what may have happened. */
export function endNotWritten(target: string, cause: Failure): Failure {
  return new Failure(
    cause.problems.map((problem) => ({
      ...problem,
      message: `${problem.message} Therefore ${branchOf(target)} still says that this apply is running, and doesn't say what it did.`,
      hint: `${problem.hint ?? ""} Then apply again: after a wait of a few minutes it reads from the organisation what was done.`.trim(),
    })),
  );
}

/** An apply needs a repository for its ledger. */
export function noRepository(): Failure {
  return new Failure({
    code: "NO_REPOSITORY",
    message:
      "This folder is not in a git repository, so there is no ledger of what was applied, and nothing could ever be removed.",
    hint: "Work in a clone of your repository, or create one here (git init, then commit the YAML). For a trial: --no-ledger.",
  });
}
