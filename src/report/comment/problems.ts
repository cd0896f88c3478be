/** Problems as a list in Markdown. */
import type { Problem } from "../../problem.ts";
import { codeSpan, inline } from "../markdown-safe.ts";
import { placeWords } from "../words.ts";

export function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(({ code, message, hint, place }) => {
    const where = place ? ` (${codeSpan(placeWords(place))})` : "";
    const advice = hint === undefined ? "" : ` ${inline(hint, 400)}`;
    return `- **${code}**: ${inline(message, 600)}${where}${advice}`;
  });
}

/** For a job's summary. */
export function problemsMarkdown(problems: readonly Problem[]): string {
  return `${[":x: **It failed.**", problemLines(problems).join("\n")].join("\n\n")}\n`;
}
