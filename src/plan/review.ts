/**
 * What takes away or overwrites is applied only where somebody reviewed it. A review is a set of salted hashes of
 * changes; a change of that kind that is in no review is withheld, with all that depends on it.
 */
import { createHash } from "node:crypto";
import type { Change, Plan, Refusal, RefusalCode, SkillId } from "../model.ts";
import { addDays } from "../text.ts";
import { changesOf, isEndPassed } from "./changes.ts";
import { endFingerprint } from "./fingerprint.ts";
import type { Planned, PlanInputs } from "./plan.ts";
import { plan } from "./plan.ts";
import type { Rows } from "./rows.ts";

/** Where a plan was reviewed; salts its hashes, so that they name nobody and are worth nothing elsewhere. */
interface ReviewPlace {
  /** `owner/name`. */
  readonly repository: string;
  /** Number of the pull request. */
  readonly pull: number;
}

/** What takes away or overwrites in one reviewed plan. */
export interface ReviewedPlan extends ReviewPlace {
  readonly hashes: ReadonlySet<string>;
  /** `allowanceHash` of each refusal that was allowed on it. */
  readonly allowed: ReadonlySet<string>;
}

export const REVIEW_HASH_LENGTH = 12;

/** 12 hexadecimal characters; `change` is a change's id. */
export function reviewHash(change: string, { repository, pull }: ReviewPlace): string {
  const salted = JSON.stringify([repository.toLowerCase(), pull, change]);
  return createHash("sha256").update(salted).digest("hex").slice(0, REVIEW_HASH_LENGTH);
}

/** As long as `reviewHash`. What was allowed for one skill is allowed for no other. */
export function allowanceHash(refusal: Refusal, place: ReviewPlace): string {
  return reviewHash(`allowed ${refusalKey(refusal)}`, place);
}

/** The hashes of all refusals of a plan that were allowed, sorted. */
export function allowanceHashes({ allowed }: Pick<Plan, "allowed">, place: ReviewPlace): string[] {
  return [...new Set(allowed.map((refusal) => allowanceHash(refusal, place)))].sort();
}

/** What a refusal is about, without the numbers that grow when a pull request adds to it. */
export function refusalKey(refusal: Refusal): string {
  const { code } = refusal;
  const about = KEYS.map((key) =>
    key in refusal ? (refusal as unknown as Readonly<Record<string, unknown>>)[key] : null,
  );
  return JSON.stringify([code, ...about]);
}

const KEYS = ["skill", "what", "name", "id", "user", "list", "target", "old", "replacedBy"];

/** The hashes of all in a plan that takes away or overwrites, sorted. */
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

/** Each change counts for the first plan that showed it. Those that no plan showed come last. */
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

/** A plan of what was reviewed, and what was left out of it. */
export interface ReviewedApply extends Planned {
  /** Refusals about one subject that no review allowed: what they are about is withheld. */
  readonly setAside: readonly Refusal[];
}

/**
 * Plans with every change withheld that takes away or overwrites and is in no review. Once that adds none, the guards
 * are judged over what would be done: a refusal about one subject that no reviewed plan was allowed withholds that
 * subject. Plans again until nothing is added. Thresholds were judged in the pull requests, and any other refusal
 * stays.
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
 * Refusals that speak of one subject. AMBIGUOUS and UNKNOWN_ID are not among them: as long as nobody knows which
 * object an entry means, the ledger would forget what it knows of the entry, so they refuse the run.
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

/** Judged in pull requests only. */
const PULL_REQUEST_REFUSALS: ReadonlySet<RefusalCode> = new Set(["TOO_MANY_REMOVALS", "MAYBE_RENAME"]);

function withoutSettled(planned: Planned): Planned {
  const refusals = planned.plan.refusals.filter(
    ({ code }) => !SUBJECT_REFUSALS.has(code) && !PULL_REQUEST_REFUSALS.has(code),
  );
  return { ...planned, plan: { ...planned.plan, refusals } };
}

/** Whether leaving out the change leaves out what the refusal is about; what depends on it follows. */
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
