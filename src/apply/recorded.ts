/**
 * An apply with its ledger: writes the intent before the first write, and the result after the last. Both are the same
 * fold of outcomes over the planner's delta, so that after any interruption the next run can tell what was applied.
 */
import type { Connection } from "../genesys/connect.ts";
import type { AppliedFacts, Causes } from "../ledger/message.ts";
import { changeKey } from "../ledger/message.ts";
import type { SharingOptions } from "../ledger/other-ledgers.ts";
import type { LedgerState } from "../ledger/read.ts";
import { hasOpenRecords } from "../ledger/records.ts";
import type { LedgerStore } from "../ledger/store.ts";
import type {
  AppliedRevision,
  ApplyReport,
  CarriedOut,
  Cause,
  Change,
  ChangeOutcome,
  Ledger,
  OperationOutcome,
  Plan,
  SkillId,
} from "../model.ts";
import { changesOf, isAskedFor, keepChanges } from "../plan/changes.ts";
import type { Delta, FoldedOutcome, Outcomes } from "../plan/delta.ts";
import { foldLedger, INTENT } from "../plan/delta.ts";
import type { ReviewedPlan } from "../plan/review.ts";
import { reviewHash } from "../plan/review.ts";
import { summarize } from "../plan/summary.ts";
import { isNewSkillId } from "../text.ts";
import type { ApplyOptions } from "./apply.ts";
import { applyPlan } from "./apply.ts";
import type { Journal, LeftJournal } from "./journal.ts";

export interface Recording {
  readonly store: Pick<LedgerStore, "begin" | "record">;
  /** The ledger that was read for the plan; no apply holds it. */
  readonly state: LedgerState;
  readonly delta: Delta;
  /** On a schedule the one that was attempted before, with the day of this run. */
  readonly revision: AppliedRevision;
  /** Only what is due by a date is done: nothing new was attempted, and nothing edited is applied. Default false. */
  readonly isScheduled?: boolean;
  /** Numbers of the pull requests that asked for it. */
  readonly pullRequests: readonly number[];
  /** Their reviewed plans, of which completed changes are recorded. Default: none. */
  readonly reviews?: readonly ReviewedPlan[];
  readonly sharing?: SharingOptions;
  /** The journal from which a later step finishes the ledger if this process is killed. */
  readonly journal?: Journal;
}

/**
 * Executes the plan, and writes the ledger before and after it. Throws Failure APPLY_RUNNING, LEDGER_MOVED or
 * SHARED_ORG before the first write, and LEDGER_MOVED, LEDGER_UNREACHABLE or LEDGER_REFUSED if the result can't be
 * written.
 */
export async function applyRecorded(
  plan: Plan,
  connection: Connection,
  recording: Recording,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const { store, state, delta, revision, pullRequests, reviews = [], sharing, journal } = recording;
  const { isScheduled = false } = recording;
  const folded = foldLedger(delta, INTENT);
  const intent: Ledger = isScheduled ? folded : { ...folded, attempted: revision };
  const facts = { revision: revision.revision, counts: plan.summary };
  const run = await store.begin(state, intent, facts, sharing);
  journal?.begin({ plan, delta, revision, isScheduled, pullRequests, reviews, run: run.lease.run });
  return applyPlan(plan, connection, {
    ...options,
    onOutcome: (outcome) => {
      journal?.add(outcome);
      options.onOutcome?.(outcome);
    },
    stop: AbortSignal.any([run.lost, ...(options.stop ? [options.stop] : [])]),
    mayWrite: () => run.mayWrite(),
    async onExecuted(report) {
      const ledger = ledgerAfter(plan, settlementOf(report), recording);
      await run.finish(ledger, { ...factsOf(plan, report), pullRequests });
      journal?.recorded();
      await options.onExecuted?.(report);
    },
  });
}

/**
 * Updates the ledger when nothing has to be written to the organisation. Returns the commit, or null if nothing
 * changed.
 */
export function recordOnly(plan: Plan, recording: Recording): Promise<string | null> {
  const { store, state, revision, pullRequests, sharing } = recording;
  const nothing: Outcomes = { outcomeOf: () => "not-done", createdIds: new Map() };
  const facts = { revision: revision.revision, counts: plan.summary, pullRequests };
  const withheld = changesOf(plan.withheld).length;
  return store.record(state, ledgerAfter(plan, nothing, recording), { ...facts, withheld }, sharing);
}

/**
 * Writes the ledger of an apply that was killed. Changes that the journal lacks are unsettled, as are created skills,
 * whose ids the journal lacks. Returns the commit, or null if the run has lost the ledger or has ended. Throws Failure
 * like `recordOnly`.
 */
export async function finishFromJournal(
  { start, outcomes }: LeftJournal,
  store: Pick<LedgerStore, "read" | "record">,
): Promise<string | null> {
  const state = await store.read();
  if (state.lease?.run !== start.run) return null;
  const { plan, revision, pullRequests } = start;
  const report = reportOf(outcomes);
  const settlement = settlementOf(report, "unsettled");
  const ofNewSkills = new Set(changesOf(plan).flatMap((change) => (isOfNewSkill(change) ? change.id : [])));
  const outcomeOf: Outcomes["outcomeOf"] = (change) => {
    const outcome = settlement.outcomeOf(change);
    return outcome === "done" && ofNewSkills.has(change) ? "unsettled" : outcome;
  };
  const facts = { ...factsOf(plan, report), revision: revision.revision, pullRequests };
  const ledger = ledgerAfter(plan, { ...settlement, outcomeOf }, start);
  return store.record({ ...state, lease: null }, ledger, facts);
}

/** The report of an apply from its outcomes alone. `stopped` default true. */
export function reportOf(outcomes: readonly OperationOutcome[], stopped = true): ApplyReport {
  return { outcomes, notVisible: [], stopped, createdIds: new Map(), bugs: [] };
}

function isOfNewSkill({ subject, field }: Change): boolean {
  return isNewSkillId(subject.id) || (field.kind === "skill" && isNewSkillId(field.id));
}

type LedgerInputs = Pick<Recording, "delta" | "revision" | "reviews" | "isScheduled">;

/**
 * `applied` moves only if every edit of the YAML is done. An unsettled write of another run, which the plan leaves out,
 * may be such an edit.
 */
function ledgerAfter(
  plan: Plan,
  settlement: Outcomes,
  { delta, revision, isScheduled, reviews = [] }: LedgerInputs,
): Ledger {
  const isDone = ({ id }: Change): boolean => settlement.outcomeOf(id) === "done";
  const isLeft =
    changesOf(plan).some((change) => isAskedFor(change) && !isDone(change)) ||
    changesOf(plan.withheld).some(isAskedFor);
  const isApplied = !isLeft && !hasOpenRecords(delta.undone);
  const folded = foldLedger(delta, settlement);
  // All that was due is done, so that the next day begins with this one.
  if (isScheduled) return isApplied ? { ...folded, attempted: revision } : folded;
  const { carriedOut = [], ...ledger } = folded;
  if (isApplied) return { ...ledger, attempted: revision, applied: revision };
  const noted = noteCarriedOut(carriedOut, changesOf(plan).filter(isDone), reviews);
  return { ...ledger, attempted: revision, ...(noted.length > 0 && { carriedOut: noted }) };
}

/** Adds the changes that were done now to the record of each reviewed plan. */
function noteCarriedOut(
  before: readonly CarriedOut[],
  done: readonly Change[],
  reviews: readonly ReviewedPlan[],
): CarriedOut[] {
  const hashes = new Map(before.map((noted) => [noted.pull, new Set(noted.hashes)]));
  for (const review of reviews) {
    const ofPull = done.map(({ id }) => reviewHash(id, review)).filter((hash) => review.hashes.has(hash));
    hashes.set(review.pull, new Set([...(hashes.get(review.pull) ?? []), ...ofPull]));
  }
  return [...hashes]
    .filter(([, ofPull]) => ofPull.size > 0)
    .map(([pull, ofPull]) => ({ pull, hashes: [...ofPull].sort() }))
    .sort((a, b) => a.pull - b.pull);
}

/**
 * The outcomes of the changes; `missing` is that of a change without one. A gain whose source proficiency was raised
 * since counts as not done.
 */
function settlementOf({ outcomes, createdIds }: ApplyReport, missing: FoldedOutcome = "not-done"): Outcomes {
  const all = outcomes.flatMap(({ changes }) => changes);
  const raised = all.flatMap((one) =>
    one.result === "skipped" && one.why.kind === "levels" ? one.why.gains : [],
  );
  const results = new Map([
    ...all.map((one) => [one.change, settledAs(one)] as const),
    ...raised.map((change) => [change, "not-done"] as const),
  ]);
  return { outcomeOf: (change) => results.get(change) ?? missing, createdIds };
}

function settledAs({ result }: ChangeOutcome): FoldedOutcome {
  return result === "failed" || result === "skipped" ? "not-done" : result;
}

/** The counts of completed and other changes. */
function factsOf(plan: Plan, { outcomes, createdIds }: ApplyReport): AppliedFacts {
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
    causes: causesOf(changesOf(kept), createdIds),
  };
}

/** The causes of the changes for the ledger's log, by ledger ids. */
function causesOf(changes: readonly Change[], createdIds: ApplyReport["createdIds"]): Causes {
  const counts = new Map<Cause, number>();
  for (const { cause } of changes) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const [usual] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? ["edit"];
  const idOf = (skill: SkillId): string => createdIds.get(skill) ?? skill;
  return {
    usual,
    others: new Map(
      changes.flatMap(({ subject, field, cause }) => {
        const key = "id" in field ? changeKey(idOf(field.id), subject.id) : changeKey(idOf(subject.id));
        return cause === usual ? [] : [[key, cause] as const];
      }),
    ),
    deleted: changes.flatMap(({ subject, verb }) => (verb === "delete" ? [subject.id] : [])),
  };
}
