/** Writes plan, apply and drift to GitHub: comments, annotations, outputs and the job's summary. */

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
import { catchFailure, Failure } from "../problem.ts";
import type { Result } from "../report/comment/result.ts";
import { impactOf } from "../report/impact/impact.ts";
import type { Besides, PlanExtras } from "../report/plan/markdown.ts";
import { planMarkdown } from "../report/plan/markdown.ts";
import type { TargetOptions } from "./options.ts";
import type { Concerned } from "./reviewed.ts";
import { pathInRepository } from "./root.ts";
import type { Terminal } from "./terminal.ts";

/** The session of a plan. If GitHub is down, null and a warning, so that the plan still succeeds. */
export async function openPlanSession({ dir }: TargetOptions, terminal: Terminal): Promise<Session | null> {
  const session = await catchFailure(openSession(terminal.env, { dir: pathInRepository(dir) }));
  if (!(session instanceof Failure)) return session;
  if (!session.problems.every(({ code }) => code === "GITHUB")) throw session;
  warn("No comment is written and no label is read", session, terminal);
  return null;
}

function warn(what: string, { message }: Failure, terminal: Terminal): void {
  terminal.err(`${what}: ${message}\n`);
  terminal.command(annotate([{ level: "warning", title: "GITHUB", message: `${what}: ${message}` }]));
}

/** The result, or `otherwise` and a warning if GitHub fails. */
export async function orWarn<T>(
  work: Promise<T>,
  otherwise: T,
  what: string,
  terminal: Terminal,
): Promise<T> {
  const found = await catchFailure(work);
  if (!(found instanceof Failure)) return found;
  warn(what, found, terminal);
  return otherwise;
}

export const REFUSED = { failureReason: "refused" } as const;

export const NO_LABELS: LabelledAllowance = { allowed: new Set(), problems: [] };

/** The codes allowed by the labels of the pull requests that started this run; none if GitHub fails. */
export async function labelsOf(
  session: Session,
  { dir }: TargetOptions,
  terminal: Terminal,
): Promise<LabelledAllowance> {
  const { event } = session.run;
  if (event.kind === "pull-request") return allowedByLabels(session, [event]);
  if (event.kind !== "merge-group") return NO_LABELS;
  const group = allowedInGroup(session, event, { cwd: dir, env: terminal.env });
  return orWarn(group, NO_LABELS, "The labels could not be read, so they allow nothing", terminal);
}

interface PlannedOnGitHub {
  readonly plan: Plan;
  readonly rows: Rows;
  readonly desired: Desired;
  readonly live: Live;
  readonly labels: LabelledAllowance;
  readonly besides?: Besides;
}

/** The other parts of a plan on GitHub: its impact, and warnings about labels. */
export function planExtras({ labels, besides, ...planned }: PlannedOnGitHub): PlanExtras {
  return {
    ...(besides && { besides }),
    warnings: labels.problems.map(({ message, hint }) =>
      hint === undefined ? message : `${message} ${hint}`,
    ),
    impact: impactOf(planned, { withPlan: true }),
  };
}

/** Posts the plan's comment. A failure is only a message. */
export async function commentPlan(
  session: Session,
  options: TargetOptions,
  { plan, extras }: { readonly plan: Plan; readonly extras: PlanExtras },
  terminal: Terminal,
): Promise<void> {
  await printPlanPosted(session, options, await postPlan(session, plan, extras), terminal);
}

/** Writes into the plan's comment that this commit has no plan. */
export async function commentProblems(
  session: Session,
  options: TargetOptions,
  problems: readonly Problem[],
  terminal: Terminal,
): Promise<void> {
  const posted = await postProblems(session, await targetOf(options), problems);
  await printPlanPosted(session, options, posted, terminal);
}

/**
 * The label depends on the comments, so it is set only after a comment was posted. A failure with the label, or with a
 * comment of a removed target, is a warning.
 */
async function printPlanPosted(
  session: Session,
  { dir }: TargetOptions,
  posted: Posted,
  terminal: Terminal,
): Promise<void> {
  printPosted(posted, "The plan's comment", terminal);
  const { event } = session.run;
  if (posted.kind !== "posted" || event.kind !== "pull-request") return;
  const { comments } = posted;
  const retiring = listTargets(dir).then((targets) => retireComments(session, targets, comments));
  const what = "The comments of removed targets could not be checked";
  const kept = await orWarn(retiring, comments, what, terminal);
  const labelling = setResultLabel(session, event, kept);
  await orWarn(labelling, undefined, "The pull request's label could not be set", terminal);
}

/** The named target, else the default, even if the settings can't be read. */
export async function targetOf({ target, dir }: TargetOptions): Promise<string> {
  const names = target === undefined ? await catchFailure(listTargets(dir)) : [target];
  return names instanceof Failure ? DEFAULT_TARGET : (names[0] ?? DEFAULT_TARGET);
}

/** Writes annotations, the step's outputs and the job's summary; nothing outside GitHub Actions. */
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

/** Writes the result of an apply to these pull requests. A failure is only a message. */
export async function commentResult(
  session: Session,
  { pulls, head }: Pick<Concerned, "pulls" | "head">,
  result: Result,
  terminal: Terminal,
): Promise<void> {
  const posted = await postResult(session, pulls, result, head);
  for (const one of posted) printPosted(one, `The result on #${one.pull}`, terminal);
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

function printPosted(posted: Posted, what: string, terminal: Terminal): void {
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
