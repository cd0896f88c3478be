/** What the thread of `snapshot-thread.ts` runs. */
import { parentPort, workerData } from "node:worker_threads";
import { PLAIN } from "../report/paint.ts";
import type { ThreadOutput } from "../server/thread-side.ts";
import { answerInThread } from "../server/thread-side.ts";
import { readSnapshot } from "./snapshot.ts";
import type { ThreadData } from "./snapshot-thread.ts";
import type { Terminal } from "./terminal.ts";

if (!parentPort) throw new Error("This runs in a thread only.");
const { options, isShared } = workerData as ThreadData;

await answerInThread(parentPort, (signal, say) => readSnapshot(options, terminalThat(say), signal));

/** The program's own terminal prints: it knows what is secret. */
function terminalThat(say: (output: ThreadOutput) => void): Terminal {
  const sayer = (stream: ThreadOutput["stream"]) => (text: string) => {
    say({ stream, text });
  };
  return {
    ...{ out: sayer("out"), err: sayer("err"), status: sayer("status"), command: sayer("command") },
    show: sayer("out"),
    remember: sayer("remember"),
    paint: PLAIN,
    env: process.env,
    ...{ isInteractive: false, hasStatus: false, isShared },
  };
}
