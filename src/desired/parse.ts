/** Text → Tree, in the way that is quick where that can be. */
import type { OnProblem } from "./problems.ts";
import { parseQuickly } from "./quick-parse.ts";
import type { Parsed } from "./tree.ts";

export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Reads one file's text; a text that can't be read as exactly one thing is reported. */
export async function parseText(source: SourceText, onProblem: OnProblem): Promise<Parsed> {
  const tree = parseQuickly(source.text, source.file);
  if (tree) return { kind: "tree", tree };
  // It loads seventy files, which most texts don't need.
  const { parseByYaml } = await import("./parse-yaml.ts");
  return parseByYaml(source, onProblem);
}
