/** Problems as a list in Markdown. */
import type { Problem } from "../../problem.ts";
import { at, data, phrase, strong } from "../phrase.ts";
import type { SectionLine } from "../section.ts";
import { lineOf, toBlock } from "../section.ts";

export function problemLines(problems: readonly Problem[]): SectionLine[] {
  return problems.map(({ code, message, hint, place }) => {
    const where = place ? phrase` in ${at(place)}` : [];
    const advice = hint === undefined ? [] : phrase` ${data(hint, 400)}`;
    return lineOf(phrase`${strong(code)}${where}: ${data(message, 600)}${advice}`);
  });
}

/** For a job's summary. */
export function problemsMarkdown(problems: readonly Problem[]): string {
  const { lines, render } = toBlock({
    ...{ title: ":x: **It failed.**", says: "", share: 1, lines: problemLines(problems) },
  });
  return `${render(lines)}\n`;
}
