import { describe, expect, test } from "vitest";
import { reportPage } from "../../src/page/page.ts";
import { IMPACT_FORMATS } from "../../src/report/impact/formats.ts";

import { renderImpact } from "../../src/report/impact/render.ts";
import { HOSTILE, impactNamed } from "./impact-hostile.ts";
import { schemaErrors } from "./impact-schema.ts";
import type { Rendered } from "./rendered.ts";
import { reactions, render, structure } from "./rendered.ts";

const benign = await impactNamed("Plain name");

describe("a hostile name", () => {
  test.each(HOSTILE)("keeps its place in Markdown: %j", async (name) => {
    const html = render(renderImpact(await impactNamed(name), "markdown"));
    // Names decide the order of lines, and nothing else.
    const tags = (rendered: Rendered): string[] => structure(rendered).toSorted();
    expect(tags(html)).toStrictEqual(tags(render(renderImpact(benign, "markdown"))));
    expect(reactions(html)).toStrictEqual([]);
    expect(html.links).toStrictEqual([]);
    expect(html.visible).not.toMatch(/[\u202a-\u202e\u2066-\u2069\0]/u);
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
    const text = format === "html" ? reportPage(benign) : renderImpact(benign, format);
    for (const { name } of benign.skills) expect(text, format).toContain(name);
  }
});
