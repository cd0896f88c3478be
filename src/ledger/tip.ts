/** The ledger's tip in the hands of a run: only who knows it can move the branch. */
import type { LedgerFile } from "./file.ts";
import type { LedgerHome } from "./home.ts";
import { commitOnto, ledgerMoved, runAt } from "./home.ts";

export interface HeldTip {
  /** Moves the branch one commit forward; answers its hash. Throws `Failure` LEDGER_MOVED, and those of the branch. */
  advance(file: LedgerFile, message: string): Promise<string>;
  /** Asks where the branch is. Throws `Failure` LEDGER_MOVED where somebody else moved it, LEDGER_UNREACHABLE. */
  check(): Promise<void>;
}

/** Holds the tip that was read or written last; null where there is no branch yet. */
export function holdTip(home: LedgerHome, tip: string | null): HeldTip {
  const { branches, target } = home;
  const unanswered = new Set<string>();
  let current = tip;
  return {
    async check() {
      const found = (await branches.list()).get(target) ?? null;
      if (found !== current && (found === null || !unanswered.has(found)))
        throw ledgerMoved(target, await runAt(home, found));
    },
    async advance(file, message) {
      for (;;) {
        const commit = await commitOnto(home, current, file, message);
        unanswered.add(commit);
        const move = await branches.moveForward(target, current, commit);
        if (move.kind === "moved") {
          unanswered.clear();
          current = commit;
          return commit;
        }
        // The tip may be a commit of our own, from a push whose answer was lost: go on from there.
        if (move.tip === null || !unanswered.delete(move.tip))
          throw ledgerMoved(target, await runAt(home, move.tip));
        current = move.tip;
      }
    },
  };
}
