import { describe, expect, test } from "vitest";
import type { SandboxDialect, Sandbox } from "../../../src/sandbox/sandbox.ts";
import type { Desk } from "../../support/desk.ts";
import { deskAt, ledgerIn, newDesk, oursIn, settings } from "../../support/desk.ts";
import { leaveIntent } from "../../support/intent.ts";
import { assignmentsOf, SMALL_SEED, startOrganisation, writesOf } from "../../support/organisation.ts";
import { changesOf, sourcesOf, planAt } from "../../support/planned.ts";

const FILE = "skills/a.yaml";

const YAML = `skills:
  - name: Billing
    assign_to_users:
      - { user: ann@example.com, proficiency: 4 }
      - { user: cleo@example.com, proficiency: 2 }
      - dora@example.com
  - name: Refunds
    assign_to_groups:
      - { group: Desk, proficiency: 2 }
profiles:
  - name: Support
    skills:
      - Billing
      - Refunds
`;

const EDITED = `skills:
  - name: Billing
    assign_to_users:
      - { user: ann@example.com, proficiency: 4 }
      - { user: cleo@example.com, proficiency: 3 }
      - { user: bob@example.com, proficiency: 2 }
  - name: Refunds
    assign_to_groups:
      - { group: Desk, proficiency: 2 }
  - name: Complaints
    assign_to_users: [ann@example.com]
profiles:
  - name: Support
    skills:
      - Billing
`;

/** A repository whose YAML has been applied. */
async function applied(
  yaml: string,
  dialect: SandboxDialect = "cloud",
): Promise<{ sandbox: Sandbox; desk: Desk }> {
  const sandbox = await startOrganisation({ dialect });
  const desk = newDesk(sandbox, { [FILE]: yaml });
  await apply(desk);
  return { sandbox, desk };
}

async function apply(desk: Desk): Promise<void> {
  const { exitCode, text } = await desk.run("apply --yes");
  expect(exitCode, text).toBe(0);
}

describe.each<SandboxDialect>(["cloud", "profiles"])("a plan after manual work and edits (%s)", (dialect) => {
  test("says of each change why, and by which line of which commit", async () => {
    const { sandbox, desk } = await applied(YAML, dialect);
    const before = desk.git("rev-parse", "HEAD");
    sandbox.manualEdits.unassign("ann@example.com", "Billing");
    sandbox.manualEdits.assign("cleo@example.com", "Billing", 5);
    sandbox.manualEdits.addGroupMember("Desk", "cleo@example.com");
    sandbox.manualEdits.removeGroupMember("Desk", "dora@example.com");
    if (dialect === "profiles") sandbox.manualEdits.setProfileSkills("Support", ["Complaints", "Refunds"]);
    desk.commit({ [FILE]: EDITED });

    const planned = await planAt(desk);
    expect(changesOf(planned)).toEqual([
      ...(dialect === "profiles"
        ? ["+ profile Support gains Billing (drift)", "- profile Support loses Refunds (edit)"]
        : []),
      "+ ann@example.com gains Billing at 4 (drift)",
      "+ ann@example.com gains Complaints at 1 (edit)",
      "~ bob@example.com Billing 1 → 2 (conflict)",
      "~ cleo@example.com Billing 5 → 3 (conflict)",
      "+ cleo@example.com gains Refunds at 2 (membership)",
      "- dora@example.com loses Billing, was 1 (edit)",
      "- dora@example.com loses Refunds, was 2 (membership)",
    ]);
    expect(sourcesOf(planned)).toEqual([
      `ann@example.com Billing ${FILE}:4`,
      `ann@example.com Complaints ${FILE}:11`,
      `bob@example.com Billing ${FILE}:6`,
      `cleo@example.com Billing ${FILE}:5`,
      `cleo@example.com Refunds ${FILE}:9`,
      `dora@example.com Billing ${FILE}:6 at ${before}`,
      `dora@example.com Refunds ${FILE}:9 at ${before}`,
    ]);
    const { out } = await desk.run("plan");
    expect(out).toContain(`- Billing (was at 1)  ${FILE}:6 at ${before.slice(0, 7)}\n`);
    expect(out).toContain(`+ Billing at 4  reverts a manual change  ${FILE}:4\n`);
    expect(out).toContain(`~ Billing 5 → 3  overwrites manual work  ${FILE}:5\n`);
    expect(out).toContain(`+ Refunds at 2  through a group's members  ${FILE}:9\n`);
  });
});

test("a user who loses a skill through a group that the YAML no longer names loses it by the group's old line", async () => {
  const { desk } = await applied(YAML);
  const before = desk.git("rev-parse", "HEAD");
  desk.commit({
    [FILE]: YAML.replace("      - { group: Desk, proficiency: 2 }\n", "").replace(
      "    assign_to_groups:\n",
      "",
    ),
  });
  expect(sourcesOf(await planAt(desk))).toEqual([
    `bob@example.com Refunds ${FILE}:9 at ${before}`,
    `dora@example.com Refunds ${FILE}:9 at ${before}`,
  ]);
});

describe("drift: report", () => {
  test("leaves what someone changed, says so until someone decides, and still follows edits", async () => {
    const { sandbox, desk } = await applied(YAML);
    desk.commit(settings("drift: report"));
    sandbox.manualEdits.unassign("ann@example.com", "Billing");
    sandbox.manualEdits.assign("cleo@example.com", "Billing", 5);
    const left = [
      { holder: "ann@example.com", named: true, applied: 4, live: null },
      { holder: "cleo@example.com", named: true, applied: 2, live: 5 },
    ].map((note) => ({
      ...note,
      code: "DRIFT_LEFT",
      subject: { kind: "user", id: sandbox.manualEdits.userId(note.holder) },
      skill: sandbox.manualEdits.skillId("Billing"),
    }));

    for (const round of ["at first", "after an apply"]) {
      const planned = await planAt(desk, "--detailed-exitcode");
      expect(planned.plan.notes, round).toEqual(expect.arrayContaining(left));
      expect([planned.exitCode, changesOf(planned)], round).toEqual([0, []]);
      expect((await desk.run("drift --detailed-exitcode")).exitCode, round).toBe(2);
      await apply(desk);
    }
    expect(assignmentsOf(sandbox)).toContain("cleo@example.com Billing 5");
    desk.commit({ [FILE]: YAML.replace("proficiency: 4", "proficiency: 3") });
    expect(changesOf(await planAt(desk))).toEqual(["+ ann@example.com gains Billing at 3 (conflict)"]);
  });
});

describe("exclusive", () => {
  test("removes manual assignments, but never without a ledger", async () => {
    const yaml = YAML.replace("name: Billing\n", "name: Billing\n    exclusive: true\n");
    const sandbox = await startOrganisation();
    const desk = newDesk(sandbox, { [FILE]: yaml });
    const first = await planAt(desk);
    expect(changesOf(first).filter((line) => line.startsWith("-"))).toEqual([]);
    expect(first.lines).toContain("(no ledger)");
    await apply(desk);
    expect(assignmentsOf(sandbox)).toContain("bob@example.com Billing 1");
    expect(changesOf(await planAt(desk))).toEqual([
      "- bob@example.com loses Billing, was 1 (drift, unnamed)",
    ]);
    await apply(desk);
    expect(assignmentsOf(sandbox)).not.toContain("bob@example.com Billing 1");
  });
});

describe("managed: false", () => {
  test("releases a skill and its holders: nothing is removed, then or later", async () => {
    const { sandbox, desk } = await applied(YAML);
    const held = assignmentsOf(sandbox);
    const rest = YAML.replace(/ {2}- name: Billing\n[^]*?(?= {2}- name: Refunds)/, "").replace(
      "      - Billing\n",
      "",
    );
    desk.commit({ [FILE]: rest.replace("skills:\n", "skills:\n  - { name: Billing, managed: false }\n") });
    expect(changesOf(await planAt(desk))).toEqual([]);
    await apply(desk);
    expect(oursIn(ledgerIn(desk.folder), sandbox)).toEqual([
      "bob@example.com Refunds 2",
      "dora@example.com Refunds 2",
    ]);
    desk.commit({ [FILE]: rest });
    const planned = await planAt(desk, "--detailed-exitcode");
    expect([planned.exitCode, changesOf(planned), planned.plan.refusals]).toEqual([0, [], []]);
    expect(assignmentsOf(sandbox)).toEqual(held);
  });
});

describe("the command drift", () => {
  test("knows nothing of edits, shows what was changed manually, and writes nothing", async () => {
    const { sandbox, desk } = await applied(YAML);
    desk.commit({ [FILE]: EDITED });
    sandbox.requests.length = 0;
    const none = await desk.run("drift --detailed-exitcode");
    expect([none.exitCode, none.out]).toEqual([0, expect.stringContaining("No changes.")]);
    sandbox.manualEdits.unassign("ann@example.com", "Billing");
    const some = await desk.run("drift --detailed-exitcode");
    expect([some.exitCode, (await desk.run("drift")).exitCode]).toEqual([2, 0]);
    expect(some.out).toContain(`+ Billing at 4  reverts a manual change  ${FILE}:4`);
    expect(some.out).not.toContain("cleo@example.com");
    expect(writesOf(sandbox)).toEqual([]);
  });

  test("has nothing to compare with before the first apply, and says so", async () => {
    const desk = newDesk(await startOrganisation(), { [FILE]: YAML });
    const { exitCode, out } = await desk.run("drift --detailed-exitcode");
    expect([exitCode, out]).toEqual([0, expect.stringContaining("This run found no earlier apply")]);
  });

  test("has nothing to say of an edit that the guards refuse", async () => {
    const { desk } = await applied(YAML);
    desk.commit({ [FILE]: "" });
    expect((await planAt(desk)).exitCode).toBe(3);
    const { exitCode, out } = await desk.run("drift --detailed-exitcode");
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/No changes\.\n$/)]);
  });

  test("doesn't take another organisation for one without drift", async () => {
    const { desk } = await applied(YAML);
    const seed = { ...SMALL_SEED, organization: { id: "other", name: "Elsewhere" } };
    const elsewhere = deskAt(desk.folder, await startOrganisation({ seed }));
    const { exitCode, out } = await elsewhere.run("drift");
    expect([exitCode, out]).toEqual([3, expect.stringContaining("WRONG_ORG")]);
  });

  test("says so and ends while an apply is running", async () => {
    const { sandbox, desk } = await applied(YAML);
    sandbox.manualEdits.unassign("ann@example.com", "Billing");
    await leaveIntent(desk);
    const { exitCode, out } = await desk.run("drift --detailed-exitcode");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^An apply is running: zoe on .+\. Run drift again after it has ended\.\n$/);
  });
});
