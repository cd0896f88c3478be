import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SandboxDialect, Sandbox, Seed } from "../../../src/sandbox/sandbox.ts";
import { temporaryDirectory } from "../../ledger/repositories.ts";
import type { Desk } from "../../support/desk.ts";
import { copyDesk, deskAt, leaseIn, ledgerIn, newDesk, oursIn } from "../../support/desk.ts";
import { startGate } from "../../support/gate.ts";
import { pictureOf, SMALL_SEED, startOrganisation } from "../../support/organisation.ts";
import { passWaits } from "../../support/waits.ts";

const FILE = "skills/a.yaml";

/** Cleo has Complaints too, manually. */
const SEED: Seed = {
  ...SMALL_SEED,
  users: SMALL_SEED.users?.map((user) =>
    user.name === "Cleo Fox" ? { ...user, skills: { ...user.skills, Complaints: 2 } } : user,
  ),
};

/** Nearly as the organisation is, so that applying it mostly writes down that all this is ours. */
const BEFORE = `skills:
  - name: Billing
    assign_to_users:
      - { user: ann@example.com, proficiency: 3 }
      - { user: bob@example.com, proficiency: 1 }
  - name: Complaints
    assign_to_users: [bob@example.com]
  - name: Night Shift
    assign_to_users: [dora@example.com]
profiles:
  - name: Support
    skills: [Complaints, Night Shift]
`;

/**
 * What the apply is to make of it when it is killed. A skill and a description come, users and a profile gain,
 * change and lose, a skill goes, and one is renamed that Bob holds by the YAML and Cleo manually; with `cloud`, by a new one.
 */
const MEANT = `skills:
  - name: Billing
    description: Invoices
    assign_to_users:
      - { user: ann@example.com, proficiency: 4 }
      - cleo@example.com
  - name: Praise
    previously: [Complaints]
    assign_to_users: [bob@example.com]
  - name: Refunds
    assign_to_groups: [{ group: Desk, proficiency: 2 }]
profiles:
  - name: Support
    skills: [Billing, Refunds]
`;

/** What the one after it applies: Cleo and the profile are not to gain Billing any more. */
const NEXT = MEANT.replace("      - cleo@example.com\n", "").replace("[Billing, Refunds]", "[Refunds]");

const APPLY = "apply --yes --allow SKILL_REPLACE --allow SKILL_DELETE --allow TOO_MANY_REMOVALS";

/** What people do after the crash: to skills of ours and to others, but nothing that the YAML asks for. */
function workManually({ manualEdits: hand }: Sandbox): void {
  hand.assign("dora@example.com", "Billing", 3);
  hand.assign("cleo@example.com", "Sales", 1);
}

/** What must be the same in the end, however the first apply ended. */
function outcomeOf(sandbox: Sandbox, desk: Desk): unknown {
  const ledger = ledgerIn(desk.folder);
  expect(ledger.applied?.revision).toBe(desk.git("rev-parse", "HEAD"));
  return {
    live: pictureOf(sandbox),
    ours: oursIn(ledger, sandbox),
    skills: ledger.skills.map(({ name, description }) => ({ name, description })).sort(byName),
    profiles: ledger.profiles.map(({ name, skills }) => ({
      name,
      skills: skills.map((one) => one.name).sort(),
    })),
    replacements: ledger.replacements,
    unsettled: [...ledger.skills, ...ledger.profiles, ...ledger.users].flatMap(({ records = [] }) =>
      records.filter(({ outcome }) => outcome !== "done"),
    ),
    lease: leaseIn(desk.folder),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** What is left of an apply that was killed: an organisation and a repository. */
interface Remains {
  /** The request during which it was killed. */
  readonly nth: number;
  /** The sandbox's file. */
  readonly state: string;
  readonly desk: Desk;
}

describe.each<SandboxDialect>(["cloud", "profiles"])("an apply that is killed (%s)", (dialect) => {
  test("during any of its requests is finished by the next, which loses and claims nothing manual", async () => {
    const { remains, requests, outcome } = await applyAndLook(dialect);
    const waited: boolean[] = [];
    for (const left of remains) {
      const finished = await finish(left, dialect);
      expect(finished.outcome, `killed during request ${left.nth} of ${requests}`).toEqual(outcome);
      waited.push(finished.hasWaited);
    }
    // Before its intent it leaves nothing, and once it has written down its end it holds no lease.
    expect([waited.at(0), waited.at(-1)]).toEqual([false, false]);
    expect(waited.filter((has) => has).length).toBeGreaterThan(5);
  });
});

/** One whole apply, with all that a crash could have left of it on the way; each state once. */
async function applyAndLook(dialect: SandboxDialect) {
  const folder = temporaryDirectory();
  const state = join(folder, "organisation.json");
  const sandbox = await startOrganisation({ dialect, seed: SEED, state });
  const desk = newDesk(sandbox, { [FILE]: BEFORE });
  await apply(desk);
  expect(oursIn(ledgerIn(desk.folder), sandbox)).toHaveLength(4);
  desk.commit({ [FILE]: MEANT });

  const remains = new Map<string, Remains>();
  let requests = 0;
  const gate = await startGate(sandbox, (nth) => {
    requests = nth;
    const seen = JSON.stringify([sandbox.snapshot(), ledgerIn(desk.folder), leaseIn(desk.folder)]);
    if (remains.has(seen)) return Promise.resolve();
    const copy = join(folder, `organisation-${nth}.json`);
    copyFileSync(state, copy);
    remains.set(seen, { nth, state: copy, desk: copyDesk(desk, desk.env) });
    return Promise.resolve();
  });
  await apply(deskAt(desk.folder, gate.env));
  passWaits();
  workManually(sandbox);
  await applyNext(desk);
  expect((await desk.runBeside("plan --detailed-exitcode")).exitCode).toBe(0);
  return { remains: [...remains.values()], requests, outcome: outcomeOf(sandbox, desk) };
}

async function finish({ state, desk: { folder } }: Remains, dialect: SandboxDialect) {
  const sandbox = await startOrganisation({ dialect, state });
  const desk = deskAt(folder, sandbox);
  workManually(sandbox);
  const text = await applyNext(desk);
  return { outcome: outcomeOf(sandbox, desk), hasWaited: text.includes("Waiting for another apply") };
}

async function apply(desk: Desk): Promise<string> {
  const { exitCode, text } = await desk.runBeside(APPLY);
  expect(exitCode, text).toBe(0);
  return text;
}

/** Commits NEXT and applies it. */
async function applyNext(desk: Desk): Promise<string> {
  desk.commit({ [FILE]: NEXT });
  return apply(desk);
}
