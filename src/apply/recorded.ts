/**
 * An apply with its ledger around it: the intent before the first write, the result after the last. Both are the same
 * fold of outcomes over the planner's delta, so that whatever happens in between, the next run can tell what is ours.
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
import type { Delta, Settled, Settlement } from "../plan/delta.ts";
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
  /** As it was read for the plan; no apply holds it. */
  readonly state: LedgerState;
  readonly delta: Delta;
  /** On a schedule the one that was attempted before, with the day of this run. */
  readonly revision: AppliedRevision;
  /** Only what is due by a date is done: nothing new was attempted, and nothing edited is applied. Default false. */
  readonly isScheduled?: boolean;
  /** Numbers of the pull requests that asked for it. */
  readonly pullRequests: readonly number[];
  /** The plans that were reviewed on them; what is carried out of these is noted. Default none. */
  readonly reviews?: readonly ReviewedPlan[];
  readonly sharing?: SharingOptions;
  /** What a later step finishes the ledger from, where this process is killed. */
  readonly journal?: Journal;
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
 * Writes the ledger of an apply that was killed before it could: what the journal knows, and as unsettled all else,
 * skills that were made included, whose ids it lacks. Answers the commit; null where the run has lost the ledger or
 * has ended it. Throws Failure like `recordOnly`.
 */
export async function finishFromJournal(
  { start, outcomes }: LeftJournal,
  store: Pick<LedgerStore, "read" | "record">,
): Promise<string | null> {
  const state = await store.read();
  if (state.lease?.run !== start.run) return null;
  const { plan, revision, pullRequests } = start;
  const report = reportOf(outcomes);
  const known = settlementOf(report);
  const told = new Set(outcomes.flatMap(({ changes }) => changes.map(({ change }) => change)));
  const nameless = new Set(changesOf(plan).flatMap((change) => (isOfNewSkill(change) ? change.id : [])));
  const settlement: Settlement = {
    ...known,
    outcomeOf: (change) => {
      if (!told.has(change)) return "unsettled";
      const outcome = known.outcomeOf(change);
      return outcome === "done" && nameless.has(change) ? "unsettled" : outcome;
    },
  };
  const facts = { ...factsOf(plan, report), revision: revision.revision, pullRequests };
  return store.record({ ...state, lease: null }, ledgerAfter(plan, settlement, start), facts);
}

/** What an apply did that could not say so itself, as far as its outcomes tell. `stopped` default true. */
export function reportOf(outcomes: readonly OperationOutcome[], stopped = true): ApplyReport {
  return { outcomes, notVisible: [], stopped, createdIds: new Map(), bugs: [] };
}

function isOfNewSkill({ subject, field }: Change): boolean {
  return isNewSkillId(subject.id) || (field.kind === "skill" && isNewSkillId(field.id));
}

type LedgerInputs = Pick<Recording, "delta" | "revision" | "reviews" | "isScheduled">;

/**
 * `applied` moves only where nothing that the author of the YAML asked for is still to be done. What another run may
 * have done and the plan therefore left out may be among it.
 */
function ledgerAfter(
  plan: Plan,
  settlement: Settlement,
  { delta, revision, isScheduled, reviews = [] }: LedgerInputs,
): Ledger {
  const left = [
    ...changesOf(plan).filter(({ id }) => settlement.outcomeOf(id) !== "done"),
    ...changesOf(plan.withheld),
  ];
  const isApplied = !left.some(isAskedFor) && !hasOpenRecords(delta.undone);
  const folded = foldLedger(delta, settlement);
  // All that was due is done, so that the next day begins with this one.
  if (isScheduled) return isApplied ? { ...folded, attempted: revision } : folded;
  const { carriedOut = [], ...ledger } = folded;
  if (isApplied) return { ...ledger, attempted: revision, applied: revision };
  const done = changesOf(plan).filter(({ id }) => settlement.outcomeOf(id) === "done");
  const noted = noteCarriedOut(carriedOut, done, reviews);
  return { ...ledger, attempted: revision, ...(noted.length > 0 && { carriedOut: noted }) };
}

/** The notes of earlier applies, with what was done now of each reviewed plan. */
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

/** The ledger's log says why each change was made, by the ids that the ledger has. */
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
