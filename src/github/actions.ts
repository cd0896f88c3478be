/** Annotations, outputs and the summary of a step in GitHub Actions. */
import { appendFile } from "node:fs/promises";
import type { Place, Plan } from "../model.ts";
import { changesOf } from "../plan/changes.ts";
import { isLoss } from "../plan/summary.ts";
import { nameOf } from "../report/plan/view.ts";
import { placeOf, refusalText } from "../report/refusals.ts";
import { printable } from "../text.ts";
import type { Annotation } from "./annotations.ts";
import { commandLine, disarm } from "./log.ts";

// ── Annotations ──────────────────────────────────────────────────────────────────────────────────────

/** Refusals as errors, and removals as warnings, one for each line that asked for them. */
export function planAnnotations(plan: Plan): Annotation[] {
  const refused = plan.refusals.map((refusal): Annotation => {
    const place = placeOf(refusal);
    return {
      level: "error",
      title: refusal.code,
      message: refusalText(refusal, plan),
      ...(place && { place }),
    };
  });
  return [...refused, ...removalAnnotations(plan)];
}

function removalAnnotations(plan: Plan): Annotation[] {
  const lines = new Map<string, { readonly place: Place; readonly message: string; count: number }>();
  for (const change of changesOf(plan)) {
    const { subject, field, verb, source } = change;
    if (!source || (verb !== "delete" && !isLoss(change))) continue;
    const { file, line, revision } = source;
    const skill = field.kind === "skill" ? field.id : subject.id;
    const key = JSON.stringify([file, line, skill]);
    const since = revision === undefined ? "" : ` This line asked for it until ${revision.slice(0, 7)}.`;
    const message = `${printable(nameOf(plan, skill))} is taken away.${since}`;
    const known = lines.get(key) ?? { place: source, message, count: 0 };
    known.count += 1;
    lines.set(key, known);
  }
  return [...lines.values()].map(({ place, message, count }) => ({
    level: "warning",
    title: count === 1 ? "Removal" : `${count} removals`,
    message,
    place,
  }));
}

// ── Outputs ──────────────────────────────────────────────────────────────────────────────────────────

export type FailureReason =
  | "refused"
  | "plan-changed"
  | "unreviewed"
  | "apply-failed"
  | "interrupted"
  | "state-locked"
  | "validate-failed"
  | "error";

interface Outputs {
  readonly plan?: Plan;
  /** Where the plan file was written. */
  readonly planPath?: string;
  readonly failureReason?: FailureReason;
}

/** Sets the step's outputs, each with `_` and with `-`; does nothing without GitHub's file for them. */
export async function setOutputs(
  { plan, planPath, failureReason }: Outputs,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const outputs = {
    ...(plan && {
      changes: plan.stages.length > 0,
      to_add: plan.summary.add,
      to_change: plan.summary.change,
      to_destroy: plan.summary.destroy,
      to_move: plan.summary.move,
      fingerprint: plan.fingerprint,
    }),
    ...(planPath !== undefined && { plan_path: planPath }),
    failure_reason: failureReason ?? "",
  };
  for (const [name, value] of Object.entries(outputs)) {
    await setOutput(name, value, env);
    if (name.includes("_")) await setOutput(name.replaceAll("_", "-"), value, env);
  }
}

/** Sets one output of the step; does nothing without GitHub's file for it. */
export async function setOutput(
  name: string,
  value: string | number | boolean,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (!env["GITHUB_OUTPUT"]) return;
  // Loaded only here, since it consists of a hundred files.
  const core = await import("@actions/core");
  core.setOutput(name, value);
}

// ── Summary and groups ──────────────────────────────────────────────────────────────────────────────────

/** GitHub refuses a summary above 1 MiB, which other parts of the step share. */
export const SUMMARY_BYTES = 1_000_000;

/** Adds Markdown to the job's summary, cut at the end of a line; does nothing without GitHub's file for it. */
export async function writeSummary(markdown: string, env: NodeJS.ProcessEnv): Promise<void> {
  const file = env["GITHUB_STEP_SUMMARY"];
  if (file) await appendFile(file, `${cutLines(markdown, SUMMARY_BYTES)}\n`);
}

function cutLines(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text).subarray(0, maxBytes - 100);
  return `${bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1).toString("utf8")}\n\n… cut here: it was too long for a summary.\n`;
}

/** `text` as a collapsible group of the log. */
export function grouped(title: string, text: string): string {
  const end = text.endsWith("\n") ? "" : "\n";
  return `${commandLine("group", printable(title))}${disarm(text)}${end}${commandLine("endgroup", "")}`;
}
