/** A ledger that is kept in memory, as the files that git would keep: for tests of what stands in it, not of git. */
import type { LedgerClock } from "../../src/ledger/clock.ts";
import type { LedgerContent } from "../../src/ledger/content.ts";
import { changedFiles, parseContent } from "../../src/ledger/content.ts";
import type { AppliedFacts } from "../../src/ledger/message.ts";
import type { Lease } from "../../src/ledger/lease.ts";
import type { LedgerState } from "../../src/ledger/read.ts";
import { NO_LEDGER } from "../../src/ledger/read.ts";
import type { LedgerStore } from "../../src/ledger/store.ts";
import type { Ledger } from "../../src/model.ts";

export interface MemoryLedger extends LedgerStore {
  /** What stands in it; null before the first apply. */
  readonly ledger: Ledger | null;
  /** Every ledger that was written, with what its commit says. */
  readonly written: readonly Written[];
  /** What a run is told that asks whether it may write. */
  mayWrite: () => Promise<boolean>;
  /** The text of all its files, the lease of a run included. */
  bytes(): string;
}

interface Written {
  readonly ledger: Ledger | null;
  readonly facts?: AppliedFacts;
}

const TARGET = "default";

/** Its clock is one on which sleeping passes the time at once, so that a dead run is waited for in no time. */
export function newMemoryLedger(initial: Ledger | null = null): MemoryLedger {
  const clock = clockThatNeverWaits();
  let files = new Map<string, string>();
  let commits = 0;
  const written: Written[] = [];
  let sighting = { firstSeen: 0, committedAt: 0 };
  const state = (): LedgerState => {
    if (commits === 0) return NO_LEDGER;
    return { ...parseContent(files, (path) => path), tip: `commit-${commits}`, sighting };
  };
  const commit = (content: LedgerContent): string => {
    files = new Map(changedFiles(TARGET, null, content).map(({ path, text }) => [path, text ?? ""]));
    commits++;
    sighting = { firstSeen: clock.monotonic(), committedAt: clock.now() };
    return `commit-${commits}`;
  };
  const write = (
    ledger: Ledger | null,
    facts?: AppliedFacts,
    lease: Lease | null = null,
  ): Promise<string> => {
    written.push({ ledger, ...(facts && { facts }) });
    return Promise.resolve(commit({ ledger, lease }));
  };
  if (initial) commit({ ledger: initial, lease: null });
  const memory: MemoryLedger = {
    target: TARGET,
    branch: "ledger/default",
    remote: null,
    clock,
    get ledger() {
      return state().ledger;
    },
    written,
    mayWrite: () => Promise.resolve(true),
    bytes: () => [...files.values()].join(""),
    describeHome: () => Promise.resolve("The ledger is kept in memory."),
    read: () => Promise.resolve(state()),
    readLastSeen: () => Promise.resolve(state()),
    history: () => Promise.reject(new Error("A ledger in memory has no history.")),
    readAt: () => Promise.reject(new Error("A ledger in memory has no history.")),
    tip: () => Promise.resolve(state().tip),
    others: () => Promise.resolve([]),
    adopt: () => Promise.reject(new Error("There is no other ledger.")),
    record: (_, ledger, facts) => write(ledger, facts),
    async begin({ ledger: before }, intent) {
      const lease: Lease = { run: `run-${commits}`, actor: "test", renewals: 0 };
      await write(intent, undefined, lease);
      return {
        lease,
        lost: new AbortController().signal,
        mayWrite: () => memory.mayWrite(),
        finish: write,
        withdraw: () => write(before),
      };
    },
  };
  return memory;
}

function clockThatNeverWaits(): LedgerClock {
  let slept = 0;
  return {
    now: () => Date.now() + slept,
    monotonic: () => performance.now() + slept,
    sleep(milliseconds) {
      slept += milliseconds;
      return Promise.resolve();
    },
    every: () => () => undefined,
  };
}
