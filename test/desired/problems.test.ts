import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { slugOf } from "../../src/text.ts";
import { makeDirectory, problemsOf, summarize } from "./directory.ts";

/** Problems of one file `a.yaml`, as `CODE line:column`. */
async function problemsOfText(text: string, name = "a.yaml"): Promise<string[]> {
  const dir = await makeDirectory({ [name]: text });
  const problems = await problemsOf(dir);
  return summarize(problems, dir).map((line) => line.replace(`${name}:`, ""));
}

const MANY_SKILLS = Array.from(
  { length: 51 },
  (_, n) => `{ name: S${n}, assign_to_users: [Ann@example.com] }`,
);
const GENERATIONS = [
  "profiles:",
  ...Array.from({ length: 21 }, (_, n) => `- { name: P${n}, extends: [P${n + 1}] }`),
  "- name: P21",
].join("\n");
/** Each line holds ten times what the line before holds. */
const BOMB = Array.from({ length: 8 }, (_, n) =>
  n === 0
    ? "- &a0 [x, x, x, x, x, x, x, x, x, x]"
    : `- &a${n} [${Array(10)
        .fill(`*a${n - 1}`)
        .join(", ")}]`,
).join("\n");

describe("a text that is not exactly one thing in YAML 1.2 is a problem at its place", () => {
  test.each([
    ["a bracket left open", "skills: [1", ["YAML_SYNTAX 1:11"]],
    ["a quote left open", 'skills:\n  - name: "Billing', ["YAML_SYNTAX 2:19"]],
    ["a tab as indentation", "skills:\n\t- name: A", ["YAML_SYNTAX 2:1"]],
    ["a second colon", "skills:\n  - name: A: B", ["YAML_SYNTAX 2:11"]],
    ["an explicit version", "%YAML 1.1\n---\nskills: []", ["YAML_DIRECTIVE 1:1"]],
    ["the right version, but explicit", "# hello\n%YAML 1.2\n---\nskills: []", ["YAML_DIRECTIVE 2:1"]],
    ["an unknown directive", "%FOO bar\n---\nskills: []", ["YAML_SYNTAX 1:1"]],
    ["a tag of its own", "skills:\n  - name: !upper billing", ["UNKNOWN_TAG 2:11"]],
    ["a binary value", "skills:\n  - name: !!binary aGk=", ["UNKNOWN_TAG 2:11"]],
    ["a set", "skills: !!set { a }", ["UNKNOWN_TAG 1:9"]],
    ["a timestamp", "skills:\n  - name: !!timestamp 2020-01-01", ["UNKNOWN_TAG 2:11"]],
    ["a merge key", "skills:\n  - &a { name: A }\n  - { <<: *a, slug: b }", ["MERGE_KEY 3:7"]],
    ["infinity", "skills:\n  - { name: A, slug: .inf }", ["NOT_FINITE 2:22"]],
    ["not a number", "skills:\n  - { name: A, slug: .nan }", ["NOT_FINITE 2:22"]],
    ["a number too large for a number", "skills:\n  - { name: A, slug: 1e400 }", ["NOT_FINITE 2:22"]],
    ["a field twice", "skills: []\nprofiles: []\nskills: []", ["DUPLICATE_FIELD 3:1"]],
    ["two documents", "skills: []\n---\nskills: []", ["SEVERAL_DOCUMENTS 2:1"]],
    ["a list as key", "? [skills]\n: []", ["COMPLEX_KEY 1:3"]],
    ["an alias without a mark", "skills: *nobody", ["UNKNOWN_ALIAS 1:9"]],
    ["an alias in itself", "skills: &a [*a]", ["ENDLESS_ALIAS 1:13"]],
    ["aliases that multiply", BOMB, ["TOO_MANY_VALUES 1:"]],
    ["more values than anybody writes", "- A\n".repeat(100_001), ["TOO_MANY_VALUES 100000:3"]],
    ["33 levels", `${"[".repeat(34)}${"]".repeat(34)}`, ["TOO_DEEP 1:34"]],
    ["100,000 levels", "[".repeat(100_000), ["TOO_DEEP 1:"]],
  ])("%s", async (_, text, expected) => {
    const found = await problemsOfText(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, line] of expected.entries()) expect(found[index]).toContain(line);
  });
});

describe("of a text that is no YAML only the first mistake is told, for what follows comes from it", () => {
  const skill = (...lines: string[]): string =>
    ["skills:", "  - name: A", ...lines, "  - name: B"].join("\n");
  test.each([
    [
      "a line that lacks its dash",
      skill("    assign_to_users:", "        { user: ann@example.com }", "      - bob@example.com"),
      "YAML_SYNTAX 5:7",
    ],
    ["a field too far left", skill("   description: C"), "YAML_SYNTAX 3:4"],
    ["a field too far right", skill("      description: C"), "YAML_SYNTAX 3:7"],
    [
      "an entry too far left",
      ["skills:", "  - name: A", "", "- name: B", "  description: C"].join("\n"),
      "YAML_SYNTAX 4:1",
    ],
    ["a tab, although the lines before it seem wrong too", skill("\tdescription: C"), "YAML_SYNTAX 3:1"],
    [
      "what Git leaves of a merge",
      skill("<<<<<<< HEAD", "    description: C", "=======", "    description: D", ">>>>>>> other"),
      "CONFLICT_MARKER 3:1",
    ],
    ["spaces that are none", skill("\u00a0\u00a0\u00a0\u00a0description: C"), "STRANGE_SPACE 3:1"],
  ])("%s", async (_, text, expected) => {
    expect(await problemsOfText(text)).toEqual([expected]);
  });

  test("what Git leaves of a merge is told in JSON too", async () => {
    const text = '[\n<<<<<<< HEAD\n{ "name": "A" }\n=======\n{ "name": "B" }\n>>>>>>> other\n]';
    expect(await problemsOfText(text, "a.json")).toEqual(["CONFLICT_MARKER 2:1"]);
  });

  test("words of a description that look like Git's are no mistake", async () => {
    expect(await problemsOfText("- name: A\n  description: |\n    one\n    =======\n    two")).toEqual([]);
  });
});

describe("a shape that the schema does not allow is a problem at its place", () => {
  test.each([
    ["text instead of a list", "hello", ["WRONG_TYPE 1:1"]],
    ["nothing where a list is expected", "skills:", ["WRONG_TYPE 1:1"]],
    ["a name with leading zeros", "skills:\n  - name: 0777", ["WRONG_TYPE 2:11"]],
    ["a name that is a truth value", "- name: true", ["WRONG_TYPE 1:9"]],
    ["yes instead of true", "- name: A\n  protected: yes", ["WRONG_TYPE 2:14"]],
    ["no name", "- description: A", ["MISSING_FIELD 1:3"]],
    ["an empty name", '- name: ""', ["EMPTY_SLUG 1:9", "EMPTY_TEXT 1:9"]],
    ["an unknown field", "- name: A\n  descripton: B", ["UNKNOWN_FIELD 2:3"]],
    ["an unknown field called __proto__", "- name: A\n  __proto__: {}", ["UNKNOWN_FIELD 2:3"]],
    ["an unknown field at the top", "skills: []\nskill: []", ["UNKNOWN_FIELD 2:1"]],
    [
      "proficiency 7",
      "- name: A\n  assign_to_users:\n    - { user: a@b.c, proficiency: 7 }",
      ["OUT_OF_RANGE 3:35"],
    ],
    [
      "proficiency as text",
      '- name: A\n  assign_to_users: [{ user: a, proficiency: "3" }]',
      ["WRONG_TYPE 2:45"],
    ],
    ["a number as user", "- name: A\n  assign_to_users: [12]", ["WRONG_TYPE 2:21"]],
    ["a full name as user", "- name: A\n  assign_to_users: [Ann Smith]", ["WRONG_FORMAT 2:21"]],
    ["a user without user", "- name: A\n  assign_to_users: [{ proficiency: 3 }]", ["MISSING_FIELD 2:21"]],
    ["one profile instead of a list", "- name: A\n  assign_to_profiles: Support", ["WRONG_TYPE 2:23"]],
    ["a user without user under users", "users: [{ skills: {} }]", ["MISSING_FIELD 1:9"]],
    ["the skills of a user as a list", "users: [{ user: a@b.c, skills: [A] }]", ["WRONG_TYPE 1:32"]],
    [
      "a day in another form",
      "users: [{ user: a, profiles: [{ profile: P, from: 1.12.2026 }] }]",
      ["UNKNOWN_PROFILE 1:42", "WRONG_FORMAT 1:51"],
    ],
    [
      "a proficiency of a user as text",
      "skills: [{ name: A }]\nusers: [{ user: a@b.c, skills: { A: high } }]",
      ["WRONG_TYPE 2:37"],
    ],
    [
      "a proficiency of a user above 5",
      "skills: [{ name: A }]\nusers: [{ user: a@b.c, skills: { A: { proficiency: 6 } } }]",
      ["OUT_OF_RANGE 2:52"],
    ],
    ["members as a list", "profiles:\n  - name: A\n    members: [a@b.c]", ["WRONG_TYPE 3:14"]],
  ])("%s", async (_, text, expected) => {
    expect(await problemsOfText(text)).toEqual(expected);
  });

  test.each([
    ["a permission", "allow: [SKILL_DELETE]", ["UNKNOWN_FIELD 1:1"]],
    ["an unknown choice", "api: clod", ["WRONG_CHOICE 1:6"]],
    ["30 percent written as 30", "guard:\n  max_removals: 30", ["OUT_OF_RANGE 2:17"]],
    ["percent as text", "guard: { max_removals: 30 % }", ["WRONG_TYPE 1:24"]],
    ["half a request", "requests_per_minute: 1.5", ["WRONG_TYPE 1:22"]],
    ["a proficiency above 5", "default_proficiency: 5.1", ["OUT_OF_RANGE 1:22"]],
    ["an unknown guard", "guard: { max_users: 3 }", ["UNKNOWN_FIELD 1:10"]],
    ["a list", "- api: auto", ["WRONG_TYPE 1:1"]],
  ])("in settings: %s", async (_, text, expected) => {
    expect(await problemsOfText(text, "settings.yaml")).toEqual(expected);
  });
});

describe("declarations that contradict each other are a problem at the later place", () => {
  test.each([
    ["one slug for two names", "- name: C++\n- name: C#", ["DUPLICATE_SLUG 2:9"]],
    ["one skill twice", "- name: A\n- name: A", ["DUPLICATE_SLUG 2:9"]],
    ["one profile twice", "profiles:\n  - name: A\n  - name: a", ["DUPLICATE_SLUG 3:11"]],
    ["one name with two slugs", "- name: A\n- { name: A, slug: b }", ["DUPLICATE_NAME 2:11"]],
    ["one name in two cases", "- name: A\n- { name: a, slug: b }", ["DUPLICATE_NAME 2:11"]],
    ["one name with other spaces", "- name: A B\n- { name: A  B, slug: b }", ["DUPLICATE_NAME 2:11"]],
    ["one name, decomposed", '- name: "\\u00e9"\n- { name: "e\\u0301 ", slug: b }', ["DUPLICATE_NAME 2:11"]],
    ["one name, one with an id", "- { name: A, id: x }\n- { name: a, slug: b }", ["DUPLICATE_NAME 2:11"]],
    ["one profile in two cases", "profiles:\n  - name: A\n  - { name: a, slug: b }", ["DUPLICATE_NAME 3:13"]],
    ["one id for two", "- { name: A, id: x }\n- { name: B, id: x }", ["DUPLICATE_ID 2:18"]],
    ["a name without a slug", "- name: +++", ["EMPTY_SLUG 1:9"]],
    ["a slug that is the prototype's key", "- name: __proto__", ["EMPTY_SLUG 1:9"]],
    ["a slug that is none", "- { name: A, slug: Big A }", ["BAD_SLUG 1:20"]],
    ["a lone surrogate in a name", '- name: "A\\ud800"', ["BAD_NAME 1:9"]],
    ["a tab in a name, where it stands", "- name: A\tB", ["BAD_NAME 1:10"]],
    ["a line break in a previous name", '- { name: A, previously: ["B\\nC"] }', ["BAD_NAME 1:27"]],
    ["a line break in a name", '- name: "A\\nB"', ["BAD_NAME 1:9"]],
    ["a hidden direction in a group", '- { name: A, assign_to_groups: ["x\\u202Ey"] }', ["BAD_NAME 1:33"]],
    [
      "a previous name of two",
      "- { name: A, previously: [X] }\n- { name: B, previously: [X] }",
      ["PREVIOUS_NAME_TAKEN 2:27"],
    ],
    ["one id for several targets, misshapen", "- { name: A, id: [x] }", ["WRONG_TYPE 1:18"]],
    ["an id of a target that is none", "- { name: A, id: { default: 7 } }", ["WRONG_TYPE 1:29"]],
    [
      "let go and renamed at once",
      "- { name: A, managed: false, previously: [B] }",
      ["LET_GO_AND_RENAMED 1:43"],
    ],
    ["the own name as previous name", "- { name: A, previously: [A] }", ["PREVIOUS_NAME_TAKEN 1:27"]],
    [
      "a user twice",
      "- { name: A, assign_to_users: [a@b.c, { user: A@B.c, proficiency: 1 }] }",
      ["DUPLICATE_ENTRY 1:47"],
    ],
    [
      "a skill by name and by slug",
      "skills: [{ name: A B }]\nprofiles: [{ name: P, skills: [A B, a-b] }]",
      ["DUPLICATE_ENTRY 2:37"],
    ],
    ["an unknown skill", "profiles: [{ name: P, skills: [Biling] }]", ["UNKNOWN_SKILL 1:32"]],
    [
      "a reference to two",
      "skills: [{ name: a, slug: x, id: one }, { name: A, id: two }]\nprofiles: [{ name: P, skills: [a] }]",
      ["AMBIGUOUS_REFERENCE 2:32"],
    ],
    ["an unknown skill of a user", "users: [{ user: a@b.c, skills: { Biling: 3 } }]", ["UNKNOWN_SKILL 1:34"]],
    ["an unknown profile of a user", "users: [{ user: a@b.c, profiles: [Q] }]", ["UNKNOWN_PROFILE 1:35"]],
    [
      "a skill of a user in two lists",
      "skills: [{ name: A, assign_to_users: [a@b.c] }]\nusers: [{ user: A@b.c, skills: { A: 3 } }]",
      ["DUPLICATE_ENTRY 2:34"],
    ],
    [
      "a profile of a user in two lists",
      "profiles: [{ name: P, members: { users: [a@b.c] } }]\nusers: [{ user: a@b.c, profiles: [{ profile: p }] }]",
      ["DUPLICATE_ENTRY 2:46"],
    ],
    [
      "a skill of a user by two of its names",
      "skills: [{ name: A B }]\nusers: [{ user: a@b.c, skills: { A B: 3, a-b: } }]",
      ["DUPLICATE_ENTRY 2:42"],
    ],
    [
      "a profile twice in one list of a user",
      "profiles: [{ name: P }]\nusers: [{ user: a@b.c, profiles: [P, P] }]",
      ["DUPLICATE_ENTRY 2:38"],
    ],
    [
      "a skill in two entries of one user",
      "skills: [{ name: A }]\nusers: [{ user: a@b.c, skills: { A: 3 } }, { user: a@b.c, skills: { A: 3 } }]",
      ["DUPLICATE_ENTRY 2:69"],
    ],
    ["an unknown profile in extends", "profiles: [{ name: P, extends: [Q] }]", ["UNKNOWN_PROFILE 1:33"]],
    ["22 generations of profiles", GENERATIONS, ["EXTENDS_TOO_DEEP 2:11"]],
    ["a profile that extends itself", "profiles: [{ name: P, extends: [P] }]", ["EXTENDS_CYCLE 1:33"]],
    [
      "a profile in other spelling",
      "skills: [{ name: A, assign_to_profiles: [SUPPORT] }]\nprofiles: [{ name: Support }]",
      ["UNCLEAR_PROFILE 1:42"],
    ],
    [
      "two undeclared profiles of one slug",
      "- { name: A, assign_to_profiles: [C++, C#] }",
      ["UNCLEAR_PROFILE 1:40"],
    ],
    ["51 skills for a user", `[${MANY_SKILLS.join(",\n")}]`, ["TOO_MANY_SKILLS 1:32"]],
  ])("%s", async (_, text, expected) => {
    expect(await problemsOfText(text)).toEqual(expected);
  });

  test("every cycle of extends is printed as a circle", async () => {
    const dir = await makeDirectory({
      "a.yaml":
        "profiles:\n- { name: A, extends: [B, C] }\n- { name: B, extends: [A] }\n- { name: C, extends: [A] }",
    });
    const problems = await problemsOf(dir);
    expect(problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining("A → B → A"),
      expect.stringContaining("A → C → A"),
    ]);
  });
});

describe("what a problem tells", () => {
  test("it carries the source line, the nearest name and both places", async () => {
    const dir = await makeDirectory({
      "a.yaml": "skills:\r\n  - name: Billing\r\nprofiles:\r\n  - name: P\r\n    skills: [Biling]\r\n",
      "b.yaml": "skills:\n  - name: billing\n",
    });
    const [unknown, repeated] = await problemsOf(dir);
    expect(unknown).toMatchObject({ code: "UNKNOWN_SKILL", sourceLine: "    skills: [Biling]" });
    expect(unknown?.hint).toContain('"Billing"');
    expect(repeated).toMatchObject({
      code: "DUPLICATE_SLUG",
      place: { file: `${dir}/b.yaml`, line: 2, column: 11 },
    });
    expect(repeated?.message).toContain("a.yaml:2:11");
  });

  test("all problems of all files come at once, in the order of their places", async () => {
    const dir = await makeDirectory({
      "z.yaml": "skills: [",
      "a.yaml": "- { name: A, slg: b }\n- { name: B, slg: b }",
      "sub/m.json": '[{ "name": 7 }]',
      "settings.yaml": "api: 3",
    });
    expect(summarize(await problemsOf(dir), dir)).toEqual([
      "UNKNOWN_FIELD a.yaml:1:14",
      "UNKNOWN_FIELD a.yaml:2:14",
      "WRONG_CHOICE settings.yaml:1:6",
      "WRONG_TYPE sub/m.json:1:12",
      "YAML_SYNTAX z.yaml:1:10",
    ]);
  });

  test("a skill that is called by the name that it had before is told its new name", async () => {
    const dir = await makeDirectory({
      "a.yaml":
        "skills: [{ name: Billing Tier Two, previously: [Billing Tier 2] }, { name: Billing Tier 1 }]",
      "b.yaml": "profiles: [{ name: P, skills: [Billing Tier 2] }]",
    });
    const [problem, ...others] = await problemsOf(dir);
    expect(others).toEqual([]);
    expect(problem?.code).toBe("UNKNOWN_SKILL");
    expect(problem?.hint).toContain('"Billing Tier Two"');
    expect(problem?.hint).not.toContain("Billing Tier 1");
  });

  test.each([
    ["a decimal comma", "{ user: ann@example.com, proficiency: 2,5 }", "2.5"],
    ["a colon without a space", "{ user: ann@example.com, proficiency:2 }", "proficiency: 2"],
  ])("%s is told how it is written", async (_, user, right) => {
    const dir = await makeDirectory({ "a.yaml": `- name: A\n  assign_to_users: [${user}]` });
    const [problem] = await problemsOf(dir);
    expect(problem?.code).toBe("UNKNOWN_FIELD");
    expect(problem?.hint).toContain(right);
  });

  test("a name that was copied with an invisible character is told so", async () => {
    const dir = await makeDirectory({
      "a.yaml": "skills: [{ name: A@B }]\nprofiles: [{ name: P, skills: [A@\u200bB] }]",
      "b.yaml": "skills: [{ name: C, des\u00adcription: D }]",
    });
    const [reference, field] = await problemsOf(dir);
    expect(reference?.hint).toContain('"A@B"');
    expect(reference?.hint).toContain("a zero-width space (U+200B)");
    expect(field?.hint).toContain('"description"');
    expect(field?.hint).toContain("U+00AD");
  });

  test("a space of another kind at the beginning of a line is named", async () => {
    const dir = await makeDirectory({
      "a.yaml": "skills:\n  - name: A\n\u00a0\u00a0\u00a0\u00a0description: C\n  - name: B",
    });
    expect((await problemsOf(dir))[0]?.message).toContain("a no-break space (U+00A0)");
  });

  test("a decimal comma in a line of its own is told how it is written", async () => {
    const dir = await makeDirectory({
      "a.yaml": "skills: [{ name: A }]\nusers:\n  - user: a@b.c\n    skills:\n      A: 2,5\n",
    });
    expect((await problemsOf(dir))[0]?.hint).toContain("2.5");
  });

  test("of two entries with one slug both places are named, and the slug that tells them apart", async () => {
    const dir = await makeDirectory({ "a.yaml": "- name: C++\n- name: C#\n" });
    const [problem] = await problemsOf(dir);
    expect(problem?.message).toContain("a.yaml:1:9");
    expect(problem?.hint).toContain("slug: c-2");
  });

  test("a skill that a person gets twice is told with both places", async () => {
    const dir = await makeDirectory({
      "a.yaml": "- { name: A, assign_to_users: [Ann@b.c] }",
      "b.yaml": "users:\n  - user: ann@b.c\n    skills:\n      A: 3\n",
    });
    const [problem] = await problemsOf(dir);
    expect(problem).toMatchObject({ code: "DUPLICATE_ENTRY", sourceLine: "      A: 3" });
    expect(problem?.message).toMatch(/ann@b\.c .*"A".*a\.yaml:1:32/u);
  });

  test("two names that differ by case alone are a problem that names both places, unless each has an id", async () => {
    const dir = await makeDirectory({
      "a.yaml": "- name: Billing",
      "b.yaml": "- { name: BILLING, slug: other }",
    });
    const [problem] = await problemsOf(dir);
    expect(problem).toMatchObject({ code: "DUPLICATE_NAME", place: { file: `${dir}/b.yaml`, line: 1 } });
    expect(problem?.message).toMatch(/"BILLING" .*"Billing" at .*a\.yaml:1:9/u);
    const clear = await makeDirectory({
      "a.yaml": "- { name: Billing, id: one }",
      "b.yaml": "- { name: BILLING, slug: other, id: two }",
    });
    expect(await problemsOf(clear)).toEqual([]);
  });

  test("a target's entry does not replace a shared one whose name differs by more than case and spaces", async () => {
    const files = { "a.yaml": "- name: C++", "targets/prod/a.yaml": "- name: C#" };
    const dir = await makeDirectory(files);
    expect(summarize(await problemsOf(dir), dir)).toEqual(["DUPLICATE_SLUG targets/prod/a.yaml:1:9"]);
    const written = await makeDirectory({ ...files, "targets/prod/a.yaml": "- { name: C#, slug: c }" });
    expect(await problemsOf(written)).toEqual([]);
  });

  test("a reference is not called unknown while a file that may declare it can't be read", async () => {
    const dir = await makeDirectory({
      "a.yaml": "profiles: [{ name: P, skills: [Billing], extends: [Q] }]",
      "b.yaml": "skills: [{ name: Billing }",
    });
    expect((await problemsOf(dir)).map((problem) => problem.code)).toEqual(["YAML_SYNTAX"]);
  });

  test("after a hundred only the number of the rest is told", async () => {
    const dir = await makeDirectory({
      "a.yaml": Array.from({ length: 130 }, () => "- { nam: A }").join("\n"),
    });
    const problems = await problemsOf(dir);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatchObject({ code: "MORE_PROBLEMS", message: "160 more problems not shown." });
  });

  test("each field of the schemas has a title and a description", async () => {
    for (const name of ["skills", "settings"]) {
      const schema: unknown = JSON.parse(await readFile(`schemas/${name}.schema.json`, "utf8"));
      expect(findUndescribed(schema, name)).toEqual([]);
    }
  });
});

/** Paths of the fields of a schema that say nothing of themselves. */
function findUndescribed(schema: unknown, path: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    const fields: [string, unknown][] =
      key === "properties" || key === "$defs" ? Object.entries(value as object) : [];
    const silent = fields.filter(([, field]) => !isDescribed(field)).map(([name]) => `${path}/${name}`);
    return [...silent, ...findUndescribed(value, `${path}/${key}`)];
  });
}

function isDescribed(field: unknown): boolean {
  return (
    typeof field === "object" &&
    field !== null &&
    ("$ref" in field || ("title" in field && "description" in field))
  );
}

/** Every object of a schema, at any depth. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

test.each(["skills", "settings"])("an editor has a sentence for every pattern of %s.schema.json", (name) => {
  const schema: unknown = JSON.parse(readFileSync(`schemas/${name}.schema.json`, "utf8"));
  const patterns = objectsIn(schema).filter(({ pattern }) => typeof pattern === "string");
  expect(patterns.length).toBeGreaterThan(0);
  for (const { patternErrorMessage } of patterns) expect(patternErrorMessage).toMatch(/^[A-Z].*\.$/);
});

test("the pattern for slugs takes every slug that a name can have", () => {
  const schema = JSON.parse(readFileSync("schemas/skills.schema.json", "utf8")) as {
    $defs: { slug: { pattern: string } };
  };
  const pattern = new RegExp(schema.$defs.slug.pattern, "u");
  const slugs = Array.from({ length: 0x20000 }, (_, code) => slugOf(`${String.fromCodePoint(code)}-a`));
  expect(slugs.filter((slug) => !pattern.test(slug))).toEqual([]);
  expect(["Big A", "a--b", "-a", "a-", "é!"].filter((slug) => pattern.test(slug))).toEqual([]);
});

test("an editor has a sentence where a name is no text, and where a user's last skill is taken out", () => {
  const schema: unknown = JSON.parse(readFileSync("schemas/skills.schema.json", "utf8"));
  const titles = objectsIn(schema).flatMap(({ title, errorMessage }) =>
    /^[A-Z].*\.$/.test(String(errorMessage)) ? [title] : [],
  );
  expect(titles).toEqual(["Skills of the user", "Skill", "Profile", "Genesys group"]);
});
