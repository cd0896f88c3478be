/** What inactive users are owed by a rename, of which the organisation shows nothing. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { ledgerAfter, meantSettlement, nothingDone } from "../../src/plan/after/ledger-after.ts";
import { plan } from "../../src/plan/plan.ts";
import { readScenario } from "./scenario.ts";

const STORY = join(import.meta.dirname, "scenarios", "rename-with-inactive-holders.yaml");

test("inactive users are owed what they would be given now, whether or not the run gets anywhere", async () => {
  const { desired, ledger, live, allow } = await readScenario(STORY);
  const made = plan(desired, ledger, live, { allow, requestsPerMinute: 300 });
  const pendingAfter = (settlement: typeof nothingDone) =>
    ledgerAfter(made, { desired, ledger, live }, settlement(made, null)).replaces?.map(
      ({ pending }) => pending,
    );
  const owed = [
    { id: "user-bob", proficiency: 4 },
    { id: "user-cleo", proficiency: 5 },
  ];
  expect(pendingAfter(meantSettlement)).toEqual([owed]);
  expect(pendingAfter(nothingDone)).toEqual([[{ id: "user-ann", proficiency: 3 }, ...owed]]);
});
