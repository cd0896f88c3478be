/** Organisations with a ledger in memory, prepared once and opened often. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Ledger } from "../../src/model.ts";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { temporaryDirectory } from "../ledger/repositories.ts";
import type { MemoryLedger } from "./memory-ledger.ts";
import { newMemoryLedger } from "./memory-ledger.ts";
import { startOrganisation } from "./organisation.ts";

/** An organisation with its ledger. */
export interface Centre {
  readonly sandbox: Sandbox;
  readonly store: MemoryLedger;
}

export function openCentre(sandbox: Sandbox): Centre {
  return { sandbox, store: newMemoryLedger() };
}

/** A centre that was prepared once and can be opened often, each time as if nothing had happened to it since. */
export interface Prepared {
  open(): Promise<Centre>;
}

export async function prepareCentre(
  options: Partial<SandboxOptions>,
  prepare: (centre: Centre) => Promise<void>,
): Promise<Prepared> {
  const root = temporaryDirectory();
  const state = join(root, "state.json");
  const centre = openCentre(await startOrganisation({ ...options, state }));
  await prepare(centre);
  await centre.sandbox.close();
  let copies = 0;
  return {
    async open() {
      const copy = join(root, `${++copies}.json`);
      cpSync(state, copy);
      const sandbox = await startOrganisation({ ...options, state: copy });
      return { sandbox, store: newMemoryLedger(centre.store.ledger) };
    },
  };
}

/** The ledger as it was written last. */
export function oursIn({ store: { ledger } }: Centre): Ledger {
  if (ledger === null) throw new Error("Nothing was ever applied.");
  return ledger;
}
