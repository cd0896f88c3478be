/**
 * The GitHub action: it turns its inputs into one command line of this program and the variables that the command
 * reads. A secret goes only into a variable of this process, never into the command line.
 */
import { join } from "node:path";
import { getInput, getMultilineInput, getState, saveState } from "@actions/core";
import { DEFAULT_TARGET, isTargetName } from "../desired/targets.ts";
import { variablesFor } from "../genesys/credentials.ts";
import { writeSummary } from "../github/actions.ts";
import { readRun } from "../github/event.ts";
import { Failure } from "../problem.ts";
import { nearest } from "../text.ts";
import { finishApply } from "./apply-end.ts";
import { printFailure, reportFailure } from "./failures.ts";
import { run } from "./run.ts";
import type { ProcessTerminal, TerminalStreams } from "./terminal.ts";
import { openTerminal } from "./terminal.ts";

const COMMANDS = ["validate", "targets", "plan", "apply", "drift"] as const;
type ActionCommand = (typeof COMMANDS)[number];

/** Runs the step and returns its exit code. As the action's last step, finishes what an interrupted apply left. */
export async function runAction({ stdout, stderr, stdin, env }: TerminalStreams): Promise<number> {
  // GitHub runs the same file again as the last step; the saved state tells the two runs apart.
  const isLastStep = getState(LAST_STEP) !== "";
  if (!isLastStep && env["GITHUB_STATE"]) saveState(LAST_STEP, "true");
  const terminal = openTerminal({ stdout, stderr, stdin, env: variables(env) });
  const exitCode = isLastStep ? await runLastStep(terminal) : await runStep(terminal);
  await terminal.lostOutput();
  return exitCode;
}

const LAST_STEP = "last_step";

/** The next apply finishes what fails here, so a failure is printed and the step passes. */
async function runLastStep(terminal: ProcessTerminal): Promise<number> {
  try {
    const comment = getMultilineInput("args").includes("--comment");
    await finishApply({ dir: folder(), journal: journalFor(terminal.env), comment }, terminal);
  } catch (error) {
    printFailure(error, terminal);
  }
  return 0;
}

async function runStep(terminal: ProcessTerminal): Promise<number> {
  try {
    const command = readCommand();
    refuseInputsInArgs();
    refuseForeignEvent(terminal.env);
    if (await lacksCredentials(command, terminal.env)) return await runWithoutCredentials(command, terminal);
    return await run(wordsFor(command), terminal);
  } catch (error) {
    return reportFailure(error, terminal);
  }
}

/**
 * The variables of the step, and the credentials. A job has the client of one target only, so the variables with
 * and without that target's suffix hold the same values.
 */
function variables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const target = getInput("target");
  const given = {
    GENESYS_CLIENT_ID: getInput("client-id"),
    GENESYS_CLIENT_SECRET: getInput("client-secret"),
    GENESYS_ENV: getInput("environment-domain"),
  };
  const { clientId, clientSecret, region } = variablesFor({}, target === "" ? undefined : target);
  return {
    ...env,
    ...given,
    [clientId]: given.GENESYS_CLIENT_ID,
    [clientSecret]: given.GENESYS_CLIENT_SECRET,
    [region]: given.GENESYS_ENV,
    GITHUB_TOKEN: getInput("github-token"),
    GENESYS_SKILLS_JOURNAL: journalFor(env),
  };
}

function journalFor({ RUNNER_TEMP: folder = "" }: NodeJS.ProcessEnv): string {
  const target = getInput("target") || DEFAULT_TARGET;
  return folder === "" || !isTargetName(target) ? "" : join(folder, `genesys-skills-${target}.journal`);
}

function readCommand(): ActionCommand {
  const given = getInput("command", { required: true });
  const command = COMMANDS.find((one) => one === given);
  if (command) return command;
  const meant = nearest(given, COMMANDS);
  throw new Failure({
    code: "UNKNOWN_COMMAND",
    message: `The action has no command "${given}".`,
    hint: meant === undefined ? `The commands are ${COMMANDS.join(", ")}.` : `Did you mean "${meant}"?`,
  });
}

/** On these events a run could read the files of a fork with the secrets of the repository. */
function refuseForeignEvent({ GITHUB_EVENT_NAME: event = "" }: NodeJS.ProcessEnv): void {
  if (event !== "pull_request_target" && event !== "workflow_run") return;
  throw new Failure({
    code: "UNSAFE_EVENT",
    message: `The action does not run on ${event}: the files of a fork would be read with the secrets of this repository.`,
    hint: "Run it on pull_request, merge_group, push or schedule.",
  });
}

/** The credentials, the journal and the last step use the inputs, and would belong to another target. */
function refuseInputsInArgs(): void {
  for (const word of getMultilineInput("args")) {
    const [flag = ""] = word.split(/[=\s]/, 1);
    const hint = INPUTS.get(flag);
    if (hint === undefined) continue;
    throw new Failure({ code: "IN_ARGS", message: `The input args must not hold ${flag}.`, hint });
  }
}

const INPUTS: ReadonlyMap<string, string> = new Map([
  ["--target", "Name the target in the input target."],
  ["--dir", "Name the folder in the input dir."],
  ["--all-targets", "Run the action once for each target, each with its own input target."],
]);

function wordsFor(command: ActionCommand): string[] {
  const codes = getInput("allow").match(/\S+/g) ?? [];
  return [
    ...[command, ...targetWords(command)],
    ...codes.map((code) => `--allow=${code}`),
    ...getMultilineInput("args"),
  ];
}

function targetWords(command: ActionCommand): string[] {
  const target = getInput("target");
  const dir = `--dir=${folder()}`;
  if (command === "targets") return [dir, "--json"];
  return target === "" ? [dir] : [dir, `--target=${target}`];
}

function folder(): string {
  return getInput("dir") || "skills";
}

/** Whether GitHub gave no secrets to this run because a fork or Dependabot started it. */
async function lacksCredentials(command: ActionCommand, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (getInput("client-id") !== "" || getInput("client-secret") !== "") return false;
  if (command === "apply" || command === "drift") return env["GITHUB_ACTOR"] === "dependabot[bot]";
  if (command !== "plan") return false;
  const event = (await readRun(env))?.event;
  return event?.kind === "pull-request" && event.outsider !== null;
}

async function runWithoutCredentials(command: ActionCommand, terminal: ProcessTerminal): Promise<number> {
  if (command !== "plan") {
    terminal.err(`GitHub gives no secrets to a run that Dependabot started. ${AFTER_DEPENDABOT}\n`);
    return 0;
  }
  terminal.err(`${ESTIMATE}\n`);
  await writeSummary(`:warning: ${ESTIMATE}\n`, terminal.env);
  return run(["plan", ...targetWords("plan"), "--offline"], terminal);
}

const AFTER_DEPENDABOT =
  "Nothing was done. The next run that a person starts uses the newest commit of the branch.";

const ESTIMATE =
  "GitHub gives no secrets to this pull request, because it comes from a fork or from Dependabot. " +
  "This is an estimate from the ledger. Each removal and overwrite in it is withheld after the merge. " +
  "To get a plan, push its commits to a branch of this repository.";
