import { expect, test } from "vitest";
import { fit } from "../../src/report/fit.ts";

/** Long enough that to drop it saves more than to say so takes. */
const END = "and-so-on-to-the-end";

interface Detail {
  readonly words: number;
  readonly hasEnd: boolean;
}

const STEPS = [
  { part: "ghosts", says: "ghosts", drop: (detail: Detail) => detail },
  { part: "words", says: "some words", drop: (detail: Detail) => ({ ...detail, words: 6 }) },
  { part: "words", says: "most words", drop: (detail: Detail) => ({ ...detail, words: 2 }) },
  { part: "end", says: "the end", drop: (detail: Detail) => ({ ...detail, hasEnd: false }) },
];

/** What is left of ten words of `word`, and what is said to be missing. */
function fitted(maxBytes: number, word = "word"): string {
  return fit({
    start: { words: 10, hasEnd: true },
    steps: STEPS,
    render: ({ words, hasEnd }, dropped) =>
      `${word.repeat(words)}${hasEnd ? END : ""} (${dropped.join(", ")})`,
    maxBytes,
  });
}

test("nothing is dropped that need not be", () => {
  expect(fitted(100)).toBe(`${"word".repeat(10)}${END} ()`);
});

test("a step that saves nothing is neither taken nor told, and of several of one part the last is told", () => {
  expect(fitted(60)).toBe(`${"word".repeat(6)}${END} (some words)`);
  expect(fitted(41)).toBe(`wordword${END} (most words)`);
  expect(fitted(1)).toBe("wordword (most words, the end)");
});

test("bytes are counted, and not characters", () => {
  expect(fitted(60, "wör")).toBe(`${"wör".repeat(6)}${END} (some words)`);
  expect(fitted(60, "漢漢")).toBe(`漢漢漢漢${END} (most words)`);
});
