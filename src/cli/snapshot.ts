/** Plans a target once, for commands that only read. */
import { toFailure } from "../genesys/explain.ts";
import { ApiError } from "../http/error.ts";
import type { PlannedSnapshot } from "../server/snapshot.ts";
import type { PlannedTarget } from "./target.ts";
import { openTarget, planTarget } from "./target.ts";
import type { Terminal } from "./terminal.ts";

/** Stops on the signal. Throws Failure, ApiError, or the signal's reason. */
export async function planOnce(
  options: Parameters<typeof openTarget>[0],
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<PlannedTarget> {
  const target = await openTarget(options, terminal, signal);
  try {
    return await planTarget(target, { ...options, allow: new Set() }, terminal);
  } finally {
    await target.close();
  }
}

/** The current YAML, the organisation, the ledger, and their plan. Like `planOnce`, but throws no ApiError. */
export async function readSnapshot(
  options: Parameters<typeof openTarget>[0],
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<PlannedSnapshot> {
  try {
    const { plan, rows, inputs } = await planOnce(options, terminal, signal);
    return { plan, rows, desired: inputs.desired, live: inputs.live, readAt: new Date() };
  } catch (error) {
    throw error instanceof ApiError ? toFailure(error) : error;
  }
}
