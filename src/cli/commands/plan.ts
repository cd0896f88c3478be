/** `plan`: shows what an apply would do, and changes nothing. */
import { writeFile } from "node:fs/promises";
import type { FilesRead } from "../../desired/load.ts";
import type { Session } from "../../github/session.ts";
import { estimateLive } from "../../live/estimate.ts";
import type { Change, Plan } from "../../model.ts";
import { formatPlanFile } from "../../plan/file.ts";
import { partOf } from "../../plan/part.ts";
import type { PlanInputs } from "../../plan/plan.ts";
import { countShown } from "../../plan/review.ts";
import { planPullRequest } from "../../plan/pull-request.ts";
import { plan as makePlan } from "../../plan/plan.ts";
import { Failure } from "../../problem.ts";
import { explain } from "../../report/explain/explain.ts";
import type { Besides } from "../../report/plan/markdown.ts";
import { planMarkdown } from "../../report/plan/markdown.ts";
import { planText } from "../../report/plan/text.ts";
import { listNames } from "../../report/words.ts";
import { newSkillId, count } from "../../text.ts";
import { problemsOf, unknownName } from "../failures.ts";
import type { OpenLedger } from "../ledger.ts";
import { applyRunningWords, readLastSeen } from "../ledger.ts";
import {
  commentPlan,
  commentProblems,
  labelsOf,
  NO_LABELS,
  planExtras,
  openPlanSession,
  REFUSED,
  reportPlan,
} from "../on-github.ts";
import type { TargetOptions } from "../options.ts";
import { attemptedYaml, readPrevious } from "../previous.ts";
import { readMain, reviewedOnMain } from "../pull-request.ts";
import { withEmails } from "../people.ts";
import { revisionWords } from "../revisions.ts";
import type { PlannedTarget } from "../target.ts";
import { loadForDay, openTarget, planTarget } from "../target.ts";
import type { Terminal } from "../terminal.ts";
import { checkImpactFile, writeImpactFile } from "./report.ts";

interface PlanCommandOptions extends TargetOptions {
  readonly format: "text" | "markdown" | "json";
  /** Shows only what concerns these skills and users. */
  readonly only?: readonly string[];
  /** Counts the notes instead of showing them. */
  readonly quiet?: boolean;
  /** Also writes the plan file. */
  readonly out?: string;
  readonly allow: ReadonlySet<string>;
  readonly detailedExitcode?: boolean;
  /** Estimates from the ledger, without credentials or network. */
  readonly offline?: boolean;
  /** Shows the plan in a comment on the pull request that started this run. */
  readonly comment?: boolean;
  /** Files for the impact report; the ending chooses the format. */
  readonly impact?: readonly string[];
  /** Also names users in the impact report who are not in the YAML. */
  readonly nameEveryone?: boolean;
}

/** Exit code 3 for a refused plan; 2 with `--detailed-exitcode` for a plan with changes. */
export async function planCommand(options: PlanCommandOptions, terminal: Terminal): Promise<number> {
  const { out, impact: files = [], nameEveryone = false } = options;
  for (const file of files) checkImpactFile(file);
  const session = options.comment === true ? await openPlanSession(options, terminal) : null;
  const labels = session ? await labelsOf(session, options, terminal) : NO_LABELS;
  const allow = new Set([...options.allow, ...labels.allowed]);
  const planning =
    options.offline === true
      ? estimate({ ...options, allow }, terminal)
      : planLive({ ...options, allow }, session, terminal);
  const shown = await planning.catch(async (error: unknown) => {
    if (session) await commentProblems(session, options, problemsOf(error), terminal);
    throw error;
  });
  const { plan } = shown;
  show(options.only ? onlyFor(options.only, shown) : plan, options, terminal);
  // An apply of the file also finds the changes that wait on main.
  if (out !== undefined) await writePlanFile(shown.whole ?? plan, out, terminal);
  for (const file of files) await writeImpactFile(shown, { file, nameEveryone }, terminal);
  const isRefused = plan.refusals.length > 0;
  const outputs = { ...(out !== undefined && { planPath: out }), ...(isRefused && REFUSED) };
  const extras = terminal.isShared || session ? planExtras({ ...shown, labels }) : {};
  await reportPlan(plan, outputs, extras, terminal);
  if (session) await commentPlan(session, options, { plan, extras }, terminal);
  if (isRefused) return refusedExit(plan);
  return options.detailedExitcode === true && plan.stages.length > 0 ? 2 : 0;
}

/** A plan, its rows, and their inputs. */
type ShownPlan = Pick<PlannedTarget, "plan" | "rows"> &
  Pick<PlanInputs, "desired" | "live" | "requestsPerMinute"> & {
    /** The plan including the changes that wait on main, if `plan` leaves them out. */
    readonly whole?: Plan;
    /** The other parts of the comment. */
    readonly besides?: Besides;
  };

/** On a pull request, the changes of its merge; else all changes. */
async function planLive(
  options: PlanCommandOptions,
  session: Session | null,
  terminal: Terminal,
): Promise<ShownPlan> {
  const filesRead: FilesRead = options.filesRead ?? new Map<string, never>();
  const main = session && (await readMain(session, { ...options, filesRead }, terminal));
  const target = await openTarget({ ...options, filesRead }, terminal).catch(async (error: unknown) => {
    throw await withEmails(error, options, terminal);
  });
  try {
    const beside = main?.desired && { commit: main.commit, desired: main.desired };
    const planned = await planTarget(target, { ...options, ...(beside && { beside }) }, terminal);
    const { inputs, openLedger } = planned;
    const ofCommit = await revisionWords(openLedger, options, terminal);
    warnOfRun(openLedger, terminal, ofCommit);
    for (const words of ofCommit) terminal.err(`${words}\n`);
    if (!session || !main) return { ...inputs, ...planned };
    if (!beside) return { ...inputs, ...planned, besides: { isMainValid: false } };
    const { allowed, plans } = await reviewedOnMain(session, main.commit, planned, options, terminal);
    const own = planPullRequest(planned, inputs, { ...inputs, desired: beside.desired, allow: allowed });
    const { waiting, undone } = own;
    const besides: Besides = {
      ...{ isMainValid: true, waiting, undone },
      ...(plans && { shown: countShown(waiting, plans) }),
    };
    return { ...inputs, ...own, whole: planned.plan, besides };
  } finally {
    await target.close();
  }
}

/**
 * Warns if an apply is running, whose next writes are in no plan, and if the plan has uncommitted files, unless
 * `ofCommit`, the sentences about the commit, has that warning.
 */
export function warnOfRun(
  { state, head }: OpenLedger,
  terminal: Terminal,
  ofCommit: readonly string[] = [],
): void {
  const running = applyRunningWords(state);
  if (running !== null) terminal.err(`${running} This plan does not include its next writes.\n`);
  const isSaid = ofCommit.some((words) => words.includes("(UNCOMMITTED)"));
  if (head && head.dirty.length > 0 && !isSaid) {
    terminal.err(`Not committed, and part of this plan: ${listNames(head.dirty)}.\n`);
  }
}

/** Plans with this clone's last copy of the ledger instead of the organisation. */
async function estimate(options: PlanCommandOptions, terminal: Terminal): Promise<ShownPlan> {
  const reading = { ...options, filesRead: options.filesRead ?? new Map() };
  const { desired, day } = await loadForDay(reading);
  const ledger = await readLastSeen(options, desired.target, terminal);
  const { requestsPerMinute = 300 } = desired.settings;
  const revision = ledger?.applied?.revision ?? null;
  const previous = revision === null ? undefined : await readPrevious(reading, revision, terminal.env);
  const live = estimateLive(desired, ledger);
  const { allow } = options;
  const attempted = await attemptedYaml(ledger, { ...reading, day }, terminal.env);
  const inputs: PlanInputs = { desired, day, ledger, live, allow, requestsPerMinute, isEstimate: true };
  const { plan, rows } = makePlan({
    ...inputs,
    ...(previous && { previous }),
    ...(attempted && { attempted }),
  });
  return { ...inputs, plan, rows };
}

/** An incomplete list is a failure, not a guard's refusal. */
export function refusedExit({ refusals }: Plan): 1 | 3 {
  return refusals.some(({ code }) => code === "INCOMPLETE") ? 1 : 3;
}

function show(plan: Plan, { format, quiet = false, only }: PlanCommandOptions, terminal: Terminal): void {
  const { notes } = plan;
  const told = quiet ? { ...plan, notes: [] } : plan;
  switch (format) {
    case "text":
      terminal.show(planText(told, { paint: terminal.paint, nameEveryone: !terminal.isShared }));
      if (quiet && notes.length > 0) terminal.show(`${count(notes.length, "note")}: ${countCodes(notes)}.\n`);
      break;
    case "markdown":
      terminal.out(planMarkdown(told));
      break;
    case "json":
      terminal.out(formatPlanFile(told));
  }
  if (only) terminal.err(`This is only the part of the plan for ${listNames(only)}.\n`);
}

/** `3 ADOPTED, 1 LEFT_ORG`. */
function countCodes(notes: Plan["notes"]): string {
  const numbers = new Map<string, number>();
  for (const { code } of notes) numbers.set(code, (numbers.get(code) ?? 0) + 1);
  return [...numbers].map(([code, number]) => `${number} ${code}`).join(", ");
}

/**
 * The changes for these skills and users, with all refusals of the plan. Throws Failure UNKNOWN_NAME.
 */
function onlyFor(names: readonly string[], shown: ShownPlan): Plan {
  const found = names.map((name) => explain(name.trim(), shown));
  const unknown = found.filter(({ matches }) => !matches.some(({ kind }) => kind !== "profile"));
  if (unknown.length > 0) throw new Failure(unknown.map(unknownName));
  const matches = found.flatMap((one) => one.matches);
  const ids = new Set(
    matches.flatMap((match) => {
      if (match.kind === "skill") return [match.skill.id ?? newSkillId(match.skill.slug)];
      return match.kind === "user" && match.user.id !== null ? [match.user.id] : [];
    }),
  );
  const isMeant = ({ subject, field }: Change): boolean =>
    ids.has(subject.id) || ("id" in field && ids.has(field.id));
  const scheduled = shown.plan.scheduled.flatMap((day) => {
    const changes = day.changes.filter(
      ({ user, skill }) => ids.has(skill) || (user !== null && ids.has(user)),
    );
    const uncovered = day.uncovered.filter(({ skill }) => ids.has(skill));
    return changes.length > 0 ? [{ ...day, changes, uncovered }] : [];
  });
  return { ...partOf(shown.plan, isMeant, shown.requestsPerMinute), scheduled, notes: [] };
}

async function writePlanFile(plan: Plan, file: string, terminal: Terminal): Promise<void> {
  try {
    await writeFile(file, formatPlanFile(plan));
  } catch (error) {
    throw new Failure({
      code: "CANNOT_WRITE",
      message: `The plan could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: "Give --out a file in a folder that exists and that you may write to.",
    });
  }
  const next = plan.isEstimate
    ? "It is an estimate, so it can't be applied."
    : `Apply it with: genesys-skills apply ${file}`;
  terminal.err(`Plan written to ${file}. ${next}\n`);
}
