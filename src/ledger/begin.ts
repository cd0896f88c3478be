/** Begins a run: its intent is committed before its first write to the organisation. */
import { randomUUID } from "node:crypto";
import type { Ledger } from "../model.ts";
import { momentOf } from "./clock.ts";
import { changedFiles } from "./content.ts";
import { applyRunning, failedWith } from "./failures.ts";
import type { LedgerHome } from "./home.ts";
import { contentAt } from "./home.ts";
import type { Lease, RunIdentity } from "./lease.ts";
import { identityOf } from "./lease.ts";
import type { AppliedFacts, Counts } from "./message.ts";
import { appliedMessage, beginMessage } from "./message.ts";
import type { SharingOptions } from "./other-ledgers.ts";
import { refuseSharedOrganization } from "./other-ledgers.ts";
import type { LedgerState } from "./read.ts";
import { readLedger } from "./read.ts";
import type { LedgerRun } from "./run.ts";
import { GIVE_WAY, startRun } from "./run.ts";
import { takeTip } from "./tip.ts";

/** The facts about a run before its first write; missing facts about its identity come from the environment. */
export interface RunFacts extends RunIdentity {
  /** The commit that is applied; null if there is none. */
  readonly revision: string | null;
  /** The number of planned changes. */
  readonly counts: Counts;
}

export interface RecordFacts extends AppliedFacts {
  /** The commit that was applied; null if there is none. */
  readonly revision: string | null;
}

/**
 * Commits the intent and the lease on top of what was read, waits until a run that was taken over has noticed, and
 * checks whether another target has the same organisation. Throws `Failure` APPLY_RUNNING if `state` has a lease or
 * another apply was faster, LEDGER_MOVED, and SHARED_ORG after withdrawing the intent.
 */
export async function beginRun(
  home: LedgerHome,
  env: NodeJS.ProcessEnv,
  state: LedgerState,
  intent: Ledger,
  facts: RunFacts,
  options: SharingOptions,
): Promise<LedgerRun> {
  const { target, clock } = home;
  if (state.lease) throw applyRunning(target, state.lease);
  const lease = leaseOf(home, env, facts);
  const context = { target, revision: facts.revision, lease };
  const tip = await takeTip(home, state);
  const begunAt = momentOf(clock);
  await nameWinner(home, () => tip.advance({ ledger: intent, lease }, beginMessage(context, facts.counts)));
  const run = startRun({ home, tip, lease, intent, before: state.ledger, context, begunAt });
  try {
    if (state.takesOver) {
      options.onWait?.({ kind: "outcomes", target, seconds: GIVE_WAY / 1000 });
      await clock.sleep(GIVE_WAY, options.stop);
    }
    await refuseSharedOrganization(home, state, intent.organization, options);
  } catch (error) {
    await run.withdraw();
    throw error;
  }
  return run;
}

/**
 * Writes a ledger without an intent, when nothing is written to the organisation. Returns the commit's hash, or null
 * if the ledger is unchanged. Throws `Failure` like `beginRun`.
 */
export async function recordLedger(
  home: LedgerHome,
  state: LedgerState,
  ledger: Ledger,
  facts: RecordFacts,
  options: SharingOptions,
): Promise<string | null> {
  const { target } = home;
  if (state.lease) throw applyRunning(target, state.lease);
  const content = { ledger, lease: null };
  const before = state.tip === null ? null : await contentAt(home, state.tip);
  if (before && changedFiles(target, before, content).length === 0) return null;
  await refuseSharedOrganization(home, state, ledger.organization, options);
  const tip = await takeTip(home, state);
  const context = { target, revision: facts.revision };
  return nameWinner(home, () => tip.advance(content, appliedMessage(context, facts)));
}

function leaseOf({ author }: LedgerHome, env: NodeJS.ProcessEnv, facts: RunFacts): Lease {
  const found = identityOf(env, author?.name);
  const { actor = found.actor, host = found.host, url = found.url, github = found.github } = facts;
  return {
    // The id also makes the commits of two runs of the same plan in the same second differ.
    run: randomUUID(),
    ...(actor ? { actor } : {}),
    ...(host ? { host } : {}),
    ...(url ? { url } : {}),
    ...(github ? { github } : {}),
    renewals: 0,
  };
}

/** Runs `write`; if another run moved the tip first and is still running, throws APPLY_RUNNING instead. */
async function nameWinner<T>(home: LedgerHome, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!failedWith(error, "LEDGER_MOVED")) throw error;
    const { lease } = await readLedger(home, { allowGone: true });
    throw lease ? applyRunning(home.target, lease) : error;
  }
}
