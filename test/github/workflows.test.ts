/** Rules that every workflow must keep, whatever it does. */
import { readdirSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createProgram } from "../../src/cli/program.ts";
import { command } from "../support/command.ts";
import { makeRepository } from "../support/repository.ts";
import { captureTerminal } from "../support/terminal.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly concurrency?: Concurrency;
  readonly steps: readonly Step[];
}

interface Concurrency {
  readonly group: string;
  readonly "cancel-in-progress": boolean | string;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = ".github/workflows";
const texts = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(`${FOLDER}/${name}`, "utf8")]));
const names = [...texts.keys()];

function textOf(name: string): string {
  return texts.get(name) ?? "";
}

function workflowOf(name: string): Workflow {
  return parse(textOf(name)) as Workflow;
}

function jobsOf(name: string): (readonly [string, Job])[] {
  return Object.entries(workflowOf(name).jobs);
}

function runsOf(name: string): string[] {
  return jobsOf(name).flatMap(([, { steps }]) => steps.flatMap(({ run }) => run ?? []));
}

test("there are the four that the project has", () => {
  expect(names.sort()).toEqual(["apply.yml", "ci.yml", "drift.yml", "plan.yml"]);
});

describe.each(names)("%s", (name) => {
  test("pins every action by commit, and says which version that is", () => {
    const uses = textOf(name)
      .split("\n")
      .filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/);
  });

  test("grants nothing or reading to all jobs, and more to those alone that name it", () => {
    const { permissions } = workflowOf(name);
    expect([{}, { contents: "read" }]).toContainEqual(permissions);
    for (const [, job] of jobsOf(name)) {
      const needsCode = job.steps.some(({ uses }) => uses?.startsWith("actions/checkout@"));
      if (needsCode) expect(job.permissions ?? permissions).toHaveProperty("contents");
      for (const [what, level] of Object.entries(job.permissions ?? {})) {
        if (level === "write") expect(WRITES[name]).toContain(what);
      }
    }
  });

  test("writes no event, branch name or input into a shell line", () => {
    for (const run of runsOf(name)) expect(run).not.toContain("${{");
  });

  test("never runs a stranger's code with our secrets", () => {
    expect(Object.keys(workflowOf(name).on)).not.toContain("pull_request_target");
    expect(Object.keys(workflowOf(name).on)).not.toContain("workflow_run");
    expect(textOf(name)).not.toContain("secrets: inherit");
    for (const [, { environment, steps }] of jobsOf(name)) {
      if (JSON.stringify(steps).includes("secrets.")) expect(environment).toBeDefined();
    }
  });

  test("lets no job run on for ever", () => {
    for (const [, job] of jobsOf(name)) expect(job["timeout-minutes"]).toBeLessThanOrEqual(360);
  });

  test("gives its token to no step of checkout that doesn't have to push or read with it", () => {
    for (const [, { steps }] of jobsOf(name)) {
      for (const { uses, with: options } of steps) {
        if (uses?.startsWith("actions/checkout@")) expect(options).toHaveProperty("persist-credentials");
      }
    }
  });

  test("uses no key of the matrix that `targets --json` doesn't give", async () => {
    const { dir } = await makeRepository({ "a.yaml": "skills: [{ name: Billing }]\n" });
    const { out } = await command(`targets --json --dir ${dir}`);
    const { include } = JSON.parse(out) as { include: readonly object[] };
    const given = name === "ci.yml" ? ["node"] : Object.keys(include[0] ?? {});
    for (const [, key] of textOf(name).matchAll(/matrix\.(\w+)/g)) expect(given).toContain(key);
  });
});

/** What a job of the workflow may change on GitHub. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  "apply.yml": ["contents", "pull-requests"],
  "ci.yml": [],
  "drift.yml": ["issues"],
  "plan.yml": ["pull-requests"],
};

describe("what the workflows type", () => {
  const program = createProgram(captureTerminal().terminal, () => undefined);
  const lines = names.flatMap((name) =>
    runsOf(name)
      .flatMap((run) => run.replace(/\\\n/g, " ").split("\n"))
      .flatMap((line) => /dist\/cli\/main\.js" (?<words>.*)/.exec(line)?.groups?.["words"] ?? [])
      .map((words) => [name, words] as const),
  );

  test.each(lines)("%s: %s", (_, words) => {
    const [name = ""] = words.split(" ");
    const flags = words.match(/--[a-z][a-z-]*/g) ?? [];
    const found = program.commands.find((one) => one.name() === name);
    expect(found?.name()).toBe(name);
    for (const flag of flags) expect(flagsOf(found, program)).toContain(flag);
  });

  test("is a command of each kind", () => {
    const commands = new Set(lines.map(([, words]) => words.split(" ")[0]));
    expect([...commands].sort()).toEqual(["apply", "drift", "plan", "targets", "validate"]);
  });

  test("asks for reviews and comments wherever it applies", () => {
    const apply = lines.find(([, words]) => words.startsWith("apply "))?.[1];
    for (const flag of ["--yes", "--comment", "--reviewed"]) expect(apply).toContain(flag);
  });
});

function flagsOf(...commands: readonly (Command | undefined)[]): string[] {
  return commands.flatMap((one) => one?.options.map(({ long }) => long ?? "") ?? []);
}

describe("at once", () => {
  test("a newer plan of a pull request ends the older one", () => {
    expect(workflowOf("plan.yml").concurrency).toMatchObject({ "cancel-in-progress": true });
    expect(workflowOf("plan.yml").concurrency?.group).toContain("pull_request.number");
  });

  test("applies of a target wait for one another", () => {
    const { concurrency } = workflowOf("apply.yml").jobs["apply"] ?? {};
    expect(concurrency).toMatchObject({ group: "apply-${{ matrix.target }}", "cancel-in-progress": false });
  });

  test("and nothing cancels an apply as a whole", () => {
    expect(workflowOf("apply.yml").concurrency).toBeUndefined();
  });
});

describe("who may do what", () => {
  test("the client that can write is in apply's environment alone", () => {
    const environments = names.flatMap((name) =>
      jobsOf(name).flatMap(([job, { environment }]) =>
        environment === undefined ? [] : [[name, job, environment]],
      ),
    );
    expect(environments).toEqual([
      ["apply.yml", "apply", "${{ matrix.environment }}"],
      ["drift.yml", "drift", "${{ matrix.plan_environment }}"],
      ["plan.yml", "plan", "${{ matrix.plan_environment }}"],
    ]);
  });

  test.each(["apply.yml", "drift.yml", "plan.yml"])("%s can be called from another repository", (name) => {
    const called = workflowOf(name).on["workflow_call"] as { readonly inputs: object };
    expect(Object.keys(called.inputs)).toEqual(expect.arrayContaining(["dir", "tool", "tool-ref"]));
  });

  test("files that name people stay out of public repositories, and don't stay long", () => {
    const steps = jobsOf("plan.yml").flatMap(([, job]) => job.steps);
    const uploads = steps.filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    expect(uploads).toMatchObject([
      {
        if: expect.stringContaining("github.event.repository.private") as string,
        with: { "retention-days": 14 },
      },
    ]);
  });
});
