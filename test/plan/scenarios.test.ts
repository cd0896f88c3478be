/** Every file in scenarios/ is one story with the plan that a person expects of it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/model.ts";
import { foldLedger } from "../../src/plan/delta.ts";
import { formatPlanFile } from "../../src/plan/file.ts";
import type { Planned, PlanInputs } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";
import { applyInMemory, settlementOf } from "./apply-in-memory.ts";
import { checkOrder } from "./lives/plan-invariants.ts";
import { randomOf } from "./lives/random.ts";
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
    expect(planLines(planFile(scenario)).join("\n")).toBe(scenario.plan.join("\n"));
  });

  test("makes the same plan file twice, which fits the schema and reads back as it was", async () => {
    const scenario = await read();
    const made = planFile(scenario);
    const text = formatPlanFile(made);
    const parsed: unknown = JSON.parse(text);
    expect(formatPlanFile(planFile(scenario))).toBe(text);
    expect(schemaErrors(parsed)).toStrictEqual([]);
    expect(parsed).toStrictEqual(made);
  });

  test("makes the same plan for any order of lists", async () => {
    const inputs = inputsOf(await read());
    expect(checkOrder(plan(inputs), inputs, randomOf(7))).toStrictEqual([]);
  });

  test("leaves nothing to do once it is applied", async () => {
    const scenario = await read();
    const first = planOf(scenario);
    if (first.plan.refusals.length > 0) return;
    let made = first;
    let { live } = scenario;
    for (let round = 0; round < 3; round++) {
      const applied = applyInMemory(made.plan, live);
      const ledger = foldLedger(made.delta, settlementOf(applied));
      if (round === 0 && scenario.holdings)
        expect(holdingLines(applied.live, ledger)).toStrictEqual(scenario.holdings);
      live = applied.live;
      made = planOf(scenario, ledger, live);
      if (round === 0 && scenario.afterwards)
        expect(planLines(made.plan).join("\n")).toBe(scenario.afterwards.join("\n"));
      if (round === 0 && scenario.afterwards) continue;
      const { stages, refusals } = made.plan;
      expect({ lines: planLines({ ...made.plan, notes: [], allowed: [] }), stages, refusals }).toMatchObject({
        stages: [],
        refusals: [],
      });
      // Once the last writes are seen, no apply that does nothing changes the ledger.
      if (round > (scenario.afterwards ? 1 : 0))
        expect(foldLedger(made.delta, settlementOf(applied))).toStrictEqual(ledger);
    }
  });
});

function planOf(scenario: Scenario, ledger = scenario.ledger, live = scenario.live): Planned {
  return plan({ ...inputsOf(scenario), ledger, live });
}

function inputsOf({ attempted, ...scenario }: Scenario): PlanInputs {
  const { desired, ledger, live, allow, readsMayBeOld, day } = scenario;
  return {
    ...{ desired, ledger, live, allow, readsMayBeOld, day },
    ...{ requestsPerMinute: 300, ...(attempted && { attempted }) },
  };
}

function planFile(scenario: Scenario): Plan {
  return planOf(scenario).plan;
}
