import { describe, expect, test } from "vitest";
import { makeDirectory, problemsOf, warningsOf } from "./directory.ts";

describe("a common mistake gets its own message and hint", () => {
  const entry = (...lines: string[]): string => ["skills:", "  - name: A", ...lines, ""].join("\n");
  const user = (text: string): string => entry("    assign_to_users:", `      - ${text}`);
  const person = (...lines: string[]): string =>
    ["skills: [{ name: Gas Bills }]", "users:", "  - user: a@b.c", ...lines, ""].join("\n");
  test.each([
    ["one space too few", entry("   description: C"), "3:4", "one space too few", "column 5"],
    ["one space too many", entry("     description: C"), "3:6", "one space too many", "column 5"],
    [
      "one space too many after a list",
      entry("    previously: [B]", "     description: C"),
      "4:6",
      "one space too many",
      "column 5",
    ],
    [
      "a no-break space as indentation",
      entry("  \u00a0 description: C"),
      "3:1",
      "no-break space (U+00A0)",
      "type the spaces again",
    ],
    [
      "a no-break space after a colon",
      "skills:\n  - name:\u00a0A\n",
      "2:5",
      "found the text",
      "no-break space (U+00A0)",
    ],
    [
      "a no-break space after an e-mail",
      user("ann@example.com\u00a0"),
      "4:9",
      "does not look like one",
      "no-break space (U+00A0)",
    ],
    [
      "no space after a dash",
      "skills:\n  -name: A\n    description: B\n",
      "2:3",
      "A space is missing after the dash",
      '"- name: A"',
    ],
    [
      "no space after a dash in a list",
      entry("    assign_to_users:", "      -ann@example.com"),
      "4:7",
      "expected a list",
      "- ann@example.com",
    ],
    [
      "no space after a colon",
      entry("    description:C"),
      "3:5",
      "A space is missing after the colon",
      '"description: C"',
    ],
    [
      "no space after the first colon",
      "skills:\n  - name:A\n    description: C\n",
      "2:5",
      "A space is missing after the colon",
      '"name: A"',
    ],
    [
      "no space after a user's skill",
      "skills: [{ name: A }]\nusers:\n  - user: a@b.c\n    skills:\n      A:4\n",
      "5:7",
      "expected fields",
      "A: 4",
    ],
    [
      "no space after a user's skill, above another",
      person("    skills:", "      Gas Bills:4", "      Gas Sales: 2"),
      "5:7",
      "A space is missing after the colon",
      '"Gas Bills: 4"',
    ],
    [
      "one space too few before a user's first skill",
      person("    skills:", "     Gas Bills: 4", "      Gas Sales: 2", "      Gas Debt: 2"),
      "5:6",
      "one space too few",
      "column 7, as the field below",
    ],
    [
      "one space too many before a user's skill",
      person("    skills:", "      Gas Bills: 4", "       Gas Sales: 2", "      Gas Debt: 2"),
      "6:8",
      "one space too many",
      "column 7, as the field above",
    ],
    [
      "a no-break space after the colon of a user's skill",
      person("    skills:", "      Gas Bills:\u00a04", "      Gas Sales: 2"),
      "5:17",
      "After the colon stands a no-break space (U+00A0)",
      '"Gas Bills: 4", with a space that is typed anew',
    ],
    [
      "a no-break space after a dash",
      "users:\n  - user: a@b.c\n    profiles: [P]\n  -\u00a0user: d@e.f\n    profiles: [P]\n",
      "4:4",
      "After the dash stands a no-break space (U+00A0)",
      '"- user: d@e.f", with a space that is typed anew',
    ],
    [
      "a user's last skill taken out",
      person("    skills:"),
      "4:5",
      "found nothing",
      "Take this line out too",
    ],
    [
      "a profile's name with a colon, and no quotes",
      person("    profiles: [Front line: Days]"),
      "4:16",
      "The colon divides this text",
      'straight quotes around all of it: "Front line: Days"',
    ],
    [
      "a profile's name with a colon in curly quotes",
      person("    profiles:", "      - \u201cFront line: Days\u201d"),
      "5:9",
      "The colon divides this text",
      '"Front line: Days"',
    ],
    [
      "a skill that nobody declares",
      person("    skills:", "      Gas Bill: 3"),
      "5:7",
      'No skill is called "Gas Bill"',
      'Did you mean "Gas Bills"? If not, declare it under skills:, or remove it here.',
    ],
    [
      "a comma that is missing in braces",
      user("{ user: a@b.c proficiency: 4 }"),
      "4:22",
      "A comma is missing before proficiency",
      "a comma stands between two fields",
    ],
    [
      "a brace that is never closed",
      person("    skills:", "      Gas Bills: { proficiency: 2, until: 2027-02-10", "      Gas Sales: 2"),
      "5:18",
      "The bracket { is opened here",
      "Write }",
    ],
    [
      "a bracket that is never closed",
      person("    profiles: [Front line # [x]", "  - user: d@e.f"),
      "4:15",
      "The bracket [ is opened here",
      "Write ]",
    ],
    [
      "a bracket in a text, above a field that is shifted",
      "skills:\n  - name: A\n    description: see [1\n     slug: a\n",
      "4:6",
      "one space too many",
      "column 5",
    ],
    [
      "a dash of a word processor",
      person("    skills: { Gas Bills: 3 }", "  \u2013 user: d@e.f"),
      "5:3",
      "(U+2013)",
      "Type - and a space",
    ],
    [
      "a bullet of a word processor",
      person("    skills: { Gas Bills: 3 }", "  \u2022 user: d@e.f", "    skills: { Gas Bills: 3 }"),
      "5:3",
      "(U+2022)",
      "Type - and a space",
    ],
    [
      "a date in another order",
      person("    skills: { Gas Bills: { until: 6.1.2027 } }"),
      "4:35",
      'the text "6.1.2027"',
      "Write year, month and day, such as 2026-12-01.",
    ],
    [
      "curly quotes",
      entry("    description: \u201cx: y\u201d"),
      "3:18",
      "curly quote (U+201C)",
      "straight quotes",
    ],
    ["a display name in a list", user("Ann Smith"), "4:9", 'the text "Ann Smith"', "write the user's e-mail"],
    [
      "a display name of a user",
      "users:\n  - user: Ann Smith\n",
      "2:11",
      'the text "Ann Smith"',
      "write the user's e-mail",
    ],
    [
      "a display name beside the e-mail",
      user('"Ann Smith <ann@example.com>"'),
      "4:9",
      "does not look like one",
      "Write only ann@example.com.",
    ],
    ["a skill twice", entry("  - name: A"), "3:11", "is declared twice", "Merge the two entries"],
  ])("%s", async (_, text, at, message, hint) => {
    const problems = await problemsOf(await makeDirectory({ "a.yaml": text }));
    expect(problems.map(({ place }) => `${String(place?.line)}:${String(place?.column)}`)).toEqual([at]);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.hint).toContain(hint);
  });
});

describe("undeclared profiles get one warning, with the YAML that would declare them", () => {
  const list = '[{ "name": "A", "assign_to_profiles": ["Support", "Sales"] }]';

  test("where the cloud API may answer", async () => {
    const [warning, ...others] = await warningsOf({ "a.json": list });
    expect(others).toEqual([]);
    expect(warning?.code).toBe("UNDECLARED_PROFILES");
    expect(warning?.message).toContain("2 profiles are used but not declared");
    const yaml = /profiles: \[.*?\]/u.exec(warning?.hint ?? "")?.[0] ?? "";
    expect(await warningsOf({ "a.json": list, "profiles.yaml": yaml })).toEqual([]);
  });

  test("and not where the organisation has profiles of its own", async () => {
    expect(await warningsOf({ "a.json": list, "settings.yaml": "api: profiles" })).toEqual([]);
  });
});
