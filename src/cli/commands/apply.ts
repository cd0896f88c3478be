/** `apply`: applies a plan, from a file or a fresh one. */
import { applyPlan } from "../../apply/apply.ts";
import type { Journal } from "../../apply/journal.ts";
import { openJournal } from "../../apply/journal.ts";
import { isComplete } from "../../apply/outcome.ts";
import type { Recording } from "../../apply/recorded.ts";
import { applyRecorded, recordOnly, reportOf } from "../../apply/recorded.ts";
import { grouped } from "../../github/actions.ts";
import { runsOnGitHub } from "../../github/runs.ts";
import type { Session } from "../../github/session.ts";
import { openSession } from "../../github/session.ts";
import { judgeRevision } from "../../ledger/revision-rule.ts";
import type { AppliedRevision, ApplyReport, OperationOutcome, Plan } from "../../model.ts";
import { changesOf, isAskedFor } from "../../plan/changes.ts";
import { plan as makePlan } from "../../plan/plan.ts";
import { planReviewed } from "../../plan/review.ts";
import { Failure } from "../../problem.ts";
import { outcomeText } from "../../report/outcome-text.ts";
import { planText } from "../../report/plan/text.ts";
import { printable } from "../../text.ts";
import type { ApplyRun } from "../apply-end.ts";
import { lookForConcerned, reportEnd } from "../apply-end.ts";
import { ask } from "../ask.ts";
import { findDue } from "../due.ts";
import { printFailure } from "../failures.ts";
import type { Interrupt } from "../interrupt.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { TurnChoice } from "../ledger.ts";
import type { TargetOptions } from "../options.ts";
import { readPlanFile, refuseUnreviewed } from "../plan-file.ts";
import { startProgress } from "../progress.ts";
import type { ApplyWork } from "../reviewed.ts";
import { askReviews, findWithheld, reasonsOf, setAsideWords } from "../reviewed.ts";
import { factsOf } from "../revisions.ts";
import { pathInRepository } from "../root.ts";
import type { OpenTarget, PlannedTarget } from "../target.ts";
import { openTarget, openTargetAt, planTarget } from "../target.ts";
import type { Terminal } from "../terminal.ts";
import { printLedgerWait, printWait } from "../waits.ts";
import { refusedExit } from "./plan.ts";

interface ApplyCommandOptions extends TargetOptions {
  /** The plan file. Default: a fresh plan. */
  readonly file?: string;
  readonly yes?: boolean;
  readonly allow: ReadonlySet<string>;
  /** Replaces another apply, which has fifteen seconds to notice. */
  readonly takeOver?: boolean;
  /** False with `--no-wait`: refuses if another apply is running. Default true. */
  readonly wait?: boolean;
  /** Withholds removals and overwrites that no merged pull request showed. */
  readonly reviewed?: boolean;
  /** Writes the result to the pull requests that were merged. */
  readonly comment?: boolean;
  /** Does what is due by a date, and nothing else, with the YAML that an apply began with last. */
  readonly scheduled?: boolean;
}

/**
 * Exit code 1 if an operation failed, 3 if the plan is refused, 4 if the plan differs from the file or a change that
 * the YAML asks for was withheld.
 */
export async function applyCommand(options: ApplyCommandOptions, terminal: Terminal): Promise<number> {
  if (options.scheduled === true && options.file !== undefined) {
    throw new Failure({
      code: "SCHEDULED_FILE",
      message: "With --scheduled no plan file is applied: what is due follows from the ledger.",
      hint: "Leave out the file, or --scheduled.",
    });
  }
  const file = options.file === undefined ? null : await readPlanFile(options.file);
  const isOnGitHub = options.reviewed === true || options.comment === true;
  const session = isOnGitHub ? await openSession(terminal.env, { dir: pathInRepository(options.dir) }) : null;
  const interrupt = listenForInterrupt(terminal);
  const run: CommandRun = { options, session, interrupt, work: null, report: null };
  try {
    const exitCode = await applyRun(run, file, terminal);
    await reportEnd(run, { exitCode }, terminal);
    return exitCode;
  } catch (error) {
    const exitCode = printFailure(error, terminal);
    await reportEnd(run, { exitCode, error }, terminal);
    return exitCode;
  } finally {
    journalIn(terminal)?.close();
    interrupt.release();
  }
}

interface CommandRun extends ApplyRun {
  readonly options: ApplyCommandOptions;
  readonly interrupt: Interrupt;
}

async function applyRun(run: CommandRun, file: Plan | null, terminal: Terminal): Promise<number> {
  const { options, interrupt } = run;
  if (options.scheduled === true) return applyScheduled(run, terminal);
  const target = await interrupt.before(openTarget(options, terminal, interrupt.signal));
  try {
    run.work = await interrupt.before(prepare(run, target, file, terminal));
    return run.work === null ? 0 : await applyWork(run.work, run, target, terminal);
  } finally {
    await target.close();
  }
}

/** No commit that is checked out is asked for, and no review: what is due was reviewed when its day was set. */
async function applyScheduled(run: CommandRun, terminal: Terminal): Promise<number> {
  const { options, interrupt } = run;
  const due = await interrupt.before(findDue(options, terminal));
  if (!due) {
    terminal.err("Nothing is due by a date.\n");
    return 0;
  }
  const { day, yaml } = due;
  const opening = openTargetAt({ desired: yaml.now, day }, options, terminal, interrupt.signal);
  const target = await interrupt.before(opening);
  try {
    const turn = turnOf(options, options.allow, interrupt.signal, terminal);
    const planned = await interrupt.before(
      planTarget(target, { ...options, attempted: () => yaml }, terminal, turn),
    );
    const { attempted } = planned.openLedger.state.ledger ?? {};
    if (attempted?.revision !== due.attempted.revision || attempted.day !== due.attempted.day) {
      terminal.err(
        "Another apply has gone on meanwhile, so nothing was done. The next run on the schedule does it.\n",
      );
      return 0;
    }
    run.work = { ...planned, setAside: [], reasons: [], reviews: [], pulls: [] };
    return await applyWork(run.work, run, target, terminal);
  } finally {
    await target.close();
  }
}

/** Null where a newer commit has been applied already. */
async function prepare(
  { options, session, interrupt }: CommandRun,
  target: OpenTarget,
  file: Plan | null,
  terminal: Terminal,
): Promise<ApplyWork | null> {
  const allow = new Set([...options.allow, ...(file?.allowed.map(({ code }) => code) ?? [])]);
  const planned = await planTarget(
    target,
    { ...options, allow },
    terminal,
    turnOf(options, allow, interrupt.signal, terminal),
  );
  if (!(await mayApply(planned, { ...options, allow }, terminal))) return null;
  if (file) refuseUnreviewed(planned.plan, file, options.file ?? "");
  return review(planned, session, { ...options, allow }, terminal);
}

function turnOf(
  { takeOver = false, wait = true }: ApplyCommandOptions,
  allow: ReadonlySet<string>,
  stop: AbortSignal,
  terminal: Terminal,
): TurnChoice {
  const isRunOver = runsOnGitHub(terminal.env, stop);
  return {
    ...{ takeOver, noWait: !wait, allow, stop },
    ...(isRunOver && { isRunOver }),
    onWait: (reason) => {
      printLedgerWait(reason, terminal);
    },
  };
}

/** Throws Failure STALE, NOT_MERGED, UNCOMMITTED; false if a newer commit has been applied already. */
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
): Promise<ApplyWork> {
  if (!session || options.reviewed !== true) {
    const concerned = session && (await lookForConcerned(session, options, terminal));
    return { ...planned, setAside: [], reasons: [], reviews: [], pulls: concerned?.pulls ?? [] };
  }
  const reviews = await askReviews(session, planned, options, terminal);
  const isAllLetThrough = options.allow.has("UNREVIEWED");
  const { inputs } = planned;
  const kept = isAllLetThrough ? { ...makePlan(inputs), setAside: [] } : planReviewed(inputs, reviews.plans);
  const { setAside } = kept;
  const isWithheld = kept.plan.withheld.length > 0 || setAside.length > 0;
  const freed = isAllLetThrough ? await findWithheld(session, planned, options, terminal) : [];
  return {
    ...{ ...planned, ...kept, setAside },
    reasons: isWithheld ? [...setAsideWords(setAside, kept.plan), ...reasonsOf(reviews)] : [],
    reviews: reviews.plans,
    pulls: [...new Set([...reviews.toTell(isWithheld), ...freed])],
  };
}

async function applyWork(
  work: ApplyWork,
  run: CommandRun,
  target: OpenTarget,
  terminal: Terminal,
): Promise<number> {
  const { plan, reasons } = work;
  const { options, interrupt } = run;
  const text = planText(plan, { paint: terminal.paint, nameEveryone: !terminal.isShared });
  if (terminal.isShared) terminal.out(grouped("The plan", text));
  else terminal.show(text);
  for (const reason of reasons) terminal.err(`${reason}\n`);
  if (plan.refusals.length > 0) return refusedExit(plan);
  // Drift that nobody reviewed is withheld in silence: the drift issue speaks of it. On a schedule an edit waits.
  const isLeft = work.setAside.length > 0 || changesOf(plan.withheld).some(isAskedFor);
  const whenDone = isLeft && options.scheduled !== true ? 4 : 0;
  if (plan.stages.length === 0) {
    await recordNothingDone(work, run, terminal);
    return whenDone;
  }
  await interrupt.before(confirm(work, options, terminal));
  const report = await carryOut(work, run, target, terminal);
  showOutcome(report, plan, terminal);
  // Everything else was done and printed.
  if (report.bugs.length > 0) throw report.bugs[0];
  return isComplete(report) ? whenDone : 1;
}

/** Prints the ledger's place, and asks for confirmation without `--yes`. */
async function confirm(
  { plan, openLedger }: ApplyWork,
  { yes }: ApplyCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const home = openLedger.store && (await openLedger.store.describeHome());
  if (yes === true) {
    if (home) terminal.err(`${home}\n`);
    return;
  }
  if (!terminal.isInteractive) {
    throw new Failure({
      code: "NOT_CONFIRMED",
      message: "Nothing was applied: without a terminal, apply can't ask for confirmation.",
      hint: "To apply without confirmation, add --yes.",
    });
  }
  const question = `\n${home === null ? "" : `${home}\n`}Apply this to ${printable(plan.organization.name)}? Only "yes" applies: `;
  const answer = await ask(question, process);
  if (answer?.trim().toLowerCase() === "yes") return;
  throw new Failure({ code: "NOT_CONFIRMED", message: "Nothing was applied: the answer was not yes." });
}

/** Also sets the run's report, even if it throws. */
async function carryOut(
  work: ApplyWork,
  run: CommandRun,
  { connection }: OpenTarget,
  terminal: Terminal,
): Promise<ApplyReport> {
  const { plan, inputs } = work;
  const { options, interrupt } = run;
  const progress = startProgress(plan, terminal);
  const outcomes: OperationOutcome[] = [];
  const applyOptions = {
    live: inputs.live,
    stop: interrupt.signal,
    // The sandbox shows every write immediately.
    staleSeconds: options.sandbox ? 0 : inputs.desired.settings.staleSeconds,
    onOutcome: (outcome: OperationOutcome) => {
      outcomes.push(outcome);
      progress.step(outcome);
    },
    onWaitForReads: (seconds: number) => {
      progress.hold(seconds);
      printWait({ reason: "reads", seconds }, terminal);
    },
    onExecuted: () => {
      if (!interrupt.signal.aborted) terminal.status("Checking that every write shows…");
      return Promise.resolve();
    },
  };
  try {
    const recording = recordingOf(work, run, terminal);
    const report = recording
      ? await applyRecorded(plan, connection, recording, applyOptions)
      : await applyPlan(plan, connection, applyOptions);
    run.report = report;
    return report;
  } catch (error) {
    // The ledger could not be written; print the writes to the organisation nevertheless.
    const report = reportOf(outcomes, interrupt.signal.aborted);
    if (outcomes.length > 0) showOutcome(report, plan, terminal);
    // With no outcome, a Failure came before the first operation; a bug may have come at any time.
    if (outcomes.length > 0 || !(error instanceof Failure)) run.report = report;
    throw error;
  } finally {
    progress.stop();
  }
}

function showOutcome(report: ApplyReport, plan: Plan, terminal: Terminal): void {
  const text = outcomeText(report, plan, { paint: terminal.paint, nameEveryone: !terminal.isShared });
  terminal.show(text);
}

/** Records newly managed values and the revision for a plan without operations. */
async function recordNothingDone(work: ApplyWork, run: CommandRun, terminal: Terminal): Promise<void> {
  const { store } = work.openLedger;
  const recording = recordingOf(work, run, terminal);
  const commit = recording && (await recordOnly(work.plan, recording));
  if (commit && store) terminal.err(`Recorded in ${store.branch}.\n`);
}

function recordingOf(
  { openLedger, delta, inputs, pulls, reviews }: ApplyWork,
  { options, interrupt }: CommandRun,
  terminal: Terminal,
): Recording | null {
  const { store, state, head } = openLedger;
  if (!store) return null;
  const sharing = turnOf(options, inputs.allow, interrupt.signal, terminal);
  const day = inputs.day ?? "";
  const attempted = state.ledger?.attempted;
  const isScheduled = inputs.isScheduled === true;
  const revision: AppliedRevision =
    isScheduled && attempted
      ? { ...attempted, day }
      : {
          ...{ revision: head?.commit ?? null, day },
          ...(head && head.dirty.length > 0 && { uncommitted: true }),
        };
  const journal = journalIn(terminal);
  return {
    ...{ store, state, delta, revision, pullRequests: pulls, reviews, sharing, isScheduled },
    ...(journal && { journal }),
  };
}

/** Only the action sets a journal file, for its last step. */
function journalIn({ env }: Terminal): Journal | null {
  const file = env["GENESYS_SKILLS_JOURNAL"] ?? "";
  return file === "" ? null : openJournal(file);
}
