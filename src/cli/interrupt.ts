/** Ctrl-C and SIGTERM: once finishes what is in flight, twice ends at once. */
import type { Terminal } from "./terminal.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export interface Interrupt {
  readonly signal: AbortSignal;
  release(): void;
}

export function listenForInterrupt(terminal: Terminal): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    terminal.err("Stopping: finishing what is in flight. Once more ends at once.\n");
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    release() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
