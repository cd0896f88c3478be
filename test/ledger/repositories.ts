/** Real repositories in temporary directories, with nothing of the machine's own git settings. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { RunStart } from "../../src/ledger/begin.ts";
import { emptyLedger } from "../../src/ledger/file.ts";
import type { LedgerStore, LedgerStoreOptions } from "../../src/ledger/store.ts";
import { openLedgerStore } from "../../src/ledger/store.ts";
import type { Ledger } from "../../src/model.ts";
import { Failure } from "../../src/problem.ts";

export const START = Date.parse("2026-01-31T08:00:00Z");
export const MINUTE = 60_000;

/** A directory of its own for one test, deleted with it. */
export function temporaryDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), "ledger-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export function cleanEnv(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: "/nonexistent",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    ...more,
  };
}

/** Runs git as a person would, with an identity; answers what it printed. */
export function git(cwd: string, ...args: string[]): string {
  const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"];
  const env = cleanEnv();
  return execFileSync("git", [...identity, ...args], { cwd, env, encoding: "utf8", stdio: "pipe" }).trim();
}

/** A repository with one commit on `main`. */
export function newRepository(): string {
  const dir = temporaryDirectory();
  git(dir, "init", "--quiet", "--initial-branch=main");
  commitFile(dir, "skills/a.yaml", "skills: []\n");
  return dir;
}

export function commitFile(dir: string, path: string, text: string): string {
  mkdirSync(join(dir, path, ".."), { recursive: true });
  writeFileSync(join(dir, path), text);
  git(dir, "add", "--all");
  git(dir, "commit", "--quiet", "-m", path);
  return git(dir, "rev-parse", "HEAD");
}

/** A bare remote and two clones of it. */
export function newRemote(): { remote: string; ann: string; bob: string } {
  const root = temporaryDirectory();
  const remote = join(root, "remote.git");
  git(root, "clone", "--quiet", "--bare", newRepository(), remote);
  git(root, "clone", "--quiet", `file://${remote}`, "ann");
  git(root, "clone", "--quiet", `file://${remote}`, "bob");
  return { remote, ann: join(root, "ann"), bob: join(root, "bob") };
}

export async function openStore(
  cwd: string,
  options: Partial<LedgerStoreOptions> = {},
): Promise<LedgerStore> {
  const store = await openLedgerStore({
    cwd,
    target: "production",
    env: cleanEnv(),
    now: () => START,
    every: () => () => undefined,
    wait: () => Promise.resolve(),
    ...options,
  });
  if (store.kind !== "store") throw new Error("no repository");
  return store;
}

export function ledgerOf(more: Partial<Ledger> = {}): Ledger {
  return { ...emptyLedger("production", "org-1", "cloud"), ...more };
}

export const BILLING = { slug: "billing", id: "s-1", name: "Billing", protected: false };

/** Ann of user id `u-1` holds Billing at 3. */
export const ANN_HOLDS_BILLING = ledgerOf({
  skills: [BILLING],
  users: [{ id: "u-1", email: "ann@example.com", assignments: { billing: { proficiency: 3 } } }],
});

export const COUNTS = { add: 2, change: 1, destroy: 0 };

export function startOf(more: Partial<RunStart> = {}): RunStart {
  return {
    ledger: ledgerOf(),
    revision: null,
    sets: {
      skills: [BILLING],
      profiles: [],
      users: [{ id: "u-1", assignments: { billing: { proficiency: 3, before: null } } }],
    },
    removes: { skills: [], profiles: [], users: [] },
    counts: COUNTS,
    host: "desk",
    ...more,
  };
}

/** Writes `ledger` as a whole apply would. */
export async function applied(store: LedgerStore, ledger: Ledger): Promise<string> {
  const run = await store.begin(await store.read(), startOf({ ledger: ledgerOf() }));
  return run.settle(ledger, { counts: COUNTS });
}

/** The codes of the `Failure` that `job` ends with. */
export async function codesOf(job: Promise<unknown>): Promise<string[]> {
  return (await failureOf(job)).problems.map((problem) => problem.code);
}

export async function failureOf(job: Promise<unknown>): Promise<Failure> {
  const error: unknown = await job.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}
