/**
 * The journal of an apply: a file beside the ledger's branch, which tells what was done so far. Where a process is
 * killed before it could push its ledger, a later step of the same job finishes the ledger from it.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AppliedRevision, OperationOutcome, Plan } from "../model.ts";
import type { ChangeDelta, Delta } from "../plan/delta.ts";
import type { ReviewedPlan } from "../plan/review.ts";

/** All that was known when the apply began to write. */
export interface JournalStart {
  readonly plan: Plan;
  readonly delta: Delta;
  readonly revision: AppliedRevision;
  readonly isScheduled?: boolean;
  /** Numbers of the pull requests that are to hear of the result. */
  readonly pullRequests: readonly number[];
  readonly reviews: readonly ReviewedPlan[];
  /** The id in the lease of the ledger. */
  readonly run: string;
}

/** Writes the journal. What can't be written never stops an apply: its records in the ledger say the rest. */
export interface Journal {
  begin(start: JournalStart): void;
  add(outcome: OperationOutcome): void;
  /** The ledger was pushed. */
  recorded(): void;
  /** The pull requests were told; nothing is left to finish. */
  close(): void;
}

/** A journal as a step that comes later finds it. */
export interface LeftJournal {
  readonly start: JournalStart;
  readonly outcomes: readonly OperationOutcome[];
  readonly isRecorded: boolean;
}

type Line =
  | { readonly kind: "start"; readonly start: StoredStart }
  | { readonly kind: "outcome"; readonly outcome: OperationOutcome }
  | { readonly kind: "recorded" };

/** Maps and sets as lists. */
interface StoredStart extends Omit<JournalStart, "delta" | "reviews"> {
  readonly delta: { readonly undone: Delta["undone"]; readonly changes: readonly [string, ChangeDelta][] };
  readonly reviews: readonly (Omit<ReviewedPlan, "hashes" | "allowed"> & {
    readonly hashes: readonly string[];
    readonly allowed: readonly string[];
  })[];
}

export function openJournal(file: string): Journal {
  const orNothing = (write: () => void): void => {
    try {
      write();
    } catch {
      // See Journal.
    }
  };
  const line = (content: Line): string => `${JSON.stringify(content)}\n`;
  return {
    begin: (start) => {
      orNothing(() => {
        writeFileSync(file, line({ kind: "start", start: stored(start) }), { mode: 0o600 });
      });
    },
    add: (outcome) => {
      orNothing(() => {
        appendFileSync(file, line({ kind: "outcome", outcome }));
      });
    },
    recorded: () => {
      orNothing(() => {
        if (existsSync(file)) appendFileSync(file, line({ kind: "recorded" }));
      });
    },
    close: () => {
      orNothing(() => {
        rmSync(file, { force: true });
      });
    },
  };
}

/** Null where there is none, or where it was cut before its first line ended. A line that was cut counts for nothing. */
export function readJournal(file: string): LeftJournal | null {
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  const all = lines.map((text) => JSON.parse(text) as Line);
  const [first] = all;
  if (first?.kind !== "start") return null;
  return {
    start: restored(first.start),
    outcomes: all.flatMap((line) => (line.kind === "outcome" ? line.outcome : [])),
    isRecorded: all.some(({ kind }) => kind === "recorded"),
  };
}

function stored({ delta, reviews, ...start }: JournalStart): StoredStart {
  return {
    ...start,
    delta: { undone: delta.undone, changes: [...delta.changes] },
    reviews: reviews.map((review) => ({
      ...review,
      hashes: [...review.hashes],
      allowed: [...review.allowed],
    })),
  };
}

function restored({ delta, reviews, ...start }: StoredStart): JournalStart {
  return {
    ...start,
    delta: { undone: delta.undone, changes: new Map(delta.changes) },
    reviews: reviews.map((review) => ({
      ...review,
      hashes: new Set(review.hashes),
      allowed: new Set(review.allowed),
    })),
  };
}
