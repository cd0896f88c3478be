/** Ways to have a removal applied that no reviewer saw. None of them works: what is taken away stays, and the run ends with 4. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { readPlanMark } from "../../../src/github/marker.ts";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { cleanEnv } from "../../ledger/repositories.ts";
import { skillsOf } from "../../support/organisation.ts";
import type { GitHubOffice } from "./office.ts";
import { appliedGitHubOffice } from "./office.ts";

const [ANN, CLEO] = ["ann@example.com", "cleo@example.com"];
const FILE = "skills/billing.yaml";

function billing(...users: readonly string[]): Record<string, string> {
  return { [FILE]: `skills: [{ name: Billing, assign_to_users: [${users.join(", ")}] }]\n` };
}

const WITHOUT_CLEO = billing(ANN);
const OTHER = { "skills/other.yaml": "skills: [{ name: Returns }]\n" };

interface Scene {
  readonly sandbox: Sandbox;
  readonly office: GitHubOffice;
}

/** Ann and Cleo have Billing from the YAML. */
function start(): Promise<Scene> {
  return appliedGitHubOffice(billing(ANN, CLEO));
}

async function planned(office: GitHubOffice, pull: number, ...labels: string[]): Promise<void> {
  const { exitCode, text } = await office.plan(pull, ...labels);
  expect(exitCode, text).toBe(0);
}

async function expectWithheld({ sandbox, office }: Scene): Promise<void> {
  const { exitCode, text } = await office.apply();
  expect(exitCode, text).toBe(4);
  expect(Object.keys(skillsOf(sandbox, CLEO))).toContain("Billing");
}

describe("a removal is not applied", () => {
  test("that was pushed with force after the plan, though the old plan is run again", async () => {
    const scene = await start();
    const { office } = scene;
    const pull = office.open(OTHER);
    await planned(office, pull);
    const shown = office.comment(pull, "plan");
    office.ann.git("reset", "--quiet", "--hard", "origin/main");
    office.push(pull, WITHOUT_CLEO);
    expect((await office.planAgain(pull)).err).toContain("has a newer commit");
    expect(office.comment(pull, "plan")).toBe(shown);
    office.merge(pull);
    await expectWithheld(scene);
  });

  test("that is planned only after the merge", async () => {
    const scene = await start();
    const { office } = scene;
    const pull = office.open(WITHOUT_CLEO);
    office.github.trouble({ method: "POST", path: /comments$/, status: 403 });
    await planned(office, pull);
    office.merge(pull);
    expect((await office.planAgain(pull)).err).toContain(`pull request ${pull} is closed`);
    expect(office.github.commentsOn(pull)).toEqual([]);
    await expectWithheld(scene);
  });

  test("that the branch had already for which the pull request was planned before it was retargeted", async () => {
    const scene = await start();
    const { office } = scene;
    office.ann.git("checkout", "--quiet", "-b", "release", "origin/main");
    office.ann.commit(WITHOUT_CLEO);
    office.ann.git("push", "--quiet", "origin", "release");
    const pull = office.open(WITHOUT_CLEO);
    office.push(pull, OTHER);
    const { exitCode, text } = await office.planInto("release", pull);
    expect(exitCode, text).toBe(0);
    expect(readPlanMark(office.comment(pull, "plan"))?.hashes).toEqual([]);
    Object.assign(office.github.pulls.get(pull) ?? {}, { base: "main" });
    office.merge(pull);
    await expectWithheld(scene);
  });

  test("that came with another pull request than the one that showed it", async () => {
    const scene = await start();
    const { office } = scene;
    const shown = office.open(WITHOUT_CLEO);
    await planned(office, shown);
    const stacked = office.open(OTHER);
    office.ann.git("merge", "--quiet", "--no-edit", `branch-${shown}`);
    office.push(stacked, { "README.md": "Words.\n" });
    office.merge(stacked);
    await expectWithheld(scene);
  });

  test("that a commit brings whose title names the pull request that brought it once", async () => {
    const scene = await start();
    const { office } = scene;
    const first = office.open(WITHOUT_CLEO);
    await planned(office, first);
    office.merge(first);
    expect((await office.apply()).exitCode).toBe(0);
    const back = office.open(billing(ANN, CLEO));
    await planned(office, back);
    office.merge(back);
    expect((await office.apply()).exitCode).toBe(0);
    office.ann.git("checkout", "--quiet", "main");
    office.ann.write(WITHOUT_CLEO);
    // Old enough that nobody waits for GitHub to index it.
    const env = cleanEnv({ GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z" });
    const message = `Revert "Revert" (#${first})`;
    execFileSync("git", ["commit", "--quiet", "--all", "--message", message], {
      cwd: office.ann.folder,
      env,
    });
    office.ann.git("push", "--quiet", "origin", "main");
    await expectWithheld(scene);
  });

  test("of a skill whose delete was allowed by somebody who may only read", async () => {
    const scene = await start();
    const { sandbox, office } = scene;
    const pull = office.open({ ...OTHER, [FILE]: null });
    office.github.pulls.get(pull)?.labelledBy.set("allow:SKILL_DELETE", "mallory");
    office.github.permissions.set("mallory", "read");
    const { exitCode } = await office.plan(pull, "allow:SKILL_DELETE", "allow:TOO_MANY_REMOVALS");
    expect(exitCode).toBe(3);
    expect(office.comment(pull, "plan")).toContain("mallory, who set it, has no write access");
    office.merge(pull);
    await expectWithheld(scene);
    expect(sandbox.snapshot().skills.map(({ name }) => name)).toContain("Billing");
  });

  test("of a plan that was refused and merged all the same, also by the next one, which adds a line", async () => {
    const scene = await start();
    const { sandbox, office } = scene;
    const refused = office.open({ [FILE]: "skills: [{ name: Sales }]\n" });
    expect((await office.plan(refused)).exitCode).toBe(3);
    office.merge(refused);
    await expectWithheld(scene);
    const next = office.open(OTHER);
    await planned(office, next);
    expect(readPlanMark(office.comment(next, "plan"))?.hashes).toEqual([]);
    office.merge(next);
    await expectWithheld(scene);
    expect(sandbox.snapshot().skills.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Billing", "Returns"]),
    );
  });
});
