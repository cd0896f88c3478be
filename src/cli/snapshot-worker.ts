/** The thread of `snapshot-thread.ts`: checks the YAML or takes a snapshot, sends the result, and ends. */
import { parentPort, workerData } from "node:worker_threads";
import { loadDesired } from "../desired/load.ts";
import { Failure } from "../problem.ts";
import { PLAIN } from "../report/paint.ts";
import { takeSnapshot } from "../server/snapshot.ts";
import { dayOf } from "./day.ts";
import { traceRequests } from "./debug.ts";
import { readSnapshot } from "./snapshot.ts";
import type { FromThread, ThreadData, ThreadOutput } from "./snapshot-thread.ts";
import type { Terminal } from "./terminal.ts";

if (!parentPort) throw new Error("This runs in a thread only.");
const port = parentPort;
const { work, options, isShared, isTraced } = workerData as ThreadData;

function sendMessage(message: FromThread): void {
  port.postMessage(
    message,
    message.kind === "snapshot" ? message.snapshot.details.map(({ buffer }) => buffer) : [],
  );
}

/** Forwards to the main thread's terminal, which knows the secrets. */
function forwarding(): Terminal {
  const forward = (stream: ThreadOutput["stream"]) => (text: string) => {
    sendMessage({ kind: "output", output: { stream, text } });
  };
  return {
    ...{ out: forward("out"), err: forward("err"), status: forward("status"), command: forward("command") },
    ...{ show: forward("out"), remember: forward("remember") },
    ...{ paint: PLAIN, env: process.env, isInteractive: false, hasStatus: false, isShared },
  };
}

const stopped = new AbortController();
// Any message means: stop.
port.on("message", () => {
  stopped.abort();
});
const terminal = forwarding();
if (isTraced) traceRequests(terminal);
try {
  if (work === "check") {
    const { desired } = await loadDesired({ ...options, dayIn: dayOf({}) });
    sendMessage({ kind: "checked", target: desired.target });
  } else {
    const planned = await readSnapshot(options, terminal, stopped.signal);
    sendMessage({ kind: "snapshot", snapshot: takeSnapshot(planned) });
  }
} catch (error) {
  // Only data can be sent; any other error ends the thread.
  if (!stopped.signal.aborted) {
    if (!(error instanceof Failure)) throw error;
    sendMessage({ kind: "failed", problems: error.problems });
  }
} finally {
  port.close();
}
