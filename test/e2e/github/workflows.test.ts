/** The three workflows, run whole: every step of every job, over git by HTTP and stand-ins for both APIs. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import type { JobRun } from "../../github/runner/runner.ts";
import { deskAt, ledgerIn } from "../../support/desk.ts";
import {
  environmentOf,
  SECRET,
  skillsOf,
  SMALL_SEED,
  startOrganisation,
  writesOf,
} from "../../support/organisation.ts";
import type { Hosted, HostedOptions } from "./hosted.ts";
import { bundleAction, host } from "./hosted.ts";

const { program, remove } = bundleAction();
afterAll(remove);
// A run of a workflow starts a process for each step, which a busy machine does slowly.
vi.setConfig({ testTimeout: 180_000 });

const FILE = "skills/a.yaml";
const [ANN, CLEO, DORA] = ["ann@example.com", "cleo@example.com", "dora@example.com"];

function yaml(users: readonly string[], ...more: readonly string[]): Record<string, string> {
  const lines = ["skills:", `  - { name: Billing, assign_to_users: [${users.join(", ")}] }`, ...more];
  return { [FILE]: `${lines.join("\n")}\n` };
}

async function start(about: Partial<HostedOptions> = {}): Promise<{ sandbox: Sandbox; hosted: Hosted }> {
  const sandbox = await startOrganisation();
  const hosted = await host(sandbox, yaml([ANN, CLEO]), about);
  // Directly, because GitHub would be asked for half a minute which pull request brought this.
  const { exitCode, text } = await hosted.ann.run("apply --yes");
  expect(exitCode, text).toBe(0);
  return { sandbox, hosted };
}

/** Each job by name with its result; fails with the logs where one is not as it should be. */
function expectJobs(jobs: readonly JobRun[], results: Readonly<Record<string, string>>): void {
  const logs = jobs.flatMap(({ steps }) => steps.map(({ name, log }) => `── ${name}\n${log}`)).join("\n");
  expect(Object.fromEntries(jobs.map(({ name, result }) => [name, result])), logs).toEqual(results);
  expect(logs).not.toContain(SECRET);
}

function green(jobs: readonly JobRun[]): void {
  expectJobs(jobs, Object.fromEntries(jobs.map(({ name }) => [name, "success"])));
}

function has(sandbox: Sandbox, email: string): string[] {
  return Object.keys(skillsOf(sandbox, email)).sort();
}

test("a pull request is planned, merged and applied by the bundle, and told so", async () => {
  const { sandbox, hosted } = await start({ program });
  const pull = hosted.open(yaml([ANN, DORA]));
  const jobs = await hosted.plan(pull);
  green(jobs);
  expect(jobs.map(({ name }) => name)).toEqual(["targets", "plan (default)", "planned"]);
  expect(hosted.comments(pull, "plan")).toHaveLength(1);
  expect(hosted.comments(pull, "plan")[0]).toContain("Plan: 1 to add, 0 to change, 1 to destroy.");
  const files = jobs[1]?.artifacts.get("plan-default") ?? "";
  for (const file of ["plan.json", "impact.csv", "impact.html"])
    expect(existsSync(join(files, file))).toBe(true);
  expect(readFileSync(join(files, "plan.json"), "utf8")).toContain('"version": 2');

  const head = hosted.merge(pull);
  green(await hosted.apply());
  expect(has(sandbox, DORA)).toContain("Billing");
  expect(has(sandbox, CLEO)).not.toContain("Billing");
  expect(ledgerIn(hosted.origin).applied?.revision).toBe(head);
  expect(hosted.comments(pull, "apply")).toHaveLength(1);
});

test("a label allows what the plan refused", async () => {
  const { sandbox, hosted } = await start();
  const pull = hosted.open({
    [FILE]: "skills:\n  - { name: Refunds, assign_to_users: [ann@example.com] }\n",
  });
  expectJobs(await hosted.plan(pull), {
    targets: "success",
    "plan (default)": "failure",
    planned: "failure",
  });
  expect(hosted.comments(pull, "plan")[0]).toContain("SKILL_DELETE");
  green(
    await hosted.plan(pull, {
      labels: ["allow:SKILL_DELETE", "allow:MAYBE_RENAME", "allow:TOO_MANY_REMOVALS"],
    }),
  );
  hosted.merge(pull);
  green(await hosted.apply());
  expect(sandbox.snapshot().skills.map(({ name }) => name)).not.toContain("Billing");
});

test("YAML that is not valid is said by the gate, by the comment and by nothing else", async () => {
  const { sandbox, hosted } = await start();
  const pull = hosted.open(yaml([ANN]));
  green(await hosted.plan(pull));
  const before = writesOf(sandbox).length;
  hosted.push(pull, { [FILE]: "skills:\n  - { nmae: Billing }\n" });
  const jobs = await hosted.plan(pull);
  expectJobs(jobs, { targets: "success", "plan (default)": "failure", planned: "failure" });
  expect(jobs.at(-1)?.steps[0]?.log).toContain("The YAML is not valid");
  const [comment = "", ...others] = hosted.comments(pull, "plan");
  expect(others).toEqual([]);
  expect(comment).toContain("nmae");
  expect(comment).not.toContain("Plan: ");
  expect(writesOf(sandbox)).toHaveLength(before);
});

test("a fork gets an estimate, a green check and no comment", async () => {
  const { sandbox, hosted } = await start();
  const asked = sandbox.requests.length;
  const pull = hosted.open(yaml([ANN]));
  const jobs = await hosted.plan(pull, { from: "mallory/skills" });
  green(jobs);
  const [log = ""] = jobs[1]?.steps.filter(({ name }) => name === "Plan").map((step) => step.log) ?? [];
  expect(log).toContain("withheld after the merge");
  expect(jobs[1]?.summary).toMatch(
    /is withheld after the merge\. To get a plan, [^]*Routing skills: default/,
  );
  expect(hosted.comments(pull, "plan")).toEqual([]);
  expect(sandbox.requests).toHaveLength(asked);
});

test("a merge by Dependabot leaves no red run and no write", async () => {
  const { sandbox, hosted } = await start();
  const asked = sandbox.requests.length;
  const pull = hosted.open({ "README.md": "Newer actions.\n" });
  hosted.merge(pull);
  const jobs = await hosted.apply({ actor: "dependabot[bot]", hasSecrets: false });
  green(jobs);
  expect(sandbox.requests).toHaveLength(asked);
});

test("without secrets anybody else's apply fails and says which to set", async () => {
  const { hosted } = await start();
  const jobs = await hosted.apply({ hasSecrets: false });
  expectJobs(jobs, { targets: "success", "apply (default)": "failure" });
  expect(jobs[1]?.steps.map(({ log }) => log).join("")).toContain("GENESYS_CLIENT_ID");
});

test("drift opens an issue, and the next look without drift closes it", async () => {
  const { sandbox, hosted } = await start();
  sandbox.manualEdits.unassign(ANN, "Billing");
  green(await hosted.drift());
  const [issue] = hosted.github.issues.values();
  expect(issue).toMatchObject({ state: "open" });
  green(await hosted.apply());
  green(await hosted.drift());
  expect(issue).toMatchObject({ state: "closed" });
});

test("a merge queue of two: each group is planned against the one below it, and both are applied", async () => {
  const { sandbox, hosted } = await start();
  const [first, second] = [
    hosted.open(yaml([ANN])),
    hosted.open({ "skills/b.yaml": "skills: [{ name: Refunds }]\n" }),
  ];
  for (const pull of [first, second]) green(await hosted.plan(pull));
  const below = hosted.ann.git("rev-parse", "origin/main");
  const one = hosted.queue(first);
  const two = hosted.queue(second, one);
  green(await hosted.planGroup(first, one, below));
  green(await hosted.planGroup(second, two, one));
  hosted.merge(first, second);
  green(await hosted.apply());
  expect(has(sandbox, CLEO)).not.toContain("Billing");
  expect(sandbox.snapshot().skills.map(({ name }) => name)).toContain("Refunds");
});

test("two merges in one push are applied by one run, which tells both pull requests", async () => {
  const { sandbox, hosted } = await start();
  const pulls = [
    hosted.open(yaml([ANN])),
    hosted.open({ "skills/b.yaml": `skills: [{ name: Refunds, assign_to_users: [${DORA}] }]\n` }),
  ];
  for (const pull of pulls) green(await hosted.plan(pull));
  const head = hosted.merge(...pulls);
  green(await hosted.apply());
  expect([has(sandbox, CLEO), has(sandbox, DORA)]).toEqual([["Sales"], ["Refunds"]]);
  expect(ledgerIn(hosted.origin).applied?.revision).toBe(head);
  for (const pull of pulls) expect(hosted.comments(pull, "apply")[0]).toContain("Plan applied in");
});

test("two targets have a client, a plan, a comment and a ledger each, and one label says what both do", async () => {
  const names = ["eu", "us"];
  const sandboxes = await Promise.all(
    names.map((name, at) => {
      const organization = { id: `0e1c3a52-58a8-4c2f-9a39-8f6b54d1c10${at}`, name };
      return startOrganisation({ seed: { ...SMALL_SEED, organization } });
    }),
  );
  const files = (...users: (readonly string[])[]) =>
    Object.fromEntries(
      users.map((some, at) => [`skills/targets/${names[at]}/a.yaml`, yaml(some)[FILE] ?? ""]),
    );
  /** The same for plan and apply. */
  const byEnvironment = <T>(of: (sandbox: Sandbox) => T) =>
    Object.fromEntries(
      sandboxes.flatMap((one, at) => ["", "-plan"].map((kind) => [`${names[at]}${kind}`, of(one)])),
    );
  const [eu, us] = sandboxes as [Sandbox, Sandbox];
  const hosted = await host(eu, files([ANN, CLEO], [ANN]), {
    secrets: byEnvironment(({ clientId, clientSecret }) => {
      return { GENESYS_CLIENT_ID: clientId, GENESYS_CLIENT_SECRET: clientSecret };
    }),
    varsOf: byEnvironment(({ url }) => ({ GENESYS_API_URL: url, GENESYS_LOGIN_URL: url })),
  });
  for (const [at, one] of sandboxes.entries()) {
    const suffixed = Object.entries(environmentOf(one)).map(([name, value]) => [
      `${name}_${names[at]?.toUpperCase()}`,
      value,
    ]);
    const desk = deskAt(hosted.ann.folder, Object.fromEntries(suffixed) as NodeJS.ProcessEnv);
    const { exitCode, text } = await desk.run(`apply --yes --target ${names[at]}`);
    expect(exitCode, text).toBe(0);
  }
  for (const effect of ["no-changes", "add-or-update", "destroy"])
    hosted.github.labels.add(`skills:${effect}`);

  const pull = hosted.open(files([ANN], [ANN, DORA]));
  const jobs = await hosted.plan(pull);
  green(jobs);
  expect(jobs.map(({ name }) => name)).toEqual(["targets", "plan (eu)", "plan (us)", "planned"]);
  const [first = "", second = "", ...others] = hosted.comments(pull, "plan");
  expect(others).toEqual([]);
  expect(first).toContain("Plan: 0 to add, 0 to change, 1 to destroy.");
  expect(second).toContain("Plan: 1 to add, 0 to change, 0 to destroy.");
  expect(hosted.github.pulls.get(pull)?.labels).toEqual(["skills:destroy"]);

  const head = hosted.merge(pull);
  green(await hosted.apply());
  expect([has(eu, CLEO), has(eu, DORA), has(us, DORA)]).toEqual([["Sales"], [], ["Billing"]]);
  for (const name of names) expect(ledgerIn(hosted.origin, name).applied?.revision).toBe(head);
  expect(hosted.comments(pull, "apply")).toHaveLength(2);
});

test("only the default branch is applied", async () => {
  const { hosted } = await start();
  const jobs = await hosted.apply({ event: "workflow_dispatch", ref: "refs/heads/other" });
  expectJobs(jobs, { targets: "failure", apply: "skipped" });
});

/** An apply of one gain that Genesys makes wait for a minute, and that this signal meets there. */
async function stopWaitingApply(
  signal: NodeJS.Signals,
): Promise<{ sandbox: Sandbox; hosted: Hosted; pull: number }> {
  let kill = (): void => undefined;
  const { sandbox, hosted } = await start({
    program,
    onStep: ({ name, process }) => {
      if (name === "Apply") kill = () => void process.kill(signal);
    },
  });
  const pull = hosted.open(yaml([ANN, CLEO, DORA]));
  green(await hosted.plan(pull));
  hosted.merge(pull);
  sandbox.faults.set({ tooManyRequests: { every: 1, on: "PATCH" }, retryAfter: 60 });
  const running = hosted.apply();
  await expect
    .poll(() => sandbox.requests.some(({ status }) => status === 429), { timeout: 30_000 })
    .toBe(true);
  kill();
  expectJobs(await running, { targets: "success", "apply (default)": "failure" });
  sandbox.faults.clear();
  return { sandbox, hosted, pull };
}

function filesOfLedger({ ann }: Hosted): string {
  ann.git("fetch", "--quiet", "origin");
  return ann.git("ls-tree", "--name-only", "origin/ledger/default");
}

test("an apply that is cancelled while a 429 waits writes its ledger and says so, and the next one does the rest", async () => {
  const { sandbox, hosted, pull } = await stopWaitingApply("SIGINT");
  expect(filesOfLedger(hosted)).not.toContain("run.json");
  expect(hosted.comments(pull, "apply")).toHaveLength(1);
  expect(has(sandbox, DORA)).not.toContain("Billing");
  green(await hosted.apply());
  expect(has(sandbox, DORA)).toContain("Billing");
});

test("an apply that is killed has its ledger and its comment finished by the last step", async () => {
  const { hosted, pull } = await stopWaitingApply("SIGKILL");
  expect(filesOfLedger(hosted)).not.toContain("run.json");
  expect(hosted.comments(pull, "apply")).toHaveLength(1);
  // Nobody knows whether the gain was done: it is recorded, and the next apply looks.
  const [dora] = ledgerIn(hosted.origin).users.filter(({ records }) => records !== undefined);
  expect(dora?.records).toMatchObject([{ before: null, values: [1] }]);
});

test("a schedule takes back what has ended, asks for no environment where that is nothing, and leaves all else", async () => {
  const sandbox = await startOrganisation();
  const until = (last: string): string => `{ user: ${DORA}, until: ${last} }`;
  const hosted = await host(sandbox, yaml([ANN, until("2020-01-06")]));
  // All that counts of the clock of the runs is that it is later.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2020-01-03T12:00:00Z") });
  try {
    const { exitCode, text } = await hosted.ann.run("apply --yes");
    expect(exitCode, text).toBe(0);
  } finally {
    vi.useRealTimers();
  }
  // Merged and not applied: Cleo is to get it. Dora's end was reviewed and has passed.
  const pull = hosted.open(yaml([ANN, CLEO, until("2020-01-06")]));
  hosted.merge(pull);
  expect(has(sandbox, DORA)).toContain("Billing");
  expectJobs(await hosted.schedule(), { targets: "success", "apply (default)": "success" });
  expect(has(sandbox, DORA)).not.toContain("Billing");
  expect(has(sandbox, CLEO)).not.toContain("Billing");
  expect(ledgerIn(hosted.origin).applied?.day).toBe("2020-01-03");

  const requests = sandbox.requests.length;
  expectJobs(await hosted.schedule(), { targets: "success", apply: "skipped" });
  expect(sandbox.requests).toHaveLength(requests);
});
