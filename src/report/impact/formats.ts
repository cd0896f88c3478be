/** The formats of the impact report, in a separate file so that the help loads no renderer. */

export const IMPACT_FORMATS = ["text", "csv", "markdown", "json", "html"] as const;
export type ImpactFormat = (typeof IMPACT_FORMATS)[number];

const ENDINGS: readonly { readonly ending: string; readonly format: ImpactFormat }[] = [
  { ending: ".csv", format: "csv" },
  { ending: ".md", format: "markdown" },
  { ending: ".json", format: "json" },
  { ending: ".html", format: "html" },
];

/** `.csv, .md, .json or .html`, for messages. */
export const IMPACT_ENDINGS = ".csv, .md, .json or .html";

/** The format for a file's ending, or undefined. */
export function formatOfFile(file: string): ImpactFormat | undefined {
  const name = file.toLowerCase();
  return ENDINGS.find(({ ending }) => name.endsWith(ending))?.format;
}
