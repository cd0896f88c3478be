/** A repository on the fake GitHub whose workflows run whole: pull requests, merge groups, pushes, schedules. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import type { FakeGitHub } from "../../github/fake-github.ts";
import { BOT, REPOSITORY, startFakeGitHub, TOKEN } from "../../github/fake-github.ts";
import { serveGit } from "../../github/runner/git-server.ts";
import type { JobRun, RunnerHost, StartedStep, Trigger } from "../../github/runner/runner.ts";
import { runWorkflow } from "../../github/runner/runner.ts";
import { pullPayload } from "../../github/session.ts";
import type { Desk, Files } from "../../support/desk.ts";
import { newOffice } from "../../support/desk.ts";
import { environmentOf } from "../../support/organisation.ts";

/** Bundles the action into a folder of its own; answers the folder and what removes it. */
export function bundleAction(): { readonly program: string; readonly remove: () => void } {
  const program = mkdtempSync(join(tmpdir(), "genesys-skills-action-"));
  for (const shared of ["action.yml", "package.json", "schemas", "skills"]) {
    symlinkSync(resolve(shared), join(program, shared));
  }
  execFileSync(process.execPath, ["scripts/bundle-action.js", join(program, "action/index.js")]);
  return { program, remove: () => rmSync(program, { recursive: true, force: true }) };
}

export interface Hosted {
  readonly github: FakeGitHub;
  readonly origin: string;
  /** Where Ann writes. */
  readonly ann: Desk;
  /** Opens a pull request with these files; answers its number. */
  open(files: Files): number;
  push(pull: number, files: Files): void;
  /** Runs plan.yml for a pull request. `from` is the repository of its branch where that is a fork. */
  plan(
    pull: number,
    about?: { readonly labels?: readonly string[]; readonly from?: string },
  ): Promise<JobRun[]>;
  /** Squashes pull requests into main, one after the other, as one push; answers the head of main. */
  merge(...pulls: readonly number[]): string;
  /** Runs apply.yml for a push of main's head. */
  apply(about?: Partial<Trigger>): Promise<JobRun[]>;
  /** Runs drift.yml. */
  drift(): Promise<JobRun[]>;
  /** Runs apply.yml on its schedule. */
  schedule(): Promise<JobRun[]>;
  /** Makes a group of the merge queue on top of `below`, main's head by default; answers its commit. */
  queue(pull: number, below?: string): string;
  /** Runs plan.yml for a merge group. */
  planGroup(pull: number, head: string, below: string): Promise<JobRun[]>;
  /** The bodies of the comments of this kind that the workflows wrote. */
  comments(pull: number, kind: "plan" | "apply"): string[];
}

export interface HostedOptions {
  /** The bundled action, where the steps are to be processes; see `RunnerHost`. */
  readonly program?: string;
  /** By environment; default the client of the sandbox in `default` and `default-plan`. */
  readonly secrets?: RunnerHost["secrets"];
  readonly vars?: Readonly<Record<string, string>>;
  readonly varsOf?: RunnerHost["varsOf"];
  readonly onStep?: (step: StartedStep) => void;
}

export async function host(sandbox: Sandbox, files: Files, options: HostedOptions = {}): Promise<Hosted> {
  const github = await startFakeGitHub();
  const { origin, ann } = newOffice(sandbox, files);
  const client = { GENESYS_CLIENT_ID: sandbox.clientId, GENESYS_CLIENT_SECRET: sandbox.clientSecret };
  const { GENESYS_API_URL = "", GENESYS_LOGIN_URL = "" } = environmentOf(sandbox);
  const urls = { GENESYS_API_URL, GENESYS_LOGIN_URL };
  const runner: RunnerHost = {
    ...(options.program !== undefined && { program: options.program }),
    remote: `${await serveGit(dirname(origin), TOKEN)}/${basename(origin)}`,
    token: TOKEN,
    env: { GITHUB_API_URL: github.url, GITHUB_SERVER_URL: "https://github.test" },
    secrets: options.secrets ?? { default: client, "default-plan": client },
    vars: { ...urls, ...options.vars },
    ...(options.varsOf && { varsOf: options.varsOf }),
    ...(options.onStep && { onStep: options.onStep }),
  };
  ann.git("config", "receive.denyCurrentBranch", "ignore");
  const at = (ref: string): string => ann.git("rev-parse", ref);

  function checkOut(branch: string, start: string): void {
    ann.git("fetch", "--quiet", "origin");
    ann.git("checkout", "--quiet", "--no-track", "-B", branch, start);
  }

  function push(pull: number, files: Files): void {
    ann.git("checkout", "--quiet", `branch-${pull}`);
    const head = ann.commit(files);
    ann.git("push", "--quiet", "--force", "origin", `branch-${pull}`);
    Object.assign(github.pulls.get(pull) ?? {}, { head });
  }

  function squash(pull: number): string {
    ann.git("merge", "--quiet", "--squash", `branch-${pull}`);
    ann.git("commit", "--quiet", "--message", `Take care (#${pull})`);
    return at("HEAD");
  }

  const repository = { full_name: REPOSITORY, default_branch: "main", private: true };

  function onSchedule(workflow: string): Promise<JobRun[]> {
    // GitHub doesn't promise that a schedule's payload has more.
    const trigger = { event: "schedule", payload: { schedule: "17 4 * * *" }, ref: "refs/heads/main" };
    return runWorkflow(workflow, { ...trigger, sha: at("origin/main") }, runner);
  }

  return {
    ...{ github, origin, ann, push },
    open(files) {
      const pull = github.openPull({ head: "" });
      checkOut(`branch-${pull}`, "origin/main");
      push(pull, files);
      return pull;
    },
    plan(pull, { labels = [], from } = {}) {
      const head = github.pulls.get(pull)?.head ?? "";
      Object.assign(github.pulls.get(pull) ?? {}, { labels: [...labels] });
      checkOut("trial", "origin/main");
      ann.git("merge", "--quiet", "--no-ff", "--message", `Merge ${head} into main`, head);
      const ref = `refs/pull/${pull}/merge`;
      ann.git("push", "--quiet", "--force", "origin", `HEAD:${ref}`);
      const facts = { number: pull, head, labels, ...(from !== undefined && { from }) };
      const payload = { ...(pullPayload(facts) as object), repository };
      const hasSecrets = from === undefined;
      return runWorkflow(
        "plan.yml",
        { event: "pull_request", payload, ref, sha: at("HEAD"), hasSecrets },
        runner,
      );
    },
    merge(...pulls) {
      checkOut("main", "origin/main");
      const commits = pulls.map((pull) => [pull, squash(pull)] as const);
      ann.git("push", "--quiet", "origin", "main");
      for (const [pull, commit] of commits) github.merge(pull, [commit]);
      return at("HEAD");
    },
    apply(about = {}) {
      const sha = at("origin/main");
      const payload = { ref: "refs/heads/main", after: sha, repository };
      return runWorkflow(
        "apply.yml",
        { event: "push", payload, ref: "refs/heads/main", sha, ...about },
        runner,
      );
    },
    drift: () => onSchedule("drift.yml"),
    schedule: () => onSchedule("apply.yml"),
    queue(pull, below = "origin/main") {
      checkOut(`group-${pull}`, below);
      const [base, head] = [at("HEAD"), squash(pull)];
      ann.git("push", "--quiet", "origin", `HEAD:refs/heads/gh-readonly-queue/main/pr-${pull}-${base}`);
      return head;
    },
    planGroup(pull, head, below) {
      const ref = `refs/heads/gh-readonly-queue/main/pr-${pull}-${below}`;
      const merge_group = { head_sha: head, head_ref: ref, base_sha: below, base_ref: "refs/heads/main" };
      const payload = { action: "checks_requested", merge_group, repository };
      return runWorkflow("plan.yml", { event: "merge_group", payload, ref, sha: head }, runner);
    },
    comments: (pull, kind) =>
      github
        .commentsOn(pull)
        .filter(({ author, body }) => author === BOT && body.startsWith(`<!-- genesys-skills:${kind}:`))
        .map(({ body }) => body),
  };
}
