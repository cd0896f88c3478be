/** The other side of `thread.ts`: what runs in the thread. */
import type { MessagePort } from "node:worker_threads";
import type { Problem } from "../problem.ts";
import { Failure } from "../problem.ts";
import type { Question } from "./question.ts";
import { answerQuestion } from "./question.ts";
import type { About, PlannedSnapshot, SnapshotView } from "./view.ts";
import { prepareView } from "./view.ts";

export type ToThread =
  { readonly kind: "ask"; readonly number: number; readonly question: Question } | { readonly kind: "stop" };

/** Text that it would print, or keep out of all that is printed; the stream is a member of the program's terminal. */
export interface ThreadOutput {
  readonly stream: "out" | "err" | "status" | "command" | "remember";
  readonly text: string;
}

export type FromThread =
  | { readonly kind: "output"; readonly output: ThreadOutput }
  | { readonly kind: "ready"; readonly about: About }
  | { readonly kind: "failed"; readonly problems: readonly Problem[] }
  | { readonly kind: "answer"; readonly number: number; readonly body: string | null }
  | { readonly kind: "broken"; readonly number: number; readonly error: Error };

/** Gives up when the signal says so. Throws Failure where its user can mend it. */
export type Read = (signal: AbortSignal, print: (output: ThreadOutput) => void) => Promise<PlannedSnapshot>;

/** Reads, says that it is ready, and answers until it is told to stop. Anything but a Failure ends the thread. */
export async function answerInThread(port: MessagePort, read: Read): Promise<void> {
  const stopped = new AbortController();
  const tell = (message: FromThread): void => {
    port.postMessage(message);
  };
  let view: SnapshotView | null = null;
  port.on("message", (message: ToThread) => {
    switch (message.kind) {
      case "ask":
        if (view) tell(answer(view, message));
        return;
      case "stop":
        stopped.abort();
        port.close();
    }
  });
  try {
    view = await prepareView(
      await read(stopped.signal, (output) => {
        tell({ kind: "output", output });
      }),
    );
    tell({ kind: "ready", about: view.about });
  } catch (error) {
    if (stopped.signal.aborted) return;
    if (!(error instanceof Failure)) throw error;
    tell({ kind: "failed", problems: error.problems });
  }
}

function answer(view: SnapshotView, { number, question }: Extract<ToThread, { kind: "ask" }>): FromThread {
  try {
    return { kind: "answer", number, body: answerQuestion(view, question) };
  } catch (error) {
    return { kind: "broken", number, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
