/** What plan, apply and drift tell GitHub: comments, annotations, outputs and the job's summary. */

import type { FailureReason } from "../github/actions.ts";
import { annotate, planAnnotations, setOutputs, writeSummary } from "../github/actions.ts";
import { syncDriftIssue } from "../github/drift-issue.ts";
import type { LabelledAllowance } from "../github/labels.ts";
import { allowedByLabels } from "../github/labels.ts";
import type { Posted } from "../github/post.ts";
import { postPlan, postResult } from "../github/post.ts";
import type { Session } from "../github/session.ts";
import type { ApplyReport, Desired, Live, Plan } from "../model.ts";
import { impactOf } from "../report/impact/impact.ts";
import { impactTable } from "../report/impact/markdown.ts";
import { impactMermaid } from "../report/impact/mermaid.ts";
import { planMarkdown } from "../report/plan/markdown.ts";
import type { Reviewed } from "./reviewed.ts";
import type { Terminal } from "./terminal.ts";

const NOTHING: LabelledAllowance = { allowed: new Set(), problems: [] };

/** What the labels of the pull request that started this run allow. */
export function labelsOf({ run }: Session): LabelledAllowance {
  return run.event.kind === "pull-request" ? allowedByLabels(run.event) : NOTHING;
}

export interface PlannedOnGitHub {
  readonly plan: Plan;
  readonly desired: Desired;
  readonly live: Live;
  readonly labels: LabelledAllowance;
}

/** Posts the plan's comment. That it can't be posted is said, and doesn't fail the plan. */
export async function commentPlan(
  session: Session,
  { plan, desired, live, labels }: PlannedOnGitHub,
  terminal: Terminal,
): Promise<void> {
  const impact = impactOf({ desired, live, plan });
  const [graph, table] = [impactMermaid(impact), impactTable(impact)];
  const posted = await postPlan(session, plan, {
    warnings: labels.problems.map(({ message, hint }) =>
      hint === undefined ? message : `${message} ${hint}`,
    ),
    ...(graph !== null && { graph }),
    ...(table !== null && { impact: table }),
  });
  sayPosted(posted, "The plan's comment", terminal);
}

/** Annotations at the YAML's lines, the step's outputs and the job's summary; nothing outside GitHub Actions. */
export async function reportPlan(
  plan: Plan,
  outputs: { readonly planPath?: string; readonly failureReason?: FailureReason },
  terminal: Terminal,
): Promise<void> {
  if (!terminal.isShared) return;
  terminal.command(annotate(planAnnotations(plan)));
  setOutputs({ plan, ...outputs }, terminal.env);
  await writeSummary(planMarkdown(plan), terminal.env);
}

/** Writes what became of an apply to the pull requests that asked for it. */
export async function commentResult(
  session: Session,
  { plan, heldBack, reasons, pulls }: Reviewed,
  report: ApplyReport | null,
  head: string,
  terminal: Terminal,
): Promise<void> {
  const { posted } = await postResult(session, pulls, { plan, report, heldBack, reasons }, head);
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
