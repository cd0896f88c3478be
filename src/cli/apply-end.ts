/** Writes the end of an apply to the step's outputs, the job's summary and the pull requests. */
import type { FailureReason } from "../github/actions.ts";
import { planAnnotations, setOutputs, SUMMARY_BYTES, writeSummary } from "../github/actions.ts";
import { annotate } from "../github/annotations.ts";
import { runUrlOf } from "../github/event.ts";
import type { Session } from "../github/session.ts";
import type { ApplyReport } from "../model.ts";
import type { Result } from "../report/comment/result.ts";
import { resultComment } from "../report/comment/result.ts";
import { folded } from "../report/markdown-safe.ts";
import { planMarkdown } from "../report/plan/markdown.ts";
import { problemsOf, reasonOf } from "./failures.ts";
import { commentResult, targetOf } from "./on-github.ts";
import type { TargetOptions } from "./options.ts";
import type { Concerned, ApplyWork } from "./reviewed.ts";
import { findConcerned } from "./reviewed.ts";
import type { Terminal } from "./terminal.ts";

/** One apply, from its first step to its end. */
export interface ApplyRun {
  readonly options: TargetOptions & { readonly comment?: boolean };
  readonly session: Session | null;
  /** Null until there is a plan. */
  work: ApplyWork | null;
  /** The operations tried so far; null before the first write. */
  report: ApplyReport | null;
}

interface ApplyEnd {
  readonly exitCode: number;
  /** Absent if nothing was thrown. */
  readonly error?: unknown;
}

/** Never throws: a result that can't be written becomes a message. */
export async function reportEnd(run: ApplyRun, end: ApplyEnd, terminal: Terminal): Promise<void> {
  const { work, session, options } = run;
  await orPrintFailure("The step's outputs", terminal, () => reportStep(run, end, terminal));
  // A newer commit was applied already: there is no result.
  if (work === null && !("error" in end)) return;
  const told = options.comment === true ? session : null;
  const concerned = await concernedBy(run, told, terminal);
  const result = resultOf(run, end, concerned.target);
  if (told)
    await orPrintFailure("The result", terminal, () => commentResult(told, concerned, result, terminal));
  if (!terminal.isShared) return;
  const summary = summaryOf(result, concerned.head, terminal);
  await orPrintFailure("The job's summary", terminal, () => writeSummary(summary, terminal.env));
}

async function concernedBy(
  { work, options }: ApplyRun,
  told: Session | null,
  terminal: Terminal,
): Promise<Concerned> {
  if (work) {
    const { inputs, openLedger } = work;
    return { target: inputs.desired.target, head: openLedger.head?.commit ?? "", pulls: work.pulls };
  }
  const found = told && (await lookForConcerned(told, options, terminal));
  return found ?? { target: await targetOf(options), head: "", pulls: [] };
}

/** The pull requests that get the result; null, and a message, if they can't be found. */
export async function lookForConcerned(
  session: Session,
  options: TargetOptions,
  terminal: Terminal,
): Promise<Concerned | null> {
  let concerned: Concerned | null = null;
  await orPrintFailure("The pull requests that this is about", terminal, async () => {
    concerned = await findConcerned(session, options, terminal);
  });
  return concerned;
}

async function reportStep(run: ApplyRun, end: ApplyEnd, terminal: Terminal): Promise<void> {
  if (!terminal.isShared) return;
  const plan = run.work?.plan;
  if (plan) terminal.command(annotate(planAnnotations(plan)));
  const failureReason = reasonFor(run, end);
  await setOutputs({ ...(plan && { plan }), ...(failureReason && { failureReason }) }, terminal.env);
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

function resultOf({ work, report }: ApplyRun, end: ApplyEnd, target: string): Result {
  return {
    target,
    plan: work?.plan ?? null,
    report,
    reasons: work?.reasons ?? [],
    ...("error" in end && { failure: problemsOf(end.error) }),
  };
}

function summaryOf(result: Result, head: string, { env }: Terminal): string {
  const [told, plan] = [SUMMARY_BYTES / 10, SUMMARY_BYTES / 2];
  const summary = resultComment(result, { runUrl: runUrlOf(env), head, maxBytes: told });
  if (result.plan === null) return summary;
  return `${summary}\n${folded("The plan", planMarkdown(result.plan, { maxBytes: plan }))}\n`;
}

async function orPrintFailure(what: string, terminal: Terminal, tell: () => Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    terminal.err(`${what} could not be written: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
