/** The comment on a pull request: what merging it would do. */
import type { Plan } from "../../model.ts";
import type { Problem } from "../../problem.ts";
import type { Fitted } from "../fit.ts";
import { fit } from "../fit.ts";
import { codeSpan, inline } from "../markdown-safe.ts";
import type { PlanExtras } from "../plan/markdown.ts";
import { fitPlan, planTitle } from "../plan/markdown.ts";
import { toBlock } from "../section.ts";
import { linksTo, NO_LINKS } from "../phrase-markdown.ts";
import { problemLines } from "./problems.ts";

interface CommentOptions extends PlanExtras {
  /** The hidden first line by which the comment is found again. */
  readonly marker: string;
  /** The run that has the whole plan. */
  readonly runUrl: string;
  /** The commit that was planned. */
  readonly head: string;
  /** It removes or overwrites more than the marker can list. Default false. */
  readonly isTooMuch?: boolean;
  /** The marker where not all that takes away or overwrites fits: nobody can review what isn't shown. Default `marker`. */
  readonly markerIfCut?: string;
}

/** The whole body, in at most `maxBytes` bytes. Users that the YAML doesn't name are counted, unless they lose a skill. */
export function planComment(plan: Plan, options: CommentOptions): string {
  const { text, hidesReviewed } = fitComment(plan, options);
  if (!hidesReviewed || options.isTooMuch === true) return text;
  const { markerIfCut: marker = options.marker } = options;
  return fitComment(plan, { ...options, marker, isTooMuch: true }).text;
}

function fitComment(plan: Plan, options: CommentOptions): Fitted {
  const { marker, isTooMuch = false } = options;
  return fitPlan(plan, {
    ...options,
    occasion: "pull-request",
    intro: ([sentence = "", ...facts], dropped) => [
      // The marker has to be the first line, and the line below it would be part of its HTML without a blank one.
      marker,
      planTitle(plan),
      sentence,
      ...facts,
      whatMergingDoes(plan, isTooMuch),
      ...(isTooMuch ? [TOO_MUCH] : []),
      `${statusOf(plan, options)}${leftOut(dropped, options)}`,
    ],
  });
}

/** The whole body when no plan could be made. It replaces an outdated plan. */
export function problemsComment(
  target: string,
  problems: readonly Problem[],
  {
    marker,
    runUrl,
    head,
    files,
    maxBytes,
  }: Pick<CommentOptions, "marker" | "runUrl" | "head" | "files" | "maxBytes">,
): string {
  const lines = problemLines(problems);
  return fit({
    intro: (dropped) => [
      marker,
      `## Routing skills: ${inline(target)}`,
      "**There is no plan for the last commit, so the effect of merging is unknown.**",
      "**Don't merge this yet:** correct the problems below first.",
      `:x: Planning failed in [this run](${runUrl}) for commit ${codeSpan(head.slice(0, 12))}.${dropped.length > 0 ? " The run has all of it." : ""}`,
    ],
    blocks: [
      toBlock(
        { title: "### Problems", says: "some of the problems", share: 1, lines },
        files ? linksTo(files) : NO_LINKS,
      ),
    ],
    ...(maxBytes !== undefined && { maxBytes }),
  }).text;
}

/** The whole body for a target that the last commit doesn't have. It replaces an outdated plan. */
export function goneComment(
  target: string,
  { marker, head }: Pick<CommentOptions, "marker" | "head">,
): string {
  return [
    marker,
    `## Routing skills: ${inline(target)}`,
    `**Nothing is planned for this target:** commit ${codeSpan(head.slice(0, 12))} does not have it. Merging this pull request changes nothing in its organisation.`,
  ].join("\n\n");
}

function statusOf({ refusals }: Plan, { runUrl, head }: CommentOptions): string {
  const status = refusals.length > 0 ? ":x: Plan refused in" : ":memo: Plan generated in";
  return `${status} [this run](${runUrl}) for commit ${codeSpan(head.slice(0, 12))}.`;
}

const TOO_MUCH =
  ":warning: **This plan takes away or overwrites more than a comment can show for review, so merging doesn't apply that part.** Run the apply workflow manually afterwards and allow `UNREVIEWED`.";

/** Empty where another sentence says it. */
function whatMergingDoes({ refusals, stages, scheduled }: Plan, isTooMuch: boolean): string {
  if (refusals.length > 0)
    return "**Don't merge this yet:** what is refused below has to be corrected or allowed first.";
  if (isTooMuch) return "";
  if (stages.length === 0)
    return scheduled.length > 0 ? "What its dates bring on later days is listed below." : "";
  return "Merging this pull request applies the plan.";
}

function leftOut(dropped: readonly string[], { runUrl }: CommentOptions): string {
  if (dropped.length === 0) return "";
  return ` :scissors: Left out to fit here: ${dropped.join(", ")}. The full plan is in [the run](${runUrl}).`;
}
