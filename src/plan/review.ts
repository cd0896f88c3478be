/**
 * What takes away or overwrites is applied only where somebody reviewed it. A review is a set of salted hashes
 * of changes; whatever of that kind is in no review is held back, with all that depends on it.
 */
import { createHash } from "node:crypto";
import type { AssignmentChange, Change, Operation, Plan, Refusal, Slug, UpdateUser } from "../model.ts";
import { costOf } from "./cost.ts";
import { planFingerprint } from "./fingerprint.ts";
import { summarize } from "./summary.ts";

/** Where a plan was reviewed; salts its hashes, so that they name nobody and are worth nothing elsewhere. */
export interface ReviewPlace {
  /** `owner/name`. */
  readonly repository: string;
  /** Number of the pull request. */
  readonly pull: number;
}

/** What takes away or overwrites in one reviewed plan. */
export interface ReviewedPlan extends ReviewPlace {
  readonly hashes: ReadonlySet<string>;
}

export const REVIEW_HASH_LENGTH = 12;

/** 12 hexadecimal characters. */
export function reviewHash(fingerprint: string, { repository, pull }: ReviewPlace): string {
  const salted = JSON.stringify([repository.toLowerCase(), pull, fingerprint]);
  return createHash("sha256").update(salted).digest("hex").slice(0, REVIEW_HASH_LENGTH);
}

/** The hashes of all in a plan that takes away or overwrites, sorted. */
export function reviewHashes(plan: Plan, place: ReviewPlace): string[] {
  const changes = plan.stages.flat().flatMap((operation) => changesOf(operation).filter(needsReview));
  return changes.map(({ fingerprint }) => reviewHash(fingerprint, place)).sort();
}

export interface HeldBack {
  /** The plan without what is held back. */
  readonly plan: Plan;
  /** What is held back: each operation with only those of its changes. */
  readonly heldBack: readonly Operation[];
}

/**
 * Takes out of a plan what takes away or overwrites and is in no review, with what depends on it. The guards of
 * removals fall silent: what is left of them has passed them in its review. `requestsPerMinute` is for the cost.
 */
export function holdBack(plan: Plan, reviewed: readonly ReviewedPlan[], requestsPerMinute: number): HeldBack {
  const operations = plan.stages.flat();
  const held = holdUnreviewed(operations, reviewed);
  holdDependents(operations, held);
  const isHeld = (change: Change): boolean => held.has(change);
  const stages = plan.stages
    .map((stage) => stage.flatMap((operation) => keepChanges(operation, (change) => !isHeld(change)) ?? []))
    .filter((stage) => stage.length > 0);
  const left = stages.flat();
  return {
    heldBack: operations.flatMap((operation) => keepChanges(operation, isHeld) ?? []),
    plan: {
      ...plan,
      stages,
      refusals: plan.refusals.filter((refusal) => !isAboutRemovals(refusal)),
      summary: summarize(left),
      cost: costOf(left, requestsPerMinute),
      fingerprint: planFingerprint(left),
    },
  };
}

// ── What needs a review ──────────────────────────────────────────────────────────────────────────────

/** A change of any kind; what is no part of an operation is the operation itself. */
type AnyChange = Change & { readonly kind?: string };

function changesOf(operation: Operation): readonly AnyChange[] {
  switch (operation.kind) {
    case "create-skill":
    case "delete-skill":
      return [operation];
    case "update-skill":
    case "update-user":
      return operation.changes;
    case "update-profile":
      return [...operation.changes, ...operation.entries];
  }
}

function needsReview({ cause, kind }: AnyChange): boolean {
  return kind === "lose" || kind === "delete-skill" || cause === "drift" || cause === "conflict";
}

function holdUnreviewed(operations: readonly Operation[], reviewed: readonly ReviewedPlan[]): Set<Change> {
  const isReviewed = ({ fingerprint }: Change): boolean =>
    reviewed.some((review) => review.hashes.has(reviewHash(fingerprint, review)));
  const changes = operations.flatMap((operation) => changesOf(operation).filter(needsReview));
  return new Set(changes.filter((change) => !isReviewed(change)));
}

/** Guards of what takes away, and of nothing else. */
function isAboutRemovals({ code }: Refusal): boolean {
  switch (code) {
    case "TOO_MANY_REMOVALS":
    case "UNCOVERED":
    case "SKILL_DELETE":
    case "SKILL_REPLACE":
    case "PROTECTED":
    case "IN_USE":
    case "MAYBE_RENAME":
      return true;
    case "INCOMPLETE":
    case "WRONG_ORG":
    case "WRONG_DIALECT":
    case "AMBIGUOUS":
    case "UNKNOWN_ID":
    case "OTHER_ID":
    case "UNKNOWN_USER":
    case "UNKNOWN_GROUP":
    case "UNKNOWN_PROFILE":
    case "TOO_MANY_SKILLS":
    case "OTHER_LEDGER":
    case "SHARED_ORG":
    case "MANY_GONE":
    case "NOTHING_DESIRED":
      return false;
  }
}

// ── What depends on what is held back ────────────────────────────────────────────────────────────────

/** Adds to `held` what can't be done, or would do harm, without what is in it already. */
function holdDependents(operations: readonly Operation[], held: Set<Change>): void {
  const absent = createsHeld(operations, held);
  for (const operation of operations) {
    if (operation.kind === "update-profile") {
      for (const entry of operation.entries) {
        if (entry.kind === "gain" && absent.has(entry.skill)) held.add(entry);
      }
    }
    if (operation.kind === "update-user") holdOfUser(operation, absent, held);
  }
  holdDeletes(operations, absent, held);
}

function holdOfUser({ changes }: UpdateUser, absent: ReadonlySet<Slug>, held: Set<Change>): void {
  for (const change of changes) {
    if (change.kind !== "lose" && absent.has(change.skill)) held.add(change);
  }
  // Losses stand first only where the gains would pass the limit of skills without them.
  if (changes[0]?.kind === "lose" && changes.some((change) => change.kind === "lose" && held.has(change))) {
    for (const change of changes) if (change.kind === "gain") held.add(change);
  }
  const notGained = new Set(changes.filter((change) => isHeldGain(change, held)).map(({ skill }) => skill));
  for (const change of changes) {
    if (change.kind === "lose" && change.to !== undefined && notGained.has(change.to)) held.add(change);
  }
}

function isHeldGain(change: AssignmentChange, held: ReadonlySet<Change>): boolean {
  return change.kind === "gain" && held.has(change);
}

/** A skill is deleted only where nobody keeps it, and where all who held it were given the new one. */
function holdDeletes(operations: readonly Operation[], absent: ReadonlySet<Slug>, held: Set<Change>): void {
  const kept = new Set<Slug>();
  for (const operation of operations) {
    if (operation.kind === "update-profile") {
      for (const entry of operation.entries) if (held.has(entry)) kept.add(entry.skill);
    }
    if (operation.kind !== "update-user") continue;
    for (const change of operation.changes) {
      if (!held.has(change)) continue;
      if (change.kind === "lose") kept.add(change.skill);
      if (change.kind === "gain" && change.from !== undefined) kept.add(change.from);
    }
  }
  for (const operation of operations) {
    if (operation.kind !== "delete-skill") continue;
    const waits = operation.replacedBy !== undefined && absent.has(operation.replacedBy);
    if (waits || kept.has(operation.skill)) held.add(operation);
  }
}

/** The skills that will not be there. */
function createsHeld(operations: readonly Operation[], held: ReadonlySet<Change>): ReadonlySet<Slug> {
  return new Set(
    operations.flatMap((operation) =>
      operation.kind === "create-skill" && held.has(operation) ? operation.skill : [],
    ),
  );
}

/** The operation with only those of its changes that `keep` says, or null where none is left. */
export function keepChanges(operation: Operation, keep: (change: Change) => boolean): Operation | null {
  switch (operation.kind) {
    case "create-skill":
    case "delete-skill":
      return keep(operation) ? operation : null;
    case "update-skill": {
      const changes = operation.changes.filter(keep);
      return changes.length > 0 ? { ...operation, changes } : null;
    }
    case "update-profile": {
      const [changes, entries] = [operation.changes.filter(keep), operation.entries.filter(keep)];
      return changes.length + entries.length > 0 ? { ...operation, changes, entries } : null;
    }
    case "update-user": {
      const changes = operation.changes.filter(keep);
      return changes.length > 0 ? { ...operation, changes } : null;
    }
  }
}
