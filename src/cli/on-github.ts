/** What plan, apply and drift tell GitHub: comments, annotations, outputs and the job's summary. */

import type { FailureReason } from "../github/actions.ts";
import { planAnnotations, setOutputs, SUMMARY_BYTES, writeSummary } from "../github/actions.ts";
import { annotate } from "../github/annotations.ts";
import { DEFAULT_TARGET, listTargets } from "../desired/targets.ts";
import { syncDriftIssue } from "../github/drift-issue.ts";
import type { LabelledAllowance } from "../github/labels.ts";
import { allowedByLabels, allowedInGroup } from "../github/labels.ts";
import type { Posted } from "../github/post.ts";
import { postPlan, postProblems, postResult, retireComments } from "../github/post.ts";
import { setResultLabel } from "../github/result-label.ts";
import type { Session } from "../github/session.ts";
import { openSession } from "../github/session.ts";
import type { Desired, Live, Plan } from "../model.ts";
import type { Rows } from "../plan/rows.ts";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import type { Result } from "../report/comment/result.ts";
import { impactOf } from "../report/impact/impact.ts";
import type { Besides } from "../report/plan/sections.ts";
import type { PlanExtras } from "../report/plan/markdown.ts";
import { planMarkdown } from "../report/plan/markdown.ts";
import type { TargetOptions } from "./options.ts";
import type { Concerned } from "./reviewed.ts";
import { pathInRepository } from "./root.ts";
import type { Terminal } from "./terminal.ts";

/** The session of a plan, which GitHub's being down must not fail: null then, and a warning. */
export async function openPlanSession({ dir }: TargetOptions, terminal: Terminal): Promise<Session | null> {
  try {
    return await openSession(terminal.env, { dir: pathInRepository(dir) });
  } catch (error) {
    if (!(error instanceof Failure) || !error.problems.every(({ code }) => code === "GITHUB")) throw error;
    warn(`No comment is written and no label is read: ${error.message}`, terminal);
    return null;
  }
}

function warn(message: string, terminal: Terminal): void {
  terminal.err(`${message}\n`);
  terminal.command(annotate([{ level: "warning", title: "GITHUB", message }]));
}

export const REFUSED = { failureReason: "refused" } as const;

export const NO_LABELS: LabelledAllowance = { allowed: new Set(), problems: [] };

/** What the labels of the pull requests allow that started this run; nothing where GitHub doesn't tell them. */
export async function labelsOf(
  session: Session,
  { dir }: TargetOptions,
  terminal: Terminal,
): Promise<LabelledAllowance> {
  const { event } = session.run;
  switch (event.kind) {
    case "pull-request":
      return await allowedByLabels(session, [event]);
    case "merge-group":
      try {
        return await allowedInGroup(session, event, { cwd: dir, env: terminal.env });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        terminal.err(`No label allows anything, because none could be read: ${error.message}\n`);
        return NO_LABELS;
      }
    case "push":
    case "schedule":
    case "workflow-dispatch":
    case "workflow-call":
    case "other":
      return NO_LABELS;
  }
}

export interface PlannedOnGitHub {
  readonly plan: Plan;
  readonly rows: Rows;
  readonly desired: Desired;
  readonly live: Live;
  readonly labels: LabelledAllowance;
  readonly besides?: Besides;
}

/** What GitHub shows beside a plan: its impact, and the labels that allow nothing. */
export function planExtras({ labels, besides, ...planned }: PlannedOnGitHub): PlanExtras {
  return {
    ...(besides && { besides }),
    warnings: labels.problems.map(({ message, hint }) =>
      hint === undefined ? message : `${message} ${hint}`,
    ),
    impact: impactOf(planned, { withPlan: true }),
  };
}

/** Posts the plan's comment. That it can't be posted is said, and doesn't fail the plan. */
export async function commentPlan(
  session: Session,
  options: TargetOptions,
  { plan, extras }: { readonly plan: Plan; readonly extras: PlanExtras },
  terminal: Terminal,
): Promise<void> {
  await sayPlanPosted(session, options, await postPlan(session, plan, extras), terminal);
}

/** Says in the plan's comment that there is no plan for this commit. */
export async function commentProblems(
  session: Session,
  options: TargetOptions,
  problems: readonly Problem[],
  terminal: Terminal,
): Promise<void> {
  const posted = await postProblems(session, await targetOf(options), problems);
  await sayPlanPosted(session, options, posted, terminal);
}

/**
 * The label goes by the comments, so that it can only be set beside one. That it can't be set, or that a comment on
 * a target that is gone can't be changed, is a warning.
 */
async function sayPlanPosted(
  session: Session,
  { dir }: TargetOptions,
  posted: Posted,
  terminal: Terminal,
): Promise<void> {
  sayPosted(posted, "The plan's comment", terminal);
  const { event } = session.run;
  if (posted.kind !== "posted" || event.kind !== "pull-request") return;
  let { comments } = posted;
  try {
    comments = await retireComments(session, await listTargets(dir), comments);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(`Whether a comment is about a target that is gone could not be settled: ${error.message}`, terminal);
  }
  try {
    await setResultLabel(session, event, comments);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(`The pull request's label could not be set: ${error.message}`, terminal);
  }
}

/** The target that is meant where none is named, also where the settings can't be read. */
export async function targetOf({ target, dir }: TargetOptions): Promise<string> {
  if (target !== undefined) return target;
  try {
    return (await listTargets(dir))[0] ?? DEFAULT_TARGET;
  } catch (error) {
    if (error instanceof Failure) return DEFAULT_TARGET;
    throw error;
  }
}

/** Annotations at the YAML's lines, the step's outputs and the job's summary; nothing outside GitHub Actions. */
export async function reportPlan(
  plan: Plan,
  outputs: { readonly planPath?: string; readonly failureReason?: FailureReason },
  extras: PlanExtras,
  terminal: Terminal,
): Promise<void> {
  if (!terminal.isShared) return;
  terminal.command(annotate(planAnnotations(plan)));
  await setOutputs({ plan, ...outputs }, terminal.env);
  await writeSummary(planMarkdown(plan, { ...extras, maxBytes: SUMMARY_BYTES }), terminal.env);
}

/** Writes what became of an apply to these pull requests; that it can't be written is said. */
export async function commentResult(
  session: Session,
  { pulls, head }: Pick<Concerned, "pulls" | "head">,
  result: Result,
  terminal: Terminal,
): Promise<void> {
  const { posted } = await postResult(session, pulls, result, head);
  for (const one of posted) sayPosted(one, `The result on #${one.pull}`, terminal);
}

/** Opens, updates or closes the target's drift issue. */
export async function reportDrift(
  session: Session,
  drift: Plan,
  isDrifted: boolean,
  terminal: Terminal,
): Promise<void> {
  const { action, url } = await syncDriftIssue(session, {
    target: drift.target,
    drift: isDrifted ? drift : null,
  });
  if (action !== "none") terminal.err(`The drift issue is ${action}${url === undefined ? "" : `: ${url}`}\n`);
}

function sayPosted(posted: Posted, what: string, terminal: Terminal): void {
  switch (posted.kind) {
    case "posted":
      terminal.err(`${what} is ${posted.action}: ${posted.url}\n`);
      if (posted.advice !== undefined) terminal.err(`${posted.advice}\n`);
      break;
    case "left":
      terminal.err(`${what} was not written: ${posted.why}.\n`);
      break;
    case "failed":
      terminal.err(`${what} could not be written: ${posted.why}\n`);
      break;
  }
}
