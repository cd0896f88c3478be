/** Executes a plan and nothing but a plan: stage after stage, the operations of one stage side by side. */
import pLimit from "p-limit";
import type { Clock } from "../genesys/clock.ts";
import { systemClock } from "../genesys/clock.ts";
import type { Connection } from "../genesys/connect.ts";
import type { Writer } from "../genesys/writer.ts";
import type { ApplyReport, ChangeOutcome, Operation, OperationOutcome, Plan, Slug } from "../model.ts";
import type { ApplyContext } from "./context.ts";
import { deleteSkill, lastLookOf, lookAgain } from "./delete-skills.ts";
import { allOf, skipped } from "./outcome.ts";
import { writeProfile } from "./profiles.ts";
import { findNotVisible } from "./read-back.ts";
import { writeNewSkill, writeSkillFields } from "./skills.ts";
import { writeUser } from "./users.ts";

export interface ApplyOptions {
  /** Aborted: what is in flight is finished, and nothing more is written. */
  readonly stop?: AbortSignal;
  /** Asked before each write; false ends the apply like an aborted `stop`. */
  readonly mayWrite?: () => boolean;
  /** Awaited before each stage but the first. */
  readonly beforeStage?: () => Promise<void>;
  /** Called after each operation. */
  readonly onOutcome?: (outcome: OperationOutcome) => void;
  /** Called after the last operation and before the read-back, which only looks. */
  readonly onExecuted?: (report: ApplyReport) => Promise<void>;
  /**
   * How many seconds a read may be out of date: how long the read-back waits for writes to show, and how long
   * after the last write the holders of a skill are listed before it is deleted. Default 60.
   */
  readonly staleSeconds?: number;
  /** Told before the apply waits that many seconds, so that no holder is overlooked when a skill is deleted. */
  readonly onWaitForReads?: (seconds: number) => void;
  /** For tests. */
  readonly clock?: Clock;
}

const STALE_SECONDS = 60;

/** Enough to keep the rate limit busy; the limit itself is kept by the connection. */
const OPERATIONS_AT_ONCE = 8;

/** A failure stops what depends on it and nothing else; every operation of the plan has an outcome. */
export async function apply(
  plan: Plan,
  connection: Connection,
  options: ApplyOptions = {},
): Promise<ApplyReport> {
  const { staleSeconds = STALE_SECONDS, stop, clock = systemClock } = options;
  const { reader } = connection;
  const { writer, lastWrite } = watchWrites(connection.writer(), clock);
  const pause = (milliseconds: number) => pauseUnlessStopped(milliseconds, clock, stop);
  const isStopped = () => stop?.aborted === true || options.mayWrite?.() === false;
  const context: ApplyContext = {
    reader,
    writer,
    skillIds: knownSkills(plan),
    notGiven: new Set(),
    deletedSkills: new Set(),
    isStopped,
    pause,
    lastLook: lastLookOf(
      () => lookAgain(plan, reader),
      () => {
        const milliseconds = lastWrite() + staleSeconds * 1000 - clock.now();
        if (milliseconds > 0) options.onWaitForReads?.(milliseconds / 1000);
        return pause(milliseconds);
      },
      isStopped,
    ),
  };
  const outcomes: OperationOutcome[] = [];
  for (const [index, stage] of plan.stages.entries()) {
    if (index > 0) await options.beforeStage?.();
    outcomes.push(...(await runStage(stage, context, options)));
  }
  const createdIds = new Map([...context.skillIds].filter(([slug]) => plan.skills[slug]?.id === null));
  const executed: ApplyReport = { outcomes, notVisible: [], stopped: context.isStopped(), createdIds };
  await options.onExecuted?.(executed);
  if (executed.stopped) return executed;
  const notVisible = await findNotVisible(outcomes, context, {
    patience: staleSeconds,
    ...(stop && { stop }),
  });
  return { ...executed, notVisible };
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

/** The writer, and when by the clock it last changed what a user holds: long ago before the first time. */
function watchWrites(writer: Writer, clock: Clock): { writer: Writer; lastWrite: () => number } {
  let last = Number.NEGATIVE_INFINITY;
  const watch = async (write: Promise<void>): Promise<void> => {
    try {
      await write;
    } finally {
      last = clock.now();
    }
  };
  return {
    lastWrite: () => last,
    writer: {
      ...writer,
      assignSkills: (userId, skills) => watch(writer.assignSkills(userId, skills)),
      removeSkill: (userId, skillId) => watch(writer.removeSkill(userId, skillId)),
    },
  };
}

function knownSkills(plan: Plan): Map<string, string> {
  return new Map(
    Object.entries(plan.skills).flatMap(([slug, { id }]) => (id === null ? [] : [[slug, id] as const])),
  );
}

function runStage(
  stage: readonly Operation[],
  context: ApplyContext,
  { onOutcome }: ApplyOptions,
): Promise<OperationOutcome[]> {
  const limit = pLimit(OPERATIONS_AT_ONCE);
  return Promise.all(
    stage.map((operation) =>
      limit(async () => {
        const outcome = await runOperation(operation, context);
        for (const skill of notGivenBy(outcome)) context.notGiven.add(skill);
        onOutcome?.(outcome);
        return outcome;
      }),
    ),
  );
}

function notGivenBy({ operation, changes }: OperationOutcome): Slug[] {
  if (operation.kind !== "update-user" && operation.kind !== "update-profile") return [];
  const done = new Set(changes.flatMap(({ result, fingerprint }) => (result === "done" ? fingerprint : [])));
  const given = operation.kind === "update-user" ? operation.changes : operation.entries;
  return given.flatMap(({ kind, skill, fingerprint }) =>
    kind === "lose" || done.has(fingerprint) ? [] : skill,
  );
}

async function runOperation(operation: Operation, context: ApplyContext): Promise<OperationOutcome> {
  if (context.isStopped())
    return allOf(operation, (fingerprint) => skipped(fingerprint, { kind: "stopped" }));
  return { operation, changes: await execute(operation, context) };
}

function execute(operation: Operation, context: ApplyContext): Promise<ChangeOutcome[]> {
  switch (operation.kind) {
    case "create-skill":
      return writeNewSkill(operation, context);
    case "update-skill":
      return writeSkillFields(operation, context);
    case "update-profile":
      return writeProfile(operation, context);
    case "update-user":
      return writeUser(operation, context);
    case "delete-skill":
      return deleteSkill(operation, context);
  }
}
