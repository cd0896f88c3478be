/** Runs git: arguments as a list, no shell, no prompts, no hooks, output in English, secrets masked. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";

export interface GitAnswer {
  /** Git's exit code, or -1 if it was stopped because of a timeout or too much output. */
  readonly code: number;
  readonly stdout: string;
  /** With credentials masked. */
  readonly stderr: string;
}

interface GitInput {
  readonly stdin?: string;
  /** Added to the environment of this one command. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one git command and returns its result, also if it fails. Throws `Failure` GIT_MISSING. */
export type Git = (args: readonly string[], input?: GitInput) => Promise<GitAnswer>;

/** Like `Git`, for output of many megabytes. Throws `Failure` GIT_MISSING, and GIT_FAILED if the command fails. */
export type GitBytes = (args: readonly string[], stdin: string) => Promise<Buffer>;

export interface GitOptions {
  readonly cwd: string;
  /** Default: that of the process. */
  readonly env?: NodeJS.ProcessEnv;
  /** How long one command may take, in milliseconds. Default: two minutes. */
  readonly timeout?: number;
}

const TWO_MINUTES = 120_000;

/** More than any real list of files or refs. */
const MAX_OUTPUT_BYTES = 80 * 2 ** 20;

const SETTINGS = [
  // A person's hooks are for their own commits. One that fails or runs the test suite would lose the record of what
  // was done to the organisation.
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  // Another apply may hold a ref's lock for a moment; its write then wins the race.
  "core.filesRefLockTimeout=5000",
  "gc.auto=0",
  "maintenance.auto=false",
  "i18n.commitEncoding=UTF-8",
].flatMap((setting) => ["-c", setting]);

// A process that git started (a hook) inherits these variables, and git would ignore `cwd` because of them.
const WHERE_GIT_LOOKS =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)$/;
const TELLS_TOO_MUCH = /^(GIT_TRACE|GIT_CURL_VERBOSE|GENESYS_)/;

/** Git in the directory `cwd`. */
export function openGit(options: GitOptions): Git {
  const env = gitEnvironment(options.env ?? process.env);
  return (args, input = {}) => runGit(options, { ...env, ...input.env }, args, input.stdin);
}

/**
 * Git in the directory `cwd`, for large output, which goes through a temporary file that no other user can read:
 * reading a large ledger from a pipe in pieces costs more than parsing it.
 */
export function openGitBytes(options: GitOptions): GitBytes {
  const env = gitEnvironment(options.env ?? process.env);
  return async (args, stdin) => {
    const folder = await mkdtemp(join(tmpdir(), "genesys-skills-"));
    const file = await open(join(folder, "answer"), "w+");
    try {
      const answer = await runGit(options, env, args, stdin, file);
      if (answer.code !== 0) throw gitFailed(args, answer);
      const { size } = await file.stat();
      const bytes = Buffer.allocUnsafe(size);
      const { bytesRead } = await file.read(bytes, 0, size, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !WHERE_GIT_LOOKS.test(name) && !TELLS_TOO_MUCH.test(name),
  );
  return { ...Object.fromEntries(kept), LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
}

function runGit(
  { cwd, timeout = TWO_MINUTES }: GitOptions,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  stdin = "",
  output?: FileHandle,
): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    // In a separate process group, so that Ctrl-C doesn't end the push that records what was done.
    const detached = process.platform !== "win32";
    const child = spawn("git", [...SETTINGS, ...args], {
      ...{ cwd, env, detached, windowsHide: true },
      stdio: ["pipe", output?.fd ?? "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    let ended: string | undefined;
    const end = (why: string): void => {
      ended ??= why;
      killGroup(child.pid, detached);
    };
    const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) end("fatal: git's answer is too large");
      else chunks.push(chunk);
    };
    const timer = setTimeout(() => end(`fatal: git gave no answer in ${timeout / 1000} seconds`), timeout);

    child.stdout?.on("data", keep(out));
    child.stderr?.on("data", keep(err));
    // Git may end without reading its input; its exit code says why.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(stdin);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(isMissing(error) && existsSync(cwd) ? gitMissing() : error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      const stderr = maskCredentials(ended ?? Buffer.concat(err).toString("utf8"));
      resolve({
        code: ended === undefined ? (code ?? -1) : -1,
        stdout: Buffer.concat(out).toString("utf8"),
        stderr,
      });
    });
  });
}

/** Ends a child and the processes that it started (ssh, a credential helper), which keep its output open. */
function killGroup(pid: number | undefined, detached: boolean): void {
  if (pid === undefined) return;
  try {
    process.kill(detached ? -pid : pid, "SIGKILL");
  } catch {
    // It has already ended.
  }
}

function isMissing(error: Error): boolean {
  return "code" in error && error.code === "ENOENT";
}

function gitMissing(): Failure {
  return new Failure({
    code: "GIT_MISSING",
    message: "The program git was not found; the ledger is stored in git.",
    hint: "Install git 2.29 or later and make sure that it is on the PATH.",
  });
}

/** `text` without the user names, passwords and tokens that URLs may contain. */
export function maskCredentials(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s'"]*@/gi, "$1***@")
    .replace(/([?&][^=&\s]*(?:token|key|password|secret)[^=&\s]*=)[^&\s'"]+/gi, "$1***");
}

/** Runs git and throws `Failure` GIT_FAILED if it fails: for commands that fail only if something is broken. */
export async function mustRun(git: Git, args: readonly string[], input?: GitInput): Promise<string> {
  const answer = await git(args, input);
  if (answer.code === 0) return answer.stdout;
  throw gitFailed(args, answer);
}

function gitFailed(args: readonly string[], answer: GitAnswer): Failure {
  return new Failure({
    code: "GIT_FAILED",
    message: `git ${args[0] ?? ""} failed: ${gitMessage(answer)}`,
    hint: "Repair the repository so that the same git command works when you run it, then try again.",
  });
}

/** The lines of git's error output that give the reason, joined to one line; never empty. */
export function gitMessage(answer: GitAnswer): string {
  const lines = answer.stderr.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.filter((line) => /^(fatal|error|remote|ssh):/.test(line));
  const text = (telling.length > 0 ? telling : lines).map((line) => line.trim()).join("; ");
  return text === "" ? `exit code ${answer.code}` : printable(text, 600);
}
