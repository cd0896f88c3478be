/** Reads the ledger of one target: what can't be read is a `Failure`, never "no ledger". */
import type { Ledger } from "../model.ts";
import { Failure } from "../problem.ts";
import type { Tips } from "./branches.ts";
import { branchOf, localBranches } from "./branches.ts";
import type { LedgerFile } from "./file.ts";
import type { LedgerHome } from "./home.ts";
import { readAt } from "./home.ts";
import type { Intent } from "./intent.ts";
import { DEAD_AFTER, intentAge } from "./intent.ts";

export type LedgerState = NoLedger | SettledLedger | UnfinishedLedger;

/** Nothing was ever applied as far as anybody knows, so that a plan can only add. */
export interface NoLedger {
  readonly kind: "none";
  readonly why: "no-git" | "no-branch";
}

export interface SettledLedger {
  readonly kind: "settled";
  readonly ledger: Ledger;
  /** The commit that was read. */
  readonly tip: string;
}

/** A run is at work, or died; `resolveUnfinished` says which ledger counts. */
export interface UnfinishedLedger {
  readonly kind: "unfinished";
  /** The one before that run. */
  readonly ledger: Ledger;
  readonly intent: Intent;
  readonly tip: string;
  /** Seconds since the run renewed its intent. */
  readonly age: number;
  /** Not renewed for more than six minutes. */
  readonly dead: boolean;
}

/** The ledger as it is now, fetched from the remote where there is one. */
export async function readLedger(home: LedgerHome): Promise<LedgerState> {
  const { branches, target } = home;
  const tips = await branches.list();
  const tip = tips.get(target);
  if (tip === undefined) {
    await refuseUnpushed(home);
    return { kind: "none", why: "no-branch" };
  }
  await branches.bring(new Map([[target, tip]]));
  return stateAt(home, tips, tip);
}

/** The ledger as this clone saw it last. */
export async function readLastSeen(home: LedgerHome): Promise<LedgerState> {
  const tips = await home.branches.listLastSeen();
  const tip = tips.get(home.target);
  return tip === undefined ? { kind: "none", why: "no-branch" } : stateAt(home, tips, tip);
}

async function stateAt({ git, target, now }: LedgerHome, tips: Tips, tip: string): Promise<LedgerState> {
  const { ledger, intent } = adopt(await readAt(git, target, tip), target, tips);
  if (intent === undefined) return { kind: "settled", ledger, tip };
  const age = intentAge(intent, now());
  return { kind: "unfinished", ledger, intent, tip, age: Math.floor(age / 1000), dead: age > DEAD_AFTER };
}

/** A branch that was renamed still names the old target, and is the new one's ledger; one that was copied is not. */
function adopt(file: LedgerFile, target: string, tips: Tips): LedgerFile {
  const written = file.ledger.target;
  if (written === target) return file;
  if (!tips.has(written)) return { ...file, ledger: { ...file.ledger, target } };
  throw new Failure({
    code: "LEDGER_TARGET",
    message: `The branch ${branchOf(target)} holds the ledger of the target ${written}, which has a branch of its own.`,
    hint: `Two targets can't share a ledger: delete the branch ${branchOf(target)}, or ${branchOf(written)} if that one was meant to be renamed.`,
  });
}

/**
 * A ledger that stands in this clone alone was written before there was a remote, or deleted there: to take
 * it for "no ledger" would forget what is ours.
 */
async function refuseUnpushed({ git, branches, target }: LedgerHome): Promise<void> {
  if (branches.remote === null || !(await localBranches(git).list()).has(target)) return;
  const branch = branchOf(target);
  throw new Failure({
    code: "LEDGER_NOT_PUSHED",
    message: `The remote has no branch ${branch}, but this clone has one.`,
    hint: `Push it (git push ${branches.remote} ${branch}), or delete it here to begin without a ledger (git branch -D ${branch}).`,
  });
}
