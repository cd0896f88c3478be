/** Says why nothing happens just now, and for how long: in the line that is replaced, or elsewhere in one that stays. */
import type { Wait } from "../genesys/pacer.ts";
import { duration } from "../report/words.ts";
import type { Terminal } from "./terminal.ts";

/** Shorter waits are nothing to tell anybody. */
const SHOWN_SECONDS = 2;
/** A line that stays is for what lasts. */
const PRINTED_SECONDS = 10;

const WHY: Readonly<Record<Wait["reason"], string>> = {
  rate: "to keep within the rate limit",
  "429": "because Genesys asked for it",
  retry: "before trying again",
};

export function tellWait({ reason, seconds }: Wait, terminal: Terminal): void {
  const words = `Waiting ${duration(seconds)} ${WHY[reason]}`;
  if (terminal.hasStatus) {
    if (seconds >= SHOWN_SECONDS) terminal.status(`${words}…`);
  } else if (seconds >= PRINTED_SECONDS) {
    terminal.err(`${words}.\n`);
  }
}
