/**
 * The journal of an apply: a local file with the outcomes so far. If a process is killed before it could push its
 * ledger, a later step of the same job finishes the ledger from the journal.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AppliedRevision, OperationOutcome, Plan } from "../model.ts";
import type { ChangeDelta, Delta } from "../plan/delta.ts";
import type { ReviewedPlan } from "../plan/review.ts";

/** The facts at the start of the apply. */
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

/** Writes the journal. A failing write never stops an apply, because the ledger's records are enough to recover. */
export interface Journal {
  begin(start: JournalStart): void;
  add(outcome: OperationOutcome): void;
  /** The ledger was pushed. */
  recorded(): void;
  /** The result was posted; nothing is left to finish. */
  close(): void;
}

/** A journal that a later step found. */
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

/** Reads the journal; null if there is none or its first line is incomplete. An incomplete last line is ignored. */
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
