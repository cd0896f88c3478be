/** `apply`: applies a plan, from a file or a fresh one. */
import { applyPlan } from "../../apply/apply.ts";
import { openJournal } from "../../apply/journal.ts";
import { isComplete } from "../../apply/outcome.ts";
import type { Recording } from "../../apply/recorded.ts";
import { applyRecorded, recordOnly, reportOf } from "../../apply/recorded.ts";
import type { Connection } from "../../genesys/connect.ts";
import { grouped } from "../../github/actions.ts";
import { pullsToTell } from "../../github/review.ts";
import { runsOnGitHub } from "../../github/runs.ts";
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
import type { ApplyEnd } from "../apply-end.ts";
import { lookForConcerned, reportEnd } from "../apply-end.ts";
import { ask } from "../ask.ts";
import type { DueYaml } from "../due.ts";
import { findDue } from "../due.ts";
import { printFailure } from "../failures.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { TurnChoice } from "../ledger.ts";
import { readPlanFile, refuseUnreviewed } from "../plan-file.ts";
import { startProgress } from "../progress.ts";
import type { ApplyCommandOptions, ApplyRun, ApplyWork } from "../reviewed.ts";
import { askReviews, findWithheld, reasonsOf, setAsideWords } from "../reviewed.ts";
import { factsOf } from "../revisions.ts";
import { pathInRepository } from "../root.ts";
import type { OpenTarget, PlannedTarget } from "../target.ts";
import { openTarget, openTargetAt, planTarget } from "../target.ts";
import type { Terminal } from "../terminal.ts";
import { printLedgerWait, printWait } from "../waits.ts";
import { refusedExit } from "./plan.ts";

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
  // Only the action sets a journal file, for its last step.
  const journalFile = terminal.env["GENESYS_SKILLS_JOURNAL"] ?? "";
  const journal = journalFile === "" ? null : openJournal(journalFile);
  const interrupt = listenForInterrupt(terminal);
  const run: ApplyRun = { options, terminal, session, interrupt, journal, work: null, report: null };
  try {
    const end = await applyRun(run, file).then(
      (exitCode): ApplyEnd => ({ exitCode }),
      (error: unknown): ApplyEnd => ({ exitCode: printFailure(error, terminal), error }),
    );
    await reportEnd(run, end);
    return end.exitCode;
  } finally {
    journal?.close();
    interrupt.release();
  }
}

/** Opens the target, prepares the work and applies it. */
async function applyRun(run: ApplyRun, file: Plan | null): Promise<number> {
  const { options, terminal, interrupt } = run;
  const due = options.scheduled === true ? await interrupt.before(findDue(options, terminal)) : undefined;
  if (due === null) {
    terminal.err("Nothing is due by a date.\n");
    return 0;
  }
  const target = await interrupt.before(
    due
      ? openTargetAt({ desired: due.yaml.now, day: due.day }, options, terminal, interrupt.signal)
      : openTarget(options, terminal, interrupt.signal),
  );
  try {
    run.work = await interrupt.before(due ? prepareDue(run, target, due) : prepare(run, target, file));
    return run.work === null ? 0 : await applyWork(run.work, run, target.connection);
  } finally {
    await target.close();
  }
}

const NO_REVIEWS = { setAside: [], reasons: [], reviews: [], pulls: [] } as const;

/**
 * The checked-out commit doesn't matter, and no review is asked for: changes on a date were reviewed when the date was
 * set. Null if another apply has started since `due` was read.
 */
async function prepareDue(run: ApplyRun, target: OpenTarget, due: DueYaml): Promise<ApplyWork | null> {
  const { options, terminal } = run;
  const turn = turnOf(run, options.allow);
  const planned = await planTarget(target, { ...options, attempted: () => due.yaml }, terminal, turn);
  const { attempted } = planned.openLedger.state.ledger ?? {};
  if (attempted?.revision === due.attempted.revision && attempted.day === due.attempted.day)
    return { ...planned, ...NO_REVIEWS };
  terminal.err(
    "Another apply has run meanwhile, so nothing was done. The next run on the schedule does what is due.\n",
  );
  return null;
}

/** Null if a newer commit has been applied already. Throws Failure STALE, NOT_MERGED, UNCOMMITTED or PLAN_CHANGED. */
async function prepare(run: ApplyRun, target: OpenTarget, file: Plan | null): Promise<ApplyWork | null> {
  const { options, terminal } = run;
  const allow = new Set([...options.allow, ...(file?.allowed.map(({ code }) => code) ?? [])]);
  const planned = await planTarget(target, { ...options, allow }, terminal, turnOf(run, allow));
  const facts = await factsOf(planned.openLedger, options, terminal);
  const verdict = facts && judgeRevision(facts, allow);
  if (verdict?.kind === "refused") throw verdict.failure;
  if (verdict?.kind === "superseded") {
    terminal.err(`${verdict.message}\n`);
    return null;
  }
  if (file) refuseUnreviewed(planned.plan, file, options.file ?? "");
  return review(run, planned);
}

function turnOf({ options, interrupt, terminal }: ApplyRun, allow: ReadonlySet<string>): TurnChoice {
  const { takeOver = false, wait = true } = options;
  const isRunOver = runsOnGitHub(terminal.env, interrupt.signal);
  return {
    ...{ takeOver, noWait: !wait, allow, stop: interrupt.signal },
    ...(isRunOver && { isRunOver }),
    onWait: (reason) => {
      printLedgerWait(reason, terminal);
    },
  };
}

/** With `--reviewed`, what was reviewed; otherwise everything. */
async function review(run: ApplyRun, planned: PlannedTarget): Promise<ApplyWork> {
  const { session, options } = run;
  const { inputs } = planned;
  if (!session || options.reviewed !== true) {
    const concerned = session && (await lookForConcerned(run, session));
    return { ...planned, ...NO_REVIEWS, pulls: concerned?.pulls ?? [] };
  }
  const reviews = await askReviews(run, session, planned);
  const isAllAllowed = inputs.allow.has("UNREVIEWED");
  const kept = isAllAllowed ? { ...makePlan(inputs), setAside: [] } : planReviewed(inputs, reviews.plans);
  const isWithheld = kept.plan.withheld.length > 0 || kept.setAside.length > 0;
  const applied = isAllAllowed ? await findWithheld(run, session, planned) : [];
  return {
    ...planned,
    ...kept,
    reasons: isWithheld ? [...setAsideWords(kept.setAside, kept.plan), ...reasonsOf(reviews)] : [],
    reviews: reviews.plans,
    pulls: [...new Set([...pullsToTell(reviews, isWithheld), ...applied])],
  };
}

async function applyWork(work: ApplyWork, run: ApplyRun, connection: Connection): Promise<number> {
  const { plan, setAside } = work;
  const { options, interrupt, terminal } = run;
  const text = planText(plan, { paint: terminal.paint, nameEveryone: !terminal.isShared });
  if (terminal.isShared) terminal.out(grouped("The plan", text));
  else terminal.show(text);
  for (const reason of work.reasons) terminal.err(`${reason}\n`);
  if (plan.refusals.length > 0) return refusedExit(plan);
  // Withheld drift is not a failure, because the drift issue reports it; on a schedule, a withheld edit is not either.
  const isWithheld = setAside.length > 0 || changesOf(plan.withheld).some(isAskedFor);
  const whenDone = isWithheld && options.scheduled !== true ? 4 : 0;
  if (plan.stages.length === 0) {
    const { store } = work.openLedger;
    const recording = recordingOf(work, run);
    const commit = recording && (await recordOnly(plan, recording));
    if (commit && store) terminal.err(`Recorded in ${store.branch}.\n`);
    return whenDone;
  }
  await interrupt.before(confirm(work, run));
  const report = await carryOut(work, run, connection);
  showOutcome(report, plan, terminal);
  // Everything else was done and printed.
  if (report.bugs.length > 0) throw report.bugs[0];
  return isComplete(report) ? whenDone : 1;
}

/** Prints the ledger's place, and asks for confirmation without `--yes`. */
async function confirm({ plan, openLedger }: ApplyWork, { options, terminal }: ApplyRun): Promise<void> {
  const home = openLedger.store && `${await openLedger.store.describeHome()}\n`;
  if (options.yes === true) {
    if (home) terminal.err(home);
    return;
  }
  if (!terminal.isInteractive) {
    throw new Failure({
      code: "NOT_CONFIRMED",
      message: "Nothing was applied: without a terminal, apply can't ask for confirmation.",
      hint: "To apply without confirmation, add --yes.",
    });
  }
  const question = `\n${home ?? ""}Apply this to ${printable(plan.organization.name)}? Only "yes" applies: `;
  const answer = await ask(question, process);
  if (answer?.trim().toLowerCase() === "yes") return;
  throw new Failure({ code: "NOT_CONFIRMED", message: "Nothing was applied: the answer was not yes." });
}

/** Also sets the run's report, even if it throws. */
async function carryOut(work: ApplyWork, run: ApplyRun, connection: Connection): Promise<ApplyReport> {
  const { plan, inputs } = work;
  const { options, interrupt, terminal } = run;
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
    const recording = recordingOf(work, run);
    run.report = recording
      ? await applyRecorded(plan, connection, recording, applyOptions)
      : await applyPlan(plan, connection, applyOptions);
    return run.report;
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

function showOutcome(report: ApplyReport, plan: Plan, { paint, isShared, show }: Terminal): void {
  show(outcomeText(report, plan, { paint, nameEveryone: !isShared }));
}

/** Null without a ledger. */
function recordingOf(work: ApplyWork, run: ApplyRun): Recording | null {
  const { delta, inputs, pulls: pullRequests, reviews } = work;
  const { store, state, head } = work.openLedger;
  if (!store) return null;
  const { day = "", isScheduled = false } = inputs;
  const attempted = state.ledger?.attempted;
  const checkedOut = {
    revision: head?.commit ?? null,
    ...(head && head.dirty.length > 0 && { uncommitted: true as const }),
  };
  const revision: AppliedRevision = { ...(isScheduled && attempted ? attempted : checkedOut), day };
  return {
    ...{ store, state, delta, revision, pullRequests, reviews, isScheduled },
    sharing: turnOf(run, inputs.allow),
    ...(run.journal && { journal: run.journal }),
  };
}
