/** Applies of which only the intent is seen: they are running, or died. */
import { openLedgerStore } from "../../src/ledger/store.ts";
import type { Ledger } from "../../src/model.ts";
import { emptyLedger } from "./empty-ledger.ts";
import type { Desk } from "./desk.ts";
import { SMALL_SEED } from "./organisation.ts";

const ORGANIZATION = SMALL_SEED.organization?.id ?? "";

/**
 * On top of the ledger, or of an empty one of the small seed's, commits an intent as an apply of "Zoe" would, and never
 * ends it. `change` adds the records, `env` says where it runs.
 */
export async function leaveIntent(
  desk: Desk,
  change: (ledger: Ledger) => Ledger = (ledger) => ledger,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const store = await openLedgerStore({
    cwd: desk.folder,
    target: "default",
    env: { ...desk.env, GITHUB_ACTOR: "zoe", ...env },
  });
  if (store === null) throw new Error("There is no repository.");
  const state = await store.read();
  const intent = change(state.ledger ?? emptyLedger("default", ORGANIZATION, "cloud"));
  const counts = { add: 1, change: 0, destroy: 0, move: 0 };
  await store.begin({ ...state, lease: null }, intent, { revision: desk.git("rev-parse", "HEAD"), counts });
}
