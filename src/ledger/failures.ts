/** The ledger's refusals that more than one file speaks of. */
import { Failure } from "../problem.ts";
import { branchOf } from "./branches.ts";
import type { RunIdentity } from "./lease.ts";
import { describeLease } from "./lease.ts";

/** Whether `error` is a `Failure` with one of these codes. */
export function failedWith(error: unknown, ...codes: readonly string[]): error is Failure {
  return error instanceof Failure && error.problems.some((problem) => codes.includes(problem.code));
}

/** Another apply holds the lease, and nobody wants to wait for it. */
export function applyRunning(target: string, lease: RunIdentity): Failure {
  return new Failure(
    {
      code: "APPLY_RUNNING",
      message: `Another apply of ${target} is running: ${describeLease(lease)}.`,
      hint: "Apply again: unless --no-wait is given, it waits until that one has ended. If you know that it is dead, go on with --take-over.",
    },
    3,
  );
}

/** The branch has another tip than the one that was read. */
export function ledgerMoved(target: string, by: RunIdentity | null): Failure {
  const run = by === null ? "" : ` by the apply of ${describeLease(by)}`;
  return new Failure({
    code: "LEDGER_MOVED",
    message: `The ledger of ${target} was moved${run} after this command read it; nothing was overwritten.`,
    hint: "Plan again, now from the new ledger.",
  });
}

/** The end of a run can't be written: its lease and its records stand, and say what may have happened. */
export function endNotWritten(target: string, cause: Failure): Failure {
  return new Failure(
    cause.problems.map((problem) => ({
      ...problem,
      message: `${problem.message} So ${branchOf(target)} still says that this apply is running, and not what it did.`,
      hint: `${problem.hint ?? ""} Then apply again: after a wait of a few minutes it finds in the organisation what was done.`.trim(),
    })),
  );
}

/** An apply needs a place that remembers what it did. */
export function noRepository(): Failure {
  return new Failure({
    code: "NO_REPOSITORY",
    message:
      "This folder is in no git repository, so nothing would remember what was applied, and nothing could ever be removed.",
    hint: "Work in a clone of your repository, or make one here (git init, then commit the YAML). For a trial: --no-ledger.",
  });
}
