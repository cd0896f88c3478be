/** `apply`: carries a plan out, the one in a file or a fresh one. */
import { applyPlan } from "../../apply/apply.ts";
import { isComplete } from "../../apply/outcome.ts";
import type { Recording } from "../../apply/recorded.ts";
import { applyRecorded, recordOnly } from "../../apply/recorded.ts";
import { disarm, grouped } from "../../github/actions.ts";
import type { Session } from "../../github/session.ts";
import { openSession } from "../../github/session.ts";
import { judgeRevision } from "../../ledger/revision-rule.ts";
import type { AppliedRevision, ApplyReport, OperationOutcome, Plan } from "../../model.ts";
import { plan as makePlan } from "../../plan/plan.ts";
import { planReviewed } from "../../plan/review.ts";
import { Failure } from "../../problem.ts";
import { outcomeText } from "../../report/outcome-text.ts";
import { planText } from "../../report/plan/text.ts";
import { printable } from "../../text.ts";
import type { ApplyRun } from "../apply-end.ts";
import { lookForConcerned, tellEnd } from "../apply-end.ts";
import { ask } from "../ask.ts";
import { sayFailure } from "../failures.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { TurnChoice } from "../ledger.ts";
import type { TargetOptions } from "../options.ts";
import { readPlanFile, refuseUnreviewed } from "../plan-file.ts";
import { startProgress } from "../progress.ts";
import type { Work } from "../reviewed.ts";
import { askReviews, findWithheld, reasonsOf } from "../reviewed.ts";
import { factsOf } from "../revisions.ts";
import type { OpenTarget, PlannedTarget } from "../target.ts";
import { openTarget, planTarget } from "../target.ts";
import type { Terminal } from "../terminal.ts";
import { tellLedgerWait, tellWait } from "../waits.ts";
import { refusedExit } from "./plan.ts";

export interface ApplyCommandOptions extends TargetOptions {
  /** The plan file; a fresh plan where there is none. */
  readonly file?: string;
  readonly yes?: boolean;
  readonly allow: ReadonlySet<string>;
  /** Goes on at once in the place of another apply. */
  readonly takeOver?: boolean;
  /** False with `--no-wait`: another apply is a refusal. Default true. */
  readonly wait?: boolean;
  /** Applies what was reviewed on merged pull requests, and withholds what takes away or overwrites besides. */
  readonly reviewed?: boolean;
  /** Writes the result to the pull requests that were merged. */
  readonly comment?: boolean;
}

/**
 * Exit code 1 where something could not be done, 3 where the plan is refused, 4 where it is not the file's or
 * something was withheld.
 */
export async function applyCommand(options: ApplyCommandOptions, terminal: Terminal): Promise<number> {
  const file = options.file === undefined ? null : await readPlanFile(options.file);
  const isOnGitHub = options.reviewed === true || options.comment === true;
  const session = isOnGitHub ? await openSession(terminal.env) : null;
  const interrupt = session && listenForInterrupt(terminal);
  const run: CommandRun = { options, session, interrupt, work: null, report: null };
  try {
    const exitCode = await applyRun(run, file, terminal);
    await tellEnd(run, { exitCode }, terminal);
    return exitCode;
  } catch (error) {
    const exitCode = sayFailure(error, terminal);
    await tellEnd(run, { exitCode, error }, terminal);
    return exitCode;
  } finally {
    interrupt?.release();
  }
}

interface CommandRun extends ApplyRun {
  readonly options: ApplyCommandOptions;
}

async function applyRun(run: CommandRun, file: Plan | null, terminal: Terminal): Promise<number> {
  const { options, interrupt } = run;
  const beforeInterrupt = <T>(work: Promise<T>): Promise<T> => interrupt?.before(work) ?? work;
  const target = await beforeInterrupt(openTarget(options, terminal));
  try {
    run.work = await beforeInterrupt(prepare(run, target, file, terminal));
    return run.work === null ? 0 : await applyWork(run.work, run, target, terminal);
  } finally {
    await target.close();
  }
}

/** Null where a newer commit has been applied already. */
async function prepare(
  { options, session }: CommandRun,
  target: OpenTarget,
  file: Plan | null,
  terminal: Terminal,
): Promise<Work | null> {
  const allow = new Set([...options.allow, ...(file?.allowed.map(({ code }) => code) ?? [])]);
  const planned = await planTarget(target, { ...options, allow }, terminal, turnOf(options, allow, terminal));
  if (!(await mayApply(planned, { ...options, allow }, terminal))) return null;
  if (file) refuseUnreviewed(planned.plan, file, options.file ?? "");
  return review(planned, session, { ...options, allow }, terminal);
}

function turnOf(
  { takeOver = false, wait = true }: ApplyCommandOptions,
  allow: ReadonlySet<string>,
  terminal: Terminal,
): TurnChoice {
  return {
    ...{ takeOver, noWait: !wait, allow },
    onWait: (reason) => {
      tellLedgerWait(reason, terminal);
    },
  };
}

/** Throws Failure STALE, NOT_MERGED, UNCOMMITTED; false where a newer commit has been applied already. */
async function mayApply(
  planned: PlannedTarget,
  options: ApplyCommandOptions,
  terminal: Terminal,
): Promise<boolean> {
  const facts = await factsOf(planned.openLedger, options, terminal);
  const verdict = facts && judgeRevision(facts, options.allow);
  if (verdict?.kind === "refused") throw verdict.failure;
  if (verdict?.kind === "superseded") terminal.err(`${verdict.message}\n`);
  return verdict?.kind !== "superseded";
}

/** With `--reviewed`, what was reviewed; otherwise everything. */
async function review(
  planned: PlannedTarget,
  session: Session | null,
  options: ApplyCommandOptions,
  terminal: Terminal,
): Promise<Work> {
  if (!session || options.reviewed !== true) {
    const concerned = session && (await lookForConcerned(session, options, terminal));
    return { ...planned, reasons: [], pulls: concerned?.pulls ?? [] };
  }
  const reviews = await askReviews(session, planned, options, terminal);
  const isAllLetThrough = options.allow.has("UNREVIEWED");
  // What nobody reviewed has passed no guard either.
  const allow = new Set([...options.allow, ...(isAllLetThrough ? [] : reviews.passed)]);
  const inputs = { ...planned.inputs, allow };
  const kept = isAllLetThrough ? makePlan(inputs) : planReviewed(inputs, reviews.plans);
  const isWithheld = kept.plan.withheld.length > 0;
  const freed = isAllLetThrough ? await findWithheld(session, planned, options, terminal) : [];
  return {
    ...{ ...planned, ...kept, inputs },
    reasons: isWithheld ? reasonsOf(reviews) : [],
    pulls: [...new Set([...reviews.toTell(isWithheld), ...freed])],
  };
}

async function applyWork(
  work: Work,
  run: CommandRun,
  target: OpenTarget,
  terminal: Terminal,
): Promise<number> {
  const { plan, reasons } = work;
  const { options } = run;
  const text = planText(plan, { paint: terminal.paint, nameEveryone: !terminal.isShared });
  terminal.out(terminal.isShared ? grouped("The plan", text) : text);
  for (const reason of reasons) terminal.err(`${reason}\n`);
  if (plan.refusals.length > 0) return refusedExit(plan);
  const isWithheld = plan.withheld.length > 0;
  if (plan.stages.length === 0) {
    await recordNothingDone(work, terminal);
    return isWithheld ? 4 : 0;
  }
  const home = work.openLedger.store && (await work.openLedger.store.describeHome());
  if (options.yes !== true) await confirm(plan, home, terminal);
  else if (home) terminal.err(`${home}\n`);
  const report = await carryOut(work, run, target, terminal);
  showOutcome(report, plan, terminal);
  return isComplete(report) ? (isWithheld ? 4 : 0) : 1;
}

async function confirm(plan: Plan, home: string | null, terminal: Terminal): Promise<void> {
  if (!terminal.isInteractive) {
    throw new Failure({
      code: "NOT_CONFIRMED",
      message: "Nothing was applied: there is no terminal to ask on.",
      hint: "Give --yes to apply without being asked.",
    });
  }
  const question = `\n${home === null ? "" : `${home}\n`}Apply this to ${printable(plan.organization.name)}? Only "yes" applies: `;
  const answer = await ask(question, process);
  if (answer?.trim().toLowerCase() === "yes") return;
  throw new Failure({ code: "NOT_CONFIRMED", message: "Nothing was applied: the answer was not yes." });
}

/** What became of it stands in the run too, also where it throws. */
async function carryOut(
  work: Work,
  run: CommandRun,
  { connection }: OpenTarget,
  terminal: Terminal,
): Promise<ApplyReport> {
  const { plan, inputs } = work;
  const { options } = run;
  const interrupt = run.interrupt ?? listenForInterrupt(terminal);
  const progress = startProgress(plan, terminal);
  const outcomes: OperationOutcome[] = [];
  const applyOptions = {
    live: inputs.live,
    stop: interrupt.signal,
    // The sandbox shows every write at once.
    staleSeconds: options.sandbox ? 0 : inputs.desired.settings.staleSeconds,
    onOutcome: (outcome: OperationOutcome) => {
      outcomes.push(outcome);
      progress.step(outcome);
    },
    onWaitForReads: (seconds: number) => {
      progress.hold(seconds);
      tellWait({ reason: "reads", seconds }, terminal);
    },
    onExecuted: () => {
      if (!interrupt.signal.aborted) terminal.status("Looking whether everything shows…");
      return Promise.resolve();
    },
  };
  try {
    const recording = recordingOf(work);
    const report = recording
      ? await applyRecorded(plan, connection, recording, applyOptions)
      : await applyPlan(plan, connection, applyOptions);
    run.report = report;
    return report;
  } catch (error) {
    // The ledger could not be written; what was done to the organisation is said all the same.
    const stopped = interrupt.signal.aborted;
    const report: ApplyReport = { outcomes, notVisible: [], stopped, createdIds: new Map(), bugs: [] };
    if (outcomes.length > 0) showOutcome(report, plan, terminal);
    // A failure that we know comes before the first operation or after it; of a bug nobody can tell.
    if (outcomes.length > 0 || !(error instanceof Failure)) run.report = report;
    throw error;
  } finally {
    progress.stop();
    // On GitHub it is listened for until everything is told.
    if (!run.interrupt) interrupt.release();
  }
}

function showOutcome(report: ApplyReport, plan: Plan, terminal: Terminal): void {
  const text = outcomeText(report, plan, { paint: terminal.paint, nameEveryone: !terminal.isShared });
  terminal.out(terminal.isShared ? disarm(text) : text);
}

/** What was found and is ours from now on, and the revision, are written down though nothing had to be done. */
async function recordNothingDone(work: Work, terminal: Terminal): Promise<void> {
  const { store } = work.openLedger;
  const recording = recordingOf(work);
  const commit = recording && (await recordOnly(work.plan, recording));
  if (commit && store) terminal.err(`Written down in ${store.branch}.\n`);
}

function recordingOf({ openLedger, delta, inputs, pulls }: Work): Recording | null {
  const { store, state, head } = openLedger;
  if (!store) return null;
  const revision: AppliedRevision = {
    revision: head?.commit ?? null,
    day: today(store.clock.now()),
    ...(head && head.dirty.length > 0 && { uncommitted: true }),
  };
  return { store, state, delta, revision, pullRequests: pulls, sharing: { allow: inputs.allow } };
}

/** `YYYY-MM-DD` in UTC. */
function today(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
