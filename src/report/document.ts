/** A report as a document: what it says stands here once, and each format only encodes it. */
import { fenced, folded, table } from "./markdown-safe.ts";
import type { Paint } from "./paint.ts";
import type { Phrase } from "./phrase.ts";
import { plainText } from "./phrase.ts";
import { markdown } from "./phrase-markdown.ts";
import { alignColumns, paragraphs } from "./words.ts";

export type DocumentBlock =
  | { readonly kind: "title"; readonly text: Phrase }
  /** What to know before reading on. */
  | { readonly kind: "warnings"; readonly lines: readonly Phrase[] }
  | { readonly kind: "paragraph"; readonly lines: readonly Phrase[] }
  | (TitledBlock & { readonly kind: "list"; readonly lines: readonly ListLine[] })
  | (TitledBlock & {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly TonedRow[];
    })
  /** Drawn in Mermaid's language; text has none. */
  | (TitledBlock & { readonly kind: "picture"; readonly mermaid: string });

interface TitledBlock {
  readonly title?: string;
  /** Markdown shows only the title until a reader opens it. */
  readonly isFolded?: boolean;
}

interface ListLine {
  readonly text: Phrase;
  /** Lines that belong to it. */
  readonly below: readonly Phrase[];
}

interface TonedRow {
  readonly cells: readonly Phrase[];
  /** Its colour in a terminal. */
  readonly tone?: keyof Paint;
}

/** For a terminal or a log. */
export function documentText(blocks: readonly DocumentBlock[], paint: Paint): string {
  return paragraphs(blocks.map((block) => textLines(block, paint)));
}

function textLines(block: DocumentBlock, paint: Paint): string[] {
  const title = "title" in block && block.title !== undefined ? [paint.bold(block.title)] : [];
  switch (block.kind) {
    case "title":
      return [paint.bold(plainText(block.text))];
    case "warnings":
      return block.lines.map((line) => paint.yellow(`! ${plainText(line)}`));
    case "paragraph":
      return block.lines.map(plainText);
    case "list": {
      const lines = block.lines.flatMap(({ text, below }) => [
        `  ${plainText(text)}`,
        ...below.map((line) => `    ${plainText(line)}`),
      ]);
      return lines.length === 0 ? [] : [...title, ...lines];
    }
    case "table": {
      const cells = block.rows.map((row) => row.cells.map(plainText));
      const [head = "", ...lines] = alignColumns([block.head, ...cells]).map((line) => line.trimEnd());
      const rows = block.rows.map(({ tone }, row) => (tone ? paint[tone] : String)(lines[row] ?? ""));
      return rows.length === 0 ? [] : [...title, paint.dim(head), ...rows];
    }
    case "picture":
      return [];
  }
}

/** For a file, or for GitHub. */
export function documentMarkdown(blocks: readonly DocumentBlock[]): string {
  return paragraphs(blocks.map((block) => [markdownOf(block)].filter((text) => text !== "")));
}

function markdownOf(block: DocumentBlock): string {
  switch (block.kind) {
    case "title":
      return `## ${markdown(block.text)}`;
    case "warnings":
      return block.lines.map((line) => `- :warning: ${markdown(line)}`).join("\n");
    case "paragraph":
      return block.lines.map((line) => markdown(line)).join(" ");
    case "list": {
      const below = (lines: readonly Phrase[]): string[] => lines.map((line) => `\n  - ${markdown(line)}`);
      const lines = block.lines.map((line) => `- ${markdown(line.text)}${below(line.below).join("")}`);
      return inSection(block, lines.join("\n"));
    }
    case "table": {
      const rows = block.rows.map(({ cells }) => cells.map((cell) => markdown(cell)));
      return rows.length === 0 ? "" : inSection(block, table(block.head, rows));
    }
    case "picture":
      return inSection(block, fenced("mermaid", block.mermaid));
  }
}

function inSection({ title, isFolded = false }: TitledBlock, body: string): string {
  if (body === "" || title === undefined) return body;
  return isFolded ? folded(title, body) : `### ${title}\n\n${body}`;
}
