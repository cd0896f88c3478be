/** A ledger that is kept in memory, as the bytes that git would keep: for tests of what stands in it, not of git. */
import { parseLedger, serialiseLedger } from "../../src/ledger/file.ts";
import type { LedgerState } from "../../src/ledger/read.ts";
import type { LedgerStore } from "../../src/ledger/store.ts";
import type { Ledger } from "../../src/model.ts";

export interface MemoryLedger extends LedgerStore {
  /** What stands in it; null before the first apply. */
  held(): Ledger | null;
  /** The bytes, intent and all. */
  bytes(): string;
}

export function newMemoryLedger(): MemoryLedger {
  let text = "";
  const state = (): LedgerState => {
    if (text === "") return { kind: "none", why: "no-branch" };
    const { ledger, intent } = parseLedger(text);
    // Whoever asks is the only one at work, so that an intent is a dead run's.
    if (intent) return { kind: "unfinished", ledger, intent, tip: text, age: 1000, dead: true };
    return { kind: "settled", ledger, tip: text };
  };
  const write = (ledger: Ledger): Promise<string> => {
    text = serialiseLedger({ ledger });
    return Promise.resolve("commit");
  };
  return {
    kind: "store",
    branch: "ledger/default",
    remote: null,
    held: () => (text === "" ? null : parseLedger(text).ledger),
    bytes: () => text,
    read: () => Promise.resolve(state()),
    readLastSeen: () => Promise.resolve(state()),
    others: () => Promise.resolve([]),
    record: (_, ledger) => write(ledger),
    begin(_, { ledger, revision, sets, removes, replaces }) {
      const run = { id: "run", startedAt: "2026-01-31T08:00:00Z", renewedAt: "2026-01-31T08:00:00Z" };
      const intent = { run, revision, sets, removes, ...(replaces && { replaces }), done: [] };
      text = serialiseLedger({ ledger, intent });
      return Promise.resolve({
        intent,
        lost: new AbortController().signal,
        mayWrite: () => true,
        renew: () => Promise.resolve("renewed" as const),
        look: () => Promise.resolve(),
        settle: write,
        abandon: () => undefined,
      });
    },
  };
}
