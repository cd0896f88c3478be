/** A repository on the fake GitHub over a sandbox: pull requests that are planned, merged and applied as the workflows do it. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, vi } from "vitest";
import { readPlanMark } from "../../../src/github/marker.ts";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import type { FakeGitHub } from "../../github/fake-github.ts";
import { BOT, startFakeGitHub } from "../../github/fake-github.ts";
import { environmentOn, pullPayload } from "../../github/session.ts";
import { outputFile, outputsIn, summaryFile } from "../../github/step-files.ts";
import { copyRepositories } from "../../ledger/repositories.ts";
import type { CommandRun } from "../../support/command.ts";
import type { Desk, Files, Office } from "../../support/desk.ts";
import { deskAt, newOffice, officeAt } from "../../support/desk.ts";
import { startOrganisation } from "../../support/organisation.ts";

export interface WorkflowRun extends CommandRun {
  /** The step's. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The job's, in Markdown. */
  readonly summary: string;
}

export type MergeMethod = "squash" | "merge" | "rebase";

export interface MergeGroup {
  /** What the plan workflow runs on it. */
  plan(): Promise<WorkflowRun>;
  /** Moves main to it, as the queue does once the checks are green; answers the head of main. */
  land(): string;
}

export interface GitHubOffice {
  readonly github: FakeGitHub;
  /** The bare repository's folder. */
  readonly origin: string;
  /** Where Ann writes. */
  readonly ann: Desk;
  /** Opens a pull request with these files; answers its number. */
  open(files: Files): number;
  /** Another commit on the pull request's branch. */
  push(pull: number, files: Files): void;
  /** What the plan workflow runs, with these labels on the pull request. */
  plan(pull: number, ...labels: string[]): Promise<WorkflowRun>;
  /** The same while the pull request goes into another branch. */
  planInto(base: string, pull: number, ...labels: string[]): Promise<WorkflowRun>;
  /** What "Re-run jobs" does with the last plan: the same event, and the same commit. */
  planAgain(pull: number): Promise<WorkflowRun>;
  /** Merges as the buttons do; answers the head of main. */
  merge(pull: number, how?: MergeMethod, title?: string): string;
  /** Puts pull requests into one group of the merge queue. */
  queue(pulls: readonly number[], how?: MergeMethod): MergeGroup;
  /** What the apply workflow runs on the head of main, or on another commit where it checked that out. */
  apply(options?: string, at?: string): Promise<WorkflowRun>;
  /** Any command line on the head of main, in the run of a push. */
  run(line: string): Promise<WorkflowRun>;
  /** What the drift workflow runs. */
  drift(): Promise<WorkflowRun>;
  /** The body of the comment of this kind; throws where there is not exactly one. */
  comment(pull: number, kind: "plan" | "apply"): string;
}

/** `runs` is what the workflows' runs reach in the sandbox's place; default the sandbox. */
export function newGitHubOffice(
  sandbox: Sandbox,
  files: Files,
  runs: Sandbox | NodeJS.ProcessEnv = sandbox,
): Promise<GitHubOffice> {
  return onGitHub(newOffice(sandbox, files), runs);
}

/** Folders with an office and the state of its sandbox after the first apply, by the office's files. */
const applied = new Map<string, Promise<string>>();

/** A new organisation whose office has applied these files once, and without GitHub. */
export async function appliedGitHubOffice(
  files: Files,
): Promise<{ readonly sandbox: Sandbox; readonly office: GitHubOffice }> {
  const key = JSON.stringify(files);
  const template = applied.get(key) ?? applyOnce(files);
  applied.set(key, template);
  const root = copyRepositories(await template);
  const sandbox = await startOrganisation({ state: join(root, STATE) });
  return { sandbox, office: await onGitHub(officeAt(root, sandbox), sandbox) };
}

const STATE = "sandbox.json";

async function applyOnce(files: Files): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "office-"));
  const state = join(root, STATE);
  const sandbox = await startOrganisation({ state });
  const { origin, ann } = newOffice(sandbox, files);
  const { exitCode, text } = await ann.run("apply --yes");
  expect(exitCode, text).toBe(0);
  await sandbox.close();
  return copyRepositories(dirname(origin), root);
}

async function onGitHub(
  { origin, ann, bob }: Office,
  runs: Sandbox | NodeJS.ProcessEnv,
): Promise<GitHubOffice> {
  const github = await startFakeGitHub();
  const runner = deskAt(bob.folder, runs);

  /** One command line in a fresh checkout of `commit`, on the branch `main` or on none. */
  async function work(line: string, event: string, payload: unknown): Promise<WorkflowRun> {
    const outputs = outputFile();
    const summary = summaryFile();
    const files = { GITHUB_OUTPUT: outputs, GITHUB_STEP_SUMMARY: summary };
    const env = { ...runner.env, ...environmentOn(github, event, payload), ...files };
    try {
      // Beside the folder: a test may do something while this is at work.
      const run = await deskAt(runner.folder, env).runBeside(line);
      return { ...run, outputs: outputsIn(outputs), summary: readFileSync(summary, "utf8") };
    } finally {
      vi.unstubAllEnvs();
    }
  }

  function onPush(line: string, at: string): Promise<WorkflowRun> {
    runner.git("fetch", "--quiet", "origin");
    runner.git("checkout", "--quiet", "-B", "main", at);
    return work(line, "push", { ref: "refs/heads/main", after: runner.git("rev-parse", "HEAD") });
  }

  function headOf(pull: number): string {
    const head = github.pulls.get(pull)?.head;
    if (head === undefined) throw new Error(`There is no pull request ${pull}.`);
    return head;
  }

  function push(pull: number, files: Files): void {
    ann.git("checkout", "--quiet", `branch-${pull}`);
    const head = ann.commit(files);
    ann.git("push", "--quiet", "--force", "origin", `branch-${pull}`);
    Object.assign(github.pulls.get(pull) ?? {}, { head });
  }

  const plans = new Map<number, { readonly merge: string; readonly payload: unknown }>();

  function planInto(base: string, pull: number, labels: readonly string[]): Promise<WorkflowRun> {
    const head = headOf(pull);
    Object.assign(github.pulls.get(pull) ?? {}, { base, labels });
    runner.git("fetch", "--quiet", "origin");
    runner.git("checkout", "--quiet", "--detach", `origin/${base}`);
    runner.git("merge", "--quiet", "--no-ff", "--message", `Merge ${head} into ${base}`, head);
    const payload = pullPayload({ number: pull, head, labels });
    plans.set(pull, { merge: runner.git("rev-parse", "HEAD"), payload });
    return work("plan --comment", "pull_request", payload);
  }

  /** Checks main out as a branch of Ann's; answers its commit. */
  function checkOutMain(branch: string): string {
    ann.git("fetch", "--quiet", "origin");
    ann.git("checkout", "--quiet", "-B", branch, "origin/main");
    return ann.git("rev-parse", "HEAD");
  }

  /** Brings a pull request onto what Ann has checked out; answers the new commits of that branch. */
  function take(pull: number, how: MergeMethod, title = "Take care"): string[] {
    const branch = `branch-${pull}`;
    const before = ann.git("rev-parse", "HEAD");
    switch (how) {
      case "squash":
        ann.git("merge", "--quiet", "--squash", branch);
        ann.git("commit", "--quiet", "--message", `${title} (#${pull})`);
        break;
      case "merge":
        ann.git("merge", "--quiet", "--no-ff", "--message", `Merge pull request #${pull} from a/b`, branch);
        break;
      case "rebase":
        // As on GitHub every commit is made anew, though it could be taken over.
        ann.git("cherry-pick", "--keep-redundant-commits", "--no-ff", `${before}..${branch}`);
        break;
    }
    return ann.git("rev-list", "--reverse", "--first-parent", `${before}..HEAD`).split("\n");
  }

  return {
    ...{ github, origin, ann, push },
    open(files) {
      ann.git("fetch", "--quiet", "origin");
      const pull = github.openPull({ head: "" });
      ann.git("checkout", "--quiet", "--no-track", "-b", `branch-${pull}`, "origin/main");
      push(pull, files);
      return pull;
    },
    plan: (pull, ...labels) => planInto("main", pull, labels),
    planInto: (base, pull, ...labels) => planInto(base, pull, labels),
    planAgain(pull) {
      const { merge = "", payload } = plans.get(pull) ?? {};
      runner.git("checkout", "--quiet", "--detach", merge);
      return work("plan --comment", "pull_request", payload);
    },
    merge(pull, how = "squash", title = "Take care") {
      checkOutMain("main");
      const commits = take(pull, how, title);
      ann.git("push", "--quiet", "origin", "main");
      github.merge(pull, commits);
      return commits.at(-1) ?? "";
    },
    queue(pulls, how = "squash") {
      const base_sha = checkOutMain("group");
      // As on GitHub each of them has a branch of its own.
      const taken = pulls.map((pull) => {
        const ref = `refs/heads/gh-readonly-queue/main/pr-${pull}-${ann.git("rev-parse", "HEAD")}`;
        const commits = take(pull, how);
        ann.git("push", "--quiet", "origin", `HEAD:${ref}`);
        return { pull, commits, ref };
      });
      const [head_sha, head_ref] = [ann.git("rev-parse", "HEAD"), taken.at(-1)?.ref ?? ""];
      const merge_group = { head_sha, head_ref, base_sha, base_ref: "refs/heads/main" };
      return {
        plan() {
          runner.git("fetch", "--quiet", "origin");
          runner.git("checkout", "--quiet", "--detach", head_sha);
          return work("plan --comment", "merge_group", { action: "checks_requested", merge_group });
        },
        land() {
          const gone = taken.map(({ ref }) => `:${ref}`);
          ann.git("push", "--quiet", "origin", `${head_sha}:refs/heads/main`, ...gone);
          for (const { pull, commits } of taken) github.merge(pull, commits);
          return head_sha;
        },
      };
    },
    apply: (options = "", at = "origin/main") =>
      onPush(`apply --yes --comment --reviewed ${options}`.trim(), at),
    run: (line) => onPush(line, "origin/main"),
    drift() {
      runner.git("fetch", "--quiet", "origin");
      runner.git("checkout", "--quiet", "-B", "main", "origin/main");
      return work("drift --issue", "schedule", { schedule: "17 4 * * *" });
    },
    comment(pull, kind) {
      const own = github
        .commentsOn(pull)
        .filter(({ author, body }) => author === BOT && body.startsWith(`<!-- genesys-skills:${kind}:`));
      if (own.length !== 1 || !own[0]) throw new Error(`There are ${own.length} comments of ${kind}.`);
      return own[0].body;
    },
  };
}

/** How many changes the plan's comment lets through. */
export function reviewedIn(body: string): number | "too many" {
  return readPlanMark(body)?.hashes?.length ?? "too many";
}
