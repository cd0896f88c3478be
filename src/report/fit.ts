/** Makes a text fit by dropping detail in steps, the least important first, and by saying what was dropped. */

/** GitHub refuses comments of more than 65,536 characters; this leaves room for its own counting. */
const COMMENT_BYTES = 60_000;

/** One step down. */
export interface Step<D> {
  /** What it takes from; a later step of the same part takes the place of an earlier one in what is said. */
  readonly part: string;
  /** What is left out then, as it stands in a list: `the diffs`. */
  readonly says: string;
  readonly drop: (detail: D) => D;
}

export interface Fitting<D> {
  /** Everything. */
  readonly start: D;
  /** In this order; the last must leave a text that is surely small enough. */
  readonly steps: readonly Step<D>[];
  /** The text at some detail; `dropped` is what it must say is missing. */
  readonly render: (detail: D, dropped: readonly string[]) => string;
  /** Default 60,000. */
  readonly maxBytes?: number;
}

/** The most detailed text of at most `maxBytes` bytes in UTF-8. A step that makes nothing shorter is not taken. */
export function fit<D>({ start, steps, render, maxBytes = COMMENT_BYTES }: Fitting<D>): string {
  let [detail, text] = [start, render(start, [])];
  let dropped: ReadonlyMap<string, string> = new Map();
  for (const { part, says, drop } of steps) {
    if (Buffer.byteLength(text) <= maxBytes) return text;
    const [less, saying] = [drop(detail), new Map(dropped).set(part, says)];
    const shorter = render(less, [...saying.values()]);
    if (shorter.length < text.length) [detail, dropped, text] = [less, saying, shorter];
  }
  return text;
}

/** The first `max` lines, and how many there are more. */
export function firstLines(lines: readonly string[], max: number): string[] {
  if (lines.length <= max) return [...lines];
  return [...lines.slice(0, max), moreLine(lines.length - max)];
}

/** The last line of a list that is cut. */
export function moreLine(hidden: number): string {
  return `- … and ${hidden} more`;
}
