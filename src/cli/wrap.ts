/** Folds text at the width of a terminal. */
import { Help } from "commander";

/** Fewer columns than this are left for the text of a line: then the terminal itself breaks it. */
const LEAST = 24;

/** Knows escape codes, and that some characters take two columns or none. */
class Folder extends Help {
  override minWidthToWrap = LEAST;

  override displayWidth(text: string): number {
    const plain = super.displayWidth(text) - text.length + Array.from(text).length;
    return plain + (text.match(WIDE)?.length ?? 0) - (text.match(/\p{Mn}/gu)?.length ?? 0);
  }
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/gu;

const folder = new Folder();

/**
 * Every line that is longer than `width` is folded at spaces, its further lines indented by two columns more than
 * itself. A line of a file, which begins with `|`, stays whole. Without a width nothing is folded.
 */
export function wrap(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  return text
    .split("\n")
    .map((line) => wrapLine(line, width))
    .join("\n");
}

function wrapLine(line: string, width: number): string {
  if (folder.displayWidth(line) <= width || /^\s*\|/.test(line)) return line;
  const [indent = ""] = /^ */.exec(line) ?? [];
  const [first = "", ...rest] = fold(line.slice(indent.length), width - indent.length);
  const further = rest.length === 0 ? [] : fold(rest.join(" "), width - indent.length - 2);
  return [`${indent}${first}`, ...further.map((part) => `${indent}  ${part}`)].join("\n");
}

function fold(text: string, width: number): string[] {
  return folder.boxWrap(text, width).split("\n");
}
