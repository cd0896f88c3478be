import { describe, expect, test } from "vitest";
import { loadDesired } from "../../src/desired/load.ts";
import type { Desired, Dialect, Ledger } from "../../src/model.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { pictureOf, SMALL_YAML, startOrganisation } from "../support/organisation.ts";
import { makeRepository } from "../support/repository.ts";
import { hasNoChanges, ledgerOf, openSession } from "../support/session.ts";

interface World {
  readonly dialect: Dialect;
  /** Of a world in which something is taken away too. */
  readonly ours?: { readonly skills: readonly string[]; readonly users: readonly string[] };
}

const WORLDS: readonly (World & { readonly title: string })[] = [
  { title: "profiles", dialect: "profiles" },
  {
    title: "cloud, with losses",
    dialect: "cloud",
    ours: { skills: ["Billing", "Sales"], users: ["ann@example.com", "bob@example.com"] },
  },
];

describe.each(WORLDS)("an apply that dies ($title)", (world) => {
  test("at any of its requests is finished by the next, and work by hand is kept", async () => {
    const { dir } = await makeRepository({ "a.yaml": SMALL_YAML, "b.yaml": "- name: Sales" });
    const { desired } = await loadDesired({ dir });
    const whole = await startOrganisation({ dialect: world.dialect });
    await planAndApply(whole, desired, ledgerFor(whole, world));
    const requests = whole.requests.length;
    workByHand(whole);
    const wanted = pictureOf(whole);

    for (let request = 1; request <= requests; request++) {
      const sandbox = await startOrganisation({ dialect: world.dialect });
      const ledger = ledgerFor(sandbox, world);
      // Whether the last request was answered is all the same to the organisation, so this covers every instant.
      sandbox.faults.set({ killDuring: request });
      await planAndApply(sandbox, desired, ledger).catch(() => undefined);
      sandbox.faults.clear();
      workByHand(sandbox);
      await planAndApply(sandbox, desired, ledger);
      expect(pictureOf(sandbox), `killed during request ${request} of ${requests}`).toEqual(wanted);
      const last = await openSession(sandbox, desired, ledger);
      expect(hasNoChanges(await last.plan())).toBe(true);
      await sandbox.close();
    }
  });
});

async function planAndApply(sandbox: Sandbox, desired: Desired, ledger: Ledger | null): Promise<void> {
  const session = await openSession(sandbox, desired, ledger);
  await session.apply(await session.plan());
}

function ledgerFor(sandbox: Sandbox, { dialect, ours }: World): Ledger | null {
  return ours ? ledgerOf(sandbox, { dialect, ...ours }) : null;
}

/** What people do between the crash and the next run, apart from what the YAML names. */
function workByHand(sandbox: Sandbox): void {
  sandbox.hand.assign("dora@example.com", "Sales", 5);
  sandbox.hand.unassign("bob@example.com", "Complaints");
}
