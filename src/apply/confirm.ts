/**
 * Writes values that are still as planned, and confirms writes with an unclear outcome: after a concurrent write or a
 * lost answer, the live value decides what is left to do. So nothing is done twice, and concurrent changes are kept.
 */
import { isVersionMismatch } from "../genesys/error.ts";
import type { Writer } from "../genesys/writer.ts";
import type { ApiError } from "../http/error.ts";
import { isAmbiguous, isGone } from "../http/error.ts";
import type { Change, Value } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { isNotSent, reasonOf, send } from "./context.ts";
import type { OutcomeLog } from "./outcome.ts";

/** The live values of some changes, and the request that writes them. */
export interface Sight {
  /** When they were read, by the clock. */
  readonly seenAt: number;
  /** Null: missing. */
  readonly valueOf: (change: Change) => Value | null;
  readonly write: (changes: readonly Change[], writer: Writer) => Promise<void>;
}

/** The vendor's Terraform provider retries a version mismatch ten times, after half a second and more. */
const RETRIES = 5;
const DELAY_MS = 500;
/** Temporary errors; any other error of an unclear write is unlikely to go away. */
const RETRYABLE: readonly (number | undefined)[] = [undefined, 400, 408, 409, 502, 503, 504];

/**
 * Reads and writes until nothing is left to write or `RETRIES` are used up. `look` is told whether it is the first
 * call, and returns null if it can't read the values. Throws NotSent, the error of the first `look`, and the error of a
 * permanently refused write.
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
    const sight = await readAfter(last, () => look(round === 0), log.open(changes), log, context);
    for (const change of log.open(changes)) {
      if (sight) settle(change, sight.valueOf(change), log);
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

/** Reads the values again. If that fails after an unclear write, the changes fail; otherwise it throws. */
async function readAfter(
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
    const reason = `${reasonOf(last, context)}; the result could not be read: ${reasonOf(error, context)}`;
    for (const change of changes) log.fail(change, reason);
    return null;
  }
}

/** Records the outcome of a change unless its value is still as the plan saw it. */
function settle(change: Change, found: Value | null, log: OutcomeLog): void {
  if (found === change.before) return;
  if (found !== change.after) log.skip(change, { kind: "changed-since-plan", found });
  else log.done(change, log.wasSent(change) ? undefined : "already-applied");
}
