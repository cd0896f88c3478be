/**
 * Opens a thread that reads the organisation and answers from what it read. A large one takes seconds to plan and to
 * index, and nobody who asks in the meantime shall wait for that: the thread before goes on answering.
 */
import { Worker } from "node:worker_threads";
import { Failure } from "../problem.ts";
import type { Responder } from "./question.ts";
import type { FromThread, ThreadOutput, ToThread } from "./thread-side.ts";
import type { About } from "./view.ts";

export interface ThreadOptions {
  /** The module that the thread runs; it calls `answerInThread`. */
  readonly entry: URL;
  /** The module finds it as `workerData`. */
  readonly data: unknown;
  /** The thread's `process.env`. */
  readonly env: NodeJS.ProcessEnv;
  /** Flags of Node for the thread. Default: this process's. */
  readonly execArgv?: readonly string[];
  /** Told what the thread would print. */
  readonly onOutput: (output: ThreadOutput) => void;
  /** Gives up the reading. */
  readonly signal: AbortSignal;
}

/** Resolves once the thread has read. Throws Failure, what else broke it, or the signal's reason. */
export async function openThread(options: ThreadOptions): Promise<Responder> {
  const { entry, data, env, execArgv, onOutput, signal } = options;
  signal.throwIfAborted();
  const worker = new Worker(entry, { workerData: data, env, ...(execArgv && { execArgv: [...execArgv] }) });
  const end = stopper(worker);
  const abandon = (): void => void end();
  signal.addEventListener("abort", abandon);
  try {
    const about = await readyIn(worker, onOutput);
    return respondThrough(worker, about, end);
  } catch (error) {
    await end();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}

/** How long a thread that is to stop may take to close its connections; one that is calculating hears nothing. */
const STOP_TIMEOUT_MS = 1000;

/** A function that ends the thread, and resolves once it has ended. */
function stopper(worker: Worker): () => Promise<void> {
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      resolve();
    });
  });
  return async () => {
    tell(worker, { kind: "stop" });
    const timeout = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timeout);
  };
}

function readyIn(worker: Worker, onOutput: (output: ThreadOutput) => void): Promise<About> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: FromThread) => {
      if (message.kind === "output") onOutput(message.output);
      if (message.kind === "ready") resolve(message.about);
      if (message.kind === "failed") reject(new Failure(message.problems));
    });
    worker.on("error", reject);
    worker.on("exit", () => {
      reject(new Error("The thread ended before it had read the organisation."));
    });
  });
}

/** Somebody who waits for an answer. */
interface Asker {
  readonly resolve: (body: string | null) => void;
  readonly reject: (error: Error) => void;
}

function respondThrough(worker: Worker, about: About, end: () => Promise<void>): Responder {
  const askers = new Map<number, Asker>();
  let questions = 0;
  let fault: Error | null = null;
  let tellQuiet = (): void => undefined;

  const answer = (number: number, how: (asker: Asker) => void): void => {
    const asker = askers.get(number);
    askers.delete(number);
    if (asker) how(asker);
    if (askers.size === 0) tellQuiet();
  };
  const giveUp = (error: Error): void => {
    fault ??= error;
    for (const number of [...askers.keys()])
      answer(number, ({ reject }) => {
        reject(error);
      });
  };
  worker.on("error", giveUp);
  worker.on("exit", () => {
    giveUp(new Error("The thread that answers has ended."));
  });
  worker.on("message", (message: FromThread) => {
    if (message.kind === "answer")
      answer(message.number, ({ resolve }) => {
        resolve(message.body);
      });
    if (message.kind === "broken")
      answer(message.number, ({ reject }) => {
        reject(message.error);
      });
  });

  return {
    about,
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (fault) {
          reject(fault);
          return;
        }
        askers.set(++questions, { resolve, reject });
        tell(worker, { kind: "ask", number: questions, question });
      }),
    async close() {
      if (askers.size > 0) await new Promise<void>((resolve) => (tellQuiet = resolve));
      await end();
    },
  };
}

function tell(worker: Worker, message: ToThread): void {
  worker.postMessage(message);
}
