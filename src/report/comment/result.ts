/** What an apply tells the pull requests that it applied, and what the issue about drift says. */
import type { ApplyReport, Operation, Plan } from "../../model.ts";
import { count } from "../../text.ts";
import { fitPlan } from "./comment.ts";
import type { Step } from "./fit.ts";
import { fit } from "./fit.ts";
import { fenced, inline } from "../markdown-safe.ts";
import { outcomeText } from "../outcome-text.ts";
import { PLAIN } from "../paint.ts";
import { summaryLine } from "../words.ts";

export interface Result {
  /** What was meant to be applied, without what was held back. */
  readonly plan: Plan;
  /** Null where the plan was not carried out. */
  readonly report: ApplyReport | null;
  readonly heldBack: readonly Operation[];
  /** Sentences on why things were held back, or why nothing was done. */
  readonly reasons: readonly string[];
}

export interface ResultOptions {
  /** The hidden first line by which the comment is found again. */
  readonly marker: string;
  readonly runUrl: string;
  /** The commit that was applied. */
  readonly head: string;
  /** Default 60,000. */
  readonly maxBytes?: number;
}

/** The comment on a merged pull request, in at most `maxBytes` bytes. */
export function resultComment(result: Result, options: ResultOptions): string {
  const { plan, report, heldBack, reasons } = result;
  const lines = report ? outcomeText(report, plan, { paint: PLAIN, nameEveryone: false }).split("\n") : [];
  return fit({
    start: { lines: lines.length, reasons: reasons.length, characters: 400 },
    steps: SHORTER,
    render: (detail, dropped) => {
      const shown = lines.slice(0, detail.lines);
      // The last line counts what was done.
      const ending = detail.lines < lines.length ? ["…", ...lines.slice(-2)] : [];
      const parts = [
        options.marker,
        `${status(result)} [this run](${options.runUrl}), commit ${inline(options.head.slice(0, 12))}, target ${inline(plan.target)}.`,
        summaryLine(plan),
        ...heldBackWords(heldBack),
        ...(reasons.length > 0 ? [reasonLines(reasons, detail).join("\n")] : []),
        ...(lines.length > 0 ? [fenced("text", [...shown, ...ending].join("\n"))] : []),
        ...(dropped.length > 0 ? [`:scissors: The rest is in [the run](${options.runUrl}).`] : []),
      ];
      return `${parts.join("\n\n")}\n`;
    },
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
  });
}

interface ResultDetail {
  readonly lines: number;
  readonly reasons: number;
  readonly characters: number;
}

const SHORTER: readonly Step<ResultDetail>[] = [200, 40, 10].map((max) => ({
  says: "some lines",
  drop: ({ lines, reasons }) => ({
    lines: Math.min(lines, max),
    reasons: Math.min(reasons, max),
    characters: 4 * max + 100,
  }),
}));

function reasonLines(reasons: readonly string[], { reasons: max, characters }: ResultDetail): string[] {
  const hidden = reasons.length - max;
  const lines = reasons.slice(0, max).map((reason) => `- ${inline(reason, characters)}`);
  return hidden > 0 ? [...lines, `- … and ${hidden} more`] : lines;
}

function status({ plan, report, heldBack }: Result): string {
  if (!report) {
    if (plan.refusals.length > 0) return ":x: Plan not applied in";
    return heldBack.length > 0 ? ":warning: Held back in" : ":white_check_mark: No changes to apply in";
  }
  const isDone = report.outcomes.every(({ changes }) => changes.every(({ result }) => result === "done"));
  if (report.stopped || !isDone) return ":x: Error applying plan in";
  return heldBack.length > 0 ? ":warning: Plan applied in part in" : ":white_check_mark: Plan applied in";
}

function heldBackWords(heldBack: readonly Operation[]): string[] {
  if (heldBack.length === 0) return [];
  const changes = heldBack.reduce((sum, operation) => sum + changesIn(operation), 0);
  return [
    `:warning: **${count(changes, "change")} held back**: nobody reviewed ${changes === 1 ? "it" : "them"} in a merged pull request. The next plan shows ${changes === 1 ? "it" : "them"} again; to let ${changes === 1 ? "it" : "them"} through, run the apply workflow by hand with \`UNREVIEWED\` as what to allow.`,
  ];
}

function changesIn(operation: Operation): number {
  switch (operation.kind) {
    case "create-skill":
    case "delete-skill":
      return 1;
    case "update-skill":
    case "update-user":
      return operation.changes.length;
    case "update-profile":
      return operation.changes.length + operation.entries.length;
  }
}

/** The body of the issue about drift; `drift` is the part of a plan that someone's work by hand made. */
export function driftIssueBody(
  drift: Plan,
  { marker, runUrl, maxBytes }: Pick<ResultOptions, "marker" | "runUrl" | "maxBytes">,
): string {
  return fitPlan(drift, {
    intro: (dropped) => [
      marker,
      `Someone changed routing skills of **${inline(drift.target)}** (${inline(drift.organization.name)}) by hand. The next apply does this:`,
      summaryLine(drift),
      "To keep the work by hand, write it into the YAML; to put it back now, run the apply workflow by hand. This issue closes itself once nothing differs.",
      `Found by [this run](${runUrl}).${dropped.length > 0 ? ` Left out to fit here: ${dropped.join(", ")}; the run has it all.` : ""}`,
    ],
    ...(maxBytes !== undefined && { maxBytes }),
  });
}
