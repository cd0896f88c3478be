/** However an apply ends, the merged pull request and the step's outputs say how. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { temporaryDirectory } from "../../ledger/repositories.ts";
import { leaseIn } from "../../support/desk.ts";
import type { Gate } from "../../support/gate.ts";
import { isWrite, startGate } from "../../support/gate.ts";
import { assignmentsOf, environmentOf, startOrganisation } from "../../support/organisation.ts";
import type { GitHubOffice, WorkflowRun } from "./office.ts";
import { newGitHubOffice } from "./office.ts";

const [ANN, CLEO] = ["ann@example.com", "cleo@example.com"];
const YAML = (who: string) => ({
  "skills/a.yaml": `skills: [{ name: Billing, assign_to_users: [${who}] }]\n`,
});

const REFUNDS = `skills: [{ name: Refunds, assign_to_users: [${CLEO}] }]\n`;

interface Merged {
  readonly sandbox: Sandbox;
  readonly gate: Gate;
  readonly office: GitHubOffice;
  /** Cleo gains Billing and Refunds, which comes; merged and not applied. */
  readonly pull: number;
}

async function merged(): Promise<Merged> {
  const sandbox = await startOrganisation();
  const gate = await startGate(sandbox);
  const office = await newGitHubOffice(sandbox, YAML(ANN), gate.env);
  expect((await office.ann.run("apply --yes --allow NOT_MERGED")).exitCode).toBe(0);
  const pull = office.open({ ...YAML(`${ANN}, ${CLEO}`), "skills/b.yaml": REFUNDS });
  expect((await office.plan(pull)).exitCode).toBe(0);
  office.merge(pull);
  return { sandbox, gate, office, pull };
}

/** Has the bare repository refuse every push from now on, or none. */
function refusePushes(origin: string, isRefused = true): void {
  const hook = join(origin, "hooks", "pre-receive");
  mkdirSync(join(origin, "hooks"), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\nexit ${isRefused ? 1 : 0}\n`);
  chmodSync(hook, 0o755);
}

function endOf({ exitCode, outputs }: WorkflowRun): [number, string | undefined] {
  return [exitCode, outputs["failure_reason"]];
}

const RUN = "[this run](https://github.test/acme/skills/actions/runs/77)";

test("an apply whose ledger can't be pushed says that nothing was changed, and a later one that it is done", async () => {
  const { sandbox, office, pull } = await merged();
  refusePushes(office.origin);
  const before = assignmentsOf(sandbox);
  const failed = await office.apply();
  expect(endOf(failed)).toEqual([1, "error"]);
  expect(assignmentsOf(sandbox)).toEqual(before);
  const told = office.comment(pull, "apply");
  expect(told).toContain(`:x: Plan not applied in ${RUN}`);
  expect(told).toContain("LEDGER");
  expect(told).toContain("Nothing was changed in the organisation.");
  expect(failed.summary).toContain(`:x: Plan not applied in ${RUN}`);

  refusePushes(office.origin, false);
  expect(endOf(await office.apply())).toEqual([0, ""]);
  expect(office.comment(pull, "apply")).toContain(":white_check_mark: Plan applied in");
});

test("an apply that loses the ledger on its way says what it did and why it ended", async () => {
  const { gate, office, pull } = await merged();
  const { ann } = office;
  const isHeld = gate.holdFrom(isWrite);
  const applying = office.apply();
  await isHeld;
  ann.git("fetch", "--quiet", "origin", "ledger/default");
  const tip = ann.git("commit-tree", "FETCH_HEAD^{tree}", "-p", "FETCH_HEAD", "-m", "Meddle");
  ann.git("push", "--quiet", "origin", `${tip}:refs/heads/ledger/default`);
  gate.open();
  const lost = await applying;
  expect(endOf(lost)).toEqual([1, "apply-failed"]);
  expect(lost.err).toContain("LEDGER_MOVED");
  const told = office.comment(pull, "apply");
  expect(told).toContain(`:x: Error applying plan in ${RUN}`);
  expect(told).toMatch(/: [1-3] done, 0 failed, [0-2] skipped\./);
  expect(told).toContain("LEDGER_MOVED");
});

describe("an apply that is interrupted", () => {
  test("while it writes finishes what is in flight, and says what is left", async () => {
    const { gate, office, pull } = await merged();
    const isHeld = gate.holdFrom(isWrite);
    const applying = office.apply();
    await isHeld;
    // As GitHub's runner does it, which does not wait for long.
    process.emit("SIGINT");
    process.emit("SIGTERM");
    gate.open();
    expect(endOf(await applying)).toEqual([1, "interrupted"]);
    expect(office.comment(pull, "apply")).toContain(`:x: Apply interrupted in ${RUN}`);
    expect(office.comment(pull, "apply")).toContain("Stopped: 1 done, 0 failed, 2 skipped.");
    expect(leaseIn(office.origin)).toBeNull();
  });

  test("while it reads has changed nothing, and says so", async () => {
    const { sandbox, gate, office, pull } = await merged();
    const before = assignmentsOf(sandbox);
    const isHeld = gate.holdFrom(({ path }) => path.startsWith("/api/v2/users?"));
    const applying = office.apply();
    await isHeld;
    process.emit("SIGINT");
    expect(endOf(await applying)).toEqual([130, "interrupted"]);
    expect(assignmentsOf(sandbox)).toEqual(before);
    expect(office.comment(pull, "apply")).toContain(`:x: Apply interrupted in ${RUN}`);
    expect(office.comment(pull, "apply")).toContain("Nothing was changed in the organisation.");
  });
});

describe("an apply that can't start", () => {
  test("for want of the right credentials says so on the pull requests since the last apply", async () => {
    const { sandbox, gate, office, pull } = await merged();
    gate.env["GENESYS_CLIENT_SECRET"] = "another-secret";
    const { exitCode, err } = await office.apply();
    expect(exitCode, err).toBe(1);
    const told = office.comment(pull, "apply");
    expect(told).toContain(`:x: Plan not applied in ${RUN}`);
    expect(told).toContain("GENESYS_CLIENT_SECRET");
    expect(told).not.toContain("another-secret");

    // The next one is about both pull requests.
    Object.assign(gate.env, environmentOf({ ...sandbox, url: gate.env["GENESYS_API_URL"] ?? "" }));
    expect((await office.apply()).exitCode).toBe(0);
    expect(office.comment(pull, "apply")).toContain("Plan applied");
  });

  test("because it doesn't follow the last one is told to the newest pull request", async () => {
    const { office, pull } = await merged();
    const { ann } = office;
    // Somebody applied a commit from a desk that never came to main.
    ann.git("checkout", "--quiet", "-B", "aside", "origin/main");
    ann.commit({ "skills/a.yaml": "skills: [{ name: Billing }, { name: Aside }]\n" });
    expect((await ann.run("apply --yes --allow NOT_MERGED")).exitCode).toBe(0);
    ann.git("checkout", "--quiet", "main");
    const next = office.open(YAML(CLEO));
    office.github.addComment(next, "github-actions[bot]", office.comment(pull, "plan"));
    office.merge(next);
    expect(endOf(await office.apply())).toEqual([3, "refused"]);
    expect(office.comment(next, "apply")).toContain("**STALE**");
    expect(() => office.comment(pull, "apply")).toThrow();
  });

  test("because the plan in a file is no longer right says so", async () => {
    const { sandbox, office, pull } = await merged();
    const file = join(temporaryDirectory(), "plan.json");
    expect((await office.run(`plan --out ${file}`)).exitCode).toBe(0);
    sandbox.manualEdits.unassign(ANN, "Billing");
    expect(endOf(await office.run(`apply ${file} --yes --comment`))).toEqual([4, "plan-changed"]);
    expect(office.comment(pull, "apply")).toContain("**PLAN_CHANGED**");
  });
});

test("with --comment alone the result is told, too", async () => {
  const { office, pull } = await merged();
  expect((await office.run("apply --yes --comment")).exitCode).toBe(0);
  expect(office.comment(pull, "apply")).toContain(":white_check_mark: Plan applied in");
});

test("a GitHub that takes no comment hides neither the failure nor the exit code", async () => {
  const { office, pull } = await merged();
  refusePushes(office.origin);
  office.github.trouble({ method: "POST", path: /comments$/, status: 403 });
  const { exitCode, err } = await office.apply();
  expect(exitCode).toBe(1);
  expect(err.indexOf("LEDGER")).toBeGreaterThanOrEqual(0);
  expect(err.indexOf("LEDGER")).toBeLessThan(err.indexOf("pull-requests: write"));
  expect(() => office.comment(pull, "apply")).toThrow();

  refusePushes(office.origin, false);
  office.github.trouble({ method: "POST", path: /comments$/, status: 403 });
  expect((await office.apply()).exitCode).toBe(0);
});
