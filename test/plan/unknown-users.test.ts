/** Users that nobody has: a slip gets a suggestion; a whole list of them is another organisation's, and waits for none. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { plan } from "../../src/plan/plan.ts";
import { readScenario } from "./scenario.ts";

test("who has nothing but the domain in common with an unknown user is no suggestion", async () => {
  const { desired, ledger, live } = await readScenario(
    join(import.meta.dirname, "scenarios", "user-unknown.yaml"),
  );
  const [first] = desired.users;
  const users = first ? [{ ...first, user: "somebody@example.com" }] : [];
  const inputs = { desired: { ...desired, users }, ledger, live: { ...live, absentUsers: [] } };
  const { refusals } = plan({ ...inputs, allow: new Set(), requestsPerMinute: 300 }).plan;
  expect(refusals).toHaveLength(1);
  expect(refusals[0]).toMatchObject({ code: "UNKNOWN_USER", name: "somebody@example.com" });
  expect(refusals[0]).not.toHaveProperty("nearest");
});

test("only the first of many unknown users get a suggestion", async () => {
  const { desired, ledger, live } = await readScenario(
    join(import.meta.dirname, "scenarios", "user-unknown.yaml"),
  );
  const [first] = desired.users;
  const names = Array.from({ length: 30 }, (_, at) => `ann.${String(at).padStart(2, "0")}@example.com`);
  const users = names.flatMap((user) => (first ? { ...first, user } : []));
  const inputs = { desired: { ...desired, users }, ledger, live: { ...live, absentUsers: [] } };
  const { refusals } = plan({ ...inputs, allow: new Set(), requestsPerMinute: 300 }).plan;
  const unknown = refusals.flatMap((refusal) => (refusal.code === "UNKNOWN_USER" ? refusal : []));
  expect(unknown.map(({ name }) => name)).toStrictEqual(names);
  const suggested = unknown.map((refusal) => refusal.nearest);
  expect(suggested.slice(0, 20)).toStrictEqual(Array.from({ length: 20 }, () => "ann@example.com"));
  expect(suggested.slice(20)).toStrictEqual(Array.from({ length: 10 }, () => undefined));
});

test("the display name of somebody brings their e-mail", async () => {
  const { desired, ledger, live } = await readScenario(
    join(import.meta.dirname, "scenarios", "user-unknown.yaml"),
  );
  const [first] = desired.users;
  const [ann] = live.users.entities;
  if (!first || !ann) throw new Error("The scenario has nobody.");
  const users = { kind: "complete", entities: [{ ...ann, name: "Ann Archer" }] } as const;
  const { refusals } = plan({
    desired: { ...desired, users: [{ ...first, user: "ann archer" }] },
    ...{ ledger, live: { ...live, users, absentUsers: [] } },
    ...{ allow: new Set<string>(), requestsPerMinute: 300 },
  }).plan;
  expect(refusals).toMatchObject([{ code: "UNKNOWN_USER", name: "ann archer", nearest: ann.email }]);
});
