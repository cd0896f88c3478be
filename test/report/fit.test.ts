import { expect, test } from "vitest";
import { fit } from "../../src/report/fit.ts";
import { lineOf, toBlock } from "../../src/report/section.ts";

function lines(word: string, number: number): ReturnType<typeof lineOf>[] {
  return Array.from({ length: number }, (_, at) => lineOf([`${word} ${at}`]));
}

function blocks({ first = 3, second = 3 }) {
  return [
    toBlock({ title: "First", says: "some first", share: 0.2, lines: lines("first", first) }),
    toBlock({ title: "Second", says: "some second", share: 0.5, lines: lines("second", second) }),
    "The end.",
  ];
}

function intro(dropped: readonly string[]): string[] {
  return [`Intro. Missing: ${dropped.join(", ")}.`];
}

test("only as much as necessary is left out, and an empty list has no title", () => {
  const { text, isWhole } = fit({ intro, blocks: blocks({ second: 0 }) });
  expect(text).toBe("Intro. Missing: .\n\nFirst\n\n- first 0\n- first 1\n- first 2\n\nThe end.\n");
  expect(isWhole).toBe(true);
});

test("each block gets its share, what is left goes to the first, and what is missing is said once", () => {
  const all = blocks({ first: 200, second: 100 });
  const { text, isWhole } = fit({ intro, blocks: all, maxBytes: 1000 });
  expect(isWhole).toBe(false);
  expect(text).toContain("Missing: some first, some second.");
  const [first, second] = ["first", "second"].map((word) => text.split(`- ${word} `).length - 1);
  expect(first).toBeGreaterThan(20);
  expect(second).toBeGreaterThan(20);
  expect(text).toContain(`- … and ${200 - (first ?? 0)} more`);
  expect(text).toContain(`- … and ${100 - (second ?? 0)} more`);
  expect(text).toMatch(/The end\.\n$/);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1000);
  // No further line would have fitted.
  expect(Buffer.byteLength(text)).toBeGreaterThan(980);
});

test("a block that is small gives its room to the others", () => {
  const { text } = fit({ intro, blocks: blocks({ first: 1, second: 100 }), maxBytes: 1000 });
  expect(text).toContain("Missing: some second.");
  expect(Buffer.byteLength(text)).toBeGreaterThan(980);
});

test("bytes are counted, and not characters", () => {
  const block = toBlock({
    title: "",
    says: "some",
    share: 1,
    lines: Array.from({ length: 100 }, () => lineOf(["漢漢漢漢"])),
  });
  const { text } = fit({ intro, blocks: [block], maxBytes: 300 });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(300);
  expect(text).toContain("漢");
});

test("without room for a line, the number is shown", () => {
  const { text } = fit({ intro, blocks: blocks({ first: 50, second: 50 }), maxBytes: 1 });
  expect(text).toContain("First\n\n- … and 50 more");
  expect(text).toContain("Second\n\n- … and 50 more");
});
