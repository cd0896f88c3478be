/** The issue about what somebody changed manually. */
import type { Plan } from "../../model.ts";
import { inline } from "../markdown-safe.ts";
import { fitPlan } from "../plan/markdown.ts";

interface DriftIssueOptions {
  /** The hidden first line by which the issue is found again. */
  readonly marker: string;
  readonly runUrl: string;
  /** Default 60,000. */
  readonly maxBytes?: number;
}

/** The body, in at most `maxBytes` bytes; `drift` is the part of a plan that somebody's manual work made. */
export function driftIssueBody(drift: Plan, { marker, runUrl, maxBytes }: DriftIssueOptions): string {
  return fitPlan(drift, {
    occasion: "drift",
    intro: (_, dropped) => [
      marker,
      `**Somebody changed routing skills of ${inline(drift.target)} (${inline(drift.organization.name)}) manually.** No edit of the YAML asked for it.`,
      drift.stages.length > 0 ? WHAT_TO_DO : NOTHING_TO_PUT_BACK,
      "This issue closes itself once nothing differs.",
      `Found by [this run](${runUrl}).${dropped.length > 0 ? ` Left out to fit here: ${dropped.join(", ")}; the run has it all.` : ""}`,
    ],
    ...(maxBytes !== undefined && { maxBytes }),
  });
}

const NOTHING_TO_PUT_BACK =
  "No apply puts this back: it stays as it is. **To keep it**, write it into the YAML.";

const WHAT_TO_DO =
  "Nothing is put back by itself:\n\n- **To keep the manual work**, write it into the YAML.\n- **To put it back**, merge the next pull request whose plan shows it, or run the apply workflow manually with `UNREVIEWED` as what to allow.";
