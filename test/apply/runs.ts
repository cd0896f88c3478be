/** Whole runs, from YAML to the ledger afterwards, over a ledger in memory. */
import { loadDesired } from "../../src/desired/load.ts";
import type { Desired } from "../../src/model.ts";
import type { MemoryLedger } from "../support/memory-ledger.ts";
import { makeRepository } from "../support/repository.ts";
import type { Ran, RunOptions } from "../support/run-once.ts";
import { runOnce } from "../support/run-once.ts";
import type { Reachable } from "../support/session.ts";

/** The default commit that a run applies. */
export const HEAD = "0".repeat(40);

/** Reads YAML. */
export async function desiredOf(yaml: string): Promise<Desired> {
  const { dir } = await makeRepository({ "a.yaml": yaml });
  return (await loadDesired({ dir })).desired;
}

/** One run. Throws if its plan is refused. */
export async function runAllowed(
  sandbox: Reachable,
  desired: Desired,
  store: MemoryLedger,
  options: RunOptions = {},
): Promise<Ran> {
  const ran = await runOnce({ sandbox, store }, desired, { revision: HEAD, ...options });
  if (ran.plan.refusals.length === 0) return ran;
  throw new Error(ran.plan.refusals.map(({ code }) => code).join(", "));
}
