/** The comment on a pull request: what merging it would do. */
import type { Plan } from "../../model.ts";
import { inline } from "../markdown-safe.ts";
import type { PlanExtras } from "../plan/markdown.ts";
import { fitPlan, planFacts, planTitle } from "../plan/markdown.ts";

export interface CommentOptions extends PlanExtras {
  /** The hidden first line by which the comment is found again. */
  readonly marker: string;
  /** Where the whole plan is to be had. */
  readonly runUrl: string;
  /** The commit that was planned. */
  readonly head: string;
  /** It takes away or overwrites more than the marker can list. Default false. */
  readonly isTooMuch?: boolean;
  /** Default 60,000. */
  readonly maxBytes?: number;
}

/** The whole body, in at most `maxBytes` bytes. Users that the YAML doesn't name are counted. */
export function planComment(plan: Plan, options: CommentOptions): string {
  const head = heading(plan, options);
  return fitPlan(plan, { ...options, intro: (dropped) => [...head, ...leftOut(dropped, options)] });
}

function heading(plan: Plan, { marker, runUrl, head, isTooMuch = false }: CommentOptions): string[] {
  const status = plan.refusals.length > 0 ? ":x: Plan refused in" : ":memo: Plan generated in";
  return [
    // The marker has to be the first line, and the line below it would be part of its HTML without a blank one.
    marker,
    planTitle(plan),
    `${status} [this run](${runUrl}) for commit ${inline(head.slice(0, 12))}.`,
    ...planFacts(plan),
    ...(isTooMuch ? [TOO_MUCH] : []),
    whatMergingDoes(plan),
  ];
}

const TOO_MUCH =
  ":warning: **This plan takes away or overwrites more than can be reviewed in a comment, so merging doesn't apply that part.** Run the apply workflow by hand afterwards, with `UNREVIEWED` as what to allow.";

function whatMergingDoes({ refusals, stages, summary }: Plan): string {
  if (refusals.length > 0)
    return "**Don't merge this yet:** what is refused below has to be mended or allowed first.";
  if (stages.length === 0) return "Merging this pull request changes nothing in the organisation.";
  const removals = summary.destroy > 0 ? " What it takes away stands first." : "";
  return `Merging this pull request applies the plan.${removals}`;
}

function leftOut(dropped: readonly string[], { runUrl }: CommentOptions): string[] {
  if (dropped.length === 0) return [];
  return [
    `:scissors: Left out to fit here: ${dropped.join(", ")}. The full plan is in [the run](${runUrl}).`,
  ];
}
