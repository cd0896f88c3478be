import { join } from "node:path";
import { expect, test } from "vitest";
import { formatPlanFile, parsePlanFile } from "../../src/plan/file.ts";
import { plan } from "../../src/plan/plan.ts";
import { Failure } from "../../src/problem.ts";
import { PLAN_SCHEMA } from "./plan-schema.ts";
import { readScenario } from "./scenario.ts";

const EXAMPLES = ["whole-world", "profile-spelling-and-description", "guard-removals-above-the-share"];

test.each(EXAMPLES)("A plan file reads back as the plan it was written from (%s).", async (name) => {
  const { made, text } = await planFile(name);
  expect(parsePlanFile(text, "plan.json", PLAN_SCHEMA)).toStrictEqual(made);
});

test("A plan of another version is refused, with any content.", () => {
  expect(codesOf(`{"version":1}`)).toStrictEqual(["PLAN_VERSION"]);
});

test("What is no JSON, no object or no plan is refused.", () => {
  for (const text of ["", "{", "null", "[]", "3", "{}", `{"version":2}`]) {
    expect(codesOf(text)).toStrictEqual(["NOT_A_PLAN"]);
  }
});

test("A plan with a field too many, or an operation of an unknown kind, is refused.", async () => {
  const { made } = await planFile("whole-world");
  expect(codesOf(JSON.stringify({ ...made, approved: true }))).toStrictEqual(["NOT_A_PLAN"]);
  expect(codesOf(JSON.stringify({ ...made, stages: [[{ kind: "drop" }]] }))).toStrictEqual(["NOT_A_PLAN"]);
});

async function planFile(name: string) {
  const { desired, ledger, live, allow } = await readScenario(
    join(import.meta.dirname, "scenarios", `${name}.yaml`),
  );
  const made = plan({ desired, ledger, live, allow, requestsPerMinute: 300 }).plan;
  return { made, text: formatPlanFile(made) };
}

function codesOf(text: string): string[] {
  try {
    parsePlanFile(text, "plan.json", PLAN_SCHEMA);
    return [];
  } catch (error) {
    if (error instanceof Failure) return error.problems.map(({ code }) => code);
    throw error;
  }
}
