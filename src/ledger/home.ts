/** The location of one target's ledger, and reading it. */
import { Failure } from "../problem.ts";
import type { LedgerBranches } from "./branches.ts";
import type { LedgerClock, Sighting } from "./clock.ts";
import type { Author } from "./commit.ts";
import type { LedgerContent } from "./content.ts";
import type { Lease } from "./lease.ts";
import type { GitReader, TipContent } from "./snapshot.ts";
import { readTip } from "./snapshot.ts";

export interface LedgerHome extends GitReader {
  readonly branches: LedgerBranches;
  readonly target: string;
  readonly author: Author | null;
  readonly clock: LedgerClock;
  /** When this process first saw each tip, by its monotonic clock. */
  readonly firstSeen: Map<string, number>;
  /** The tip that was read or written last, as a cache. */
  readonly memory: { last: { readonly tip: string; readonly content: TipContent } | null };
}

/** The content of a tip whose commit is available. Throws `Failure` LEDGER_BROKEN, LEDGER_VERSION, LEDGER_TARGET. */
export async function contentAt(home: LedgerHome, tip: string): Promise<TipContent> {
  const { memory, target } = home;
  if (memory.last?.tip === tip) return memory.last.content;
  const content = await readTip(home, target, tip);
  memory.last = { tip, content };
  return content;
}

/** Caches a commit of our own that is now the tip. */
export function rememberTip(home: LedgerHome, tip: string, content: LedgerContent): void {
  home.memory.last = { tip, content: { ...content, committedAt: home.clock.now() } };
  noteSighting(home, tip);
}

/** Records when the tip was first seen. */
export function noteSighting({ firstSeen, clock }: LedgerHome, tip: string): void {
  if (!firstSeen.has(tip)) firstSeen.set(tip, clock.monotonic());
}

export function sightingOf({ firstSeen, clock }: LedgerHome, tip: string, committedAt: number): Sighting {
  return { firstSeen: firstSeen.get(tip) ?? clock.monotonic(), committedAt };
}

/** The lease in the commit `tip`; null if there is none or it can't be read. */
export async function leaseAt(home: LedgerHome, tip: string | null): Promise<Lease | null> {
  if (tip === null) return null;
  try {
    await home.branches.bring(new Map([[home.target, tip]]));
    return (await contentAt(home, tip)).lease;
  } catch (error) {
    // The lease only improves a message.
    if (error instanceof Failure) return null;
    throw error;
  }
}
