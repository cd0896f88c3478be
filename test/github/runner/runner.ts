/**
 * Runs a workflow as GitHub does, so far as the workflows of this repository ask: jobs in the order of `needs`, their
 * matrix, every `if`, `env`, `with` and output, `continue-on-error`, shell steps, this repository's action and its
 * post step, checkouts and uploads.
 */
import type { ChildProcess } from "node:child_process";
import { execFile, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";
import { parse } from "yaml";
import { runAction as runActionHere } from "../../../src/cli/action.ts";
import { cleanEnv, temporaryDirectory } from "../../ledger/repositories.ts";
import { keptStreams } from "../../support/terminal.ts";
import { outputsIn } from "../step-files.ts";
import type { Job, Step, Workflow } from "../workflow-files.ts";
import { workflowOf } from "../workflow-files.ts";
import type { Contexts, Status } from "./expressions.ts";
import { asText, evaluate, evaluateIf } from "./expressions.ts";

export interface RunnerHost {
  /**
   * The folder that holds action.yml and action/index.js, which each step runs in a process of its own. Without it the
   * steps of the action run in this process: a start of Node and of the bundle takes longer than what most of them do.
   */
  readonly program?: string;
  /** Where the repository is cloned from. */
  readonly remote: string;
  /** What a step that persists its credentials may push with. */
  readonly token: string;
  /** Variables that every step gets besides GitHub's own. */
  readonly env: NodeJS.ProcessEnv;
  /** By environment. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly vars: Readonly<Record<string, string>>;
  /** By environment, in place of those of the repository. */
  readonly varsOf?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Called with every step that starts a process. */
  readonly onStep?: (step: StartedStep) => void;
}

export interface StartedStep {
  readonly name: string;
  readonly process: ChildProcess;
}

export interface Trigger {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** GITHUB_REF: what is checked out unless a step names another ref. */
  readonly ref: string;
  readonly sha: string;
  /** Default: `ann-lee`. */
  readonly actor?: string;
  /** What somebody typed in at `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Whether GitHub gives secrets to this run. Default true. */
  readonly hasSecrets?: boolean;
}

export interface StepRun {
  readonly name: string;
  readonly outcome: Status | "skipped";
  readonly log: string;
}

export interface JobRun {
  /** With its matrix in brackets where it has one: `plan (eu)`. */
  readonly name: string;
  readonly result: Status | "skipped";
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly StepRun[];
  /** What was uploaded, by name: the folder that holds it. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** The job's summary in Markdown. */
  readonly summary: string;
}

/** The jobs of a run in the order in which they ended. */
export async function runWorkflow(name: string, trigger: Trigger, host: RunnerHost): Promise<JobRun[]> {
  const workflow = workflowOf(name);
  const done: JobRun[] = [];
  const results = new Map<string, { result: JobRun["result"]; outputs: JobRun["outputs"] }>();
  for (const [id, job] of inOrder(workflow)) {
    const needs = needsOf(job);
    const contexts = runContexts(trigger, workflow, {
      needs: Object.fromEntries(needs.map((one) => [one, results.get(one)])),
    });
    const before = needs.map((one) => results.get(one)?.result ?? "skipped");
    const status: Status = before.every((one) => one === "success") ? "success" : "failure";
    if (!evaluateIf(job.if, contexts, status)) {
      const skipped = { result: "skipped" as const, outputs: {} };
      results.set(id, skipped);
      done.push({ name: id, ...skipped, steps: [], artifacts: new Map(), summary: "" });
      continue;
    }
    const runs: JobRun[] = [];
    for (const matrix of matrixOf(job, contexts)) {
      runs.push(await runJob({ id, job, matrix, contexts, trigger, host }));
    }
    done.push(...runs);
    const failed = runs.find(({ result }) => result !== "success");
    results.set(id, { result: failed?.result ?? "success", outputs: runs.at(-1)?.outputs ?? {} });
  }
  return done;
}

function inOrder({ jobs }: Workflow): (readonly [string, Job])[] {
  const [left, ordered] = [Object.entries(jobs), [] as (readonly [string, Job])[]];
  while (left.length > 0) {
    const at = left.findIndex(([, job]) => needsOf(job).every((need) => ordered.some(([id]) => id === need)));
    const [next] = left.splice(at, 1);
    if (at === -1 || !next) throw new Error("The jobs need one another.");
    ordered.push(next);
  }
  return ordered;
}

function needsOf({ needs = [] }: Job): readonly string[] {
  return typeof needs === "string" ? [needs] : needs;
}

function runContexts(trigger: Trigger, { concurrency }: Workflow, more: Contexts): Contexts {
  const { event, payload, ref, sha, actor = "ann-lee", inputs = {} } = trigger;
  const github = {
    ...{ event_name: event, event: payload, ref, sha, actor, repository: "acme/skills" },
    ...{ ref_name: ref.replace(/^refs\/(heads|pull)\//, ""), token: "" },
  };
  // GitHub evaluates it before anything runs, so a mistake in it would be a mistake of every run.
  if (concurrency) evaluate(concurrency.group, { github });
  return { github, inputs, ...more };
}

function matrixOf({ strategy }: Job, contexts: Contexts): (Readonly<Record<string, string>> | null)[] {
  if (strategy?.matrix === undefined) return [null];
  const given = strategy.matrix;
  const value = typeof given === "string" ? evaluate(given, contexts) : given;
  const { include = [] } = value as { readonly include?: readonly Readonly<Record<string, string>>[] };
  if (include.length === 0) throw new Error("The matrix is empty.");
  return [...include];
}

interface JobContext {
  readonly id: string;
  readonly job: Job;
  readonly matrix: Readonly<Record<string, string>> | null;
  readonly contexts: Contexts;
  readonly trigger: Trigger;
  readonly host: RunnerHost;
}

async function runJob({ id, job, matrix, contexts, trigger, host }: JobContext): Promise<JobRun> {
  const [workspace, temp] = [temporaryDirectory(), temporaryDirectory()];
  const artifacts = new Map<string, string>();
  const steps: StepRun[] = [];
  const posts: (() => Promise<StepRun>)[] = [];
  const outcomes: Record<string, unknown> = {};
  let status: Status = "success";
  const environment = asText(
    evaluate(nameOf(job.environment), { ...contexts, matrix: matrix ?? {}, vars: host.vars }),
  );
  const secrets = trigger.hasSecrets === false ? {} : (host.secrets[environment] ?? {});
  const vars = { ...host.vars, ...host.varsOf?.[environment] };
  const all = (): Contexts => {
    const github = { ...(contexts["github"] as object), token: host.token };
    return { ...contexts, github, matrix: matrix ?? {}, secrets, vars, steps: outcomes };
  };
  const summary = join(temp, "summary");
  writeFileSync(summary, "");
  const shared: StepShared = { workspace, temp, trigger, host, summary, artifacts, contexts: all };

  for (const step of job.steps) {
    const name = step.name ?? step.uses ?? step.run ?? "";
    if (!evaluateIf(step.if, all(), status)) {
      steps.push({ name, outcome: "skipped", log: "" });
      continue;
    }
    const run = await runStep(step, shared, posts);
    const isExcused = step["continue-on-error"] === true;
    steps.push({ name, outcome: run.outcome, log: run.log });
    const { outcome, outputs } = run;
    if (step.id !== undefined) {
      outcomes[step.id] = { outcome, conclusion: isExcused ? "success" : outcome, outputs };
    }
    if (outcome !== "success" && !isExcused && status === "success") status = outcome;
  }
  for (const post of posts.reverse()) steps.push(await post());
  const outputs = Object.entries(job.outputs ?? {}).map(
    ([key, text]) => [key, asText(evaluate(text, all(), status))] as const,
  );
  return {
    name: matrix ? `${id} (${matrix["target"] ?? Object.values(matrix)[0] ?? ""})` : id,
    result: status,
    outputs: Object.fromEntries(outputs),
    steps,
    artifacts,
    summary: readFileSync(summary, "utf8"),
  };
}

function nameOf(environment: Job["environment"]): string {
  return typeof environment === "string" ? environment : (environment?.name ?? "");
}

interface StepShared {
  readonly workspace: string;
  readonly temp: string;
  readonly trigger: Trigger;
  readonly host: RunnerHost;
  readonly summary: string;
  readonly artifacts: Map<string, string>;
  readonly contexts: () => Contexts;
}

interface Ended {
  readonly outcome: Status;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
}

async function runStep(step: Step, shared: StepShared, posts: (() => Promise<StepRun>)[]): Promise<Ended> {
  const { contexts, workspace } = shared;
  const values = (from: Readonly<Record<string, unknown>> = {}): Record<string, string> =>
    Object.fromEntries(
      Object.entries(from).map(([key, value]) => [
        key,
        typeof value === "string" ? asText(evaluate(value, contexts())) : asText(value),
      ]),
    );
  const env = values(step.env);
  if (step.run !== undefined) {
    if (step.run.includes("${{")) throw new Error("An expression stands in a shell line.");
    return startProcess(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run],
      env,
      step,
      shared,
    );
  }
  const [action = ""] = (step.uses ?? "").split("@");
  const given = values(step.with);
  switch (action) {
    case "actions/checkout":
      await checkOut(given, shared);
      return { outcome: "success", log: "", outputs: {} };
    case "actions/upload-artifact": {
      const files = (given["path"] ?? "")
        .split("\n")
        .filter((file) => existsSync(join(workspace, file)) && file !== "");
      const folder = temporaryDirectory();
      for (const file of files) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        copyFileSync(join(workspace, file), join(folder, file));
      }
      shared.artifacts.set(given["name"] ?? "", folder);
      return { outcome: "success", log: "", outputs: {} };
    }
    case "./":
      return runAction(step, given, env, shared, posts);
    default:
      throw new Error(`The runner does not know the action ${action}.`);
  }
}

const ACTION = join(import.meta.dirname, "../../../action.yml");

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string };
}

async function runAction(
  step: Step,
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  shared: StepShared,
  posts: (() => Promise<StepRun>)[],
): Promise<Ended> {
  const { program } = shared.host;
  const file = parse(readFileSync(ACTION, "utf8")) as ActionFile;
  const start = (name: string, env: Readonly<Record<string, string>>): Promise<Ended> =>
    program === undefined
      ? runHere(env, shared)
      : startProcess(process.execPath, [join(program, name)], env, step, shared);
  for (const name of Object.keys(given)) {
    if (!(name in file.inputs)) throw new Error(`The action has no input ${name}.`);
  }
  const inputs = Object.entries(file.inputs).map(([name, { default: value = "" }]) => [
    `INPUT_${name.toUpperCase()}`,
    given[name] ?? asText(evaluate(value, shared.contexts())),
  ]);
  const all = { ...env, ...(Object.fromEntries(inputs) as Record<string, string>) };
  const state = join(temporaryDirectory(), "state");
  writeFileSync(state, "");
  const main = { ...all, GITHUB_STATE: state };
  const ended = await start(file.runs.main, main);
  const { post } = file.runs;
  if (post !== undefined) {
    posts.push(async () => {
      const kept = Object.entries(outputsIn(state)).map(([key, value]) => [`STATE_${key}`, value]);
      const after = { ...all, ...(Object.fromEntries(kept) as Record<string, string>) };
      const { outcome, log } = await start(post, after);
      return { name: `post ${step.name ?? ""}`, outcome, log };
    });
  }
  return ended;
}

/** The server that git asks lives in this process, so nothing here may block it. */
async function git(cwd: string, ...words: string[]): Promise<void> {
  await promisify(execFile)("git", words, { cwd, env: cleanEnv(), timeout: 30_000 });
}

async function checkOut(
  given: Readonly<Record<string, string>>,
  { workspace, trigger, host }: StepShared,
): Promise<void> {
  const asked = given["ref"] ?? "";
  const ref = asked === "" ? trigger.ref : `refs/heads/${asked}`;
  await git(workspace, "init", "--quiet", "--template=");
  await git(workspace, "remote", "add", "origin", host.remote);
  if (given["persist-credentials"] !== "false") {
    const basic = Buffer.from(`x-access-token:${host.token}`).toString("base64");
    await git(
      workspace,
      "config",
      `http.${new URL(host.remote).origin}/.extraheader`,
      `AUTHORIZATION: basic ${basic}`,
    );
  }
  const local = ref
    .replace("refs/heads/", "refs/remotes/origin/")
    .replace("refs/pull/", "refs/remotes/pull/");
  const wanted = [
    ...(given["fetch-depth"] === "0" ? ["+refs/heads/*:refs/remotes/origin/*"] : []),
    `+${ref}:${local}`,
  ];
  const depth = given["fetch-depth"] === "0" ? [] : ["--depth=1"];
  await git(workspace, "fetch", "--quiet", ...depth, "origin", ...new Set(wanted));
  const branch = ref.startsWith("refs/heads/")
    ? ["-B", ref.replace("refs/heads/", ""), local]
    : ["--detach", local];
  await git(workspace, "checkout", "--quiet", ...branch);
}

/** A step of the action in this process, so only one at a time. */
async function runHere(given: Readonly<Record<string, string>>, shared: StepShared): Promise<Ended> {
  const [outputs, env] = environmentOf(given, shared);
  const [home, own] = [process.cwd(), { ...process.env }];
  const { text, ...streams } = keptStreams();
  // Where the toolkit writes its commands.
  const said = vi.spyOn(process.stdout, "write").mockImplementation((text) => streams.stdout.write(text));
  process.chdir(shared.workspace);
  setVariables(env);
  try {
    const exitCode = await runActionHere({ ...streams, stdin: process.stdin, env });
    return endedWith(exitCode, text(), outputs);
  } finally {
    setVariables(own);
    process.chdir(home);
    said.mockRestore();
  }
}

/** Makes these the variables of this process. The object stays the same, because others may hold it. */
function setVariables(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env))
    if (env[name] === undefined) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
}

function startProcess(
  file: string,
  words: readonly string[],
  given: Readonly<Record<string, string>>,
  step: Step,
  shared: StepShared,
): Promise<Ended> {
  const [outputs, env] = environmentOf(given, shared);
  const child = spawn(file, words, { cwd: shared.workspace, env, stdio: ["ignore", "pipe", "pipe"] });
  shared.host.onStep?.({ name: step.name ?? "", process: child });
  let printed = "";
  child.stdout.on("data", (text: Buffer) => (printed += text.toString()));
  child.stderr.on("data", (text: Buffer) => (printed += text.toString()));
  return new Promise((resolve) => {
    child.on("close", (exitCode) => resolve(endedWith(exitCode, printed, outputs)));
  });
}

/** The file for the step's outputs, and its variables. */
function environmentOf(
  given: Readonly<Record<string, string>>,
  { workspace, temp, trigger, host, summary, contexts }: StepShared,
): readonly [string, NodeJS.ProcessEnv] {
  const outputs = join(temporaryDirectory(), "output");
  writeFileSync(outputs, "");
  const event = join(temp, "event.json");
  writeFileSync(event, JSON.stringify(trigger.payload));
  const { github } = contexts() as { readonly github: Readonly<Record<string, string>> };
  const env = {
    ...cleanEnv(),
    ...host.env,
    GITHUB_ACTIONS: "true",
    CI: "true",
    GITHUB_REPOSITORY: github["repository"],
    GITHUB_EVENT_NAME: trigger.event,
    GITHUB_EVENT_PATH: event,
    GITHUB_REF: trigger.ref,
    GITHUB_REF_NAME: github["ref_name"],
    GITHUB_SHA: trigger.sha,
    GITHUB_ACTOR: github["actor"],
    GITHUB_RUN_ID: "77",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: outputs,
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: temp,
    ...given,
  };
  return [outputs, env];
}

function endedWith(exitCode: number | null, printed: string, outputs: string): Ended {
  const outcome = exitCode === 0 ? "success" : "failure";
  return { outcome, log: withoutMasks(printed), outputs: outputsIn(outputs) };
}

/** The log as people read it: the runner takes out what it was told to mask, and the command that told it so. */
function withoutMasks(printed: string): string {
  const masks = [...printed.matchAll(/^::add-mask::(.+)$/gm)].map(([, mask = ""]) => mask);
  const shown = printed.replace(/^::add-mask::.*\n/gm, "");
  return masks.reduce((text, mask) => text.replaceAll(mask, "***"), shown);
}
