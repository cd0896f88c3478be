/** Applies of which only the intent is seen: they are at work, or died. */
import { hostname } from "node:os";
import type { IntentParts } from "../../src/apply/intent.ts";
import { emptyLedger } from "../../src/ledger/file.ts";
import { openLedgerStore } from "../../src/ledger/store.ts";
import type { Desk } from "./desk.ts";
import { SMALL_SEED } from "./organisation.ts";

export interface SeenIntent extends Partial<IntentParts> {
  /** How long ago it was written. */
  readonly minutesAgo: number;
}

const ORGANIZATION = SMALL_SEED.organization?.id ?? "";

const NOTHING: IntentParts = {
  sets: { skills: [], profiles: [], users: [] },
  removes: { skills: [], profiles: [], users: [] },
};

/** On top of the ledger, or of an empty one of the small seed's, commits an intent as an apply of "Zoe" would at that time, and never ends it. */
export async function leaveIntent(desk: Desk, { minutesAgo, ...parts }: SeenIntent): Promise<void> {
  const store = await openLedgerStore({
    cwd: desk.folder,
    target: "default",
    env: { ...desk.env, GITHUB_ACTOR: "zoe" },
    now: () => Date.now() - minutesAgo * 60_000,
    every: () => () => undefined,
  });
  if (store.kind === "none") throw new Error("There is no repository.");
  const state = await store.read();
  const run = await store.begin(state, {
    ...NOTHING,
    ...parts,
    ledger: state.kind === "none" ? emptyLedger("default", ORGANIZATION, "cloud") : state.ledger,
    revision: desk.git("rev-parse", "HEAD"),
    counts: { add: 1, change: 0, destroy: 0 },
    host: hostname(),
  });
  run.abandon();
}
