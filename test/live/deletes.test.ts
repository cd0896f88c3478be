import { expect, test } from "vitest";
import { readBeforeDeletes } from "../../src/live/deletes.ts";
import type { Sandbox, SandboxOptions, Seed } from "../../src/sandbox/sandbox.ts";
import { makeRepository } from "../support/repository.ts";
import { openSession } from "../support/session.ts";
import { startOrganisation } from "../support/organisation.ts";

const SEED: Seed = {
  skills: [{ name: "Billing" }],
  users: [
    { name: "Ann Lee", email: "ann@example.com", skills: { Billing: 3 } },
    { name: "Bob Ray", email: "bob@example.com", state: "inactive", skills: { Billing: 2 } },
    { name: "Cleo Fox", email: "cleo@example.com", state: "deleted", skills: { Billing: 1 } },
  ],
};

async function look(isAsked: boolean, options: Partial<SandboxOptions> = {}) {
  const sandbox = await startOrganisation({ seed: SEED, ...options });
  const { dir } = await makeRepository({ "a.yaml": "skills: []\n" });
  const { connection } = await openSession(sandbox, dir);
  const id = sandbox.manualEdits.skillId("Billing");
  const before = sandbox.requests.length;
  const found = await readBeforeDeletes(connection.reader, isAsked ? [{ id, name: "Billing" }] : []);
  return { ...found, id, requests: requestsSince(sandbox, before) };
}

function requestsSince({ requests }: Sandbox, before: number): number {
  return requests.slice(before).filter(({ path }) => path.startsWith("/api/v2/users")).length;
}

test("inactive users are listed in one request where a skill is to go, and else not at all", async () => {
  const { inactiveUsers, references, id, requests } = await look(true);
  expect(inactiveUsers?.kind).toBe("complete");
  expect(inactiveUsers?.entities.map(({ email, skills }) => [email, skills.get(id)])).toEqual([
    ["bob@example.com", 2],
  ]);
  expect(references.get(id)?.kind).toBe("known");
  expect(requests).toBe(1);
  expect(await look(false)).toMatchObject({ references: new Map(), requests: 0 });
});

test("without a list of inactive users it is unknown whether the skill is in use", async () => {
  const faults = { serverError: { every: 1, on: "/api/v2/users" }, serverErrorStatus: 500 };
  const { inactiveUsers, references, id } = await look(true, { faults });
  expect(inactiveUsers?.kind).toBe("incomplete");
  expect(references.get(id)).toMatchObject({
    kind: "unknown",
    reason: expect.stringContaining("inactive users") as string,
  });
});
