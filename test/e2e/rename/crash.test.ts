/** A rename or a delete that dies at any of its requests is finished by the next run: nobody is lost, nothing is doubled. */
import { describe, expect, test } from "vitest";
import type { Desired } from "../../../src/model.ts";
import type { SandboxDialect, Sandbox, Seed } from "../../../src/sandbox/sandbox.ts";
import { desiredOf } from "../../apply/runs.ts";
import type { Centre, Prepared } from "../../support/centre.ts";
import { oursIn, prepareCentre } from "../../support/centre.ts";
import { assignmentsOf } from "../../support/organisation.ts";
import type { RunOptions } from "../../support/run-once.ts";
import { runOnce } from "../../support/run-once.ts";

/** Ann and Dora hold what the YAML gives them; Bob and Cleo were given theirs by hand. */
const SEED: Seed = {
  organization: { id: "0e1c3a52-58a8-4c2f-9a39-8f6b54d1c001", name: "Contact Centre" },
  skills: [{ name: "Invoices" }, { name: "Refunds" }, { name: "Sales" }],
  users: [
    { name: "Ann Lee", email: "ann@example.com", skills: { Invoices: 3, Refunds: 5, Sales: 2 } },
    { name: "Bob Ray", email: "bob@example.com", skills: { Invoices: 2 } },
    { name: "Cleo Fox", email: "cleo@example.com", skills: { Invoices: 1, Refunds: 4 } },
    { name: "Dora Kim", email: "dora@example.com", skills: { Refunds: 1 } },
    { name: "Emma Ott", email: "emma@example.com" },
  ],
  profiles: [{ name: "Front Line", skills: ["Invoices", "Refunds"] }],
};

const PROFILE = `
profiles:
  - name: Front Line
    skills: `;

const FIRST = `
skills:
  - { name: Invoices, assign_to_users: [ann@example.com] }
  - { name: Refunds, assign_to_users: [ann@example.com, dora@example.com] }
${PROFILE}[Invoices, Refunds]
`;

interface Story {
  readonly title: string;
  readonly dialects: readonly SandboxDialect[];
  /** Applied whole, one after the other, while a flow refers to Invoices. */
  readonly before?: readonly string[];
  /** What is applied while the organisation dies. */
  readonly yaml: string;
  /** What has to be allowed anew by whoever mends it; a rename is not asked about twice. */
  readonly allow?: readonly string[];
  /** Every assignment in the end, with what Emma was given manually after the crash. */
  readonly end: readonly string[];
}

const RENAMED = `
skills:
  - { name: Billing, previously: [Invoices], assign_to_users: [ann@example.com] }
  - { name: Refunds, assign_to_users: [ann@example.com, dora@example.com] }
${PROFILE}[Billing, Refunds]
`;

const SALES = "ann@example.com Sales 2";
const REFUNDS = ["ann@example.com Refunds 5", "cleo@example.com Refunds 4", "dora@example.com Refunds 1"];

function holdersOf(name: string): string[] {
  return [`ann@example.com ${name} 3`, `bob@example.com ${name} 2`, `cleo@example.com ${name} 1`];
}

const STORIES: readonly Story[] = [
  {
    title: "a rename",
    dialects: ["cloud", "profiles"],
    yaml: RENAMED,
    end: [...holdersOf("Billing"), ...REFUNDS, SALES, "emma@example.com Billing 4"],
  },
  {
    title: "a merge of two skills into one",
    dialects: ["cloud", "profiles"],
    yaml: `
skills:
  - name: Billing
    previously: [Invoices, Refunds]
    assign_to_users: [ann@example.com, dora@example.com]
${PROFILE}[Billing]
`,
    end: [
      ...["ann@example.com Billing 5", "bob@example.com Billing 2", "cleo@example.com Billing 4"],
      ...["dora@example.com Billing 1", SALES, "emma@example.com Billing 4"],
    ],
  },
  {
    title: "a rename that goes on from one that waited",
    dialects: ["cloud"],
    before: [RENAMED],
    yaml: `
skills:
  - { name: Bills, previously: [Billing], assign_to_users: [ann@example.com] }
  - { name: Refunds, assign_to_users: [ann@example.com, dora@example.com] }
${PROFILE}[Bills, Refunds]
`,
    end: [...holdersOf("Bills"), ...REFUNDS, SALES, "emma@example.com Bills 4"],
  },
  {
    title: "a rename back of one that waited",
    dialects: ["cloud"],
    before: [RENAMED],
    yaml: FIRST.replace("Invoices, assign", "Invoices, previously: [Billing], assign"),
    end: [...holdersOf("Invoices"), ...REFUNDS, SALES, "emma@example.com Invoices 4"],
  },
  {
    title: "a delete",
    dialects: ["cloud", "profiles"],
    yaml: `
skills:
  - { name: Refunds, assign_to_users: [ann@example.com, dora@example.com] }
${PROFILE}[Refunds]
`,
    allow: ["SKILL_DELETE", "TOO_MANY_REMOVALS"],
    end: [...REFUNDS, SALES],
  },
];

const CASES = STORIES.flatMap((story) => story.dialects.map((dialect) => ({ ...story, dialect })));

describe.each(CASES)("$title ($dialect)", (story) => {
  test("is finished by the next run, wherever it died, recorded or not", async () => {
    const desired = await desiredOf(story.yaml);
    const prepared = await prepare(story);
    const whole = await prepared.open();
    let requests = 0;
    await runOnce(whole, desired, {
      allow: ["SKILL_REPLACE", "SKILL_DELETE", "TOO_MANY_REMOVALS"],
      beforeApply: () => {
        const begin = whole.sandbox.requests.length;
        return () => {
          requests = whole.sandbox.requests.length - begin;
        };
      },
    });
    expect(requests).toBeGreaterThan(2);

    for (let request = 1; request <= requests; request++) {
      const centre = await prepared.open();
      const where = `died during request ${request} of ${requests}`;
      await dieAt(centre, desired, request);
      workByHand(centre.sandbox);
      await mend(centre, desired, story.allow ?? []);
      expect(assignmentsOf(centre.sandbox).sort(), where).toEqual([...story.end].sort());
      if (story.dialect === "profiles") {
        const wanted = desired.profiles[0]?.entries.map(({ skill }) => skill);
        const found = centre.sandbox.snapshot().profiles[0]?.skills.map((name) => name.toLowerCase());
        expect(found?.sort(), where).toEqual(wanted);
      }
      expect(oursIn(centre).replacements, where).toEqual([]);
      await centre.sandbox.close();
    }
  });
});

/** The first YAML and those before the story's are applied, the latter while a flow waits; then the flow is gone. */
function prepare({ dialect, before = [] }: Story & { readonly dialect: SandboxDialect }): Promise<Prepared> {
  return prepareCentre({ dialect, seed: SEED }, async (centre) => {
    centre.sandbox.manualEdits.createFlow("Main Menu", ["Invoices"]);
    for (const yaml of [FIRST, ...before]) {
      await runOnce(centre, await desiredOf(yaml), { allow: ["SKILL_REPLACE"] });
    }
    centre.sandbox.manualEdits.deleteFlow("Main Menu");
  });
}

/** Every other run dies with the organisation; the others live to write down what they did. */
async function dieAt({ sandbox, store }: Centre, desired: Desired, request: number): Promise<void> {
  const options: RunOptions = {
    allow: ["SKILL_REPLACE", "SKILL_DELETE", "TOO_MANY_REMOVALS"],
    dies: request % 2 === 0,
    beforeApply: () => {
      sandbox.faults.set({ killDuring: request });
      return () => {
        sandbox.faults.clear();
      };
    },
  };
  await runOnce({ sandbox, store }, desired, options);
}

/** Emma is given the skill under the name that it has by now. */
function workByHand(sandbox: Sandbox): void {
  const { skills } = sandbox.snapshot();
  const name = ["Invoices", "Billing", "Bills"].find((one) => skills.some((skill) => skill.name === one));
  if (name !== undefined) sandbox.manualEdits.assign("emma@example.com", name, 4);
}

async function mend(centre: Centre, desired: Desired, allow: readonly string[]): Promise<void> {
  for (let round = 0; round < 4; round++) {
    const { plan } = await runOnce(centre, desired, { allow });
    expect(plan.refusals).toEqual([]);
    if (plan.stages.length === 0) return;
  }
  expect.fail("Four runs were not enough.");
}
