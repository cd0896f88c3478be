/**
 * The journal of an apply: a local file with the outcomes so far. If a process is killed before it could push its
 * ledger, a later step of the same job finishes the ledger from the journal.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AppliedRevision, OperationOutcome, Plan } from "../model.ts";
import type { Delta } from "../plan/delta.ts";
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
  | { readonly kind: "start"; readonly start: JournalStart }
  | { readonly kind: "outcome"; readonly outcome: OperationOutcome }
  | { readonly kind: "recorded" };

export function openJournal(file: string): Journal {
  const attempt = (write: () => void): void => {
    try {
      write();
    } catch {
      // See Journal.
    }
  };
  const lineOf = (content: Line): string => `${JSON.stringify(content, encode)}\n`;
  const append = (content: Line): void => appendFileSync(file, lineOf(content));
  return {
    begin: (start) => attempt(() => writeFileSync(file, lineOf({ kind: "start", start }), { mode: 0o600 })),
    add: (outcome) => attempt(() => append({ kind: "outcome", outcome })),
    recorded: () => attempt(() => existsSync(file) && append({ kind: "recorded" })),
    close: () => attempt(() => rmSync(file, { force: true })),
  };
}

/** Reads the journal; null if there is none or its first line is incomplete. An incomplete last line is ignored. */
export function readJournal(file: string): LeftJournal | null {
  if (!existsSync(file)) return null;
  const complete = readFileSync(file, "utf8").split("\n").slice(0, -1);
  const lines = complete.map((text) => JSON.parse(text, decode) as Line);
  const [first] = lines;
  if (first?.kind !== "start") return null;
  return {
    start: first.start,
    outcomes: lines.flatMap((line) => (line.kind === "outcome" ? line.outcome : [])),
    isRecorded: lines.some(({ kind }) => kind === "recorded"),
  };
}

/** Maps and sets as lists, for JSON. */
function encode(_key: string, value: unknown): unknown {
  if (value instanceof Map) return { $map: [...(value as Map<unknown, unknown>)] };
  return value instanceof Set ? { $set: [...(value as Set<unknown>)] } : value;
}

function decode(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("$map" in value) return new Map(value.$map as [unknown, unknown][]);
  return "$set" in value ? new Set(value.$set as unknown[]) : value;
}
