/**
 * Takes each snapshot in its own thread: planning a large organisation takes seconds, and the server answers requests
 * meanwhile. The thread ends after its snapshot, which frees the plan's memory.
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

export type FromThread =
  | { readonly kind: "output"; readonly output: ThreadOutput }
  | { readonly kind: "snapshot"; readonly snapshot: SearchSnapshot }
  | { readonly kind: "failed"; readonly problems: readonly Problem[] };

const ENTRY = new URL("./snapshot-worker.js", import.meta.url);

/** How long a thread may take to close its connections; a busy thread does not receive the message. */
const STOP_TIMEOUT_MS = 1000;

/** Throws as `readSnapshot` does, or the signal's reason. */
export async function openSnapshotThread(
  { dir, target, sandbox, ledger, remote, debug = false }: TargetOptions & { readonly debug?: boolean },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<SnapshotView> {
  signal.throwIfAborted();
  const options = {
    dir,
    ...(target !== undefined && { target }),
    ...(sandbox && { sandbox }),
    ...(ledger !== undefined && { ledger }),
    ...(remote !== undefined && { remote }),
  };
  const workerData: ThreadData = { options, isShared: terminal.isShared, isTraced: debug };
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
    return viewOf(await snapshotFrom(worker, terminal));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await ended;
    clearTimeout(timeout);
    signal.removeEventListener("abort", stop);
  }
}

function snapshotFrom(worker: Worker, terminal: Terminal): Promise<SearchSnapshot> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: FromThread) => {
      switch (message.kind) {
        case "output":
          terminal[message.output.stream](message.output.text);
          return;
        case "snapshot":
          resolve(message.snapshot);
          return;
        case "failed":
          reject(new Failure(message.problems));
      }
    });
    worker.on("error", reject);
    worker.on("exit", () => {
      reject(new Error("The thread ended before its snapshot was complete."));
    });
  });
}
