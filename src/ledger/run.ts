/**
 * A running apply: it holds the ledger's lease from its intent to its end.
 *
 * A run that finds another tip than its own has lost the ledger for good: it sends nothing more, and the winner
 * reads the organisation again and sees what was done. A run that can't renew its lease stops sending before
 * others may take it for dead, and goes on once it has renewed.
 */
import type { Ledger } from "../model.ts";
import type { Moment } from "./clock.ts";
import { longestSince, momentOf } from "./clock.ts";
import { endNotWritten, failedWith } from "./failures.ts";
import type { LedgerHome } from "./home.ts";
import type { Lease } from "./lease.ts";
import type { AppliedFacts, MessageContext } from "./message.ts";
import { appliedMessage, renewMessage, withdrawMessage } from "./message.ts";
import type { HeldTip } from "./tip.ts";

export interface LedgerRun {
  readonly lease: Lease;
  /** Aborted once another run has the ledger; its reason is the `Failure` LEDGER_MOVED. */
  readonly lost: AbortSignal;
  /**
   * To be asked right before every request that writes to the organisation, repeated ones included: whether it may
   * be sent. Looks first where the last look began more than ten seconds ago, and renews the lease where the last
   * successful renewal began more than two minutes ago; false where that fails, and for ever once the run is lost or
   * over.
   */
  mayWrite(): Promise<boolean>;
  /**
   * Ends the run: commits what it did, without the lease; answers the commit's hash. Records whose outcome isn't
   * known may stay open. Throws `Failure` LEDGER_MOVED where another run has the ledger; after four tries
   * LEDGER_UNREACHABLE or LEDGER_REFUSED.
   */
  finish(ledger: Ledger, facts: AppliedFacts): Promise<string>;
  /**
   * Ends a run that was refused before its first write: the ledger is again as it was before the intent, the
   * organisation included. Throws as `finish` does.
   */
  withdraw(): Promise<string>;
}

export interface RunParts {
  readonly home: LedgerHome;
  /** At the commit of the intent. */
  readonly tip: HeldTip;
  readonly lease: Lease;
  readonly intent: Ledger;
  /** The ledger without the intent; null where there was none. */
  readonly before: Ledger | null;
  readonly context: MessageContext;
  /** When the intent's commit was begun. */
  readonly begunAt: Moment;
}

/** How often a running apply renews its lease, in milliseconds. */
const RENEW_EVERY = 60_000;

/** A run sends nothing while its last successful renewal began longer ago than this, in milliseconds. */
const WRITE_WITHIN = 120_000;

/** A run looks whether it still has the ledger where it knew that longer ago than this, in milliseconds. */
const LOOK_EVERY = 10_000;

/** Milliseconds after which a run that was taken over has looked, and has given up what it had in flight. */
export const GIVE_WAY = 15_000;

/**
 * Before each further try to write the end, in milliseconds. After a signal the first begins by the fourth second, and
 * at 9.5 the process ends.
 */
const PAUSES = [1_000, 1_500, 2_500];

/** The run whose intent was just committed. */
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

  /** Never throws: what can't be renewed now may be later, and until then `mayWrite` says no. */
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

  /** Never throws: where the remote can't be asked, the time since the last renewal decides. */
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
    // Renewals that are under way come first; the last of them may have been the one that was missing.
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

/** Runs jobs one after the other, in the order in which they were asked for, whether or not one fails. */
function oneAtATime(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const next = last.then(job, job);
    last = next;
    return next;
  };
}
