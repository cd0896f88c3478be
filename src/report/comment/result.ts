/** What an apply tells the pull requests that it applied, however it ended. */
import type { ApplyReport, Operation, Plan } from "../../model.ts";
import type { Problem } from "../../problem.ts";
import { count } from "../../text.ts";
import type { Step } from "../fit.ts";
import { firstLines, fit, moreLine } from "../fit.ts";
import { inline } from "../markdown-safe.ts";
import { outcomeText } from "../outcome-text.ts";
import { PLAIN } from "../paint.ts";
import { planFacts } from "../plan/markdown.ts";
import { changeSections, losersBySkill, losersLine, refusalLines, removalLines } from "../plan/sections.ts";
import { problemLines } from "./problems.ts";

export interface Result {
  readonly target: string;
  /** What was meant to be applied, without what was held back; null where the apply ended before it had a plan. */
  readonly plan: Plan | null;
  /** What was tried; null where nothing was. */
  readonly report: ApplyReport | null;
  readonly heldBack: readonly Operation[];
  /** Sentences on why things were held back. */
  readonly reasons: readonly string[];
  /** What ended the apply before its end. Default: nothing did. */
  readonly failure?: readonly Problem[];
}

export interface ResultOptions {
  /** The hidden first line by which the comment is found again; none in a job's summary. */
  readonly marker?: string;
  readonly runUrl: string;
  /** The commit that was applied; empty where none is known. */
  readonly head: string;
  /** Default 60,000. */
  readonly maxBytes?: number;
}

/** The comment on a merged pull request, in at most `maxBytes` bytes. */
export function resultComment(result: Result, options: ResultOptions): string {
  const parts = collect(result);
  return fit({
    start: EVERYTHING,
    steps: SHORTER,
    render: (detail, dropped) => {
      const sections = [
        ...(options.marker === undefined ? [] : [options.marker]),
        ...heading(result, options),
        ...endSection(result, parts, detail),
        ...heldBackSection(result, parts, detail),
        ...outcomeSection(parts, detail),
        ...(dropped.length > 0 ? [`:scissors: The rest is in [the run](${options.runUrl}).`] : []),
      ];
      return `${sections.join("\n\n")}\n`;
    },
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
  });
}

/** The first words are all that a notification shows. */
function heading(result: Result, { runUrl, head }: ResultOptions): string[] {
  const { plan, target } = result;
  const commit = head === "" ? "" : ` for commit ${inline(head.slice(0, 12))}`;
  const organization = plan ? ` (${inline(plan.organization.name)})` : "";
  return [
    `${statusOf(result)} [this run](${runUrl})${commit}, target **${inline(target)}**${organization}.`,
    ...(plan ? planFacts(plan) : []),
  ];
}

// ── How it ended ─────────────────────────────────────────────────────────────────────────────────────

type End =
  "failed" | "interrupted" | "refused" | "incomplete" | "in part" | "held back" | "nothing" | "applied";

function endOf({ plan, report, heldBack, failure }: Result): End {
  if (failure) return failure.some(({ code }) => code === "INTERRUPTED") ? "interrupted" : "failed";
  if (!report) {
    if (plan && plan.refusals.length > 0) return "refused";
    return heldBack.length > 0 ? "held back" : "nothing";
  }
  const isDone = report.outcomes.every(({ changes }) => changes.every(({ result }) => result === "done"));
  if (!isDone) return report.stopped ? "interrupted" : "incomplete";
  return heldBack.length > 0 ? "in part" : "applied";
}

function statusOf(result: Result): string {
  switch (endOf(result)) {
    case "failed":
      return result.report ? ":x: Error applying plan in" : ":x: Plan not applied in";
    case "interrupted":
      return ":x: Apply interrupted in";
    case "refused":
      return ":x: Plan not applied in";
    case "incomplete":
      return ":x: Error applying plan in";
    case "in part":
      return ":warning: Plan applied in part in";
    case "held back":
      return ":warning: Held back in";
    case "nothing":
      return ":white_check_mark: No changes to apply in";
    case "applied":
      return ":white_check_mark: Plan applied in";
  }
}

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────

interface Parts {
  /** Why it failed or is refused. */
  readonly causes: readonly string[];
  readonly heldBack: readonly string[];
  readonly reasons: readonly string[];
  /** What failed or was left out, as plain text. */
  readonly outcome: readonly string[];
  /** How much was done; null where nothing was tried. */
  readonly count: string | null;
}

function collect({ plan, report, heldBack, reasons, failure = [] }: Result): Parts {
  const refusals = plan && !report ? refusalLines(plan.refusals, plan, 400) : [];
  const text = report && plan ? outcomeText(report, plan, { paint: PLAIN, nameEveryone: false }) : "";
  const lines = text.split("\n").filter((line) => line !== "");
  return {
    causes: [...problemLines(failure), ...refusals],
    heldBack: plan ? operationLines({ ...plan, stages: [heldBack] }) : [],
    reasons: reasons.map((reason) => inline(reason, 400)),
    outcome: lines.slice(0, -1),
    count: lines.at(-1) ?? null,
  };
}

/** Every change of a small plan in a line, what takes away first. */
function operationLines(plan: Plan): string[] {
  return [
    ...removalLines(plan),
    ...losersBySkill(plan).map((losers) => `${losersLine(losers, NAMES_SHOWN)} would lose it`),
    ...changeSections(plan).flatMap(({ lines }) => lines),
  ];
}

const NAMES_SHOWN = 20;

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

// ── Sections ─────────────────────────────────────────────────────────────────────────────────────────

/** What was done, or that nothing was, and what came in between. */
function endSection(result: Result, { causes, count }: Parts, detail: ResultDetail): string[] {
  const end = endOf(result);
  const isUntouched = result.report === null && end !== "nothing";
  const done = isUntouched ? "Nothing was changed in the organisation." : count;
  return [
    ...(done === null ? [] : [done]),
    ...(causes.length > 0 ? [shorten(causes, detail).join("\n")] : []),
    ...(ADVICE[end] === undefined ? [] : [ADVICE[end]]),
  ];
}

const ADVICE: Readonly<Partial<Record<End, string>>> = {
  failed: "What is not done yet is left to the next apply: run the workflow again once the cause is gone.",
  interrupted: "What is not done yet is left to the next apply: run the workflow again.",
  incomplete:
    "What failed or was skipped is left to the next apply: run the workflow again once the cause is gone.",
  refused:
    "Mend it in a new pull request, or run the apply workflow by hand with the code of the refusal as what to allow.",
};

function heldBackSection({ heldBack: operations }: Result, parts: Parts, detail: ResultDetail): string[] {
  if (operations.length === 0) return [];
  const changes = operations.reduce((sum, operation) => sum + changesIn(operation), 0);
  const [was, it] = changes === 1 ? ["was", "it"] : ["were", "them"];
  const why = shorten(parts.reasons, detail).join(" ");
  return [
    `### :warning: ${count(changes, "change")} ${was} held back`,
    `Nobody reviewed ${it} in a merged pull request.${why === "" ? "" : ` ${why}`}`,
    ...(parts.heldBack.length > 0 ? [shorten(parts.heldBack, detail).join("\n")] : []),
    `The next plan shows ${it} again. To let ${it} through, run the apply workflow by hand with \`UNREVIEWED\` as what to allow.`,
  ];
}

function outcomeSection({ outcome }: Parts, detail: ResultDetail): string[] {
  if (outcome.length === 0) return [];
  const hidden = outcome.length - detail.lines;
  const shown = outcome
    .slice(0, detail.lines)
    .map((line) => `- ${inline(line.trim().replace(/ +/g, " "), 900)}`);
  return [[...shorten(shown, detail), ...(hidden > 0 ? [moreLine(hidden)] : [])].join("\n")];
}

// ── Fitting ──────────────────────────────────────────────────────────────────────────────────────────

interface ResultDetail {
  readonly lines: number;
  /** Characters of a line, as it is written. */
  readonly characters: number;
}

/** More lines than fit even if each were a word. */
const EVERYTHING: ResultDetail = { lines: 3000, characters: Number.POSITIVE_INFINITY };

const SHORTER: readonly Step<ResultDetail>[] = [200, 40, 10, 2].map((lines) => ({
  part: "lines",
  says: "some lines",
  drop: () => ({ lines, characters: 60 * lines + 400 }),
}));

/** Too long a line is left out as a whole: a cut could fall into what keeps a name harmless. */
function shorten(lines: readonly string[], { lines: max, characters }: ResultDetail): string[] {
  return firstLines(
    lines.map((line) => (line.length > characters ? "- …" : line)),
    max,
  );
}
