/** Text → Tree, with the quick parser where possible. */
import type { OnProblem } from "./problems.ts";
import { parseQuickly } from "./quick-parse.ts";
import type { Parsed } from "./tree.ts";

export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Parses the text of one file; reports text that is ambiguous or not YAML. */
export async function parseText(source: SourceText, onProblem: OnProblem): Promise<Parsed> {
  const tree = parseQuickly(source.text, source.file);
  if (tree) return { kind: "tree", tree };
  // The `yaml` library loads seventy files, and most texts don't need it.
  const { parseByYaml } = await import("./parse-yaml.ts");
  return parseByYaml(source, onProblem);
}
