/** Reads everything that is asked of once: the YAML as it is now, the organisation, the ledger, and their plan. */
import { ApiError } from "../genesys/error.ts";
import { toFailure } from "../genesys/explain.ts";
import type { Snapshot } from "../server/view.ts";
import type { WorldOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";
import { openWorld, planWorld } from "./world.ts";

/** Ends early, with a failure, once the signal says so. Throws Failure. */
export async function readSnapshot(
  options: WorldOptions,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<Snapshot> {
  try {
    const world = await openWorld(options, terminal);
    const abandon = (): void => {
      world.connection.close();
    };
    try {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", abandon);
      const { plan, worlds } = await planWorld(world, { ...options, allow: new Set() }, terminal);
      const { desired, ledger, live } = worlds;
      return { desired, ledger, live, plan, readAt: new Date() };
    } finally {
      signal?.removeEventListener("abort", abandon);
      await world.close();
    }
  } catch (error) {
    throw error instanceof ApiError ? toFailure(error) : error;
  }
}
