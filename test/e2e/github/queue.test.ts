/** The merge queue: pull requests that are tried together on a branch of its own, and land together. */
import { describe, expect, test } from "vitest";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { ledgerIn } from "../../support/desk.ts";
import { skillsOf, writesOf } from "../../support/organisation.ts";
import type { GitHubOffice, MergeMethod } from "./office.ts";
import { appliedGitHubOffice } from "./office.ts";

const [ANN, CLEO] = ["ann@example.com", "cleo@example.com"];

/** Each skill in a file of its own, so that pull requests don't meet in one. */
function skill(name: string, ...holders: readonly string[]): Record<string, string> {
  return {
    [`skills/${name.toLowerCase()}.yaml`]: `skills: [{ name: ${name}, assign_to_users: [${holders.join(", ")}] }]\n`,
  };
}

const NO_REFUNDS = { "skills/refunds.yaml": "skills: []\n" };

interface Queue {
  readonly sandbox: Sandbox;
  readonly office: GitHubOffice;
}

/** Ann and Cleo have Billing, Ann has Refunds. */
function start(): Promise<Queue> {
  return appliedGitHubOffice({ ...skill("Billing", ANN, CLEO), ...skill("Refunds", ANN) });
}

/** Pull requests that are open side by side, each planned and passed. */
async function openPlanned(
  office: GitHubOffice,
  ...all: readonly (readonly [Record<string, string>, ...string[]])[]
): Promise<number[]> {
  const pulls: number[] = [];
  for (const [files, ...labels] of all) {
    const pull = office.open(files);
    const { exitCode, text } = await office.plan(pull, ...labels);
    expect(exitCode, text).toBe(0);
    pulls.push(pull);
  }
  return pulls;
}

describe("a merge group", () => {
  test.each<MergeMethod>(["squash", "merge", "rebase"])(
    "by %s is planned with the labels of all its pull requests, without a comment, and applied when it lands",
    async (how) => {
      const { sandbox, office } = await start();
      const pulls = await openPlanned(office, [NO_REFUNDS, "allow:SKILL_DELETE"], [skill("Billing", ANN)]);
      const group = office.queue(pulls, how);
      const [writes, comments] = [writesOf(sandbox), office.github.writes()];
      const planned = await group.plan();
      expect(planned.exitCode, planned.text).toBe(0);
      expect(planned.outputs).toMatchObject({ to_destroy: "3", failure_reason: "" });
      expect(planned.summary).toContain("Allowed explicitly");
      expect([writesOf(sandbox), office.github.writes()]).toEqual([writes, comments]);

      const head = group.land();
      const applied = await office.apply();
      expect(applied.exitCode, applied.text).toBe(0);
      expect(Object.keys(skillsOf(sandbox, CLEO))).toEqual(["Sales"]);
      expect(sandbox.snapshot().skills.map(({ name }) => name)).not.toContain("Refunds");
      expect(ledgerIn(office.origin).applied?.revision).toBe(head);
      for (const pull of pulls) expect(office.comment(pull, "apply")).toContain("Plan applied in");
    },
  );

  test("by rebase lands by what GitHub's index says of its commits", async () => {
    const { sandbox, office } = await start();
    const pulls = await openPlanned(office, [skill("Billing", ANN)], [skill("Returns", CLEO)]);
    const group = office.queue(pulls, "rebase");
    expect((await group.plan()).exitCode).toBe(0);
    group.land();
    const applied = await office.apply();
    expect(applied.exitCode, applied.text).toBe(0);
    expect(Object.keys(skillsOf(sandbox, CLEO)).sort()).toEqual(["Returns", "Sales"]);
    for (const pull of pulls) expect(office.comment(pull, "apply")).toContain("Plan applied in");
  });

  test("is refused for what its pull requests do only together", async () => {
    const shift = (name: string, ...users: readonly string[]) => ({
      [`skills/${name}.yaml`]: `profiles: [{ name: ${name}, skills: [Returns], members: { users: [${users.join(", ")}] } }]\n`,
    });
    const { office } = await appliedGitHubOffice({
      ...{ "skills/returns.yaml": "skills: [{ name: Returns }]\n" },
      ...{ ...shift("early", ANN), ...shift("late", CLEO) },
    });
    // Each of them leaves somebody who has it.
    const pulls = await openPlanned(office, [shift("early")], [shift("late")]);
    const { exitCode, text } = await office.queue(pulls).plan();
    expect([exitCode, text]).toEqual([3, expect.stringContaining("UNCOVERED")]);
  });

  test("takes no label of a pull request that is not in it, though the title of a commit names it", async () => {
    const { office } = await start();
    const [labelled = 0] = await openPlanned(office, [NO_REFUNDS, "allow:SKILL_DELETE"]);
    const other = office.open(NO_REFUNDS);
    office.ann.git("commit", "--quiet", "--amend", "--message", `Take care (#${labelled})`);
    const { exitCode, outputs } = await office.queue([other], "rebase").plan();
    expect([exitCode, outputs["failure_reason"]]).toEqual([3, "refused"]);
  });

  test("takes no label of a pull request that is closed, or that goes elsewhere", async () => {
    const { office } = await start();
    const [pull = 0] = await openPlanned(office, [NO_REFUNDS, "allow:SKILL_DELETE"]);
    const group = office.queue([pull]);
    for (const facts of [{ base: "release" }, { base: "main", state: "closed" as const }]) {
      Object.assign(office.github.pulls.get(pull) ?? {}, facts);
      const { exitCode, outputs } = await group.plan();
      expect([exitCode, outputs["failure_reason"]]).toEqual([3, "refused"]);
    }
  });

  test("whose labels can't be read is planned without them", async () => {
    const { office } = await start();
    const [pull = 0] = await openPlanned(office, [NO_REFUNDS, "allow:SKILL_DELETE"]);
    office.github.trouble({ method: "GET", path: /pulls\/\d+$/, status: 403 });
    const { exitCode, err } = await office.queue([pull]).plan();
    expect([exitCode, err]).toEqual([3, expect.stringContaining("The labels could not be read")]);
  });
});
