/** Wraps text at the width of a terminal. */
import { Help } from "commander";

/** With fewer columns for the text of a line, the terminal breaks the line. */
const MIN_TEXT_WIDTH = 24;

/** Handles escape codes and characters with two columns or none. */
class Folder extends Help {
  override minWidthToWrap = MIN_TEXT_WIDTH;

  override displayWidth(text: string): number {
    const plain = super.displayWidth(text) - text.length + Array.from(text).length;
    return plain + (text.match(WIDE)?.length ?? 0) - (text.match(/\p{Mn}/gu)?.length ?? 0);
  }
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/gu;

const folder = new Folder();

/**
 * Wraps lines longer than `width` at spaces, and indents the continuation by two more columns. A quoted line of a
 * file, which begins with `|`, is not wrapped. Without a width nothing is wrapped.
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
