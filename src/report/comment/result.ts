/** The comment on the pull requests that an apply applied, however it ended. */
import type { ApplyReport, Plan } from "../../model.ts";
import { changesOf } from "../../plan/changes.ts";
import { summarize } from "../../plan/summary.ts";
import type { Problem } from "../../problem.ts";
import { count } from "../../text.ts";
import type { Block } from "../fit.ts";
import { fit, fixedBlock, listBlock } from "../fit.ts";
import { codeSpan, inline } from "../markdown-safe.ts";
import type { OutcomeGroup, OutcomeView } from "../outcome-view.ts";
import { aboutWords, closingLine, notVisiblePhrase, outcomeView } from "../outcome-view.ts";
import { markdown, NO_LINKS } from "../phrase-markdown.ts";
import { changeBlocks, lossBlock, refusalLines, removalBlock } from "../plan/sections.ts";
import { headline, peoplePhrase } from "../plan/sentences.ts";
import type { PlanView } from "../plan/view.ts";
import { planView } from "../plan/view.ts";
import { problemLines } from "./problems.ts";

export interface Result {
  readonly target: string;
  /** The plan, with the changes that were withheld from it; null where the apply ended before it had a plan. */
  readonly plan: Plan | null;
  /** The changes that were tried; null where none was. */
  readonly report: ApplyReport | null;
  /** Sentences on why things were withheld. */
  readonly reasons: readonly string[];
  /** Problems that ended the apply early. Default: none. */
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
  const { marker, runUrl, maxBytes } = options;
  const outcome = result.report && result.plan ? outcomeOf(result.report, result.plan) : null;
  const rest = (dropped: readonly string[]): string[] =>
    dropped.length > 0 ? [`:scissors: The rest is in [the run](${runUrl}).`] : [];
  return fit({
    intro: (dropped) => [
      ...(marker === undefined ? [] : [marker]),
      ...heading(result, outcome, options),
      ...rest(dropped),
    ],
    blocks: [causeBlock(result), adviceBlock(result), outcomeBlock(outcome), ...withheldBlocks(result)],
    ...(maxBytes !== undefined && { maxBytes }),
  }).text;
}

function outcomeOf(report: ApplyReport, plan: Plan): OutcomeView {
  return outcomeView(report, plan, { nameEveryone: false });
}

/** The first words are all that a notification shows. */
function heading(result: Result, outcome: OutcomeView | null, { runUrl, head }: ResultOptions): string[] {
  const { plan, target, report } = result;
  const commit = head === "" ? "" : ` for commit ${codeSpan(head.slice(0, 12))}`;
  const organization = plan ? ` (${inline(plan.organization.name)})` : "";
  const isPlanned = plan !== null && (plan.stages.length > 0 || plan.refusals.length > 0);
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
  failed: "Anything not done yet is left to the next apply: run the workflow again once the cause is gone.",
  interrupted: "Anything not done yet is left to the next apply: run the workflow again.",
  incomplete:
    "Anything that failed or was skipped is left to the next apply: run the workflow again once the cause is gone.",
  refused:
    "Correct it in a new pull request, or run the apply workflow manually with the code of the refusal as what to allow.",
};

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────

/** Why it failed or is refused. */
function causeBlock({ plan, report, failure = [] }: Result): Block {
  const refusals = plan && !report ? refusalLines(plan.refusals, plan, NO_LINKS) : [];
  return listBlock({
    ...{ title: "", says: "some of the causes", share: 0.3 },
    lines: [...problemLines(failure), ...refusals],
  });
}

function adviceBlock(result: Result): Block {
  return fixedBlock(ADVICE[endOf(result)] ?? "");
}

function outcomeBlock(outcome: OutcomeView | null): Block {
  const notVisible = outcome && notVisiblePhrase(outcome);
  const lines = [
    ...(outcome?.groups ?? []).map(groupLine),
    ...(notVisible ? [`- ${markdown(notVisible)}`] : []),
  ];
  return listBlock({ title: "", says: "some of what was not done", share: 0.3, lines });
}

/** Things named in one line; the rest of a group is counted. */
const SHOWN = 10;

function groupLine(group: OutcomeGroup): string {
  const { label, reason, number } = group;
  const many = number > 1 ? `${number} changes, ` : "";
  return `- **${label}** ${many}${markdown(aboutWords(group, SHOWN))}: ${markdown(reason)}`;
}

/** The withheld changes as a plan of their own. */
function withheldView(plan: Plan): PlanView {
  return planView({ ...plan, stages: [plan.withheld], summary: summarize(plan.withheld) });
}

/** Every change that was withheld, losses first. */
function withheldBlocks({ plan, reasons }: Result): Block[] {
  if (!plan || plan.withheld.length === 0) return [];
  const changes = changesOf(plan.withheld).length;
  const [is, it] = changes === 1 ? ["is", "it"] : ["are", "them"];
  const view = withheldView(plan);
  return [
    fixedBlock(
      `### :warning: ${count(changes, "change")} ${is} withheld\n\nNo merged pull request's plan showed ${it}.`,
    ),
    listBlock({
      ...{ title: "", says: "some of the reasons", share: 0.1 },
      lines: reasons.map((reason) => `- ${inline(reason, 400)}`),
    }),
    lossBlock(view, NO_LINKS, "withheld"),
    removalBlock(view, NO_LINKS, "withheld"),
    ...changeBlocks(view, NO_LINKS, "withheld"),
    fixedBlock(
      `The next plan shows ${it} again. To apply ${it} on purpose, run the apply workflow manually with \`UNREVIEWED\` as what to allow.`,
    ),
  ];
}
