/** Rules that every workflow must keep, whatever it does. */
import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createProgram } from "../../src/cli/program.ts";
import { command } from "../support/command.ts";
import { makeRepository } from "../support/repository.ts";
import { captureTerminal } from "../support/terminal.ts";
import type { Job } from "./workflow-files.ts";
import { jobsOf, names, runsOf, textOf, workflowOf } from "./workflow-files.ts";

test("there are the four that the project has", () => {
  expect(names.sort()).toEqual(["apply.yml", "ci.yml", "drift.yml", "plan.yml"]);
});

describe.each(names)("%s", (name) => {
  test("pins every action of others by commit, and says which version that is", () => {
    const uses = textOf(name)
      .split("\n")
      .filter((line) => /\buses:/.test(line) && !line.trimEnd().endsWith("uses: ./"));
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

  test("never runs a fork's code with the repository's secrets", () => {
    expect(Object.keys(workflowOf(name).on)).not.toContain("pull_request_target");
    expect(Object.keys(workflowOf(name).on)).not.toContain("workflow_run");
    expect(textOf(name)).not.toContain("secrets: inherit");
    for (const [, { environment, steps }] of jobsOf(name)) {
      if (/\{ secrets\./.test(JSON.stringify(steps))) expect(environment).toBeDefined();
    }
  });

  test("hides no failure of a command in the words that another one is given", () => {
    for (const run of runsOf(name)) expect(run).not.toMatch(/^\s*(echo|test|printf|export)\b.*\$\(/m);
  });

  test("gives secrets to steps of this action alone, after the job that reads the targets", () => {
    for (const [, { steps, needs }] of jobsOf(name)) {
      for (const step of steps) {
        if (!/\{ secrets\./.test(JSON.stringify(step))) continue;
        expect(needs).toBe("targets");
        expect(step.uses).toBe("./");
        expect(JSON.stringify(step.env ?? {})).not.toContain("secrets.");
      }
    }
  });

  test("is called by no other repository, whose secrets it would not get", () => {
    expect(Object.keys(workflowOf(name).on)).not.toContain("workflow_call");
  });

  test("has a timeout for every job", () => {
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

describe("what the workflows ask of the action", () => {
  const program = createProgram(
    captureTerminal().terminal,
    () => undefined,
    () => Promise.resolve(0),
  );
  const action = parse(readFileSync("action.yml", "utf8")) as {
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly runs: Readonly<Record<string, string>>;
  };
  const steps = names.flatMap((name) =>
    jobsOf(name).flatMap(([, job]) =>
      job.steps
        .filter(({ uses }) => uses === "./")
        .map(({ with: given = {} }) => [name, given as Readonly<Record<string, string>>] as const),
    ),
  );

  test.each(steps)("%s: %o", (_, given) => {
    for (const input of Object.keys(given)) expect(Object.keys(action.inputs)).toContain(input);
    const found = program.commands.find((one) => one.name() === given["command"]);
    expect(found).toBeDefined();
    const flags = (given["args"] ?? "").match(/--[a-z][a-z-]*/g) ?? [];
    for (const flag of flags) expect(flagsOf(found, program)).toContain(flag);
  });

  test("is a command of each kind", () => {
    const commands = new Set(steps.map(([, { command = "" }]) => command));
    expect([...commands].sort()).toEqual(["apply", "drift", "plan", "targets", "validate"]);
  });

  test("is reviews and comments wherever it applies", () => {
    const apply = steps.find(([, given]) => given["command"] === "apply")?.[1]["args"];
    for (const flag of ["--yes", "--comment", "--reviewed"]) expect(apply).toContain(flag);
  });

  test("is a JavaScript action, so that nothing is installed beside a secret and a signal reaches the program", () => {
    expect(action.runs).toMatchObject({ using: "node24", main: "action/index.js" });
  });
});

function flagsOf(...commands: readonly (Command | undefined)[]): string[] {
  return commands.flatMap((one) => one?.options.map(({ long }) => long ?? "") ?? []);
}

describe("at once", () => {
  test("only a newer push ends the older plan of a pull request, and no label does", () => {
    const cancels = "${{ github.event.action == 'synchronize' }}";
    expect(workflowOf("plan.yml").concurrency).toMatchObject({ "cancel-in-progress": cancels });
    expect(workflowOf("plan.yml").concurrency?.group).toContain("pull_request.number");
  });

  test("applies of a target wait for one another", () => {
    const { concurrency } = workflowOf("apply.yml").jobs["apply"] ?? {};
    expect(concurrency).toMatchObject({
      group: "apply-skills-${{ matrix.target }}",
      "cancel-in-progress": false,
    });
  });

  test("and nothing cancels an apply as a whole, or drops one that waits", () => {
    expect(workflowOf("apply.yml").concurrency).toBeUndefined();
    expect(workflowOf("apply.yml").jobs["apply"]?.concurrency).toHaveProperty("queue", "max");
  });

  test("an apply is of the branch as it is when it starts, with all of its history", () => {
    const [checkout] = workflowOf("apply.yml").jobs["apply"]?.steps ?? [];
    expect(checkout?.with).toMatchObject({ ref: "${{ github.ref_name }}", "fetch-depth": 0 });
  });

  test("the program is checked on every Node that it supports", () => {
    const { strategy } = workflowOf("ci.yml").jobs["check"] as Job & { readonly strategy?: unknown };
    expect(strategy).toMatchObject({ "fail-fast": false, matrix: { node: ["20", "22", "24"] } });
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
      ["drift.yml", "drift", { name: "${{ matrix.plan_environment }}", deployment: false }],
      ["plan.yml", "plan", { name: "${{ matrix.plan_environment }}", deployment: false }],
    ]);
  });

  test("files that name people stay out of public repositories, and don't stay long", () => {
    const steps = jobsOf("plan.yml").flatMap(([, job]) => job.steps);
    const uploads = steps.filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    expect(uploads).toMatchObject([
      {
        if: expect.stringContaining("github.event.repository.private") as string,
        with: { "retention-days": 14, path: "plan.json\nimpact.csv\nimpact.html\n" },
      },
    ]);
  });
});
