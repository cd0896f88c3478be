/** Takes a snapshot: the current YAML, the organisation, the ledger, and their plan. */
import { ApiError } from "../http/error.ts";
import { toFailure } from "../genesys/explain.ts";
import type { PlannedSnapshot } from "../server/snapshot.ts";
import type { TargetOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";
import { openTarget, planTarget } from "./target.ts";

/** Stops on the signal. Throws Failure, or the signal's reason. */
export async function readSnapshot(
  options: TargetOptions,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<PlannedSnapshot> {
  try {
    const target = await openTarget(options, terminal, signal);
    try {
      const { plan, rows, inputs } = await planTarget(target, { ...options, allow: new Set() }, terminal);
      return { plan, rows, desired: inputs.desired, live: inputs.live, readAt: new Date() };
    } finally {
      await target.close();
    }
  } catch (error) {
    throw error instanceof ApiError ? toFailure(error) : error;
  }
}
