/** Ctrl-C and the signals that end a process: what is in flight is finished, and nothing new is begun. */
import { Failure } from "../problem.ts";
import type { Terminal } from "./terminal.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** GitHub's runner kills a process ten seconds after its first signal; the records of the ledger say the rest. */
const END_AFTER_MS = 9_500;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** What `work` answers, unless the interrupt comes first. Throws Failure INTERRUPTED. */
  before<T>(work: Promise<T>): Promise<T>;
  release(): void;
}

/**
 * Only a second Ctrl-C on a terminal ends the process at once; every other signal after the first changes nothing.
 * Where the work has not ended by then, the process ends 9.5 seconds after the first.
 */
export function listenForInterrupt(terminal: Terminal): Interrupt {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(interruption());
    });
  });
  // Nobody may be waiting for it.
  interrupted.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (signal.aborted) {
      if (name === "SIGINT" && terminal.isInteractive) process.exit(130);
      return;
    }
    timer = setTimeout(() => process.exit(name === "SIGINT" ? 130 : 143), END_AFTER_MS);
    timer.unref();
    controller.abort();
    const once = terminal.isInteractive ? " Once more ends at once." : "";
    terminal.err(`Stopping: finishing what is in flight.${once}\n`);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal,
    before: (work) => Promise.race([interrupted, work]),
    release() {
      clearTimeout(timer);
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

/** The run was stopped before it had begun to write. */
export function interruption(): Failure {
  return new Failure(
    {
      code: "INTERRUPTED",
      message: "This run was stopped before it had begun to write. Nothing was applied.",
      hint: "Run it again.",
    },
    130,
  );
}
