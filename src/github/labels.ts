/** Labels of open pull requests that let a refusal through on purpose: `allow:<code>`. */
import type { RefusalCode } from "../model.ts";
import { ALLOWABLE } from "../plan/guards/guards.ts";
import type { Problem } from "../problem.ts";
import { WITHOUT_LABEL } from "../report/refusals.ts";
import { nearest, printable } from "../text.ts";
import type { MergeGroupEvent, PullRequestEvent } from "./event.ts";
import type { GitHub } from "./github.ts";
import type { CommitRange } from "./merged.ts";
import { commitsSince, pullNumber } from "./merged.ts";
import type { Session } from "./session.ts";
import { orFailure } from "./session.ts";

const PREFIX = "allow:";

export interface LabelledAllowance {
  readonly allowed: ReadonlySet<RefusalCode>;
  /** One ALLOW_LABEL for each label that allows nothing. */
  readonly problems: readonly Problem[];
}

/** What a pull request's labels allow; nothing once it is closed. */
export function allowedByLabels({
  labels,
  isOpen,
}: Pick<PullRequestEvent, "labels" | "isOpen">): LabelledAllowance {
  const allowed = new Set<RefusalCode>();
  const problems: Problem[] = [];
  for (const label of isOpen ? labels : []) {
    if (!label.toLowerCase().startsWith(PREFIX)) continue;
    const word = label.slice(PREFIX.length).trim().toUpperCase();
    const code = LABELS.find((known) => known === word);
    if (code === undefined) problems.push(allowsNothing(label, word));
    else allowed.add(code);
  }
  return { allowed, problems };
}

/** What the labels of all pull requests in a merge group allow together. Throws Failure GITHUB. */
export function allowedInGroup(
  { github }: Session,
  group: MergeGroupEvent,
  where: Pick<CommitRange, "cwd" | "env">,
): Promise<LabelledAllowance> {
  return orFailure(askGroup(github, group, where));
}

async function askGroup(
  github: GitHub,
  { head, below, base, pull }: MergeGroupEvent,
  where: Pick<CommitRange, "cwd" | "env">,
): Promise<LabelledAllowance> {
  // The queue writes its commits as the merge button does; those of a rebase name nobody but the last.
  const commits = below === "" ? null : await commitsSince({ ...where, revision: below, head });
  const named = (commits ?? []).map(({ message }) => pullNumber(message));
  const numbers = new Set([pull, ...named].filter((number) => number !== null));
  const labels: string[] = [];
  for (const number of numbers) {
    const found = await github.findPull(number);
    if (found?.state === "open" && found.base === base) labels.push(...found.labels);
  }
  return allowedByLabels({ labels, isOpen: true });
}

const LABELS: readonly RefusalCode[] = ALLOWABLE.filter((code) => !WITHOUT_LABEL.includes(code));

function allowsNothing(label: string, word: string): Problem {
  const suggestion = nearest(word, LABELS);
  return {
    code: "ALLOW_LABEL",
    message: `The label "${printable(label)}" allows nothing.`,
    hint:
      suggestion === undefined
        ? `Labels can allow: ${LABELS.join(", ")}.`
        : `Did you mean ${PREFIX}${suggestion}?`,
  };
}
