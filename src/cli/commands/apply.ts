/** `apply`: carries a plan out, the one in a file or a fresh one. */
import { apply } from "../../apply/apply.ts";
import { isComplete } from "../../apply/outcome.ts";
import type { Recording } from "../../apply/recorded.ts";
import { applyRecorded, recordOnly } from "../../apply/recorded.ts";
import { disarm, grouped } from "../../github/actions.ts";
import type { Session } from "../../github/session.ts";
import { openSession } from "../../github/session.ts";
import type { ApplyReport, OperationOutcome, Plan } from "../../model.ts";
import { Failure } from "../../problem.ts";
import { outcomeText } from "../../report/outcome-text.ts";
import { planText } from "../../report/plan/text.ts";
import { printable } from "../../text.ts";
import type { Course } from "../apply-end.ts";
import { lookForConcerned, tellEnd } from "../apply-end.ts";
import { ask } from "../ask.ts";
import { sayFailure } from "../failures.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { WorldOptions } from "../options.ts";
import { readPlanFile, refuseUnreviewed } from "../plan-file.ts";
import { startProgress } from "../progress.ts";
import type { Work } from "../reviewed.ts";
import { askReviews, findHeldBack, keepReviewed, unreviewed } from "../reviewed.ts";
import { compareRevisions, stale } from "../revisions.ts";
import type { Terminal } from "../terminal.ts";
import { tellWait } from "../waits.ts";
import type { OpenWorld, Planned } from "../world.ts";
import { openWorld, planFrom, planWorld } from "../world.ts";
import { refusedExit, warn } from "./plan.ts";

export interface ApplyCommandOptions extends WorldOptions {
  /** The plan file; a fresh plan where there is none. */
  readonly file?: string;
  readonly yes?: boolean;
  readonly allow: ReadonlySet<string>;
  /** Goes on though another apply seems to be at work. */
  readonly takeOver?: boolean;
  /** Applies what was reviewed on merged pull requests, and holds back what takes away or overwrites besides. */
  readonly reviewed?: boolean;
  /** Writes the result to the pull requests that were merged. */
  readonly comment?: boolean;
}

/**
 * Exit code 1 where something could not be done, 3 where the plan is refused, 4 where it is not the file's or
 * something was held back.
 */
export async function applyCommand(options: ApplyCommandOptions, terminal: Terminal): Promise<number> {
  const file = options.file === undefined ? null : await readPlanFile(options.file);
  const isOnGitHub = options.reviewed === true || options.comment === true;
  const session = isOnGitHub ? await openSession(terminal.env) : null;
  const interrupt = session && listenForInterrupt(terminal);
  const course: ApplyCourse = { options, session, interrupt, work: null, report: null };
  try {
    const exitCode = await follow(course, file, terminal);
    await tellEnd(course, { exitCode }, terminal);
    return exitCode;
  } catch (error) {
    const exitCode = sayFailure(error, terminal);
    await tellEnd(course, { exitCode, error }, terminal);
    return exitCode;
  } finally {
    interrupt?.release();
  }
}

interface ApplyCourse extends Course {
  readonly options: ApplyCommandOptions;
}

async function follow(course: ApplyCourse, file: Plan | null, terminal: Terminal): Promise<number> {
  const { options, interrupt } = course;
  const beforeInterrupt = <T>(work: Promise<T>): Promise<T> => interrupt?.before(work) ?? work;
  const world = await beforeInterrupt(openWorld(options, terminal));
  try {
    course.work = await beforeInterrupt(prepare(course, world, file, terminal));
    return course.work === null ? 0 : await applyWork(course.work, course, world, terminal);
  } finally {
    await world.close();
  }
}

/** Null where a newer commit has been applied already. */
async function prepare(
  { options, session }: ApplyCourse,
  world: OpenWorld,
  file: Plan | null,
  terminal: Terminal,
): Promise<Work | null> {
  const allow = new Set([...options.allow, ...(file?.allowed.map(({ code }) => code) ?? [])]);
  const planned = await planWorld(world, { ...options, allow }, terminal);
  warn(planned.worlds.openLedger, terminal);
  const order = await compareRevisions(planned.worlds.openLedger, options, terminal);
  if (order === "newer-applied") return null;
  if (order === "stale" && !allow.has("STALE")) throw stale(planned.worlds.openLedger);
  if (file) refuseUnreviewed(planned.plan, file, options.file ?? "");
  return review(planned, world, session, { ...options, allow }, terminal);
}

/** With `--reviewed`, what was reviewed; otherwise everything. */
async function review(
  { plan, worlds }: Planned,
  world: OpenWorld,
  session: Session | null,
  options: ApplyCommandOptions,
  terminal: Terminal,
): Promise<Work> {
  if (!session || options.reviewed !== true) {
    const concerned = session && (await lookForConcerned(session, options, terminal));
    return { ...unreviewed(plan, concerned?.pulls ?? []), whole: plan, worlds };
  }
  const reviews = await askReviews(session, worlds, options, terminal);
  const isAllLetThrough = options.allow.has("UNREVIEWED");
  // What nobody reviewed has passed no guard either.
  const allow = new Set([...options.allow, ...(isAllLetThrough ? [] : reviews.passed)]);
  const whole = await planFrom(worlds, world, { ...options, allow }, terminal);
  const kept = keepReviewed(whole, reviews, options.allow, world.connection.requestsPerMinute);
  const freed = isAllLetThrough ? await findHeldBack(session, worlds, options, terminal) : [];
  return { ...kept, pulls: [...new Set([...kept.pulls, ...freed])], whole, worlds };
}

async function applyWork(
  work: Work,
  course: ApplyCourse,
  world: OpenWorld,
  terminal: Terminal,
): Promise<number> {
  const { plan, heldBack, reasons } = work;
  const { options } = course;
  const text = planText(plan, { paint: terminal.paint, nameEveryone: !terminal.isShared });
  terminal.out(terminal.isShared ? grouped("The plan", text) : text);
  for (const reason of reasons) terminal.err(`${reason}\n`);
  if (plan.refusals.length > 0) return refusedExit(plan);
  if (plan.stages.length === 0) {
    await recordNothingDone(work, options, terminal);
    return heldBack.length > 0 ? 4 : 0;
  }
  if (options.yes !== true) await confirm(plan, terminal);
  const report = await carryOut(work, course, world, terminal);
  showOutcome(report, plan, terminal);
  return isComplete(report) ? (heldBack.length > 0 ? 4 : 0) : 1;
}

async function confirm(plan: Plan, terminal: Terminal): Promise<void> {
  if (!terminal.isInteractive) {
    throw new Failure({
      code: "NOT_CONFIRMED",
      message: "Nothing was applied: there is no terminal to ask on.",
      hint: "Give --yes to apply without being asked.",
    });
  }
  const question = `\nApply this to ${printable(plan.organization.name)}? Only "yes" applies: `;
  const answer = await ask(question, process);
  if (answer?.trim().toLowerCase() === "yes") return;
  throw new Failure({ code: "NOT_CONFIRMED", message: "Nothing was applied: the answer was not yes." });
}

/** What became of it stands in the course too, also where it throws. */
async function carryOut(
  work: Work,
  course: ApplyCourse,
  { connection }: OpenWorld,
  terminal: Terminal,
): Promise<ApplyReport> {
  const { plan, worlds } = work;
  const { options } = course;
  const interrupt = course.interrupt ?? listenForInterrupt(terminal);
  const progress = startProgress(plan, terminal);
  const outcomes: OperationOutcome[] = [];
  const applyOptions = {
    stop: interrupt.signal,
    // The sandbox shows every write at once.
    staleSeconds: options.sandbox ? 0 : worlds.desired.settings.staleSeconds,
    onOutcome: (outcome: OperationOutcome) => {
      outcomes.push(outcome);
      progress.step(outcome);
    },
    onWaitForReads: (seconds: number) => {
      progress.hold(seconds);
      tellWait({ reason: "reads", seconds }, terminal);
    },
  };
  try {
    const recording = recordingOf(work, options);
    course.report = recording
      ? await applyRecorded(plan, connection, recording, applyOptions)
      : await apply(plan, connection, applyOptions);
    return course.report;
  } catch (error) {
    // The ledger could not be written down; what was done to the organisation is said all the same.
    const report = { outcomes, notVisible: [], stopped: interrupt.signal.aborted, createdIds: new Map() };
    if (outcomes.length > 0) showOutcome(report, plan, terminal);
    // A failure that we know comes before the first operation or after it; of a bug nobody can tell.
    if (outcomes.length > 0 || !(error instanceof Failure)) course.report = report;
    throw error;
  } finally {
    progress.stop();
    // On GitHub it is listened for until everything is told.
    if (!course.interrupt) interrupt.release();
  }
}

function showOutcome(report: ApplyReport, plan: Plan, terminal: Terminal): void {
  const text = outcomeText(report, plan, { paint: terminal.paint, nameEveryone: !terminal.isShared });
  terminal.out(terminal.isShared ? disarm(text) : text);
}

/** What was found and is ours from now on, and the revision, are written down though nothing had to be done. */
async function recordNothingDone(
  work: Work,
  options: ApplyCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const recording = recordingOf(work, options);
  const commit = recording && (await recordOnly(work.plan, recording));
  if (commit) terminal.err(`Written down in ${recording.store.branch}.\n`);
}

function recordingOf(
  { worlds, whole, pulls }: Work,
  { takeOver = false }: ApplyCommandOptions,
): Recording | null {
  const { store, state, head } = worlds.openLedger;
  return store && { store, state, worlds, whole, revision: head?.commit ?? null, takeOver, pulls };
}
