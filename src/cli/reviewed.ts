/** `apply --reviewed`: what was reviewed on pull requests is applied, and what takes away or overwrites besides is held back. */
import { DEFAULT_TARGET, listTargets } from "../desired/targets.ts";
import type { Review, ReviewQuestion } from "../github/review.ts";
import { pullsHeldBack, pullsToTell, reviewedChanges, verdictWords } from "../github/review.ts";
import type { Session } from "../github/session.ts";
import { headRevision } from "../ledger/revision.ts";
import type { Operation, Plan } from "../model.ts";
import { fingerprintsOf } from "../plan/fingerprint.ts";
import { holdBack } from "../plan/review.ts";
import { Failure } from "../problem.ts";
import { listNames } from "../report/words.ts";
import { openLedger } from "./ledger.ts";
import type { WorldOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";
import type { Worlds } from "./world.ts";

/** What is applied of a plan, and what isn't. */
export interface Reviewed {
  readonly plan: Plan;
  readonly heldBack: readonly Operation[];
  /** Sentences for people. */
  readonly reasons: readonly string[];
  /** The pull requests that are to hear of the result. */
  readonly pulls: readonly number[];
}

/** A plan that nobody has to have reviewed. */
export function unreviewed(plan: Plan, pulls: readonly number[]): Reviewed {
  return { plan, heldBack: [], reasons: [], pulls };
}

/** What an apply works on: what is left of a plan, and all that it was made from. */
export interface Work extends Reviewed {
  /** The plan before anything was held back from it. */
  readonly whole: Plan;
  readonly worlds: Worlds;
}

/** What was reviewed since the ledger's revision. Throws Failure DIRTY where files aren't committed, and GITHUB. */
export async function askReviews(
  session: Session,
  { desired, ledger, openLedger }: Worlds,
  options: WorldOptions,
  terminal: Terminal,
): Promise<Review> {
  const { head } = openLedger;
  if (!head) throw notCommitted("There is no commit here");
  if (head.dirty.length > 0) throw notCommitted(`Not committed: ${listNames(head.dirty)}`);
  const asked = { revision: ledger?.revision ?? null, head: head.commit, target: desired.target };
  return reviewedChanges(session, questionOf(session, asked, options, terminal));
}

/** Who was told that something was held back, which is let through now. Throws Failure GITHUB. */
export function findHeldBack(
  session: Session,
  { desired, openLedger }: Worlds,
  options: WorldOptions,
  terminal: Terminal,
): Promise<number[]> {
  const asked = { revision: null, head: openLedger.head?.commit ?? "", target: desired.target };
  return pullsHeldBack(session, questionOf(session, asked, options, terminal));
}

type Asked = Pick<ReviewQuestion, "revision" | "head" | "target" | "newest">;

function questionOf(
  { run }: Session,
  asked: Asked,
  { dir }: WorldOptions,
  { env }: Terminal,
): ReviewQuestion {
  return { ...asked, cwd: dir, env, branch: run.branch };
}

/** Whom an apply concerns, as far as anybody can say without the organisation. */
export interface Concerned {
  readonly target: string;
  /** The commit that is checked out; empty without one. */
  readonly head: string;
  readonly pulls: readonly number[];
}

/** The pull requests since the last apply; where that one isn't known or isn't followed, the newest commit's. Throws Failure. */
export async function findConcerned(
  session: Session,
  options: WorldOptions,
  terminal: Terminal,
): Promise<Concerned> {
  const target = options.target ?? (await listTargets(options.dir))[0] ?? DEFAULT_TARGET;
  const head = (await headRevision(options.dir, ".", terminal.env))?.commit ?? "";
  if (head === "") return { target, head, pulls: [] };
  const newest = { revision: null, head, target, newest: 1 };
  const since = await lastApplied(options, target, terminal);
  const asked = since ? { ...since, head, target } : newest;
  const ask = (about: Asked): Promise<Review> =>
    reviewedChanges(session, questionOf(session, about, options, terminal));
  const review = await ask(asked);
  return { target, head, pulls: pullsToTell(review.isFollowed ? review : await ask(newest), false) };
}

/** Null where the ledger can't be read. */
async function lastApplied(
  options: WorldOptions,
  target: string,
  terminal: Terminal,
): Promise<Pick<Asked, "revision"> | null> {
  try {
    const { state } = await openLedger(options, target, terminal);
    return { revision: state.kind === "none" ? null : state.ledger.revision };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function notCommitted(what: string): Failure {
  return new Failure({
    code: "DIRTY",
    message: `${what}, and with --reviewed only commits are applied.`,
    hint: "Commit it and merge it by a pull request, or apply without --reviewed.",
  });
}

/** Holds back what is in no reviewed plan, unless `allow` has UNREVIEWED. */
export function keepReviewed(
  plan: Plan,
  review: Review,
  allow: ReadonlySet<string>,
  requestsPerMinute: number,
): Reviewed {
  const pulls = (isHeldBack: boolean): number[] => pullsToTell(review, isHeldBack);
  if (allow.has("UNREVIEWED")) return { plan, heldBack: [], reasons: [], pulls: pulls(false) };
  const held = holdBack(plan, review.plans, requestsPerMinute);
  if (held.heldBack.length === 0) return { plan: held.plan, heldBack: [], reasons: [], pulls: pulls(false) };
  const note = {
    code: "HELD_BACK",
    changes: held.heldBack.flatMap(fingerprintsOf).length,
    about: [...new Set(held.heldBack.map((operation) => aboutOf(operation, plan)))],
  } as const;
  return {
    plan: { ...held.plan, notes: [note, ...held.plan.notes] },
    heldBack: held.heldBack,
    reasons: reasonsOf(review),
    pulls: pulls(true),
  };
}

/** What people know an operation's object by; a user whom the YAML doesn't name stays unnamed. */
export function aboutOf(operation: Operation, plan: Plan): string {
  switch (operation.kind) {
    case "create-skill":
    case "delete-skill":
    case "update-profile":
      return operation.name;
    case "update-skill":
      return plan.skills[operation.skill]?.name ?? operation.skill;
    case "update-user":
      return operation.named ? operation.email || operation.id : "a user that the YAML doesn't name";
  }
}

function reasonsOf({ pulls, isFollowed }: Review): string[] {
  if (!isFollowed)
    return ["The commit that was applied last is no ancestor of this one, so nothing counts as reviewed."];
  const reasons = pulls.flatMap(({ number, verdict }) => {
    const words = verdictWords(verdict);
    return words === null ? [] : [`#${number} ${words}.`];
  });
  return pulls.length === 0 ? ["No merged pull request was found for these commits."] : reasons;
}
