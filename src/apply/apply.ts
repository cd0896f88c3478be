/** Executes a plan: one stage after the other, the operations of a stage concurrently. */
import { once } from "node:events";
import pLimit from "p-limit";
import type { Connection } from "../genesys/connect.ts";
import type { Clock } from "../http/clock.ts";
import { systemClock } from "../http/clock.ts";
import { ApiError } from "../http/error.ts";
import type { ApplyReport, Operation, OperationOutcome, Plan, SkillId } from "../model.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { ApplyContext, OperationContext, PlannedLive } from "./context.ts";
import { createOwnWrites, fieldKey, keyOf, Stopped, wholeOf } from "./context.ts";
import { deleteSkill, readDeleteFacts } from "./deletions.ts";
import { writeDocument } from "./documents.ts";
import type { FreshReads } from "./fresh-reads.ts";
import { FRESH_MS, planFreshReads } from "./fresh-reads.ts";
import { createLog } from "./outcome.ts";
import { findNotVisible } from "./read-back.ts";
import { createSkill } from "./skills.ts";
import { writeUser } from "./users.ts";

export interface ApplyOptions {
  /** The live state that the plan was made from. */
  readonly live: PlannedLive;
  /**
   * Once aborted, nothing new is sent, waits end, and requests in flight get three seconds. Pass the same signal to the
   * connection, so that waiting requests are not sent either.
   */
  readonly stop?: AbortSignal;
  /** Called before each write; false: not now. It is called again for a quarter of an hour, then the apply stops. */
  readonly mayWrite?: () => Promise<boolean>;
  /** Called after each operation. */
  readonly onOutcome?: (outcome: OperationOutcome) => void;
  /** Called after the last operation and before the read-back. */
  readonly onExecuted?: (report: ApplyReport) => Promise<void>;
  /**
   * How many seconds a read may be out of date. So long the read-back waits for writes to become visible, and so long
   * after the last write the holders of a skill are listed before it is deleted. Default 60.
   */
  readonly staleSeconds?: number;
  /** Called before the apply waits this many seconds, so that it misses no holder of a skill to delete. */
  readonly onWaitForReads?: (seconds: number) => void;
  /** For tests. */
  readonly clock?: Clock;
}

const STALE_SECONDS = 60;
/** How many milliseconds a request in flight may take after the apply was stopped. */
const GRACE_MS = 3000;
/** Milliseconds between attempts to renew the ledger's lease, and until they are given up. */
const [LEASE_PAUSE, LEASE_DEADLINE] = [10_000, 900_000];
/** Enough to use the rate limit fully; the connection enforces the limit. */
const OPERATIONS_AT_ONCE = 8;

/**
 * Executes the plan. A failure, even a bug of this program, stops only the changes that depend on it. Every change of
 * the plan gets an outcome.
 */
export async function applyPlan(
  plan: Plan,
  connection: Connection,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const context = createContext(plan, connection, options);
  const graceEnd = endOfGrace(context.clock, options.stop);
  const outcomes: OperationOutcome[] = [];
  for (const stage of plan.stages) outcomes.push(...(await runStage(stage, context, graceEnd, options)));
  const { bugs, createdIds } = context;
  const executed = { outcomes, notVisible: [], stopped: context.isStopped(), createdIds, bugs };
  await options.onExecuted?.(executed);
  if (context.isStopped()) return executed;
  try {
    return { ...executed, notVisible: await findNotVisible(outcomes, context) };
  } catch (error) {
    bugs.push(error);
    return executed;
  }
}

// ── Stages ───────────────────────────────────────────────────────────────────────────────────────────

/** Resolves three seconds after the stop signal. */
async function endOfGrace(clock: Clock, stop = new AbortController().signal): Promise<void> {
  if (!stop.aborted) await once(stop, "abort");
  await once(clock.timeout(GRACE_MS), "abort");
}

function runStage(
  stage: readonly Operation[],
  context: ApplyContext,
  graceEnd: Promise<void>,
  { onOutcome }: ApplyOptions,
): Promise<OperationOutcome[]> {
  const limit = pLimit(OPERATIONS_AT_ONCE);
  const reads = planFreshReads(
    stage.filter(({ subject }) => subject.kind === "user"),
    context,
  );
  return Promise.all(
    stage.map((operation) =>
      limit(async () => {
        const log = createLog(operation);
        await Promise.race([runOperation(operation, reads, { ...context, log }), graceEnd]);
        const outcome = log.close();
        reads.finish(operation.subject.id);
        noteNotDone(outcome, context);
        try {
          onOutcome?.(outcome);
        } catch (error) {
          context.bugs.push(error);
        }
        return outcome;
      }),
    ),
  );
}

/** Runs until every change has an outcome. After an error or a bug the operation fails, and the others go on. */
async function runOperation(
  operation: Operation,
  reads: FreshReads,
  context: OperationContext,
): Promise<void> {
  try {
    if (!context.isStopped()) await execute(operation, reads, context);
  } catch (error) {
    if (error instanceof Stopped) return;
    const isKnown = error instanceof ApiError || error instanceof Failure;
    if (!isKnown) context.bugs.push(error);
    const message = printable(error instanceof Error ? error.message : String(error), 300);
    context.log.fail(operation.changes, isKnown ? message : `A bug in this program stopped it: ${message}`);
  }
}

async function execute(operation: Operation, reads: FreshReads, context: OperationContext): Promise<void> {
  const { subject, changes, deletion } = operation;
  // An earlier step to the same value was not done, such as a temporary name.
  const isBlocked = changes.some((change) =>
    context.notChanged.has(keyOf(change.subject, fieldKey(change.field, context))),
  );
  if (isBlocked) context.log.skip(changes, { kind: "dependency", on: subject.id });
  else if (deletion) await deleteSkill(operation, deletion, context);
  else if (subject.kind === "user") await writeUser(operation, reads, context);
  else if (changes.some(({ verb }) => verb === "create")) await createSkill(operation, context);
  else await writeDocument(operation, context);
}

/** Records unfinished changes, which later operations depend on. */
function noteNotDone({ operation, changes }: OperationOutcome, context: ApplyContext): void {
  const done = new Set(changes.flatMap(({ result, change }) => (result === "done" ? change : [])));
  for (const { id, subject, field, after } of operation.changes) {
    if (done.has(id)) continue;
    context.notChanged.add(keyOf(subject, fieldKey(field, context)));
    if (field.kind === "skill" && after !== null) context.notGiven.add(field.id);
  }
}

// ── The shared context ────────────────────────────────────────────────────────────────────────────

function createContext(plan: Plan, connection: Connection, options: ApplyOptions): ApplyContext {
  const { live, stop, mayWrite, staleSeconds = STALE_SECONDS, clock = systemClock } = options;
  const { reader, requestsPerMinute } = connection;
  const createdIds = new Map<SkillId, string>();
  let isLost = false;
  const isStopped = (): boolean => isLost || stop?.aborted === true;
  const refuseStopped = (): void => {
    if (isStopped()) throw new Stopped();
  };
  const context: ApplyContext = {
    plan,
    live,
    reader,
    writer: (mayBeSent) => connection.writer(mayBeSent),
    clock,
    requestsPerMinute,
    staleSeconds,
    startedAt: clock.now(),
    createdIds,
    notGiven: new Set(),
    notChanged: new Set(),
    deletedSkills: new Set(),
    ownWrites: createOwnWrites(clock, staleSeconds, { createdIds }),
    bugs: [],
    isStopped,
    mayWrite: async () => !isStopped() && ((await mayWrite?.()) ?? true),
    async waitUntilMayWrite() {
      for (let waited = 0; !(await context.mayWrite()); waited += LEASE_PAUSE) {
        if (waited >= LEASE_DEADLINE) isLost = true;
        refuseStopped();
        await context.pause(LEASE_PAUSE);
      }
      refuseStopped();
    },
    pause: (milliseconds) => pauseUnlessStopped(milliseconds, clock, stop),
    deleteFacts: cached(clock, Infinity, async () => {
      const milliseconds = context.ownWrites.lastAt + staleSeconds * 1000 - clock.now();
      if (milliseconds > 0) options.onWaitForReads?.(milliseconds / 1000);
      await context.pause(milliseconds);
      refuseStopped();
      return readDeleteFacts(plan, reader);
    }),
    skillIds: cached(clock, FRESH_MS, async () => {
      const listed = wholeOf(await reader.listSkills()).map(({ id }) => id);
      // A list may not show yet what this run created.
      return new Set([...listed, ...context.createdIds.values()]);
    }),
  };
  return context;
}

/** Waits; a stop ends the wait at once. */
async function pauseUnlessStopped(milliseconds: number, clock: Clock, stop?: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || stop?.aborted) return;
  try {
    await clock.sleep(milliseconds, stop ?? new AbortController().signal);
  } catch (error) {
    if (!stop?.aborted) throw error;
  }
}

/** Caches the result of `work` for some milliseconds. */
function cached<T>(clock: Clock, milliseconds: number, work: () => Promise<T>): () => Promise<T> {
  let last: { readonly result: Promise<T>; readonly at: number } | undefined;
  return () => {
    if (!last || clock.now() - last.at > milliseconds) last = { result: work(), at: clock.now() };
    return last.result;
  };
}
