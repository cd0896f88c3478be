/**
 * Writes what is still as it was planned, and judges by looking: where someone else wrote in between, or where the
 * answer was lost and nobody knows whether the write happened, only what is there now says what is left to do. So
 * nothing is done twice, and what somebody changed meanwhile is left.
 */
import { isVersionMismatch } from "../genesys/error.ts";
import type { Writer } from "../genesys/writer.ts";
import type { ApiError } from "../http/error.ts";
import { isAmbiguous, isGone } from "../http/error.ts";
import type { Change, Value } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { isNotSent, reasonOf, send } from "./context.ts";
import type { OutcomeLog } from "./outcome.ts";

/** What is there now, and the one request that writes some of the changes. */
export interface Sight {
  /** When it was seen, by the clock. */
  readonly seenAt: number;
  /** Null: not there. */
  readonly valueOf: (change: Change) => Value | null;
  readonly write: (changes: readonly Change[], writer: Writer) => Promise<void>;
}

/** Source: the vendor's Terraform provider retries a version mismatch ten times, after half a second and more. */
const RETRIES = 5;
const DELAY_MS = 500;
/** What says "not now": anything else that leaves a write open is unlikely to pass. */
const RETRYABLE: readonly (number | undefined)[] = [undefined, 400, 408, 409, 502, 503, 504];

/**
 * Looks and writes until nothing is left to write or `RETRIES` are used up. `look` is told whether it is the first
 * time, and answers null where what must be seen could not be. Throws NotSent, what `look` throws the first time,
 * and what a write throws that is refused for good.
 */
export async function writeAndConfirm(
  changes: readonly Change[],
  look: (isFirst: boolean) => Promise<Sight | null>,
  log: OutcomeLog,
  context: ApplyContext,
): Promise<void> {
  let last: ApiError | undefined;
  for (let round = 0; ; round++) {
    await context.permit();
    const sight = await lookAfter(last, () => look(round === 0), log.open(changes), log, context);
    for (const change of log.open(changes)) {
      if (sight) judge(change, sight.valueOf(change), log);
      else log.skip(change, { kind: "not-seen" });
    }
    const open = log.open(changes);
    if (open.length === 0 || !sight) return;
    if (last && round > retriesAfter(last)) {
      for (const change of open) log.fail(change, reasonOf(last, context));
      return;
    }
    try {
      await send(open, (writer) => sight.write(open, writer), log, context, sight.seenAt);
      for (const change of open) log.done(change);
      return;
    } catch (error) {
      if (!isVersionMismatch(error) && !isAmbiguous(error) && !isNotSent(error)) throw error;
      last = error;
    }
    await context.pause(DELAY_MS * (round + 1));
  }
}

function retriesAfter({ status }: ApiError): number {
  return RETRYABLE.includes(status) ? RETRIES : 1;
}

/** After a write whose outcome is open, a look that fails ends the changes; else it throws. */
async function lookAfter(
  last: ApiError | undefined,
  look: () => Promise<Sight | null>,
  changes: readonly Change[],
  log: OutcomeLog,
  context: ApplyContext,
): Promise<Sight | null> {
  try {
    return await look();
  } catch (error) {
    if (!last || isGone(error)) throw error;
    const reason = `${reasonOf(last, context)}; whether it was done could not be found out: ${reasonOf(error, context)}`;
    for (const change of changes) log.fail(change, reason);
    return null;
  }
}

/** What is still as the plan saw it has no outcome yet. */
function judge(change: Change, found: Value | null, log: OutcomeLog): void {
  if (found === change.before) return;
  if (found !== change.after) log.skip(change, { kind: "changed-since-plan", found });
  else log.done(change, log.wasSent(change) ? undefined : "already-applied");
}
