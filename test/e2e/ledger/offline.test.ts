import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SandboxDialect } from "../../../src/sandbox/sandbox.ts";
import { cleanEnv } from "../../ledger/repositories.ts";
import type { Desk } from "../../support/desk.ts";
import { deskAt, newDesk, newOffice } from "../../support/desk.ts";
import { startOrganisation } from "../../support/organisation.ts";
import { changesOf, sourcesOf, planAt } from "../../support/planned.ts";

const FILE = "skills/a.yaml";

const YAML = `skills:
  - name: Billing
    assign_to_users:
      - { user: ann@example.com, proficiency: 4 }
      - cleo@example.com
  - name: Refunds
    assign_to_groups: [{ group: Desk, proficiency: 2 }]
profiles:
  - name: Support
    skills: [Billing]
    members: { users: [dora@example.com] }
`;

const EDITED = YAML.replace("proficiency: 4", "proficiency: 5")
  .replace("      - cleo@example.com\n", "")
  .replace("[Billing]", "[Billing, Refunds]");

/** The same folder without any credentials, and with a remote that can't be reached. */
function offline(desk: Desk): Desk {
  if (desk.git("remote") !== "") desk.git("remote", "set-url", "origin", join(desk.folder, "nowhere.git"));
  return deskAt(desk.folder, cleanEnv());
}

describe.each<SandboxDialect>(["cloud", "profiles"])("an estimate from the ledger (%s)", (dialect) => {
  test("agrees with a plan for a simple edit, without a request", async () => {
    const sandbox = await startOrganisation({ dialect });
    const { ann } = newOffice(sandbox, { [FILE]: YAML });
    expect((await ann.run("apply --yes")).exitCode).toBe(0);
    ann.commit({ [FILE]: EDITED });
    const planned = await planAt(ann);
    sandbox.requests.length = 0;

    const estimated = await planAt(offline(ann), "--offline");
    expect(sandbox.requests).toEqual([]);
    expect([estimated.exitCode, estimated.err]).toEqual([0, ""]);
    expect(estimated.plan).toMatchObject({ isEstimate: true, hasLedger: true, refusals: [] });
    const named = (lines: readonly string[]) => lines.filter((line) => !line.includes("bob@example.com"));
    // Bob is in no YAML, so the ledger knows only his id, and the plan for him has nothing to say here.
    expect(named(changesOf(estimated))).toEqual(named(changesOf(planned)));
    expect(sourcesOf(estimated)).toEqual(sourcesOf(planned));
    expect(estimated.plan.fingerprint).toBe(planned.plan.fingerprint);
    const { out } = await offline(ann).run("plan --offline");
    expect(out).toMatch(/^An estimate, made without the organisation/);
  });

  test("refuses and removes nothing for groups, users and profiles that it doesn't know", async () => {
    const sandbox = await startOrganisation({ dialect });
    const desk = newDesk(sandbox, { [FILE]: YAML });
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    desk.commit({
      "skills/b.yaml": `skills:
  - name: Sales
    assign_to_users: [nobody.yet@example.com]
    assign_to_groups: [No Such Group]
    assign_to_profiles: [${dialect === "profiles" ? "Some Live Profile" : "Support"}]
`,
    });
    const { exitCode, plan, lines } = await planAt(offline(desk), "--offline");
    expect([exitCode, plan.refusals, plan.summary.destroy]).toEqual([0, [], 0]);
    expect(lines).toContain("+ nobody.yet@example.com gains Sales at 1 (edit)");
    expect((await offline(desk).run("plan --offline")).out).toContain("+ Sales (create or adopt)");
  });
});

describe("without a ledger", () => {
  test("everything is to create or adopt, in a fork and outside of git", async () => {
    const desk = newDesk(cleanEnv(), { [FILE]: YAML });
    const { exitCode, plan, lines } = await planAt(desk, "--offline");
    expect([exitCode, plan.hasLedger, plan.isEstimate]).toEqual([0, false, true]);
    expect(lines).toContain("+ ann@example.com gains Billing at 4 (edit)");
  });
});

describe("the plan file of an estimate", () => {
  test("can't be applied, though it names the right organisation and the very changes", async () => {
    const sandbox = await startOrganisation();
    const desk = newDesk(sandbox, { [FILE]: YAML });
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    desk.commit({ [FILE]: EDITED });
    const { err } = await offline(desk).run("plan --offline --out plan.json");
    expect(err).toBe("Plan written to plan.json. It is an estimate, so it can't be applied.\n");
    sandbox.requests.length = 0;
    const estimated = await desk.run("apply plan.json --yes");
    expect([estimated.exitCode, estimated.out]).toEqual([1, ""]);
    expect(estimated.err).toMatch(/^ESTIMATE: plan\.json is an estimate/);
    expect(sandbox.requests).toEqual([]);
    expect(JSON.parse(readFileSync(join(desk.folder, "plan.json"), "utf8"))).toMatchObject({
      isEstimate: true,
    });

    expect((await desk.run("plan --out plan.json")).exitCode).toBe(0);
    expect((await desk.run("apply plan.json --yes")).exitCode).toBe(0);
  });
});
