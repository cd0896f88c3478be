/** Executes a plan and nothing but a plan: stage after stage, the operations of one stage side by side. */
import pLimit from "p-limit";
import type { Connection } from "../genesys/connect.ts";
import type { ApplyReport, ChangeOutcome, Operation, OperationOutcome, Plan } from "../model.ts";
import type { ApplyContext } from "./context.ts";
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
  /** Called after each operation. */
  readonly onOutcome?: (outcome: OperationOutcome) => void;
  /** Called after the last operation and before the read-back, which only looks. */
  readonly onExecuted?: (report: ApplyReport) => Promise<void>;
  /** Seconds that the read-back may wait for writes to show. Default 60: reads can be that stale. */
  readonly patience?: number;
}

/** Enough to keep the rate limit busy; the limit itself is kept by the connection. */
const OPERATIONS_AT_ONCE = 8;

/** A failure stops what depends on it and nothing else; every operation of the plan has an outcome. */
export async function apply(
  plan: Plan,
  connection: Connection,
  options: ApplyOptions = {},
): Promise<ApplyReport> {
  const context: ApplyContext = {
    reader: connection.reader,
    writer: connection.writer(),
    skillIds: knownSkills(plan),
    isStopped: () => options.stop?.aborted === true || options.mayWrite?.() === false,
  };
  const outcomes: OperationOutcome[] = [];
  for (const stage of plan.stages) outcomes.push(...(await runStage(stage, context, options)));
  const createdIds = new Map([...context.skillIds].filter(([slug]) => plan.skills[slug]?.id === null));
  const executed: ApplyReport = { outcomes, notVisible: [], stopped: context.isStopped(), createdIds };
  await options.onExecuted?.(executed);
  if (executed.stopped) return executed;
  return {
    ...executed,
    notVisible: await findNotVisible(outcomes, context, { patience: options.patience ?? 60, ...options }),
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
        onOutcome?.(outcome);
        return outcome;
      }),
    ),
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
  }
}
