/** Executes a plan and nothing but a plan: stage after stage, the operations of one stage side by side. */
import pLimit from "p-limit";
import type { Connection } from "../genesys/connect.ts";
import type { Clock } from "../http/clock.ts";
import { systemClock } from "../http/clock.ts";
import { ApiError } from "../http/error.ts";
import type { ApplyReport, Operation, OperationOutcome, Plan, SkillId } from "../model.ts";
import { Failure } from "../problem.ts";
import { printable } from "../text.ts";
import type { ApplyContext, PlannedLive } from "./context.ts";
import { createOwnWrites, keyOf, liveIdOf, NotSent, wholeOf } from "./context.ts";
import type { LastLook } from "./deletions.ts";
import { deleteSkill, lookAgain } from "./deletions.ts";
import { writeDocument } from "./documents.ts";
import type { UserLooks } from "./looks.ts";
import { LOOK_LASTS, planLooks } from "./looks.ts";
import type { OutcomeLog } from "./outcome.ts";
import { createLog } from "./outcome.ts";
import { findNotVisible } from "./read-back.ts";
import { createSkill } from "./skills.ts";
import { writeUser } from "./users.ts";

export interface ApplyOptions {
  /** What the plan was made from. */
  readonly live: PlannedLive;
  /**
   * Aborted: nothing new is sent, waits end, and what is in flight has three seconds. Give the connection the same
   * signal, so that requests which wait for their turn are not sent either.
   */
  readonly stop?: AbortSignal;
  /** Asked before each write; false: not now. It is asked again for a quarter of an hour, then the apply stops. */
  readonly mayWrite?: () => Promise<boolean>;
  /** Called after each operation. */
  readonly onOutcome?: (outcome: OperationOutcome) => void;
  /** Called after the last operation and before the read-back, which only looks. */
  readonly onExecuted?: (report: ApplyReport) => Promise<void>;
  /**
   * For how many seconds a read may be out of date: how long the read-back waits for writes to show, and how long
   * after the last write the holders of a skill are listed before it is deleted. Default 60.
   */
  readonly staleSeconds?: number;
  /** Told before the apply waits that many seconds, so that no holder is overlooked when a skill is deleted. */
  readonly onWaitForReads?: (seconds: number) => void;
  /** For tests. */
  readonly clock?: Clock;
}

const STALE_SECONDS = 60;
/** Milliseconds that a request in flight gets once the apply is stopped. */
const GRACE = 3000;
/** Milliseconds between two attempts to renew the ledger's lease, and for how long it is tried. */
const [LEASE_PAUSE, LEASE_DEADLINE] = [10_000, 900_000];
/** Enough to keep the rate limit busy; the limit itself is kept by the connection. */
const OPERATIONS_AT_ONCE = 8;

/**
 * Executes the plan. A failure stops what depends on it and nothing else, also where it is a bug of this program;
 * every change of the plan has an outcome.
 */
export async function applyPlan(
  plan: Plan,
  connection: Connection,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const context = createContext(plan, connection, options);
  const cut = cutAfterGrace(context.clock, options.stop);
  const outcomes: OperationOutcome[] = [];
  for (const stage of plan.stages) outcomes.push(...(await runStage(stage, context, cut, options)));
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
type Cut = Promise<void>;

function cutAfterGrace(clock: Clock, stop: AbortSignal | undefined): Cut {
  return new Promise((resolve) => {
    const onStop = (): void => {
      clock.timeout(GRACE).addEventListener("abort", () => resolve(), { once: true });
    };
    if (stop?.aborted) onStop();
    else stop?.addEventListener("abort", onStop, { once: true });
  });
}

function runStage(
  stage: readonly Operation[],
  context: ApplyContext,
  cut: Cut,
  { onOutcome }: ApplyOptions,
): Promise<OperationOutcome[]> {
  const limit = pLimit(OPERATIONS_AT_ONCE);
  const looks = planLooks(
    stage.filter(({ subject }) => subject.kind === "user"),
    context,
  );
  return Promise.all(
    stage.map((operation) =>
      limit(async () => {
        const outcome = await runOperation(operation, looks, context, cut);
        looks.finish(operation.subject.id);
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

/** Runs until everything has an outcome, or until the apply is stopped and what is in flight had its time. */
async function runOperation(
  operation: Operation,
  looks: UserLooks,
  context: ApplyContext,
  cut: Cut,
): Promise<OperationOutcome> {
  const log = createLog(operation);
  const work = async (): Promise<void> => {
    try {
      if (!context.isStopped()) await execute(operation, log, looks, context);
    } catch (error) {
      if (!(error instanceof NotSent)) failUnexpected(operation, error, log, context);
    }
  };
  await Promise.race([work(), cut]);
  return log.close();
}

async function execute(
  operation: Operation,
  log: OutcomeLog,
  looks: UserLooks,
  context: ApplyContext,
): Promise<void> {
  const { subject, changes, deletion } = operation;
  const isBlocked = changes.some((change) => context.notChanged.has(keyOf(change.subject, change.field)));
  if (isBlocked) {
    // An earlier step towards the same value was not done: a name on its way through another, say.
    for (const change of changes) log.skip(change, { kind: "dependency", on: subject.id });
  } else if (deletion) await deleteSkill(operation, deletion, log, context);
  else if (subject.kind === "user") await writeUser(operation, log, looks, context);
  else if (changes.some(({ verb }) => verb === "create")) await createSkill(operation, log, context);
  else await writeDocument(operation, log, context);
}

/** A bug, or an error that nobody was prepared for, fails its operation; the others go on. */
function failUnexpected(operation: Operation, error: unknown, log: OutcomeLog, context: ApplyContext): void {
  const isKnown = error instanceof ApiError || error instanceof Failure;
  if (!isKnown) context.bugs.push(error);
  const message = printable(error instanceof Error ? error.message : String(error), 300);
  for (const change of operation.changes) {
    log.fail(change, isKnown ? message : `A mistake in this program stopped it: ${message}`);
  }
}

/** What later operations need to know of one that was not done in full. */
function noteNotDone({ operation, changes }: OperationOutcome, context: ApplyContext): void {
  const done = new Set(changes.flatMap(({ result, change }) => (result === "done" ? change : [])));
  for (const { id, subject, field, after } of operation.changes) {
    if (done.has(id)) continue;
    context.notChanged.add(keyOf(subject, field));
    if (field.kind === "skill" && after !== null) context.notGiven.add(field.id);
  }
}

// ── What operations share ────────────────────────────────────────────────────────────────────────────

function createContext(plan: Plan, connection: Connection, options: ApplyOptions): ApplyContext {
  const { live, stop, mayWrite, staleSeconds = STALE_SECONDS, clock = systemClock } = options;
  const { reader, requestsPerMinute } = connection;
  const createdIds = new Map<SkillId, string>();
  let isLost = false;
  const isStopped = (): boolean => isLost || stop?.aborted === true;
  const refuseStopped = (): void => {
    if (isStopped()) throw new NotSent();
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
    lastWriteAt: Number.NEGATIVE_INFINITY,
    createdIds,
    notGiven: new Set(),
    notChanged: new Set(),
    deletedSkills: new Set(),
    ownWrites: createOwnWrites(clock, staleSeconds, (skill) => liveIdOf(skill, { createdIds })),
    bugs: [],
    isStopped,
    mayWrite: async () => !isStopped() && ((await mayWrite?.()) ?? true),
    async permit() {
      for (let waited = 0; !(await context.mayWrite()); waited += LEASE_PAUSE) {
        if (waited >= LEASE_DEADLINE) isLost = true;
        refuseStopped();
        await context.pause(LEASE_PAUSE);
      }
      refuseStopped();
    },
    pause: (milliseconds) => pauseUnlessStopped(milliseconds, clock, stop),
    lastLook: once(async (): Promise<LastLook> => {
      const milliseconds = context.lastWriteAt + staleSeconds * 1000 - clock.now();
      if (milliseconds > 0) options.onWaitForReads?.(milliseconds / 1000);
      await context.pause(milliseconds);
      refuseStopped();
      return lookAgain(plan, reader);
    }),
    skillIds: lasting(clock, async () => {
      const listed = wholeOf(await reader.listSkills()).map(({ id }) => id);
      // A list may not show yet what this run created.
      return new Set([...listed, ...context.createdIds.values()]);
    }),
  };
  return context;
}

/** Nothing is in flight in a wait, so that a stop ends it at once. */
async function pauseUnlessStopped(milliseconds: number, clock: Clock, stop?: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || stop?.aborted) return;
  try {
    await clock.sleep(milliseconds, stop ?? new AbortController().signal);
  } catch (error) {
    if (!stop?.aborted) throw error;
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}

/** What `work` answered last, unless that began more than twenty seconds ago. */
function lasting<T>(clock: Clock, work: () => Promise<T>): () => Promise<T> {
  let last: { readonly result: Promise<T>; readonly at: number } | undefined;
  return () => {
    if (!last || clock.now() - last.at > LOOK_LASTS) last = { result: work(), at: clock.now() };
    return last.result;
  };
}
