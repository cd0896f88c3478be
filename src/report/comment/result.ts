/** The comment with the result of an apply on its pull requests. */
import type { ApplyReport, Plan } from "../../model.ts";
import { changesOf } from "../../plan/changes.ts";
import { summarize } from "../../plan/summary.ts";
import type { Problem } from "../../problem.ts";
import { count } from "../../text.ts";
import type { Block } from "../fit.ts";
import { fit } from "../fit.ts";
import { codeSpan, inline } from "../markdown-safe.ts";
import type { OutcomeView } from "../outcome-view.ts";
import { closingLine, groupPhrase, notVisiblePhrase, outcomeView } from "../outcome-view.ts";
import { data, phrase, strong } from "../phrase.ts";
import { markdown } from "../phrase-markdown.ts";
import { changeSections, lossSection, refusalLines, removalSection } from "../plan/markdown.ts";
import { headline, peoplePhrase } from "../plan/sentences.ts";
import type { PlanView } from "../plan/view.ts";
import { planView } from "../plan/view.ts";
import type { SectionLine } from "../section.ts";
import { lineOf, toBlock } from "../section.ts";
import { problemLines } from "./problems.ts";

export interface Result {
  readonly target: string;
  /** The plan, with its withheld changes; null if the apply ended before it had a plan. */
  readonly plan: Plan | null;
  /** The outcome of the changes; null if none was tried. */
  readonly report: ApplyReport | null;
  /** Sentences on why changes were withheld. */
  readonly reasons: readonly string[];
  /** Problems that ended the apply early. Default: none. */
  readonly failure?: readonly Problem[];
}

interface ResultOptions {
  /** The hidden first line by which the comment is found again; none in a job's summary. */
  readonly marker?: string;
  readonly runUrl: string;
  /** The commit that was applied; empty if none is known. */
  readonly head: string;
  /** Default 60,000. */
  readonly maxBytes?: number;
}

/** The comment on a merged pull request, in at most `maxBytes` bytes. */
export function resultComment(result: Result, options: ResultOptions): string {
  const { marker, runUrl, maxBytes } = options;
  const { plan, report } = result;
  const outcome = report && plan ? outcomeView(report, plan, { nameEveryone: false }) : null;
  const rest = (dropped: readonly string[]): string[] =>
    dropped.length > 0 ? [`:scissors: The rest is in [the run](${runUrl}).`] : [];
  return fit({
    intro: (dropped) => [
      ...(marker === undefined ? [] : [marker]),
      ...heading(result, outcome, options),
      ...rest(dropped),
    ],
    blocks: [
      listOf("some of the causes", 0.3, causeLines(result)),
      ADVICE[endOf(result)] ?? "",
      listOf("some of what was not done", 0.3, outcomeLines(outcome)),
      ...withheldBlocks(result),
    ],
    ...(maxBytes !== undefined && { maxBytes }),
  }).text;
}

/** A notification shows only the first words. */
function heading(result: Result, outcome: OutcomeView | null, { runUrl, head }: ResultOptions): string[] {
  const { plan, target, report } = result;
  const commit = head === "" ? "" : ` for commit ${codeSpan(head.slice(0, 12))}`;
  const organization = plan ? ` (${inline(plan.organization.name)})` : "";
  const isPlanned = plan !== null && plan.stages.length > 0;
  // What failed must not read as done.
  const was = ADVICE[endOf(result)] === undefined ? "" : "Planned: ";
  const isUntouched = report === null && endOf(result) !== "nothing";
  return [
    `${STATUS[endOf(result)]} in [this run](${runUrl})${commit}, target **${inline(target)}**${organization}.`,
    ...(isPlanned ? [`**${was}${markdown(peoplePhrase(planView(plan)))}**`, headline(plan)] : []),
    ...(isUntouched ? ["Nothing was changed in the organisation."] : []),
    ...(plan && plan.withheld.length > 0
      ? [`**Not applied: ${markdown(peoplePhrase(withheldView(plan)))}**`]
      : []),
    ...(outcome ? [closingLine(outcome)] : []),
  ];
}

// ── How it ended ─────────────────────────────────────────────────────────────────────────────────────

type End =
  "failed" | "interrupted" | "refused" | "incomplete" | "in part" | "withheld" | "nothing" | "applied";

function endOf({ plan, report, failure }: Result): End {
  const isWithheld = plan !== null && plan.withheld.length > 0;
  if (failure?.some(({ code }) => code === "INTERRUPTED")) return "interrupted";
  if (failure) return report ? "incomplete" : "failed";
  if (!report) {
    if (plan && plan.refusals.length > 0) return "refused";
    return isWithheld ? "withheld" : "nothing";
  }
  const isDone = report.outcomes.every(({ changes }) => changes.every(({ result }) => result === "done"));
  if (!isDone) return report.stopped ? "interrupted" : "incomplete";
  return isWithheld ? "in part" : "applied";
}

const STATUS: Readonly<Record<End, string>> = {
  failed: ":x: Plan not applied",
  interrupted: ":x: Apply interrupted",
  refused: ":x: Plan not applied",
  incomplete: ":x: Error applying plan",
  "in part": ":warning: Plan applied in part",
  withheld: ":warning: Plan withheld",
  nothing: ":white_check_mark: No changes to apply",
  applied: ":white_check_mark: Plan applied",
};

const ADVICE: Readonly<Partial<Record<End, string>>> = {
  failed: "The next apply does what is left: run the workflow again when the cause is fixed.",
  interrupted: "The next apply does what is left: run the workflow again.",
  incomplete:
    "The next apply does what failed or was skipped: run the workflow again when the cause is fixed.",
  refused:
    "Correct it in a new pull request, or allow it on purpose as said above. Nothing is applied until then.",
};

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────

function listOf(says: string, share: number, lines: readonly SectionLine[]): Block {
  return toBlock({ title: "", says, share, lines });
}

/** Why it failed or is refused. */
function causeLines({ plan, report, failure = [] }: Result): SectionLine[] {
  return [
    ...problemLines(failure),
    ...(plan && !report ? refusalLines(plan.refusals, plan, "withheld") : []),
  ];
}

function outcomeLines(outcome: OutcomeView | null): SectionLine[] {
  if (!outcome) return [];
  const notVisible = notVisiblePhrase(outcome);
  const groups = outcome.groups.map((group) => phrase`${strong(group.label)} ${groupPhrase(group)}`);
  return [...groups, ...(notVisible ? [notVisible] : [])].map(lineOf);
}

/** The withheld changes as a plan. */
function withheldView(plan: Plan): PlanView {
  return planView({ ...plan, stages: [plan.withheld], summary: summarize(plan.withheld) });
}

/** Every change that was withheld, losses first. */
function withheldBlocks({ plan, reasons }: Result): (Block | string)[] {
  if (!plan || plan.withheld.length === 0) return [];
  const changes = changesOf(plan.withheld).length;
  const [is, it] = changes === 1 ? ["is", "it"] : ["are", "them"];
  const view = withheldView(plan);
  return [
    `### :warning: ${count(changes, "change")} ${is} withheld\n\nNo reviewed plan shows ${it}.`,
    listOf(
      "some of the reasons",
      0.1,
      reasons.map((reason) => lineOf([data(reason, 400)])),
    ),
    ...[
      lossSection(view, "withheld"),
      removalSection(view, "withheld"),
      ...changeSections(view, "withheld"),
    ].map((section) => toBlock(section)),
    `The plan of the next pull request shows ${it} again. To apply ${it} on purpose, run the apply workflow manually (*Actions › apply › Run workflow*), with \`UNREVIEWED\` as what to allow.`,
  ];
}
