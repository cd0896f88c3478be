/** The issue about what somebody changed by hand. */
import type { Plan } from "../../model.ts";
import { inline } from "../markdown-safe.ts";
import { fitPlan, planFacts } from "../plan/markdown.ts";

export interface DriftIssueOptions {
  /** The hidden first line by which the issue is found again. */
  readonly marker: string;
  readonly runUrl: string;
  /** Default 60,000. */
  readonly maxBytes?: number;
}

/** The body, in at most `maxBytes` bytes; `drift` is the part of a plan that someone's work by hand made. */
export function driftIssueBody(drift: Plan, { marker, runUrl, maxBytes }: DriftIssueOptions): string {
  return fitPlan(drift, {
    intro: (dropped) => [
      marker,
      `Someone changed routing skills of **${inline(drift.target)}** (${inline(drift.organization.name)}) by hand: they are no longer as they were applied, though the YAML is the same.`,
      ...(drift.stages.length > 0 ? [...planFacts(drift)] : [NOTHING_TO_PUT_BACK]),
      WHAT_TO_DO,
      `Found by [this run](${runUrl}).${dropped.length > 0 ? ` Left out to fit here: ${dropped.join(", ")}; the run has it all.` : ""}`,
    ],
    ...(maxBytes !== undefined && { maxBytes }),
  });
}

const NOTHING_TO_PUT_BACK = "No apply puts this back; it stays as it is until somebody decides.";

const WHAT_TO_DO =
  "- **To keep the work by hand**, write it into the YAML.\n- **To put it back**, merge the next pull request whose plan shows it, or run the apply workflow by hand with `UNREVIEWED` as what to allow.\n\nThis issue closes itself once nothing differs.";
