/** Prints the reason and length of a wait: on the status line of a terminal, else as a line. */
import type { Wait } from "../http/rate-limit.ts";
import { describeLease } from "../ledger/lease.ts";
import type { LedgerWait } from "../ledger/watch.ts";
import { duration } from "../report/words.ts";
import type { Terminal } from "./terminal.ts";

/** Shorter waits are not shown. */
const SHOWN_SECONDS = 2;
/** Without a status line, shorter waits are not printed. */
const PRINTED_SECONDS = 10;

/** Reads may be older than writes: before a skill is deleted, and before a plan that depends on the last apply. */
interface WaitForReads {
  readonly reason: "reads" | "own-writes";
  readonly seconds: number;
}

const WHY: Readonly<Record<(Wait | WaitForReads)["reason"], string>> = {
  rate: "to keep within the rate limit",
  "429": "because Genesys asked for it",
  retry: "before trying again",
  "own-writes": "until Genesys shows what the last apply wrote",
  reads: "until Genesys shows what was written, before a skill is deleted",
};

export function printWait({ reason, seconds }: Wait | WaitForReads, terminal: Terminal): void {
  const words = `Waiting ${duration(seconds)} ${WHY[reason]}`;
  if (terminal.hasStatus) {
    if (seconds >= SHOWN_SECONDS) terminal.status(`${words}…`);
  } else if (seconds >= PRINTED_SECONDS) {
    terminal.err(`${words}.\n`);
  }
}

/** Another apply holds the ledger, or has just ended. */
export function printLedgerWait(wait: LedgerWait, terminal: Terminal): void {
  const words =
    wait.kind === "running"
      ? `Waiting for another apply: ${describeLease(wait.lease)}`
      : `Waiting ${duration(wait.seconds)} until the last requests of the apply before have ended and are visible`;
  if (terminal.hasStatus) terminal.status(`${words}…`);
  else if (wait.kind === "outcomes" || wait.unmovedSeconds % 60 < 5) terminal.err(`${words}.\n`);
}
