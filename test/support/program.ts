/** The program as a process of its own, for what only a process can be asked: signals and exit codes. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { onTestFinished } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};

/** Builds the program into a temporary directory, unchecked; answers its main file and what removes it. */
export function buildProgram(): { readonly main: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "genesys-skills-built-"));
  for (const shared of ["node_modules", "package.json", "schemas"]) {
    symlinkSync(join(ROOT, shared), join(folder, shared));
  }
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" });
  for (const file of sources.filter((name) => /\.(ts|json)$/.test(name))) {
    const built = join(folder, "dist", file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(built), { recursive: true });
    const source = readFileSync(join(ROOT, "src", file), "utf8");
    writeFileSync(built, file.endsWith(".ts") ? transpile(source) : source);
  }
  return {
    main: join(folder, "dist/cli/main.js"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function transpile(source: string): string {
  return ts.transpileModule(source, { compilerOptions: OPTIONS }).outputText;
}

export interface Running {
  /** Resolves with the event. Rejects with what was printed where the process ends before. */
  until<T>(event: Promise<T>): Promise<T>;
  /** Resolves once the process has printed this; rejects like `until`. */
  says(words: string): Promise<void>;
  kill(signal: "SIGINT" | "SIGTERM"): void;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the program in this folder; it ends with its test. */
export function startProgram(
  main: string,
  words: readonly string[],
  { folder, env }: { readonly folder: string; readonly env: NodeJS.ProcessEnv },
): Running {
  const child = spawn(process.execPath, [main, ...words], {
    ...{ cwd: folder, env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const printed = { out: "", err: "" };
  child.stdout.on("data", (text: Buffer) => (printed.out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (printed.err += text.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (exitCode, signal) => {
      resolve({ exitCode, signal, ...printed });
    });
  });
  const early = ended.then(({ exitCode, signal, out, err }) => {
    throw new Error(`It ended early, with ${exitCode ?? signal ?? "nothing"}:\n${out}${err}`);
  });
  early.catch(() => undefined);
  const until = <T>(event: Promise<T>): Promise<T> => Promise.race([event, early]);
  return {
    ended,
    until,
    kill: (signal) => void child.kill(signal),
    says: (words) => until(printing(child, () => (printed.out + printed.err).includes(words))),
  };
}

function printing({ stdout, stderr }: ChildProcess, isThere: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (isThere()) resolve();
    };
    stdout?.on("data", look);
    stderr?.on("data", look);
    look();
  });
}
