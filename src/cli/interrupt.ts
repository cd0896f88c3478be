/** Handles Ctrl-C and the signals that end a process: requests in flight finish, and no new ones start. */
import type { FailureExit } from "../problem.ts";
import { Failure } from "../problem.ts";
import type { Terminal } from "./terminal.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** GitHub's runner kills a process ten seconds after its first signal; the ledger has records of unfinished writes. */
const END_AFTER_MS = 9_500;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** The result of `work`, unless the interrupt comes first. Throws Failure INTERRUPTED. */
  before<T>(work: Promise<T>): Promise<T>;
  release(): void;
}

/**
 * A second Ctrl-C on a terminal ends the process immediately; other signals after the first are ignored. The process
 * ends at the latest 9.5 seconds after the first signal.
 */
export function listenForInterrupt(terminal: Terminal): Interrupt {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(interruption(exitCode));
    });
  });
  // Avoids an unhandled rejection if nothing waits for it.
  interrupted.catch(() => undefined);
  let exitCode: FailureExit = 130;
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (name: (typeof SIGNALS)[number]): void => {
    if (signal.aborted) {
      if (name === "SIGINT" && terminal.isInteractive) process.exit(130);
      return;
    }
    if (name !== "SIGINT") exitCode = 143;
    timer = setTimeout(() => process.exit(exitCode), END_AFTER_MS);
    timer.unref();
    controller.abort();
    const once = terminal.isInteractive ? " Press Ctrl-C again to end immediately." : "";
    terminal.err(`Stopping after the requests in flight.${once}\n`);
  };
  const listeners = SIGNALS.map((name) => [name, () => onSignal(name)] as const);
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    signal,
    before: (work) => Promise.race([interrupted, work]),
    release() {
      clearTimeout(timer);
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}

/** The run was stopped before its first write. */
export function interruption(exitCode: FailureExit = 130): Failure {
  return new Failure(
    {
      code: "INTERRUPTED",
      message: "This run was stopped before its first write. Nothing was applied.",
      hint: "Run it again.",
    },
    exitCode,
  );
}
