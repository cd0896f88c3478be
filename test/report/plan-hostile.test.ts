import { describe, expect, test } from "vitest";
import { outcomeText } from "../../src/report/outcome-text.ts";
import { PLAIN } from "../../src/report/paint.ts";
import { planMarkdown } from "../../src/report/plan/markdown.ts";
import { planText } from "../../src/report/plan/text.ts";
import { HOSTILE } from "./impact-hostile.ts";
import { planNamed, reportNamed, STRANGER } from "./plan-named.ts";

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

/** What each line is, whatever it says. */
function shapes(markdown: string): string[] {
  return markdown.split("\n").map((line) => {
    if (line.startsWith("|")) return `table of ${line.split(/(?<!\\)\|/).length}`;
    return /^(#{1,6} |- |\d+\. |> |`{3,}|~{3,}|<\/?details>|[-+@ ]|$)/.exec(line)?.[1] ?? "text";
  });
}

/** The Markdown without its fenced blocks; throws where a fence is left open. */
function outsideFences(markdown: string): string {
  let fence: string | null = null;
  const outside: string[] = [];
  for (const line of markdown.split("\n")) {
    const [, ticks = null] = /^(`{3,})[a-z]*$/.exec(line) ?? [];
    if (fence !== null) fence = line === fence ? null : fence;
    else if (ticks !== null) fence = ticks;
    else outside.push(line);
  }
  if (fence !== null) throw new Error(`The fence ${fence} is never closed.`);
  return outside.join("\n");
}

/** The fences' own lengths and the order of lines inside follow the names; the shape of the rest must not. */
const benign = {
  text: planText(planNamed("Plain name"), TEXT),
  markdown: shapes(outsideFences(planMarkdown(planNamed("Plain name")))),
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

  test.each(NAMES)("stays in its place in Markdown: %j", (name) => {
    const markdown = planMarkdown(planNamed(name));
    const outside = outsideFences(markdown);
    expect(shapes(outside)).toEqual(benign.markdown);
    const tags = new Set([...outside.matchAll(/<[^>]*>?/g)].map(([tag]) => tag));
    expect(tags).toEqual(new Set(["<details>", "<summary>", "</summary>", "</details>"]));
    expect(outside).not.toMatch(/@|\]\(|https?:|\bwww\.|\$\{\{/);
    expect(markdown).not.toMatch(ACTING);
    expect(markdown.length).toBeLessThan(60_000);
  });
});

describe("somebody whom the YAML doesn't name", () => {
  const plan = planNamed("Plain name");
  const shared = { paint: PLAIN, nameEveryone: false };

  test("is only counted in Markdown", () => {
    const markdown = planMarkdown(plan);
    for (const word of Object.values(STRANGER)) expect(markdown).not.toContain(word);
    expect(markdown).toContain("1 user that the YAML doesn't name");
  });

  test("is only counted in a log that others read", () => {
    const texts = planText(plan, shared) + outcomeText(reportNamed(plan, "reason"), plan, shared);
    for (const word of Object.values(STRANGER)) expect(texts).not.toContain(word);
    expect(texts).toContain("and 1 user that the YAML doesn't name");
  });

  test("is named to whoever runs the command at a desk", () => {
    const text = planText(plan, TEXT);
    expect(text).toContain(`LEFT_ORG: ${STRANGER.email}`);
    expect(text).toContain(`Did you mean "${STRANGER.email}"?`);
  });
});
