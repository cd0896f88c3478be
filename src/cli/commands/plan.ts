/** `plan`: shows what an apply would do, and changes nothing. */
import { writeFile } from "node:fs/promises";
import { loadDesired } from "../../desired/load.ts";
import { disarm } from "../../github/actions.ts";
import { openSession } from "../../github/session.ts";
import { estimateLive } from "../../live/estimate.ts";
import type { Plan } from "../../model.ts";
import { formatPlanFile } from "../../plan/file.ts";
import type { PlanInputs } from "../../plan/plan.ts";
import { plan as makePlan } from "../../plan/plan.ts";
import { Failure } from "../../problem.ts";
import { planMarkdown } from "../../report/plan/markdown.ts";
import { planText } from "../../report/plan/text.ts";
import { listNames } from "../../report/words.ts";
import type { OpenLedger } from "../ledger.ts";
import { applyRunningWords, readLastSeen } from "../ledger.ts";
import { commentPlan, labelsOf, NO_LABELS, planExtras, REFUSED, reportPlan } from "../on-github.ts";
import type { TargetOptions } from "../options.ts";
import { loadPrevious } from "../previous.ts";
import { revisionWords } from "../revisions.ts";
import type { PlannedTarget } from "../target.ts";
import { openTarget, planTarget } from "../target.ts";
import type { Terminal } from "../terminal.ts";
import type { PlanFormat } from "./plan-formats.ts";
import { checkImpactFile, writeImpactFile } from "./report.ts";

export interface PlanCommandOptions extends TargetOptions {
  readonly format: PlanFormat;
  /** Also writes the plan file. */
  readonly out?: string;
  readonly allow: ReadonlySet<string>;
  readonly detailedExitcode?: boolean;
  /** Estimates from the ledger, without credentials or network. */
  readonly offline?: boolean;
  /** Shows the plan in a comment on the pull request that started this run. */
  readonly comment?: boolean;
  /** Files to write the impact report to, each in the format that its name asks for. */
  readonly impact?: readonly string[];
  /** Whether the impact report names users that the YAML doesn't, too. */
  readonly nameEveryone?: boolean;
}

/** Exit code 3 where the plan is refused; 2 with `--detailed-exitcode` where there are changes. */
export async function planCommand(options: PlanCommandOptions, terminal: Terminal): Promise<number> {
  const { out, impact: files = [], nameEveryone = false } = options;
  for (const file of files) checkImpactFile(file);
  const session = options.comment === true ? await openSession(terminal.env) : null;
  const labels = session ? await labelsOf(session, options, terminal) : NO_LABELS;
  const allow = new Set([...options.allow, ...labels.allowed]);
  const shown =
    options.offline === true
      ? await estimate({ ...options, allow }, terminal)
      : await planLive({ ...options, allow }, terminal);
  const { plan } = shown;
  terminal.out(render(plan, options.format, terminal));
  if (out !== undefined) await writePlanFile(plan, out, terminal);
  for (const file of files) await writeImpactFile(shown, { file, nameEveryone }, terminal);
  const isRefused = plan.refusals.length > 0;
  const outputs = { ...(out !== undefined && { planPath: out }), ...(isRefused && REFUSED) };
  const extras = terminal.isShared || session ? planExtras({ ...shown, labels }) : {};
  await reportPlan(plan, outputs, extras, terminal);
  if (session) await commentPlan(session, plan, extras, terminal);
  if (isRefused) return refusedExit(plan);
  return options.detailedExitcode === true && plan.stages.length > 0 ? 2 : 0;
}

/** A plan, its rows, and what they were made of. */
type Shown = Pick<PlannedTarget, "plan" | "rows"> & Pick<PlanInputs, "desired" | "live">;

async function planLive(options: PlanCommandOptions, terminal: Terminal): Promise<Shown> {
  const target = await openTarget(options, terminal);
  try {
    const { plan, rows, inputs, openLedger } = await planTarget(target, options, terminal);
    warnOfRun(openLedger, terminal);
    for (const words of await revisionWords(openLedger, options, terminal)) terminal.err(`${words}\n`);
    return { plan, rows, desired: inputs.desired, live: inputs.live };
  } finally {
    await target.close();
  }
}

/** While an apply is running, what it does from now on is in no plan. */
export function warnOfRun({ state, head }: OpenLedger, terminal: Terminal): void {
  const running = applyRunningWords(state);
  if (running !== null) terminal.err(`${running} What it does from now on is not in this plan.\n`);
  if (head && head.dirty.length > 0) {
    terminal.err(`Not committed, and part of this plan: ${listNames(head.dirty)}.\n`);
  }
}

/** The ledger in place of the organisation, as this clone saw it last. */
async function estimate(options: PlanCommandOptions, terminal: Terminal): Promise<Shown> {
  const { desired } = await loadDesired(options);
  const ledger = await readLastSeen(options, desired.target, terminal);
  const { requestsPerMinute = 300 } = desired.settings;
  const revision = ledger?.applied?.revision ?? null;
  const previous = revision === null ? undefined : await loadPrevious(options, revision, terminal.env);
  const live = estimateLive(desired, ledger);
  const { allow } = options;
  const inputs: PlanInputs = { desired, ledger, live, allow, requestsPerMinute, isEstimate: true };
  const { plan, rows } = makePlan({ ...inputs, ...(previous && { previous }) });
  return { plan, rows, desired, live };
}

/** A list that could not be read is a failure, not a guard's verdict. */
export function refusedExit({ refusals }: Plan): 1 | 3 {
  return refusals.some(({ code }) => code === "INCOMPLETE") ? 1 : 3;
}

function render(plan: Plan, format: PlanFormat, terminal: Terminal): string {
  switch (format) {
    case "text": {
      const text = planText(plan, { paint: terminal.paint, nameEveryone: !terminal.isShared });
      return terminal.isShared ? disarm(text) : text;
    }
    case "markdown":
      return planMarkdown(plan);
    case "json":
      return formatPlanFile(plan);
  }
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
