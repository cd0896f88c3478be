/** The impact report in every format but HTML, which is the web page in `page/`. */
import { printableJson } from "../../text.ts";
import { impactCsv } from "./csv.ts";
import type { Impact } from "./facts.ts";
import type { ImpactFormat } from "./formats.ts";
import { impactMarkdown } from "./markdown.ts";
import { impactText } from "./text.ts";
import type { Paint } from "../paint.ts";
import { PLAIN } from "../paint.ts";

export function renderImpact(
  impact: Impact,
  format: Exclude<ImpactFormat, "html">,
  paint: Paint = PLAIN,
): string {
  switch (format) {
    case "text":
      return impactText(impact, { paint });
    case "csv":
      return impactCsv(impact);
    case "markdown":
      return impactMarkdown(impact);
    case "json":
      return `${printableJson(impact)}\n`;
  }
}
