/** What fails in a rename: nobody gives up the old skill for it, and it is not deleted before everybody has the new one. */
import { describe, expect, test } from "vitest";
import type { Sandbox, Seed } from "../../../src/sandbox/sandbox.ts";
import { desiredOf } from "../../apply/runs.ts";
import type { Centre } from "../../support/centre.ts";
import { openCentre, oursIn } from "../../support/centre.ts";
import { skillsOf, startOrganisation } from "../../support/organisation.ts";
import { outcomeLines } from "../../support/outcomes.ts";
import type { Ran } from "../../support/run-once.ts";
import { runOnce } from "../../support/run-once.ts";

const OTHERS = Array.from({ length: 49 }, (_, index) => `Other ${index + 1}`);

/** Bob was given the skill manually, and has 49 others: there is no room for a new one beside it. */
const SEED: Seed = {
  organization: { id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001", name: "Contact Centre" },
  skills: ["Invoices", ...OTHERS].map((name) => ({ name })),
  users: [
    { name: "Ann Lee", email: "ann@example.com", skills: { Invoices: 3 } },
    {
      ...{ name: "Bob Ray", email: "bob@example.com" },
      skills: { Invoices: 2, ...Object.fromEntries(OTHERS.map((name) => [name, 1] as const)) },
    },
  ],
};

const FIRST = "skills:\n  - { name: Invoices, assign_to_users: [ann@example.com] }\n";
const RENAMED =
  "skills:\n  - { name: Billing, previously: [Invoices], assign_to_users: [ann@example.com] }\n";

async function opened(): Promise<Centre> {
  const centre = openCentre(await startOrganisation({ dialect: "cloud", seed: SEED }));
  await runOnce(centre, await desiredOf(FIRST));
  return centre;
}

async function rename(centre: Centre, faults: Parameters<Sandbox["faults"]["set"]>[0] = {}): Promise<Ran> {
  centre.sandbox.faults.set(faults);
  const ran = await runOnce(centre, await desiredOf(RENAMED), { allow: ["SKILL_REPLACE"] });
  centre.sandbox.faults.clear();
  return ran;
}

function linesOf({ report, plan }: Ran): string[] {
  return report ? outcomeLines(report, plan) : [];
}

/** The skill that is missing, for each change that waits for one. */
function neededBy({ report }: Ran): string[] {
  const changes = report?.outcomes.flatMap((outcome) => outcome.changes) ?? [];
  return changes.flatMap((change) =>
    change.result === "skipped" && change.why.kind === "dependency" ? change.why.on : [],
  );
}

function expectRenamed({ sandbox, store }: Centre): void {
  expect(skillsOf(sandbox, "ann@example.com")).toEqual({ Billing: 3 });
  expect(skillsOf(sandbox, "bob@example.com")).toMatchObject({ Billing: 2 });
  expect(sandbox.snapshot().skills.map(({ name }) => name)).not.toContain("Invoices");
  expect(oursIn({ sandbox, store }).replacements).toEqual([]);
}

describe("a rename of which something fails", () => {
  test("keeps the old skill if the new one can't be created", async () => {
    const centre = await opened();
    const ran = await rename(centre, {
      serverError: { every: 1, on: "POST /api/v2/routing/skills" },
      serverErrorStatus: 500,
    });
    expect(linesOf(ran)).toEqual([
      "ann@example.com billing: dependency",
      "bob@example.com billing: dependency",
      "bob@example.com invoices: dependency",
      "create billing: unsettled",
      "delete invoices: dependency",
    ]);
    expect(neededBy(ran)).toEqual(["new:billing", "new:billing", "new:billing", "new:billing"]);
    expect(skillsOf(centre.sandbox, "bob@example.com")).toMatchObject({ Invoices: 2 });
    await rename(centre);
    expectRenamed(centre);
  });

  test("keeps the old skill while somebody who gave it up couldn't be given the new one", async () => {
    const centre = await opened();
    const bob = centre.sandbox.manualEdits.userId("bob@example.com");
    const ran = await rename(centre, {
      serverError: { every: 1, on: `PATCH /api/v2/users/${bob}` },
      serverErrorStatus: 500,
    });
    expect(linesOf(ran)).toContain("bob@example.com billing: unsettled");
    expect(linesOf(ran)).toContain("delete invoices: dependency");
    await rename(centre);
    expectRenamed(centre);
  });

  test("is finished though Genesys leaves out the skills of some users in its lists", async () => {
    const centre = await opened();
    const ran = await rename(centre, { missingExpand: 2 });
    expect(linesOf(ran)).toContain("delete invoices: done");
    expectRenamed(centre);
  });
});

describe("a merge of which a routing profile's part fails", () => {
  const MERGED = "skills:\n  - { name: Billing, previously: [Invoices, Refunds] }\n";

  test("keeps the old skill, which a profile that no YAML names has manually, until that has the new one", async () => {
    const skills = [{ name: "Invoices" }, { name: "Refunds" }];
    const seed: Seed = { skills, profiles: [{ name: "Archive", skills: ["Invoices"] }] };
    const centre = openCentre(await startOrganisation({ dialect: "profiles", seed }));
    await runOnce(centre, await desiredOf("skills: [{ name: Invoices }, { name: Refunds }]\n"));
    centre.sandbox.faults.set({ serverError: { every: 1, on: "PUT /api/v2/routing/profiles" } });
    const failing = await runOnce(centre, await desiredOf(MERGED), { allow: ["SKILL_REPLACE"] });
    expect(linesOf(failing)).toEqual([
      "archive billing: unsettled",
      "billing name: done",
      "delete invoices: dependency",
    ]);
    centre.sandbox.faults.clear();
    await runOnce(centre, await desiredOf(MERGED), { allow: ["SKILL_REPLACE"] });
    const { skills: left, profiles } = centre.sandbox.snapshot();
    expect(left.map(({ name }) => name)).toEqual(["Billing"]);
    expect(profiles.map(({ skills }) => skills)).toEqual([["Billing"]]);
    expect(oursIn(centre).profiles).toEqual([]);
  });
});
