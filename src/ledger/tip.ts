/** The ledger's tip that a writer knows. Only a writer that knows the tip can move the branch. */
import { randomUUID } from "node:crypto";
import type { Move } from "./branches.ts";
import { dropRef, writeCommit } from "./commit.ts";
import type { LedgerContent } from "./content.ts";
import { changedFiles, normalizeLedger } from "./content.ts";
import { ledgerMoved } from "./failures.ts";
import type { LedgerHome } from "./home.ts";
import { contentAt, leaseAt, rememberTip } from "./home.ts";
import { adoptionMessage } from "./message.ts";
import type { Adoption, LedgerState } from "./read.ts";

export interface OwnTip {
  /**
   * Moves the branch one commit forward and returns its hash. Throws `Failure` LEDGER_MOVED, LEDGER_REFUSED,
   * LEDGER_UNREACHABLE, LEDGER_BROKEN.
   */
  advance(content: LedgerContent, message: string): Promise<string>;
  /** Throws `Failure` LEDGER_MOVED if another writer has moved the branch, and LEDGER_UNREACHABLE. */
  check(): Promise<void>;
}

/** The parent of the next commit, and its content. */
interface Base {
  /** The tip of the branch; null if there is none yet. */
  readonly tip: string | null;
  /** Null for the first commit of a history. */
  readonly parent: string | null;
  readonly content: LedgerContent | null;
  /** The branch of another target, which moves with the first commit. */
  readonly adopts?: Adoption;
}

/** Holds the tip that was read. */
export async function takeTip(home: LedgerHome, state: LedgerState): Promise<OwnTip> {
  const { branches, target } = home;
  // A private ref keeps new commits from being garbage-collected before they are on a branch.
  const ref = `refs/genesys-skills/written/${target}/${randomUUID()}`;
  // Commits whose push got no answer: one of them may be the tip.
  const unanswered = new Map<string, LedgerContent>();
  let base = await baseOf(home, state);

  /** Makes one attempt; returns null if it must be repeated on top of our own commit. */
  async function tryAdvance(content: LedgerContent, message: string): Promise<string | null> {
    const to = await writeOnto(home, base, ref, content, message);
    unanswered.set(to, content);
    const result = await branches.move([
      { target, from: base.tip, to },
      ...(base.adopts ? [await closeAdopted(home, base.adopts, ref)] : []),
    ]);
    if (result.kind === "moved") {
      base = { tip: to, parent: to, content };
      return to;
    }
    const tip = result.tips.get(target) ?? null;
    const ours = tip === null ? undefined : unanswered.get(tip);
    if (tip === null || !ours) throw ledgerMoved(target, await leaseAt(home, tip));
    unanswered.delete(tip);
    base = { tip, parent: tip, content: ours };
    return null;
  }

  return {
    async check() {
      const before = base;
      const tip = (await branches.list()).get(target) ?? null;
      const isOurs = tip === before.tip || (tip !== null && unanswered.has(tip));
      // If this writer has moved the branch meanwhile, the answer is outdated.
      if (!isOurs && base === before) throw ledgerMoved(target, await leaseAt(home, tip));
    },
    async advance({ ledger, lease }, message) {
      const content = { ledger: ledger && normalizeLedger(ledger), lease };
      let tip: string | null = null;
      while (tip === null) tip = await tryAdvance(content, message);
      unanswered.clear();
      rememberTip(home, tip, content);
      await dropRef(home.git, ref);
      return tip;
    },
  };
}

async function baseOf(home: LedgerHome, { tip, adopts }: LedgerState): Promise<Base> {
  if (tip !== null) return { tip, parent: tip, content: await contentAt(home, tip) };
  if (!adopts) return { tip, parent: null, content: null };
  return { tip, parent: adopts.tip, content: adopts.content, adopts };
}

function writeOnto(
  { git, target, author, clock }: LedgerHome,
  { parent, content: before }: Omit<Base, "tip">,
  ref: string,
  after: LedgerContent,
  message: string,
): Promise<string> {
  const changes = changedFiles(target, before, after);
  return writeCommit(git, ref, { changes, message, parent, author, at: clock.now() });
}

/** Writes the last commit of a ledger that another target takes over; the ledger is ignored from then on. */
async function closeAdopted(home: LedgerHome, adopts: Adoption, ref: string): Promise<Move> {
  const { target, tip, content } = adopts;
  const ledger = content.ledger && { ...content.ledger, movedTo: home.target };
  const message = adoptionMessage(target, home.target);
  const after = { ledger, lease: null };
  const to = await writeOnto({ ...home, target }, { parent: tip, content }, ref, after, message);
  return { target, from: tip, to };
}
