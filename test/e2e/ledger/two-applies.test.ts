import { describe, expect, test } from "vitest";
import type { Office } from "../../support/desk.ts";
import { deskAt, ledgerIn, newDesk, newOffice, oursIn, storyIn } from "../../support/desk.ts";
import { isWrite, startGate } from "../../support/gate.ts";
import { leaveIntent } from "../../support/intent.ts";
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
  "ann@example.com billing 4",
  "bob@example.com refunds 2",
  "cleo@example.com billing 1",
  "dora@example.com refunds 2",
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

    const second = await office.bob.run("apply --yes");
    expect(second.exitCode).toBe(1);
    expect(second.err).toMatch(/APPLY_AT_WORK: Another apply of default is at work: Ann Lee on .+, since /);
    expect(second.err).toContain("--take-over");
    expect(writesOf(sandbox)).toEqual([]);
    const planned = await planAt(office.bob);
    expect(planned.exitCode).toBe(0);
    expect(planned.err).toMatch(/An apply is at work: Ann Lee on /);

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

  test("hears who is at work where the first began after both had read", async () => {
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
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/APPLY_AT_WORK: .* is at work: Ann Lee on /)]);
    gate.open();
    expect((await first).exitCode).toBe(0);
    expectDoneOnce(office, sandbox);
  });

  test("that wins the race leaves the other nothing to double", async () => {
    const sandbox = await startOrganisation();
    const office = newOffice(sandbox, { [FILE]: YAML });
    const both = await Promise.all([office.ann, office.bob].map((desk) => desk.runBeside("apply --yes")));
    const lost = both.filter(({ exitCode }) => exitCode !== 0);
    expect(lost.length).toBeLessThan(2);
    for (const { exitCode, err } of lost) {
      expect([exitCode, err]).toEqual([1, expect.stringMatching(/^(APPLY_AT_WORK|LEDGER_MOVED): /m)]);
    }
    expectDoneOnce(office, sandbox);
  });
});

describe("--take-over", () => {
  test("goes on in the place of an apply at work, which then stops and claims nothing", async () => {
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
    expect(out).toMatch(/adopted skill Refunds: [^]*\nApplied: 1 done, 0 failed, 4 skipped\.\n$/);
    expect(ledgerIn(office.origin)).toEqual(ledger);
    expect(oursIn(ledger, sandbox)).toEqual(OURS);
    expect((await office.bob.run("plan --detailed-exitcode")).exitCode).toBe(0);
  });
});

/** Every assignment and skill is there, made by one apply, and nobody's by hand is missing. */
function expectDoneOnce({ origin }: Office, sandbox: Awaited<ReturnType<typeof startOrganisation>>): void {
  const creates = writesOf(sandbox).filter(
    ({ method, path }) => method === "POST" && path === "/api/v2/routing/skills",
  );
  expect(creates).toHaveLength(1);
  expect(oursIn(ledgerIn(origin), sandbox)).toEqual(OURS);
  expect(storyIn(origin)).toEqual([
    "Begin: 4 to add, 1 to change, 0 to destroy",
    "Apply 4 to add, 1 to change, 0 to destroy",
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

describe("an intent that nobody renews", () => {
  /** Zoe's apply meant to give Cleo and Dora Billing at 2, and came as far as Cleo. */
  async function leftBy(minutesAgo: number) {
    const sandbox = await startOrganisation();
    const desk = newDesk(sandbox, { [FILE]: "- { name: Billing, assign_to_users: [bob@example.com] }\n" });
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    const meant = (email: string) => {
      const id = sandbox.hand.userId(email);
      return { id, email, assignments: { billing: { proficiency: 2, before: null } } };
    };
    const users = [meant("cleo@example.com"), meant("dora@example.com")];
    await leaveIntent(desk, { minutesAgo, sets: { skills: [], profiles: [], users } });
    sandbox.hand.assign("cleo@example.com", "Billing", 2);
    desk.commit({
      [FILE]: "- { name: Billing, assign_to_users: [bob@example.com, dora@example.com] }\n",
    });
    return { sandbox, desk };
  }

  test("for more than six minutes is a dead run's: what it did is ours, what it didn't is planned", async () => {
    const { sandbox, desk } = await leftBy(7);
    const planned = await planAt(desk);
    expect(planned.lines).toContain("- cleo@example.com loses Billing, was 2 (edit, unnamed)");
    expect(planned.lines).toContain("+ dora@example.com gains Billing at 1 (edit)");
    expect(planned.lines).toContainEqual(
      expect.stringMatching(/^note UNFINISHED run zoe on .+, since .+, count 1$/),
    );
    const { exitCode, text } = await desk.run("apply --yes");
    expect(exitCode, text).toBe(0);
    expect(text).toContain("UNFINISHED: ");
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Sales: 4 });
    expect(oursIn(ledgerIn(desk.folder), sandbox)).toEqual([
      "bob@example.com billing 1",
      "dora@example.com billing 1",
    ]);
    expect((await planAt(desk)).lines).not.toContainEqual(expect.stringContaining("UNFINISHED"));
  });

  test("claims nothing that somebody set by hand since, though the dead run meant to set it too", async () => {
    const { sandbox, desk } = await leftBy(7);
    sandbox.hand.assign("dora@example.com", "Billing", 5);
    desk.commit({ [FILE]: "- { name: Billing, assign_to_users: [bob@example.com] }\n" });
    expect(changesOf(await planAt(desk))).toEqual([
      "- cleo@example.com loses Billing, was 2 (edit, unnamed)",
    ]);
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 5 });
    expect(oursIn(ledgerIn(desk.folder), sandbox)).toEqual(["bob@example.com billing 1"]);
  });

  test("for five is a live one's, until somebody takes over", async () => {
    const { sandbox, desk } = await leftBy(5);
    const refused = await desk.run("apply --yes");
    expect([refused.exitCode, refused.err]).toEqual([1, expect.stringContaining("APPLY_AT_WORK")]);
    expect((await desk.run("apply --yes --take-over")).exitCode).toBe(0);
    expect(skillsOf(sandbox, "cleo@example.com")).toEqual({ Sales: 4 });
    expect(skillsOf(sandbox, "dora@example.com")).toEqual({ Billing: 1 });
  });
});
