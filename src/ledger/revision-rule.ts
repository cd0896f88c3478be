/** The rule that decides whether the checked-out commit may be applied; pure. */
import { Failure } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { count, printable } from "../text.ts";
import type { HeadRevision } from "./revision.ts";

/**
 * How the checked-out commit relates to one of the ledger's: it follows it, precedes it as a strict ancestor, or
 * neither (`apart`); `unknown` if git can't tell.
 */
export type Order = "same" | "follows" | "precedes" | "apart" | "unknown";

interface OrderTo {
  readonly revision: string;
  readonly order: Order;
}

export interface RevisionFacts {
  /** Null if nothing is committed yet. */
  readonly head: HeadRevision | null;
  /** Relation to the last applied revision; null if that was not a commit. */
  readonly applied: OrderTo | null;
  /** Relation to the last attempted revision. */
  readonly attempted: OrderTo | null;
  /** Null if there is no remote, or it has no default branch. */
  readonly defaultBranch: { readonly name: string; readonly holdsHead: "yes" | "no" | "unknown" } | null;
}

type RevisionVerdict =
  | { readonly kind: "apply" }
  /** A newer commit was applied or attempted: nothing to do, and not a failure. */
  | { readonly kind: "superseded"; readonly message: string }
  /** With the codes STALE, NOT_MERGED, UNCOMMITTED. */
  | { readonly kind: "refused"; readonly failure: Failure };

/** The rule for an apply; `allow` holds the allowed codes. */
export function judgeRevision(facts: RevisionFacts, allow: ReadonlySet<string>): RevisionVerdict {
  const newer = newerThan(facts);
  if (newer !== null) return { kind: "superseded", message: supersededMessage(facts, newer) };
  const problems = [stale(facts), notMerged(facts), uncommitted(facts)].filter((problem) => problem !== null);
  const left = problems.filter(({ code }) => !allow.has(code));
  return left.length === 0 ? { kind: "apply" } : { kind: "refused", failure: new Failure(left, 3) };
}

/**
 * Notes of a plan about its commit: one sentence for each reason why an apply would be refused. A plan itself isn't
 * refused for them.
 */
export function revisionNotes(facts: RevisionFacts): string[] {
  const newer = newerThan(facts);
  if (newer !== null) {
    const [last, here] = [short(newer), short(facts.head?.commit ?? "")];
    return [
      `${last} follows ${here} and was applied or attempted already: this plan would undo the changes since, and an apply does nothing.`,
    ];
  }
  return [stale(facts), notMerged(facts), uncommitted(facts)].flatMap((problem) =>
    problem ? [`${problem.message} An apply is refused (${problem.code}).`] : [],
  );
}

/** The ledger's commit that is newer than the checked-out one. */
function newerThan({ applied, attempted }: RevisionFacts): string | null {
  return [applied, attempted].find((to) => to?.order === "precedes")?.revision ?? null;
}

function supersededMessage({ head }: RevisionFacts, newer: string): string {
  const [last, here] = [short(newer), short(head?.commit ?? "")];
  return `Nothing is applied: ${last}, which follows ${here}, was applied or attempted already. To go back to an older state, revert the commits after it (git revert).`;
}

function stale({ head, applied, attempted }: RevisionFacts): Problem | null {
  const apart = [applied, attempted].find((to) => to?.order === "apart" || to?.order === "unknown");
  if (!apart) return null;
  const [last, here] = [short(apart.revision), short(head?.commit ?? "")];
  const why =
    apart.order === "apart"
      ? `The commit ${here} doesn't follow ${last}, which was applied or attempted last.`
      : `Git can't tell whether the commit ${here} follows ${last}, which was applied or attempted last.`;
  return {
    code: "STALE",
    message: why,
    hint: "Update the branch so that it contains the applied commit (git pull). To apply it anyway: --allow STALE.",
  };
}

function notMerged({ head, defaultBranch }: RevisionFacts): Problem | null {
  if (!head || !defaultBranch || defaultBranch.holdsHead === "yes") return null;
  const name = printable(defaultBranch.name);
  const verb = defaultBranch.holdsHead === "no" ? "isn't" : "isn't known to be";
  return {
    code: "NOT_MERGED",
    message: `The commit ${short(head.commit)} ${verb} on the remote's default branch ${name}.`,
    hint: `Merge or push it there first. To apply it anyway: --allow NOT_MERGED.`,
  };
}

function uncommitted({ head }: RevisionFacts): Problem | null {
  if (head && head.dirty.length === 0) return null;
  const hint =
    "Commit the YAML, so that the ledger can name what was applied. To apply it anyway: --allow UNCOMMITTED.";
  if (!head) return { code: "UNCOMMITTED", message: "Nothing is committed yet.", hint };
  const names = head.dirty.slice(0, 3).map((file) => printable(file));
  const example =
    head.dirty.length > names.length ? `, such as ${names.join(", ")}` : `: ${names.join(", ")}`;
  const differ = head.dirty.length === 1 ? "differs" : "differ";
  return {
    code: "UNCOMMITTED",
    message: `${count(head.dirty.length, "file")} of the YAML ${differ} from the commit ${short(head.commit)}${example}.`,
    hint,
  };
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
