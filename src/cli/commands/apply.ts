/** `apply`: carries a plan out, the one in a file or a fresh one. */
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { apply } from "../../apply/apply.ts";
import { isComplete } from "../../apply/outcome.ts";
import type { Recording } from "../../apply/recorded.ts";
import { applyRecorded, recordOnly } from "../../apply/recorded.ts";
import type { ApplyReport, OperationOutcome, Plan } from "../../model.ts";
import { parsePlanFile } from "../../plan/file.ts";
import { fingerprintsOf } from "../../plan/fingerprint.ts";
import { Failure } from "../../problem.ts";
import { outcomeText } from "../../report/outcome-text.ts";
import { planText } from "../../report/plan-text.ts";
import { count, printable } from "../../text.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { WorldOptions } from "../options.ts";
import { startProgress } from "../progress.ts";
import { compareRevisions, stale } from "../revisions.ts";
import { readSchema } from "../schemas.ts";
import type { Terminal } from "../terminal.ts";
import type { OpenWorld, Planned, Worlds } from "../world.ts";
import { openWorld, planWorld } from "../world.ts";
import { refusedExit, warn } from "./plan.ts";

export interface ApplyCommandOptions extends WorldOptions {
  /** The plan file; a fresh plan where there is none. */
  readonly file?: string;
  readonly yes?: boolean;
  readonly allow: ReadonlySet<string>;
  /** Goes on though another apply seems to be at work. */
  readonly takeOver?: boolean;
}

/** Exit code 1 where something could not be done, 3 where the plan is refused, 4 where it is not the file's. */
export async function applyCommand(options: ApplyCommandOptions, terminal: Terminal): Promise<number> {
  const reviewed = options.file === undefined ? null : await readPlanFile(options.file);
  const world = await openWorld(options, terminal);
  try {
    const allow = new Set([...options.allow, ...(reviewed?.allowed.map(({ code }) => code) ?? [])]);
    const planned = await planWorld(world, { ...options, allow }, terminal);
    const { plan, worlds } = planned;
    warn(worlds.openLedger, terminal);
    const order = await compareRevisions(worlds.openLedger, options, terminal);
    if (order === "newer-applied") return 0;
    if (order === "stale" && !allow.has("STALE")) throw stale(worlds.openLedger);
    if (reviewed) refuseUnreviewed(plan, reviewed, options.file ?? "");
    terminal.out(planText(plan, { paint: terminal.paint, nameEveryone: !terminal.isShared }));
    if (plan.refusals.length > 0) return refusedExit(plan);
    if (plan.stages.length === 0) return await recordNothingDone(planned, options, terminal);
    if (options.yes !== true) await confirm(plan, terminal);
    const report = await carryOut(planned, world, options, terminal);
    showOutcome(report, plan, terminal);
    return isComplete(report) ? 0 : 1;
  } finally {
    await world.close();
  }
}

async function readPlanFile(file: string): Promise<Plan> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new Failure({
      code: "NO_PLAN_FILE",
      message: `The plan file ${file} could not be read: ${error instanceof Error ? error.message : String(error)}`,
      hint: "Write one with: genesys-skills plan --out FILE",
    });
  }
  const plan = parsePlanFile(text, file, await readSchema("plan"));
  if (plan.isEstimate) throw estimate(file);
  return plan;
}

function estimate(file: string): Failure {
  return new Failure({
    code: "ESTIMATE",
    message: `${file} is an estimate, made without the organisation, so it can't be applied.`,
    hint: "Plan without --offline, review, and apply that file.",
  });
}

/** Every change of the fresh plan must be in the file; fewer is fine, for then it is done already. */
function refuseUnreviewed(plan: Plan, reviewed: Plan, file: string): void {
  if (plan.target !== reviewed.target || plan.organization.id !== reviewed.organization.id) {
    throw new Failure(
      {
        code: "OTHER_TARGET",
        message: `${file} is a plan for ${printable(reviewed.target)} (${printable(reviewed.organization.name)}), and this is ${printable(plan.target)} (${printable(plan.organization.name)}).`,
        hint: "Plan again for this target, or name the file's target with --target.",
      },
      4,
    );
  }
  const known = new Set(reviewed.stages.flat().flatMap(fingerprintsOf));
  const fresh = plan.stages.flat().flatMap((operation) => {
    const unknown = fingerprintsOf(operation).filter((fingerprint) => !known.has(fingerprint));
    return unknown.map(() => ("skill" in operation ? operation.skill : operation.name));
  });
  if (fresh.length === 0) return;
  const about = [...new Set(fresh)].slice(0, 10).map((name) => printable(name));
  throw new Failure(
    {
      code: "PLAN_CHANGED",
      message: `${count(fresh.length, "change")} would be made now that ${file} doesn't have, about: ${about.join(", ")}. Nothing was applied.`,
      hint: "The YAML or the organisation changed since. Plan again, review, and apply the new file.",
    },
    4,
  );
}

async function confirm(plan: Plan, terminal: Terminal): Promise<void> {
  if (!terminal.isInteractive) {
    throw new Failure({
      code: "NOT_CONFIRMED",
      message: "Nothing was applied: there is no terminal to ask on.",
      hint: "Give --yes to apply without being asked.",
    });
  }
  const question = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await question.question(
    `\nApply this to ${printable(plan.organization.name)}? Only "yes" applies: `,
  );
  question.close();
  if (answer.trim().toLowerCase() === "yes") return;
  throw new Failure({ code: "NOT_CONFIRMED", message: "Nothing was applied: the answer was not yes." });
}

async function carryOut(
  { plan, worlds }: Planned,
  { connection }: OpenWorld,
  options: ApplyCommandOptions,
  terminal: Terminal,
): Promise<ApplyReport> {
  const interrupt = listenForInterrupt(terminal);
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
  };
  try {
    const recording = recordingOf(worlds, options);
    if (!recording) return await apply(plan, connection, applyOptions);
    return await applyRecorded(plan, connection, recording, applyOptions);
  } catch (error) {
    // The ledger could not be written down; what was done to the organisation is said all the same.
    const report = { outcomes, notVisible: [], stopped: interrupt.signal.aborted, createdIds: new Map() };
    if (outcomes.length > 0) showOutcome(report, plan, terminal);
    throw error;
  } finally {
    progress.stop();
    interrupt.release();
  }
}

function showOutcome(report: ApplyReport, plan: Plan, terminal: Terminal): void {
  terminal.out(outcomeText(report, plan, { paint: terminal.paint, nameEveryone: !terminal.isShared }));
}

/** What was found and is ours from now on, and the revision, are written down though nothing had to be done. */
async function recordNothingDone(
  { plan, worlds }: Planned,
  options: ApplyCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const recording = recordingOf(worlds, options);
  const commit = recording && (await recordOnly(plan, recording));
  if (commit) terminal.err(`Written down in ${recording.store.branch}.\n`);
  return 0;
}

function recordingOf(worlds: Worlds, { takeOver = false }: ApplyCommandOptions): Recording | null {
  const { store, state, head } = worlds.openLedger;
  return store && { store, state, worlds, revision: head?.commit ?? null, takeOver };
}
