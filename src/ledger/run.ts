/**
 * A running apply, which holds the ledger's lease from its intent to its end.
 *
 * A run that finds another tip has lost the ledger for good: it sends nothing more, and the other run reads the
 * organisation again. A run that can't renew its lease pauses before others may consider it dead, and resumes after a
 * renewal.
 */
import type { Ledger } from "../model.ts";
import type { Moment } from "./clock.ts";
import { longestSince, momentOf } from "./clock.ts";
import { endNotWritten, failedWith } from "./failures.ts";
import type { LedgerHome } from "./home.ts";
import type { Lease } from "./lease.ts";
import type { AppliedFacts, MessageContext } from "./message.ts";
import { appliedMessage, renewMessage, withdrawMessage } from "./message.ts";
import type { OwnTip } from "./tip.ts";

export interface LedgerRun {
  readonly lease: Lease;
  /** Aborted once another run has the ledger; its reason is the `Failure` LEDGER_MOVED. */
  readonly lost: AbortSignal;
  /**
   * Whether a write to the organisation may be sent; call it right before each attempt. Checks the tip if the last check
   * began more than ten seconds ago, and renews the lease if the last successful renewal began more than two minutes
   * ago. False if the renewal fails, and always once the run is lost or over.
   */
  mayWrite(): Promise<boolean>;
  /**
   * Ends the run: commits what it did, without the lease, and returns the commit's hash. Records with an unknown outcome
   * may stay open. Throws `Failure` LEDGER_MOVED if another run has the ledger; after four attempts LEDGER_UNREACHABLE or
   * LEDGER_REFUSED.
   */
  finish(ledger: Ledger, facts: AppliedFacts): Promise<string>;
  /**
   * Ends a run that was refused before its first write: restores the ledger from before the intent. Throws like
   * `finish`.
   */
  withdraw(): Promise<string>;
}

interface RunParts {
  readonly home: LedgerHome;
  /** The tip at the commit of the intent. */
  readonly tip: OwnTip;
  readonly lease: Lease;
  readonly intent: Ledger;
  /** The ledger without the intent; null if there was none. */
  readonly before: Ledger | null;
  readonly context: MessageContext;
  /** When the commit of the intent began. */
  readonly begunAt: Moment;
}

/** How often a running apply renews its lease, in milliseconds. */
const RENEW_EVERY = 60_000;

/** How many milliseconds after the start of its last successful renewal a run may still write. */
const WRITE_WITHIN = 120_000;

/** After how many milliseconds a run checks again that it still has the ledger. */
const LOOK_EVERY = 10_000;

/** After how many milliseconds a run that was taken over has noticed, and has no request in flight. */
export const GIVE_WAY = 15_000;

/**
 * Pauses between attempts to write the end, in milliseconds. After a signal the first attempt begins within four
 * seconds, and the process ends after 9.5.
 */
const PAUSES = [1_000, 1_500, 2_500];

/** Starts a run after the commit of its intent. */
export function startRun({ home, tip, lease, intent, before, context, begunAt }: RunParts): LedgerRun {
  const { clock, target } = home;
  const lost = new AbortController();
  const inTurn = oneAtATime();
  let renewedAt = begunAt;
  let lookedAt = begunAt;
  let look: Promise<void> | undefined;
  let renewals = lease.renewals;
  let isOver = false;
  const stopTimer = clock.every(() => inTurn(renewNow), RENEW_EVERY);

  const isFresh = (): boolean => longestSince(renewedAt, clock) <= WRITE_WITHIN;
  const isEnded = (): boolean => isOver || lost.signal.aborted;

  /** Never throws: after a failed renewal `mayWrite` is false until a later one succeeds. */
  async function renewNow(): Promise<void> {
    if (isEnded()) return;
    const startedAt = momentOf(clock);
    try {
      const renewed = { ...lease, renewals: renewals + 1 };
      await tip.advance({ ledger: intent, lease: renewed }, renewMessage(renewed.renewals));
      renewals = renewed.renewals;
      renewedAt = lookedAt = startedAt;
    } catch (error) {
      noteLoss(error);
    }
  }

  /** Never throws: if the remote can't be reached, the time since the last renewal decides. */
  async function lookNow(): Promise<void> {
    lookedAt = momentOf(clock);
    await tip.check().catch(noteLoss);
    look = undefined;
  }

  function noteLoss(error: unknown): void {
    if (!failedWith(error, "LEDGER_MOVED")) return;
    lost.abort(error);
    stopTimer();
  }

  async function mayWrite(): Promise<boolean> {
    // A renewal in progress may already be enough.
    if (!isEnded() && !isFresh()) await inTurn(() => (isFresh() ? Promise.resolve() : renewNow()));
    if (!isEnded() && longestSince(lookedAt, clock) > LOOK_EVERY) look ??= lookNow();
    await look;
    return !isEnded() && isFresh();
  }

  async function writeEnd(ledger: Ledger | null, message: string): Promise<string> {
    const reason: unknown = lost.signal.reason;
    if (failedWith(reason, "LEDGER_MOVED")) throw reason;
    for (const pause of PAUSES) {
      try {
        return await tip.advance({ ledger, lease: null }, message);
      } catch (error) {
        if (!failedWith(error, "LEDGER_UNREACHABLE", "LEDGER_REFUSED")) throw error;
        await clock.sleep(pause);
      }
    }
    try {
      return await tip.advance({ ledger, lease: null }, message);
    } catch (error) {
      throw failedWith(error, "LEDGER_UNREACHABLE", "LEDGER_REFUSED") ? endNotWritten(target, error) : error;
    }
  }

  function end(ledger: Ledger | null, message: string): Promise<string> {
    isOver = true;
    stopTimer();
    return inTurn(() => writeEnd(ledger, message));
  }

  return {
    lease,
    lost: lost.signal,
    mayWrite,
    finish: (ledger, facts) => end(ledger, appliedMessage(context, facts)),
    withdraw: () => end(before, withdrawMessage(context)),
  };
}

/** Runs jobs one after the other, in the order of the calls, even if one fails. */
function oneAtATime(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const next = last.then(job, job);
    last = next;
    return next;
  };
}
