/** What the shell of the workflows decides: who is trusted, what is planned, what is green, what is applied. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleanEnv, git, newRepository, temporaryDirectory } from "../ledger/repositories.ts";
import { workflowOf } from "./workflow-files.ts";

/** The script of the step with this name or id, in a job of a workflow. */
function scriptOf(name: string, job: string, step: string): string {
  const found = workflowOf(name).jobs[job]?.steps.find((one) => one.name === step || one.id === step);
  if (found?.run === undefined) throw new Error(`${name} has no step ${step}.`);
  return found.run;
}

/** Runs a script as GitHub does; answers its exit code and what it set as outputs. */
function runStep(script: string, env: Readonly<Record<string, string>>, cwd = "."): [number, string] {
  const file = join(temporaryDirectory(), "output");
  writeFileSync(file, "");
  const { status } = spawnSync("bash", ["-e", "-c", script], {
    cwd,
    env: { ...cleanEnv(), ...env, GITHUB_OUTPUT: file },
  });
  return [status ?? -1, readFileSync(file, "utf8").trim()];
}

const OURS = "acme/skills";

test.each([
  ["a branch of ours", { EVENT: "pull_request", PULL: "7", FROM: OURS }, [0, "trusted=true"]],
  ["a merge group", { EVENT: "merge_group", PULL: "", FROM: "" }, [0, "trusted=true"]],
  ["a fork", { EVENT: "pull_request", PULL: "7", FROM: "mallory/skills" }, [0, "trusted=false"]],
  ["a fork that is gone", { EVENT: "pull_request", PULL: "7", FROM: "" }, [0, "trusted=false"]],
  [
    "Dependabot",
    { EVENT: "pull_request", PULL: "7", FROM: OURS, ACTOR: "dependabot[bot]" },
    [0, "trusted=false"],
  ],
  ["a caller on pull_request_target", { EVENT: "pull_request_target", PULL: "7", FROM: OURS }, [1, ""]],
])("secrets are for who may have them: %s", (_, env, expected) => {
  const script = scriptOf("plan.yml", "targets", "trusted");
  expect(runStep(script, { ACTOR: "ann-lee", GITHUB_REPOSITORY: OURS, ...env })).toEqual(expected);
});

test("only what is governed needs a plan, and what can't be told does", () => {
  const cwd = newRepository();
  const script = scriptOf("plan.yml", "targets", "governed");
  const commit = (file: string): string => {
    mkdirSync(join(cwd, file, ".."), { recursive: true });
    writeFileSync(join(cwd, file), "words");
    git(cwd, "add", "--all");
    git(cwd, "commit", "--quiet", "--message", file);
    return git(cwd, "rev-parse", "HEAD");
  };
  const base = commit("first");
  commit("README.md");
  const governed = (BASE: string) => runStep(script, { BASE, DIR: "skills" }, cwd)[1];
  expect(governed(base)).toBe("governed=false");
  const before = commit("src/main.ts");
  expect(governed(base)).toBe("governed=true");
  expect(governed(before)).toBe("governed=false");
  commit("skills/a.yaml");
  expect(governed(before)).toBe("governed=true");
  for (const unknown of ["", "f".repeat(40)]) expect(governed(unknown)).toBe("governed=true");
});

test.each([
  ["everything planned", {}, true],
  ["nothing governed", { GOVERNED: "false", PLAN: "skipped" }, true],
  ["invalid YAML", { TARGETS: "failure", GOVERNED: "", TRUSTED: "", PLAN: "skipped" }, false],
  ["a fork, though its estimate is fine", { TRUSTED: "false", PLAN: "skipped" }, false],
  ["nobody could say whether to trust it", { TRUSTED: "", PLAN: "skipped" }, false],
  ["a plan that is refused", { PLAN: "failure" }, false],
  ["a plan that was cancelled", { PLAN: "cancelled" }, false],
  ["a plan that never ran", { PLAN: "skipped" }, false],
])("the check to require is green for nothing unchecked: %s", (_, results, isGreen) => {
  const step = workflowOf("plan.yml").jobs["planned"]?.steps[0];
  expect(Object.keys(step?.env ?? {}).sort()).toEqual(["GOVERNED", "PLAN", "TARGETS", "TRUSTED"]);
  const env = { TARGETS: "success", GOVERNED: "true", TRUSTED: "true", PLAN: "success", ...results };
  expect(runStep(step?.run ?? "", env)[0] === 0).toBe(isGreen);
});

test.each(["apply.yml", "drift.yml", "plan.yml"])("%s runs no tool that can change under it", (name) => {
  const script = scriptOf(name, "targets", "Is the tool pinned?");
  const [ours, pinned] = [workflowOf(name).jobs["targets"]?.steps ?? [], "Is the tool pinned?"];
  expect(ours.findIndex((step) => step.name === pinned)).toBeLessThan(
    ours.findIndex(({ with: options }) => JSON.stringify(options ?? {}).includes("inputs.tool-ref")),
  );
  expect(runStep(script, { TOOL_REF: "a".repeat(40) })[0]).toBe(0);
  for (const ref of ["", "main", "v1.2.3", "a".repeat(39), `${"a".repeat(40)}\nx`]) {
    expect(runStep(script, { TOOL_REF: ref })[0]).toBe(1);
  }
});

test("nothing but the default branch is applied", () => {
  const script = scriptOf("apply.yml", "targets", "Is this the default branch?");
  const on = (ref: string) => runStep(script, { GITHUB_REF: ref, DEFAULT: "main" })[0];
  expect(["refs/heads/main", "refs/heads/other", "refs/tags/main"].map(on)).toEqual([0, 1, 1]);
  expect(workflowOf("apply.yml").jobs["apply"]?.needs).toBe("targets");
});

test("each code that is to be allowed is one word to the program, whatever was typed", () => {
  const script = scriptOf("apply.yml", "apply", "Apply").replace(
    /exec node "\$TOOL\/dist\/cli\/main.js"/,
    "printf '%s\\n'",
  );
  expect(script).not.toContain("exec node");
  const said = (ALLOW: string) => {
    const env = { ...cleanEnv(), ALLOW, SUFFIX: "", DIR: "skills", TARGET: "default" };
    return spawnSync("bash", ["-e", "-c", script], { cwd: ".", env, encoding: "utf8" }).stdout.split("\n");
  };
  const fixed = ["apply", "--dir", "skills", "--target", "default", "--yes", "--comment", "--reviewed"];
  expect(said("")).toEqual([...fixed, ""]);
  expect(said(" UNREVIEWED  SKILL_DELETE ")).toEqual([
    ...[...fixed, "--allow", "UNREVIEWED", "--allow", "SKILL_DELETE"],
    "",
  ]);
  expect(said("* $(touch x); `id` --target")).toEqual([
    ...[...fixed, "--allow", "*", "--allow", "$(touch", "--allow", "x);", "--allow", "`id`"],
    ...["--allow", "--target", ""],
  ]);
});

test("a target's client has its suffix, where the repository has several", () => {
  for (const [name, job, step] of [
    ["apply.yml", "apply", "Apply"],
    ["drift.yml", "drift", "Drift"],
    ["plan.yml", "plan", "Plan"],
  ] as const) {
    const [exported = ""] = scriptOf(name, job, step).split(/^fi$/m);
    const env = { GENESYS_CLIENT_ID: "id", GENESYS_CLIENT_SECRET: "secret", GENESYS_ENV: "mypurecloud.ie" };
    const shown = (SUFFIX: string) =>
      spawnSync("bash", ["-e", "-c", `${exported}fi\nenv`], {
        env: { ...cleanEnv(), ...env, SUFFIX },
        encoding: "utf8",
      }).stdout;
    expect(shown("EU_WEST")).toContain("GENESYS_CLIENT_SECRET_EU_WEST=secret\n");
    expect(shown("EU_WEST")).toContain("GENESYS_ENV_EU_WEST=mypurecloud.ie\n");
    expect(shown("")).not.toMatch(/GENESYS_\w+_EU_WEST/);
  }
});
