/**
 * An apply with its ledger around it: the intent before the first write, the result after the last. Whatever
 * happens in between, the next run can tell what is ours.
 */
import type { Connection } from "../genesys/connect.ts";
import { emptyLedger } from "../ledger/file.ts";
import type { LedgerState } from "../ledger/read.ts";
import type { LedgerStore } from "../ledger/store.ts";
import type { ApplyReport, Change, ChangeOutcome, Plan } from "../model.ts";
import { fingerprintsOf } from "../plan/fingerprint.ts";
import type { PlannedFrom, Settlement } from "../plan/after/ledger-after.ts";
import { ledgerAfter, meantSettlement, nothingDone } from "../plan/after/ledger-after.ts";
import { keepChanges } from "../plan/review.ts";
import { summarize } from "../plan/summary.ts";
import type { ApplyOptions } from "./apply.ts";
import { apply } from "./apply.ts";
import { intentOf } from "./intent.ts";

export interface Recording {
  readonly store: LedgerStore;
  /** As it was read when planning. */
  readonly state: LedgerState;
  /** The worlds that the plan was made from. */
  readonly worlds: PlannedFrom;
  /** The plan before anything was held back from it: what was held back is known, and not done. */
  readonly whole: Plan;
  /** The commit that is applied; null where there is none. */
  readonly revision: string | null;
  /** Goes on though another apply seems to be at work. */
  readonly takeOver: boolean;
  /** Numbers of the pull requests that asked for it. */
  readonly pulls: readonly number[];
}

/** Throws Failure APPLY_AT_WORK or LEDGER_MOVED before the first write, or once the result can't be written down. */
export async function applyRecorded(
  plan: Plan,
  connection: Connection,
  recording: Recording,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const { store, state, worlds, whole, revision, takeOver } = recording;
  const { desired, live } = worlds;
  const before = worlds.ledger ?? emptyLedger(desired.target, live.organization.id, live.dialect);
  const meant = ledgerAfter(whole, worlds, allDone(plan, revision));
  const { replaces } = ledgerAfter(whole, worlds, nothingDone(plan, revision));
  const done = new Set<string>();
  const run = await store.begin(state, {
    ledger: before,
    revision,
    ...intentOf(before, meant, live),
    ...(replaces && { replaces }),
    counts: plan.summary,
    takeOver,
    done: () => [...done],
  });
  const stop = AbortSignal.any([run.lost, ...(options.stop ? [options.stop] : [])]);
  return apply(plan, connection, {
    ...options,
    stop,
    mayWrite: () => run.mayWrite(),
    beforeStage: () => run.look(),
    onOutcome: (outcome) => {
      for (const change of outcome.changes) note(change, done);
      options.onOutcome?.(outcome);
    },
    onExecuted: async (report) => {
      const settled = ledgerAfter(whole, worlds, {
        revision: isAllDone(plan, done) ? revision : before.revision,
        isDone: (fingerprint) => done.has(fingerprint),
        createdIds: report.createdIds,
      });
      await run.settle(settled, { ...factsOf(plan, report, done), pullRequests: recording.pulls });
      await options.onExecuted?.(report);
    },
  });
}

/** Writes down what is ours although nothing has to be written to the organisation; the commit, or null if nothing changed. */
export function recordOnly(
  plan: Plan,
  { store, state, worlds, whole, revision, takeOver, pulls }: Recording,
): Promise<string | null> {
  const ledger = ledgerAfter(whole, worlds, allDone(plan, revision));
  return store.record(state, ledger, { counts: plan.summary, pullRequests: pulls }, takeOver);
}

/** Everything of this plan is done, and nothing of what was held back from it. */
function allDone(plan: Plan, revision: string | null): Settlement {
  const planned = new Set(plan.stages.flat().flatMap(fingerprintsOf));
  return { ...meantSettlement(plan, revision), isDone: (fingerprint) => planned.has(fingerprint) };
}

function isAllDone(plan: Plan, done: ReadonlySet<string>): boolean {
  return plan.stages
    .flat()
    .flatMap(fingerprintsOf)
    .every((fingerprint) => done.has(fingerprint));
}

/** A gain at a level that somebody has raised since is still owed. */
function note(change: ChangeOutcome, done: Set<string>): void {
  if (change.result === "done") done.add(change.fingerprint);
  if (change.result !== "skipped" || change.why.kind !== "levels") return;
  for (const gain of change.why.gains) done.delete(gain);
}

/** What was done of the plan, counted as a plan counts, and how many changes were not. */
function factsOf({ stages }: Plan, { outcomes }: ApplyReport, done: ReadonlySet<string>) {
  const isDone = ({ fingerprint }: Change): boolean => done.has(fingerprint);
  const counts = summarize(stages.flat().flatMap((operation) => keepChanges(operation, isDone) ?? []));
  const results = outcomes.flatMap(({ changes }) => changes.map(({ result }) => result));
  const number = (wanted: string): number => results.filter((result) => result === wanted).length;
  return { counts, failed: number("failed"), skipped: number("skipped") };
}
