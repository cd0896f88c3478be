/** Names as data in Markdown: no mention, link, HTML, table or fence can break out of them. */
import { printable } from "../text.ts";

/** For running text, lists and table cells. */
export function inline(text: string, max = 120): string {
  return printable(text, max)
    .replace(/[\\`*_{}[\]()#+!|~<>&$:]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/@/g, "&#64;")
    .replace(/^([-=.\d])/, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/\b(https?|www)\b/gi, (word) => `${word[0] ?? ""}&#8203;${word.slice(1)}`);
}

/** A fenced block whose fence is longer than any run of backticks inside. */
export function fenced(language: string, body: string): string {
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${body.replace(/\n$/, "")}\n${fence}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
