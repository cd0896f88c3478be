/** Writes the end of an apply to the step's outputs, the job's summary and the pull requests. */
import { readJournal } from "../apply/journal.ts";
import { finishFromJournal, reportOf } from "../apply/recorded.ts";
import type { FailureReason } from "../github/actions.ts";
import { planAnnotations, setOutputs, SUMMARY_BYTES, writeSummary } from "../github/actions.ts";
import { annotate } from "../github/annotations.ts";
import { runUrlOf } from "../github/event.ts";
import type { Session } from "../github/session.ts";
import { openSession } from "../github/session.ts";
import { openLedgerStore } from "../ledger/store.ts";
import { messageOf } from "../problem.ts";
import type { Result } from "../report/comment/result.ts";
import { resultComment } from "../report/comment/result.ts";
import { folded } from "../report/markdown-safe.ts";
import { planMarkdown } from "../report/plan/markdown.ts";
import { problemsOf, reasonOf } from "./failures.ts";
import { commentResult, targetOf } from "./on-github.ts";
import type { ApplyRun, Concerned } from "./reviewed.ts";
import { findConcerned } from "./reviewed.ts";
import { pathInRepository } from "./root.ts";
import type { Terminal } from "./terminal.ts";

export interface ApplyEnd {
  readonly exitCode: number;
  /** Absent if nothing was thrown. */
  readonly error?: unknown;
}

/** Never throws: a result that can't be written becomes a message. */
export async function reportEnd(run: ApplyRun, end: ApplyEnd): Promise<void> {
  const { work, session, options, terminal } = run;
  await orPrintFailure("The step's outputs could not be written", terminal, () => reportStep(run, end));
  // A newer commit was applied already: there is no result.
  if (work === null && !("error" in end)) return;
  const commenting = options.comment === true ? session : null;
  const { target, pulls, head } = await concernedBy(run, commenting);
  const result: Result = {
    ...{ target, plan: work?.plan ?? null, report: run.report, reasons: work?.reasons ?? [] },
    ...("error" in end && { failure: problemsOf(end.error) }),
  };
  if (commenting)
    await orPrintFailure("The result could not be written", terminal, () =>
      commentResult(commenting, { pulls, head }, result, terminal),
    );
  if (!terminal.isShared) return;
  await orPrintFailure("The job's summary could not be written", terminal, () =>
    writeSummary(summaryOf(result, head, terminal), terminal.env),
  );
}

async function concernedBy(run: ApplyRun, commenting: Session | null): Promise<Concerned> {
  if (run.work) {
    const { inputs, openLedger, pulls } = run.work;
    return { target: inputs.desired.target, head: openLedger.head?.commit ?? "", pulls };
  }
  const found = commenting && (await lookForConcerned(run, commenting));
  return found ?? { target: await targetOf(run.options), head: "", pulls: [] };
}

/** The pull requests that get the result; null, and a message, if they can't be found. */
export function lookForConcerned(run: ApplyRun, session: Session): Promise<Concerned | null> {
  const what = "The pull requests of this apply could not be found";
  return orPrintFailure(what, run.terminal, () => findConcerned(run, session));
}

async function reportStep(run: ApplyRun, end: ApplyEnd): Promise<void> {
  const { work, terminal } = run;
  if (!terminal.isShared) return;
  if (work) terminal.command(annotate(planAnnotations(work.plan)));
  const failureReason = reasonFor(run, end);
  await setOutputs(
    { ...(work && { plan: work.plan }), ...(failureReason && { failureReason }) },
    terminal.env,
  );
}

function reasonFor({ report }: ApplyRun, end: ApplyEnd): FailureReason | undefined {
  if ("error" in end) return report ? "apply-failed" : reasonOf(end.error);
  return report?.stopped === true && end.exitCode === 1 ? "interrupted" : REASONS[end.exitCode];
}

const REASONS: Readonly<Record<number, FailureReason>> = {
  1: "apply-failed",
  3: "refused",
  4: "unreviewed",
};

function summaryOf(result: Result, head: string, { env }: Terminal): string {
  const [resultBytes, planBytes] = [SUMMARY_BYTES / 10, SUMMARY_BYTES / 2];
  const summary = resultComment(result, { runUrl: runUrlOf(env), head, maxBytes: resultBytes });
  if (result.plan === null) return summary;
  return `${summary}\n${folded("The plan", planMarkdown(result.plan, { maxBytes: planBytes }))}\n`;
}

async function orPrintFailure<T>(
  what: string,
  terminal: Terminal,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    terminal.err(`${what}: ${messageOf(error)}\n`);
    return null;
  }
}

// ── An apply that GitHub ended ───────────────────────────────────────────────────────────────────────

interface FinishOptions {
  readonly dir: string;
  /** The journal file of the apply. */
  readonly journal: string;
  /** Whether to comment on the pull requests. */
  readonly comment: boolean;
}

/** Finishes ledger and comments from the journal; does nothing if the apply ended normally. Throws Failure. */
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
