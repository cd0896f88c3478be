/** Finishes an apply that GitHub ended: its ledger, and the comment on its pull requests. */
import { readJournal } from "../apply/journal.ts";
import { finishFromJournal, reportOf } from "../apply/recorded.ts";
import { openSession } from "../github/session.ts";
import { openLedgerStore } from "../ledger/store.ts";
import { commentResult } from "./on-github.ts";
import { pathInRepository } from "./root.ts";
import type { Terminal } from "./terminal.ts";

interface FinishOptions {
  readonly dir: string;
  /** The journal file of the apply. */
  readonly journal: string;
  /** Whether to comment on the pull requests. */
  readonly comment: boolean;
}

/** Does nothing if the apply ended normally. Throws Failure. */
export async function finishApply(options: FinishOptions, terminal: Terminal): Promise<void> {
  const left = readJournal(options.journal);
  if (!left) return;
  const { plan, revision, pullRequests: pulls } = left.start;
  if (!left.isRecorded) {
    const store = await openLedgerStore({ cwd: options.dir, target: plan.target, env: terminal.env });
    const commit = store && (await finishFromJournal(left, store));
    terminal.err(
      commit
        ? `The apply was stopped before it could write its ledger. This step wrote it: ${commit.slice(0, 12)}.\n`
        : "Another apply has taken over the ledger, and settles the writes of this one.\n",
    );
  }
  if (!options.comment) return;
  const session = await openSession(terminal.env, { dir: pathInRepository(options.dir) });
  const result = { target: plan.target, plan, report: reportOf(left.outcomes), reasons: [] };
  await commentResult(session, { pulls, head: revision.revision ?? "" }, result, terminal);
}
