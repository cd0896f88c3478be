/** The program as a process of its own, for what only a process can be asked: signals and exit codes. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { build as bundle } from "esbuild";
import { onTestFinished } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Leaves every import where it is, and names the built file in it: `./plan.js` for `./plan.ts`. */
const FILE_BY_FILE: Plugin = {
  name: "file-by-file",
  setup(builder) {
    builder.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === "entry-point" ? null : { path: path.replace(/^(\..*)\.ts$/, "$1.js"), external: true },
    );
  },
};

let built: Promise<string> | undefined;

/**
 * Builds the program, unchecked, the first time that a worker needs it; answers its main file. With esbuild: loading
 * TypeScript takes longer than all of this.
 */
export function builtProgram(): Promise<string> {
  return (built ??= build());
}

async function build(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "genesys-skills-built-"));
  for (const shared of ["node_modules", "package.json", "schemas"]) {
    symlinkSync(join(ROOT, shared), join(folder, shared));
  }
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => !name.startsWith("page/client/"));
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: files.filter((name) => /(?<!\.d)\.ts$/.test(name)).map((name) => `src/${name}`),
    outbase: "src",
    outdir: join(folder, "dist"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    plugins: [FILE_BY_FILE],
  });
  for (const name of files.filter((name) => /\.js(on)?$/.test(name))) {
    cpSync(join(ROOT, "src", name), join(folder, "dist", name));
  }
  return join(folder, "dist/cli/main.js");
}

export interface Running {
  /** Resolves with the event. Rejects with what was printed where the process ends before. */
  until<T>(event: Promise<T>): Promise<T>;
  /** Resolves once the process has printed this; rejects like `until`. */
  says(words: string): Promise<void>;
  kill(signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGKILL"): void;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Where a program runs. */
export interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Streams whose reader goes away once it has read something. Default none. */
  readonly goesAway?: readonly ("stdout" | "stderr")[];
  /** A file's descriptor for standard output. Default: it is captured. */
  readonly out?: number | "pipe";
}

/** Starts the program in this folder; it ends with its test. */
export function startProgram(
  main: string,
  words: readonly string[],
  { folder, env, goesAway = [], out = "pipe" }: Place,
): Running {
  const child = spawn(process.execPath, [main, ...words], {
    ...{ cwd: folder, env },
    stdio: ["ignore", out, "pipe"],
  });
  for (const name of goesAway) child[name]?.once("data", () => child[name]?.destroy());
  onTestFinished(() => void child.kill("SIGKILL"));
  const printed = { out: "", err: "" };
  child.stdout?.on("data", (text: Buffer) => (printed.out += text.toString()));
  child.stderr?.on("data", (text: Buffer) => (printed.err += text.toString()));
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
