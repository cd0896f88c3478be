import { describe, expect, test } from "vitest";
import { outcomeText } from "../../src/report/outcome-text.ts";
import { PLAIN } from "../../src/report/paint.ts";
import { planMarkdown } from "../../src/report/plan/markdown.ts";
import { planText } from "../../src/report/plan/text.ts";
import { HOSTILE } from "./impact-hostile.ts";
import { reactions, render, structure } from "./rendered.ts";
import { LOSER, planNamed, reportNamed, UNNAMED } from "./plan-named.ts";

const NAMES = [
  ...HOSTILE,
  "\u001b[31mred\u001b[2J",
  "\u009b2Jgone",
  "::error::forged",
  "\n::stop-commands::x",
  "@team",
  "](http://x) [y",
  "</details></summary>",
  "| --- | --- |",
  "~~~\n---\n===",
  "${{ secrets.GENESYS_CLIENT_SECRET }}",
  "\ud83d\udca5".repeat(300),
];

const TEXT = { paint: PLAIN, nameEveryone: true };

// Everything that moves a cursor, begins a line, turns the direction of text, or is no character at all.
const ACTING = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u;

const benign = {
  text: planText(planNamed("Plain name"), TEXT),
  markdown: structure(render(planMarkdown(planNamed("Plain name")))),
  outcome: outcomeText(reportNamed(planNamed("Plain name"), "Plain name"), planNamed("Plain name"), TEXT),
};

describe("a hostile name", () => {
  test.each(NAMES)("forges no line of a plan's text: %j", (name) => {
    const text = planText(planNamed(name), TEXT);
    expect(text.split("\n")).toHaveLength(benign.text.split("\n").length);
    expect(text).not.toMatch(ACTING);
    expect(text).not.toMatch(/^\s*::/m);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(4000);
  });

  test.each(NAMES)("forges no line of an outcome's text: %j", (name) => {
    const plan = planNamed(name);
    const text = outcomeText(reportNamed(plan, name), plan, TEXT);
    expect(text.split("\n")).toHaveLength(benign.outcome.split("\n").length);
    expect(text).not.toMatch(ACTING);
    expect(text).not.toMatch(/^\s*::/m);
  });

  test.each(NAMES)("stays in its place in Markdown, and GitHub reacts to nothing in it: %j", (name) => {
    const markdown = planMarkdown(planNamed(name));
    const html = render(markdown);
    expect(structure(html)).toEqual(benign.markdown);
    expect(reactions(html)).toEqual([]);
    expect(html.links.filter((link) => !link.startsWith("mailto:"))).toEqual([]);
    expect(markdown).not.toMatch(ACTING);
    expect(markdown.length).toBeLessThan(120_000);
  });
});

describe("somebody whom the YAML doesn't name", () => {
  const plan = planNamed("Plain name");
  const shared = { paint: PLAIN, nameEveryone: false };

  test("is only counted in Markdown", () => {
    const markdown = planMarkdown(plan);
    for (const word of Object.values(UNNAMED)) expect(markdown).not.toContain(word);
    expect(markdown).toContain("1 user that the YAML doesn't name");
  });

  test("is only counted in a log that others read", () => {
    const texts = planText(plan, shared) + outcomeText(reportNamed(plan, "reason"), plan, shared);
    for (const word of Object.values(UNNAMED)) expect(texts).not.toContain(word);
    expect(texts).toContain("and 1 user that the YAML doesn't name");
  });

  test("is named to everybody who reads it where they lose a skill", () => {
    const texts = [planText(plan, shared), outcomeText(reportNamed(plan, "reason"), plan, shared)];
    for (const text of [...texts, planMarkdown(plan)]) expect(text).toContain(LOSER.email);
  });

  test("is named on the user's own machine", () => {
    const text = planText(plan, TEXT);
    expect(text).toContain(`LEFT_ORG: ${UNNAMED.email}`);
    expect(text).toContain(`Did you mean "${UNNAMED.email}"?`);
  });
});
