import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { TOKEN } from "../../github/fake-github.ts";
import { cleanEnv } from "../../ledger/repositories.ts";
import { ledgerIn } from "../../support/desk.ts";
import { assignmentsOf, SECRET, skillsOf, startOrganisation, writesOf } from "../../support/organisation.ts";
import type { GitHubOffice, MergeMethod } from "./office.ts";
import { appliedGitHubOffice, newGitHubOffice, reviewedIn } from "./office.ts";

const FILE = "skills/a.yaml";

function yaml(billing: string, ...more: readonly string[]): Record<string, string> {
  const lines = ["skills:", `  - { name: Billing, assign_to_users: [${billing}] }`, ...more];
  return { [FILE]: `${lines.join("\n")}\n` };
}

const [ANN, CLEO, DORA] = ["ann@example.com", "cleo@example.com", "dora@example.com"];
const REFUNDS = `  - { name: Refunds, assign_to_users: [${ANN}] }`;
const RETURNS = `  - { name: Returns, assign_to_users: [${DORA}] }`;

/** An office whose first state is applied: Ann and Cleo have Billing, Ann has Refunds. */
function start(): Promise<{ sandbox: Sandbox; office: GitHubOffice }> {
  return appliedGitHubOffice(yaml(`${ANN}, ${CLEO}`, REFUNDS));
}

/** A pull request that is opened, planned and merged. */
async function mergePlanned(
  office: GitHubOffice,
  files: Record<string, string>,
  how: MergeMethod = "squash",
  title?: string,
): Promise<number> {
  const pull = office.open(files);
  const { exitCode, text } = await office.plan(pull);
  expect(exitCode, text).toBe(0);
  office.merge(pull, how, title);
  return pull;
}

function has(sandbox: Sandbox, email: string): string[] {
  return Object.keys(skillsOf(sandbox, email)).sort();
}

test("a change's life: planned, pushed again, drifting, allowed by label, merged, applied, told", async () => {
  const { sandbox, office } = await start();
  const { github } = office;
  const writes = writesOf(sandbox);

  const pull = office.open(yaml(ANN, REFUNDS));
  const first = await office.plan(pull);
  expect(first.exitCode, first.text).toBe(0);
  const opened = office.comment(pull, "plan");
  expect(opened).toContain("Plan: 0 to add, 0 to change, 1 to destroy.");
  expect(reviewedIn(opened)).toBe(1);
  // The YAML names her no more, and whoever reads the comment must know whom it touches.
  expect(opened).toContain(`**Billing**, 1 person: ${CLEO}`);

  office.push(pull, yaml(`${ANN}, ${DORA}`, RETURNS));
  const second = await office.plan(pull);
  expect(second.exitCode, second.text).toBe(3);
  expect(github.commentsOn(pull)).toHaveLength(1);
  const refused = office.comment(pull, "plan");
  expect(refused).not.toBe(opened);
  expect(refused).toContain("SKILL_DELETE");

  sandbox.manualEdits.unassign(ANN, "Billing");
  const third = await office.plan(pull, "allow:SKILL_DELETE", "allow:MAYBE_RENAME", "bug");
  expect(third.exitCode, third.text).toBe(0);
  const allowed = office.comment(pull, "plan");
  expect(allowed).toContain("Allowed explicitly");
  const apart = allowed.split("### ").find((part) => part.startsWith("Reverts manual changes"));
  expect(apart).toContain("gains **Billing**");
  expect(writesOf(sandbox)).toEqual(writes);

  const before = ledgerIn(office.origin).applied?.revision;
  const merged = office.merge(pull);
  const applied = await office.apply();
  expect(applied.exitCode, applied.text).toBe(0);
  expect(ledgerIn(office.origin)).toMatchObject({ applied: { revision: merged } });
  expect(before).not.toBe(merged);
  expect(has(sandbox, ANN)).toEqual(["Billing", "Sales"]);
  expect(has(sandbox, CLEO)).toEqual(["Sales"]);
  expect(has(sandbox, DORA)).toEqual(["Billing", "Returns"]);
  expect(sandbox.snapshot().skills.map(({ name }) => name)).not.toContain("Refunds");
  expect(office.comment(pull, "apply")).toContain(":white_check_mark: Plan applied in");
  // What was reviewed stays as it was.
  expect(office.comment(pull, "plan")).toBe(allowed);
  for (const secret of [TOKEN, SECRET]) {
    const said = [first, second, third, applied].map(({ text }) => text);
    expect(JSON.stringify([said, github.commentsOn(pull)])).not.toContain(secret);
  }
});

test("drift opens one issue, keeps it up to date, and closes it once it is put back", async () => {
  const { sandbox, office } = await start();
  const issues = () => [...office.github.issues.values()];
  expect((await office.drift()).exitCode).toBe(0);
  expect(issues()).toEqual([]);

  sandbox.manualEdits.unassign(ANN, "Billing");
  expect((await office.drift()).exitCode).toBe(0);
  expect(issues()).toMatchObject([{ state: "open" }]);
  const [one] = issues().map(({ body }) => body);
  expect(one).toContain(ANN);
  expect(one).not.toContain(CLEO);

  expect((await office.drift()).exitCode).toBe(0);
  sandbox.manualEdits.unassign(CLEO, "Billing");
  expect((await office.drift()).exitCode).toBe(0);
  expect(issues()).toMatchObject([{ state: "open" }]);
  expect(issues()[0]?.body).toContain(CLEO);

  sandbox.manualEdits.assign(ANN, "Billing", 3);
  sandbox.manualEdits.assign(CLEO, "Billing", 1);
  expect((await office.drift()).exitCode).toBe(0);
  expect(issues()).toMatchObject([{ state: "closed" }]);
});

describe("an unreviewed removal", () => {
  test("is withheld with exit 4 while the rest is applied, waits in the next plan, and goes when allowed", async () => {
    const { sandbox, office } = await start();
    const pull = office.open(yaml(`${ANN}, ${DORA}`, REFUNDS));
    const before = ledgerIn(office.origin).applied?.revision;
    const head = office.merge(pull);

    const held = await office.apply();
    expect(held.exitCode, held.text).toBe(4);
    expect(held.out).toContain("1 change is withheld");
    expect(has(sandbox, DORA)).toEqual(["Billing"]);
    expect(has(sandbox, CLEO)).toContain("Billing");
    const ledger = ledgerIn(office.origin);
    expect([ledger.attempted?.revision, ledger.applied?.revision]).toEqual([head, before]);
    expect(office.comment(pull, "apply")).toMatch(
      /1 change is withheld[^]*Billing\*\*, 1 person: [^]*UNREVIEWED/,
    );

    const next = office.open({ "skills/b.yaml": "# Words.\nskills: []\n" });
    expect((await office.plan(next)).exitCode).toBe(0);
    const shown = office.comment(next, "plan");
    expect(shown).toContain("No changes.");
    expect(shown).toContain("### Merged and waiting: people who lose a skill");
    expect(shown).toContain("reviewed by nobody.");
    expect(reviewedIn(shown)).toBe(0);

    const again = await office.apply();
    expect(again.exitCode, again.text).toBe(4);
    const allowed = await office.apply("--allow UNREVIEWED");
    expect(allowed.exitCode, allowed.text).toBe(0);
    expect(has(sandbox, CLEO)).toEqual(["Sales"]);
    // Nobody is left waiting for what is done.
    expect(office.comment(pull, "apply")).toContain(":white_check_mark: Plan applied in");
    expect(office.comment(pull, "apply")).not.toContain("UNREVIEWED");
    expect((await office.apply()).exitCode).toBe(0);
  });

  test("is not let through by the next pull request, which only brings its own", async () => {
    const { sandbox, office } = await start();
    office.merge(office.open(yaml(ANN, REFUNDS)));
    expect((await office.apply()).exitCode).toBe(4);
    await mergePlanned(office, { "skills/b.yaml": "skills: [{ name: Returns }]\n" });
    const { exitCode, text } = await office.apply();
    expect(exitCode, text).toBe(4);
    expect(has(sandbox, CLEO)).toContain("Billing");
    expect(sandbox.snapshot().skills.map(({ name }) => name)).toContain("Returns");
  });

  test("is not allowed by two reviews that together remove the skill's last holders", async () => {
    const sandbox = await startOrganisation();
    const holds = (user: string): string => `users: [{ user: ${user}, skills: { Billing: } }]\n`;
    const files = {
      [FILE]: "skills: [{ name: Billing }]\n",
      "skills/1.yaml": holds(ANN),
      "skills/2.yaml": holds(CLEO),
    };
    const office = await newGitHubOffice(sandbox, files);
    sandbox.manualEdits.unassign("bob@example.com", "Billing");
    expect((await office.ann.run("apply --yes")).exitCode).toBe(0);
    const pulls = [office.open({ "skills/1.yaml": null }), office.open({ "skills/2.yaml": null })];
    for (const pull of pulls) expect((await office.plan(pull)).exitCode).toBe(0);
    const [first = 0, second = 0] = pulls;
    office.merge(first);
    expect((await office.apply()).exitCode).toBe(0);
    expect(has(sandbox, ANN)).not.toContain("Billing");
    office.merge(second);
    const { exitCode, text } = await office.apply();
    expect(exitCode, text).toBe(4);
    expect(text).toContain("UNCOVERED");
    expect(has(sandbox, CLEO)).toContain("Billing");
  });

  test("is not let through by a plan of an earlier commit", async () => {
    const { sandbox, office } = await start();
    const pull = office.open(yaml(ANN, REFUNDS));
    await office.plan(pull);
    office.push(pull, yaml(DORA, REFUNDS));
    office.merge(pull);
    const { exitCode, text } = await office.apply();
    expect(exitCode, text).toBe(4);
    expect(text).toContain(`#${pull} was merged with a later commit`);
    expect(has(sandbox, ANN)).toContain("Billing");
    expect(has(sandbox, CLEO)).toContain("Billing");
  });

  test("is not let through by a comment that somebody else wrote", async () => {
    const { sandbox, office } = await start();
    const pull = office.open(yaml(ANN, REFUNDS));
    await office.plan(pull);
    const [own] = office.github.commentsOn(pull);
    Object.assign(own ?? {}, { author: "mallory" });
    office.merge(pull);
    expect((await office.apply()).exitCode).toBe(4);
    expect(has(sandbox, CLEO)).toContain("Billing");
  });

  test("is withheld where it came by a push without a pull request", async () => {
    const { sandbox, office } = await start();
    const { ann } = office;
    ann.git("checkout", "--quiet", "main");
    ann.write(yaml(ANN, REFUNDS));
    // Old enough that nobody waits for GitHub to index it.
    const env = cleanEnv({ GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z" });
    execFileSync("git", ["commit", "--quiet", "--all", "--message", "Straight"], { cwd: ann.folder, env });
    ann.git("push", "--quiet", "origin", "main");
    const { exitCode, text } = await office.apply();
    expect(exitCode, text).toBe(4);
    expect(text).toContain("No merged pull request was found");
    expect(has(sandbox, CLEO)).toContain("Billing");
  });

  test("a manual value that came after the review is not overwritten", async () => {
    const { sandbox, office } = await start();
    const billing = `{ user: ${ANN}, proficiency: 4 }, ${CLEO}`;
    await mergePlanned(office, yaml(billing, REFUNDS));
    expect((await office.apply()).exitCode).toBe(0);
    await mergePlanned(office, yaml(`${billing}, ${DORA}`, REFUNDS));
    sandbox.manualEdits.assign(ANN, "Billing", 2);
    const { exitCode, text } = await office.apply();
    // It is for the drift issue: what the YAML asks for is applied.
    expect(exitCode, text).toBe(0);
    expect(ledgerIn(office.origin).applied?.revision).toBe(office.ann.git("rev-parse", "origin/main"));
    expect(text).toContain("1 change is withheld");
    expect(skillsOf(sandbox, ANN)).toMatchObject({ Billing: 2 });
    expect(has(sandbox, DORA)).toEqual(["Billing"]);
  });

  test("the review of a change ends when it is applied, also while the rest waits", async () => {
    const { sandbox, office } = await start();
    sandbox.manualEdits.assign(DORA, "Billing", 2);
    const line = `{ user: ${ANN}, proficiency: 5 }, ${CLEO}, { user: ${DORA}, proficiency: 4 }`;
    const pull = await mergePlanned(office, yaml(line, REFUNDS));
    sandbox.faults.set({
      serverErrorStatus: 403,
      serverError: { every: 1, on: `PATCH /api/v2/users/${sandbox.manualEdits.userId(ANN)}` },
    });
    expect((await office.apply()).exitCode).toBe(1);
    expect(skillsOf(sandbox, DORA)).toEqual({ Billing: 4 });
    const [noted] = ledgerIn(office.origin).carriedOut ?? [];
    expect(noted).toMatchObject({ pull, hashes: [expect.stringMatching(/^[0-9a-f]{12}$/)] });

    sandbox.faults.clear();
    sandbox.manualEdits.assign(DORA, "Billing", 2);
    const { exitCode, text } = await office.apply();
    expect(exitCode, text).toBe(0);
    expect(text).toContain("1 change is withheld");
    expect([skillsOf(sandbox, ANN)["Billing"], skillsOf(sandbox, DORA)]).toEqual([5, { Billing: 2 }]);
    expect(ledgerIn(office.origin)).not.toHaveProperty("carriedOut");
  });

  test("drift that came after the review is put back: it takes nothing away", async () => {
    const { sandbox, office } = await start();
    await mergePlanned(office, yaml(`${ANN}, ${CLEO}, ${DORA}`, REFUNDS));
    sandbox.manualEdits.unassign(ANN, "Billing");
    const { exitCode, text } = await office.apply();
    expect(exitCode, text).toBe(0);
    expect(has(sandbox, ANN)).toContain("Billing");
    expect(has(sandbox, DORA)).toEqual(["Billing"]);
  });
});

describe("merging", () => {
  test.each(["squash", "merge", "rebase"] as const)("by %s counts as reviewed", async (how) => {
    const { sandbox, office } = await start();
    const pull = office.open(yaml(`${ANN}, ${CLEO}, ${DORA}`, REFUNDS));
    office.push(pull, yaml(ANN, REFUNDS));
    await office.plan(pull);
    office.merge(pull, how);
    const { exitCode, text } = await office.apply();
    expect(exitCode, text).toBe(0);
    expect(has(sandbox, CLEO)).toEqual(["Sales"]);
    expect(office.comment(pull, "apply")).toContain("Plan applied");
  });

  test.each(["squash", "rebase"] as const)("several at once by %s applies them all", async (how) => {
    const { sandbox, office } = await start();
    const one = await mergePlanned(office, yaml(ANN, REFUNDS), how);
    const two = await mergePlanned(office, yaml(DORA, REFUNDS), how);
    const { exitCode, text } = await office.apply();
    expect(exitCode, text).toBe(0);
    expect(assignmentsOf(sandbox).filter((line) => line.includes("Billing"))).toEqual([
      "bob@example.com Billing 1",
      "dora@example.com Billing 1",
    ]);
    for (const pull of [one, two]) expect(office.comment(pull, "apply")).toContain("Plan applied");
  });

  test("a revert takes back what it says it takes back", async () => {
    const { sandbox, office } = await start();
    await mergePlanned(office, yaml(`${ANN}, ${CLEO}, ${DORA}`, REFUNDS));
    expect((await office.apply()).exitCode).toBe(0);
    const revert = await mergePlanned(
      office,
      yaml(`${ANN}, ${CLEO}`, REFUNDS),
      "squash",
      'Revert "Take care (#1)"',
    );
    const { exitCode, text } = await office.apply();
    expect(exitCode, text).toBe(0);
    expect(has(sandbox, DORA)).toEqual([]);
    expect(office.comment(revert, "apply")).toContain("Plan applied");
  });
});

describe("a run that is started again", () => {
  test("finishes what was applied by half", async () => {
    const { sandbox, office } = await start();
    const pull = await mergePlanned(office, yaml(DORA, REFUNDS));
    sandbox.faults.set({
      serverErrorStatus: 403,
      serverError: { every: 1, on: sandbox.manualEdits.userId(CLEO) },
    });
    const half = await office.apply();
    expect(half.exitCode, half.text).toBe(1);
    expect(office.comment(pull, "apply")).toContain(":x: Error applying plan");
    sandbox.faults.clear();

    const whole = await office.apply();
    expect(whole.exitCode, whole.text).toBe(0);
    expect(assignmentsOf(sandbox).filter((line) => line.includes("Billing"))).toEqual([
      "bob@example.com Billing 1",
      "dora@example.com Billing 1",
    ]);
    expect(office.comment(pull, "apply")).toContain(":white_check_mark: Plan applied");
  });

  test("does nothing where it is old", async () => {
    const { sandbox, office } = await start();
    await mergePlanned(office, yaml(ANN, REFUNDS));
    const old = office.ann.git("rev-parse", "origin/main");
    expect((await office.apply()).exitCode).toBe(0);
    await mergePlanned(office, yaml(`${ANN}, ${DORA}`, REFUNDS));
    expect((await office.apply()).exitCode).toBe(0);
    const [before, ledger, writes] = [
      assignmentsOf(sandbox),
      ledgerIn(office.origin),
      office.github.writes(),
    ];
    const { exitCode, text } = await office.apply("", old);
    expect(exitCode, text).toBe(0);
    expect(assignmentsOf(sandbox)).toEqual(before);
    expect(ledgerIn(office.origin)).toEqual(ledger);
    expect(office.github.writes()).toEqual(writes);
  });

  test("leaves the comment of a plan alone that has a newer commit", async () => {
    const { office } = await start();
    const pull = office.open(yaml(ANN, REFUNDS));
    await office.plan(pull);
    const body = office.comment(pull, "plan");
    Object.assign(office.github.pulls.get(pull) ?? {}, { state: "closed" });
    expect((await office.plan(pull, "allow:SKILL_DELETE")).exitCode).toBe(0);
    expect(office.comment(pull, "plan")).toBe(body);
  });
});

test("a GitHub that refuses comments fails no plan", async () => {
  const { office } = await start();
  const pull = office.open(yaml(ANN, REFUNDS));
  office.github.trouble({ method: "POST", path: /comments$/, status: 403 });
  const { exitCode, err } = await office.plan(pull);
  expect([exitCode, office.github.commentsOn(pull)]).toEqual([0, []]);
  expect(err).toContain("pull-requests: write");
});
