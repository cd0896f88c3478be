/**
 * Reads in threads of their own: planning a large organisation takes seconds, and the server answers requests
 * meanwhile. A thread ends after its work, which frees the memory of the YAML and the plan.
 */
import { Worker } from "node:worker_threads";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import type { SearchSnapshot, SnapshotView } from "../server/snapshot.ts";
import { viewOf } from "../server/snapshot.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Given to the thread as `workerData`. */
export interface ThreadData {
  /** `check`: reads only the YAML. */
  readonly work: "check" | "snapshot";
  readonly options: TargetOptions;
  readonly isShared: boolean;
  /** Whether to print each request. Node.js reports only the requests of the same thread. */
  readonly isTraced: boolean;
}

/** Text to print, or a secret to hide; the stream is a member of the terminal. */
export interface ThreadOutput {
  readonly stream: "out" | "err" | "status" | "command" | "remember";
  readonly text: string;
}

/** `checked`: the YAML is right, and of this target. */
type ThreadResult =
  | { readonly kind: "checked"; readonly target: string }
  | { readonly kind: "snapshot"; readonly snapshot: SearchSnapshot };

export type FromThread =
  | { readonly kind: "output"; readonly output: ThreadOutput }
  | ThreadResult
  | { readonly kind: "failed"; readonly problems: readonly Problem[] };

const ENTRY = new URL("./snapshot-worker.js", import.meta.url);

/** How long a thread may take to close its connections; a busy thread does not receive the message. */
const STOP_TIMEOUT_MS = 1000;

interface ThreadOptions extends TargetOptions {
  readonly debug?: boolean;
}

/** Checks the YAML, and answers with the name of its target. Throws Failure. */
export async function checkInThread(options: ThreadOptions, terminal: Terminal): Promise<string> {
  const result = await runThread("check", options, terminal, new AbortController().signal);
  if (result.kind !== "checked") throw new Error("The thread was asked for a check.");
  return result.target;
}

/** Throws as `readSnapshot` does, or the signal's reason. */
export async function openSnapshotThread(
  options: ThreadOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<SnapshotView> {
  const result = await runThread("snapshot", options, terminal, signal);
  if (result.kind !== "snapshot") throw new Error("The thread was asked for a snapshot.");
  return viewOf(result.snapshot);
}

async function runThread(
  work: ThreadData["work"],
  { dir, target, sandbox, ledger, remote, debug = false }: ThreadOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ThreadResult> {
  signal.throwIfAborted();
  const options = {
    dir,
    ...(target !== undefined && { target }),
    ...(sandbox && { sandbox }),
    ...(ledger !== undefined && { ledger }),
    ...(remote !== undefined && { remote }),
  };
  const workerData: ThreadData = { work, options, isShared: terminal.isShared, isTraced: debug };
  const worker = new Worker(ENTRY, { workerData, env: terminal.env });
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      resolve();
    });
  });
  let timeout: NodeJS.Timeout | undefined;
  const stop = (): void => {
    worker.postMessage("stop");
    timeout = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
  };
  signal.addEventListener("abort", stop);
  try {
    return await resultOf(worker, terminal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await ended;
    clearTimeout(timeout);
    signal.removeEventListener("abort", stop);
  }
}

function resultOf(worker: Worker, terminal: Terminal): Promise<ThreadResult> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: FromThread) => {
      switch (message.kind) {
        case "output":
          terminal[message.output.stream](message.output.text);
          return;
        case "failed":
          reject(new Failure(message.problems));
          return;
        case "checked":
        case "snapshot":
          resolve(message);
      }
    });
    worker.on("error", reject);
    worker.on("exit", () => {
      reject(new Error("The thread ended before its work was done."));
    });
  });
}
