import { describe, expect, test } from "vitest";
import type { Desired, Dialect } from "../../src/model.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Centre } from "../support/centre.ts";
import { prepareCentre } from "../support/centre.ts";
import { pictureOf, SMALL_YAML } from "../support/organisation.ts";
import type { Ran, RunOptions } from "../support/run-once.ts";
import { desiredOf, runAllowed } from "./runs.ts";

/** Applied before, so that the small YAML takes something away too. */
const BEFORE = `
skills:
  - { name: Billing, assign_to_users: [bob@example.com] }
  - { name: Sales, assign_to_users: [ann@example.com] }
`;

const ENDS = [
  { end: "dies", dies: true, every: 1 },
  // The same requests with another end: a third of them will do.
  { end: "loses its connection", dies: false, every: 3 },
];
const APIS: readonly Dialect[] = ["cloud", "profiles"];
const CASES = APIS.flatMap((api) => ENDS.map((end) => ({ api, ...end })));

describe.each(CASES)("an apply on $api that $end", ({ api: dialect, dies, every }) => {
  const allow = ["SKILL_DELETE", "UNCOVERED", "TOO_MANY_REMOVALS"];
  function run({ sandbox, store }: Centre, desired: Desired, more: RunOptions = {}): Promise<Ran> {
    return runAllowed(sandbox, desired, store, { allow, ...more });
  }

  test(
    "at any of its requests is finished by the next, and manual work is kept",
    { timeout: 240_000 },
    async () => {
      const [before, after] = [await desiredOf(BEFORE), await desiredOf(SMALL_YAML)];
      const prepared = await prepareCentre({ dialect }, async (centre) => {
        await run(centre, before);
      });
      const whole = await prepared.open();
      await run(whole, after);
      const requests = whole.sandbox.requests.length;
      workManually(whole.sandbox);
      const wanted = pictureOf(whole.sandbox);
      expect(requests).toBeGreaterThan(10);

      for (let request = 1; request <= requests; request += every) {
        const centre = await prepared.open();
        const { sandbox } = centre;
        // Whether the last request was answered is all the same to the organisation, so this covers every instant.
        sandbox.faults.set({ killDuring: request });
        await run(centre, after, { dies }).catch(() => undefined);
        sandbox.faults.clear();
        workManually(sandbox);
        // While Ann is away, the runs in between know of her only what the ledger says.
        sandbox.manualEdits.deactivateUser("ann@example.com");
        await run(centre, after);
        sandbox.manualEdits.activateUser("ann@example.com");
        await run(centre, after);
        expect(pictureOf(sandbox), `killed during request ${request} of ${requests}`).toEqual(wanted);
        expect((await run(centre, after)).plan.stages).toEqual([]);
        await sandbox.close();
      }
    },
  );
});

/** What people do between the death and the next run, apart from what the YAML names. */
function workManually(sandbox: Sandbox): void {
  sandbox.manualEdits.assign("dora@example.com", "Complaints", 5);
  sandbox.manualEdits.unassign("bob@example.com", "Complaints");
}
