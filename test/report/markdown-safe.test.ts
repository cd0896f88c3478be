import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeSpan, fenced, inline, table, unlinked } from "../../src/report/markdown-safe.ts";
import { printable } from "../../src/text.ts";
import { HOSTILE } from "./impact-hostile.ts";
import { reactions, render } from "./rendered.ts";

const NAMES = [
  ...HOSTILE.filter((name) => name.length < 1000),
  ...[
    "@team",
    "@acme/team",
    "x @ann.",
    "(@ann)",
    "ann.@example",
    "ann@host",
    "_ann_@example.com",
    "a@b.c@team",
  ],
  ...[
    "Overflow #2",
    "acme/skills#26",
    "GH-3",
    "gh-12",
    ":tada:",
    "a:+1:b",
    "::1:2::",
    "see 1234567",
    "DEADBEEF",
  ],
  ...["0123456789abcdef0123456789abcdef01234567", "6b1c0a52-58a8-4c2f-9a39-8f6b54d1c0aa", "#1234567"],
  ...["https://github.com/acme/skills/issues/1", "www.evil.example", "http://a|b", "mailto:ann@example.com"],
  ...[
    "a_b_c",
    "_a_",
    "__init__",
    "snake_case_",
    "*a*",
    "~~a~~",
    "a`b",
    "``",
    "a\\",
    "\\",
    "a\\|b",
    "&amp;",
    "&#64;x",
  ],
  ...[
    "1. one",
    "1) one",
    "# one",
    "> one",
    "- [ ] one",
    "===",
    "---",
    "+ one",
    " one ",
    "\u00a0one",
    "$x$",
    "$$",
  ],
  ...["[x]: http://a", "[^1]", "![a](b)", "<!-- x -->", "</details>", "<https://a.example>", "a  \nb"],
  ...["「営業」", "C++", "C#", "Sales (EU)", "!x!", "(x)", "x.", '"x"'],
];

const SIGNS =
  "@ # : _ * ` | \\ < > & [ ] ( ) ! ~ $ = . - + / 1 a Z f G H GH- www. https:// ann@example.com".split(" ");

const anyName = fc.oneof(
  fc.constantFrom(...NAMES),
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
  fc.array(fc.constantFrom(" ", ...SIGNS), { minLength: 1, maxLength: 30 }).map((signs) => signs.join("")),
);

/** As a browser shows it: white space in one piece, and none at the ends. */
function shown(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What the name comes to in a list, in bold, in a table and in a heading; each must say the same. */
function placesOf(name: string): string[] {
  const safe = inline(name, 1000);
  return [
    `- ${safe}`,
    `- ${safe}: yes`,
    `- **${safe}**: yes`,
    `Text ${safe} goes on`,
    `### About ${safe}`,
    safe,
  ];
}

describe("a name in Markdown", () => {
  test("says what it is, and neither mentions nor refers to anything", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        for (const markdown of placesOf(name)) {
          const html = render(markdown);
          expect(reactions(html)).toEqual([]);
          const around = shown(render(markdown.replace(inline(name, 1000), "\u{e000}")).visible);
          expect(shown(html.visible.replaceAll("\u200b", ""))).toBe(
            shown(around.replace("\u{e000}", () => printable(name, 1000))),
          );
        }
      }),
      { numRuns: 200, examples: NAMES.map((name): [string] => [name]) },
    );
  });

  test("leads nowhere but to an e-mail, and adds no tag but a link, code and a span", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const { links, tags } = render(`Text ${inline(name)}`);
        expect(links.filter((link) => !link.startsWith("mailto:"))).toEqual([]);
        const known = ["p", "a", "code", "span"];
        expect(tags.filter((tag) => !known.includes(tag.replace("/", "")))).toEqual([]);
      }),
      { numRuns: 200, examples: NAMES.map((name): [string] => [name]) },
    );
  });

  test("stays in its cell", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const html = render(table(["A", "B"], [[inline(name, 1000), "end"]]));
        expect(html.tags.filter((tag) => tag === "td")).toHaveLength(2);
        expect(reactions(html)).toEqual([]);
        expect(shown(html.visible.replaceAll("\u200b", ""))).toBe(shown(`A B ${printable(name, 1000)} end`));
      }),
      { numRuns: 200, examples: NAMES.map((name): [string] => [name]) },
    );
  });

  test("that is an e-mail stays whole", () => {
    for (const email of [
      "ann@example.com",
      "ann+x@example.co.uk",
      "ann_lee@example.com",
      "0123456@example.com",
    ]) {
      expect(inline(email)).toBe(email);
      expect(unlinked(email)).toBe(email);
      expect(codeSpan(email)).toBe(`\`${email}\``);
    }
  });

  test("copies clean from prose, and is broken by a zero-width space in code", () => {
    expect(inline("Overflow #2 @team :tada: GH-1")).toBe(
      "Overflow #<!-- -->2 @<!-- -->team :<!-- -->tada: GH-<!-- -->1",
    );
    expect(codeSpan("#2 @team")).toBe("`#\u200b2 @\u200bteam`");
  });
});

describe("code in Markdown", () => {
  test("is one piece of code that says the same", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const { tags, visible, texts } = render(`Text ${codeSpan(name)} end`);
        expect(tags).toEqual(["p", "code", "/code", "/p"]);
        expect(texts).toEqual(["Text ", " end"]);
        expect(shown(visible)).toBe(shown(`Text ${unlinked(printable(name))} end`));
      }),
      { numRuns: 200, examples: NAMES.map((name): [string] => [name]) },
    );
  });

  test("in a block ends only with the block", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const body = `a ${printable(name)}\n${printable(name)}`;
        const { tags, visible } = render(`${fenced("diff", body)}\n\nend`);
        expect(tags).toEqual(["pre", "code", "/code", "/pre", "p", "/p"]);
        expect(shown(visible)).toBe(shown(`${body} end`));
      }),
      { numRuns: 200, examples: NAMES.map((name): [string] => [name]) },
    );
  });
});
