/** Real repositories in temporary directories, with nothing of the machine's own git settings. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { RunFacts } from "../../src/ledger/begin.ts";
import { emptyLedger } from "../support/empty-ledger.ts";
import type { LedgerStore, LedgerStoreOptions } from "../../src/ledger/store.ts";
import { openLedgerStore } from "../../src/ledger/store.ts";
import type { Ledger, WriteRecord } from "../../src/model.ts";
import { Failure } from "../../src/problem.ts";
import { newTime } from "./clocks.ts";

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

/** Folders that were made once, by what is in them. They go with all temporary files when the run ends. */
const templates = new Map<string, string>();

/**
 * A copy of what `make` put into a folder the first time that a test asked for this `key`: a copy takes a fraction of
 * what a dozen runs of git take.
 */
export function copyTemplate(key: string, make: (folder: string) => void): string {
  let template = templates.get(key);
  if (template === undefined) {
    template = mkdtempSync(join(tmpdir(), "template-"));
    templates.set(key, template);
    make(template);
  }
  return copyRepositories(template);
}

/** Copies a folder of repositories, by default for one test. Remotes under the folder become those under the copy. */
export function copyRepositories(template: string, copy = temporaryDirectory()): string {
  cpSync(template, copy, { recursive: true });
  for (const name of ["", ...readdirSync(copy)]) {
    const config = join(copy, name, ".git/config");
    if (existsSync(config)) {
      writeFileSync(config, readFileSync(config, "utf8").replaceAll(template, copy));
    }
  }
  return copy;
}

/** A repository with one commit on `main`. */
export function newRepository(): string {
  return copyTemplate("repository", (folder) => {
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=");
    commitFile(folder, "skills/a.yaml", "skills: []\n");
  });
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
  const root = copyTemplate("remote", (folder) => {
    git(folder, "clone", "--quiet", "--bare", "--template=", newRepository(), "remote.git");
    for (const name of ["ann", "bob"]) {
      git(folder, "clone", "--quiet", "--template=", `file://${join(folder, "remote.git")}`, name);
    }
  });
  return { remote: join(root, "remote.git"), ann: join(root, "ann"), bob: join(root, "bob") };
}

/** From now on the clone's remote can't be reached; answers how to reach it again. */
export function cutOff(clone: string): () => void {
  const url = git(clone, "remote", "get-url", "origin");
  git(clone, "remote", "set-url", "origin", "/nowhere");
  return () => void git(clone, "remote", "set-url", "origin", url);
}

/** The store of the target `production`, on a clock that stands still by itself. */
export async function openStore(
  cwd: string,
  options: Partial<LedgerStoreOptions> = {},
): Promise<LedgerStore> {
  const clock = newTime().clock();
  const store = await openLedgerStore({ cwd, target: "production", env: cleanEnv(), clock, ...options });
  if (!store) throw new Error("no repository");
  return store;
}

export function ledgerOf(more: Partial<Ledger> = {}): Ledger {
  return { ...emptyLedger("production", "org-1", "cloud"), ...more };
}

export const DAY = "2026-01-31";
export const APPLIED = { revision: null, day: DAY };
export const BILLING = { id: "s-1", name: "Billing", slug: "billing", protected: false };

/** Ann, whose user id is `u-1`, has Billing at 3. */
export const ANN_HAS_BILLING = ledgerOf({
  applied: APPLIED,
  attempted: APPLIED,
  skills: [BILLING],
  users: [
    { id: "u-1", email: "ann@example.com", assignments: { "s-1": { name: "Billing", proficiency: 3 } } },
  ],
});

/** Billing is to be given to Ann at 4. */
export const OPEN: WriteRecord = {
  field: { kind: "skill", id: "s-1" },
  name: "Billing",
  before: 3,
  wasOurs: true,
  values: [4],
};

/** The intent of an apply that gives Ann Billing at 4. */
export const INTENT = withRecord(ANN_HAS_BILLING, OPEN);

/** The ledger with one record of its first user. */
export function withRecord(ledger: Ledger, record: WriteRecord): Ledger {
  return { ...ledger, users: ledger.users.map((user) => ({ ...user, records: [record] })) };
}

export const COUNTS = { add: 2, change: 1, destroy: 0, move: 0 };

export function factsOf(more: Partial<RunFacts> = {}): RunFacts {
  return { revision: null, counts: COUNTS, host: "desk", ...more };
}

/** Writes `ledger` as a whole apply would. */
export async function applied(store: LedgerStore, ledger: Ledger): Promise<string> {
  const run = await store.begin(await store.read(), ledger, factsOf());
  return run.finish(ledger, { counts: COUNTS });
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
