import { describe, expect, test } from "vitest";
import type { SandboxDialect, Seed } from "../../../src/sandbox/sandbox.ts";
import type { Desk, Files } from "../../support/desk.ts";
import { deskAt, newDesk, settings } from "../../support/desk.ts";
import { assignmentsOf, SMALL_SEED, startOrganisation, writesOf } from "../../support/organisation.ts";
import { planAt, refusedBy } from "../../support/planned.ts";

const FILE = "skills/a.yaml";

const YAML = `skills:
  - name: Billing
    assign_to_users:
      - ann@example.com
      - bob@example.com
      - cleo@example.com
      - dora@example.com
  - name: Refunds
    assign_to_users:
      - ann@example.com
      - bob@example.com
      - cleo@example.com
      - dora@example.com
`;

/** Ann's Sales and Bob's Complaints are nobody's business. */
const BY_HAND = ["ann@example.com Sales 2", "bob@example.com Complaints 5", "cleo@example.com Sales 4"];

interface Mishap {
  readonly title: string;
  readonly dialect: SandboxDialect;
  readonly files: Files;
  readonly codes: readonly string[];
  /** What is held once everything is allowed, but for what is manual. */
  readonly rest: readonly string[];
}

const MISHAPS: readonly Mishap[] = [
  {
    title: "an emptied file",
    dialect: "cloud",
    files: { [FILE]: "" },
    codes: ["NOTHING_DESIRED", "SKILL_DELETE", "TOO_MANY_REMOVALS"],
    rest: [],
  },
  {
    title: "a deleted file",
    dialect: "profiles",
    files: { [FILE]: null },
    codes: ["NOTHING_DESIRED", "SKILL_DELETE", "TOO_MANY_REMOVALS"],
    rest: [],
  },
  {
    title: "a file that lost its second half",
    dialect: "cloud",
    files: { [FILE]: YAML.slice(0, YAML.indexOf("      - cleo")) },
    codes: ["SKILL_DELETE", "TOO_MANY_REMOVALS"],
    rest: ["ann@example.com Billing 3", "bob@example.com Billing 1"],
  },
  {
    title: "a list that lost its items",
    dialect: "profiles",
    files: { [FILE]: YAML.replace(/Billing\n.*\n(.*\n){4}/, "Billing\n") },
    codes: ["UNCOVERED"],
    rest: ["ann", "bob", "cleo", "dora"].map((name) => `${name}@example.com Refunds 1`),
  },
  {
    title: "an edit of more users than settings allow",
    dialect: "cloud",
    files: {
      ...settings("guard: { max_users_losing: 1 }"),
      [FILE]: YAML.replace(/( {6}- (cleo|dora)@example.com\n){2}$/, ""),
    },
    codes: ["TOO_MANY_REMOVALS"],
    rest: [
      "ann@example.com Billing 3",
      "ann@example.com Refunds 1",
      "bob@example.com Billing 1",
      "bob@example.com Refunds 1",
      "cleo@example.com Billing 1",
      "dora@example.com Billing 1",
    ],
  },
];

/** Runs `apply --yes` where it has to be refused without a write, to the organisation or the ledger. */
async function expectNothingWritten(desk: Desk, sandbox: Awaited<ReturnType<typeof startOrganisation>>) {
  const [held, tip] = [sandbox.snapshot(), desk.git("rev-parse", "ledger/default")];
  sandbox.requests.length = 0;
  const { exitCode, out } = await desk.run("apply --yes");
  expect(exitCode).toBe(3);
  expect(writesOf(sandbox)).toEqual([]);
  expect(sandbox.snapshot()).toEqual(held);
  expect(desk.git("rev-parse", "ledger/default")).toBe(tip);
  return out;
}

test.each(MISHAPS)(
  "$title is refused until it is allowed on purpose ($dialect)",
  async ({ dialect, files, codes, rest }) => {
    const sandbox = await startOrganisation({ dialect });
    const desk = newDesk(sandbox, { [FILE]: YAML });
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    desk.commit(files);

    const planned = await planAt(desk);
    expect([planned.exitCode, refusedBy(planned).sort()]).toEqual([3, codes]);
    const out = await expectNothingWritten(desk, sandbox);
    for (const code of codes) expect(out).toMatch(new RegExp(`${code}: .*\n.*--allow ${code}\\.`));

    const [last = "", ...others] = codes.map((code) => `--allow ${code}`).reverse();
    const partly = await planAt(desk, others.join(" "));
    expect([partly.exitCode, refusedBy(partly)]).toEqual([3, codes.slice(-1)]);
    const allowed = await desk.run(["apply --yes", ...others, last].join(" "));
    expect(allowed.exitCode, allowed.text).toBe(0);
    expect(assignmentsOf(sandbox)).toEqual([...rest, ...BY_HAND].sort());
  },
);

describe("another organisation behind the credentials", () => {
  const elsewhere: Seed = { ...SMALL_SEED, organization: { id: "other", name: "Elsewhere" } };

  test("is refused for the sake of the ledger, and of the settings", async () => {
    const [here, there] = [await startOrganisation(), await startOrganisation({ seed: elsewhere })];
    const desk = newDesk(here, { [FILE]: YAML, ...settings(`organization: ${SMALL_SEED.organization?.id}`) });
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    const lost = deskAt(desk.folder, there);
    const { plan, exitCode } = await planAt(lost);
    expect(exitCode).toBe(3);
    expect(plan.refusals).toEqual([
      expect.objectContaining({ code: "WRONG_ORG", by: "settings", found: "other" }),
      expect.objectContaining({ code: "WRONG_ORG", by: "ledger", found: "other" }),
    ]);
    expect(await expectNothingWritten(lost, there)).toContain("--allow WRONG_ORG.");
  });

  test("is refused where it speaks the other dialect", async () => {
    const [cloud, profiles] = [await startOrganisation(), await startOrganisation({ dialect: "profiles" })];
    const desk = newDesk(cloud, { [FILE]: YAML });
    expect((await desk.run("apply --yes")).exitCode).toBe(0);
    const lost = deskAt(desk.folder, profiles);
    expect(refusedBy(await planAt(lost))).toEqual(["WRONG_DIALECT"]);
    expect(await expectNothingWritten(lost, profiles)).toContain("--allow WRONG_DIALECT.");
  });
});
