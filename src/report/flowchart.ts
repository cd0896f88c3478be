/** Flowcharts for GitHub, which draws Mermaid in Markdown. */
import { printable } from "../text.ts";

/** A larger picture is unreadable. */
export const CHART_LIMITS = { nodes: 60, edges: 100 };

/** Well below what Mermaid draws, so that a comment has room for the rest. */
const MAX_BYTES = 15_000;

/** Only outlines, so that fill and text follow the reader's light or dark theme. */
const STYLES: readonly string[] = [
  "classDef created stroke:#1a7f37,stroke-width:3px",
  "classDef deleted stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 3",
];

/** A `flowchart` without its fence; null if there is nothing or too much to draw. */
export function flowchart(
  nodes: readonly string[],
  edges: readonly string[],
  styles: readonly string[] = [],
): string | null {
  const isEmpty = nodes.length === 0;
  if (isEmpty || nodes.length > CHART_LIMITS.nodes || edges.length > CHART_LIMITS.edges) return null;
  const lines = [...nodes, ...edges, ...STYLES, ...styles].map((line) => `  ${line}`);
  const text = ["flowchart LR", ...lines].join("\n");
  return Buffer.byteLength(text) < MAX_BYTES ? text : null;
}

/** Every punctuation mark as an entity: Mermaid would read quotes, tags, and Markdown even in a quoted label. */
export function chartLabel(name: string): string {
  return printable(name, 60).replace(/[!-/:-@[-`{-~]/g, (char) => `#${char.charCodeAt(0)};`);
}
