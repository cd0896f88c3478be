/** Ctrl-C and SIGTERM: once finishes what is in flight, twice ends at once. */
import { Failure } from "../problem.ts";
import type { Terminal } from "./terminal.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** What `work` answers, unless the interrupt comes first. Throws Failure INTERRUPTED. */
  before<T>(work: Promise<T>): Promise<T>;
  release(): void;
}

export function listenForInterrupt(terminal: Terminal): Interrupt {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(INTERRUPTED);
    });
  });
  // Nobody may be waiting for it.
  interrupted.catch(() => undefined);
  const onSignal = (): void => {
    if (signal.aborted) {
      // GitHub's runner sends the second one by itself after 7.5 seconds, and kills 2.5 seconds later.
      if (!terminal.isShared) process.exit(130);
      return;
    }
    controller.abort();
    terminal.err("Stopping: finishing what is in flight. Once more ends at once.\n");
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal,
    before: (work) => Promise.race([interrupted, work]),
    release() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

const INTERRUPTED = new Failure({
  code: "INTERRUPTED",
  message: "Somebody stopped this run before it had begun to write.",
  hint: "Run it again.",
});
