/** Fits a text into a number of bytes: its blocks share the room, and lines that don't fit are left out and counted. */

/** GitHub refuses comments of more than 65,536 characters. The margin allows for how GitHub counts them. */
const COMMENT_BYTES = 60_000;

/** A part of a text that may be shown in part. */
export interface Block {
  /** How the introduction names what is left out: `some of the changes`. */
  readonly says: string;
  /** The share of the room that is guaranteed to it, 0 to 1. It also gets room that other blocks leave. */
  readonly share: number;
  /** Its first lines that a reviewer must see; default none. */
  readonly reviewed?: number;
  /** How many lines it has. A block of one line is shown whole or not at all. */
  readonly lines: number;
  /** The block with its first `lines` lines and a count of the others; empty if there is nothing to show. */
  readonly render: (lines: number) => string;
}

interface Fitting {
  /** The text above all blocks; it must say that `dropped` is missing. */
  readonly intro: (dropped: readonly string[]) => readonly string[];
  /** In the order of the text. The first blocks get spare room first. A string is always shown. */
  readonly blocks: readonly (Block | string)[];
  /** Default 60,000. */
  readonly maxBytes?: number;
}

export interface Fitted {
  readonly text: string;
  /** Nothing was left out. */
  readonly isWhole: boolean;
  /** A line is left out that a reviewer must see. */
  readonly hidesReviewed: boolean;
}

/** The text with as many lines as fit in `maxBytes` bytes of UTF-8. */
export function fit({ intro, blocks: parts, maxBytes = COMMENT_BYTES }: Fitting): Fitted {
  const blocks = parts.map((part): Block =>
    typeof part === "string" ? { says: "", share: 0, lines: 0, render: () => part } : part,
  );
  const render = (shown: readonly number[]): string[] =>
    blocks.map((block, at) => block.render(shown[at] ?? 0));
  const whole = assemble(intro([]), render(blocks.map(({ lines }) => lines)));
  if (Buffer.byteLength(whole) <= maxBytes) return { text: whole, isWhole: true, hidesReviewed: false };
  const longestIntro = assemble(intro(namesOf(blocks)), []);
  const shown = share(blocks, maxBytes - Buffer.byteLength(longestIntro));
  const dropped = namesOf(blocks.filter(({ lines }, at) => (shown[at] ?? 0) < lines));
  const hidesReviewed = blocks.some(({ reviewed = 0 }, at) => (shown[at] ?? 0) < reviewed);
  return { text: assemble(intro(dropped), render(shown)), isWhole: false, hidesReviewed };
}

function namesOf(blocks: readonly Block[]): string[] {
  return [...new Set(blocks.filter(({ lines }) => lines > 0).map(({ says }) => says))];
}

function assemble(intro: readonly string[], blocks: readonly string[]): string {
  return `${[...intro, ...blocks].filter((part) => part !== "").join("\n\n")}\n`;
}

/** How many lines each block gets: first those that fit in its share, then, block by block, in the spare room. */
function share(blocks: readonly Block[], room: number): number[] {
  const least = blocks.map(({ render }) => sizeOf(render(0)));
  let left = room - least.reduce((sum, size) => sum + size, 0);
  const shown = blocks.map(() => 0);
  const sizes = [...least];
  for (const limit of [(block: Block) => block.share * room, () => Number.POSITIVE_INFINITY]) {
    for (const [at, block] of blocks.entries()) {
      const size = sizes[at] ?? 0;
      const [lines, taken] = linesWithin(
        block,
        Math.min(Math.max(limit(block), size), size + left),
        shown[at] ?? 0,
      );
      left -= taken - size;
      [shown[at], sizes[at]] = [lines, taken];
    }
  }
  return shown;
}

/** The most lines, at least `from`, that fit in `bytes`, and what they take. */
function linesWithin({ lines, render }: Block, bytes: number, from: number): [number, number] {
  let [low, high] = [from, lines];
  let taken = sizeOf(render(low));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const size = sizeOf(render(middle));
    if (size <= bytes) [low, taken] = [middle, size];
    else high = middle - 1;
  }
  return [low, taken];
}

/** With the empty line before it. */
function sizeOf(block: string): number {
  return block === "" ? 0 : Buffer.byteLength(block) + 2;
}
