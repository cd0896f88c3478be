import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { command } from "../support/command.ts";

/** What bash offers for the words that were typed; the last one is being typed. */
function completed(script: string, ...words: readonly string[]): string[] {
  const typed = ["genesys-skills", ...words].map((word) => `'${word}'`).join(" ");
  const ask = `${script}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _genesys_skills; echo "\${COMPREPLY[*]}"`;
  const answer = execFileSync("bash", ["--norc", "-c", ask], { encoding: "utf8", cwd: "schemas" });
  return answer.trim().split(" ");
}

test("bash is offered commands, options, values and files", async () => {
  const { out: script } = await command("completion bash");
  expect(completed(script, "re")).toStrictEqual(["report"]);
  expect(completed(script, "")).toEqual(expect.arrayContaining(["plan", "apply", "--version"]));
  expect(completed(script, "plan", "--al")).toStrictEqual(["--all-targets", "--allow"]);
  expect(completed(script, "plan", "--format", "")).toStrictEqual(["text", "markdown", "json"]);
  expect(completed(script, "apply", "--allow", "SKILL_")).toStrictEqual(["SKILL_DELETE", "SKILL_REPLACE"]);
  expect(completed(script, "apply", "plan.s")).toStrictEqual(["plan.schema.json"]);
  expect(completed(script, "completion", "z")).toStrictEqual(["zsh"]);
});

test.each(["bash", "zsh", "fish"])(
  "the script for %s names every command and option of the help",
  async (shell) => {
    const { out: script } = await command(`completion ${shell}`);
    const { out: help } = await command("--help");
    const names = [...help.matchAll(/^ {2}([a-z]+) (?:\[options\]|<)/gm)].map(([, name]) => name ?? "");
    expect(names.length).toBeGreaterThan(12);
    for (const name of names) {
      expect(script).toContain(name);
      const { out: own } = await command(`${name} --help`);
      for (const [, flag = ""] of own.matchAll(/^ {2}--([a-z-]+)/gm)) {
        expect(script, `${name} --${flag}`).toMatch(new RegExp(`(--|-l )${flag}\\b`));
      }
    }
  },
);

test("another shell is an error that names those there are", async () => {
  const { exitCode, err } = await command("completion tcsh");
  expect(exitCode).toBe(1);
  expect(err).toContain("bash, zsh, fish");
});
