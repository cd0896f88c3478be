/** What the shell of the workflows decides: who is trusted, what is planned, what is green, what is applied. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cleanEnv, temporaryDirectory } from "../ledger/repositories.ts";
import { evaluate, evaluateIf } from "./runner/expressions.ts";
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
])("the required check passes only if everything was checked: %s", (_, results, complaint) => {
  const { if: condition, steps } = workflowOf("plan.yml").jobs["planned"] ?? { steps: [] };
  expect(condition).toMatch(/^always\(\) && /);
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

describe("an edit of a pull request", () => {
  const plan = workflowOf("plan.yml");
  const facts = (event: object) => {
    const contexts = { github: { event: { pull_request: { number: 7 }, ...event } }, needs: {} };
    const { targets, planned } = plan.jobs;
    return {
      plans: evaluateIf(targets?.if, contexts, "success"),
      checks: evaluateIf(planned?.if, contexts, "failure"),
      check: evaluate(planned?.name ?? "", contexts),
      group: evaluate(plan.concurrency?.group ?? "", contexts),
    };
  };
  const PLANNED = { plans: true, checks: true, check: "planned", group: "plan-skills-7" };

  test("is planned where it changed the base, like a push", () => {
    const changes = { base: { ref: { from: "release" } } };
    expect(facts({ action: "edited", changes })).toEqual(PLANNED);
    expect(facts({ action: "synchronize" })).toEqual(PLANNED);
    expect(facts({ action: "checks_requested" })).toEqual(PLANNED);
  });

  test("is not where it changed the text alone, and neither passes the check nor drops a plan that waits", () => {
    const { check, group, ...runs } = facts({ action: "edited", changes: { title: { from: "Old" } } });
    expect(runs).toEqual({ plans: false, checks: false });
    expect(check).not.toBe("planned");
    expect(group).not.toBe("plan-skills-7");
  });
});
