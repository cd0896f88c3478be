/** The issue about drift. */
import type { Plan } from "../../model.ts";
import { changesOf } from "../../plan/changes.ts";
import { inline } from "../markdown-safe.ts";
import { fitPlan } from "../plan/markdown.ts";

interface DriftIssueOptions {
  /** The hidden first line by which the issue is found again. */
  readonly marker: string;
  readonly runUrl: string;
  /** Default 60,000. */
  readonly maxBytes?: number;
}

/** The body, in at most `maxBytes` bytes; `drift` is the drift in a plan. */
export function driftIssueBody(drift: Plan, { marker, runUrl, maxBytes }: DriftIssueOptions): string {
  const changes = changesOf(drift);
  const isManual = changes.length === 0 || changes.some(({ cause }) => cause !== "membership");
  const hasLeavers = changes.some(({ cause }) => cause === "membership");
  const where = `${inline(drift.target)} (${inline(drift.organization.name)})`;
  return fitPlan(drift, {
    occasion: "drift",
    intro: (_, dropped) => [
      marker,
      isManual
        ? `**Somebody changed routing skills of ${where} manually${hasLeavers ? ", and somebody left a group that gives routing skills" : ""}.** No edit of the YAML asked for it.`
        : `**Somebody left a group of ${where} that gives routing skills.** No pull request has shown yet what that takes away.`,
      changes.length === 0 ? NOTHING_TO_PUT_BACK : isManual ? WHAT_TO_DO : WHAT_TO_DO_AFTER_LEAVING,
      "This issue is closed automatically when there is no drift.",
      `Found by [this run](${runUrl}).${dropped.length > 0 ? ` Left out to fit here: ${dropped.join(", ")}; the run has it all.` : ""}`,
    ],
    ...(maxBytes !== undefined && { maxBytes }),
  }).text;
}

const NOTHING_TO_PUT_BACK = "No apply reverts this. **To keep it**, write it into the YAML.";

const WHAT_TO_DO =
  "Nothing is reverted automatically:\n\n- **To keep the manual work**, write it into the YAML.\n- **To revert it**, merge the next pull request whose plan shows it, or run the apply workflow manually and allow `UNREVIEWED`.";

const WHAT_TO_DO_AFTER_LEAVING =
  "Nobody loses a skill automatically:\n\n- **To let them keep it**, give it to them in the YAML.\n- **To remove it**, merge the next pull request whose plan shows it, or run the apply workflow manually and allow `UNREVIEWED`.";
