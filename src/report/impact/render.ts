/** The impact report in the format that somebody asks for. */
import { printableJson } from "../../text.ts";
import type { Impact } from "./facts.ts";
import { impactCsv } from "./csv.ts";
import type { ImpactFormat } from "./formats.ts";
import { impactHtml } from "./html.ts";
import { impactMarkdown } from "./markdown.ts";
import { impactText } from "./text.ts";
import type { Paint } from "../paint.ts";
import { PLAIN } from "../paint.ts";

export interface RenderOptions {
  /** Default: no colour. */
  readonly paint?: Paint;
  /** When the organisation was read, for the HTML page. */
  readonly at?: Date;
}

export function renderImpact(
  impact: Impact,
  format: ImpactFormat,
  { paint = PLAIN, at }: RenderOptions = {},
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
    case "html":
      return impactHtml(impact, { ...(at && { at }) });
  }
}
