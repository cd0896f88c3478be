import { describe, expect, test } from "vitest";
import type { SandboxDialect } from "../../../src/sandbox/sandbox.ts";
import { git } from "../../ledger/repositories.ts";
import { leaseIn, ledgerIn, newDesk, newOffice, oursIn, storyIn } from "../../support/desk.ts";
import { assignmentsOf, startOrganisation } from "../../support/organisation.ts";

/** Ann holds Billing at 3 manually before, and Bob at 1; the YAML doesn't name Bob's. */
const FIRST = `
skills:
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

/** Cleo loses Billing, Ann gets better, and Bob's Complaints, which he holds manually at 5, become ours. */
const SECOND = `
skills:
  - name: Billing
    assign_to_users:
      - { user: ann@example.com, proficiency: 5 }
  - name: Refunds
    assign_to_groups: [{ group: Desk, proficiency: 2 }]
  - name: Complaints
    assign_to_users: [bob@example.com]
profiles:
  - name: Support
    skills: [Billing]
    members: { users: [dora@example.com] }
`;

/** Complaints go from Bob to Dora, and something new comes. */
const THIRD = SECOND.replace("[bob@example.com]", "[{ user: dora@example.com, proficiency: 3 }]").replace(
  "profiles:",
  "  - { name: Night Shift, assign_to_users: [ann@example.com] }\nprofiles:",
);

const PLACES: readonly { readonly dialect: SandboxDialect; readonly home: "origin" | "this repository" }[] = [
  { dialect: "cloud", home: "origin" },
  { dialect: "profiles", home: "origin" },
  { dialect: "cloud", home: "this repository" },
];

describe.each(PLACES)("a history with the ledger in $home ($dialect)", ({ dialect, home }) => {
  test("takes away what was ours, keeps what people set, and can be read in git", async () => {
    const sandbox = await startOrganisation({ dialect });
    const files = { "skills/a.yaml": FIRST };
    const office = home === "origin" ? newOffice(sandbox, files) : null;
    const desk = office?.ann ?? newDesk(sandbox, files);
    const where = office?.origin ?? desk.folder;
    const commit = (path: string, text: string): string => {
      const revision = desk.commit({ [path]: text });
      if (office) desk.git("push", "--quiet", "origin", "main");
      return revision;
    };
    const apply = async (): Promise<void> => {
      const { exitCode, text } = await desk.run("apply --yes");
      expect(exitCode, text).toBe(0);
    };

    const first = desk.git("rev-parse", "HEAD");
    await apply();
    sandbox.manualEdits.assign("dora@example.com", "Sales", 5);
    sandbox.manualEdits.assign("cleo@example.com", "Refunds", 3);
    const second = commit("skills/a.yaml", SECOND);
    await apply();
    sandbox.manualEdits.unassign("bob@example.com", "Refunds");
    sandbox.manualEdits.assign("cleo@example.com", "Billing", 2);
    const third = commit("skills/a.yaml", THIRD);
    await apply();
    const last = commit("README.md", "Words alone.\n");
    await apply();

    expect(assignmentsOf(sandbox)).toEqual([
      "ann@example.com Billing 5",
      "ann@example.com Night Shift 1",
      "ann@example.com Sales 2",
      "bob@example.com Billing 1",
      "bob@example.com Refunds 2",
      "cleo@example.com Billing 2",
      "cleo@example.com Refunds 3",
      "cleo@example.com Sales 4",
      "dora@example.com Billing 1",
      "dora@example.com Complaints 3",
      "dora@example.com Refunds 2",
      "dora@example.com Sales 5",
    ]);
    const ledger = ledgerIn(where);
    expect(oursIn(ledger, sandbox)).toEqual([
      "ann@example.com Billing 5",
      "ann@example.com Night Shift 1",
      "bob@example.com Refunds 2",
      "dora@example.com Billing 1",
      "dora@example.com Complaints 3",
      "dora@example.com Refunds 2",
    ]);
    expect(ledger).toMatchObject({ dialect, applied: { revision: last } });
    expect(leaseIn(where)).toBeNull();
    expect(ledger.profiles.map(({ slug, skills }) => [slug, skills.map(({ name }) => name)])).toEqual(
      dialect === "profiles" ? [["support", ["Billing"]]] : [],
    );

    const entries = dialect === "profiles" ? 1 : 0;
    expect(storyIn(where)).toEqual([
      `Begin: ${5 + entries} to add, 1 to change, 0 to destroy`,
      `Apply: ${5 + entries} to add, 1 to change, 0 to destroy`,
      "Begin: 0 to add, 1 to change, 1 to destroy",
      "Apply: 0 to add, 1 to change, 1 to destroy",
      "Begin: 4 to add, 0 to change, 1 to destroy",
      "Apply: 4 to add, 0 to change, 1 to destroy",
      "Apply: 0 to add, 0 to change, 0 to destroy",
    ]);
    const bodies = git(where, "log", "--reverse", "--format=%b", "--grep=^Apply", "ledger/default");
    const fields = (name: string) => bodies.split("\n").filter((line) => line.startsWith(`${name}: `));
    expect(fields("Revision")).toEqual([first, second, third, last].map((commit) => `Revision: ${commit}`));
    expect(fields("Target")).toEqual(Array(4).fill("Target: default"));
    expect(bodies).not.toContain("Ann");
    expect(changedAssignments(where, first, second)).toEqual([
      '- { "name": "Billing", "proficiency": 1 }',
      '- { "name": "Billing", "proficiency": 4 }',
      '+ { "name": "Billing", "proficiency": 5 }',
      '+ { "name": "Complaints", "proficiency": 5 }',
    ]);

    office?.bob.git("pull", "--quiet");
    const { exitCode, text } = await (office?.bob ?? desk).run("plan --detailed-exitcode");
    expect(exitCode, text).toBe(0);
  });
});

/** The lines about assignments, without their keys, between the commits that applied these two revisions. */
function changedAssignments(where: string, ...revisions: readonly [string, string]): string[] {
  const [from = "", to = ""] = revisions.map((revision) =>
    git(where, "log", "--format=%H", `--grep=^Apply`, "--grep", revision, "--all-match", "ledger/default"),
  );
  return git(where, "diff", "--unified=0", from, to)
    .split("\n")
    .filter((line) => /^[-+].*"proficiency"/.test(line))
    .map((line) => line.replace(/^([-+])\s+"[^"]+": /, "$1 ").replace(/,$/, ""))
    .sort((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1));
}
