/** The action's inputs, and what becomes of them. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { runAction } from "../../src/cli/action.ts";
import { temporaryDirectory } from "../ledger/repositories.ts";
import { outputFile, outputsIn } from "../github/step-files.ts";
import { environmentOf, SECRET, startOrganisation } from "../support/organisation.ts";
import { makeRepository, UNHURRIED } from "../support/repository.ts";
import { keptStreams } from "../support/terminal.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

interface StepRun {
  readonly exitCode: number;
  readonly text: string;
}

async function step(inputs: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}): Promise<StepRun> {
  for (const [name, value] of Object.entries(inputs)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, value);
  const { text, ...streams } = keptStreams();
  const exitCode = await runAction({ ...streams, stdin: process.stdin, env });
  return { exitCode, text: text() };
}

test("targets are the matrix of the next job, also where a target's YAML is not valid", async () => {
  const { dir } = await makeRepository({
    "settings.yaml": UNHURRIED,
    "targets/eu-west/a.yaml": "skills: [{ nmae: Billing }]\n",
    "targets/us/a.yaml": "skills: [{ name: Billing }]\n",
  });
  const file = outputFile();
  const { exitCode } = await step({ command: "targets", dir }, { GITHUB_OUTPUT: file });
  expect(exitCode).toBe(0);
  expect(JSON.parse(outputsIn(file)["matrix"] ?? "")).toEqual({
    include: [
      { target: "eu-west", environment: "eu-west", plan_environment: "eu-west-plan" },
      { target: "us", environment: "us", plan_environment: "us-plan" },
    ],
  });
});

test.each([
  ["one target", "", { "a.yaml": "skills: [{ name: Billing }]\n" }],
  ["one of several", "eu-west", { "targets/eu-west/a.yaml": "skills: [{ name: Billing }]\n" }],
])("a step uses the OAuth client of its target: %s", async (_, target, files) => {
  const sandbox = await startOrganisation();
  const { dir } = await makeRepository({ "settings.yaml": UNHURRIED, ...files });
  const { GENESYS_API_URL, GENESYS_LOGIN_URL } = environmentOf(sandbox);
  const { exitCode, text } = await step(
    {
      ...{ command: "plan", dir, target, args: "--no-ledger\n--format=json" },
      ...{ "client-id": sandbox.clientId, "client-secret": sandbox.clientSecret },
    },
    { GENESYS_API_URL, GENESYS_LOGIN_URL },
  );
  expect(exitCode, text).toBe(0);
  expect(JSON.parse(text.slice(text.indexOf("{")))).toMatchObject({ version: 2 });
  expect(text).not.toContain(SECRET);
});

test.each([
  ["a command that there isn't", { command: "aply" }, {}, 'Did you mean "apply"?'],
  ["no command", { command: "" }, {}, "command"],
  [
    "a fork's pull request with secrets",
    { command: "plan" },
    { GITHUB_EVENT_NAME: "pull_request_target" },
    "UNSAFE_EVENT",
  ],
  ["another run's result", { command: "plan" }, { GITHUB_EVENT_NAME: "workflow_run" }, "UNSAFE_EVENT"],
  ["a code that can't be allowed", { command: "plan", allow: "INCOMPLETE" }, {}, "--allow"],
  ["words that are no codes", { command: "plan", allow: "$(touch x); `id`" }, {}, "--allow"],
  ["an argument that there isn't", { command: "plan", args: "--commment" }, {}, "--commment"],
  ["a flag in place of a folder", { command: "plan", dir: "--out=x" }, {}, "--dir"],
])("%s is refused", async (_, inputs, env, words) => {
  const { exitCode, text } = await step(inputs, env);
  expect(exitCode).toBe(1);
  expect(text).toContain(words);
});

test("an argument with spaces and signs stays one argument", async () => {
  const { dir } = await makeRepository({ "a.yaml": "skills: [{ name: Billing }]\n" });
  const odd = join(temporaryDirectory(), "a b; $(c)");
  execFileSync("cp", ["-r", dir, odd]);
  const { exitCode, text } = await step({ command: "validate", dir: odd });
  expect(exitCode, text).toBe(0);
});

test.each([
  ["--target=us", "input target"],
  ["--target", "input target"],
  ["--dir=x", "input dir"],
  ["--all-targets", "once for each target"],
])("%s in args is refused, and the message names the input to use", async (flag, remedy) => {
  const { exitCode, text } = await step({ command: "drift", args: `--issue\n${flag}` });
  expect([exitCode, text]).toEqual([1, expect.stringContaining(remedy)]);
});
