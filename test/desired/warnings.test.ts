import { describe, expect, test } from "vitest";
import { load, warningsOf } from "./directory.ts";

/** The warnings of one file, as `CODE line:column`. */
async function codesOf(text: string): Promise<string[]> {
  const warnings = await warningsOf({ "a.yaml": text });
  return warnings.map(({ code, place }) => `${code} ${place?.line ?? 0}:${place?.column ?? 0}`);
}

describe("probably wrong text is a warning at its place, not a problem", () => {
  test.each([
    ["a no-break space in a name", "- name: A\u00a0B", ["ODD_NAME 1:10"]],
    ["two spaces in a name", "- name: A  B", ["ODD_NAME 1:10"]],
    ["curly quotes around a name", "- name: “A B”", ["ODD_NAME 1:9"]],
    ["a character that is escaped", '- name: "A\\u200bB"', ["ODD_NAME 1:9"]],
    ["two odd characters in one name", "- name: A\u200bB\u00adC", ["ODD_NAME 1:10", "ODD_NAME 1:12"]],
    ["a profile", "profiles:\n  - name: A\u00a0B", ["ODD_NAME 2:12"]],
    [
      "an undeclared profile",
      "- { name: A, assign_to_profiles: [B\u00a0C] }",
      ["UNDECLARED_PROFILES 1:35", "ODD_NAME 1:36"],
    ],
    ["a group", "- { name: A, assign_to_groups: [B\u00a0C] }", ["ODD_NAME 1:34"]],
    ["a user", "- { name: A, assign_to_users: [a\u200b@b.c] }", ["ODD_NAME 1:33"]],
    ["a user under users", "users: [{ user: a\u200b@b.c }]", ["ODD_NAME 1:18"]],
    ["a word of two scripts", "- name: Pr\u043edukt", ["MIXED_SCRIPTS 1:11"]],
    ["two names that look alike", "- name: coco\n- name: \u0441\u043e\u0441\u043e", ["LOOKALIKE_NAMES 2:9"]],
    [
      "two groups that look alike",
      "- { name: A, assign_to_groups: [Tier l] }\n- { name: B, assign_to_groups: [Tier 1, Tier l] }",
      ["LOOKALIKE_NAMES 2:38"],
    ],
    ["a previous name in use", "- { name: A, previously: [B] }\n- { name: b }", ["PREVIOUS_PRESENT 1:27"]],
    ["a target that is none", "- { name: A, id: { defualt: x, sandbox: y } }", ["UNKNOWN_TARGET 1:20"]],
    ["a chain of renames", "- { name: A, previously: [B] }\n- { name: B, previously: [C] }", []],
    ["an odd name that is given up", "- { name: A B, previously: [A\u00a0B] }", []],
    ["white space around a name", '- name: " A\u00a0"', []],
  ])("%s", async (_, text, expected) => {
    expect(await codesOf(text)).toEqual(expected);
  });

  test("a character from a copied comment is named, with its cause", async () => {
    const [warning] = await warningsOf({ "a.yaml": "- name: Ask @\u200bdesk" });
    expect(warning).toMatchObject({ code: "ODD_NAME", sourceLine: "- name: Ask @\u200bdesk" });
    expect(warning?.message).toContain('a zero-width space (U+200B) after "Ask @"');
    expect(warning?.hint).toContain("a plan's comment");
  });

  test("names that look alike are told with both places and the letters that differ", async () => {
    const [warning] = await warningsOf({ "a.yaml": "- name: HOT", "b.yaml": "- name: H\u041eT" });
    expect(warning?.message).toContain("a.yaml:1:9");
    expect(warning?.message).toMatch(/U\+041E.*U\+004F/u);
    expect(warning?.place).toMatchObject({ file: "b.yaml", line: 1, column: 10 });
  });

  test("a target that is misspelled is told with the nearest", async () => {
    const files = {
      "a.yaml": "- { name: A, id: { prodution: x, test: y } }",
      "targets/production/settings.yaml": "api: auto",
      "targets/test/settings.yaml": "api: auto",
    };
    const [warning, ...others] = await warningsOf(files, "test");
    expect(others).toEqual([]);
    expect(warning?.hint).toBe('Did you mean "production"? The targets are: production, test.');
  });
});

describe("names arrive in one form", () => {
  test("composed and trimmed, and so do the references to them", async () => {
    const desired = await load({
      "a.yaml": `
skills: [{ name: " Cafe\u0301 ", previously: ["Cafe\u0301 old "] }]
profiles: [{ name: P, skills: ["Caf\u00e9"], members: { groups: [" Desk"] } }]
users: [{ user: ann@b.c, skills: { "Cafe\u0301 ": 3 } }]
`,
    });
    expect(desired.skills).toMatchObject([{ name: "Caf\u00e9", previously: ["Caf\u00e9 old"] }]);
    expect(desired.profiles[0]?.entries).toHaveLength(1);
    expect(desired.groups[0]?.group).toBe("Desk");
    expect(desired.users[0]?.sources).toHaveLength(1);
  });

  test("an odd name says so, an ordinary one has no word of it", async () => {
    const { skills } = await load({ "a.yaml": "- name: A\u00a0B\n- name: C" });
    expect(skills[0]?.oddName).toBe('it has a no-break space (U+00A0) after "A"');
    expect(skills[1]).not.toHaveProperty("oddName");
  });
});
