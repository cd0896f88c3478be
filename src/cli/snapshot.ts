/** Reads everything that is asked of once: the YAML as it is now, the organisation, the ledger, and their plan. */
import { ApiError } from "../genesys/error.ts";
import { toFailure } from "../genesys/explain.ts";
import type { Snapshot } from "../server/view.ts";
import type { WorldOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";
import { openWorld, planWorld } from "./world.ts";

/** Ends early once the signal says so. Throws Failure, or the signal's reason. */
export async function readSnapshot(
  options: WorldOptions,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<Snapshot> {
  try {
    const world = await openWorld(options, terminal, signal);
    try {
      const { plan, worlds } = await planWorld(world, { ...options, allow: new Set() }, terminal);
      const { desired, ledger, live } = worlds;
      return { desired, ledger, live, plan, readAt: new Date() };
    } finally {
      await world.close();
    }
  } catch (error) {
    throw error instanceof ApiError ? toFailure(error) : error;
  }
}
