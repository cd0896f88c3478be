import { describe, expect, test } from "vitest";
import { isComplete } from "../../src/apply/outcome.ts";
import type { Operation } from "../../src/model.ts";
import type { SandboxDialect, Sandbox } from "../../src/sandbox/sandbox.ts";
import { startLine } from "../support/line.ts";
import { skillsOf, writesOf } from "../support/organisation.ts";
import { reasonsOf } from "../support/outcomes.ts";
import type { Planner } from "./plans.ts";
import { setStage } from "./plans.ts";

interface Loss {
  readonly planned: (planner: Planner) => Operation;
  readonly dialect?: SandboxDialect;
  /** The beginning of "METHOD /path" of the requests whose answers are lost. */
  readonly on: string;
  /** How many answers are lost; default 1. */
  readonly times?: number;
  /** What others do after each lost answer. */
  readonly meanwhile?: (sandbox: Sandbox) => void;
  readonly stop?: AbortSignal;
}

/** An apply that loses answers after the plan was made. */
async function applyWith({ planned, dialect = "cloud", on, times = 1, meanwhile, stop }: Loss) {
  let left = times;
  const stage = await setStage({
    dialect,
    via: (sandbox) =>
      startLine(sandbox, (request) => {
        const isLost = request.startsWith(on) && left-- > 0;
        if (isLost) meanwhile?.(sandbox);
        return isLost;
      }),
  });
  const { report, lines } = await stage.apply([[planned(stage)]], stop ? { stop } : {});
  const sent = writesOf(stage.sandbox).map(({ method }) => method);
  return { sandbox: stage.sandbox, report, lines, sent };
}

const PATCH = "PATCH /api/v2/users/";

describe("gains whose answer is lost", () => {
  const planned = ({ user }: Planner) => user("dora@example.com", { skill: "Billing", after: 1 });

  test("are done if live shows them, and not sent again", async () => {
    const { sandbox, report, lines, sent } = await applyWith({ planned, on: PATCH });
    expect(lines).toEqual(["dora@example.com billing: done"]);
    expect(report.notVisible).toEqual([]);
    expect(sent).toEqual(["PATCH"]);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1 });
  });

  test("leave a later manual change", async () => {
    const meanwhile = ({ manualEdits: hand }: Sandbox) => hand.assign("dora@example.com", "Billing", 5);
    const { sandbox, lines, sent } = await applyWith({ planned, on: PATCH, meanwhile });
    expect(lines).toEqual(["dora@example.com billing: changed-since-plan"]);
    expect(sent).toEqual(["PATCH"]);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 5 });
  });

  test("are sent again if live doesn't show them", async () => {
    const meanwhile = ({ manualEdits: hand }: Sandbox) => hand.unassign("dora@example.com", "Billing");
    const { sandbox, lines, sent } = await applyWith({ planned, on: PATCH, meanwhile });
    expect(lines).toEqual(["dora@example.com billing: done"]);
    expect(sent).toEqual(["PATCH", "PATCH"]);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1 });
  });

  test("aren't sent again after the apply was stopped", async () => {
    const stop = new AbortController();
    const meanwhile = ({ manualEdits: hand }: Sandbox) => {
      hand.unassign("dora@example.com", "Billing");
      stop.abort();
    };
    const { lines, sent } = await applyWith({ planned, on: PATCH, meanwhile, stop: stop.signal });
    // A change that can't be seen never counts as not done.
    expect(lines).toEqual(["dora@example.com billing: unsettled"]);
    expect(sent).toEqual(["PATCH"]);
  });

  test("are unsettled if they can't be read", async () => {
    const meanwhile = ({ faults }: Sandbox) =>
      faults.set({ serverError: { every: 1, on: "GET /api/v2/users/" }, serverErrorStatus: 500 });
    const { report, lines } = await applyWith({ planned, on: PATCH, meanwhile });
    expect(lines).toEqual(["dora@example.com billing: unsettled"]);
    expect(reasonsOf(report)).toEqual([
      expect.stringMatching(/bulk: ECONN.*the result could not be read: GET.*500/),
    ]);
  });
});

describe("a changed proficiency whose answer is lost", () => {
  const planned = ({ user }: Planner) => user("ann@example.com", { skill: "Billing", before: 3, after: 4 });

  test("is done if live shows it", async () => {
    const { lines, sent } = await applyWith({ planned, on: PATCH });
    expect(lines).toEqual(["ann@example.com billing: done"]);
    expect(sent).toEqual(["PATCH"]);
  });

  test.each([
    ["another value", { Billing: 2, Sales: 2 }],
    ["nothing", { Sales: 2 }],
  ])("keeps %s that somebody has set since", async (_, held) => {
    const meanwhile = ({ manualEdits: hand }: Sandbox) => {
      if ("Billing" in held) hand.assign("ann@example.com", "Billing", held.Billing);
      else hand.unassign("ann@example.com", "Billing");
    };
    const { sandbox, lines } = await applyWith({ planned, on: PATCH, meanwhile });
    expect(lines).toEqual(["ann@example.com billing: changed-since-plan"]);
    expect(skillsOf(sandbox, "ann@example.com")).toEqual(held);
  });
});

describe("a loss whose answer is lost", () => {
  test("is sent again, and counts as done if the skill is gone", async () => {
    const planned = ({ user }: Planner) =>
      user("bob@example.com", { skill: "Complaints", before: 5, after: null });
    const { sandbox, lines, sent } = await applyWith({ planned, on: "DELETE /api/v2/users/", times: 2 });
    expect(lines).toContain("bob@example.com complaints: done");
    expect(sent.filter((method) => method === "DELETE")).toHaveLength(3);
    expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Billing: 1 });
  });
});

describe("a skill's fields whose answer is lost", () => {
  const planned = ({ texts }: Planner) =>
    texts("Billing", { description: ["Bills", "Invoices and refunds"] });
  const on = "PUT /api/v2/routing/skills/";
  const descriptionOf = (sandbox: Sandbox) =>
    sandbox.snapshot().skills.find(({ name }) => name === "Billing")?.description;

  test("are done if live shows them", async () => {
    const { lines, sent } = await applyWith({ planned, dialect: "profiles", on });
    expect(lines).toEqual(["billing description: done"]);
    expect(sent).toEqual(["PUT"]);
  });

  test("leave a later manual text", async () => {
    const meanwhile = ({ manualEdits: hand }: Sandbox) => hand.describeSkill("Billing", "Somebody's words");
    const { sandbox, lines } = await applyWith({ planned, dialect: "profiles", on, meanwhile });
    expect(lines).toEqual(["billing description: changed-since-plan"]);
    expect(descriptionOf(sandbox)).toBe("Somebody's words");
  });
});

describe("a profile whose answer is lost", () => {
  const planned = ({ profile }: Planner) => profile("Support", [{ skill: "Billing", after: true }]);
  const on = "PUT /api/v2/routing/profiles/";

  test("is done if live shows it, and later manual entries stay", async () => {
    const meanwhile = ({ manualEdits: hand }: Sandbox) =>
      hand.setProfileSkills("Support", ["Billing", "Complaints", "Sales"]);
    const { sandbox, report, sent } = await applyWith({ planned, dialect: "profiles", on, meanwhile });
    expect(isComplete(report)).toBe(true);
    expect(sent).toEqual(["PUT"]);
    expect(sandbox.snapshot().profiles[0]?.skills).toEqual(["Billing", "Complaints", "Sales"]);
  });

  test("is merged again if it was undone", async () => {
    const meanwhile = ({ manualEdits: hand }: Sandbox) =>
      hand.setProfileSkills("Support", ["Complaints", "Sales"]);
    const { sandbox, report, sent } = await applyWith({ planned, dialect: "profiles", on, meanwhile });
    expect(isComplete(report)).toBe(true);
    expect(sent).toEqual(["PUT", "PUT"]);
    expect(sandbox.snapshot().profiles[0]?.skills).toEqual(["Billing", "Complaints", "Sales"]);
  });
});
