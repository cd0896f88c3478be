/** What a ledger keeps of people though nothing in the organisation shows it. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseLedger, serialiseLedger } from "../../src/ledger/file.ts";
import { ledgerAfter, meantSettlement, nothingDone } from "../../src/plan/after/ledger-after.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Scenario } from "./scenario.ts";
import { readScenario } from "./scenario.ts";

const OPTIONS = { allow: new Set(["SKILL_REPLACE"]), requestsPerMinute: 300 };

function read(name: string): Promise<Scenario> {
  return readScenario(join(import.meta.dirname, "scenarios", `${name}.yaml`));
}

test("inactive users are owed what they would be given now, whether or not the run gets anywhere", async () => {
  const { desired, ledger, live } = await read("rename-with-inactive-holders");
  const made = plan(desired, ledger, live, OPTIONS);
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

test("a user whom the YAML names by a former e-mail is not forgotten with the last assignment", async () => {
  const { desired, ledger, live } = await read("user-email-changed");
  const users = live.users.entities.map((user) => ({ ...user, skills: new Map<string, number>() }));
  const emptied = { ...live, users: { kind: "complete", entities: users } } as const;
  const unknown = { ...desired, skills: [], users: desired.users.map((user) => ({ ...user, wishes: [] })) };
  const made = plan(unknown, ledger, emptied, OPTIONS);
  const worlds = { desired: unknown, ledger, live: emptied };
  const after = parseLedger(
    serialiseLedger({ ledger: ledgerAfter(made, worlds, meantSettlement(made, null)) }),
  );
  expect(after.ledger.users).toEqual([{ id: "user-ann", email: "ann.smith@example.com", assignments: {} }]);
  const again = plan(desired, after.ledger, emptied, OPTIONS);
  expect(again.refusals).toEqual([]);
  expect(again.notes).toContainEqual(expect.objectContaining({ code: "EMAIL_CHANGED" }));
});
