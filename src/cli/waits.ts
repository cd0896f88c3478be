/** Says why nothing happens just now, and for how long: in the line that is replaced, or elsewhere in one that stays. */
import type { Wait } from "../genesys/pacer.ts";
import { duration } from "../report/words.ts";
import type { Terminal } from "./terminal.ts";

/** Shorter waits are nothing to tell anybody. */
const SHOWN_SECONDS = 2;
/** A line that stays is for what lasts. */
const PRINTED_SECONDS = 10;

/** Before a skill is deleted its holders are listed, when Genesys shows all that was written. */
interface WaitForReads {
  readonly reason: "reads";
  readonly seconds: number;
}

const WHY: Readonly<Record<(Wait | WaitForReads)["reason"], string>> = {
  rate: "to keep within the rate limit",
  "429": "because Genesys asked for it",
  retry: "before trying again",
  reads: "until Genesys shows what was written, before a skill is deleted",
};

export function tellWait({ reason, seconds }: Wait | WaitForReads, terminal: Terminal): void {
  const words = `Waiting ${duration(seconds)} ${WHY[reason]}`;
  if (terminal.hasStatus) {
    if (seconds >= SHOWN_SECONDS) terminal.status(`${words}…`);
  } else if (seconds >= PRINTED_SECONDS) {
    terminal.err(`${words}.\n`);
  }
}
