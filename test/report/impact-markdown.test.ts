import { describe, expect, test } from "vitest";
import { IMPACT_FORMATS } from "../../src/report/impact/formats.ts";
import { impactMarkdown } from "../../src/report/impact/markdown.ts";
import { renderImpact } from "../../src/report/impact/render.ts";
import { HOSTILE, impactNamed } from "./impact-hostile.ts";
import { schemaErrors } from "./impact-schema.ts";

/** What a line is made of, without its texts: table, list, heading, fence, fold. */
function shape(line: string): string {
  if (line.startsWith("|")) return `table of ${line.split("|").length}`;
  return /^(#+ |- |> |```|<\/?details>|$)/.exec(line)?.[1] ?? "text";
}

const benign = await impactNamed("Plain name");

describe("a hostile name", () => {
  test.each(HOSTILE)("keeps its place in Markdown: %j", async (name) => {
    const text = impactMarkdown(await impactNamed(name));
    const shapes = (markdown: string): string[] => markdown.split("\n").map(shape).toSorted();
    expect(shapes(text)).toStrictEqual(shapes(impactMarkdown(benign)));
    const tags = [...text.replace(/```mermaid[^]*?\n```/g, "").matchAll(/<[^>]*>/g)].map(([tag]) => tag);
    expect(new Set(tags)).toStrictEqual(new Set(["<details>", "<summary>", "</summary>", "</details>"]));
    expect(text).not.toMatch(/@|\]\(|https?:|[\u202a-\u202e\u2066-\u2069\0]/u);
  });

  test.each(HOSTILE)("moves no cursor and forges no line in a terminal: %j", async (name) => {
    const lines = (text: string): number => text.split("\n").length;
    const text = renderImpact(await impactNamed(name), "text");
    expect(lines(text)).toBe(lines(renderImpact(benign, "text")));
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/u);
  });

  test.each(HOSTILE)("stands in JSON as it is: %j", async (name) => {
    const read: unknown = JSON.parse(renderImpact(await impactNamed(name), "json"));
    expect(schemaErrors(read)).toStrictEqual([]);
    expect(read).toMatchObject({ organization: { name } });
  });
});

test("every format says the same numbers of every skill", () => {
  for (const format of IMPACT_FORMATS) {
    const text = renderImpact(benign, format);
    for (const { name } of benign.skills) expect(text, format).toContain(name);
  }
});
