/** What a plan does with what its caller knows beside the three worlds; the worlds are those of scenarios. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/model.ts";
import type { PlanOptions } from "../../src/plan/plan.ts";
import { plan } from "../../src/plan/plan.ts";
import { planLines } from "./plan-lines.ts";
import type { Scenario } from "./scenario.ts";
import { readScenario } from "./scenario.ts";

const scenarios = new Map<string, Promise<Scenario>>();

/** Each is read once, so that two plans of one scenario name the same file. */
function read(name: string): Promise<Scenario> {
  const reading = scenarios.get(name) ?? readScenario(join(import.meta.dirname, "scenarios", `${name}.yaml`));
  scenarios.set(name, reading);
  return reading;
}

async function planWith(name: string, options: Partial<PlanOptions>): Promise<Plan> {
  const { desired, ledger, live, allow } = await read(name);
  return plan(desired, ledger, live, { allow, requestsPerMinute: 300, ...options });
}

describe("another target's ledger", () => {
  const renameCommand = "git branch -m ledger/old ledger/default";
  const ofThisOrganization = [{ target: "old", organization: "northmere", renameCommand }];

  test("of the same organisation refuses a plan without a ledger, and prints the command that renames it", async () => {
    const made = await planWith("no-ledger-only-adds", { otherLedgers: ofThisOrganization });
    expect(made.stages).toStrictEqual([]);
    expect(made.refusals).toStrictEqual([{ code: "OTHER_LEDGER", target: "old", renameCommand }]);
  });

  test("of the same organisation refuses a plan that has a ledger too", async () => {
    const made = await planWith("table-update", { otherLedgers: ofThisOrganization });
    expect(made.stages).toStrictEqual([]);
    expect(made.refusals).toStrictEqual([{ code: "SHARED_ORG", target: "old" }]);
  });

  test("is let through on purpose, and then the plan is made", async () => {
    const plain = await planWith("table-update", {});
    const made = await planWith("table-update", {
      otherLedgers: ofThisOrganization,
      allow: new Set(["SHARED_ORG"]),
    });
    expect(made.stages).toStrictEqual(plain.stages);
    expect(made.allowed).toStrictEqual([{ code: "SHARED_ORG", target: "old" }]);
  });

  test("of another organisation, or one that can't be read, says nothing", async () => {
    const otherLedgers = ["southmere", null].map((organization) => ({
      target: "old",
      organization,
      renameCommand,
    }));
    expect(await planWith("table-update", { otherLedgers })).toStrictEqual(
      await planWith("table-update", {}),
    );
  });
});

describe("an estimate", () => {
  test("takes nothing from who may be in a group, since nobody asked who is", async () => {
    const made = await planWith("cause-membership", { isEstimate: true });
    expect(planLines(made).filter((line) => line.startsWith("- "))).toStrictEqual([]);
    expect(made.isEstimate).toBe(true);
  });

  test("takes away what no group is to have", async () => {
    const made = await planWith("table-remove", { isEstimate: true });
    expect(planLines(made)).toContain("- ann@example.com loses Billing, was 3 (edit, unnamed)");
  });
});

describe("the YAML of the ledger's revision", () => {
  test("lets a removal point at the line that used to ask for it", async () => {
    const { desired: former } = await read("table-agree");
    const changes = await changesOf("table-remove", { former });
    expect(changes).toMatchObject([{ kind: "lose", origin: former.users[0]?.wishes[0]?.origin }]);
  });

  test("changes nothing where the YAML of today has a line", async () => {
    const { desired: former } = await read("table-update-and-adopt");
    expect(await changesOf("table-update", { former })).toStrictEqual(await changesOf("table-update", {}));
  });

  async function changesOf(name: string, options: Partial<PlanOptions>) {
    const made = await planWith(name, options);
    return made.stages
      .flat()
      .flatMap((operation) => (operation.kind === "update-user" ? operation.changes : []));
  }
});

describe("a run that died", () => {
  test("is mentioned with what it left undone", async () => {
    const made = await planWith("table-update", { unfinished: { run: "run-7", count: 2 } });
    expect(made.notes).toContainEqual({ code: "UNFINISHED", run: "run-7", count: 2 });
  });

  test("is not mentioned where it left nothing", async () => {
    const made = await planWith("table-update", { unfinished: { run: "run-7", count: 0 } });
    expect(made).toStrictEqual(await planWith("table-update", {}));
  });
});

describe("the cost", () => {
  test("counts a look before, gains in one request, each loss, and a look after", async () => {
    const { cost } = await planWith("order-gains-first", {});
    expect(cost).toStrictEqual({ requests: 4, seconds: 1 });
  });

  test("needs a look before where a proficiency is overwritten", async () => {
    const { cost } = await planWith("table-update", {});
    expect(cost.requests).toBe(3);
  });

  test("needs no look before where there are only gains", async () => {
    const { cost } = await planWith("table-add", {});
    expect(cost.requests).toBe(2);
  });

  test("is in seconds at the rate limit, rounded up", async () => {
    const { cost } = await planWith("order-gains-first", { requestsPerMinute: 7 });
    expect(cost.seconds).toBe(35);
  });

  test("of nothing is nothing", async () => {
    const { cost } = await planWith("table-agree", {});
    expect(cost).toStrictEqual({ requests: 0, seconds: 0 });
  });
});
