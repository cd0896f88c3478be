/** The outcome of an apply as text for a terminal or a log. */
import type { ApplyReport, Plan } from "../model.ts";
import type { OutcomeGroup, OutcomeOptions } from "./outcome-view.ts";
import { closingLine, groupPhrase, notVisiblePhrase, outcomeView } from "./outcome-view.ts";
import type { Paint } from "./paint.ts";
import { plainText } from "./phrase.ts";

interface OutcomeTextOptions extends OutcomeOptions {
  readonly paint: Paint;
}

/** Groups of failed or skipped changes come first, the number of completed changes comes last. */
export function outcomeText(report: ApplyReport, plan: Plan, options: OutcomeTextOptions): string {
  const view = outcomeView(report, plan, options);
  const notVisible = notVisiblePhrase(view);
  const lines = [
    ...view.groups.map((group) => groupLine(group, options.paint)),
    ...(notVisible ? [plainText(notVisible)] : []),
    options.paint.bold(closingLine(view)),
  ];
  return `${lines.join("\n")}\n`;
}

function groupLine(group: OutcomeGroup, paint: Paint): string {
  const colour = { failed: paint.red, unsettled: paint.red, skipped: paint.yellow, adopted: paint.cyan };
  return `${colour[group.label](group.label.padEnd(7))} ${plainText(groupPhrase(group))}`;
}
