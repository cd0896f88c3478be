/** Reads the ledger of one target. An unreadable ledger is a `Failure`, never "no ledger". */
import type { Ledger } from "../model.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import { branchOf, localBranches } from "./branches.ts";
import type { LedgerContent } from "./content.ts";
import type { LedgerHome } from "./home.ts";
import { contentAt, noteSighting, sightingOf } from "./home.ts";
import type { Lease } from "./lease.ts";
import type { Sighting } from "./clock.ts";

export interface LedgerState {
  /** Null if nothing is known to have been applied, so a plan can only add. */
  readonly ledger: Ledger | null;
  /** The commit that was read; null if there is no branch. */
  readonly tip: string | null;
  /** The lease of a running or dead apply; null if there is none. */
  readonly lease: Lease | null;
  /** Null if there is no branch. */
  readonly sighting: Sighting | null;
  /** The ledger of another target that this one takes over with its first commit. */
  readonly adopts?: Adoption;
  /** Another apply, which may be alive, has the lease, and the user wants to take it over. */
  readonly takesOver?: true;
}

/** A ledger to take over, its current target, and the commit that was read. */
export interface Adoption {
  readonly target: string;
  readonly tip: string;
  readonly content: LedgerContent;
}

export interface ReadOptions {
  /** Treats a branch that the remote has lost as "no ledger". Default false. */
  readonly allowGone?: boolean;
}

export const NO_LEDGER: LedgerState = { ledger: null, tip: null, lease: null, sighting: null };

/** Reads the ledger, from the remote if there is one. */
export async function readLedger(home: LedgerHome, options: ReadOptions = {}): Promise<LedgerState> {
  const { branches, target } = home;
  const tip = (await branches.list()).get(target);
  if (tip === undefined) {
    if (options.allowGone !== true) await refuseGone(home);
    return NO_LEDGER;
  }
  noteSighting(home, tip);
  await branches.bring(new Map([[target, tip]]));
  return stateAt(home, tip);
}

/** Reads the ledger as this clone last saw it. */
export async function readLastSeen(home: LedgerHome): Promise<LedgerState> {
  const tip = (await home.branches.listLastSeen()).get(home.target);
  return tip === undefined ? NO_LEDGER : stateAt(home, tip);
}

async function stateAt(home: LedgerHome, tip: string): Promise<LedgerState> {
  const { ledger, lease, committedAt } = await contentAt(home, tip);
  // A ledger that another target took over is ignored.
  const isOurs = ledger?.movedTo === undefined;
  return { ledger: isOurs ? ledger : null, tip, lease, sighting: sightingOf(home, tip, committedAt) };
}

/** Throws if the ledger existed before: treating it as "no ledger" would forget what was applied. */
async function refuseGone({ git, branches, target }: LedgerHome): Promise<void> {
  const { remote } = branches;
  if (remote === null) return;
  const [branch, name] = [branchOf(target), printable(remote)];
  const lastSeen = (await branches.listLastSeen()).get(target);
  if (lastSeen !== undefined) {
    throw new Failure(
      {
        code: "LEDGER_GONE",
        message: `The remote ${name} no longer has the branch ${branch}, which this clone has seen there.`,
        hint: `Restore it: git push ${name} ${lastSeen}:refs/heads/${branch}. To begin with an empty ledger, so that everything counts as manual: --allow LEDGER_GONE.`,
      },
      3,
    );
  }
  if (!(await localBranches(git).list()).has(target)) return;
  throw new Failure({
    code: "LEDGER_NOT_PUSHED",
    message: `The remote ${name} has no branch ${branch}, but this clone has one.`,
    hint: `Push it: git push ${name} ${branch}. To begin without a ledger, delete it here: git branch -D ${branch}.`,
  });
}
