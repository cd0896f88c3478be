import pLimit from "p-limit";
import { describe, expect, test, vi } from "vitest";
import type { Dialect, Sandbox, Seed } from "../../../src/sandbox/sandbox.ts";
import type { Desk } from "../../support/desk.ts";
import { copyDesk, deskAt, ledgerIn, newDesk, newOffice, originOf, oursIn } from "../../support/desk.ts";
import { startGate } from "../../support/gate.ts";
import { pictureOf, SMALL_SEED, startOrganisation } from "../../support/organisation.ts";

const FILE = "skills/a.yaml";

/** Cleo has Complaints too, by hand. */
const SEED: Seed = {
  ...SMALL_SEED,
  users: SMALL_SEED.users?.map((user) =>
    user.name === "Cleo Fox" ? { ...user, skills: { ...user.skills, Complaints: 2 } } : user,
  ),
};

/** As the organisation is, so that applying it only writes down that all this is ours. */
const BEFORE = `skills:
  - name: Billing
    assign_to_users:
      - { user: ann@example.com, proficiency: 3 }
      - { user: bob@example.com, proficiency: 1 }
  - name: Complaints
    assign_to_users: [bob@example.com]
profiles:
  - name: Support
    skills: [Complaints]
`;

/**
 * What the apply is to make of it when it is killed. A skill and a description come, users and a profile gain,
 * change and lose, and a skill is renamed that Bob holds by the YAML and Cleo by hand; with `cloud`, by a new one.
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

interface World {
  readonly dialect: Dialect;
  readonly home: "the remote" | "this repository";
}

const WORLDS: readonly World[] = [
  { dialect: "cloud", home: "the remote" },
  { dialect: "profiles", home: "this repository" },
];

const APPLY = "apply --yes --allow SKILL_REPLACE";
const SEVEN_MINUTES = 7 * 60_000;
/** More at once would wait for the same two processors. */
const AT_ONCE = 4;

/** What people do after the crash: to skills of ours and to others, but nothing that the YAML asks for. */
function workByHand({ hand }: Sandbox): void {
  hand.assign("dora@example.com", "Billing", 3);
  hand.assign("cleo@example.com", "Sales", 1);
}

/** What must be the same in the end, however the first apply ended. */
function outcomeOf(sandbox: Sandbox, desk: Desk): unknown {
  const { skills, profiles, revision, intent, ...ledger } = ledgerOf(desk);
  return {
    live: pictureOf(sandbox),
    ours: oursIn({ ...ledger, skills, profiles, revision }, sandbox),
    skills: skills.map(({ name, description }) => ({ name, description })),
    profiles: profiles.map(({ name, skills: held }) => ({ name, held })),
    revision,
    intent,
  };
}

function ledgerOf(desk: Desk) {
  return ledgerIn(originOf(desk) ?? desk.folder);
}

describe.each(WORLDS)("an apply that is killed ($dialect, with the ledger in $home)", (world) => {
  test("during any of its requests is finished by the next, which loses and claims nothing by hand", async () => {
    // Each apply listens for Ctrl-C until it ends, and those that are killed never do.
    process.setMaxListeners(0);
    const limit = pLimit(AT_ONCE);
    const base = await prepare(world);
    const whole = await runWhole(base, world);
    const all = Array.from({ length: whole.requests }, (_, index) => index + 1);
    const kill = (nth: number) => limit(() => killDuring(nth, base, world));

    const now = Date.now;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now() - SEVEN_MINUTES);
    const longDead = await Promise.all(all.filter((nth) => nth % 2 === 1).map(kill));
    clock.mockRestore();
    const justDead = await Promise.all(all.filter((nth) => nth % 2 === 0).map(kill));
    const finish = (options: string) => (dead: Dead) => limit(() => finishAfter(dead, options));
    const finished = await Promise.all([
      ...differing(longDead).map(finish("")),
      ...differing(justDead).map(finish(" --take-over")),
    ]);

    for (const { nth, outcome } of finished) {
      expect(outcome, `killed during request ${nth} of ${whole.requests}`).toEqual(whole.outcome);
    }
    expect(new Set(finished.map(({ saysUnfinished }) => saysUnfinished))).toEqual(new Set([true, false]));
  });
});

/** A desk whose ledger holds BEFORE; its head is at MEANT, and the branch `next` at NEXT. */
async function prepare({ dialect, home }: World): Promise<Desk> {
  const sandbox = await startOrganisation({ dialect, seed: SEED });
  const files = { [FILE]: BEFORE };
  const desk = home === "the remote" ? newOffice(sandbox, files).ann : newDesk(sandbox, files);
  await apply(desk);
  expect(oursIn(ledgerOf(desk), sandbox)).toHaveLength(3);
  desk.commit({ [FILE]: MEANT });
  desk.git("checkout", "--quiet", "-b", "next");
  desk.commit({ [FILE]: NEXT });
  desk.git("checkout", "--quiet", "main");
  return desk;
}

async function apply(desk: Desk, options = ""): Promise<string> {
  const { exitCode, text } = await desk.runBeside(`${APPLY}${options}`);
  expect(exitCode, text).toBe(0);
  return text;
}

async function applyNext(sandbox: Sandbox, { folder }: Desk, options = ""): Promise<string> {
  const desk = deskAt(folder, sandbox);
  desk.git("merge", "--quiet", "--ff-only", "next");
  return apply(desk, options);
}

async function runWhole(base: Desk, { dialect }: World) {
  const sandbox = await startOrganisation({ dialect, seed: SEED });
  const gate = await startGate(sandbox);
  const desk = copyDesk(base, gate.env);
  await apply(desk);
  const requests = gate.count();
  workByHand(sandbox);
  await applyNext(sandbox, desk);
  expect((await deskAt(desk.folder, sandbox).runBeside("plan --detailed-exitcode")).exitCode).toBe(0);
  return { requests, outcome: outcomeOf(sandbox, desk) };
}

interface Dead {
  readonly nth: number;
  readonly sandbox: Sandbox;
  readonly desk: Desk;
}

/** The dead apply still waits for its answer, which never comes. */
async function killDuring(nth: number, base: Desk, { dialect }: World): Promise<Dead> {
  const sandbox = await startOrganisation({ dialect, seed: SEED });
  const gate = await startGate(sandbox);
  const desk = copyDesk(base, gate.env);
  const isDead = gate.dieDuring(nth);
  const first = desk.runBeside(APPLY);
  expect(await Promise.race([isDead, first]), `request ${nth} never came`).toBeUndefined();
  return { nth, sandbox, desk };
}

/** One of those that left the same organisation and the same ledger: nothing else reaches the next apply. */
function differing(dead: readonly Dead[]): Dead[] {
  const left = dead.map((one) => {
    const { intent, ...ledger } = ledgerOf(one.desk);
    const meant = intent && { ...intent, run: null };
    return [JSON.stringify([one.sandbox.snapshot(), ledger, meant]), one] as const;
  });
  return [...new Map(left).values()];
}

async function finishAfter({ nth, sandbox, desk }: Dead, options: string) {
  workByHand(sandbox);
  const text = await applyNext(sandbox, desk, options);
  return { nth, outcome: outcomeOf(sandbox, desk), saysUnfinished: text.includes("UNFINISHED") };
}
