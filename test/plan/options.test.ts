/** What a plan does with what its caller knows beside YAML, ledger and organisation, which are those of scenarios. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/model.ts";
import { changesOf } from "../../src/plan/changes.ts";
import type { PlanInputs } from "../../src/plan/plan.ts";
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

async function planWith(name: string, options: Partial<PlanInputs>): Promise<Plan> {
  const { desired, ledger, live, allow } = await read(name);
  return plan({ desired, ledger, live, allow, requestsPerMinute: 300, ...options }).plan;
}

test("whoever was taken out of the YAML and keeps skills through a group is named in a note", async () => {
  const { desired } = await read("kept-by-a-group");
  const [bob] = desired.users;
  const users = bob ? [bob, { ...bob, user: "ann@example.com" }] : [];
  const { notes } = await planWith("kept-by-a-group", { previous: () => ({ ...desired, users }) });
  expect(notes).toMatchObject([{ code: "KEPT_BY_GROUP", user: "ann@example.com", groups: ["Desk"] }]);
  expect((await planWith("kept-by-a-group", { previous: () => desired })).notes).toEqual([]);
});

describe("another target's ledger", () => {
  const ofThisOrganization = [{ target: "old", organization: "northmere", isInRepository: false }];

  test("of the same organisation refuses a plan without a ledger", async () => {
    const made = await planWith("no-ledger-only-adds", { otherLedgers: ofThisOrganization });
    expect(made.stages).toStrictEqual([]);
    expect(made.refusals).toStrictEqual([{ code: "OTHER_LEDGER", target: "old" }]);
  });

  test("of a target that is still there refuses a plan without a ledger, and that is no ledger to take over", async () => {
    const otherLedgers = [{ target: "old", organization: "northmere", isInRepository: true }];
    const made = await planWith("no-ledger-only-adds", { otherLedgers });
    expect(made.refusals).toStrictEqual([{ code: "SHARED_ORG", target: "old" }]);
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
      isInRepository: false,
    }));
    expect(await planWith("table-update", { otherLedgers })).toStrictEqual(
      await planWith("table-update", {}),
    );
  });
});

describe("an estimate", () => {
  test("removes nothing from possible members of a group that was not read", async () => {
    const made = await planWith("cause-membership", { isEstimate: true });
    expect(planLines(made).filter((line) => line.startsWith("- "))).toStrictEqual([]);
    expect(made.isEstimate).toBe(true);
  });

  test("takes away what no group is to have", async () => {
    const made = await planWith("table-remove", { isEstimate: true });
    expect(planLines(made)).toContain("- ann@example.com loses Billing, was 3 (edit)");
  });
});

describe("the YAML of the applied revision", () => {
  test("lets a removal point at the removed line", async () => {
    const { desired: previous } = await read("table-agree");
    const changes = await changesWith("table-remove", { previous: () => previous });
    expect(changes).toMatchObject([{ verb: "remove", source: previous.users[0]?.sources[0]?.source }]);
  });

  test("is not read where nothing is taken away", async () => {
    const previous = (): never => {
      throw new Error("It was asked for.");
    };
    expect(await changesWith("table-update", { previous })).toStrictEqual(
      await changesWith("table-update", {}),
    );
  });

  test("changes nothing where the YAML of today has a line", async () => {
    const { desired: previous } = await read("table-update-and-adopt");
    expect(await changesWith("table-update", { previous: () => previous })).toStrictEqual(
      await changesWith("table-update", {}),
    );
  });

  async function changesWith(name: string, options: Partial<PlanInputs>) {
    return changesOf(await planWith(name, options)).filter(({ subject }) => subject.kind === "user");
  }
});

describe("the cost", () => {
  test("counts a look before, gains in one request, each loss, and a look after", async () => {
    const { cost } = await planWith("order-gains-first", {});
    expect(cost).toStrictEqual({ requests: 4, seconds: 1 });
  });

  test.each(["table-update", "table-add"])("includes a read before every write (%s)", async (name) => {
    const { cost } = await planWith(name, {});
    expect(cost.requests).toBe(3);
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
