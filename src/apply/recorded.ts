/**
 * An apply with its ledger around it: the intent before the first write, the result after the last. Both are the same
 * fold of outcomes over the planner's delta, so that whatever happens in between, the next run can tell what is ours.
 */
import type { Connection } from "../genesys/connect.ts";
import type { AppliedFacts } from "../ledger/message.ts";
import type { SharingOptions } from "../ledger/other-ledgers.ts";
import type { LedgerState } from "../ledger/read.ts";
import { hasOpenRecords } from "../ledger/records.ts";
import type { LedgerStore } from "../ledger/store.ts";
import type { AppliedRevision, ApplyReport, Change, ChangeOutcome, Ledger, Plan } from "../model.ts";
import { changesOf, keepChanges } from "../plan/changes.ts";
import type { Delta, Settled, Settlement } from "../plan/delta.ts";
import { foldLedger, INTENT } from "../plan/delta.ts";
import { summarize } from "../plan/summary.ts";
import type { ApplyOptions } from "./apply.ts";
import { applyPlan } from "./apply.ts";

export interface Recording {
  readonly store: Pick<LedgerStore, "begin" | "record">;
  /** As it was read for the plan; no apply holds it. */
  readonly state: LedgerState;
  readonly delta: Delta;
  readonly revision: AppliedRevision;
  /** Numbers of the pull requests that asked for it. */
  readonly pullRequests: readonly number[];
  readonly sharing?: SharingOptions;
}

/**
 * Executes the plan and writes the ledger before and after. Throws Failure APPLY_RUNNING, LEDGER_MOVED or SHARED_ORG
 * before the first write, and LEDGER_MOVED, LEDGER_UNREACHABLE or LEDGER_REFUSED where the result can't be written.
 */
export async function applyRecorded(
  plan: Plan,
  connection: Connection,
  recording: Recording,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const { store, state, delta, revision, pullRequests, sharing } = recording;
  const intent: Ledger = { ...foldLedger(delta, INTENT), attempted: revision };
  const facts = { revision: revision.revision, counts: plan.summary };
  const run = await store.begin(state, intent, facts, sharing);
  return applyPlan(plan, connection, {
    ...options,
    stop: AbortSignal.any([run.lost, ...(options.stop ? [options.stop] : [])]),
    mayWrite: () => run.mayWrite(),
    async onExecuted(report) {
      const ledger = ledgerAfter(plan, settlementOf(report), recording);
      await run.finish(ledger, { ...factsOf(plan, report), pullRequests });
      await options.onExecuted?.(report);
    },
  });
}

/**
 * Writes down what is ours although nothing has to be written to the organisation. Answers the commit, or null where
 * nothing changed.
 */
export function recordOnly(plan: Plan, recording: Recording): Promise<string | null> {
  const { store, state, revision, pullRequests, sharing } = recording;
  const nothing: Settlement = { outcomeOf: () => "not-done", createdIds: new Map() };
  const facts = { revision: revision.revision, counts: plan.summary, pullRequests };
  const withheld = changesOf(plan.withheld).length;
  return store.record(state, ledgerAfter(plan, nothing, recording), { ...facts, withheld }, sharing);
}

/**
 * `applied` moves only where nothing that the author of the YAML asked for is still to be done. What another run may
 * have done and the plan therefore left out may be among it.
 */
function ledgerAfter(plan: Plan, settlement: Settlement, { delta, revision }: Recording): Ledger {
  const left = [
    ...changesOf(plan).filter(({ id }) => settlement.outcomeOf(id) !== "done"),
    ...changesOf(plan.withheld),
  ];
  const isApplied = !left.some(holdsUp) && !hasOpenRecords(delta.undone);
  return {
    ...foldLedger(delta, settlement),
    attempted: revision,
    ...(isApplied && { applied: revision }),
  };
}

function holdsUp({ cause, rename }: Change): boolean {
  return cause === "edit" || rename !== undefined;
}

/** A gain at a proficiency that somebody has raised since is still to be done. */
function settlementOf({ outcomes, createdIds }: ApplyReport): Settlement {
  const all = outcomes.flatMap(({ changes }) => changes);
  const raised = all.flatMap((one) =>
    one.result === "skipped" && one.why.kind === "levels" ? one.why.gains : [],
  );
  const results = new Map([
    ...all.map((one) => [one.change, settledAs(one)] as const),
    ...raised.map((change) => [change, "not-done"] as const),
  ]);
  return { outcomeOf: (change) => results.get(change) ?? "not-done", createdIds };
}

function settledAs({ result }: ChangeOutcome): Settled {
  return result === "failed" || result === "skipped" ? "not-done" : result;
}

/** What was done of the plan, counted as a plan counts, and how many changes were not. */
function factsOf(plan: Plan, { outcomes }: ApplyReport): AppliedFacts {
  const all = outcomes.flatMap(({ changes }) => changes);
  const done = new Set(all.flatMap(({ result, change }) => (result === "done" ? change : [])));
  const kept = plan.stages
    .flat()
    .flatMap((operation) => keepChanges(operation, ({ id }) => done.has(id)) ?? []);
  const number = (wanted: ChangeOutcome["result"]): number =>
    all.filter(({ result }) => result === wanted).length;
  return {
    counts: summarize(kept),
    failed: number("failed"),
    skipped: number("skipped"),
    unsettled: number("unsettled"),
    withheld: changesOf(plan.withheld).length,
  };
}
