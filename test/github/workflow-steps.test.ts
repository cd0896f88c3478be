/** What the shell of the workflows decides: who is trusted, what is planned, what is green, what is applied. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleanEnv, temporaryDirectory } from "../ledger/repositories.ts";
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

test.each([
  ["everything planned", {}, ""],
  ["invalid YAML", { VALID: "failure", PLAN: "failure" }, "The YAML is not valid"],
  ["a checkout that failed", { TARGETS: "failure", VALID: "", PLAN: "skipped" }, "ended with: failure"],
  ["a run that was cancelled", { TARGETS: "cancelled", VALID: "", PLAN: "skipped" }, "ended with: cancelled"],
  ["a plan that is refused", { PLAN: "failure" }, "The plans ended with: failure"],
  ["a plan that was cancelled", { PLAN: "cancelled" }, "The plans ended with: cancelled"],
  ["a plan that never ran", { PLAN: "skipped" }, "The plans ended with: skipped"],
])("the check to require is green for nothing unchecked: %s", (_, results, complaint) => {
  const { if: condition, steps } = workflowOf("plan.yml").jobs["planned"] ?? { steps: [] };
  expect(condition).toBe("always()");
  const [step] = steps;
  expect(Object.keys(step?.env ?? {}).sort()).toEqual(["PLAN", "TARGETS", "VALID"]);
  const env = { TARGETS: "success", VALID: "success", PLAN: "success", ...results };
  const { status, stdout } = spawnSync("bash", ["-e", "-c", step?.run ?? ""], {
    env: { ...cleanEnv(), ...env },
    encoding: "utf8",
  });
  expect(status).toBe(complaint === "" ? 0 : 1);
  expect(stdout).toContain(complaint);
});

test("nothing but the default branch is applied", () => {
  const script = scriptOf("apply.yml", "targets", "Is this the default branch?");
  const on = (ref: string) => runStep(script, { GITHUB_REF: ref, DEFAULT: "main" })[0];
  expect(["refs/heads/main", "refs/heads/other", "refs/tags/main"].map(on)).toEqual([0, 1, 1]);
  expect(workflowOf("apply.yml").jobs["apply"]?.needs).toBe("targets");
});
