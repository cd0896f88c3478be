/**
 * Labels of open pull requests that allow a refusal: `allow:<code>`. A label counts only if somebody with write access
 * set it, because people who may only triage issues can set labels too.
 */
import { ApiError } from "../http/error.ts";
import { mustRun, openGit } from "../ledger/git.ts";
import type { RefusalCode } from "../model.ts";
import { ALLOWABLE } from "../plan/guards/allowable.ts";
import type { Problem } from "../problem.ts";
import { WITHOUT_LABEL } from "../report/refusals.ts";
import { nearest, printable } from "../text.ts";
import type { MergeGroupEvent, PullRequestEvent } from "./event.ts";
import { queuedPull } from "./event.ts";
import type { GitHub, Pull } from "./github.ts";
import type { CommitRange } from "./merged.ts";
import { commitsSince } from "./merged.ts";
import type { Session } from "./session.ts";
import { orFailure } from "./session.ts";

const PREFIX = "allow:";

export interface LabelledAllowance {
  readonly allowed: ReadonlySet<RefusalCode>;
  /** One ALLOW_LABEL for each label without effect. */
  readonly problems: readonly Problem[];
}

/** The refusals that labels of open pull requests allow. */
export async function allowedByLabels(
  { github }: Session,
  pulls: readonly Pick<PullRequestEvent, "number" | "labels" | "isOpen">[],
): Promise<LabelledAllowance> {
  const allowed = new Set<RefusalCode>();
  const problems: Problem[] = [];
  for (const { number, labels, isOpen } of pulls) {
    let asked: Setters | undefined;
    const setters = (): Setters => (asked ??= github.labelSetters(number));
    for (const label of isOpen ? labels : []) {
      if (!label.toLowerCase().startsWith(PREFIX)) continue;
      const word = label.slice(PREFIX.length).trim().toUpperCase();
      const code = LABELS.find((known) => known === word);
      const problem =
        code === undefined ? allowsNothing(label, word) : await doubtOf(label, { github, number, setters });
      if (problem) problems.push(problem);
      else if (code !== undefined) allowed.add(code);
    }
  }
  return { allowed, problems };
}

const MAY_WRITE: readonly string[] = ["admin", "write"];

type Setters = ReturnType<GitHub["labelSetters"]>;

interface LabelledPull {
  readonly github: GitHub;
  readonly number: number;
  /** Cached. */
  readonly setters: () => Setters;
}

/** Why a label doesn't count; null if somebody with write access set it. It doesn't count if that can't be found out. */
async function doubtOf(label: string, { github, number, setters }: LabelledPull): Promise<Problem | null> {
  const ignored = (why: string): Problem => ({
    code: "ALLOW_LABEL",
    message: `The label "${printable(label)}" on #${number} does not count: ${why}.`,
    hint: "Somebody with write access must remove it and set it again.",
  });
  try {
    const setter = (await setters()).get(label.toLowerCase());
    if (setter === undefined) return ignored("GitHub does not say who set it");
    if (MAY_WRITE.includes(await github.permissionOf(setter))) return null;
    return ignored(`${printable(setter)}, who set it, has no write access to this repository`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const hint = "Run the plan again when GitHub answers.";
    return { ...ignored(`GitHub didn't answer who set it (${error.message})`), hint };
  }
}

/** The refusals that the labels of all pull requests in a merge group allow. Throws Failure GITHUB. */
export const allowedInGroup = orFailure(
  async (
    session: Session,
    { head, below, base, pull }: MergeGroupEvent,
    where: Pick<CommitRange, "cwd" | "env">,
  ): Promise<LabelledAllowance> => {
    const commits = below === "" ? null : await commitsSince({ ...where, revision: below, head });
    const hashes = (commits ?? []).map(({ hash }) => hash);
    const others = (await queueBranches(base, where)).filter(({ hash }) => hashes.includes(hash));
    const pulls: (Pull & { readonly isOpen: boolean })[] = [];
    for (const number of new Set([pull, ...others.map((other) => other.pull)])) {
      const found = number === null ? null : await session.github.findPull(number);
      if (found) pulls.push({ ...found, isOpen: found.state === "open" && found.base === base });
    }
    return allowedByLabels(session, pulls);
  },
);

/**
 * The queue has a branch for each of its pull requests, whichever way it merges; the titles of commits are their
 * authors' words. The checkout has fetched all branches.
 */
async function queueBranches(
  base: string,
  { cwd, env }: Pick<CommitRange, "cwd" | "env">,
): Promise<{ readonly hash: string; readonly pull: number | null }[]> {
  const git = openGit(env === undefined ? { cwd } : { cwd, env });
  const folder = `refs/remotes/origin/gh-readonly-queue/${base}/`;
  const branches = await mustRun(git, ["for-each-ref", "--format=%(objectname) %(refname)", folder]);
  return branches.split("\n").map((line) => ({ hash: line.split(" ", 1)[0] ?? "", pull: queuedPull(line) }));
}

const LABELS: readonly RefusalCode[] = ALLOWABLE.filter((code) => !WITHOUT_LABEL.includes(code));

function allowsNothing(label: string, word: string): Problem {
  const suggestion = nearest(word, LABELS);
  return {
    code: "ALLOW_LABEL",
    message: `The label "${printable(label)}" has no effect.`,
    hint:
      suggestion === undefined
        ? `Labels can allow: ${LABELS.join(", ")}.`
        : `Did you mean ${PREFIX}${suggestion}?`,
  };
}
