/**
 * Changes that take away or overwrite are applied only if they were reviewed. A review is a set of salted hashes of
 * changes. Such a change without a review is withheld, together with the changes that depend on it.
 */
import { createHash } from "node:crypto";
import type { Change, Plan, Refusal, RefusalCode, SkillId } from "../model.ts";
import { addDays } from "../text.ts";
import { changesOf, isEndPassed } from "./changes.ts";
import { endFingerprint } from "./fingerprint.ts";
import type { Planned, PlanInputs } from "./plan.ts";
import { plan } from "./plan.ts";
import type { Rows } from "./rows.ts";

/** The pull request of a review. It salts the hashes, so that they reveal nothing and are valid only there. */
interface ReviewPlace {
  /** `owner/name`. */
  readonly repository: string;
  /** Number of the pull request. */
  readonly pull: number;
}

/** The changes of one reviewed plan that take away or overwrite. */
export interface ReviewedPlan extends ReviewPlace {
  readonly hashes: ReadonlySet<string>;
  /** `allowanceHash` of each refusal that was allowed in this plan. */
  readonly allowed: ReadonlySet<string>;
}

export const REVIEW_HASH_LENGTH = 12;

/** 12 hexadecimal characters; `change` is a change's id. */
export function reviewHash(change: string, { repository, pull }: ReviewPlace): string {
  const salted = JSON.stringify([repository.toLowerCase(), pull, change]);
  return createHash("sha256").update(salted).digest("hex").slice(0, REVIEW_HASH_LENGTH);
}

/** A hash as long as `reviewHash`. A refusal that was allowed for one skill isn't allowed for another. */
export function allowanceHash(refusal: Refusal, place: ReviewPlace): string {
  return reviewHash(`allowed ${refusalKey(refusal)}`, place);
}

/** The hashes of a plan's allowed refusals, sorted. */
export function allowanceHashes({ allowed }: Pick<Plan, "allowed">, place: ReviewPlace): string[] {
  return [...new Set(allowed.map((refusal) => allowanceHash(refusal, place)))].sort();
}

/** Identifies a refusal, without the numbers that change when a pull request changes. */
export function refusalKey(refusal: Refusal): string {
  const { code } = refusal;
  const about = KEYS.map((key) =>
    key in refusal ? (refusal as unknown as Readonly<Record<string, unknown>>)[key] : null,
  );
  return JSON.stringify([code, ...about]);
}

const KEYS = ["skill", "what", "name", "id", "user", "list", "target", "old", "replacedBy"];

/** The hashes of a plan's changes that take away or overwrite, sorted. */
export function reviewHashes(plan: Plan, place: ReviewPlace): string[] {
  return changesOf(plan)
    .filter(({ takesAway }) => takesAway)
    .map(({ id }) => reviewHash(id, place))
    .sort();
}

/** How many changes that take away or overwrite, and need a review, one pull request's plan showed; null: that of no pull request. */
export interface ShownChanges {
  readonly pull: number | null;
  readonly changes: number;
}

/** Counts each change for the first plan that showed it. Changes that no plan showed come last. */
export function countShown(plan: Plan, reviewed: readonly ReviewedPlan[]): ShownChanges[] {
  const counts = new Map<number | null, number>();
  for (const change of changesOf(plan)) {
    const { id, takesAway } = change;
    if (!takesAway || isEndPassed(change)) continue;
    const pull = reviewed.find((review) => review.hashes.has(reviewHash(id, review)))?.pull ?? null;
    counts.set(pull, (counts.get(pull) ?? 0) + 1);
  }
  return [...counts]
    .map(([pull, changes]) => ({ pull, changes }))
    .sort((a, b) => (a.pull ?? Infinity) - (b.pull ?? Infinity));
}

/** A plan with only reviewed changes. */
interface ReviewedApply extends Planned {
  /** Refusals about one subject that no review allowed; their changes are withheld. */
  readonly setAside: readonly Refusal[];
}

/**
 * Plans, and withholds every change that takes away or overwrites without a review. Then applies the guards to the
 * remaining changes: a refusal about one subject that no reviewed plan was allowed withholds the changes of that
 * subject. Repeats until nothing more is withheld. Thresholds apply only in pull requests; any other refusal stays.
 */
export function planReviewed(inputs: PlanInputs, reviewed: readonly ReviewedPlan[]): ReviewedApply {
  const withheld = new Set(inputs.withheld);
  const isAllowed = (refusal: Refusal): boolean =>
    reviewed.some((review) => review.allowed.has(allowanceHash(refusal, review)));
  const allowsInUse = (skill: SkillId): boolean =>
    isAllowed({ code: "IN_USE", skill, references: { kind: "unknown", reason: "" } });
  const isInReview = (id: string): boolean =>
    reviewed.some((review) => review.hashes.has(reviewHash(id, review)));
  const isReviewed = (change: Change): boolean =>
    isInReview(change.id) || isEndPassed(change) || endsOf(change, inputs).some(isInReview);
  const setAside = new Map<string, Refusal>();
  for (;;) {
    const planned = plan({ ...inputs, withheld, allowsInUse });
    const changes = changesOf(planned.plan);
    const unreviewed = changes.filter((change) => change.takesAway && !isReviewed(change));
    for (const { id } of unreviewed) withheld.add(id);
    if (unreviewed.length > 0) continue;
    const refused = planned.plan.refusals.filter(
      (refusal) => SUBJECT_REFUSALS.has(refusal.code) && !isAllowed(refusal),
    );
    for (const refusal of refused) setAside.set(JSON.stringify(refusal), refusal);
    const left = changes.filter((change) =>
      refused.some((refusal) => isAbout(refusal, change, planned.rows)),
    );
    if (left.length === 0) return { ...withoutSettled(planned), setAside: [...setAside.values()] };
    for (const { id } of left) withheld.add(id);
  }
}

/** How many days an end may be older than the apply whose removal its review counts for. */
const DAYS_BACK = 60;

/** The ids of the ends by which a loss was due already: who reviewed one of these reviewed the loss. */
function endsOf({ subject, field, verb }: Change, { desired, day }: PlanInputs): string[] {
  if (verb !== "remove" || subject.kind !== "user" || field.kind !== "skill" || day === undefined) return [];
  return Array.from({ length: DAYS_BACK }, (_, back) =>
    endFingerprint(desired.target, subject, field.id, addDays(day, -back - 1)),
  );
}

/**
 * Refusals about one subject. AMBIGUOUS and UNKNOWN_ID are not among them: while it is unknown which object an entry
 * means, the ledger would forget the entry's item, so they refuse the run.
 */
const SUBJECT_REFUSALS: ReadonlySet<RefusalCode> = new Set([
  "SKILL_DELETE",
  "SKILL_REPLACE",
  "PROTECTED",
  "UNCOVERED",
  "IN_USE",
  "SIMILAR_NAME",
  "ODD_NAME",
  "PREVIOUS_UNMANAGED",
  "PREVIOUS_PRESENT",
  "UNKNOWN_USER",
  "UNKNOWN_GROUP",
  "UNKNOWN_DIVISION",
  "UNKNOWN_PROFILE",
  "TOO_MANY_SKILLS",
]);

/** Apply only in pull requests. */
const PULL_REQUEST_REFUSALS: ReadonlySet<RefusalCode> = new Set(["TOO_MANY_REMOVALS", "MAYBE_RENAME"]);

function withoutSettled(planned: Planned): Planned {
  const refusals = planned.plan.refusals.filter(
    ({ code }) => !SUBJECT_REFUSALS.has(code) && !PULL_REQUEST_REFUSALS.has(code),
  );
  return { ...planned, plan: { ...planned.plan, refusals } };
}

/** Whether the refusal is about this change, so that withholding the change settles the refusal. */
function isAbout(
  refusal: Refusal,
  { subject, field, verb, takesAway, rename }: Change,
  { users }: Pick<Rows, "users">,
): boolean {
  const isOfSkill = (id: SkillId): boolean =>
    (subject.kind === "skill" && subject.id === id) || ("id" in field && field.id === id);
  switch (refusal.code) {
    case "SKILL_DELETE":
    case "PROTECTED":
    case "UNCOVERED":
    case "IN_USE":
      return isOfSkill(refusal.skill) && takesAway;
    case "SKILL_REPLACE":
      return (
        (isOfSkill(refusal.skill) && takesAway) ||
        (rename !== undefined && ("from" in rename ? rename.from : rename.to) === refusal.skill)
      );
    case "SIMILAR_NAME":
    case "ODD_NAME":
    case "PREVIOUS_UNMANAGED":
    case "PREVIOUS_PRESENT":
    case "UNKNOWN_DIVISION":
      return subject.kind === "skill" && subject.id === refusal.skill && verb === "create";
    case "TOO_MANY_SKILLS":
      return verb === "add" && users.some(({ ref, user }) => ref === refusal.user && user.id === subject.id);
    case "UNKNOWN_USER":
    case "UNKNOWN_GROUP":
    case "UNKNOWN_PROFILE":
    case "UNKNOWN_ID":
    case "AMBIGUOUS":
    case "INCOMPLETE":
    case "WRONG_ORG":
    case "WRONG_DIALECT":
    case "OTHER_LEDGER":
    case "SHARED_ORG":
    case "MANY_GONE":
    case "NOTHING_DESIRED":
    case "TOO_MANY_REMOVALS":
    case "MAYBE_RENAME":
      return false;
  }
}
