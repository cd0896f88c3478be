/** Executes a plan: one stage after the other, the operations of a stage concurrently. */
import { once } from "node:events";
import pLimit from "p-limit";
import type { Connection } from "../genesys/connect.ts";
import type { Clock } from "../http/clock.ts";
import { ApiError } from "../http/error.ts";
import type { ApplyReport, Operation, OperationOutcome, Plan } from "../model.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { ApplyContext, ContextOptions, OperationContext } from "./context.ts";
import { cached, createContext, fieldKey, keyOf, Stopped } from "./context.ts";
import type { DeleteFacts } from "./deletions.ts";
import { deleteSkill, readDeleteFacts } from "./deletions.ts";
import { writeDocument } from "./documents.ts";
import type { FreshReads } from "./fresh-reads.ts";
import { planFreshReads } from "./fresh-reads.ts";
import { createLog } from "./outcome.ts";
import { findNotVisible } from "./read-back.ts";
import { createSkill } from "./skills.ts";
import { writeUser } from "./users.ts";

export interface ApplyOptions extends ContextOptions {
  /** Called after each operation. */
  readonly onOutcome?: (outcome: OperationOutcome) => void;
  /** Called after the last operation and before the read-back. */
  readonly onExecuted?: (report: ApplyReport) => Promise<void>;
}

/** How many milliseconds a request in flight may take after the apply was stopped. */
const GRACE_MS = 3000;
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

/** What the operations of a stage read together. */
interface StageReads {
  readonly users: FreshReads;
  readonly deleteFacts: () => Promise<DeleteFacts>;
}

function runStage(
  stage: readonly Operation[],
  context: ApplyContext,
  graceEnd: Promise<void>,
  { onOutcome }: ApplyOptions,
): Promise<OperationOutcome[]> {
  const limit = pLimit(OPERATIONS_AT_ONCE);
  const reads: StageReads = {
    users: planFreshReads(
      stage.filter(({ subject }) => subject.kind === "user"),
      context,
    ),
    deleteFacts: cached(context.clock, Infinity, () => readDeleteFacts(context)),
  };
  return Promise.all(
    stage.map((operation) =>
      limit(async () => {
        const log = createLog(operation);
        await Promise.race([runOperation(operation, reads, { ...context, log }), graceEnd]);
        const outcome = log.close();
        reads.users.finish(operation.subject.id);
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
  reads: StageReads,
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

async function execute(operation: Operation, reads: StageReads, context: OperationContext): Promise<void> {
  const { subject, changes, deletion } = operation;
  // An earlier step to the same value was not done, such as a temporary name.
  const isBlocked = changes.some((change) =>
    context.notChanged.has(keyOf(change.subject, fieldKey(change.field, context))),
  );
  if (isBlocked) context.log.skip(changes, { kind: "dependency", on: subject.id });
  else if (deletion) await deleteSkill(operation, deletion, reads.deleteFacts, context);
  else if (subject.kind === "user") await writeUser(operation, reads.users, context);
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
