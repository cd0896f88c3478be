/** The impact report in every format but HTML, which is the web page in `page/`. */
import { printableJson } from "../../text.ts";
import { documentMarkdown, documentText } from "../document.ts";
import { impactCsv } from "./csv.ts";
import { impactDocument } from "./document.ts";
import type { Impact } from "./facts.ts";
import type { ImpactFormat } from "./formats.ts";
import type { Paint } from "../paint.ts";
import { PLAIN } from "../paint.ts";

export function renderImpact(
  impact: Impact,
  format: Exclude<ImpactFormat, "html">,
  paint: Paint = PLAIN,
): string {
  switch (format) {
    case "text":
      return documentText(impactDocument(impact, 20), paint);
    case "csv":
      return impactCsv(impact);
    case "markdown":
      return documentMarkdown(impactDocument(impact, 200));
    case "json":
      return `${printableJson(impact)}\n`;
  }
}
