/** The run that is named in the ledger's lease: GitHub says whether it is over, so that nobody has to wait for it. */
import { expect, test } from "vitest";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import type { FakeJob } from "../../github/fake-github.ts";
import { leaseIn } from "../../support/desk.ts";
import { leaveIntent } from "../../support/intent.ts";
import { skillsOf, startOrganisation, writesOf } from "../../support/organisation.ts";
import type { PassedWaits } from "../../support/waits.ts";
import { passWaits } from "../../support/waits.ts";
import type { GitHubOffice } from "./office.ts";
import { newGitHubOffice } from "./office.ts";

const YAML = { "skills/a.yaml": "skills: [{ name: Billing, assign_to_users: [dora@example.com] }]\n" };

const ZOES_JOB = {
  GITHUB_RUN_ID: "70",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_SERVER_URL: "https://github.test",
  GITHUB_REPOSITORY: "acme/skills",
  RUNNER_NAME: "GitHub Actions 3",
};

const JOB: FakeJob = { status: "completed", runner: "GitHub Actions 3" };
const OTHER: FakeJob = { status: "in_progress", runner: "GitHub Actions 4" };

/** An office whose ledger is held by a run on GitHub that has these jobs. */
async function heldByZoe(
  jobs: readonly FakeJob[] | null,
  env: NodeJS.ProcessEnv = ZOES_JOB,
): Promise<{ sandbox: Sandbox; office: GitHubOffice; waits: PassedWaits }> {
  const sandbox = await startOrganisation();
  const office = await newGitHubOffice(sandbox, YAML);
  await leaveIntent(office.ann, undefined, env);
  if (jobs) office.github.jobs.set("70 2", jobs);
  return { sandbox, office, waits: passWaits() };
}

/** The time in which a last request may still be under way; reads are not old here. */
const OUTCOMES = 60;
/** In which a run that has died renews nothing. */
const UNMOVED = 180;

test.each([
  ["is over", [JOB]],
  ["is over, while another of its run goes on", [OTHER, JOB]],
])("a run whose job %s is not waited for", async (_, jobs) => {
  const { sandbox, office, waits } = await heldByZoe(jobs);
  const { exitCode, text } = await office.run("apply --yes");
  expect(exitCode, text).toBe(0);
  expect(waits.seconds()).toBe(OUTCOMES);
  expect([leaseIn(office.origin), skillsOf(sandbox, "dora@example.com")]).toEqual([null, { Billing: 1 }]);
});

test("one that is over is no reason to refuse with --no-wait", async () => {
  const { office } = await heldByZoe([JOB]);
  const { exitCode, text } = await office.run("apply --yes --no-wait");
  expect(exitCode, text).toBe(0);
});

test.each([
  ["goes on", [{ ...JOB, status: "in_progress" as const }], ZOES_JOB],
  ["isn't known by its runner", [OTHER, { ...JOB, runner: null }], ZOES_JOB],
  ["isn't known", null, ZOES_JOB],
  ["is another repository's", [JOB], { ...ZOES_JOB, GITHUB_REPOSITORY: "acme/other" }],
])("a run whose job %s is watched until it is certainly dead", async (_, jobs, env) => {
  const { office, waits } = await heldByZoe(jobs, env);
  const { exitCode, text } = await office.run("apply --yes");
  expect(exitCode, text).toBe(0);
  expect(waits.seconds()).toBeGreaterThanOrEqual(UNMOVED);
  expect(waits.seconds()).toBeLessThan(UNMOVED + OUTCOMES + 10);
});

test("a token that may not ask is told nothing, and the run is watched", async () => {
  const { sandbox, office, waits } = await heldByZoe([JOB]);
  for (let times = 0; times < 5; times++) {
    office.github.trouble({ method: "GET", path: /\/jobs$/, status: 403 });
  }
  const { exitCode, text } = await office.run("apply --yes");
  expect(exitCode, text).toBe(0);
  expect(waits.seconds()).toBeGreaterThanOrEqual(UNMOVED);
  expect(writesOf(sandbox)).not.toEqual([]);
});
