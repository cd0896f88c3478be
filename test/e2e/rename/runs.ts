/** Organisations with real git ledgers, prepared once and opened often. */
import { cpSync } from "node:fs";
import { join as pathJoin } from "node:path";
import { loadDesired } from "../../../src/desired/load.ts";
import type { LedgerStore } from "../../../src/ledger/store.ts";
import type { Desired, Ledger } from "../../../src/model.ts";
import type { Sandbox, SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { newRepository, openStore, temporaryDirectory } from "../../ledger/repositories.ts";
import { startOrganisation } from "../../support/organisation.ts";
import { makeRepository } from "../../support/repository.ts";

/** An organisation with the repository that governs it. */
export interface Centre {
  readonly sandbox: Sandbox;
  readonly store: LedgerStore;
}

export async function openCentre(sandbox: Sandbox, repository = newRepository()): Promise<Centre> {
  return { sandbox, store: await openStore(repository, { target: "default" }) };
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
  const state = pathJoin(root, "state.json");
  const repository = newRepository();
  const sandbox = await startOrganisation({ ...options, state });
  await prepare(await openCentre(sandbox, repository));
  await sandbox.close();
  let copies = 0;
  return {
    async open() {
      const folder = pathJoin(root, String(++copies));
      cpSync(repository, folder, { recursive: true });
      cpSync(state, `${folder}.json`);
      return openCentre(await startOrganisation({ ...options, state: `${folder}.json` }), folder);
    },
  };
}

/** The YAML as the program reads it. */
export async function desiredOf(yaml: string): Promise<Desired> {
  const { dir } = await makeRepository({ "a.yaml": yaml });
  return (await loadDesired({ dir })).desired;
}

/** The ledger as it was written last. */
export async function oursIn({ store }: Centre): Promise<Ledger> {
  const { ledger } = await store.read();
  if (ledger === null) throw new Error("Nothing was ever applied.");
  return ledger;
}
