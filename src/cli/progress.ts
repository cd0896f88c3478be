/** Shows the progress of an apply: a bar on a terminal, else a line every ten seconds. */

import { statusOf } from "../apply/outcome.ts";
import type { OperationOutcome, Plan } from "../model.ts";
import { duration } from "../report/words.ts";
import { count } from "../text.ts";
import type { Terminal } from "./terminal.ts";

interface Progress {
  step(outcome: OperationOutcome): void;
  /** Adds a wait that begins now to the remaining time. */
  hold(seconds: number): void;
  stop(): void;
}

const LINE_EVERY_MS = 10_000;
const BAR_WIDTH = 24;

export function startProgress(plan: Plan, terminal: Terminal): Progress {
  const total = plan.stages.flat().length;
  const started = Date.now();
  let finished = 0;
  let failed = 0;
  let waitsUntil = started;
  const words = (): string => {
    const seconds = Math.max(0.001, (Date.now() - started) / 1000);
    const waitSeconds = Math.max(0, waitsUntil - Date.now()) / 1000;
    const left = ((total - finished) * plan.cost.seconds) / total + waitSeconds;
    const parts = [
      `${finished} of ${count(total, "operation")}`,
      `${(finished / seconds).toFixed(1)} a second`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      `about ${duration(left)} left`,
    ];
    return parts.join(", ");
  };
  const timer = setInterval(() => {
    if (!terminal.hasStatus) terminal.err(`Applying: ${words()}\n`);
  }, LINE_EVERY_MS);
  timer.unref();
  return {
    step(outcome) {
      finished++;
      if (statusOf(outcome) === "failed") failed++;
      terminal.status(`${bar(finished / total)} ${words()}`);
    },
    hold(seconds) {
      waitsUntil = Date.now() + seconds * 1000;
    },
    stop() {
      clearInterval(timer);
    },
  };
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return `[${"#".repeat(full)}${"-".repeat(BAR_WIDTH - full)}]`;
}
