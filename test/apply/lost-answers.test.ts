import { describe, expect, test } from "vitest";
import { isComplete } from "../../src/apply/outcome.ts";
import type { Dialect } from "../../src/model.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startLine } from "../support/line.ts";
import { skillsOf, startOrganisation, writesOf } from "../support/organisation.ts";
import { outcomeLines, reasonsOf } from "../support/outcomes.ts";
import { makeRepository } from "../support/repository.ts";
import { ledgerOf, openSession } from "../support/session.ts";

interface Loss {
  readonly yaml: string;
  readonly dialect?: Dialect;
  /** What of the organisation is ours from before. */
  readonly ours?: Parameters<typeof ledgerOf>[1];
  /** The beginning of "METHOD /path" whose answers are lost. */
  readonly on: string;
  /** How many of them; default 1. */
  readonly times?: number;
  /** What happens by hand between a loss and whatever comes next. */
  readonly meanwhile?: (sandbox: Sandbox) => void;
  readonly stop?: AbortSignal;
}

/** An apply on whose line answers are lost once the plan is made. */
async function applyWith({ yaml, dialect = "cloud", ours, on, times = 1, meanwhile, stop }: Loss) {
  const sandbox = await startOrganisation({ dialect });
  let left = times;
  const line = await startLine(sandbox, (request) => {
    const isLost = request.startsWith(on) && left-- > 0;
    if (isLost) meanwhile?.(sandbox);
    return isLost;
  });
  const { dir } = await makeRepository({ "a.yaml": yaml });
  const session = await openSession(line, dir, ours ? ledgerOf(sandbox, ours) : null);
  const report = await session.apply(await session.plan(), stop ? { stop } : {});
  const sent = writesOf(sandbox).map(({ method }) => method);
  return { sandbox, report, lines: outcomeLines(report), sent };
}

const PATCH = "PATCH /api/v2/users/";

describe("gains whose answer is lost", () => {
  const yaml = "- { name: Billing, assign_to_users: [dora@example.com] }";

  test("are done where they are there, and not sent again", async () => {
    const { sandbox, report, lines, sent } = await applyWith({ yaml, on: PATCH });
    expect(lines).toEqual(["dora@example.com billing: done"]);
    expect(report.notVisible).toEqual([]);
    expect(sent).toEqual(["PATCH"]);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1 });
  });

  test("leave what somebody has changed since", async () => {
    const meanwhile = ({ hand }: Sandbox) => hand.assign("dora@example.com", "Billing", 5);
    const { sandbox, lines, sent } = await applyWith({ yaml, on: PATCH, meanwhile });
    expect(lines).toEqual(["dora@example.com billing: moved"]);
    expect(sent).toEqual(["PATCH"]);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 5 });
  });

  test("are sent again where they aren't there", async () => {
    const meanwhile = ({ hand }: Sandbox) => hand.unassign("dora@example.com", "Billing");
    const { sandbox, lines, sent } = await applyWith({ yaml, on: PATCH, meanwhile });
    expect(lines).toEqual(["dora@example.com billing: done"]);
    expect(sent).toEqual(["PATCH", "PATCH"]);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1 });
  });

  test("aren't sent again once the apply is stopped", async () => {
    const stop = new AbortController();
    const meanwhile = ({ hand }: Sandbox) => {
      hand.unassign("dora@example.com", "Billing");
      stop.abort();
    };
    const { lines, sent } = await applyWith({ yaml, on: PATCH, meanwhile, stop: stop.signal });
    expect(lines).toEqual(["dora@example.com billing: stopped"]);
    expect(sent).toEqual(["PATCH"]);
  });

  test("fail where nobody can look, and the next run finds them done", async () => {
    const meanwhile = ({ faults }: Sandbox) =>
      faults.set({ serverError: { every: 1, on: "GET /api/v2/users/" }, serverErrorStatus: 500 });
    const { report } = await applyWith({ yaml, on: PATCH, meanwhile });
    expect(reasonsOf(report)).toEqual([
      expect.stringMatching(/bulk: ECONN.*could not be found out: GET.*500/),
    ]);
  });
});

describe("a changed proficiency whose answer is lost", () => {
  const yaml = "- { name: Billing, assign_to_users: [{ user: ann@example.com, proficiency: 4 }] }";
  const ours = { skills: ["Billing"], users: ["ann@example.com"] };

  test("is done where it is there", async () => {
    const { lines, sent } = await applyWith({ yaml, ours, on: PATCH });
    expect(lines).toEqual(["ann@example.com billing: done"]);
    expect(sent).toEqual(["PATCH"]);
  });

  test.each([
    ["another value", { Billing: 2, Sales: 2 }],
    ["nothing", { Sales: 2 }],
  ])("leaves %s that somebody has set since", async (_, held) => {
    const meanwhile = ({ hand }: Sandbox) => {
      if ("Billing" in held) hand.assign("ann@example.com", "Billing", held.Billing);
      else hand.unassign("ann@example.com", "Billing");
    };
    const { sandbox, lines } = await applyWith({ yaml, ours, on: PATCH, meanwhile });
    expect(lines).toEqual(["ann@example.com billing: moved"]);
    expect(skillsOf(sandbox, "ann@example.com")).toEqual(held);
  });
});

describe("a loss whose answer is lost", () => {
  test("is sent again, and not there is done", async () => {
    const yaml = "- { name: Complaints, assign_to_users: [dora@example.com] }";
    const ours = { skills: ["Complaints"], users: ["bob@example.com"] };
    const { sandbox, lines, sent } = await applyWith({ yaml, ours, on: "DELETE /api/v2/users/", times: 2 });
    expect(lines).toContain("bob@example.com complaints: done");
    expect(sent.filter((method) => method === "DELETE")).toHaveLength(3);
    expect(skillsOf(sandbox, "bob@example.com")).toEqual({ Billing: 1 });
  });
});

describe("a skill's fields whose answer is lost", () => {
  const yaml = "- { name: Billing, description: Invoices and refunds }";
  const on = "PUT /api/v2/routing/skills/";
  const descriptionOf = (sandbox: Sandbox) =>
    sandbox.snapshot().skills.find(({ name }) => name === "Billing")?.description;

  test("are done where they are there", async () => {
    const { lines, sent } = await applyWith({ yaml, dialect: "profiles", on });
    expect(lines).toEqual(["billing description: done"]);
    expect(sent).toEqual(["PUT"]);
  });

  test("leave what somebody wrote since", async () => {
    const meanwhile = ({ hand }: Sandbox) => hand.describeSkill("Billing", "Somebody's words");
    const { sandbox, lines } = await applyWith({ yaml, dialect: "profiles", on, meanwhile });
    expect(lines).toEqual(["billing description: moved"]);
    expect(descriptionOf(sandbox)).toBe("Somebody's words");
  });
});

describe("a profile whose answer is lost", () => {
  const yaml = "{ skills: [name: Billing], profiles: [{ name: Support, skills: [Billing] }] }";
  const on = "PUT /api/v2/routing/profiles/";

  test("is done where it is there, and what somebody gave it since stays", async () => {
    const meanwhile = ({ hand }: Sandbox) =>
      hand.setProfileSkills("Support", ["Billing", "Complaints", "Sales"]);
    const { sandbox, report, sent } = await applyWith({ yaml, dialect: "profiles", on, meanwhile });
    expect(isComplete(report)).toBe(true);
    expect(sent).toEqual(["PUT"]);
    expect(sandbox.snapshot().profiles[0]?.skills).toEqual(["Billing", "Complaints", "Sales"]);
  });

  test("is merged anew where somebody has undone it", async () => {
    const meanwhile = ({ hand }: Sandbox) => hand.setProfileSkills("Support", ["Sales"]);
    const { sandbox, report, sent } = await applyWith({ yaml, dialect: "profiles", on, meanwhile });
    expect(isComplete(report)).toBe(true);
    expect(sent).toEqual(["PUT", "PUT"]);
    expect(sandbox.snapshot().profiles[0]?.skills).toEqual(["Billing", "Sales"]);
  });
});
