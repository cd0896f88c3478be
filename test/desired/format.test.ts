import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { formatYaml } from "../../src/desired/format.ts";

test("fields come in the order of the schema, and each comment stays with what it is about", () => {
  const text = `# About this file.
profiles:
  - members:
      # The whole desk.
      groups: [ Desk ]
      users: [ ann@example.com ]
    name: "Support" # in English
skills:
    # Asked for by the lawyers.
    - assign_to_users: [{proficiency: 4, user: 'bob@example.com'}]
      # As the customers call it.
      description: 'Bills: all of them'
      name: Billing


    - name: "no"
      # The end.
`;
  expect(formatYaml(text)).toBe(`# About this file.
skills:
  # Asked for by the lawyers.
  - name: Billing
    # As the customers call it.
    description: "Bills: all of them"
    assign_to_users: [{ user: bob@example.com, proficiency: 4 }]

  - name: "no"
    # The end.
profiles:
  - name: Support # in English
    members:
      users: [ann@example.com]
      # The whole desk.
      groups: [Desk]
`);
});

test("a long list in brackets becomes a list of lines, and a file with an anchor keeps its order", () => {
  const emails = Array.from({ length: 6 }, (_, index) => `somebody.${index}@example.com`);
  const long = `skills: [{ name: Billing, assign_to_users: [${emails.join(", ")}] }]\n`;
  expect(formatYaml(long).split("\n")).toHaveLength(10);
  const anchored = "skills:\n  - description: &words Bills\n    name: Billing\n    slug: *words\n";
  expect(formatYaml(anchored)).toBe(anchored);
});

test("the line ends of Windows stay, and what nobody knows stands last", () => {
  expect(formatYaml("skills:\r\n- extra: 1\r\n  name: A\r\n")).toBe(
    "skills:\r\n  - name: A\r\n    extra: 1\r\n",
  );
});

test.each(readdirSync("skills").filter((name) => name.endsWith(".yaml")))(
  "%s of the example is formatted already, but for the order of its fields",
  (name) => {
    const text = readFileSync(`skills/${name}`, "utf8");
    const lines = (one: string): string[] => one.split("\n").sort();
    expect(lines(formatYaml(text))).toStrictEqual(lines(text));
  },
);

// ── Any file ─────────────────────────────────────────────────────────────────────────────────────────

const FIELDS = ["name", "description", "slug", "protected", "assign_to_groups", "assign_to_users"];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  protected: ["true", "false # really"],
  assign_to_groups: [
    "[Desk]",
    "[ 'Desk', \"Night: 2\" ]",
    "\n      # inner\n      - Desk\n      - { group: Night, proficiency: 2.0 }",
  ],
  assign_to_users: [
    "[]",
    "[a@x.example]",
    "\n      - { proficiency: 3, user: a@x.example } # theirs\n      # tail",
  ],
};
const TEXTS = [
  "Billing",
  "'yes'",
  '"1.0"',
  "'it''s'",
  '"a: b"',
  "C++",
  "Ünïcode",
  "|\n      two\n      lines",
];

const entry = fc
  .tuple(
    fc.shuffledSubarray(FIELDS, { minLength: 1 }),
    fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  )
  .map(([fields, picks, comments]) =>
    fields.map((field, index) => {
      const values = VALUES[field] ?? TEXTS;
      const value = values[(picks[index] ?? 0) % values.length] ?? "";
      const comment = comments[index] === true ? `# about ${field} ${index}\n    ` : "";
      return `${comment}${field}: ${value}`;
    }),
  );

const file = fc.array(entry, { minLength: 1, maxLength: 4 }).map((entries) => {
  const items = entries.map((lines, index) => `  # entry ${index}\n  -\n    ${lines.join("\n    ")}\n`);
  return `# head\nskills:\n${items.join("\n")}`;
});

test("whatever a file says, it says the same afterwards, with every comment, and a second time changes nothing", () => {
  fc.assert(
    fc.property(file, (text) => {
      const formatted = formatYaml(text);
      expect(parseDocument(formatted).toJS()).toStrictEqual(parseDocument(text).toJS());
      const comments = (one: string): string[] => (one.match(/# .*/g) ?? []).sort();
      expect(comments(formatted)).toStrictEqual(comments(text));
      expect(formatYaml(formatted)).toBe(formatted);
    }),
    { numRuns: 300 },
  );
});
