/**
 * An apply at work: it holds the ledger from its intent to its end.
 *
 * The premise: a run that finds another tip than its own has lost the ledger for good. It is told, finishes
 * what is in flight and writes no more; the winner reads live again and sees what was done. A run that can't
 * renew stops in the same way before others may take it for dead, though it may still write down its end.
 */
import type { Ledger } from "../model.ts";
import type { LedgerHome } from "./home.ts";
import { failedWith, leftOpen, renewalFailed } from "./home.ts";
import type { Intent } from "./intent.ts";
import { DEAD_AFTER, RENEW_EVERY } from "./intent.ts";
import type { AppliedFacts } from "./message.ts";
import { appliedMessage, renewMessage } from "./message.ts";
import type { HeldTip } from "./tip.ts";

export interface Run {
  readonly intent: Intent;
  /** Aborted once the run must write no more; its reason is the `Failure` LEDGER_MOVED or RENEWAL_FAILED. */
  readonly lost: AbortSignal;
  /** Whether the run may still write to the organisation: not lost, not over, and renewed in the last six minutes. */
  mayWrite(): boolean;
  /** Renews the intent, with the fingerprints of what is done; a timer does it every two minutes. Never throws. */
  renew(done: readonly string[]): Promise<Renewal>;
  /** Looks whether somebody else has the ledger by now, which ends the run at once. Never throws. */
  look(): Promise<void>;
  /**
   * Ends the run: commits what it did, without the intent, and answers the commit's hash. Throws `Failure`
   * LEDGER_MOVED where somebody else has the ledger; after three tries LEDGER_UNREACHABLE or LEDGER_REFUSED.
   */
  settle(ledger: Ledger, facts: AppliedFacts): Promise<string>;
  /** Stops renewing and leaves the intent as it stands. */
  abandon(): void;
}

/** `late`: it failed, and the next one may not; `lost`: write no more; `over`: there is nothing left to renew. */
export type Renewal = "renewed" | "late" | "lost" | "over";

/** Calls `job` every so many milliseconds until the function that it answers is called. */
export type Every = (job: () => void, milliseconds: number) => () => void;

export interface RunParts {
  readonly home: LedgerHome;
  /** At the commit of the intent. */
  readonly tip: HeldTip;
  readonly intent: Intent;
  /** The old ledger, which stays as it is until the run ends. */
  readonly ledger: Ledger;
  /** Asked by the timer for the fingerprints of what is done. */
  readonly done: () => readonly string[];
  readonly every: Every;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Before the second and the third try to write down the end, in milliseconds. */
const PAUSES = [2_000, 10_000];

/** The run whose intent was just committed. */
export function startRun({ home, tip, intent, ledger, done, every, wait }: RunParts): Run {
  const lost = new AbortController();
  const inTurn = oneAtATime();
  let renewedAt = Date.parse(intent.run.renewedAt);
  let over = false;
  const stopTimer = every(() => void renew(done()), RENEW_EVERY);

  const renew = (fingerprints: readonly string[]) => inTurn(() => renewNow(fingerprints));

  async function renewNow(fingerprints: readonly string[]): Promise<Renewal> {
    if (lost.signal.aborted) return "lost";
    if (over) return "over";
    const now = home.now();
    const renewed: Intent = {
      ...intent,
      run: { ...intent.run, renewedAt: isoTime(now) },
      done: fingerprints,
    };
    try {
      await tip.advance({ ledger, intent: renewed }, renewMessage(renewed));
      renewedAt = now;
      return "renewed";
    } catch (error) {
      return judgeFailedRenewal(error, now);
    }
  }

  async function lookNow(): Promise<void> {
    if (lost.signal.aborted || over) return;
    try {
      await tip.check();
    } catch (error) {
      // Whether a remote that doesn't answer ends the run, the renewals decide.
      if (!failedWith(error, "LEDGER_MOVED")) return;
      lost.abort(error);
      stopTimer();
    }
  }

  function judgeFailedRenewal(error: unknown, now: number): Renewal {
    const nextIsTooLate = now - renewedAt + RENEW_EVERY >= DEAD_AFTER;
    if (failedWith(error, "LEDGER_MOVED")) lost.abort(error);
    else if (nextIsTooLate) lost.abort(renewalFailed(home.target, error));
    else return "late";
    stopTimer();
    return "lost";
  }

  async function settleNow(settled: Ledger, facts: AppliedFacts): Promise<string> {
    const reason: unknown = lost.signal.reason;
    if (failedWith(reason, "LEDGER_MOVED")) throw reason;
    const message = appliedMessage({ target: home.target, revision: settled.revision, ...intent.run }, facts);
    for (const pause of PAUSES) {
      try {
        return await tip.advance({ ledger: settled }, message);
      } catch (error) {
        if (!failedWith(error, "LEDGER_UNREACHABLE", "LEDGER_REFUSED")) throw error;
        await wait(pause);
      }
    }
    try {
      return await tip.advance({ ledger: settled }, message);
    } catch (error) {
      throw failedWith(error, "LEDGER_UNREACHABLE", "LEDGER_REFUSED") ? leftOpen(home.target, error) : error;
    }
  }

  function end(): void {
    over = true;
    stopTimer();
  }

  return {
    intent,
    lost: lost.signal,
    mayWrite: () => !over && !lost.signal.aborted && home.now() - renewedAt < DEAD_AFTER,
    renew,
    look: () => inTurn(lookNow),
    settle(settled, facts) {
      end();
      return inTurn(() => settleNow(settled, facts));
    },
    abandon: end,
  };
}

/** `2026-01-31T08:00:00.000Z`. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
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
