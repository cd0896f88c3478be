import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { readText } from "../../src/desired/files.ts";
import { loadDesired } from "../../src/desired/load.ts";
import type { ProblemDraft } from "../../src/desired/problems.ts";
import { listTargets } from "../../src/desired/targets.ts";
import { Failure } from "../../src/problem.ts";
import { makeDirectory, problemsOf, summarize } from "./directory.ts";

const FINE = "- name: Billing\n";

/** Problems of a directory as `CODE file:line:column`. */
async function codesOf(dir: string, target?: string): Promise<string[]> {
  return summarize(await problemsOf(dir, target), dir);
}

describe("what can't be read as text is a problem", () => {
  test("a directory that does not exist", async () => {
    expect(await codesOf(join(await makeDirectory({}), "nothing"))).toEqual(["MISSING_DIRECTORY"]);
  });

  test("a file in place of the directory", async () => {
    expect(await codesOf(join(await makeDirectory({ "a.yaml": FINE }), "a.yaml"))).toEqual([
      "NOT_A_DIRECTORY",
    ]);
  });

  test("a directory without any file of ours", async () => {
    const dir = await makeDirectory({ "README.md": "hello", ".hidden.yaml": FINE });
    const [problem] = await problemsOf(dir);
    expect(problem?.code).toBe("EMPTY_DIRECTORY");
    expect(problem?.place).toBeUndefined();
    expect(problem?.message).toContain(dir);
  });

  test("text in UTF-16, also without a mark that says so", async () => {
    const dir = await makeDirectory({ "a.yaml": FINE });
    await writeFile(join(dir, "a.yaml"), Buffer.from(FINE, "utf16le"));
    expect(await codesOf(dir)).toEqual(["NOT_UTF8 a.yaml:1:1"]);
  });

  test("lines that end with a carriage return alone, which YAML would take for one", async () => {
    const dir = await makeDirectory({ "a.yaml": "# mine\r- name: Billing\r", "b.yaml": "- name: A\r\n" });
    expect(await codesOf(dir)).toEqual(["LINE_ENDS a.yaml:1:7"]);
  });

  test("a file over 1 MiB", async () => {
    const dir = await makeDirectory({ "a.yaml": `${FINE}#${"x".repeat(1024 * 1024)}` });
    expect(await codesOf(dir)).toEqual(["FILE_TOO_LARGE a.yaml:1:1"]);
  });

  test("a file that is not UTF-8, at its first bad line", async () => {
    const dir = await makeDirectory({ "a.yaml": Buffer.from("- name: Cafe\n- name: Caf\xe9\n", "latin1") });
    expect(await codesOf(dir)).toEqual(["NOT_UTF8 a.yaml:2:1"]);
  });

  test("a link that leaves the directory, and one that leads nowhere", async () => {
    const outside = await makeDirectory({ "b.yaml": FINE });
    const dir = await makeDirectory({ "c.yaml": FINE });
    await symlink(join(outside, "b.yaml"), join(dir, "a.yaml"));
    await symlink(outside, join(dir, "folder"));
    await symlink(join(dir, "nowhere.yaml"), join(dir, "z.yaml"));
    expect(await codesOf(dir)).toEqual([
      "LINK_LEAVES_DIRECTORY a.yaml:1:1",
      "LINK_LEAVES_DIRECTORY folder:1:1",
      "UNREADABLE z.yaml:1:1",
    ]);
  });

  test("a link to a folder that holds it", async () => {
    const dir = await makeDirectory({ "a/a.yaml": FINE });
    await symlink("../a", join(dir, "a", "again"));
    await symlink("..", join(dir, "a", "up"));
    expect(await codesOf(dir)).toEqual(["LINK_LOOP a/again:1:1", "LINK_LEAVES_DIRECTORY a/up:1:1"]);
  });

  test("a file that can't be read, as when it became a folder since it was found", async () => {
    const dir = await makeDirectory({ "a.yaml/b.yaml": FINE });
    const problems: ProblemDraft[] = [];
    expect(await readText(join(dir, "a.yaml"), (problem) => problems.push(problem))).toBeUndefined();
    expect(problems).toMatchObject([
      { code: "UNREADABLE", place: { file: join(dir, "a.yaml"), line: 1, column: 1 } },
    ]);
  });

  test("two settings files", async () => {
    const dir = await makeDirectory({ "settings.yaml": "api: auto", "settings.json": "{}" });
    expect(await codesOf(dir)).toEqual(["SECOND_SETTINGS settings.yaml:1:1"]);
  });
});

describe("what is read", () => {
  test("every .yaml, .yml and .json file at any depth, named as it would be typed, and nothing else", async () => {
    const dir = await makeDirectory({
      "a.yaml": "# yaml-language-server: $schema=../schemas/skills.schema.json\n- name: A",
      "b.yml": "\ufeff- name: B\r\n",
      "deep/er/c.json": '{\n\t"$schema": "x",\n\t"skills": [{ "name": "C\\/\\ud83d\\ude00" }]\n}',
      "empty.yaml": "",
      "comment.yaml": "# nothing yet\n",
      "README.md": "skills: [",
      ".git/x.yaml": "skills: [",
    });
    const { desired, files } = await loadDesired({ dir: relative(process.cwd(), dir) });
    const shown = relative(process.cwd(), dir);
    expect(files.map((file) => file.replace(`${shown}/`, ""))).toEqual([
      "a.yaml",
      "b.yml",
      "comment.yaml",
      "deep/er/c.json",
      "empty.yaml",
    ]);
    expect(desired.skills.map((skill) => skill.name)).toEqual(["A", "B", "C/😀"]);
    expect(desired.skills.map((skill) => skill.source)).toEqual([
      { file: `${shown}/a.yaml`, line: 2, column: 3 },
      { file: `${shown}/b.yml`, line: 1, column: 3 },
      { file: `${shown}/deep/er/c.json`, line: 3, column: 13 },
    ]);
  });

  test("a link that stays inside the directory", async () => {
    const dir = await makeDirectory({ "targets/a/x.yaml": FINE, "targets/b/settings.yaml": "api: cloud" });
    await symlink("../a/x.yaml", join(dir, "targets/b/x.yaml"));
    const { desired } = await loadDesired({ dir, target: "b" });
    expect(desired.skills[0]?.source.file).toBe(`${dir}/targets/b/x.yaml`);
  });
});

describe("targets", () => {
  test("a directory without targets/ has the one target default", async () => {
    expect(await listTargets(await makeDirectory({ "a.yaml": FINE }))).toEqual(["default"]);
  });

  test("an empty folder targets/, which git would not keep, is none", async () => {
    const dir = await makeDirectory({ "a.yaml": FINE });
    await mkdir(join(dir, "targets"));
    expect(await listTargets(dir)).toEqual(["default"]);
  });

  test("they are the folders in targets/, sorted", async () => {
    const dir = await makeDirectory({
      "targets/test-2/a.yaml": FINE,
      "targets/prod/settings.yaml": "api: auto",
    });
    expect(await listTargets(dir)).toEqual(["prod", "test-2"]);
  });

  test("a name that is none and a file outside of every target are problems", async () => {
    const dir = await makeDirectory({
      "targets/Prod/a.yaml": FINE,
      "targets/a.yaml": FINE,
      "targets/README.md": "",
    });
    const failure = await listTargets(dir).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(await codesOf(dir)).toEqual(["BAD_TARGET_NAME targets/Prod:1:1", "STRAY_FILE targets/a.yaml:1:1"]);
  });

  test("one that does not exist is answered with those that do", async () => {
    const dir = await makeDirectory({ "targets/prod/a.yaml": FINE, "targets/test/a.yaml": FINE });
    const [problem] = await problemsOf(dir, "prd");
    expect(problem).toMatchObject({ code: "UNKNOWN_TARGET" });
    expect(problem?.hint).toBe('Did you mean "prod"? The targets are: prod, test.');
  });

  test("with several, one must be named; with one, it need not be", async () => {
    const dir = await makeDirectory({ "targets/prod/a.yaml": FINE });
    expect((await loadDesired({ dir })).desired.target).toBe("prod");
    await mkdir(join(dir, "targets/test"));
    await writeFile(join(dir, "targets/test/a.yaml"), FINE);
    expect(await codesOf(dir)).toEqual(["TARGET_NEEDED"]);
  });
});
