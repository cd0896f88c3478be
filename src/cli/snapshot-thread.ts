/**
 * Takes snapshots in threads of their own: a large organisation needs seconds to be planned, and requests are
 * answered meanwhile. Each thread ends with its snapshot, and takes the plan's memory with it.
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
  /** Whether each request is printed. Node.js tells of those of its own thread only. */
  readonly isTraced: boolean;
}

/** Text that the thread would print, or keep out of all that is printed; the stream is a member of the terminal. */
export interface ThreadOutput {
  readonly stream: "out" | "err" | "status" | "command" | "remember";
  readonly text: string;
}

export type FromThread =
  | { readonly kind: "output"; readonly output: ThreadOutput }
  | { readonly kind: "snapshot"; readonly snapshot: SearchSnapshot }
  | { readonly kind: "failed"; readonly problems: readonly Problem[] };

/** Run from the source, the thread's module is TypeScript as this one is. */
const ENTRY = new URL(`./snapshot-worker${/\.\w+$/.exec(import.meta.url)?.[0] ?? ""}`, import.meta.url);

/** How long a thread that is to stop may take to close its connections; one that is calculating hears nothing. */
const STOP_TIMEOUT_MS = 1000;

/** `execArgv`: flags of Node for the thread. Throws as `readSnapshot` does, or the signal's reason. */
export async function openSnapshotThread(
  { dir, target, sandbox, ledger, remote, debug = false }: TargetOptions & { readonly debug?: boolean },
  terminal: Terminal,
  signal: AbortSignal,
  execArgv?: readonly string[],
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
  const worker = new Worker(ENTRY, {
    ...{ workerData, env: terminal.env },
    ...(execArgv && { execArgv: [...execArgv] }),
  });
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
      reject(new Error("The thread ended before it had read the organisation."));
    });
  });
}
