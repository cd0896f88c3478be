import { describe, expect, test } from "vitest";
import type { LedgerUser } from "../../../src/model.ts";
import type { Office } from "../../support/desk.ts";
import { deskAt, leaseIn, ledgerIn, newDesk, newOffice, oursIn, storyIn } from "../../support/desk.ts";
import { isWrite, startGate } from "../../support/gate.ts";
import { leaveIntent } from "../../support/intent.ts";
import { passWaits } from "../../support/waits.ts";
import { assignmentsOf, skillsOf, startOrganisation, writesOf } from "../../support/organisation.ts";
import { changesOf, planAt } from "../../support/planned.ts";

const FILE = "skills/a.yaml";

const YAML = `skills:
  - name: Billing
    assign_to_users:
      - { user: ann@example.com, proficiency: 4 }
      - cleo@example.com
  - name: Refunds
    assign_to_groups: [{ group: Desk, proficiency: 2 }]
`;

const OURS = [
  "ann@example.com Billing 4",
  "bob@example.com Refunds 2",
  "cleo@example.com Billing 1",
  "dora@example.com Refunds 2",
];

/** Two clones, Ann's with a gate on her way to the organisation. */
async function officeWithGate() {
  const sandbox = await startOrganisation();
  const office = newOffice(sandbox, { [FILE]: YAML });
  const gate = await startGate(sandbox);
  return { sandbox, office, gate, ann: deskAt(office.ann.folder, gate.env) };
}

describe("a second apply", () => {
  test("is refused while the first is in the middle of its writes, and looking is not", async () => {
    const { sandbox, office, gate, ann } = await officeWithGate();
    const isHeld = gate.holdFrom(isWrite);
    const first = ann.runBeside("apply --yes");
    await isHeld;

    const second = await office.bob.run("apply --yes --no-wait");
    expect(second.exitCode).toBe(3);
    expect(second.err).toMatch(/APPLY_RUNNING: Another apply of default is running: Ann Lee on /);
    expect(second.err).toContain("--take-over");
    expect(writesOf(sandbox)).toEqual([]);
    const planned = await planAt(office.bob);
    expect(planned.exitCode).toBe(0);
    expect(planned.err).toMatch(/^An apply is running: Ann Lee on /);

    gate.open();
    expect((await first).exitCode).toBe(0);
    expectDoneOnce(office, sandbox);
  });

  test("is refused where the first was quicker after both had read", async () => {
    const { sandbox, office, gate, ann } = await officeWithGate();
    const isHeld = gate.holdFrom(({ path }) => path.startsWith("/api/v2/users?"));
    const slow = ann.runBeside("apply --yes");
    await isHeld;
    expect((await office.bob.run("apply --yes")).exitCode).toBe(0);
    gate.open();
    const { exitCode, err } = await slow;
    expect([exitCode, err]).toEqual([
      1,
      expect.stringContaining("LEDGER_MOVED: The ledger of default was moved"),
    ]);
    expectDoneOnce(office, sandbox);
  });

  test("hears who is running one where the first began after both had read", async () => {
    const { sandbox, office, gate, ann } = await officeWithGate();
    const bobsGate = await startGate(sandbox);
    const isRead = bobsGate.holdFrom(({ path }) => path.startsWith("/api/v2/users?"));
    const slow = deskAt(office.bob.folder, bobsGate.env).runBeside("apply --yes");
    await isRead;
    const isBegun = gate.holdFrom(isWrite);
    const first = ann.runBeside("apply --yes");
    await isBegun;
    bobsGate.open();
    const { exitCode, err } = await slow;
    expect([exitCode, err]).toEqual([3, expect.stringMatching(/APPLY_RUNNING: .* is running: Ann Lee on /)]);
    gate.open();
    expect((await first).exitCode).toBe(0);
    expectDoneOnce(office, sandbox);
  });

  test("that wins the race leaves the other nothing to double", async () => {
    const sandbox = await startOrganisation();
    const office = newOffice(sandbox, { [FILE]: YAML });
    const both = await Promise.all(
      [office.ann, office.bob].map((desk) => desk.runBeside("apply --yes --no-wait")),
    );
    const lost = both.filter(({ exitCode }) => exitCode !== 0);
    expect(lost.length).toBeLessThan(2);
    for (const { exitCode, err } of lost) {
      expect(err).toMatch(exitCode === 3 ? /^APPLY_RUNNING: /m : /^LEDGER_MOVED: /m);
    }
    expectDoneOnce(office, sandbox);
  });
});

describe("--take-over", () => {
  test("goes on in the place of a running apply, which goes on too and claims nothing", async () => {
    const { sandbox, office, gate, ann } = await officeWithGate();
    const isHeld = gate.holdFrom(isWrite);
    const first = ann.runBeside("apply --yes");
    await isHeld;
    const second = await office.bob.run("apply --yes --take-over");
    expect(second.exitCode, second.text).toBe(0);
    const ledger = ledgerIn(office.origin);
    gate.open();
    const { exitCode, out, err } = await first;
    expect([exitCode, err]).toEqual([1, expect.stringContaining("LEDGER_MOVED")]);
    expect(out).toMatch(/\nApplied: 5 done, 0 failed, 0 skipped\.\n$/);
    expect(ledgerIn(office.origin)).toEqual(ledger);
    // What the first may have done stays unsettled until nothing of it can be under way.
    expect([ledger.applied, oursIn(ledger, sandbox)]).toEqual([null, []]);
    passWaits();
    expect((await office.bob.run("apply --yes")).exitCode).toBe(0);
    expect(oursIn(ledgerIn(office.origin), sandbox)).toEqual(OURS);
    expect((await office.bob.run("plan --detailed-exitcode")).exitCode).toBe(0);
  });
});

/** Every assignment and skill is there, made by one apply, and none that somebody set manually is missing. */
function expectDoneOnce({ origin }: Office, sandbox: Awaited<ReturnType<typeof startOrganisation>>): void {
  const creates = writesOf(sandbox).filter(
    ({ method, path }) => method === "POST" && path === "/api/v2/routing/skills",
  );
  expect(creates).toHaveLength(1);
  expect(oursIn(ledgerIn(origin), sandbox)).toEqual(OURS);
  expect(storyIn(origin)).toEqual([
    "Begin: 4 to add, 1 to change, 0 to destroy",
    "Apply: 4 to add, 1 to change, 0 to destroy",
  ]);
  expect(assignmentsOf(sandbox)).toEqual([
    "ann@example.com Billing 4",
    "ann@example.com Sales 2",
    "bob@example.com Billing 1",
    "bob@example.com Complaints 5",
    "bob@example.com Refunds 2",
    "cleo@example.com Billing 1",
    "cleo@example.com Sales 4",
    "dora@example.com Refunds 2",
  ]);
}

describe("a lease without renewals", () => {
  /** Zoe's apply meant to give Cleo and Dora Billing at 2, and came as far as Cleo. */
  async function leftByZoe() {
    const sandbox = await startOrganisation();
    const desk = newDesk(sandbox, { [FILE]: "- { name: Billing, assign_to_users: [bob@example.com] }\n" });
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    const billing = sandbox.manualEdits.skillId("Billing");
    const meant: LedgerUser[] = ["cleo@example.com", "dora@example.com"].map((email) => ({
      ...{ id: sandbox.manualEdits.userId(email), email, assignments: {} },
      records: [
        {
          ...{ field: { kind: "skill", id: billing }, name: "Billing" },
          ...{ before: null, wasOurs: false, values: [2] },
        },
      ],
    }));
    await leaveIntent(desk, (ledger) => ({
      ...ledger,
      users: [...ledger.users, ...meant].sort((a, b) => (a.id < b.id ? -1 : 1)),
    }));
    sandbox.manualEdits.assign("cleo@example.com", "Billing", 2);
    desk.commit({
      [FILE]: "- { name: Billing, assign_to_users: [bob@example.com, dora@example.com] }\n",
    });
    return { sandbox, desk };
  }

  const UNSETTLED = expect.stringContaining("UNSETTLED") as string;

  test("for three minutes is a dead run's: what it did is ours, what it didn't is planned", async () => {
    const { sandbox, desk } = await leftByZoe();
    const planned = await planAt(desk);
    expect(planned.err).toMatch(/^An apply is running: zoe on /);
    expect([changesOf(planned), planned.lines]).toEqual([
      [],
      expect.arrayContaining(["note UNSETTLED count 2"]),
    ]);

    passWaits();
    const { exitCode, out, text } = await desk.run("apply --yes");
    expect(exitCode, text).toBe(0);
    expect(text).toContain("Waiting for another apply: zoe on ");
    expect(out).toContain("- Billing (was at 2)");
    expect(out).toContain("+ Billing at 1");
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Sales: 4 });
    expect(oursIn(ledgerIn(desk.folder), sandbox)).toEqual([
      "bob@example.com Billing 1",
      "dora@example.com Billing 1",
    ]);
    expect((await planAt(desk)).lines).not.toContainEqual(UNSETTLED);
  });

  test("claims nothing that somebody set manually since, though the dead run meant to set it too", async () => {
    const { sandbox, desk } = await leftByZoe();
    sandbox.manualEdits.assign("dora@example.com", "Billing", 5);
    desk.commit({ [FILE]: "- { name: Billing, assign_to_users: [bob@example.com] }\n" });
    passWaits();
    const { exitCode, out, text } = await desk.run("apply --yes");
    expect(exitCode, text).toBe(0);
    expect(out).toContain("Plan: 0 to add, 0 to change, 1 to destroy.");
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Sales: 4 });
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 5 });
    expect(oursIn(ledgerIn(desk.folder), sandbox)).toEqual(["bob@example.com Billing 1"]);
  });

  test("is a living run's until then: who takes over leaves its writes to the apply after", async () => {
    const { sandbox, desk } = await leftByZoe();
    const before = ledgerIn(desk.folder).applied;
    const refused = await desk.run("apply --yes --no-wait");
    expect([refused.exitCode, refused.err]).toEqual([3, expect.stringContaining("APPLY_RUNNING")]);
    expect((await desk.run("apply --yes --take-over")).exitCode).toBe(0);
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Billing: 2, Sales: 4 });
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({});
    expect([leaseIn(desk.folder), ledgerIn(desk.folder).applied]).toEqual([null, before]);
    expect((await planAt(desk)).lines).toContain("note UNSETTLED count 2");

    passWaits();
    const next = await desk.run("apply --yes");
    expect(next.exitCode, next.text).toBe(0);
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Sales: 4 });
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1 });
    expect(ledgerIn(desk.folder).applied?.revision).toBe(desk.git("rev-parse", "HEAD"));
  });

  test("is lost to the run that waited: the first sends no more, and says so", async () => {
    const { sandbox, office, gate, ann } = await officeWithGate();
    const isHeld = gate.holdFrom(isWrite);
    const first = ann.runBeside("apply --yes");
    await isHeld;
    passWaits();
    const second = await office.bob.run("apply --yes");
    expect(second.exitCode, second.text).toBe(0);
    const ledger = ledgerIn(office.origin);
    sandbox.manualEdits.assign("dora@example.com", "Refunds", 5);
    sandbox.requests.length = 0;
    gate.open();
    const { exitCode, out, err } = await first;
    expect([exitCode, err]).toEqual([1, expect.stringContaining("LEDGER_MOVED")]);
    expect(out).toMatch(/adopted skill Refunds: [^]*\nApplied: 1 done, 0 failed, 4 skipped\.\n$/);
    // The one that was on its way already.
    expect(writesOf(sandbox).map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /api/v2/routing/skills",
    ]);
    expect(ledgerIn(office.origin)).toEqual(ledger);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Refunds: 5 });
  });
});
