import { describe, expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startOrganisation, writesOf } from "../support/organisation.ts";
import { outcomeLines } from "../support/outcomes.ts";
import type { MemoryLedger } from "../support/memory-ledger.ts";
import { newMemoryLedger } from "../support/memory-ledger.ts";
import { desiredOf, HEAD, runAllowed } from "./runs.ts";

const [FIRST, SECOND] = ["1".repeat(40), "2".repeat(40)];

const YAML = `
- name: Billing
  assign_to_users: [dora@example.com, cleo@example.com]
- name: Refunds
  assign_to_users: [dora@example.com]
`;

/** What the ledger holds of a user: names of skills with proficiencies. */
function heldBy(
  { ledger }: Pick<MemoryLedger, "ledger">,
  sandbox: Sandbox,
  email: string,
): Record<string, number> {
  const user = ledger?.users.find(({ id }) => id === sandbox.manualEdits.userId(email));
  return Object.fromEntries(
    Object.values(user?.assignments ?? {}).map(({ name, proficiency }) => [name, proficiency]),
  );
}

function openRecords({ ledger }: Pick<MemoryLedger, "ledger">): string[] {
  const items = [...(ledger?.users ?? []), ...(ledger?.skills ?? []), ...(ledger?.profiles ?? [])];
  return items.flatMap(({ records = [] }) =>
    records.flatMap(({ name, outcome }) => (outcome === undefined ? [name] : [])),
  );
}

async function start() {
  return { sandbox: await startOrganisation(), memory: newMemoryLedger(), desired: await desiredOf(YAML) };
}

describe("the ledger around an apply", () => {
  test("holds the changes that were done, and the applied revision", async () => {
    const { sandbox, memory, desired } = await start();
    await runAllowed(sandbox, desired, memory);
    expect(heldBy(memory, sandbox, "dora@example.com")).toEqual({ Billing: 1, Refunds: 1 });
    expect(openRecords(memory)).toEqual([]);
    const head = { revision: HEAD, day: "2026-11-27" };
    expect(memory.ledger).toMatchObject({ applied: head, attempted: head });
    expect(memory.ledger?.skills.map(({ id }) => id).sort()).toEqual(
      ["Billing", "Refunds"].map((name) => sandbox.manualEdits.skillId(name)).sort(),
    );
    expect(memory.written.at(-1)?.facts).toMatchObject({ counts: { add: 4 }, failed: 0, skipped: 0 });
  });

  test("records the intended writes before the first one, with unknown outcomes", async () => {
    const { sandbox, memory, desired } = await start();
    memory.mayWrite = () => {
      if (memory.written.length !== 1) throw new Error("It was asked too early, or too late.");
      return Promise.resolve(true);
    };
    await runAllowed(sandbox, desired, memory);
    const [intent, ...others] = memory.written;
    expect(others).toHaveLength(1);
    expect(intent?.ledger).toMatchObject({ applied: null, attempted: { revision: HEAD } });
    expect(openRecords({ ledger: intent?.ledger ?? null }).sort()).toEqual([
      "Billing",
      "Billing",
      "Refunds",
      "Refunds",
    ]);
  });

  test.each([
    { what: "failed", faults: { serverError: { every: 1, on: "PATCH" }, serverErrorStatus: 422 } },
    { what: "unsettled", faults: { reset: { every: 1, on: "PATCH" } } },
  ])("doesn't record the revision as applied if a change is $what", async ({ what, faults }) => {
    const { sandbox, memory, desired } = await start();
    sandbox.faults.set(faults);
    await runAllowed(sandbox, desired, memory);
    expect(memory.ledger).toMatchObject({ applied: null, attempted: { revision: HEAD } });
    expect(memory.written.at(-1)?.facts).toMatchObject({ [what]: 3 });
    expect(openRecords(memory)).toHaveLength(what === "unsettled" ? 3 : 0);
    sandbox.faults.clear();
    await runAllowed(sandbox, desired, memory);
    expect(memory.ledger).toMatchObject({ applied: { revision: HEAD } });
    expect(heldBy(memory, sandbox, "dora@example.com")).toEqual({ Billing: 1, Refunds: 1 });
  });

  test("doesn't record the revision as applied if something is left for the next plan", async () => {
    const { sandbox, memory, desired } = await start();
    const { report, plan } = await runAllowed(sandbox, desired, memory, {
      beforeApply() {
        sandbox.manualEdits.assign("cleo@example.com", "Billing", 5);
        return undefined;
      },
    });
    expect(report && outcomeLines(report, plan)).toContain("cleo@example.com billing: changed-since-plan");
    expect(memory.ledger).toMatchObject({ applied: null, attempted: { revision: HEAD } });
    expect(heldBy(memory, sandbox, "cleo@example.com")).toEqual({});
  });

  test("doesn't record the revision as applied if an edit is withheld, even with nothing else to do", async () => {
    const { sandbox, memory, desired } = await start();
    await runAllowed(sandbox, desired, memory, { revision: FIRST });
    const fewer = await desiredOf(YAML.replace("dora@example.com, cleo", "cleo"));
    const { plan } = await runAllowed(sandbox, fewer, memory, {
      revision: SECOND,
      withheld: ({ stages }) => stages.flat().flatMap(({ changes }) => changes.map(({ id }) => id)),
    });
    expect(plan.withheld).toHaveLength(1);
    expect(memory.ledger).toMatchObject({
      applied: { revision: FIRST },
      attempted: { revision: SECOND },
    });
    expect(heldBy(memory, sandbox, "dora@example.com")).toEqual({ Billing: 1, Refunds: 1 });
  });

  test("is written by the same rule if the apply is stopped", async () => {
    const { sandbox, memory, desired } = await start();
    const stop = new AbortController();
    const { report } = await runAllowed(sandbox, desired, memory, {
      stop: stop.signal,
      onOutcome: () => stop.abort(),
    });
    expect(report?.stopped).toBe(true);
    expect(memory.ledger).toMatchObject({ applied: null, attempted: { revision: HEAD } });
    expect(memory.ledger?.skills.map(({ name }) => name)).toContain("Refunds");
    expect(memory.written.at(-1)?.facts).toMatchObject({ failed: 0 });
    await runAllowed(sandbox, desired, memory);
    expect(memory.ledger).toMatchObject({ applied: { revision: HEAD } });
  });

  test("is asked before every write", async () => {
    const { sandbox, memory, desired } = await start();
    let asked = 0;
    memory.mayWrite = () => Promise.resolve(++asked > 0);
    await runAllowed(sandbox, desired, memory);
    expect(asked).toBeGreaterThanOrEqual(writesOf(sandbox).length);
  });
});
