/** Labels of an open pull request that let a refusal through on purpose: `allow:<code>`. */
import type { RefusalCode } from "../model.ts";
import { ALLOWABLE } from "../plan/judge/guards.ts";
import type { Problem } from "../problem.ts";
import { WITHOUT_LABEL } from "../report/refusals.ts";
import { nearest, printable } from "../text.ts";
import type { PullRequestEvent } from "./event.ts";

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
