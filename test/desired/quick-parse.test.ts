import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseByYaml } from "../../src/desired/parse-yaml.ts";
import type { ProblemDraft } from "../../src/desired/problems.ts";
import { parseQuickly } from "../../src/desired/quick-parse.ts";

/** The trees of both readers are equal wherever the quick one reads the text at all. */
function expectSame(text: string): void {
  const quick = parseQuickly(text, "a.yaml");
  if (!quick) return;
  const problems: ProblemDraft[] = [];
  const parsed = parseByYaml({ file: "a.yaml", text }, (draft) => problems.push(draft));
  expect({ text, problems, parsed }).toEqual({ text, problems: [], parsed: { kind: "tree", tree: quick } });
}

// ── Documents of every style that people write ───────────────────────────────────────────────────────

const WORDS = [
  ...[
    "Billing Tier 1",
    "é",
    "😀 x",
    "a#b",
    "a:b",
    "http://x.y/z",
    "- x",
    "ann@example.com",
    "<<",
    "it's",
    "=",
    "a, b",
  ],
  ...[
    "4",
    "-0",
    "+7",
    "0777",
    "0o17",
    "0xFf",
    "1.",
    ".5",
    "1e3",
    "-1.5E-2",
    "1e400",
    ".inf",
    "-.INF",
    ".nan",
    "1_000",
  ],
  ...[
    "true",
    "False",
    "TRUE",
    "yes",
    "NO",
    "null",
    "Null",
    "~",
    "2026-12-01",
    "12:30",
    "__proto__",
    "?x",
    "x?",
    "x ? y",
  ],
  ...[
    "*a",
    "&a x",
    "!t x",
    "| x",
    "> x",
    "%x",
    "@x",
    "`x",
    "{",
    "]",
    "a ]",
    "\u00a0x",
    "x\u200b",
    "'",
    '"',
    "\\",
    "",
  ],
];
const scalar = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.constantFrom(...WORDS).map((word) => `'${word.replaceAll("'", "''")}'`),
  fc.constantFrom(...WORDS).map((word) => JSON.stringify(word)),
  fc.constantFrom(
    String.raw`"\u00e9\t\x41\
   y"`,
    '"a\n      b"',
    "'a\n\n      b'",
    "a\n      b",
  ),
);
const key = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("name", "skills", "a b", "1", "'q'", '"d"', "true") },
  { weight: 1, arbitrary: scalar },
);
const gap = fc.constantFrom("", "", "", " ", "  ", " # c", " #: - c", " # 'c");
const flow = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc
      .tuple(
        fc.array(tie("value"), { maxLength: 3 }),
        fc.constantFrom(", ", ",", " , ", ",\n        "),
        fc.constantFrom("", ",", " "),
      )
      .map(([items, comma, end]) => `[${items.join(comma)}${end}]`),
    fc
      .tuple(
        fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }),
        fc.constantFrom(": ", ":", ":  "),
        fc.constantFrom("{", "{ "),
      )
      .map(
        ([fields, colon, open]) =>
          `${open}${fields.map(([name, value]) => name + colon + value).join(", ")} }`,
      ),
  ),
})).value;

/** The lines of a block, each without the indentation of what it stands in. */
const block = fc.letrec<{ lines: string[] }>((tie) => {
  const indented = tie("lines").chain((lines) =>
    fc.constantFrom(0, 1, 2, 2, 2, 4).map((width) => lines.map((line) => " ".repeat(width) + line)),
  );
  const text = fc
    .tuple(
      fc.constantFrom("|", ">", "|-", ">+", "|2", "> # c"),
      fc.array(fc.constantFrom("x", "", "  y", "# z", "a: b"), { maxLength: 3 }),
    )
    .map(([sign, lines]) => [sign, ...lines.map((line) => `  ${line}`)]);
  const value = fc.oneof(
    flow.map((one) => [one]),
    text,
    fc.constant([""]),
  );
  return {
    lines: fc.oneof(
      { maxDepth: 4 },
      fc.tuple(flow, gap).map(([one, end]) => [one + end]),
      fc
        .array(fc.tuple(fc.oneof(value, tie("lines")), gap), { minLength: 1, maxLength: 3 })
        .map((items) =>
          items.flatMap(([[first = "", ...rest], end]) => [
            `- ${first}${end}`,
            ...rest.map((line) => `  ${line}`),
          ]),
        ),
      fc
        .array(
          fc.tuple(
            key,
            gap,
            fc.oneof(
              value.map((lines) => ({ lines, below: false })),
              indented.map((lines) => ({ lines, below: true })),
            ),
          ),
          { minLength: 1, maxLength: 4 },
        )
        .map((fields) =>
          fields.flatMap(
            ([
              name,
              end,
              {
                lines: [first = "", ...rest],
                below,
              },
            ]) => (below ? [`${name}:${end}`, first, ...rest] : [`${name}: ${first}${end}`, ...rest]),
          ),
        ),
    ),
  };
}).lines;
const document = fc
  .tuple(
    block,
    fc.constantFrom("", "# c\n", "---\n", "\n\n", "--- # c\n", "%YAML 1.2\n---\n"),
    fc.constantFrom("", "\n", "\n# end", "\n...\n", "\n---\n"),
    fc.constantFrom("\n", "\n", "\r\n"),
  )
  .map(([lines, before, after, end]) => (before + lines.join("\n") + after).replaceAll("\n", end));

/** What people add to a text or take out of it by mistake. */
const slip = fc.record({
  at: fc.nat(400),
  drop: fc.nat(2),
  add: fc.constantFrom(
    "",
    " ",
    "\n",
    "-",
    ":",
    ": ",
    "- ",
    "#",
    " #",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    ",",
    "\t",
    "&a ",
    "*a",
    "!t ",
    "\u00a0",
    "|",
    "? ",
  ),
});
function withSlips(text: string, slips: readonly { at: number; drop: number; add: string }[]): string {
  return slips.reduce((now, { at, drop, add }) => {
    const offset = at % (now.length + 1);
    return now.slice(0, offset) + add + now.slice(offset + drop);
  }, text);
}

const RUNS = Number(process.env["QUICK_PARSE_RUNS"] ?? 2000);

describe("the quick reader and yaml read one text alike", () => {
  test("whatever its style", () => {
    fc.assert(fc.property(document, expectSame), { numRuns: RUNS });
  });

  test("whatever slipped into it", () => {
    const slipped = fc.tuple(document, fc.array(slip, { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(slipped, ([text, slips]) => expectSame(withSlips(text, slips))),
      { numRuns: RUNS },
    );
  });

  test("as many levels and values as a file may have", () => {
    for (const depth of [30, 31, 32, 33, 34, 90, 200, 20_000])
      expectSame(`${"[".repeat(depth)}1${"]".repeat(depth)}`);
    expectSame("- a\n".repeat(99_999));
    expect(parseQuickly("- a\n".repeat(100_001), "a.yaml")).toBeUndefined();
  });
});

describe("the quick reader reads what most files hold", () => {
  const examples = readdirSync("skills").filter((name) => name.endsWith(".yaml"));
  test.each(examples)("skills/%s", (name) => {
    const text = readFileSync(`skills/${name}`, "utf8");
    expect(parseQuickly(text, "a.yaml")).toBeDefined();
    expectSame(text);
  });

  test.each([
    ["quotes and numbers", `- { name: "A: b", proficiency: 4.5 } # c\n- name: 'it''s'\n  slug:\n`],
    ["a description of several lines", "skills:\n  - name: A\n    description: |\n      One.\n      Two.\n"],
    ["JSON", '[\n  {\n    "name": "A",\n    "assign_to_users": ["a@b.c"]\n  }\n]\n'],
    ["line ends of Windows", "skills:\r\n  - name: A\r\n"],
  ])("%s", (_, text) => {
    expect(parseQuickly(text, "a.yaml")).toBeDefined();
    expectSame(text);
  });
});
