/** Every file in scenarios/ is one story with the plan that a person expects of it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/model.ts";
import { formatPlanFile } from "../../src/plan/file.ts";
import { ledgerAfter } from "../../src/plan/after/ledger-after.ts";
import { plan } from "../../src/plan/plan.ts";
import { applyInMemory } from "./apply-in-memory.ts";
import { holdingLines, planLines } from "./plan-lines.ts";
import { schemaErrors } from "./plan-schema.ts";
import type { Scenario } from "./scenario.ts";
import { readScenario } from "./scenario.ts";

const FOLDER = join(import.meta.dirname, "scenarios");

const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

describe.each(files.map((name) => name.replace(/\.yaml$/u, "")))("%s", (name) => {
  let reading: Promise<Scenario> | undefined;
  const read = (): Promise<Scenario> => (reading ??= readScenario(join(FOLDER, `${name}.yaml`)));

  test("plans what the story says", async () => {
    const scenario = await read();
    expect(planLines(planOf(scenario)).join("\n")).toBe(scenario.plan.join("\n"));
  });

  test("makes the same plan file twice, which fits the schema and reads back as it was", async () => {
    const scenario = await read();
    const made = planOf(scenario);
    const text = formatPlanFile(made);
    const parsed: unknown = JSON.parse(text);
    expect(formatPlanFile(planOf(scenario))).toBe(text);
    expect(schemaErrors(parsed)).toStrictEqual([]);
    expect(parsed).toStrictEqual(made);
  });

  test("leaves nothing to do once it is applied", async () => {
    const scenario = await read();
    const made = planOf(scenario);
    if (made.refusals.length > 0) return;
    const { live, done, createdIds } = applyInMemory(made, scenario.live);
    const isDone = (fingerprint: string): boolean => done.has(fingerprint);
    const ledger = ledgerAfter(made, scenario, { revision: null, isDone, createdIds });
    if (scenario.holdings) expect(holdingLines(live, ledger)).toStrictEqual(scenario.holdings);
    const again = plan(scenario.desired, ledger, live, optionsOf(scenario));
    if (scenario.afterwards) {
      expect(planLines(again).join("\n")).toBe(scenario.afterwards.join("\n"));
    } else {
      expect({ stages: again.stages, refusals: again.refusals }).toStrictEqual({ stages: [], refusals: [] });
    }
  });
});

function planOf(scenario: Scenario): Plan {
  return plan(scenario.desired, scenario.ledger, scenario.live, optionsOf(scenario));
}

function optionsOf({ allow }: Scenario): { allow: ReadonlySet<string>; requestsPerMinute: number } {
  return { allow, requestsPerMinute: 300 };
}
